//! The way out of a failed proof of packages: the same edit with the name that was meant.

use crate::diagnostic::{Code, Diagnostic};
use crate::operation::{AddPackage, Operation};
use crate::system::nix_output::renamed;

/// The failure of an edit with its correction, where one of its packages is to blame and Nix said
/// what it is called. Costs nothing: the failure itself has the names. `command` makes the command line
/// of the edit with the second name in the place of the first.
pub fn corrected(operations: &[Operation], error: Box<Diagnostic>, command: &dyn Fn(&str, &str) -> String) -> Box<Diagnostic> {
    operations.iter().fold(error, |error, operation| corrected_of(operation, error, command))
}

fn corrected_of(operation: &Operation, mut error: Box<Diagnostic>, command: &dyn Fn(&str, &str) -> String) -> Box<Diagnostic> {
    if error.code == Code::NixAttributeMissing && error.message.starts_with("input '") {
        return not_of_input(operation, error, command);
    }
    if let (Operation::OverlayNamespace(args), Code::EffectSpill) = (operation, error.code)
        && error.message.starts_with(&format!("what pkgs calls {} ", args.name))
    {
        let message = format!("pkgs has a '{}' of its own, which the namespace would hide", args.name);
        return Diagnostic::new(Code::OverlayExists, message).help("choose another name for the namespace");
    }
    let (names, discover) = new_names(operation);
    if error.code == Code::NixAliasThrows && names.iter().any(|name| error.message.contains(&format!("'{name}'"))) {
        // Nothing was written, so there is nothing to remove or replace.
        error.help = None;
    }
    if !discover {
        return error;
    }
    match error.code {
        Code::NixAliasThrows => renaming(names, error, command),
        Code::NixUndefinedVariable | Code::NixAttributeMissing => misspelling(names, error, command),
        Code::NixType if error.message.contains("is not of type `package'") => no_package(operation, error),
        _ => error,
    }
}

/// The packages that an edit puts somewhere, and whether those meant may be looked for.
fn new_names(operation: &Operation) -> (&[String], bool) {
    match operation {
        Operation::AddPackage(args) if args.from.is_none() => (&args.names, !args.no_discover),
        Operation::ReplacePackage(args) => (std::slice::from_ref(&args.new), true),
        _ => (&[], false),
    }
}

/// What was asked for is not what the input has: a refusal of the request, not a failure of the flake.
fn not_of_input(operation: &Operation, mut error: Box<Diagnostic>, command: &dyn Fn(&str, &str) -> String) -> Box<Diagnostic> {
    let (input, asked, code) = match operation {
        Operation::AddPackage(AddPackage { from: Some(input), names, .. }) => (input, names.clone(), Code::PackageMissing),
        Operation::OverlayAdd(args) => (&args.input, Vec::from_iter(args.overlay.clone()), Code::OverlayMissing),
        _ => return error,
    };
    if !error.message.starts_with(&format!("input '{input}' has no ")) {
        return error;
    }
    error.code = code;
    let wrong = asked.iter().find(|name| error.message.contains(&format!("'{}'", last(name))));
    let near = error.help.as_ref().and_then(|_| error.candidates.first().cloned());
    let (Some(wrong), Some(near)) = (wrong, near) else { return error };
    let word = |name: &str| if code == Code::OverlayMissing { format!("{input}#{name}") } else { name.to_owned() };
    let right = format!("{}{near}", &wrong[..wrong.len() - last(wrong).len()]);
    error.way(command(&word(wrong), &word(&right)), format!("with {right}"))
}

fn renaming(names: &[String], mut error: Box<Diagnostic>, command: &dyn Fn(&str, &str) -> String) -> Box<Diagnostic> {
    let found = renamed(&error.message).filter(|(old, _)| names.iter().any(|name| name == old));
    let Some((old, new)) = found.map(|(old, new)| (old.to_owned(), new.to_owned())) else { return error };
    error.message = format!("'{old}' has been renamed to '{new}'");
    error.help("take the new name:").way(command(&old, &new), format!("with {new}"))
}

fn misspelling(names: &[String], error: Box<Diagnostic>, command: &dyn Fn(&str, &str) -> String) -> Box<Diagnostic> {
    let blamed = names.iter().find(|name| error.message.contains(&format!("'{}'", last(name))));
    let (Some(near), Some(wrong)) = (error.candidates.first().cloned(), blamed) else { return error };
    let right = format!("{}{near}", &wrong[..wrong.len() - last(wrong).len()]);
    error.way(command(wrong, &right), format!("with {right}"))
}

fn no_package(operation: &Operation, error: Box<Diagnostic>) -> Box<Diagnostic> {
    let Operation::AddPackage(args) = operation else { return error };
    match (args.names.as_slice(), args.hosts.names.first()) {
        ([name], Some(host)) => error
            .help(format!("{name} is no package; see what it is:"))
            .way(format!("nixedit discover {name} --host {host}"), format!("what {name} means on {host}")),
        _ => error,
    }
}

/// The last name of a dotted one.
fn last(name: &str) -> &str {
    name.rsplit('.').next().unwrap_or(name)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn of(names: &[&str], code: Code, message: &str, candidates: &[&str]) -> Box<Diagnostic> {
        let names = names.iter().map(|name| (*name).to_owned()).collect();
        let operation = Operation::AddPackage(AddPackage { names, ..AddPackage::default() });
        let error = Diagnostic::new(code, message).help("before").candidates(candidates.iter().copied());
        corrected(&[operation], error, &|wrong, right| format!("{wrong} -> {right}"))
    }

    #[test]
    fn the_blamed_name_is_replaced() {
        let renamed = of(&["fd", "du-dust"], Code::NixAliasThrows, "'du-dust' has been renamed to/replaced by 'dust'", &["dust"]);
        assert_eq!(
            (renamed.message.as_str(), renamed.ways[0].command.as_str()),
            ("'du-dust' has been renamed to 'dust'", "du-dust -> dust")
        );
        let missing = of(&["fd", "a.requets"], Code::NixAttributeMissing, "attribute 'requets' missing", &["requests"]);
        assert_eq!((missing.help.as_deref(), missing.ways[0].command.as_str()), (Some("before"), "a.requets -> a.requests"));
    }

    #[test]
    fn others_are_left_alone() {
        for error in [
            of(&["fd"], Code::NixUndefinedVariable, "undefined variable 'pkgs'", &["pkg"]),
            of(&["fd"], Code::NixAliasThrows, "'exa' has been renamed to/replaced by 'eza'", &["eza"]),
            of(&["fd"], Code::NixSyntax, "syntax error", &[]),
        ] {
            assert!(error.ways.is_empty() && error.help.is_some());
        }
        assert_eq!(of(&["fd"], Code::NixAliasThrows, "'fd' has been removed", &[]).help, None, "nothing is there to remove");
    }
}
