//! Inputs in every way in which they are written: what an operation makes of each.

use crate::apply::propose;
use crate::operation::{InputAdd, InputFollow, InputFollowAuto, InputRemove, InputSetUrl, InputUnfollow, Operation};
use crate::project::Project;
use crate::settings::Settings;

/// The flake after the operation; the error's message where it is refused.
fn after(flake: &str, lock: Option<&str>, operation: Operation) -> String {
    let folder = tempfile::tempdir().unwrap();
    std::fs::write(folder.path().join("flake.nix"), flake).unwrap();
    if let Some(lock) = lock {
        std::fs::write(folder.path().join("flake.lock"), lock).unwrap();
    }
    let project = Project::new(folder.path(), Settings::default());
    match propose(&project, &[operation]) {
        Ok(proposal) => match proposal.changes.get("flake.nix") {
            Some(change) => String::from_utf8(change.after.clone().unwrap().to_vec()).unwrap(),
            None => flake.to_owned(),
        },
        Err(error) => error.message.clone(),
    }
}

fn add(flake: &str) -> String {
    let args = InputAdd { name: "new".to_owned(), url: "github:o/new".to_owned(), ..InputAdd::default() };
    after(flake, None, Operation::InputAdd(args))
}

fn remove(flake: &str, name: &str, prune_uses: bool) -> String {
    after(flake, None, Operation::InputRemove(InputRemove { name: name.to_owned(), prune_uses, ..InputRemove::default() }))
}

fn follow(flake: &str, name: &str, of: &str, target: &str) -> String {
    let words = |text: &str| text.to_owned();
    let args = InputFollow { name: words(name), of: words(of), target: words(target), ..InputFollow::default() };
    after(flake, None, Operation::InputFollow(args))
}

fn unfollow(flake: &str, name: &str, of: Option<&str>) -> String {
    let args = InputUnfollow { name: name.to_owned(), of: of.map(str::to_owned), ..InputUnfollow::default() };
    after(flake, None, Operation::InputUnfollow(args))
}

#[test]
fn a_closed_pattern_of_outputs_gets_the_name() {
    for (head, becomes) in [
        ("{ self, a }:", "{ self, a, new }:"),
        ("{self, a}:", "{self, a, new}:"),
        ("{ self, a }@inputs:", "{ self, a, new }@inputs:"),
        ("inputs@{ self, a }:", "inputs@{ self, a, new }:"),
        ("{\n    self,\n    a,\n  }:", "{\n    self,\n    a,\n    new,\n  }:"),
        ("{\n    self,\n    a\n  }:", "{\n    self,\n    a,\n    new\n  }:"),
        ("{ self\n  , a\n  }:", "{ self\n  , a\n  , new\n  }:"),
        ("{ self, a, ... }:", "{ self, a, ... }:"),
        ("inputs:", "inputs:"),
        ("_:", "_:"),
    ] {
        let flake = |head: &str, inputs: &str| format!("{{\n  inputs.a.url = \"github:o/a\";\n{inputs}\n  outputs = {head} {{ }};\n}}\n");
        assert_eq!(add(&flake(head, "")), flake(becomes, "  inputs.new.url = \"github:o/new\";\n"), "{head}");
    }
    let wrapped = add("{\n  inputs.a.url = \"github:o/a\";\n  outputs = ({ self, a }: { });\n}\n");
    assert!(wrapped.contains("({ self, a, new }: { })"), "{wrapped}");
}

#[test]
fn a_removed_input_takes_its_name_out_of_the_pattern() {
    for (head, becomes) in [
        ("{ self, a, b }:", "{ self, a }:"),
        ("{ b, self, a }:", "{ self, a }:"),
        ("{ b\n  , self\n  , a\n  }:", "{ self\n  , a\n  }:"),
        ("{\n    self,\n    b,\n    a,\n  }@inputs:", "{\n    self,\n    a,\n  }@inputs:"),
        ("{ b, ... }:", "{ ... }:"),
    ] {
        let flake = |head: &str, b: &str| format!("{{\n  inputs.a.url = \"github:o/a\";\n{b}  outputs = {head} {{ }};\n}}\n");
        assert_eq!(remove(&flake(head, "  inputs.b.url = \"github:o/b\";\n"), "b", true), flake(becomes, ""), "{head}");
    }
}

