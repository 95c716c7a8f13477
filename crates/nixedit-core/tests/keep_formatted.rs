//! Law 5 as a property: over generated files that a formatter leaves alone, and every kind of edit, the
//! edited file is left alone by that formatter too. A file that no formatter leaves alone is not
//! laid out by an edit.

use nixedit_core::apply;
use nixedit_core::format::is_fixed;
use nixedit_core::operation::{
    AddPackage, InputAdd, InputFollow, InputRemove, ListAdd, ListRemove, ListReplace, ModuleImport, Operation, OptionSet, OptionUnset,
    PerhostSet, PerhostUnset, RemovePackage, Target,
};
use nixedit_core::place::Place;
use nixedit_core::project::Project;
use nixedit_core::settings::{Formatter, Settings};
use nixedit_core::syntax::SyntaxKind;
use nixedit_core::syntax::attr_path::AttrPath;
use nixedit_core::syntax::parse::{Source, with_large_stack};
use proptest::prelude::*;
use proptest::test_runner::{RngAlgorithm, TestRng, TestRunner};
use std::collections::BTreeMap;
use std::sync::Mutex;

const FORMATTERS: [Formatter; 2] = [Formatter::Nixfmt, Formatter::NixpkgsFmt];

/// A list's items in some layout that a person might have typed.
fn list() -> impl Strategy<Value = String> {
    let item = ("[a-h][a-z]{0,14}", 0..12u8);
    (proptest::collection::vec(item, 0..7), any::<bool>()).prop_map(|(items, lines)| {
        let mut out = String::from("[");
        for (index, (name, extra)) in items.iter().enumerate() {
            let name = if is_keyword(name) { "hello" } else { name };
            match extra {
                0 => out.push_str(&format!("\n# about {name}\n{name}")),
                1 => out.push_str(&format!("\n{name} # why\n")),
                2 if index > 0 => out.push_str(&format!("\n\n# Group\n{name}")),
                3 => out.push_str(&format!("\n({name}.override {{ a = true; }})")),
                4 => out.push_str(&format!(" kdePackages.{name}")),
                _ if lines => out.push_str(&format!("\n{name}")),
                _ => out.push_str(&format!(" {name}")),
            }
        }
        out.push_str(if lines { "\n]" } else { " ]" });
        out
    })
}

fn is_keyword(name: &str) -> bool {
    ["if", "in", "let", "inherit", "else", "assert", "rec", "with", "then", "or"].contains(&name)
}

/// A value of some kind.
fn value() -> impl Strategy<Value = String> {
    prop_oneof![
        3 => Just("true".to_owned()),
        2 => "[a-z ]{0,40}".prop_map(|text| format!("\"{text}\"")),
        2 => list(),
        1 => Just("{ enable = true; port = 80; }".to_owned()),
        1 => Just("{\n# first\nenable = true;\n\nextra = { a.b = 1; }; }".to_owned()),
        1 => Just("''\n  one\n    two\n''".to_owned()),
        1 => Just("lib.mkIf config.a.enable { b = true; }".to_owned()),
        1 => "[a-z]{60,80}".prop_map(|name| format!("lib.optionals config.{name} (map toString config.{name}.list)")),
    ]
}

/// A module with a host table, a package list and options, before any formatter saw it.
fn module() -> impl Strategy<Value = String> {
    let option = ("[a-d]{1,3}", value(), 0..6u8);
    let rows = (any::<bool>(), any::<bool>());
    (list(), list(), proptest::collection::vec(option, 0..6), rows).prop_map(|(packages, plain, options, (short, comment))| {
        let mut out = String::from("{ config, lib, pkgs, ... }:\nlet\n  perHost = {\n");
        for host in ["nxiz", "adeck"] {
            let why = if comment && host == "adeck" { " # the VPN owns DNS" } else { "" };
            let line = format!("dns = {}; seed = \"{host}\";", host == "nxiz");
            out.push_str(&if short { format!("{host} = {{ {line} }};{why}\n") } else { format!("{host} = {{\n{line}{why}\n}};\n") });
        }
        out.push_str("};\nh = perHost.${config.my.host};\nin\n{\n  imports = [ ./a.nix ];\n");
        out.push_str(&format!(
            "  home.packages = with pkgs; {packages};\n  plain = {plain};\n  services.dns = {{ enable = h.dns; seed = h.seed; }};\n"
        ));
        for (name, value, extra) in options {
            if extra == 0 {
                out.push_str("\n# a section\n");
            }
            out.push_str(&format!("  o{name}{extra}.x = {value};\n"));
        }
        out + "}\n"
    })
}

