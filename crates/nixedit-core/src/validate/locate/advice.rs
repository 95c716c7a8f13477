//! The way out of a failure, in one line.

use super::scene::{Presence, Scene};
use super::{option_advice, places};
use crate::diagnostic::{Code, Label};
use crate::similar_names::near;
use crate::syntax::SyntaxKind::*;
use crate::syntax::parse::Source;
use crate::system::nix_output::{between, renamed};
use rnix::ast;
use rowan::ast::AstNode;

/// Help and the names that could have been meant.
#[derive(Default)]
pub(super) struct Advice {
    pub(super) help: Option<String>,
    pub(super) names: Vec<String>,
}

impl Advice {
    pub(super) fn say(help: impl Into<String>) -> Self {
        Self { help: Some(help.into()), names: Vec::new() }
    }

    /// "did you mean a, b or c?"; nothing without names.
    pub(super) fn did_you_mean(names: Vec<String>) -> Self {
        Self { help: question(&names), names }
    }

    /// This advice if it says something, else the other.
    pub(super) fn or(self, other: impl FnOnce() -> Self) -> Self {
        if self.help.is_some() { self } else { other() }
    }
}

fn question(names: &[String]) -> Option<String> {
    let (last, rest) = names.split_last()?;
    Some(if rest.is_empty() { format!("did you mean {last}?") } else { format!("did you mean {} or {last}?", rest.join(", ")) })
}

/// The advice for a failure with these places.
pub(super) fn of(scene: &Scene, labels: &[Label]) -> Advice {
    let message = scene.failure.message.as_str();
    match scene.code() {
        Code::NixUndefinedVariable => undefined(scene, labels),
        Code::NixAttributeMissing => attribute(scene, labels),
        Code::NixAliasThrows => alias(message),
        Code::NixOptionMissing => option_advice::missing(scene),
        Code::NixType => option_advice::wrong_type(scene),
        Code::NixOptionUnset => option_advice::unset(scene),
        Code::NixSyntax => syntax(message, labels),
        Code::NixFileMissing | Code::NixFileUntracked => missing_file(scene),
        Code::NixRecursion => recursion(scene),
        Code::NixArgument => argument(scene),
        Code::NixLockStale => Advice::say("run nix flake lock; it adds what is missing and keeps the rest"),
        Code::NixAssertion if message.contains("no longer has any effect") => Advice::say("remove the definition"),
        code => fixed(code, message),
    }
}

/// Kinds whose advice needs no look at the candidate.
fn fixed(code: Code, message: &str) -> Advice {
    let help = match code {
        Code::NixOptionConflict if message.contains("already declared") => "declare the option in one place only",
        Code::NixOptionConflict => "keep one of the definitions, or put lib.mkForce before the one that is to win",
        Code::NixDuplicateAttribute => "remove one of the two",
        Code::NixDownload => "the edit is not the cause: evaluate once with network, then try again",
        Code::NixUnfree => "allow it with nixpkgs.config.allowUnfreePredicate, or take another package",
        Code::NixBroken if message.contains("insecure") => {
            "allow it with nixpkgs.config.permittedInsecurePackages, or take another package"
        }
        Code::NixBroken => "take another package, or allow it with nixpkgs.config.allowBroken",
        Code::NixImportFromDerivation => "a value needs something built during evaluation; write the generated file into the flake instead",
        Code::NixOther if message.contains("absolute path") => "pure evaluation sees only the flake's own files: write a relative path",
        Code::NixOther if message.contains("unsupported attribute") => {
            "put the other bindings below config too, or write them all without it"
        }
        _ => return Advice::default(),
    };
    Advice::say(help)
}

fn undefined(scene: &Scene, labels: &[Label]) -> Advice {
    let name = places::first_quoted(&scene.failure.message).unwrap_or_default();
    let Some(label) = labels.first() else { return Advice::default() };
    let shell_name = !name.is_empty() && name.bytes().all(|b| b.is_ascii_uppercase() || b.is_ascii_digit() || b == b'_');
    if shell_name && in_interpolation(label) {
        return Advice::say(format!("for the shell's own variable write ''${{{name}}} (or ${name})"));
    }
    let known = Source::parse(&label.file, label.source.clone()).map(|source| bound_names(&source)).unwrap_or_default();
    let packages = if label.source.contains("with ") { scene.files.package_names() } else { Vec::new() };
    Advice::did_you_mean(near(name, known.iter().chain(&packages).map(String::as_str))).or(|| {
        const ARGUMENTS: &[&str] = &["config", "inputs", "lib", "options", "osConfig", "pkgs", "self"];
        let is_input = label.file == "flake.nix" && label.source.matches(name).count() > 1;
        Advice::say(match name {
            _ if is_input => format!("add {name} to the arguments of outputs"),
            _ if ARGUMENTS.contains(&name) => format!("add {name} to the arguments at the top of {}", label.file),
            _ => format!("nothing binds {name} here: is it misspelled, or an argument or 'with pkgs;' missing?"),
        })
    })
}

/// Whether the label stands behind an open `${` of its line.
fn in_interpolation(label: &Label) -> bool {
    let before = &label.source[..label.span.start];
    let line = &before[before.rfind('\n').map_or(0, |at| at + 1)..];
    line.rfind("${").is_some_and(|at| !line[at..].contains('}'))
}

