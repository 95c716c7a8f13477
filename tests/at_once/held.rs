//! A process that holds the lock and does not go on: others say who it is, and once it is dead they go on without it.

use super::scene::Scene;
use super::support;
use rustix::process::{Pid, Signal, kill_process};
use std::fs;
use std::os::unix::fs::PermissionsExt;
use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

const MODULE: &str = "modules/held.nix";

#[test]
fn the_holder_of_the_lock_is_named_and_outlived() {
    let (scene, stand_in) = (Scene::new(), tempfile::tempdir().expect("a folder"));
    let mut holder = held_up(&scene.root, stand_in.path());
    kill_process(Pid::from_child(&holder), Signal::STOP).expect("a signal");
    let start = Instant::now();
    let run = support::nixedit(&scene.root, &["list", "add", "a", "r0-0", "--file", "left.nix", "--wait", "1s"], "");
    assert!(start.elapsed() >= Duration::from_secs(1));
    assert_eq!(run.code, Some(6), "{}", run.says);
    let names = [format!("process {} (nixedit module new {MODULE}", holder.id()), "has been editing this flake for ".to_owned()];
    let way_out = [format!("kill -9 {}", holder.id()), "--wait".to_owned()];
    names.iter().chain(&way_out).for_each(|said| assert!(run.says.contains(said), "{said}\n{}", run.says));
    assert!(!fs::read_to_string(scene.root.join("left.nix")).expect("a file").contains("r0-0"));

    holder.kill().expect("a child");
    holder.wait().expect("a child");
    let run = support::nixedit(&scene.root, &["list", "add", "a", "r0-0", "--file", "left.nix", "--wait", "0s"], "");
    assert_eq!(run.code, Some(0), "{}", run.says);
    assert!(run.says.contains("finished the interrupted edit"), "{}", run.says);
    assert!(scene.root.join(MODULE).exists());
    assert_eq!(support::git(&scene.root, &["ls-files", MODULE]).trim(), MODULE);
    scene.assert_clean(0);
}

/// A nixedit that has the lock and waits for a git that does not answer while `folder` is there.
fn held_up(root: &Path, folder: &Path) -> Child {
    let (program, asked) = (folder.join("git"), folder.join("asked"));
    let path = std::env::var("PATH").expect("a PATH");
    let text = format!(
        "#!/bin/sh\ncase \" $* \" in *\" add \"*) : >'{0}'; while [ -e '{0}' ]; do sleep 0.05; done; exit 1;; esac\nPATH='{path}' exec git \"$@\"\n",
        asked.display()
    );
    fs::write(&program, text).expect("a file");
    fs::set_permissions(&program, fs::Permissions::from_mode(0o755)).expect("a program");
    let mut command = Command::new(env!("CARGO_BIN_EXE_nixedit"));
    command.args(["module", "new", MODULE, "--host", "nxiz", "--no-validate"]).current_dir(root);
    command.env("PATH", format!("{}:{path}", folder.display())).stdin(Stdio::null()).stdout(Stdio::null()).stderr(Stdio::null());
    let child = command.spawn().expect("nixedit starts");
    let start = Instant::now();
    while !asked.exists() {
        assert!(start.elapsed() < Duration::from_secs(60), "nixedit does not get as far as git");
        std::thread::sleep(Duration::from_millis(5));
    }
    child
}
