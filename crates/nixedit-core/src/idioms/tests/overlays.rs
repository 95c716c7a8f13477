//! Overlay operations on the fixtures: exact diffs, refusals, twice is once, add and remove.

use crate::apply::{self, Proposal};
use crate::diagnostic::{Code, Diagnostic};
use crate::operation::{Hosts, Operation, OverlayAdd, OverlayOverride, OverlayRemove, Target};
use crate::plan::Expect;
use crate::project::Project;
use crate::settings::Settings;
use std::path::{Path, PathBuf};

fn fixture(name: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../../fixtures").join(name)
}

fn project(name: &str) -> Project {
    Project::new(&fixture(name), Settings::default())
}

fn words(list: &[&str]) -> Vec<String> {
    list.iter().map(|word| (*word).to_owned()).collect()
}

fn hosts(names: &[&str]) -> Hosts {
    Hosts { names: words(names), ..Hosts::default() }
}

/// What an operation proposes, having checked that a second run changes nothing more.
fn proposed(project: &Project, operation: &Operation) -> Proposal {
    let first = apply::propose(project, std::slice::from_ref(operation)).unwrap();
    let again = apply::propose(&project.with(&first.changes), std::slice::from_ref(operation)).unwrap();
    assert_eq!(again.changes, first.changes, "twice is once");
    assert!(again.targets.is_empty() && again.summaries != first.summaries, "{:?}", again.summaries);
    first
}

/// The unified diff with one line of context, without the lines that only count.
fn diff(proposal: &Proposal) -> String {
    let mut out = String::new();
    for change in proposal.changes.files() {
        let text = |bytes: &Option<std::sync::Arc<[u8]>>| String::from_utf8(bytes.as_deref().unwrap_or_default().to_vec()).unwrap();
        let (before, after) = (text(&change.before), text(&change.after));
        let diff = similar::TextDiff::from_lines(&before, &after);
        out.push_str(&format!("--- {}\n", change.path));
        for line in diff.unified_diff().context_radius(1).to_string().lines().filter(|line| !line.starts_with("@@")) {
            out.push_str(&format!("{line}\n"));
        }
    }
    out
}

fn over(fixture_name: &str, operation: impl Into<Operation>) -> String {
    diff(&proposed(&project(fixture_name), &operation.into()))
}

fn refused(fixture_name: &str, operation: impl Into<Operation>) -> Box<Diagnostic> {
    apply::propose(&project(fixture_name), &[operation.into()]).unwrap_err()
}

impl From<OverlayOverride> for Operation {
    fn from(args: OverlayOverride) -> Self {
        Self::OverlayOverride(args)
    }
}

impl From<OverlayAdd> for Operation {
    fn from(args: OverlayAdd) -> Self {
        Self::OverlayAdd(args)
    }
}

impl From<OverlayRemove> for Operation {
    fn from(args: OverlayRemove) -> Self {
        Self::OverlayRemove(args)
    }
}

fn set(package: &str, values: &[&str]) -> OverlayOverride {
    OverlayOverride { package: package.into(), set: words(values), ..OverlayOverride::default() }
}

fn vlc() -> OverlayOverride {
    OverlayOverride { comment: Some("Build vlc without the check phase".into()), ..set("vlc", &["doCheck=false"]) }
}

fn add(host: &str, input: &str, overlay: &str) -> OverlayAdd {
    OverlayAdd { hosts: hosts(&[host]), input: input.into(), overlay: Some(overlay.into()) }
}

fn remove(name: &str) -> OverlayRemove {
    OverlayRemove { name: name.into(), ..OverlayRemove::default() }
}

#[test]
fn a_new_override_goes_to_the_end_of_the_list() {
    let expected = "--- modules/overlays.nix
 
+    # Build vlc without the check phase
+    (_final: prev: {
+      vlc = prev.vlc.overrideAttrs (_old: {
+        doCheck = false;
+      });
+    })
+
   ];
";
    assert_eq!(over("mesh", vlc()), expected);
}

#[test]
fn a_list_file_without_a_final_newline_keeps_that() {
    let expected = "--- overlays/fixes.nix
   })
+
+  # Build vlc without the check phase
+  (_final: prev: {
+    vlc = prev.vlc.overrideAttrs (_old: {
+      doCheck = false;
+    });
+  })
 ]
\\ No newline at end of file
";
    assert_eq!(over("mkhost", vlc()), expected);
    let plain = OverlayOverride { comment: None, ..vlc() };
    assert_eq!(over("mkhost", plain), expected.replace("+  # Build vlc without the check phase\n", ""));
}

