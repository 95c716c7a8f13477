//! Secret operations on the fixtures: exact diffs, what lands in the file, refusals, add and remove.

use crate::apply::{self, Proposal};
use crate::diagnostic::{Code, Diagnostic};
use crate::operation::{Hosts, Operation, SecretAdd, SecretRecipients, SecretRemove};
use crate::plan::Expect;
use crate::project::Project;
use crate::settings::Settings;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

const VALUE: &[u8] = b"sk-or-v1-very-secret";

fn fixtures() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../../fixtures")
}

fn project(name: &str) -> Project {
    Project::new(&fixtures().join(name), Settings::default())
}

fn words(list: &[&str]) -> Vec<String> {
    list.iter().map(|word| (*word).to_owned()).collect()
}

fn add(name: &str) -> SecretAdd {
    SecretAdd { name: name.into(), ..SecretAdd::default() }
}

fn with_value(args: SecretAdd) -> SecretAdd {
    SecretAdd { value: Some(VALUE.to_vec()), ..args }
}

fn on(host: &str, recipients: &[&str], args: SecretAdd) -> SecretAdd {
    SecretAdd { hosts: Hosts { names: words(&[host]), ..Hosts::default() }, recipients: Some(words(recipients)), ..args }
}

fn propose(project: &Project, operation: impl Into<Operation>) -> Proposal {
    apply::propose(project, &[operation.into()]).unwrap()
}

fn refused(name: &str, operation: impl Into<Operation>) -> Box<Diagnostic> {
    apply::propose(&project(name), &[operation.into()]).unwrap_err()
}

impl From<SecretAdd> for Operation {
    fn from(args: SecretAdd) -> Self {
        Self::SecretAdd(args)
    }
}

impl From<SecretRecipients> for Operation {
    fn from(args: SecretRecipients) -> Self {
        Self::SecretRecipients(args)
    }
}

impl From<SecretRemove> for Operation {
    fn from(args: SecretRemove) -> Self {
        Self::SecretRemove(args)
    }
}

/// The unified diff with one line of context; encrypted files by name only.
fn diff(proposal: &Proposal) -> String {
    let mut out = String::new();
    for change in proposal.changes.files() {
        let text = |bytes: &Option<std::sync::Arc<[u8]>>| String::from_utf8_lossy(bytes.as_deref().unwrap_or_default()).into_owned();
        let (before, after) = (text(&change.before), text(&change.after));
        if change.path.ends_with(".age") {
            let what = if change.after.is_some() { "+++ new" } else { "--- gone" };
            out.push_str(&format!("{what} {}\n", change.path));
            continue;
        }
        out.push_str(&format!("--- {}\n", change.path));
        let diff = similar::TextDiff::from_lines(&before, &after);
        for line in diff.unified_diff().context_radius(1).to_string().lines().filter(|line| !line.starts_with("@@")) {
            out.push_str(&format!("{line}\n"));
        }
    }
    out
}

/// What `age` reads out of an encrypted file with a private key; `None` where it cannot.
fn decrypted(bytes: &[u8], key: &Path) -> Option<Vec<u8>> {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("x.age");
    std::fs::write(&file, bytes).unwrap();
    let out = Command::new("age").arg("-d").arg("-i").arg(key).arg(&file).stdin(Stdio::null()).output().unwrap();
    out.status.success().then_some(out.stdout)
}

fn has_program(name: &str) -> bool {
    let there = Command::new(name).arg("--help").stdin(Stdio::null()).stdout(Stdio::null()).stderr(Stdio::null()).status().is_ok();
    if !there {
        assert!(std::env::var_os("CI").is_none_or(|ci| ci != "true"), "no {name}, and CI=true");
        eprintln!("SKIPPED: no {name}");
    }
    there
}

fn contents<'a>(proposal: &'a Proposal, file: &str) -> &'a [u8] {
    proposal.changes.get(file).unwrap().after.as_deref().unwrap()
}

#[test]
fn a_secret_for_all_takes_after_its_neighbours() {
    let expected = "--- modules/user.nix
     };
+    openrouter-key = {
+      file = ../secrets/openrouter-key.age;
+      owner = \"zk\";
+      group = \"users\";
+      mode = \"0400\";
+      path = \"/run/secrets/openrouter-key\";
+    };
   };
+++ new secrets/openrouter-key.age
--- secrets/secrets.nix
   \"github-token.age\".publicKeys = [ zk nxiz adeck zrrh ];
+  \"openrouter-key.age\".publicKeys = [ zk nxiz adeck zrrh ];
 }
