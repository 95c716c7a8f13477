//! The secrets of the fixtures, and rules files of every shape.

use super::*;
use crate::diagnostic::Code;
use crate::settings::Settings;
use std::path::Path;

fn fixture(name: &str) -> Project {
    Project::new(&Path::new(env!("CARGO_MANIFEST_DIR")).join("../../fixtures").join(name), Settings::default())
}

fn with_rules<T>(text: &str, read: impl FnOnce(&Project, &Secrets) -> T) -> T {
    let folder = tempfile::tempdir().unwrap();
    std::fs::create_dir(folder.path().join("secrets")).unwrap();
    std::fs::write(folder.path().join("secrets/secrets.nix"), text).unwrap();
    std::fs::write(folder.path().join("secrets/keys.nix"), "{ zk = \"ssh-ed25519 AAA zk@home\"; }").unwrap();
    let project = Project::new(folder.path(), Settings::default());
    let secrets = project.secrets().unwrap();
    read(&project, &secrets)
}

fn keys(text: &str) -> Vec<String> {
    with_rules(text, |project, secrets| {
        let rules = secrets.rules.as_ref().unwrap();
        let expression = rules.rules.last().unwrap().recipients.text().to_string();
        project.secret_keys(rules, &expression).map_err(|error| assert_eq!(error.code, Code::SecretRecipientUnknown)).unwrap_or_default()
    })
}

#[test]
fn rules_of_every_shape_come_to_keys() {
    let key = "\"ssh-ed25519 AAA\"";
    for text in [
        format!("{{ \"x.age\".publicKeys = [ {key} ]; }}"),
        format!("let zk = {key}; in {{ \"x.age\".publicKeys = [zk]; }}"),
        format!("let zk = {key}; all = [ zk ]; in {{ \"x.age\".publicKeys = [ ] ++ all; }}"),
        format!("let ids = {{ zk = {key}; }}; in {{ \"x.age\" = {{ publicKeys = with ids; [ zk ]; armor = true; }}; }}"),
        format!("let ids = {{ zk = {key}; }}; in {{ \"secrets/x.age\".publicKeys = builtins.attrValues ids; }}"),
        "let keys = import ./keys.nix; in { \"x.age\".publicKeys = [ keys.zk ]; }".to_owned(),
        "with import ./keys.nix; { \"x.age\".publicKeys = [ zk ]; }".to_owned(),
    ] {
        assert_eq!(keys(&text), ["ssh-ed25519 AAA"], "{text}");
    }
    assert_eq!(keys("{ nope, ... }: { \"x.age\".publicKeys = [ nope ]; }"), Vec::<String>::new());
}

#[test]
fn a_mesh_with_written_entries() {
    let project = fixture("mesh");
    let secrets = project.secrets().unwrap();
    let rules = secrets.rules.as_ref().unwrap();
    assert_eq!((rules.file.as_str(), rules.folder.as_str(), rules.key_of("x").as_str()), ("secrets/secrets.nix", "secrets", "x.age"));
    let names: Vec<_> = secrets.entries.iter().map(|e| (e.name.as_str(), e.file.as_str(), e.hosts.len(), e.attributes.len())).collect();
    assert_eq!(names, [("wifi-password", "modules/user.nix", 3, 5), ("github-token", "modules/user.nix", 3, 5)]);
    let known: Vec<_> = project.secret_recipients(rules).unwrap().into_iter().map(|r| (r.text, r.keys.len(), r.is_list)).collect();
    let expected = [("zk", 1, false), ("nxiz", 1, false), ("adeck", 1, false), ("zrrh", 1, false), ("hosts", 3, true)];
    assert_eq!(known, expected.map(|(text, keys, list)| (text.to_owned(), keys, list)));
    assert!(secrets.generated.is_empty() && secrets.sops.is_none());
}

#[test]
fn entries_that_are_made_from_the_rules() {
    let project = fixture("mkhost");
    let secrets = project.secrets().unwrap();
    assert!(secrets.entries.is_empty());
    assert_eq!(secrets.generated.iter().map(|place| place.file.as_str()).collect::<Vec<_>>(), ["modules/user.nix"]);
    let texts: Vec<_> = project.secret_recipients(secrets.rules.as_ref().unwrap()).unwrap().into_iter().map(|r| r.text).collect();
    assert_eq!(texts, ["identities.zk", "systems.nxiz", "systems.adeck", "systems.zrrh", "all"]);
}

#[test]
fn readers_are_found_however_written() {
    let text =
        "{ config, osConfig, ... }: { a = config.age.secrets.x.path; b = osConfig.age.secrets.\"x\".path; c = config.age.secrets.xy; }";
    with_rules(text, |project, _| {
        let readers = project.secret_readers("x").unwrap();
        assert_eq!(readers.len(), 2);
    });
}
