//! The way out of a failure that the module system reports about an option.

use super::advice::{Advice, near_last};
use super::option::OptionPath;
use super::scene::Scene;
use super::search;
use crate::similar_names::near;
use crate::system::nix_output::between;
use crate::text::shell_word;

/// An option that does not exist: a near name, or a declaration that the host does not import.
pub(super) fn missing(scene: &Scene) -> Advice {
    let failure = scene.failure;
    let Some(name) = failure.option.as_deref() else { return Advice::default() };
    let likely = without_user(name, near_last(name, '.', &failure.suggestions));
    let not_imported = || {
        let declared = OptionPath::parse(name).and_then(|option| search::declaration(scene, &option));
        declared.map_or_else(Advice::default, |at| Advice::say(format!("declared at {}, which this host does not import", at.file_line())))
    };
    let any = || Advice::did_you_mean(without_user(name, failure.suggestions.clone()));
    Advice::did_you_mean(likely).or(not_imported).or(any)
}

/// Suggestions as a home-manager module writes them: without `home-manager.users.<user>.`.
fn without_user(option: &str, names: Vec<String>) -> Vec<String> {
    let user = option.strip_prefix("home-manager.users.").and_then(|rest| rest.split('.').next());
    let prefix = user.map(|user| format!("home-manager.users.{user}."));
    let bare = |name: String| prefix.as_deref().and_then(|prefix| name.strip_prefix(prefix)).map(str::to_owned).unwrap_or(name);
    names.into_iter().map(bare).collect()
}

/// A value of the wrong type.
pub(super) fn wrong_type(scene: &Scene) -> Advice {
    let message = &scene.failure.message;
    let value = message.rsplit_once("': ").map_or("", |(_, value)| value.trim());
    let name = value.trim_matches('"');
    if value == "<function>" {
        return Advice::say("a call inside a list needs parentheses: (f x)");
    }
    if let Some(allowed) = between(message, "`one of ", "'") {
        let allowed: Vec<&str> = allowed.split(", ").map(|value| value.trim_matches('"')).collect();
        let near = Advice::did_you_mean(near(name, allowed.iter().copied()));
        return near.or(|| Advice::say(allow(scene, name, &allowed)));
    }
    if message.contains("absolute path") {
        return Advice::say("write the path without quotes: ./file.nix");
    }
    Advice::default()
}

/// What an enum takes, where no name near the value could be meant; one of the flake's own can be made
/// to take one more.
fn allow(scene: &Scene, value: &str, allowed: &[&str]) -> String {
    let option = scene.failure.option.as_deref().unwrap_or("the option");
    let declared = OptionPath::parse(option).and_then(|option| search::declaration(scene, &option));
    match declared {
        _ if allowed.contains(&value) => format!("{option} takes the text \"{value}\", in quotes"),
        Some(at) => {
            format!("allow '{value}' too, where {} declares it: nixedit option enum-add {option} {}", at.file_line(), shell_word(value))
        }
        None => format!("{option} takes one of {}", allowed.join(", ")),
    }
}

/// An option that is read and set nowhere.
pub(super) fn unset(scene: &Scene) -> Advice {
    let option = scene.failure.option.as_deref().unwrap_or("<option>");
    Advice::say(format!("nixedit option set {option} <value>, or give the option a default"))
}
