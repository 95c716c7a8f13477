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
