//! What of a new host somebody must look at or do on the machine.

use super::host_files::{self, OwnFile};
use crate::diagnostic::Result;
use crate::operation::HostsAdd;
use crate::plan::Note;
use crate::project::{Host, Project, Side};
use crate::syntax::parse::Source;
use crate::syntax::{SyntaxKind, SyntaxNode, span};
use crate::text::{join_path, parent_path};

/// A file that a module finds by the host's name.
pub(super) struct ByName {
    /// The file of one host.
    pub file: String,
    /// That of the other.
    pub new: String,
    /// Where it is read.
    pub place: String,
}

/// What is to be done on the machine.
pub(super) fn on_machine(args: &HostsAdd, files: &[OwnFile]) -> Vec<String> {
    let hardware = files.iter().filter(|own| host_files::is_of_hardware(&own.file));
    hardware.map(|own| format!("on {}: nixos-generate-config --show-hardware-config > {}", args.name, own.new)).collect()
}

/// Paths of a copied file that have the model's name in them.
pub(super) fn still_of_model(source: &Source, model: &Host, own: &OwnFile) -> Option<Note> {
    let named = |node: &SyntaxNode| {
        let text = node.text().to_string();
        let path = node.kind() == SyntaxKind::NODE_PATH_REL && !text.split('/').any(|part| part == model.attr);
        path && text.contains(&model.attr)
    };
    let texts: Vec<String> = source.root.descendants().filter(named).map(|node| node.text().to_string()).collect();
    let message = format!("{} still has {}'s {}", own.new, model.name, texts.join(", "));
    (!texts.is_empty()).then(|| Note { code: "value-copied".to_owned(), message })
}

/// The files that one side of a host finds by its name, where they are there, with what another host
/// would find.
pub(super) fn by_name(project: &Project, host: &Host, side: Side, name: &str) -> Result<Vec<ByName>> {
    let mut out: Vec<ByName> = Vec::new();
    for file in project.files_of(host, side) {
        let found = in_source(project, &project.source(&file)?, &host.attr, name);
        out.extend(found.into_iter().filter(|new| !out.iter().any(|known| known.file == new.file)).collect::<Vec<_>>());
    }
    Ok(out)
}

fn in_source(project: &Project, source: &Source, host: &str, name: &str) -> Vec<ByName> {
    let paths = source.root.descendants().filter(|node| node.kind() == SyntaxKind::NODE_PATH_REL && node.children().next().is_some());
    let found = paths.filter_map(|path| {
        let text = path.text().to_string();
        let (start, end) = (text.find("${")?, text.rfind('}')?);
        let last = text[start + 2..end].rsplit('.').next()?.trim();
        let of = |host: &str| join_path(parent_path(&source.path), &format!("{}{host}{}", &text[..start], &text[end + 1..]));
        let (file, new) = (of(host)?, of(name)?);
        let is_one = matches!(last, "host" | "hostName") && project.exists(&file) && !project.is_folder(&file);
        is_one.then(|| ByName { file, new, place: source.file_line(span(&path).start) })
    });
    found.collect()
}
