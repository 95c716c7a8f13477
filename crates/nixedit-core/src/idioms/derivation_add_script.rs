//! `derivation add-script NAME`: a shell script as a package of a host.
//!
//! ```text
//! (writeShellApplication {
//!   name = "deck-on";
//!   runtimeInputs = [ coreutils ];
//!   text = ''
//!     exec ssh zk@adeck "niri msg output ''${1:-eDP-1} on"
//!   '';
//! })
//! ```
//! Refuses: an empty script; another derivation of that name; a host without a list of its own.

use super::derivation_place::NewDerivation;
use crate::diagnostic::{Code, Diagnostic, Result};
use crate::operation::DerivationAddScript;
use crate::plan::{Note, Plan};
use crate::project::Project;
use crate::syntax::indented::{dedented, indented_string};

pub(super) fn plan(project: &Project, args: &DerivationAddScript) -> Result<Plan> {
    let text = without_preamble(&args.text);
    if text.is_empty() {
        return Err(
            Diagnostic::new(Code::UsageInvalid, "the script is empty").help("give its lines with --text, or a file with --text-file")
        );
    }
    let text = indented_string(&text, args.raw_nix).replace('\n', "\n  ");
    let make = |names: &super::derivation_place::Names| {
        let runtime = args.runtime.iter().map(|name| names.of(name)).collect::<Result<Vec<_>>>()?;
        let runtime = match runtime.is_empty() {
            true => String::new(),
            false => format!("  runtimeInputs = [ {} ];\n", runtime.join(" ")),
        };
        Ok(format!("{} {{\n  name = \"{}\";\n{runtime}  text = {text};\n}}", names.of("writeShellApplication")?, args.name))
    };
    let mut plan = NewDerivation { name: &args.name, place: &args.place, remark: None, make: &make }.plan(project)?;
    if !plan.steps.is_empty() {
        plan.notes.extend(args.findings.iter().map(|finding| Note { code: "shell-finding".to_owned(), message: finding.clone() }));
    }
    Ok(plan)
}

/// The script without the lines that the builder writes itself (nixpkgs' manual, "writeShellApplication").
fn without_preamble(text: &str) -> String {
    let written = |line: &String| {
        let line = line.trim();
        line.starts_with("#!")
            || matches!(line, "set -euo pipefail" | "set -eu -o pipefail" | "set -e" | "set -eu" | "set -u" | "set -o pipefail")
    };
    let lines = dedented(text);
    let start = lines.iter().position(|line| !line.trim().is_empty() && !written(line)).unwrap_or(lines.len());
    lines[start..].join("\n")
}

#[cfg(test)]
mod tests {
    use super::without_preamble;

    #[test]
    fn what_the_builder_writes_is_dropped() {
        assert_eq!(without_preamble("#!/usr/bin/env bash\nset -euo pipefail\n\necho a\nset -e\n"), "echo a\nset -e");
        assert_eq!(without_preamble("#!/bin/sh\n"), "");
    }
}
