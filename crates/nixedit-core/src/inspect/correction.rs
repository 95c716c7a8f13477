//! The way out of a failed proof of packages: the same edit with the name that was meant.

use crate::diagnostic::{Code, Diagnostic};
use crate::operation::Operation;
use crate::system::nix_output::renamed;

/// The failure of an edit with its correction, where one of its packages is to blame and Nix said
/// what it is called. Costs nothing: the failure itself has the names. `command` makes the command line
/// of the edit with the second name in the place of the first.
pub fn corrected(operations: &[Operation], mut error: Box<Diagnostic>, command: &dyn Fn(&str, &str) -> String) -> Box<Diagnostic> {
    let [Operation::AddPackage(args)] = operations else { return error };
    if args.no_discover || args.from.is_some() {
        return error;
    }
    match error.code {
        Code::NixAliasThrows => {
            let Some((old, new)) = renamed(&error.message).map(|(old, new)| (old.to_owned(), new.to_owned())) else {
                // Nothing was written, so there is nothing to remove or replace.
                error.help = None;
                return error;
            };
            if !args.names.contains(&old) {
                return error;
            }
            error.message = format!("'{old}' has been renamed to '{new}'");
            error.help = Some("take the new name:".to_owned());
            let way = command(&old, &new);
            error.way(way, format!("add {new}"))
        }
        Code::NixUndefinedVariable | Code::NixAttributeMissing => {
            let Some(near) = error.candidates.first().cloned() else { return error };
            let blamed = args.names.iter().find(|name| error.message.contains(&format!("'{}'", last(name))));
            let Some(wrong) = blamed.cloned() else { return error };
            let right = format!("{}{near}", &wrong[..wrong.len() - last(&wrong).len()]);
            let way = command(&wrong, &right);
            error.way(way, format!("add {right}"))
        }
        Code::NixType if error.message.contains("is not of type `package'") => {
            let [name] = args.names.as_slice() else { return error };
            let Some(host) = args.hosts.names.first() else { return error };
            error.way(format!("nixedit discover {name} --host {host}"), format!("see what {name} is"))
        }
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