/// A flake's own file with some inputs.
fn flake() -> impl Strategy<Value = String> {
    let input = ("[a-f]{2,4}", 0..4u8);
    (proptest::collection::vec(input, 1..5), any::<bool>()).prop_map(|(inputs, pattern)| {
        let mut inputs: BTreeMap<String, u8> = inputs.into_iter().collect();
        inputs.insert("nixpkgs".to_owned(), 0);
        let mut out = String::from("{\n  inputs = {\n");
        for (name, form) in &inputs {
            out.push_str(&match form {
                0 => format!("{name}.url = \"github:o/{name}\";\n"),
                1 => format!("{name} = {{ url = \"github:o/{name}\"; flake = false; }};\n\n"),
                2 => format!("{name} = {{\nurl = \"github:o/{name}\";\ninputs.nixpkgs.follows = \"nixpkgs\";\n}};\n"),
                _ => format!("# about {name}\n{name}.url = \"github:o/{name}\";\n"),
            });
        }
        let names: Vec<&str> = inputs.keys().map(String::as_str).collect();
        let head = if pattern { format!("{{ self, {}, ... }}", names.join(", ")) } else { "inputs".to_owned() };
        let host = |name: &str| format!("nixosConfigurations.{name} = nixpkgs.lib.nixosSystem {{ modules = [ ./x.nix ]; }};\n");
        out + &format!("}};\noutputs = {head}: {{\n{}{}}};\n}}\n", host("nxiz"), host("adeck"))
    })
}

fn place() -> impl Strategy<Value = Place> {
    prop_oneof![4 => Just(Place::Fitting), 1 => Just(Place::First), 1 => Just(Place::Last)]
}

fn in_file(path: &str) -> Target {
    Target { file: Some("x.nix".to_owned()), path: AttrPath::parse(path).ok(), at: None }
}

fn list_operation() -> impl Strategy<Value = Operation> {
    let path = prop_oneof![Just("home.packages"), Just("plain")];
    let item = prop_oneof![
        3 => Just("newcomer".to_owned()),
        1 => "[a-z]{30,90}",
        1 => Just("(newcomer.override { a = true; })".to_owned()),
        1 => Just("{ a = [ 1 2 3 ]; }".to_owned()),
        1 => Just("(f: {a=1;\n b = f;})".to_owned()),
    ];
    let comment = prop_oneof![4 => Just(None), 1 => Just(Some("what it is".to_owned()))];
    (path, item, comment, place(), 0..8usize).prop_map(|(path, item, comment, place, which)| match which {
        0..4 => Operation::ListAdd(ListAdd { target: in_file(path), place, comment, nix: true, items: vec![item], ..ListAdd::default() }),
        // The name in this place stands for the element at that index.
        4 | 5 => Operation::ListRemove(ListRemove { target: in_file(path), nix: true, items: vec![item], ..ListRemove::default() }),
        6 => Operation::ListReplace(ListReplace { target: in_file(path), nix: true, new: item, ..ListReplace::default() }),
        _ => Operation::AddPackage(AddPackage {
            target: in_file("home.packages"),
            place,
            names: vec!["newcomer".to_owned()],
            ..AddPackage::default()
        }),
    })
}

fn option_operation() -> impl Strategy<Value = Operation> {
    let path = prop_oneof![
        Just("services.dns.port"),
        Just("services.openssh.enable"),
        Just("oa0.x"),
        Just("ob.y"),
        Just("services.dns.seed"),
        Just("plain"),
    ];
    (path, value(), place(), any::<bool>()).prop_map(|(path, value, place, unset)| {
        let path = AttrPath::parse(path).expect("a path");
        let file = Some("x.nix".to_owned());
        if unset {
            Operation::OptionUnset(OptionUnset { hosts: Default::default(), file, at: None, path })
        } else {
            Operation::OptionSet(OptionSet { file, nix: true, place, ..OptionSet::new(path, value) })
        }
    })
}

