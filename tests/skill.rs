//! `skills/nixedit/SKILL.md`: what it tells an agent to run is run, in order, on a copy of the mesh.

mod support;

use std::path::Path;
use std::process::Command;
use support::{committed, copy, fixture, has_nix};

fn skill() -> String {
    std::fs::read_to_string(Path::new(env!("CARGO_MANIFEST_DIR")).join("../../skills/nixedit/SKILL.md")).expect("the skill")
}

/// The layout that agent-skills-nix reads: a folder of the skill's name, and in it a head with name and description
/// (agentskills.io: at most 64 and 1024 characters).
#[test]
fn the_head_says_what_it_is_and_the_whole_is_short() {
    let text = skill();
    let head = text.strip_prefix("---\n").and_then(|rest| rest.split_once("\n---\n")).expect("a head").0;
    let field = |name: &str| head.lines().find_map(|line| line.strip_prefix(name)?.strip_prefix(": ")).expect("a field");
    assert_eq!(field("name"), "nixedit");
    assert!((20..=1024).contains(&field("description").len()));
    assert!(text.len() / 4 < 1500, "{} tokens", text.len() / 4);
    let flake = std::fs::read_to_string(Path::new(env!("CARGO_MANIFEST_DIR")).join("../../flake.nix")).expect("flake.nix");
    assert!(flake.contains("skills.nixedit = ./skills/nixedit;"), "the flake does not give the skill");
}

/// Every command: the lines of code blocks, and what stands in backquotes without a place to fill in.
fn commands(text: &str) -> Vec<String> {
    let mut out = Vec::new();
    let mut in_block = false;
    for line in text.lines().map(str::trim) {
        match line {
            "```sh" => in_block = true,
            "```" => in_block = false,
            _ if in_block => out.extend(Some(line.to_owned()).filter(|line| !line.is_empty())),
            _ => {
                let quoted = line.split('`').skip(1).step_by(2).filter(|code| code.starts_with("nixedit "));
                out.extend(quoted.filter(|code| !code.contains(|c: char| c.is_ascii_uppercase())).map(str::to_owned));
            }
        }
    }
    out
}

#[test]
fn every_command_works() {
    if !has_nix() {
        return;
    }
    let folder = tempfile::tempdir().expect("a folder");
    copy(&fixture("mesh"), folder.path());
    let went = "[apply]\nconfirm = false\ncommand = [\"echo\", \"deploying\", \"{host}\"]\n";
    std::fs::write(folder.path().join("nixedit.toml"), went).expect("a file");
    committed(folder.path());
    let beside = Path::new(env!("CARGO_BIN_EXE_nixedit")).parent().expect("a folder");
    let path = format!("{}:{}", beside.display(), std::env::var("PATH").unwrap_or_default());
    let all = commands(&skill());
    assert!(all.len() > 25, "{all:#?}");
    for command in all {
        let output = Command::new("sh").arg("-c").arg(&command).current_dir(folder.path()).env("PATH", &path).output().expect("sh runs");
        let says = String::from_utf8_lossy(&output.stderr);
        assert!(output.status.success(), "{command}\n{says}");
        // The file is laid out already; everything else has something to do.
        assert!(command.starts_with("nixedit fmt") || !says.contains("unchanged:"), "{command} shows nothing new:\n{says}");
    }
}