";
    let proposal = propose(&project("mesh"), with_value(add("openrouter-key")));
    assert_eq!(diff(&proposal), expected);
    assert_eq!((proposal.hosts.len(), proposal.next.len()), (3, 0));
    let like = SecretAdd { like: Some("github-token".into()), ..with_value(add("openrouter-key")) };
    assert_eq!(diff(&propose(&project("mesh"), like)), expected);
    let exists = proposal
        .targets
        .iter()
        .filter(|t| t.expect == Expect::Equals("true".into()) && t.forced && t.question.starts_with("builtins.pathExists "));
    assert_eq!((proposal.targets.len(), exists.count()), (6, 3));
}

#[test]
fn without_a_value_the_file_is_left_to_agenix() {
    let mesh = project("mesh");
    let proposal = propose(&mesh, add("openrouter-key"));
    assert_eq!(proposal.changes.files().map(|f| f.path.as_str()).collect::<Vec<_>>(), ["modules/user.nix", "secrets/secrets.nix"]);
    assert_eq!(proposal.next, ["agenix -e openrouter-key.age (in secrets/)"]);
    assert!(proposal.targets.iter().all(|target| target.expect == Expect::Changed && target.question.ends_with(".path or null")));
    let now = mesh.with(&proposal.changes);
    let again = propose(&now, add("openrouter-key"));
    assert_eq!(
        (again.changes == proposal.changes, again.summaries.as_slice()),
        (true, words(&["secret openrouter-key is already there"]).as_slice())
    );
    let later = propose(&now, with_value(add("openrouter-key")));
    assert_eq!(later.changes.files().count(), 3);
    let last = now.with(&later.changes);
    let repeated = propose(&last, with_value(add("openrouter-key")));
    assert!(repeated.changes == later.changes && repeated.notes[0].code == "secret-value-kept");
}

#[test]
fn a_secret_for_one_host_goes_into_its_own_file() {
    let expected = "--- hosts/adeck/configuration.nix
 
+  age.secrets.print-token = {
+    file = ../../secrets/print-token.age;
+    owner = \"zk\";
+    group = \"users\";
+    mode = \"0400\";
+    path = \"/run/secrets/print-token\";
+  };
+
   system.stateVersion = \"24.11\";
+++ new secrets/print-token.age
--- secrets/secrets.nix
   \"github-token.age\".publicKeys = [ zk nxiz adeck zrrh ];
+  \"print-token.age\".publicKeys = [ zk adeck ];
 }
";
    let proposal = propose(&project("mesh"), with_value(on("adeck", &["zk", "adeck"], add("print-token"))));
    assert_eq!((diff(&proposal).as_str(), proposal.hosts.as_slice()), (expected, words(&["adeck"]).as_slice()));
}

#[test]
fn attributes_that_are_told_win() {
    let told = SecretAdd { owner: Some("root".into()), mode: Some("0440".into()), path: Some("/etc/x".into()), ..add("x") };
    let diff = diff(&propose(&project("mesh"), told));
    for line in ["+      owner = \"root\";", "+      group = \"users\";", "+      mode = \"0440\";", "+      path = \"/etc/x\";"] {
        assert!(diff.contains(line), "{line}\n{diff}");
    }
}

#[test]
fn where_entries_are_made_from_the_rules_the_rule_is_all() {
    let expected = "+++ new secrets/openrouter-key.age
--- secrets/secrets.nix
   };
+  \"openrouter-key.age\" = {
+    publicKeys = with identities; [ zk ] ++ all;
+    armor = true;
+  };
 }
";
    let proposal = propose(&project("mkhost"), with_value(add("openrouter-key")));
    assert_eq!(diff(&proposal), expected);
    assert_eq!((proposal.hosts.len(), proposal.notes.len()), (3, 1));
    assert!(contents(&proposal, "secrets/openrouter-key.age").starts_with(b"-----BEGIN AGE ENCRYPTED FILE-----"));
    let like = SecretAdd { like: Some("github-token".into()), ..with_value(add("x")) };
    let proposal = propose(&project("mkhost"), like);
    assert!(diff(&proposal).contains("+  \"x.age\".publicKeys = all ++ [ identities.zk ];\n"), "{}", diff(&proposal));
    let told = SecretAdd { recipients: Some(words(&["zk", "all"])), ..add("x") };
    assert!(diff(&propose(&project("mkhost"), told)).contains("+    publicKeys = [ identities.zk ] ++ all;\n"));
}

