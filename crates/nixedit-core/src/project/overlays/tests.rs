//! The overlays of the fixtures, as they are read.

use super::*;
use crate::settings::Settings;
use std::path::Path;

fn seen(fixture: &str) -> Vec<String> {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../fixtures").join(fixture);
    let project = Project::new(&root, Settings::default());
    let overlays = project.overlays().unwrap();
    let line = |overlay: &Overlay| {
        let source = project.source(&overlay.file).unwrap();
        format!("{} {} [{}]", source.file_line(overlay.span().start), overlay.name(), overlay.hosts.join(" "))
    };
    overlays.all.iter().map(line).collect()
}

#[test]
fn overlays_written_in_a_module_and_named_in_flake_nix() {
    assert_eq!(
        seen("mesh"),
        [
            "flake.nix:55 nix-cachyos-kernel#pinned [nxiz]",
            "modules/overlays.nix:9 yaziPlugins [nxiz adeck zrrh]",
            "modules/overlays.nix:17 tumbler [nxiz adeck zrrh]",
            "flake.nix:107 nix-cachyos-kernel#pinned [zrrh]",
        ]
    );
}

#[test]
fn overlays_of_a_map_and_of_list_files() {
    assert_eq!(
        seen("mkhost"),
        [
            "overlays/default.nix:24 nix-cachyos-kernel#pinned [nxiz]",
            "overlays/default.nix:12 yaziPlugins [nxiz adeck zrrh]",
            "overlays/fixes.nix:3 tumbler [nxiz adeck zrrh]",
            "overlays/fixes.nix:10 btop [nxiz adeck zrrh]",
            "overlays/default.nix:29 nix-cachyos-kernel#pinned [zrrh]",
        ]
    );
}

/// What the functions that a file's overlays are define.
fn of_file(name: &str, text: &str) -> Vec<String> {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join(name);
    std::fs::create_dir_all(file.parent().unwrap()).unwrap();
    std::fs::write(file, text).unwrap();
    let overlays = Project::new(folder.path(), Settings::default()).overlays_of_file(name).unwrap();
    overlays.all.iter().filter(|overlay| overlay.function().is_some()).map(Overlay::name).collect()
}

#[test]
fn a_function_is_an_overlay_by_its_parameters_or_its_place() {
    for (text, expected) in [
        ("{ a = final: prev: { x = 1; }; b = name: type: { y = 1; }; }", "x y"),
        ("a: b: { x = 1; }", "x"),
        ("let make = name: type: { value = 1; }; in self: super: { x = make 1 2; }", ""),
        ("let mine = _: super: { x = 1; }; make = _: _: { y = 1; }; in { inherit mine; }", "x"),
        ("{ overlays.default = a: b: { x = 1; }; y = f (a: b: { z = 1; }) { t = a: b: { u = 1; }; }; }", "x"),
        ("final: prev: { x = prev.x.override { overrides = self: super: { y = 1; }; }; }", "x"),
        ("final: prev: let c = 1; in rec { x = 1; } // (f { z = 1; }) // { y = 1; }", "x, y"),
    ] {
        let found = of_file("overlays/default.nix", text).join(" ");
        assert_eq!(found, expected, "{text}");
    }
    let module = "{ nixpkgs.overlays = [ (a: b: { x = 1; }) ]; p = import n { overlays = [ (c: d: { y = 1; }) ]; }; q = fold [ (e: f: { z = 1; }) ]; r = [ (self: super: { t = 1; }) ]; }";
    assert_eq!(of_file("modules/a.nix", module), ["x", "y", "t"]);
}
