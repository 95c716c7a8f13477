//! `nixedit mcp` as its clients see it: small, careful, never stuck.

#![allow(clippy::print_stderr)] // what was skipped and measured is said

#[path = "support/mcp.rs"]
mod client;
mod support;

use client::Client;
use serde_json::{Value, json};
use std::path::Path;
use std::time::{Duration, Instant};
use support::{committed, copy, fixture, git, has_nix};

fn mesh() -> tempfile::TempDir {
    let folder = tempfile::tempdir().expect("a folder");
    copy(&fixture("mesh"), folder.path());
    committed(folder.path());
    folder
}

/// What a model pays: a token is about four bytes.
fn tokens(value: &Value) -> usize {
    value.to_string().len() / 4
}

fn is_error(result: &Value) -> bool {
    result["isError"] == json!(true)
}

#[test]
fn the_listing_is_small_and_says_what_is_safe() {
    let folder = mesh();
    let mut client = Client::start(folder.path(), &["mcp", "--allow-apply"], &[]);
    let listing = client.request("tools/list", json!({}))["result"].clone();
    let tools = listing["tools"].as_array().expect("tools");
    assert!(tools.len() <= 8, "{}", tools.len());
    assert!(tokens(&listing) < 3000, "{} tokens", tokens(&listing));
    for tool in tools {
        let hints = &tool["annotations"];
        for hint in ["readOnlyHint", "idempotentHint", "openWorldHint"] {
            assert!(hints[hint].is_boolean(), "{hint} of {tool}");
        }
        let writes = ["edit", "batch", "undo", "apply"].contains(&tool["name"].as_str().expect("a name"));
        assert_eq!(hints["readOnlyHint"], json!(!writes), "{tool}");
        assert_eq!(tool["inputSchema"]["type"], "object", "{tool}");
    }
    // Every operation is named, so a client can ask how to call it.
    let described = listing.to_string();
    for name in ["add-package", "hm-set", "secret-recipients", "derivation-add-go", "perhost-extract"] {
        assert!(described.contains(name), "{name} is not named");
    }
    assert_eq!(client.end(), Some(0));
    let mut client = Client::start(folder.path(), &["mcp"], &[]);
    let listing = client.request("tools/list", json!({})).to_string();
    assert!(!listing.contains("\"apply\""), "apply is offered without having been allowed");
    let refused = client.request("tools/call", json!({ "name": "apply", "arguments": { "host": "nxiz", "confirm": true } }));
    assert!(refused["error"]["message"].as_str().expect("an error").contains("--allow-apply"), "{refused}");
}

#[test]
fn usual_answers_are_small_and_edits_are_those_of_the_command_line() {
    if !has_nix() {
        return;
    }
    let folder = mesh();
    let mut client = Client::start(folder.path(), &["mcp"], &[]);
    let usual = [
        ("inspect", json!({})),
        ("inspect", json!({ "subject": "nxiz" })),
        ("inspect", json!({ "subject": "hosts/nxiz/home.nix", "section": "packages" })),
        ("discover", json!({ "name": "ripgrep", "host": "nxiz" })),
        ("edit", json!({ "operation": "add-package", "hosts": ["nxiz"], "names": ["ripgrep"], "plan": true })),
        ("edit", json!({ "operation": "add-package", "hosts": ["nxiz"], "names": ["ripgrep"] })),
        ("edit", json!({ "operation": "add-package", "hosts": ["nxiz"], "names": ["ripgrep"] })),
        ("edit", json!({ "operation": "perhost-set", "key": "resolvedDns", "value": "true" })),
        ("undo", json!({})),
        ("validate", json!({})),
        ("explain", json!({ "topic": "effect.spill" })),
    ];
    for (tool, arguments) in usual {
        let result = client.call(tool, arguments.clone());
        assert!(!is_error(&result), "{tool} {arguments}: {result}");
        assert!(tokens(&result) < 300, "{tool} {arguments}: {} tokens\n{result}", tokens(&result));
        assert!(result["content"][0]["text"].as_str().is_some_and(|text| text.lines().count() <= 40), "{result}");
        assert!(result["structuredContent"].is_object(), "{result}");
    }
    assert_eq!(client.end(), Some(0));
    let by_tool = git(folder.path(), &["diff"]);
    git(folder.path(), &["checkout", "-q", "."]);
    support::nixedit(folder.path(), &["add-package", "--host", "nxiz", "ripgrep", "-q"], "");
    assert_eq!(git(folder.path(), &["diff"]), by_tool);
    assert!(by_tool.contains("+    ripgrep"), "{by_tool}");
}

