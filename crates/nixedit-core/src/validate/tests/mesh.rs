//! The mesh fixture with a real nix: a failure's place, suggestion and cost.

use super::{Ask, changes, nix, place, target};
use crate::diagnostic::Code;
use crate::plan::{Expect, Target};
use crate::system::command::{Cancel, Command};
use std::fs;
use std::path::Path;

const HOME: &str = "hosts/nxiz/home.nix";

fn packages(host: &str, expect: Expect) -> Target {
    let question = "map (p: p.name) c.config.home-manager.users.zk.home.packages".to_owned();
    Target { question, label: "home.packages".to_owned(), ..target(host, "", expect) }
}

#[test]
fn a_package_is_added_to_one_host() {
    let Some(nix) = nix() else { return };
    let fixtures = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../fixtures");
    let locked = Command::new(Path::new("bash")).arg(fixtures.join("lock")).args(["--check".as_ref(), nix.program.as_os_str()]);
    let locked = match nix.store() {
        Some(store) => locked.variable("NIX_REMOTE", store),
        None => locked,
    };
    let locked = locked.run(&Cancel::default()).unwrap();
    assert!(locked.status.success(), "{}", locked.stderr_text());
    let place = place();
    let copied = Command::new(Path::new("cp")).arg("-rT").args([&fixtures.join("mesh"), &place.root]).run(&Cancel::default()).unwrap();
    assert!(copied.status.success());
    place.commit();
    let old = fs::read_to_string(place.root.join(HOME)).unwrap();
    let with = |name: &str| {
        let at = old.find("    # Apps\n").unwrap() + 11;
        changes(&[(HOME, Some(&old), Some(&format!("{}    {name}\n{}", &old[..at], &old[at..])))])
    };
    let targets = || vec![packages("nxiz", Expect::Changed), packages("adeck", Expect::Same), packages("zrrh", Expect::Same)];
    let added = Ask::new(&place, with("hello"), targets()).run(Some(nix.clone()));
    let added = added.map_err(|failure| failure.diagnostic).unwrap();
    assert_eq!(added.report().targets[0].effect.len(), 1);
    assert!(added.report().targets[0].effect[0].starts_with("+ hello"), "{:?}", added.report().targets[0].effect);
    let failure = Ask::new(&place, with("ripgrepp"), targets()).run(Some(nix)).unwrap_err();
    assert_eq!(
        (failure.diagnostic.code, failure.diagnostic.message.as_str()),
        (Code::NixUndefinedVariable, "undefined variable 'ripgrepp'")
    );
    assert_eq!(failure.diagnostic.labels[0].file, HOME);
    assert_eq!(failure.diagnostic.candidates.first().map(String::as_str), Some("ripgrep"), "{:?}", failure.diagnostic);
}
