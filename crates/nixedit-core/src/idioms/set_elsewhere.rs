//! An option that other files of the same hosts set as well.

use super::host_modules;
use crate::plan::Note;
use crate::project::{Project, Side};
use crate::syntax::attr_path::AttrPath;
use crate::syntax::span;

/// What to say where hosts that have `file` have other files that set the option.
pub(super) fn note(project: &Project, file: &str, option: &AttrPath) -> Option<Note> {
    let places = places(project, &project.hosts_importing(file).unwrap_or_default(), file, option);
    let message = format!("{option} is also set in {}; equal values merge, different values conflict", places.join(", "));
    (!places.is_empty()).then(|| Note { code: "option-set-elsewhere".to_owned(), message })
}

/// What to say where hosts set an option all the same, in other files than `file`.
pub(super) fn still(project: &Project, hosts: &[String], file: &str, option: &AttrPath) -> Option<Note> {
    let places = places(project, hosts, file, option);
    let message = format!("{option} is still set in {}", places.join(", "));
    (!places.is_empty()).then(|| Note { code: "option-set-elsewhere".to_owned(), message })
}

/// `file:line` of each other definition, each once.
fn places(project: &Project, hosts: &[String], file: &str, option: &AttrPath) -> Vec<String> {
    let mut out = Vec::new();
    for name in hosts {
        let Ok(host) = project.host(name) else { continue };
        for side in [Side::System, Side::Home] {
            if !project.files_of(&host, side).iter().any(|known| known == file) {
                continue;
            }
            for module in host_modules::modules(project, &host, side).unwrap_or_default() {
                let found = module.find(option).definitions;
                let here = found.iter().map(|definition| module.source.file_line(span(&definition.binding).start));
                out.extend(here.filter(|_| module.source.path != file));
            }
        }
    }
    out.sort();
    out.dedup();
    out
}