#[test]
fn a_wrong_call_is_answered_with_the_right_one() {
    if !has_nix() {
        return;
    }
    let folder = mesh();
    let mut client = Client::start(folder.path(), &["mcp"], &[]);
    let wrong = [
        ("edit", json!({ "operation": "add-pakage", "hosts": ["nxiz"], "names": ["ripgrep"], "plan": true })),
        ("edit", json!({ "operation": "add-package", "hosts": ["nxis"], "names": ["ripgrep"], "plan": true })),
        ("edit", json!({ "operation": "add-package", "names": ["ripgrep"], "plan": true })),
        ("edit", json!({ "operation": "add-package", "hosts": ["nxiz"], "names": ["ripgrepp"], "plan": true })),
        ("edit", json!({ "operation": "option-set", "hosts": ["nxiz"], "path": "services.openssh.enabel", "value": "true", "plan": true })),
        (
            "edit",
            json!({ "operation": "option-set", "hosts": ["nxiz"], "path": "services.openssh.enable", "value": "false", "plan": true }),
        ),
        ("edit", json!({ "operation": "secret-add", "hosts": ["nxiz"], "name": "k", "value": "hunter2", "plan": true })),
        ("edit", json!({ "operation": "add-package", "host": "nxiz", "name": "ripgrep", "plan": true })),
        (
            "batch",
            json!({ "operations": [{ "operation": "fmt", "files": [] }, { "operation": "add-package", "hosts": ["nxiz"], "name": ["fd"] }] }),
        ),
        ("inspect", json!({ "host": "nxiz" })),
        ("inspect", json!({ "subject": "nxiz", "section": "package" })),
        ("discover", json!({ "name": "ripgrepp", "host": "nxiz" })),
        ("explain", json!({ "topic": "effect.spil" })),
        ("explain", json!({ "code": "effect.spill" })),
    ];
    for (tool, arguments) in wrong {
        let result = client.call(tool, arguments.clone());
        assert!(is_error(&result), "{tool} {arguments}: {result}");
        assert!(tokens(&result) < 400, "{tool} {arguments}: {} tokens", tokens(&result));
        let mut again = result.clone();
        // A call may be wrong twice: in a name, and in the place that then qualifies.
        for _ in 0..2 {
            let right = again["structuredContent"]["calls"][0].clone();
            let tool = right["tool"].as_str().unwrap_or_else(|| panic!("no call in {again}"));
            again = client.call(tool, right["arguments"].clone());
            if !is_error(&again) {
                break;
            }
        }
        assert!(!is_error(&again), "{tool} {arguments} was answered with {result}, which leads to {again}");
        git(folder.path(), &["checkout", "-q", "."]);
    }
}

#[test]
fn the_value_of_a_secret_stays_out() {
    let folder = mesh();
    let mut client = Client::start(folder.path(), &["--no-validate", "mcp"], &[]);
    let arguments = json!({ "operation": "secret-add", "hosts": ["nxiz"], "name": "k", "value": "hunter2" });
    let refused = client.call("edit", arguments.clone());
    let in_batch = client.call("batch", json!({ "operations": [arguments] }));
    let added = client.call("edit", json!({ "operation": "secret-add", "hosts": ["nxiz"], "name": "k" }));
    assert!(is_error(&refused) && is_error(&in_batch) && !is_error(&added), "{refused}\n{in_batch}\n{added}");
    assert!(added["structuredContent"]["next"].to_string().contains("agenix -e"), "{added}");
    client.end();
    let kept = std::process::Command::new("grep").args(["-rl", "hunter2", "."]).current_dir(folder.path()).output().expect("grep runs");
    assert!(!format!("{refused}{in_batch}{added}").contains("hunter2"));
    assert_eq!(String::from_utf8_lossy(&kept.stdout), "");
}

#[test]
fn progress_is_told_and_a_cancelled_call_leaves_nothing() {
    let folder = mesh();
    let slow = folder.path().join(".git/slow-nix");
    std::fs::write(&slow, "#!/bin/sh\ncase $1 in --version) echo 'nix (Nix) 2.34.8';; *) sleep 60;; esac\n").expect("a script");
    std::fs::set_permissions(&slow, std::os::unix::fs::PermissionsExt::from_mode(0o755)).expect("a bit");
    let mut client = Client::start(folder.path(), &["mcp"], &[("NIXEDIT_NIX", slow.to_str().expect("a path"))]);
    let edit = json!({ "operation": "add-package", "hosts": ["nxiz"], "names": ["ripgrep"] });
    let asked = json!({ "name": "edit", "arguments": edit, "_meta": { "progressToken": 7 } });
    let number = client.begin("tools/call", asked);
    let told = client.message().expect("progress");
    assert_eq!((&told["method"], &told["params"]["progressToken"]), (&json!("notifications/progress"), &json!(7)), "{told}");
    assert!(told["params"]["message"].as_str().is_some_and(|text| text.starts_with("evaluating nxiz")), "{told}");
    let cancelled = json!({ "jsonrpc": "2.0", "method": "notifications/cancelled", "params": { "requestId": number } });
    client.send(&cancelled);
    let begun = Instant::now();
    // The server is free for the next call, and the cancelled one ends.
    let next = client.call("inspect", json!({}));
    assert!(!is_error(&next), "{next}");
    assert!(begun.elapsed() < Duration::from_secs(5), "{:?}", begun.elapsed());
    assert_eq!(client.end(), Some(0));
    assert!(begun.elapsed() < Duration::from_secs(10), "{:?}", begun.elapsed());
    assert_eq!(git(folder.path(), &["status", "--short"]), "");
    let running =
        std::fs::read_dir("/proc").expect("processes").flatten().filter_map(|entry| std::fs::read(entry.path().join("cmdline")).ok());
    let left = running.filter(|line| String::from_utf8_lossy(line).contains(slow.to_str().expect("a path"))).count();
    assert_eq!(left, 0, "a nix runs on");
}