#[test]
fn removal_takes_all_that_is_said_of_the_input() {
    let flat = "{\n  inputs = {\n    a.url = \"github:o/a\";\n    b.url = \"github:o/b\";\n    b.inputs.a.follows = \"a\";\n    b.flake = false;\n  };\n  outputs = _: { };\n}\n";
    assert_eq!(remove(flat, "b", false), "{\n  inputs = {\n    a.url = \"github:o/a\";\n  };\n  outputs = _: { };\n}\n");
    assert!(remove(flat, "a", false).contains("input 'a' is used at flake.nix:5"));
    let pruned = remove(flat, "a", true);
    assert!(!pruned.contains("follows") && pruned.contains("b.flake = false;"), "{pruned}");
    let quoted =
        "{\n  inputs = {\n    \"a-1.0\".url = \"github:o/a\"; # old\n    b.url = \"github:o/b\"; # new\n  };\n  outputs = _: { };\n}\n";
    assert_eq!(remove(quoted, "a-1.0", false), "{\n  inputs = {\n    b.url = \"github:o/b\"; # new\n  };\n  outputs = _: { };\n}\n");
    let split = "{\n  inputs = {\n    a.url = \"github:o/a\";\n  };\n  inputs.b.url = \"github:o/b\";\n  outputs = _: { };\n}\n";
    assert_eq!(remove(split, "b", false), "{\n  inputs = {\n    a.url = \"github:o/a\";\n  };\n  outputs = _: { };\n}\n");
}

#[test]
fn an_address_changes_where_it_stands() {
    let set_url = |flake: &str| {
        let args = InputSetUrl { name: "a".to_owned(), reference: Some("v1".to_owned()), ..InputSetUrl::default() };
        after(flake, None, Operation::InputSetUrl(args))
    };
    for (before, now) in [
        ("inputs.a.url = \"github:o/a\";", "inputs.a.url = \"github:o/a/v1\";"),
        ("inputs = { a.url = \"github:o/a/main\"; };", "inputs = { a.url = \"github:o/a/v1\"; };"),
        ("inputs.a = { flake = false; url = \"github:o/a?dir=x\"; };", "inputs.a = { flake = false; url = \"github:o/a/v1?dir=x\"; };"),
        ("inputs.\"a\".url = \"git+https://h/a?rev=0\";", "inputs.\"a\".url = \"git+https://h/a?ref=v1\";"),
    ] {
        assert_eq!(set_url(&format!("{{ {before} outputs = _: {{ }}; }}")), format!("{{ {now} outputs = _: {{ }}; }}"));
    }
    assert!(set_url("{ inputs.a.follows = \"b\"; inputs.b.url = \"github:o/b\"; outputs = _: { }; }").contains("stands for 'b'"));
    assert!(set_url("{ inputs.b.url = \"github:o/b\"; outputs = _: { }; }").contains("no input 'a'"));
    assert!(set_url("{ outputs = { self, a }: { }; }").contains("from the registry"));
}

