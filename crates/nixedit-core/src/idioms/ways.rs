//! Where else a package could go: for each place the command line that says so.

use super::host_block;
use super::host_modules::{self, HostModule};
use crate::diagnostic::{Code, Diagnostic};
use crate::operation::{AddPackage, Slot};
use crate::plan::Place;
use crate::project::{Class, Host, Project, Side};
use crate::syntax::attr_path::AttrPath;
use crate::text::shell_word;

/// Files that are offered; more would hide the ones that are meant.
const OFFERED: usize = 4;
/// Other hosts that a file may have to be nearly the host's own.
const FEW: usize = 2;
/// Hosts that a command line names one by one.
const NAMED: usize = 6;

/// Adds to the refusal for want of a place of the host's own every other place that there is.
pub(super) fn instead(
    project: &Project,
    args: &AddPackage,
    host: &Host,
    side: Side,
    path: &AttrPath,
    refusal: Box<Diagnostic>,
) -> Box<Diagnostic> {
    if refusal.code != Code::FileShared {
        return refusal;
    }
    let mut out = Diagnostic { help: Some("say where it goes:".to_owned()), ..*refusal };
    let mut modules = host_modules::modules(project, host, side).unwrap_or_default();
    modules.retain(|module| module.is_file);
    // A file that few hosts have is nearer than one of many; of these, one that has such a list.
    modules.sort_by_key(|module| (module.shared_with.len() > FEW, module.find(path).definitions.is_empty()));
    for module in modules.iter().take(OFFERED) {
        out = *in_file(project, args, host, module, Box::new(out));
    }
    let mut out = Box::new(out);
    if let Some((slot, what)) = other_side(project, host, side) {
        out = out.way(command(args, &host.name, &["--to", slot]), what);
    }
    if out.ways.is_empty() { out.help("name the file with --file") } else { out }
}

fn in_file(project: &Project, args: &AddPackage, host: &Host, module: &HostModule, out: Box<Diagnostic>) -> Box<Diagnostic> {
    let file = ["--file", module.source.path.as_str()];
    if module.is_own() {
        return out.way(command(args, &host.name, &file), format!("in {}, which {} has under a condition", module.source.path, host.name));
    }
    let all: Vec<&str> = std::iter::once(&host.name).chain(&module.shared_with).map(String::as_str).collect();
    let out = match host_block::subject_name(project, host, module) {
        Ok(_) => out.way(command(args, &host.name, &file), format!("on {} alone, by a condition", host.name)),
        Err(_) => out,
    };
    match all.len() {
        ..=NAMED => out.way(command(args, &all.join(","), &file), format!("on all that have it: {}", all.join(", "))),
        number => out.way(command(args, &all.join(","), &file), format!("on all {number} that have it")),
    }
}

/// The other slot of the host, where that has a place of its own.
fn other_side(project: &Project, host: &Host, side: Side) -> Option<(&'static str, String)> {
    let (other, slot) = if side == Side::Home { (Side::System, "system") } else { (Side::Home, "home") };
    let entry = host_modules::entry(project, host, other).ok()?;
    let only_user = other == Side::System || host_modules::check_one_user(project, host).is_ok();
    (host.class != Class::Home && only_user).then(|| (slot, format!("in {}", entry.source.path)))
}

/// The refusal to choose among the users of a host, with each user's own file.
pub(super) fn per_user(project: &Project, args: &AddPackage, host: &Host, refusal: Box<Diagnostic>) -> Box<Diagnostic> {
    let modules = host_modules::modules(project, host, Side::Home).unwrap_or_default();
    let mut out = refusal;
    for user in &host.users {
        let own =
            |module: &&HostModule| module.is_file && module.is_own() && !module.conditional && module.user.as_ref() == Some(&user.name);
        if let Some(module) = modules.iter().find(own) {
            out = out.way(command(args, &host.name, &["--file", &module.source.path]), format!("for {}", user.name));
        }
    }
    match other_side(project, host, Side::Home) {
        Some((slot, what)) => out.way(command(args, &host.name, &["--to", slot]), format!("for everyone, {what}")),
        None => out,
    }
}

/// The command line of the same edit, for these hosts and with these words more.
pub(super) fn command(args: &AddPackage, hosts: &str, more: &[&str]) -> String {
    let mut words = vec!["nixedit", "add-package", "--host", hosts];
    if !more.contains(&"--to") {
        match args.slot {
            Slot::System => words.extend(["--to", "system"]),
            Slot::Home => words.extend(["--to", "home"]),
            _ => {}
        }
    }
    words.extend(more);
    for (flag, value) in [("--from", &args.from), ("--comment", &args.comment)] {
        words.extend(value.iter().flat_map(|value| [flag, value.as_str()]));
    }
    words.extend(match &args.place {
        Place::NewGroup(text) => vec!["--new-group", text.as_str()],
        Place::First => vec!["--first"],
        Place::Last => vec!["--last"],
        // A neighbour or a group of one list says nothing about another.
        _ => Vec::new(),
    });
    if args.force {
        words.push("--force");
    }
    words.extend(args.names.iter().map(String::as_str));
    words.into_iter().map(shell_word).collect::<Vec<_>>().join(" ")
}
