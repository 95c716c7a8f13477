//! Questions to Nix that show whether a package edit did what was asked.

use super::spelling;
use crate::plan::{Expect, Target};
use crate::project::{Host, Side};
use crate::syntax::attr_path::quoted_name;

/// The flake output of a host.
pub(super) fn output(host: &str) -> String {
    format!("nixosConfigurations.{}", quoted_name(host))
}

/// The Nix expressions, over `c`, of a host's package list on one side: one per user.
fn lists(host: &Host, side: Side) -> Vec<(String, String)> {
    match side {
        Side::System => vec![("environment.systemPackages".to_owned(), "c.config.environment.systemPackages".to_owned())],
        Side::Home => host
            .users
            .iter()
            .map(|user| ("home.packages".to_owned(), format!("c.config.home-manager.users.{}.home.packages", quoted_name(&user.name))))
            .collect(),
    }
}

/// The names in a host's list must change (or, on a host that was not asked for, must not).
pub(super) fn names(host: &Host, side: Side, expect: &Expect) -> Vec<Target> {
    let target = |(label, list): (String, String)| Target {
        host: Some(host.name.clone()),
        output: output(&host.name),
        label,
        question: format!("map (p: p.name or \"?\") {list}"),
        expect: expect.clone(),
        forced: false,
    };
    lists(host, side).into_iter().map(target).collect()
}

/// The very package (its derivation, not its name) must be, or must not be, in the list.
pub(super) fn derivation(host: &Host, side: Side, parts: &[String], there: bool) -> Vec<Target> {
    let package = format!("c.pkgs.{}", spelling::attribute(parts));
    let target = |(label, list): (String, String)| Target {
        host: Some(host.name.clone()),
        output: output(&host.name),
        label: format!("{label} has pkgs.{}", spelling::attribute(parts)),
        question: format!("builtins.any (p: (p.drvPath or null) == {package}.drvPath) {list}"),
        expect: Expect::Equals(there.to_string()),
        forced: true,
    };
    lists(host, side).into_iter().map(target).collect()
}

/// The packages of a flake output must change.
pub(super) fn flake_output(kind: &str, system: &str, name: &str) -> Target {
    // The stand-ins of tests show `paths` or `packages`; a real environment or shell shows what it
    // is built from as `nativeBuildInputs`, or only as its derivation.
    let names = "map (p: p.name or \"?\")";
    Target {
        host: None,
        output: format!("{kind}.{}.{}", quoted_name(system), quoted_name(name)),
        label: format!("{kind}.{name}"),
        question: format!(
            "if c ? paths then {names} c.paths else if c ? packages then {names} c.packages else if c ? nativeBuildInputs then {names} c.nativeBuildInputs else [ c.drvPath ]"
        ),
        expect: Expect::Changed,
        forced: false,
    }
}
