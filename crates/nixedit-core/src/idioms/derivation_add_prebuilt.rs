//! `derivation add-prebuilt NAME`: a program that is downloaded as it runs, as a package of a host.
//!
//! ```text
//! # Prebuilt binary with ELF patch
//! (runCommand "nullclaw-2026.3.1" { src = fetchurl { … }; nativeBuildInputs = [ autoPatchelfHook ]; } ''
//!   install -Dm755 $src $out/bin/nullclaw
//! '')
//! ```
//! Refuses: a hash that is none; another derivation of that name; a host without a list of its own.

use super::derivation_place::{Names, NewDerivation, fake_note};
use super::derivations;
use crate::diagnostic::{Code, Diagnostic, Result};
use crate::operation::{DerivationAddPrebuilt, Hash};
use crate::plan::Plan;
use crate::project::Project;
use crate::syntax::attr_path::quoted_string;

pub(super) fn plan(project: &Project, args: &DerivationAddPrebuilt) -> Result<Plan> {
    if args.version.is_empty() || args.version.contains(|c: char| !c.is_ascii_alphanumeric() && !"._+-".contains(c)) {
        return Err(Diagnostic::new(Code::UsageInvalid, format!("'{}' is no version", args.version)).help("as in 2026.3.1"));
    }
    if !args.url.contains("://") {
        return Err(Diagnostic::new(Code::UsageInvalid, format!("'{}' is no URL", args.url)).help("as in https://example.org/program"));
    }
    let hash = derivations::hash(&args.hash, "what is downloaded", "--hash SRI")?;
    let make = |names: &Names| {
        Ok(format!(
            "{} {} {{\n  src = {} {{\n    url = {};\n    hash = {hash};\n  }};\n  nativeBuildInputs = [ {} ];\n}} ''\n  install -Dm755 $src $out/bin/{}\n''",
            names.of("runCommand")?,
            quoted_string(&format!("{}-{}", args.name, args.version)),
            names.of("fetchurl")?,
            quoted_string(&args.url),
            names.of("autoPatchelfHook")?,
            args.name,
        ))
    };
    let remark = Some("Prebuilt binary with ELF patch");
    let mut plan = NewDerivation { name: &args.name, place: &args.place, remark, make: &make }.plan(project)?;
    if args.hash == Hash::Fake && !plan.steps.is_empty() {
        plan.notes.push(fake_note(&args.name));
    }
    Ok(plan)
}