#[test]
fn every_kind_of_change_has_its_text() {
    let args = OverlayOverride {
        append: words(&["buildInputs=prev.zlib", "buildInputs=final.xz"]),
        remove: words(&["buildInputs=prev.qt5", "nativeBuildInputs=prev.cmake"]),
        patch: words(&["assets/niri.kdl"]),
        ..set("vlc", &["env.X=\"1\""])
    };
    let expected = "--- modules/overlays.nix
 
+    (final: prev: {
+      vlc = prev.vlc.overrideAttrs (old: {
+        env.X = \"1\";
+        buildInputs = prev.lib.remove prev.qt5 (old.buildInputs or [ ]) ++ [
+          prev.zlib
+          final.xz
+        ];
+        nativeBuildInputs = prev.lib.remove prev.cmake (old.nativeBuildInputs or [ ]);
+        patches = (old.patches or [ ]) ++ [ ../assets/niri.kdl ];
+      });
+    })
+
   ];
";
    assert_eq!(over("mesh", args), expected);
}

#[test]
fn an_override_is_proven_on_every_host_that_gets_it() {
    let proposal = proposed(&project("mesh"), &vlc().into());
    assert_eq!(proposal.hosts, ["nxiz", "adeck", "zrrh"]);
    let asked: Vec<_> = proposal.targets.iter().map(|t| (t.host.as_deref().unwrap_or(""), t.question.as_str(), &t.expect)).collect();
    assert_eq!(asked.len(), 9);
    assert_eq!(asked[0], ("nxiz", "c.pkgs.vlc.doCheck or null", &Expect::ChangedAny("pkgs.vlc".into())));
    assert_eq!(asked[1], ("nxiz", "c.pkgs.vlc.doCheck or null", &Expect::Equals("false".into())));
    assert_eq!(asked[2], ("nxiz", "c.pkgs.vlc.name", &Expect::Evaluates));
}

#[test]
fn merging_adds_to_the_override_that_exists() {
    let merge = |args: OverlayOverride| OverlayOverride { merge: true, ..args };
    let expected = "--- modules/overlays.nix
         buildInputs = prev.lib.remove prev.libgepub old.buildInputs;
+        doCheck = false;
       });
";
    assert_eq!(over("mesh", merge(set("tumbler", &["doCheck=false"]))), expected);
    let append = OverlayOverride { append: words(&["buildInputs=prev.zlib"]), ..set("tumbler", &[]) };
    let expected = "--- modules/overlays.nix
       tumbler = prev.tumbler.overrideAttrs (old: {
-        buildInputs = prev.lib.remove prev.libgepub old.buildInputs;
+        buildInputs = (prev.lib.remove prev.libgepub old.buildInputs) ++ [ prev.zlib ];
       });
";
    assert_eq!(over("mesh", merge(append)), expected);
    let append = OverlayOverride { append: words(&["buildInputs=prev.zlib"]), ..set("btop", &[]) };
    let expected = "--- overlays/fixes.nix
   (_: super: {
-    btop = super.btop.overrideAttrs { doCheck = false; };
+    btop = super.btop.overrideAttrs (old: {
+      doCheck = false;
+      buildInputs = (old.buildInputs or [ ]) ++ [ super.zlib ];
+    });
   })
";
    assert_eq!(over("mkhost", merge(append)), expected);
}

#[test]
fn what_cannot_be_overridden_is_refused_with_its_place() {
    let error = refused("mesh", set("tumbler", &["doCheck=false"]));
    assert_eq!(
        (error.code, error.message.as_str()),
        (Code::OverlayExists, "overlay for 'tumbler' already exists at modules/overlays.nix:18 (use --merge)")
    );
    let error = refused("mesh", OverlayOverride { merge: true, ..set("yaziPlugins", &["x=1"]) });
    assert_eq!(error.code, Code::OverlayExists);
    let code = |args: OverlayOverride| refused("mesh", args).code;
    assert_eq!(code(set("vlc", &[])), Code::UsageInvalid);
    assert_eq!(code(set("vlc", &["doCheck"])), Code::UsageInvalid);
    assert_eq!(code(set("vlc", &["doCheck=)"])), Code::ValueSyntax);
    assert_eq!(code(set("a b", &["doCheck=false"])), Code::PackageName);
    assert_eq!(code(set("python3Packages.x", &["doCheck=false"])), Code::ShapeUnsupported);
    assert_eq!(code(set("vlc", &["doCheck=nonsense"])), Code::ScopeUnbound);
    assert_eq!(code(OverlayOverride { patch: words(&["patches/none.patch"]), ..set("vlc", &[]) }), Code::FileMissing);
}

