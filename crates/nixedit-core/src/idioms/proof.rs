//! Questions to Nix that show whether a package edit did what was asked.

use super::spelling;
use crate::plan::{Expect, Target};
use crate::project::{Host, Side};
use crate::syntax::attr_path::{AttrPath, quoted_name};

/// The Nix expression over `c` for a host's package list on one side: those of all users as one.
/// `None` where there is no user.
fn list(host: &Host, side: Side, path: &AttrPath) -> Option<String> {
    if side == Side::System {
        return Some(format!("c.config.{path}"));
    }
    let lists: Vec<String> = host.users.iter().map(|user| format!("{}.{path}", host.config_of(user))).collect();
    match lists.as_slice() {
        [] => None,
        [only] => Some(only.clone()),
        several => Some(format!("({})", several.join(" ++ "))),
    }
}

/// The names in a host's list must change (or, on a host that was not asked for, must not).
pub(super) fn names(host: &Host, side: Side, path: &AttrPath, expect: &Expect) -> Option<Target> {
    let list = list(host, side, path)?;
    Some(Target {
        host: Some(host.name.clone()),
        output: host.output(),
        label: path.to_string(),
        question: format!("map (p: p.name or \"?\") {list}"),
        expect: expect.clone(),
        forced: false,
    })
}

/// The very package (its derivation, not its name) must be, or must not be, in the list. Only packages
/// of its name are looked into: the derivations of a whole list cost many times what their names do,
/// and one of them that fails is not this edit's.
pub(super) fn derivation(host: &Host, side: Side, path: &AttrPath, parts: &[String], there: bool) -> Option<Target> {
    let package = format!("c.pkgs.{}", spelling::attribute(parts));
    let list = list(host, side, path)?;
    Some(Target {
        host: Some(host.name.clone()),
        output: host.output(),
        label: format!("{path} has pkgs.{}", spelling::attribute(parts)),
        question: format!(
            "builtins.any (p: (p.name or null) == ({package}.name or null) && (p.drvPath or null) == {package}.drvPath) {list}"
        ),
        expect: Expect::Equals(there.to_string()),
        forced: true,
    })
}

/// A package of that name must be in the list, and must be one that can be built from what it says.
pub(super) fn called(host: &Host, side: Side, path: &AttrPath, name: &str) -> Option<Target> {
    let list = list(host, side, path)?;
    let name_of = "p.pname or (builtins.parseDrvName (p.name or \"?\")).name";
    Some(Target {
        host: Some(host.name.clone()),
        output: host.output(),
        label: format!("{path} has {name}"),
        question: format!("builtins.any (p: {name_of} == \"{name}\" && builtins.isString p.drvPath) {list}"),
        expect: Expect::Equals("true".to_owned()),
        forced: true,
    })
}

/// What packages of that name in the list are called, and what they are built from.
pub(super) fn derivations_called(host: &Host, side: Side, path: &AttrPath, name: &str, expect: &Expect) -> Vec<Target> {
    let Some(list) = list(host, side, path) else { return Vec::new() };
    let name_of = "p.pname or (builtins.parseDrvName (p.name or \"?\")).name";
    let those = format!("builtins.filter (p: {name_of} == \"{name}\") {list}");
    let ask = |label: String, question: String, expect: Expect| Target {
        host: Some(host.name.clone()),
        output: host.output(),
        label,
        question,
        expect,
        forced: false,
    };
    let reported = if *expect == Expect::Same { Expect::Same } else { Expect::Reported };
    vec![
        ask(format!("{name} in {path}"), format!("map (p: p.name) ({those})"), reported),
        // Paths that nobody wants to read: that they differ is what counts.
        ask(format!("derivation of {name}"), format!("toString (map (p: \"${{p.drvPath}} ${{p.outPath}}\") ({those}))"), expect.clone()),
    ]
}

/// The packages of a flake output must change. A shell is made of what its attributes list; of a
/// real environment only its derivation shows what it is made of, of stand-ins `paths`.
pub(super) fn flake_output(kind: &str, system: &str, name: &str) -> Target {
    let names = "map (p: p.name or \"?\")";
    let question = match kind {
        "devShells" => format!("{names} ((c.nativeBuildInputs or c.packages or [ ]) ++ c.buildInputs or [ ])"),
        _ => format!("if c ? paths then {names} c.paths else [ c.drvPath ]"),
    };
    Target {
        host: None,
        output: format!("{kind}.{}.{}", quoted_name(system), quoted_name(name)),
        label: format!("{kind}.{name}"),
        question,
        expect: Expect::Changed,
        forced: false,
    }
}