/// The names that a file binds: arguments and what `let` defines.
fn bound_names(source: &Source) -> Vec<String> {
    let in_let = |node: &crate::syntax::SyntaxNode| node.parent().is_some_and(|parent| parent.kind() == NODE_LET_IN);
    let nodes = source.root.descendants().filter(|node| match node.kind() {
        NODE_PAT_ENTRY | NODE_IDENT_PARAM => true,
        NODE_ATTRPATH_VALUE => in_let(node),
        _ => false,
    });
    let first = nodes.filter_map(|node| node.descendants().find_map(ast::Ident::cast));
    first.map(|ident| ident.syntax().text().to_string()).collect()
}

fn attribute(scene: &Scene, labels: &[Label]) -> Advice {
    let failure = scene.failure;
    let name = between(&failure.message, "attribute '", "' missing").unwrap_or_default();
    // `pkgs.name`; the attributes of any other set are no packages.
    let of_packages = labels.first().is_some_and(|label| label.source[..label.span.start].ends_with("pkgs."));
    let packages = if of_packages { scene.files.package_names() } else { Vec::new() };
    let known = failure.suggestions.iter().chain(&packages).map(String::as_str);
    let by_host = labels.first().is_some_and(|label| label.source[label.span.start..label.span.end].contains(".${"));
    let mut advice = Advice::did_you_mean(near(name, known));
    if by_host {
        let help = format!("no row for '{name}': nixedit perhost add-host {name}");
        advice.help = Some(advice.help.map_or(help.clone(), |question| format!("{help}; or {question}")));
    }
    advice.or(|| Advice::did_you_mean(failure.suggestions.clone()))
}

fn alias(message: &str) -> Advice {
    let Some(old) = places::first_quoted(message) else { return Advice::default() };
    match renamed(message) {
        Some((old, new)) => Advice { help: Some(format!("nixedit replace-package {old} {new}")), names: vec![new.to_owned()] },
        None => Advice::say(format!("nixedit remove-package {old}, or replace-package {old} <other>")),
    }
}

/// The names with the same beginning as `name` whose last part is near its last part.
pub(super) fn near_last(name: &str, separator: char, names: &[String]) -> Vec<String> {
    let (beginning, last) = name.rsplit_once(separator).unwrap_or(("", name));
    let split = |other: &String| other.rsplit_once(separator).map_or((String::new(), other.clone()), |(b, l)| (b.to_owned(), l.to_owned()));
    let siblings: Vec<String> = names.iter().map(split).filter(|(b, _)| b == beginning).map(|(_, last)| last).collect();
    // The ending says nothing about how alike two files are named.
    let bare = |text: &str| text.trim_end_matches(".nix").to_owned();
    let bare_siblings: Vec<String> = siblings.iter().map(|sibling| bare(sibling)).collect();
    let found = near(&bare(last), bare_siblings.iter().map(String::as_str));
    let whole = |name: String| names.iter().find(|full| bare(&split(full).1) == name && split(full).0 == beginning).cloned();
    found.into_iter().filter_map(whole).collect()
}

fn syntax(message: &str, labels: &[Label]) -> Advice {
    if labels.first().is_some_and(in_interpolation) {
        return Advice::say("for the shell's own ${…} write ''${…} in this string");
    }
    if message.contains("unexpected ','") {
        return Advice::say("no commas: list elements are separated by blanks, bindings end with ';'");
    }
    if message.contains("expecting ';'") {
        return Advice::say("end the binding before it with ';'");
    }
    if message.contains("end of file") {
        return Advice::say("a bracket, string or comment is still open at the end of the file");
    }
    Advice::default()
}

fn missing_file(scene: &Scene) -> Advice {
    match scene.missing() {
        Some((path, Presence::Ignored(rule))) => Advice::say(format!("ignored by {rule}; change the rule, or git add -f -N {path}")),
        Some((path, _)) if scene.code() == Code::NixFileUntracked => Advice::say(format!("git add -N {path}")),
        Some((path, _)) if path.ends_with(".age") => {
            let name = path.rsplit('/').next().unwrap_or(&path).trim_end_matches(".age");
            Advice::say(format!("nixedit secret add {name}"))
        }
        Some((path, _)) => Advice::did_you_mean(near_last(&path, '/', &scene.files.nix_files())),
        None => Advice::default(),
    }
}

fn recursion(scene: &Scene) -> Advice {
    let failure = scene.failure;
    let in_imports = |text: &String| text.contains("reference `config` in `imports`") || text.contains("attribute 'imports'");
    if failure.trace.iter().take(24).any(in_imports) {
        return Advice::say(
            "imports may not depend on config: import always and put the content below lib.mkIf, or decide by a special argument",
        );
    }
    match &failure.option {
        Some(option) => Advice::say(format!("the value of {option} needs itself: look for a read of it on the way")),
        None if failure.message.contains("stack overflow") => Advice::say("a function or value calls itself without end"),
        None => Advice::default(),
    }
}

fn argument(scene: &Scene) -> Advice {
    let failure = scene.failure;
    if let Some(input) = failure.input() {
        return Advice::say(format!("nixedit input add {input} <url>"));
    }
    if let Some(name) = failure.module_argument() {
        return Advice::say(format!("pass {name} through specialArgs (extraSpecialArgs in home-manager), or remove it from the arguments"));
    }
    Advice::did_you_mean(failure.suggestions.clone())
}
