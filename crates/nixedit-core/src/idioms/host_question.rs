//! Questions to Nix about hosts.

use crate::plan::{Expect, Target};
use crate::project::{Host, Project};

/// A question about one host: `question` is an expression over `c`, its configuration.
pub(super) fn of_host(project: &Project, host: &str, label: impl Into<String>, question: impl Into<String>, expect: Expect) -> Target {
    Target {
        host: Some(host.to_owned()),
        output: project.output_of(host),
        label: label.into(),
        question: question.into(),
        expect,
        forced: false,
    }
}

/// Whether a package, an attribute of pkgs, is another than before, perhaps of the same name.
pub(super) fn other_package(project: &Project, host: &str, package: &str) -> Target {
    let attr = format!("pkgs.{package}");
    let known = format!("p = c.{attr}; in {{ inherit (p) name; path = \"${{p.drvPath}} ${{p.outPath}}\"; }}");
    let question = format!("if c ? {attr} then (let {known}) else null");
    of_host(project, host, attr, question, Expect::Changed)
}

/// Whether all that the host is made of still evaluates: for edits that can break any part of it, such
/// as an import.
pub(super) fn whole(host: &Host) -> Target {
    Target { host: Some(host.name.clone()), forced: true, ..Target::whole_system(&host.output()) }
}

/// The same question; what cannot be written as JSON, the value or an element of it, is told by its name:
/// packages, functions.
pub(super) fn with_names(question: Target) -> Target {
    let named = "e: if builtins.isFunction e then \"function\" else if builtins.isAttrs e && e ? outPath then e.name or \"?\" else e";
    let text = format!("let v = {}; named = {named}; in if builtins.isList v then map named v else named v", question.question);
    Target { question: text, ..question }
}
