//! `derivation add-go NAME`: a Go program from GitHub as a package of a host.
//!
//! ```text
//! (buildGoModule {
//!   pname = "picoclaw";
//!   version = "1.2.0";
//!   src = fetchFromGitHub { owner = …; repo = …; rev = …; hash = …; };
//!   vendorHash = …;
//!   meta.mainProgram = "picoclaw";
//! })
//! ```
//! Refuses: hashes that are none; another derivation of that name; a host without a list of its own.

use super::derivation_place::{Names, NewDerivation, fake_note};
use super::derivations;
use crate::diagnostic::{Code, Diagnostic, Result};
use crate::operation::{DerivationAddGo, Hash};
use crate::plan::Plan;
use crate::project::Project;
use crate::syntax::attr_path::quoted_string;

pub(super) fn plan(project: &Project, args: &DerivationAddGo) -> Result<Plan> {
    let Some((owner, repo)) =
        args.github.split_once('/').filter(|(owner, repo)| !owner.is_empty() && !repo.is_empty() && !repo.contains('/'))
    else {
        return Err(
            Diagnostic::new(Code::UsageInvalid, format!("'{}' is no repository of GitHub", args.github)).help("as in owner/repository")
        );
    };
    if args.rev.is_empty() {
        return Err(Diagnostic::new(Code::UsageInvalid, "which revision?").help("name a tag or commit with --rev"));
    }
    let hash = derivations::hash(&args.hash, "the source", "--hash SRI")?;
    let vendor_hash = derivations::hash(&args.vendor_hash, "its dependencies", "--vendor-hash SRI")?;
    let version = args.version.clone().unwrap_or_else(|| version_of(&args.rev));
    let make = |names: &Names| {
        let (builder, fetcher) = (names.of("buildGoModule")?, names.of("fetchFromGitHub")?);
        let [name, version, owner, repo, rev] = [&args.name, &version, owner, repo, &args.rev].map(quoted_string);
        Ok(format!(
            "{builder} {{\n  pname = {name};\n  version = {version};\n  src = {fetcher} {{\n    owner = {owner};\n    repo = {repo};\n    rev = {rev};\n    hash = {hash};\n  }};\n  vendorHash = {vendor_hash};\n  meta.mainProgram = {name};\n}}"
        ))
    };
    let mut plan = NewDerivation { name: &args.name, place: &args.place, remark: None, make: &make }.plan(project)?;
    if (args.hash == Hash::Fake || args.vendor_hash == Hash::Fake) && !plan.steps.is_empty() {
        plan.notes.push(fake_note(&args.name));
    }
    Ok(plan)
}

/// The version that a tag names; of a commit its beginning (nixpkgs' manual, "Package naming": unstable).
fn version_of(rev: &str) -> String {
    let tag = rev.rsplit('/').next().unwrap_or(rev).trim_start_matches('v');
    let is_commit = rev.len() == 40 && rev.bytes().all(|b| b.is_ascii_hexdigit());
    if !is_commit && tag.starts_with(|c: char| c.is_ascii_digit()) {
        tag.to_owned()
    } else {
        format!("unstable-{}", rev.chars().take(7).collect::<String>())
    }
}

#[cfg(test)]
mod tests {
    use super::version_of;

    #[test]
    fn tags_are_versions() {
        assert_eq!(version_of("v1.2.0"), "1.2.0");
        assert_eq!(version_of("cli/v1.2"), "1.2");
        assert_eq!(version_of("0123456789012345678901234567890123456789"), "unstable-0123456");
        assert_eq!(version_of("main"), "unstable-main");
    }
}