#[test]
fn following_and_not_following_are_inverse() {
    let flake = |a: &str| format!("{{\n  inputs = {{\n    n.url = \"github:o/n\";\n{a}\n  }};\n  outputs = _: {{ }};\n}}\n");
    for (apart, follows) in [
        (
            "    b.url = \"github:o/b\";\n    a.url = \"github:o/a\";",
            "    b.url = \"github:o/b\";\n    a = {\n      url = \"github:o/a\";\n      inputs.n.follows = \"n\";\n    };",
        ),
        (
            "    a = {\n      url = \"github:o/a\";\n      flake = true;\n    };",
            "    a = {\n      url = \"github:o/a\";\n      flake = true;\n      inputs.n.follows = \"n\";\n    };",
        ),
        (
            "    b.url = \"github:o/b\";\n    b.inputs.n.follows = \"n\";\n    a.url = \"github:o/a\";",
            "    b.url = \"github:o/b\";\n    b.inputs.n.follows = \"n\";\n    a.url = \"github:o/a\";\n    a.inputs.n.follows = \"n\";",
        ),
    ] {
        assert_eq!(follow(&flake(apart), "a", "n", "n"), flake(follows));
        assert_eq!(unfollow(&flake(follows), "a", Some("n")), flake(apart));
        assert_eq!(unfollow(&flake(apart), "a", None), flake(apart));
    }
    let two = flake(
        "    a = {\n      url = \"github:o/a\";\n      inputs = {\n        n.follows = \"n\";\n        m.follows = \"n\";\n      };\n    };",
    );
    assert!(unfollow(&two, "a", Some("m")).contains("      inputs = {\n        n.follows = \"n\";\n      };"));
    assert!(!unfollow(&two, "a", None).contains("follows"));
    assert!(follow(&flake(""), "a", "n", "n").contains("no input 'a'"));
    assert!(follow(&two, "a", "n", "x").contains("no input 'x'"));
}

/// A lock file of inputs at these origins, each with its own inputs.
fn lock(inputs: &[(&str, &[&str])]) -> String {
    let node = |name: &str, edges: &str| {
        let origin = name.split('_').next().unwrap_or(name);
        format!(r#""{name}": {{ "inputs": {{ {edges} }}, "locked": {{ "type": "github", "owner": "o", "repo": "{origin}" }} }}"#)
    };
    let mut nodes = Vec::new();
    for (name, inner) in inputs {
        let edges: Vec<String> = inner.iter().map(|inner| format!(r#""{inner}": "{inner}_{name}""#)).collect();
        nodes.push(node(name, &edges.join(", ")));
        nodes.extend(inner.iter().map(|inner| node(&format!("{inner}_{name}"), "")));
    }
    let root: Vec<String> = inputs.iter().map(|(name, _)| format!(r#""{name}": "{name}""#)).collect();
    format!(r#"{{ "nodes": {{ {}, "root": {{ "inputs": {{ {} }} }} }}, "root": "root", "version": 7 }}"#, nodes.join(", "), root.join(", "))
}

#[test]
fn what_can_follow_follows_and_nothing_goes_round() {
    let auto = |flake: &str, lock: &str| after(flake, Some(lock), Operation::InputFollowAuto(InputFollowAuto::default()));
    let flake = |inputs: &str| format!("{{\n  inputs = {{\n{inputs}  }};\n  outputs = _: {{ }};\n}}\n");
    let a = "    a.url = \"github:o/a\";\n";
    let n = "    n.url = \"github:o/n\";\n";
    let a_follows = "    a = {\n      url = \"github:o/a\";\n      inputs.n.follows = \"n\";\n    };\n";
    let apart = lock(&[("n", &[]), ("a", &["n", "other"])]);
    assert_eq!(auto(&flake(&format!("{n}{a}")), &apart), flake(&format!("{n}{a_follows}")));
    for comment in ["    # do not follow\n", "    /* Never follow: cached */\n"] {
        let told = flake(&format!("{n}\n{comment}{a}"));
        assert_eq!(auto(&told, &apart), told);
    }
    let behind = flake(&format!("{n}    a.url = \"github:o/a\"; # don't follow ours\n"));
    assert_eq!(auto(&behind, &apart), behind);
    let of_another = flake(&format!("    # do not follow\n    b.url = \"github:o/b\";\n\n{n}{a}"));
    assert!(auto(&of_another, &apart).contains("inputs.n.follows"), "a comment is about what it stands above");
    let dropped = flake(&format!("{n}    a = {{\n      url = \"github:o/a\";\n      inputs.n.follows = \"\";\n    }};\n"));
    assert_eq!(auto(&dropped, &apart), dropped);
    let both = auto(&flake(&format!("{n}{a}")), &lock(&[("n", &["a"]), ("a", &["n"])]));
    assert_eq!(both.matches("follows").count(), 1, "one of two that have each other: {both}");
    let unlocked = auto(&flake(n), "");
    assert!(unlocked.contains("there is no flake.lock"), "{unlocked}");
}
