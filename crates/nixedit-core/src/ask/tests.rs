//! The questions under a real nix, with the library as it is and as it was before it told of modules.

use super::{Asker, file_of, functions, own_files};
use crate::settings::ValidateSettings;
use crate::syntax::attr_path::AttrPath;
use crate::system::command::{Cancel, Command};
use crate::system::nix::{Nix, Surroundings};
use crate::system::nix_output::SourceRoots;
use crate::validate::tests::nix;
use serde_json::{Value, json};
use std::path::Path;
use std::time::Duration;
use tempfile::TempDir;

const HOST: &str = "nixosConfigurations.nxiz";
/// A configuration without what newer libraries add: `graph`, and `valueMeta` of options.
const OLD: &str = r#"c: let old = o: builtins.removeAttrs o [ "valueMeta" ]; in builtins.removeAttrs c [ "graph" ] // {
  options = c.options // { home-manager = c.options.home-manager // { users = old c.options.home-manager.users; }; };
}"#;

/// A scratch copy of the mesh as a git repository.
fn mesh(nix: &Nix) -> TempDir {
    let fixtures = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../fixtures");
    let folder = tempfile::tempdir().unwrap();
    let script = "\"$1/lock\" --check \"$2\" >/dev/null && cp -rT \"$1/mesh\" . && git init -q && git add -A && git -c user.name=t -c user.email=t@localhost commit -qm x";
    let words = ["-c".as_ref(), script.as_ref(), "sh".as_ref(), fixtures.as_os_str(), nix.program.as_os_str()];
    let run = Command::new(Path::new("bash")).args(words).folder(folder.path());
    let run = match nix.store() {
        Some(store) => run.variable("NIX_REMOTE", store),
        None => run,
    };
    let run = run.run(&Cancel::default()).unwrap();
    assert!(run.status.success(), "{}", run.stderr_text());
    folder
}

fn old(question: &str) -> String {
    format!("c: ({question}) (({OLD}) c)")
}

fn files(answer: &Value, of: &[&str]) -> Vec<String> {
    let list = of.iter().fold(answer, |value, name| &value[*name]);
    list.as_array().into_iter().flatten().map(|item| item["file"].as_str().unwrap_or_default().to_owned()).collect()
}

#[test]
fn older_libraries_answer_too() {
    let Some(nix) = nix() else { return };
    let place = mesh(&nix);
    let asker = Asker::new(place.path(), nix, Cancel::default()).unwrap();
    let (new, before) = (asker.ask(HOST, &functions::files()).unwrap(), asker.ask(HOST, &old(&functions::files())).unwrap());
    assert_eq!((&new["complete"], &before["complete"]), (&Value::Bool(true), &Value::Bool(false)));
    for (answer, module) in [(&new, "./modules/boot.nix"), (&before, "./hosts/nxiz/configuration.nix")] {
        assert!(files(answer, &["system"]).iter().any(|file| file == module), "{module}");
        assert!(files(answer, &["home", "zk"]).iter().any(|file| file == "./hosts/nxiz/home.nix"));
    }
    let packages = functions::definitions(&AttrPath::parse("home.packages").unwrap());
    let (new, before) = (asker.ask(HOST, &packages).unwrap(), asker.ask(HOST, &old(&packages)).unwrap());
    assert_eq!(new["home"]["zk"]["definitions"], before["home"]["zk"]["definitions"]);
    assert_eq!(new["home"]["zk"]["definitions"].as_array().map(Vec::len), Some(3));
}

#[test]
fn a_question_is_asked_once_until_a_file_changes() {
    let Some(nix) = nix() else { return };
    let place = mesh(&nix);
    let question = "c: c.config.networking.hostName";
    let asker = Asker::new(place.path(), nix.clone(), Cancel::default()).unwrap();
    assert_eq!(asker.ask(HOST, question).unwrap(), "nxiz");
    // Whoever has no time at all can only remember.
    let hasty = || Asker::new(place.path(), nix.at_most(Duration::ZERO), Cancel::default()).unwrap();
    assert_eq!(hasty().ask(HOST, question).unwrap(), "nxiz");
    assert!(hasty().ask(HOST, "c: c.config.networking").is_err());
    std::fs::write(place.path().join("README.md"), "changed\n").unwrap();
    assert!(hasty().ask(HOST, question).is_err());
}

#[test]
fn own_files_come_back_relative() {
    let roots = SourceRoots { store_path: Some("/nix/store/aaaa-source".into()), ..SourceRoots::default() };
    let answer = json!([{ "file": "/nix/store/aaaa-source/a.nix", "n": 1 }, "/nix/store/bbbb-source/nixos/b.nix"]);
    let answer = own_files(answer, &roots);
    assert_eq!(answer, json!([{ "file": "./a.nix", "n": 1 }, "/nix/store/bbbb-source/nixos/b.nix"]));
    assert_eq!(file_of("./a.nix"), ("a.nix".to_owned(), true));
    assert_eq!(file_of("/nix/store/bbbb-source/nixos/b.nix"), ("<input>/nixos/b.nix".to_owned(), false));
    assert_eq!(file_of("<unknown-file>"), ("<unknown-file>".to_owned(), false));
}

#[test]
fn answers_are_kept_unless_inputs_are_replaced() {
    let Some(nix) = nix() else { return };
    let place = mesh(&nix);
    let answers = place.path().join(".git/nixedit/answers");
    let stub = format!("path:{}", Path::new(env!("CARGO_MANIFEST_DIR")).join("../../fixtures/stubs/agenix").display());
    let settings = ValidateSettings {
        nix: Some(nix.program.display().to_string()),
        override_inputs: [("agenix".to_owned(), stub)].into(),
        ..ValidateSettings::default()
    };
    let replacing = Nix::find(&settings, &Surroundings::default()).unwrap().unwrap();
    for (nix, kept) in [(replacing, false), (nix, true)] {
        Asker::new(place.path(), nix, Cancel::default()).unwrap().ask(HOST, &functions::files()).unwrap();
        assert_eq!(answers.exists(), kept);
    }
}