#[test]
fn two_lists_in_equal_standing_are_refused() {
    let folder = tempfile::tempdir().unwrap();
    let list = "[\n  (final: prev: {\n    a = prev.a.overrideAttrs { };\n  })\n]\n";
    std::fs::create_dir(folder.path().join("overlays")).unwrap();
    for name in ["one.nix", "two.nix"] {
        std::fs::write(folder.path().join("overlays").join(name), list.replace('a', &name[..1])).unwrap();
    }
    let flake = "{ outputs = { nixpkgs, ... }: { nixosConfigurations.h = nixpkgs.lib.nixosSystem { modules = [ { nixpkgs.overlays = import ./overlays/one.nix ++ import ./overlays/two.nix; } ]; }; }; }";
    std::fs::write(folder.path().join("flake.nix"), flake).unwrap();
    let project = Project::new(folder.path(), Settings::default());
    let error = apply::propose(&project, &[vlc().into()]).unwrap_err();
    assert_eq!(
        (error.code, error.candidates.as_slice()),
        (Code::ListAmbiguous, words(&["overlays/one.nix:1", "overlays/two.nix:1"]).as_slice())
    );
    let target = Target { file: Some("overlays/two.nix".into()), ..Target::default() };
    let told = proposed(&project, &OverlayOverride { target, ..vlc() }.into());
    assert_eq!((told.changes.files().count(), told.hosts), (1, words(&["h"])));
}

#[test]
fn a_host_without_overlays_gets_a_list_of_its_own() {
    let expected = "--- flake.nix
         modules = [
-          { nixpkgs.hostPlatform = system; }
+          {
+            nixpkgs.hostPlatform = system;
+            nixpkgs.overlays = [ inputs.nix-cachyos-kernel.overlays.pinned ];
+          }
           ./hosts/adeck/configuration.nix
";
    let proposal = proposed(&project("mesh"), &add("adeck", "nix-cachyos-kernel", "pinned").into());
    assert_eq!(diff(&proposal), expected);
    let expects: Vec<_> = proposal.targets.iter().map(|t| (t.host.as_deref().unwrap_or(""), &t.expect)).collect();
    assert_eq!(expects, [("nxiz", &Expect::Same), ("adeck", &Expect::Changed), ("zrrh", &Expect::Same)]);
}

#[test]
fn a_short_overlay_makes_a_block_too() {
    let expected = "--- flake.nix
         modules = [
-          { nixpkgs.hostPlatform = system; }
+          {
+            nixpkgs.hostPlatform = system;
+            nixpkgs.overlays = [ inputs.jovian.overlays.default ];
+          }
           ./hosts/adeck/configuration.nix
";
    assert_eq!(over("mesh", OverlayAdd { overlay: None, ..add("adeck", "jovian", "") }), expected);
}

#[test]
fn a_list_that_would_be_too_wide_is_opened() {
    let expected = "--- flake.nix
             nixpkgs.hostPlatform = system;
-            nixpkgs.overlays = [ inputs.nix-cachyos-kernel.overlays.pinned ];
+            nixpkgs.overlays = [
+              inputs.nix-cachyos-kernel.overlays.pinned
+              inputs.jovian.overlays.default
+            ];
           }
";
    assert_eq!(over("mesh", add("zrrh", "jovian", "default")), expected);
}

#[test]
fn all_hosts_get_it_in_the_list_they_share() {
    let all = OverlayAdd { hosts: Hosts { all: true, ..Hosts::default() }, ..add("", "jovian", "default") };
    let expected = "--- modules/overlays.nix
 
+    inputs.jovian.overlays.default
+
   ];
";
    assert_eq!(over("mesh", all), expected);
}

#[test]
fn a_map_of_hosts_gets_the_name_that_the_file_has() {
    let expected = "--- overlays/default.nix
 
-    adeck = namespaces;
+    adeck = [ fromInputs.cachyosKernel ] ++ namespaces;
 
";
    assert_eq!(over("mkhost", add("adeck", "nix-cachyos-kernel", "pinned")), expected);
    let expected = "--- overlays/default.nix
     cachyosKernel = inputs.nix-cachyos-kernel.overlays.pinned;
+    jovian = inputs.jovian.overlays.default;
   };
       fromInputs.cachyosKernel
+      fromInputs.jovian
     ]
";
    assert_eq!(over("mkhost", add("zrrh", "jovian", "default")), expected);
}

