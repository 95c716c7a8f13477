//! The way out of a failed proof of packages: the same edit with the name that was meant.

use crate::diagnostic::{Code, Diagnostic};
use crate::operation::Operation;
use crate::system::nix_output::renamed;

/// The failure of an edit with its correction, where one of its packages is to blame and Nix said
/// what it is called. Costs nothing: the failure itself has the names. `command` makes the command line
/// of the edit with the second name in the place of the first.
pub fn corrected(operations: &[Operation], mut error: Box<Diagnostic>, command: &dyn Fn(&str, &str) -> String) -> Box<Diagnostic> {
    let [operation] = operations else { return error };
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
    use crate::operation::AddPackage;

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
