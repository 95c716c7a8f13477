//! The mesh on a real NixOS: the same flake, its stub inputs replaced by source trees of nixpkgs,
//! Home Manager and agenix.
//!
//! `NIXEDIT_NIXPKGS`, `NIXEDIT_HOME_MANAGER` and `NIXEDIT_AGENIX` name their folders; nothing is
//! downloaded. Prints how long each command took.

#![allow(clippy::print_stderr)] // times, and that the test is skipped

mod support;

use serde_json::{Value, json};
use std::path::{Path, PathBuf};
use std::process::Command;
use std::time::Instant;
use support::{committed, copy, fixture, git, nixedit};

/// Command, standard input, exit status, and what is said on standard error.
type Step = (&'static str, &'static str, i32, &'static [&'static str]);

const STEPS: &[Step] = &[
    ("add-package --host nxiz ripgrep", "", 0, &["nxiz home.packages: + ripgrep-"]),
    ("add-package --host nxiz ripgrep", "", 0, &["unchanged: "]),
    ("add-package --host nxiz ripgrepp", "", 4, &["undefined variable 'ripgrepp'", "hosts/nxiz/home.nix:34:5", "did you mean ripgrep"]),
    ("add-package --host zrrh --to system htop", "", 0, &["zrrh environment.systemPackages: + htop-"]),
    ("perhost set resolvedDns", "", 0, &["adeck services.resolved.enable: false -> true", "unchanged on nxiz, zrrh"]),
    ("perhost set resolvedDns=yes --host adeck --force", "", 4, &["expected a Boolean", "modules/networking.nix:13:21"]),
    ("secret add real-token --host adeck --recipients zk,adeck", "secret", 0, &["adeck age.secrets.real-token.path: null -> "]),
    ("overlay override ripgrep --set doCheck=false", "", 0, &["pkgs.ripgrep.doCheck: true -> false"]),
    ("discover du-dust --host nxiz", "", 3, &["'du-dust' has been renamed to 'dust'"]),
    ("discover htpo --host nxiz", "", 3, &["did you mean 'htop'"]),
    ("where services.openssh.enabel --host nxiz", "", 3, &["did you mean services.openssh.enable?"]),
    ("option set --host nxiz services.openssh.enabel true", "", 4, &["services.openssh.enabel", "hosts/nxiz/configuration.nix", "enable?"]),
    (
        "option set --host nxiz services.getty.autologinUser 5 --nix",
        "",
        4,
        &["services.getty.autologinUser", "hosts/nxiz/configuration.nix:27"],
    ),
];

#[test]
fn the_mesh_on_a_real_nixos() {
    let variables = ["NIXEDIT_NIXPKGS", "NIXEDIT_HOME_MANAGER", "NIXEDIT_AGENIX"];
    let trees: Vec<PathBuf> = variables.iter().filter_map(std::env::var_os).map(PathBuf::from).collect();
    let [nixpkgs, home_manager, agenix] = trees.as_slice() else {
        eprintln!("SKIPPED: {} name no source trees", variables.join(", "));
        return;
    };
    let folder = tempfile::tempdir().expect("a folder");
    let root = folder.path();
    copy(&fixture("mesh"), root);
    lock(root, nixpkgs, home_manager, agenix);
    committed(root);
    for (line, input, code, says) in STEPS {
        let from = Instant::now();
        let run = nixedit(root, &line.split(' ').collect::<Vec<_>>(), input);
        eprintln!("{:6.2} s  {line}", from.elapsed().as_secs_f64());
        assert_eq!(run.code, Some(*code), "{line}: {}", run.says);
        for text in *says {
            assert!(run.says.contains(text), "{line}: {text:?} is not in\n{}", run.says);
        }
    }
    for _ in STEPS.iter().filter(|(_, _, code, says)| *code == 0 && !says[0].starts_with("unchanged")) {
        assert_eq!(nixedit(root, &["undo"], "").code, Some(0));
    }
    assert_eq!(git(root, &["status", "--porcelain"]), "");
    targeted_against_whole(root);
}

/// What the targeted question costs beside the whole system.
fn targeted_against_whole(root: &Path) {
    for output in ["config.home-manager.users.zk.home.packages", "config.system.build.toplevel.drvPath"] {
        let question = if output.ends_with("packages") { "map (p: p.name)" } else { "d: d" };
        let from = Instant::now();
        let done =
            nix(&["eval", "--json", "--offline", &format!("{}#nixosConfigurations.adeck.{output}", root.display()), "--apply", question]);
        let what = if done.is_some() { "" } else { " (fails)" };
        eprintln!("{:6.2} s  nix eval {output}{what}", from.elapsed().as_secs_f64());
    }
}

fn nix(words: &[&str]) -> Option<String> {
    let nix = ["--extra-experimental-features", "nix-command flakes", "--option", "eval-cache", "false"];
    let output = Command::new("nix").args(nix).args(words).output().expect("nix runs");
    output.status.success().then(|| String::from_utf8_lossy(&output.stdout).trim().to_owned())
}

/// Puts a tree into the store as a locked input is looked up there; its hash.
fn stored(tree: &Path) -> String {
    let tree = tree.to_string_lossy();
    nix(&["store", "add", "--name", "source", &tree]).expect("it is stored");
    nix(&["hash", "path", &tree]).expect("it has a hash")
}

/// Replaces the stubs in the lock file. Inputs of agenix that nobody looks into stand for themselves.
fn lock(root: &Path, nixpkgs: &Path, home_manager: &Path, agenix: &Path) {
    let read = |path: &Path| -> Value { serde_json::from_slice(&std::fs::read(path).expect("a lock file")).expect("JSON") };
    let file = root.join("flake.lock");
    let mut lock = read(&file);
    let own = read(&agenix.join("flake.lock"));
    let hashes = [("nixpkgs", stored(nixpkgs)), ("home-manager", stored(home_manager)), ("agenix", stored(agenix))];
    for (input, hash) in &hashes {
        let node = lock["nodes"]["root"]["inputs"][input].as_str().expect("an input").to_owned();
        lock["nodes"][node]["locked"]["narHash"] = json!(hash);
    }
    let mut inputs = json!({ "nixpkgs": ["nixpkgs"] });
    for (input, hash) in [("darwin", &hashes[2].1), ("home-manager", &hashes[1].1), ("systems", &hashes[2].1)] {
        let node = format!("agenix-{input}");
        lock["nodes"][&node] = own["nodes"][input].clone();
        lock["nodes"][&node]["locked"]["narHash"] = json!(hash);
        inputs[input] = json!(node);
    }
    lock["nodes"]["agenix"]["inputs"] = inputs;
    std::fs::write(&file, serde_json::to_vec_pretty(&lock).expect("JSON")).expect("it is written");
}