#[test]
fn overlays_that_cannot_be_added_are_refused() {
    assert_eq!(refused("mesh", add("adeck", "nonsense", "default")).code, Code::InputMissing);
    assert_eq!(refused("mesh", add("adek", "jovian", "default")).code, Code::HostUnknown);
    let mut settings = Settings::default();
    settings.overlays.exclusive = vec![words(&["nix-cachyos-kernel#pinned", "nix-cachyos-kernel#default"])];
    let project = Project::new(&fixture("mesh"), settings);
    let error = apply::propose(&project, &[add("zrrh", "nix-cachyos-kernel", "default").into()]).unwrap_err();
    assert_eq!(error.code, Code::OverlayConflict);
    assert!(error.message.contains("flake.nix:107"), "{}", error.message);
    assert!(apply::propose(&project, &[add("adeck", "nix-cachyos-kernel", "default").into()]).is_ok());
}

#[test]
fn an_overlay_goes_with_its_comment() {
    let expected = "--- modules/overlays.nix
 
-    # tumbler without libgepub: drops the webkitgtk dependency
-    (_final: prev: {
-      tumbler = prev.tumbler.overrideAttrs (old: {
-        buildInputs = prev.lib.remove prev.libgepub old.buildInputs;
-      });
-    })
-
   ];
";
    assert_eq!(over("mesh", remove("tumbler")), expected);
}

#[test]
fn an_argument_that_nothing_reads_any_more_goes_along() {
    let diff = over("mesh", remove("yaziPlugins"));
    assert!(diff.contains("-{ inputs, lib, ... }:\n+{ lib, ... }:\n"), "{diff}");
    assert!(diff.contains("-    # Yazi plugins from yazi-rs/plugins\n"), "{diff}");
}

#[test]
fn adding_and_removing_gives_the_bytes_back() {
    let pairs: Vec<(&str, Operation, OverlayRemove)> = vec![
        ("mesh", vlc().into(), remove("vlc")),
        ("mkhost", vlc().into(), remove("vlc")),
        (
            "mesh",
            add("adeck", "nix-cachyos-kernel", "pinned").into(),
            OverlayRemove { hosts: hosts(&["adeck"]), ..remove("nix-cachyos-kernel#pinned") },
        ),
        (
            "mkhost",
            add("adeck", "nix-cachyos-kernel", "pinned").into(),
            OverlayRemove { hosts: hosts(&["adeck"]), ..remove("nix-cachyos-kernel#pinned") },
        ),
        (
            "mesh",
            OverlayAdd { hosts: Hosts { all: true, ..Hosts::default() }, ..add("", "jovian", "default") }.into(),
            remove("jovian#default"),
        ),
    ];
    for (name, there, back) in pairs {
        let both = apply::propose(&project(name), &[there, back.clone().into()]).unwrap();
        assert!(both.changes.is_empty(), "{name} {}: {}", back.name, diff(&both));
    }
}

#[test]
fn what_other_hosts_get_too_is_not_removed_for_one() {
    let error = refused("mesh", OverlayRemove { hosts: hosts(&["adeck"]), ..remove("tumbler") });
    assert_eq!(error.code, Code::FileShared);
    assert!(error.message.ends_with("is also for nxiz, zrrh"), "{}", error.message);
}

#[test]
fn one_of_several_attributes_goes_alone() {
    let folder = tempfile::tempdir().unwrap();
    let text = "final: prev: {\n  a = prev.a;\n\n  # why b\n  b = final.b;\n}\n";
    std::fs::create_dir(folder.path().join("overlays")).unwrap();
    std::fs::write(folder.path().join("overlays/x.nix"), text).unwrap();
    let project = Project::new(folder.path(), Settings::default());
    let target = Target { file: Some("overlays/x.nix".into()), ..Target::default() };
    let proposal = proposed(&project, &OverlayRemove { target: target.clone(), ..remove("b") }.into());
    let after = |proposal: &Proposal| {
        String::from_utf8(proposal.changes.get("overlays/x.nix").unwrap().after.as_deref().unwrap().to_vec()).unwrap()
    };
    assert_eq!(after(&proposal), "_final: prev: {\n  a = prev.a;\n}\n");
    let added = proposed(&project, &OverlayOverride { target, comment: None, ..vlc() }.into());
    assert_eq!(
        after(&added),
        "final: prev: {\n  a = prev.a;\n\n  # why b\n  b = final.b;\n\n  vlc = prev.vlc.overrideAttrs (_old: {\n    doCheck = false;\n  });\n}\n"
    );
}
