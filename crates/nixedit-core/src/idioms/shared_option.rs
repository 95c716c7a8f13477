//! `option set PATH VALUE --host H` where a file that other hosts have too sets the option.
//!
//! It is so already, or the host's own file says otherwise:
//! ```text
//! hosts/atlas/default.nix:   services.openssh.enable = lib.mkForce false;
//! ```

use super::{host_modules, option_value, place};
use crate::diagnostic::{Code, Diagnostic, Result};
use crate::operation::OptionSet;
use crate::plan::Plan;
use crate::project::{Host, Project};
use crate::syntax::body::{Wrapper, below_priority, wrapper_name};
use crate::syntax::fragment::Fragment;
use crate::syntax::indented::canonical;
use crate::syntax::lookup::Definition;
use crate::syntax::parse::Source;
use crate::syntax::span;
use crate::text::shell_word;

/// The one thing that a host's files say of an option, and the value that is asked for.
struct Shared {
    source: Source,
    definition: Definition,
    value: Fragment,
}

/// A plan of nothing where the option is so already, else the refusal with the way that changes one host alone.
pub(super) fn instead(project: &Project, args: &OptionSet, refusal: Box<Diagnostic>) -> Result<Plan> {
    let shared = refusal.code == Code::FileShared && args.secret.is_none() && args.at.is_none();
    let hosts = if shared { host_modules::hosts(project, &args.hosts)? } else { Vec::new() };
    let found = hosts.iter().map(|host| said(project, host, args)).collect::<Result<Option<Vec<Shared>>>>()?;
    let found = found.unwrap_or_default();
    if !found.is_empty() && found.iter().all(is_so) {
        let places: Vec<String> = found.iter().map(|one| one.source.file_line(span(&one.definition.binding).start)).collect();
        let summary = format!("{} is already so for {} ({})", args.path, args.hosts.names.join(", "), places[0]);
        return Ok(Plan { summary, ..Plan::default() });
    }
    match (found.as_slice(), hosts.as_slice()) {
        ([one], [host]) if refusal.ways.is_empty() => {
            Err(refusal.way(own_way(project, args, one, host)?, format!("for {} alone", host.name)))
        }
        _ => Err(refusal),
    }
}

/// What the host's files say, where it is said once and whatever else is so.
fn said(project: &Project, host: &Host, args: &OptionSet) -> Result<Option<Shared>> {
    let mut all = Vec::new();
    for module in host_modules::modules(project, host, place::side_of(project, host, &args.path)?)? {
        all.extend(module.find(&args.path).definitions.into_iter().map(|found| (module.source.clone(), found, module.conditional)));
    }
    let Ok([(source, definition, false)]) = <[_; 1]>::try_from(all) else { return Ok(None) };
    if definition.wrappers.iter().any(|wrapper| matches!(wrapper, Wrapper::Condition(_) | Wrapper::Call(_) | Wrapper::Priority(_))) {
        return Ok(None);
    }
    let value = option_value::fragment(project, &source, args)?;
    Ok(Some(Shared { source, definition, value }))
}

fn is_so(shared: &Shared) -> bool {
    let wanted = shared.value.node();
    let around = [wrapper_name(&wanted), wrapper_name(&shared.definition.value).filter(|name| name == "mkIf")];
    around.iter().all(Option::is_none) && canonical(&below_priority(&shared.definition.value)) == canonical(&wanted)
}

/// The command that says otherwise in the host's own file; empty where nothing there could win.
fn own_way(project: &Project, args: &OptionSet, shared: &Shared, host: &Host) -> Result<String> {
    let own = host_modules::entry(project, host, place::side_of(project, host, &args.path)?);
    let around = wrapper_name(&shared.definition.value);
    let (Ok(own), None | Some("mkDefault"), None) = (own, around.as_deref(), wrapper_name(&shared.value.node())) else {
        return Ok(String::new());
    };
    let value = shared.value.as_element().text().to_owned();
    let value = if around.is_some() { value } else { format!("lib.mkForce {value}") };
    let words = ["nixedit", "option", "set", &args.path.to_string(), &value, "--nix", "--host", &host.name, "--file", &own.source.path];
    Ok(words.map(shell_word).join(" "))
}