#[test]
fn every_recipient_can_decrypt_it_and_nobody_else() {
    if !has_program("age") {
        return;
    }
    let proposal = propose(&project("mesh"), with_value(on("adeck", &["zk", "adeck"], add("print-token"))));
    let file = contents(&proposal, "secrets/print-token.age");
    assert!(file.starts_with(b"age-encryption.org/v1\n"));
    for (key, reads) in [("zk", true), ("adeck", true), ("nxiz", false)] {
        let expected = reads.then(|| VALUE.to_vec());
        assert_eq!(decrypted(file, &fixtures().join("keys").join(key)), expected, "{key}");
    }
    let armored = propose(&project("mkhost"), with_value(add("x")));
    assert_eq!(decrypted(contents(&armored, "secrets/x.age"), &fixtures().join("keys/zrrh")), Some(VALUE.to_vec()));
}

#[test]
fn rsa_keys_can_decrypt_too() {
    if !has_program("age") || !has_program("ssh-keygen") {
        return;
    }
    let folder = tempfile::tempdir().unwrap();
    let key = folder.path().join("rsa");
    let made =
        Command::new("ssh-keygen").args(["-q", "-t", "rsa", "-b", "2048", "-N", "", "-f"]).arg(&key).stdin(Stdio::null()).status().unwrap();
    assert!(made.success());
    let public = std::fs::read_to_string(key.with_extension("pub")).unwrap();
    std::fs::create_dir(folder.path().join("secrets")).unwrap();
    std::fs::write(folder.path().join("secrets/secrets.nix"), format!("let\n  me = {:?};\nin\n{{\n}}\n", public.trim())).unwrap();
    std::fs::write(
        folder.path().join("flake.nix"),
        "{ outputs = { nixpkgs, ... }: { nixosConfigurations.h = nixpkgs.lib.nixosSystem { modules = [ ./h.nix ]; }; }; }",
    )
    .unwrap();
    std::fs::write(folder.path().join("h.nix"), "{\n}\n").unwrap();
    let project = Project::new(folder.path(), Settings::default());
    let proposal = propose(&project, with_value(on("h", &["me"], add("x"))));
    assert_eq!(decrypted(contents(&proposal, "secrets/x.age"), &key), Some(VALUE.to_vec()));
    assert_eq!(contents(&proposal, "h.nix"), b"{\n  age.secrets.x.file = ./secrets/x.age;\n}\n");
}

#[test]
fn what_cannot_be_added_is_refused() {
    let empty = SecretAdd { value: Some(b"\n".to_vec()), ..add("x") };
    assert_eq!(refused("mesh", empty).code, Code::SecretEmpty);
    let error = refused("mesh", SecretAdd { recipients: Some(words(&["zk", "tm20"])), ..add("x") });
    assert_eq!(
        (error.code, error.message.as_str()),
        (Code::SecretRecipientUnknown, "unknown recipient 'tm20'; known: zk, nxiz, adeck, zrrh, hosts")
    );
    let error = refused("mesh", SecretAdd { recipients: Some(words(&["zk", "nxiz", "zrrh"])), ..add("x") });
    assert_eq!(
        (error.code, error.message.as_str()),
        (Code::SecretRecipientMissing, "host adeck would get the secret but its key is not in publicKeys")
    );
    assert_eq!(refused("mesh", SecretAdd { like: Some("nope".into()), ..add("x") }).code, Code::SecretMissing);
    assert_eq!(
        refused("mesh", SecretAdd { recipients: Some(words(&["zk", "hosts", "adeck"])), ..add("github token") }).code,
        Code::UsageInvalid
    );
    assert_eq!(refused("mesh", SecretAdd { recipients: Some(words(&["zk"])), ..add("github-token") }).code, Code::SecretExists);
    assert_eq!(refused("mesh", on("nope", &["zk"], add("x"))).code, Code::HostUnknown);
}

#[test]
fn sops_is_another_tool() {
    let folder = tempfile::tempdir().unwrap();
    std::fs::write(folder.path().join("a.nix"), "{ sops.secrets.x = { }; }").unwrap();
    let project = Project::new(folder.path(), Settings::default());
    let error = apply::propose(&project, &[add("x").into()]).unwrap_err();
    assert_eq!((error.code, error.message.contains("sops-nix")), (Code::SecretSops, true));
}

#[test]
fn the_value_is_shown_nowhere() {
    let operation: Operation = with_value(add("openrouter-key")).into();
    let project = project("mesh");
    let plan = super::super::plan(&project, &operation).unwrap();
    let proposal = apply::propose(&project, std::slice::from_ref(&operation)).unwrap();
    let shown = format!("{operation:?}{plan:?}{proposal:?}{}", serde_json::to_string(&operation).unwrap());
    let bytes = format!("{VALUE:?}");
    assert!(!shown.contains("very-secret") && !shown.contains(bytes.trim_matches(['[', ']'])), "{shown}");
}