fn other_operation() -> impl Strategy<Value = Operation> {
    let key = prop_oneof![Just("dns"), Just("seed"), Just("fresh")];
    let value = prop_oneof![Just("true".to_owned()), "[a-z]{3,70}"];
    (0..7u8, key, value).prop_map(|(which, key, value)| match which {
        0 | 1 => Operation::PerhostSet(PerhostSet {
            target: Target { file: Some("x.nix".to_owned()), ..Target::default() },
            key: Some(key.to_owned()),
            value: Some(value),
            force: true,
            unused_ok: true,
            ..PerhostSet::default()
        }),
        2 => Operation::PerhostUnset(PerhostUnset {
            target: Target { file: Some("x.nix".to_owned()), ..Target::default() },
            key: key.to_owned(),
            ..PerhostUnset::default()
        }),
        3 => Operation::InputAdd(InputAdd {
            name: format!("new{key}"),
            url: "github:o/new".to_owned(),
            follows: if key == "dns" { vec!["nixpkgs".to_owned()] } else { Vec::new() },
            no_flake: key == "seed",
            ..InputAdd::default()
        }),
        4 => Operation::InputFollow(InputFollow {
            name: "aa".to_owned(),
            of: "nixpkgs".to_owned(),
            target: "nixpkgs".to_owned(),
            ..InputFollow::default()
        }),
        5 => Operation::InputRemove(InputRemove { name: "aa".to_owned(), ..InputRemove::default() }),
        _ => Operation::ModuleImport(ModuleImport {
            target: Target { file: Some("x.nix".to_owned()), ..Target::default() },
            modules: vec!["b.nix".to_owned()],
            ..ModuleImport::default()
        }),
    })
}

fn operation() -> impl Strategy<Value = Operation> {
    prop_oneof![list_operation(), option_operation(), other_operation()]
}

/// The operation with names that stand in the list where it removes or replaces.
fn aimed(operation: Operation, text: &str, which: usize) -> Operation {
    let element = |target: &Target| {
        let path = target.path.as_ref().map(ToString::to_string).unwrap_or_default();
        let source = Source::parse("x", text.into()).ok()?;
        let binding =
            source.root.descendants().find(|n| n.kind() == SyntaxKind::NODE_ATTRPATH_VALUE && n.text().to_string().starts_with(&path))?;
        let list = binding.descendants().find(|node| node.kind() == SyntaxKind::NODE_LIST)?;
        let names: Vec<String> = list.children().map(|child| child.text().to_string()).collect();
        names.get(which % names.len().max(1)).cloned()
    };
    match operation {
        Operation::ListRemove(mut args) => {
            args.items = element(&args.target).into_iter().chain(args.items).take(1).collect();
            Operation::ListRemove(args)
        }
        Operation::ListReplace(mut args) => {
            args.old = element(&args.target).unwrap_or_default();
            Operation::ListReplace(args)
        }
        Operation::AddPackage(args) if which.is_multiple_of(3) => match element(&args.target) {
            Some(name) => Operation::RemovePackage(RemovePackage { target: args.target, names: vec![name], ..RemovePackage::default() }),
            None => Operation::AddPackage(args),
        },
        other => other,
    }
}

/// The text that the formatter makes of it and leaves alone; `None` where it never settles.
fn settled(formatter: Formatter, text: &str) -> Option<String> {
    let format = |text: &str| match formatter {
        Formatter::Nixfmt => nixfmt_rs::format(text).ok(),
        _ => Some(nixpkgs_fmt::reformat_string(text)),
    };
    let (once, mut text) = (format(text)?, String::new());
    let mut next = once;
    for _ in 0..4 {
        text = next;
        next = format(&text)?;
    }
    (next == text).then_some(text)
}

/// The files after the operation: those that changed; `None` where it refuses.
fn edited(files: &[(&str, &str)], operation: &Operation) -> Option<(BTreeMap<String, String>, bool)> {
    let folder = tempfile::tempdir().expect("a folder");
    for (name, text) in files {
        std::fs::write(folder.path().join(name), text).expect("a file");
    }
    let project = Project::new(folder.path(), Settings::default());
    let proposal = apply::propose(&project, std::slice::from_ref(operation)).ok()?;
    let text = |bytes: &[u8]| String::from_utf8(bytes.to_vec()).expect("text");
    let lost = proposal.notes.iter().any(|note| note.code == "format-lost");
    Some((proposal.changes.files().filter_map(|c| Some((c.path.clone(), text(c.after.as_deref()?)))).collect(), lost))
}