#[test]
fn apply_needs_the_flag_and_a_yes() {
    let folder = mesh();
    std::fs::write(folder.path().join("nixedit.toml"), "[apply]\ncommand = [\"sh\", \"-c\", \"echo went {host} > .git/went\"]\n")
        .expect("a file");
    let mut client = Client::start(folder.path(), &["mcp", "--allow-apply"], &[]);
    let went = folder.path().join(".git/went");
    let refused = client.call("apply", json!({ "host": "nxiz", "confirm": false }));
    assert!(is_error(&refused) && !went.exists(), "{refused}");
    let applied = client.call("apply", json!({ "host": "nxiz", "confirm": true }));
    assert!(!is_error(&applied), "{applied}");
    assert_eq!(std::fs::read_to_string(went).expect("a file"), "went nxiz\n");
}

/// The Python with the MCP SDK that `.ci/python` makes.
fn python() -> Option<std::ffi::OsString> {
    let python = std::env::var_os("NIXEDIT_PYTHON").filter(|python| !python.is_empty());
    assert!(python.is_some() || std::env::var_os("CI").is_none(), "in CI nothing is skipped, and there is no Python with the MCP SDK");
    if python.is_none() {
        eprintln!("SKIPPED: NIXEDIT_PYTHON names no Python with the MCP SDK (.ci/python makes one)");
    }
    python.filter(|_| has_nix())
}

/// What a script below `tests/mcp` prints.
fn script(python: std::ffi::OsString, name: &str, flake: &Path) -> String {
    let script = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../tests/mcp").join(name);
    let output = std::process::Command::new(python).arg(script).arg(env!("CARGO_BIN_EXE_nixedit")).arg(flake).output().expect("it runs");
    let prints = String::from_utf8_lossy(&output.stdout).into_owned();
    assert!(output.status.success(), "{prints}{}", String::from_utf8_lossy(&output.stderr));
    prints
}

/// The official Python SDK as the client.
#[test]
fn a_client_of_another_make_gets_along() {
    let Some(python) = python() else { return };
    let folder = mesh();
    script(python, "client.py", folder.path());
    assert_eq!(git(folder.path(), &["status", "--short"]), "");
}

/// The table in README.md is what is measured.
#[test]
fn edits_by_tools_cost_less_than_by_text() {
    let Some(python) = python() else { return };
    let prints = script(python, "costs.py", &fixture("mesh"));
    let readme = std::fs::read_to_string(Path::new(env!("CARGO_MANIFEST_DIR")).join("../../README.md")).expect("README.md");
    for line in prints.lines().filter(|line| !line.is_empty()) {
        assert!(readme.contains(line), "README.md lacks\n{line}\nof\n{prints}");
    }
}

/// Resident memory of a process, in KiB.
fn resident(child: u32) -> u64 {
    let status = std::fs::read_to_string(Path::new("/proc").join(child.to_string()).join("status")).expect("a running process");
    let line = status.lines().find_map(|line| line.strip_prefix("VmRSS:")).expect("its memory");
    line.trim().split(' ').next().and_then(|number| number.parse().ok()).expect("a number")
}

/// `NIXEDIT_CALLS` says how many; CI makes 600.
#[test]
fn memory_is_bounded() {
    let folder = mesh();
    let calls: usize = std::env::var("NIXEDIT_CALLS").ok().and_then(|text| text.parse().ok()).unwrap_or(600);
    let mut client = Client::start(folder.path(), &["--no-validate", "mcp"], &[]);
    let mut after_warming = 0;
    for number in 0..calls {
        let result = match number % 4 {
            0 => client.call("inspect", json!({ "subject": "nxiz", "section": "packages" })),
            1 => client.call("edit", json!({ "operation": "add-package", "hosts": ["nxiz"], "names": ["ripgrep"] })),
            2 => client.call("edit", json!({ "operation": "remove-package", "hosts": ["nxiz"], "names": ["ripgrep"] })),
            _ => client.call("explain", json!({ "topic": "add-package" })),
        };
        assert!(!is_error(&result), "{number}: {result}");
        if number == calls / 4 {
            after_warming = resident(client.child.id());
        }
    }
    let at_the_end = resident(client.child.id());
    eprintln!("{calls} calls: {after_warming} KiB after a quarter of them, {at_the_end} KiB at the end");
    assert!(at_the_end < after_warming + after_warming / 5 + 4096, "{after_warming} KiB grew to {at_the_end} KiB");
    assert_eq!(client.end(), Some(0));
}