#[test]
fn recipients_come_and_go() {
    let change = |name: &str, add: &[&str], remove: &[&str]| SecretRecipients { name: name.into(), add: words(add), remove: words(remove) };
    let mesh = project("mesh");
    let less = propose(&mesh, on("adeck", &["zk", "adeck"], add("print-token")));
    let mesh = mesh.with(&less.changes);
    let more = propose(&mesh, change("print-token", &["zrrh"], &[]));
    let text = String::from_utf8(contents(&more, "secrets/secrets.nix").to_vec()).unwrap();
    assert!(text.contains("\"print-token.age\".publicKeys = [ zk adeck zrrh ];\n"), "{text}");
    assert_eq!(more.next, ["agenix -r (in secrets/)"]);
    let back = propose(&mesh.with(&more.changes), change("print-token", &[], &["zrrh"]));
    assert_eq!(back.changes, less.changes);
    let expected = "--- secrets/secrets.nix\n {\n-  \"wifi-password.age\".publicKeys = [ zk ] ++ hosts;\n+  \"wifi-password.age\".publicKeys = hosts;\n   \"github-token.age\".publicKeys = [ zk nxiz adeck zrrh ];\n";
    assert_eq!(diff(&propose(&project("mesh"), change("wifi-password", &[], &["zk"]))), expected);
    assert!(propose(&project("mesh"), change("wifi-password", &["adeck", "hosts"], &[])).changes.is_empty(), "through the list");
    let code = |name: &str, add: &[&str], remove: &[&str]| refused("mesh", change(name, add, remove)).code;
    assert_eq!(code("wifi-password", &[], &["adeck"]), Code::ShapeUnsupported);
    assert_eq!(code("github-token", &[], &["adeck"]), Code::SecretRecipientMissing);
    assert_eq!(code("github-token", &["tm20"], &[]), Code::SecretRecipientUnknown);
    assert_eq!(code("nope", &["zk"], &[]), Code::SecretMissing);
    assert_eq!(code("github-token", &[], &[]), Code::UsageInvalid);
}

#[test]
fn a_secret_goes_with_all_that_only_it_needed() {
    let expected = "--- modules/user.nix
   age.secrets = {
-    wifi-password = {
-      file = ../secrets/wifi-password.age;
-      owner = \"zk\";
-      group = \"users\";
-      mode = \"0400\";
-      path = \"/run/secrets/wifi-password\";
-    };
     github-token = {
--- secrets/secrets.nix
   zrrh = \"ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIK0n66+plkON6/tNNK0tfAQ/fx5MDQZOfwAjsBjSPePw\";
-
-  hosts = [ nxiz adeck zrrh ];
 in
 {
-  \"wifi-password.age\".publicKeys = [ zk ] ++ hosts;
   \"github-token.age\".publicKeys = [ zk nxiz adeck zrrh ];
--- gone secrets/wifi-password.age
";
    let mesh = project("mesh");
    let operation: Operation = SecretRemove { name: "wifi-password".into() }.into();
    let proposal = propose(&mesh, operation.clone());
    assert_eq!(diff(&proposal), expected);
    assert_eq!(proposal.targets.len(), 3);
    let again = propose(&mesh.with(&proposal.changes), operation);
    assert_eq!(again.changes, proposal.changes);
    assert_eq!(again.summaries, ["there is no secret wifi-password"]);
}

#[test]
fn adding_and_removing_gives_the_bytes_back() {
    for (name, args) in [
        ("mesh", with_value(add("openrouter-key"))),
        ("mesh", add("openrouter-key")),
        ("mesh", with_value(on("adeck", &["zk", "adeck"], add("print-token")))),
        ("mkhost", with_value(add("openrouter-key"))),
    ] {
        let back = SecretRemove { name: args.name.clone() };
        let both = apply::propose(&project(name), &[args.into(), back.into()]).unwrap();
        assert!(both.changes.is_empty(), "{name}: {}", diff(&both));
    }
}

#[test]
fn a_secret_that_is_read_stays() {
    let folder = tempfile::tempdir().unwrap();
    std::fs::write(folder.path().join("secrets.nix"), "{ \"x.age\".publicKeys = [ \"ssh-ed25519 AAA\" ]; }").unwrap();
    std::fs::write(folder.path().join("a.nix"), "{ config, ... }:\n{\n  b = config.age.secrets.x.path;\n}\n").unwrap();
    let project = Project::new(folder.path(), Settings::default());
    let error = apply::propose(&project, &[SecretRemove { name: "x".into() }.into()]).unwrap_err();
    assert_eq!((error.code, error.candidates.as_slice()), (Code::SecretUsed, words(&["a.nix:3"]).as_slice()));
}