/// How many edits of each kind were looked at, so that the property does not hold for want of edits.
type Seen = BTreeMap<String, usize>;

/// How many to try: more with `NIXEDIT_PROPERTY_CASES`.
fn cases() -> u32 {
    std::env::var("NIXEDIT_PROPERTY_CASES").ok().and_then(|n| n.parse().ok()).unwrap_or(150)
}

fn kind(operation: &Operation) -> String {
    let text = format!("{operation:?}");
    text.split('(').next().unwrap_or_default().to_owned()
}

fn stays_formatted(
    formatter: Formatter,
    module: &str,
    flake: &str,
    operation: &Operation,
    which: usize,
    seen: &mut Seen,
) -> Result<(), TestCaseError> {
    let (Some(module), Some(flake)) = (settled(formatter, module), settled(formatter, flake)) else { return Ok(()) };
    let operation = aimed(operation.clone(), &module, which);
    let files = [("x.nix", module.as_str()), ("flake.nix", flake.as_str()), ("a.nix", "{ }\n"), ("b.nix", "{ }\n")];
    let Some((after, lost)) = edited(&files, &operation) else { return Ok(()) };
    for text in after.values() {
        let again = settled(formatter, text).unwrap_or_default();
        let shown = format!("{operation:?} lost: {lost}\n--- before\n{module}\n{flake}\n--- ours\n{text}\n--- its own\n{again}");
        prop_assert!(is_fixed(formatter, text), "{formatter:?} {shown}");
        *seen.entry(format!("{formatter:?} {}", kind(&operation))).or_default() += 1;
    }
    Ok(())
}

/// The same cases in every run, unless more are asked for.
fn runner() -> TestRunner {
    let config = ProptestConfig { cases: cases(), failure_persistence: None, ..ProptestConfig::default() };
    let random = std::env::var_os("NIXEDIT_PROPERTY_CASES").is_some();
    if random { TestRunner::new(config) } else { TestRunner::new_with_rng(config, TestRng::deterministic_rng(RngAlgorithm::ChaCha)) }
}

#[test]
fn a_formatted_file_stays_formatted() {
    let seen = Mutex::new(Seen::new());
    let outcome = runner().run(&(module(), flake(), operation(), 0..7usize), |(module, flake, operation, which)| {
        let each = || {
            FORMATTERS.iter().try_for_each(|f| stays_formatted(*f, &module, &flake, &operation, which, &mut seen.lock().expect("counts")))
        };
        with_large_stack(each)
    });
    if let Err(error) = outcome {
        panic!("{error}");
    }
    let seen = seen.into_inner().expect("counts");
    for kind in ["ListAdd", "ListRemove", "ListReplace", "AddPackage", "OptionSet", "OptionUnset", "PerhostSet", "InputAdd", "ModuleImport"]
    {
        let edits: usize = FORMATTERS.iter().filter_map(|f| seen.get(&format!("{f:?} {kind}"))).sum();
        assert!(edits > 1, "{kind} was hardly tried: {seen:?}");
    }
}

#[test]
fn a_file_that_was_not_formatted_is_not_laid_out() {
    let outcome = runner().run(&(module(), operation(), 0..7usize), |(module, operation, which)| {
        // Blanks that no formatter leaves, far from any edit.
        let Some(module) = settled(Formatter::Nixfmt, &module) else { return Ok(()) };
        let module = module.replace("./a.nix", "./a.nix  ").replace("h = perHost", "h   = perHost");
        let operation = aimed(operation, &module, which);
        let Some((after, lost)) = edited(&[("x.nix", &module), ("a.nix", "{ }\n"), ("b.nix", "{ }\n")], &operation) else { return Ok(()) };
        prop_assert!(!lost);
        for text in after.values() {
            prop_assert!(text.contains("h   = perHost"), "{operation:?}\n{text}");
        }
        Ok(())
    });
    if let Err(error) = outcome {
        panic!("{error}");
    }
}
