//! The host table operations on small texts and on the fixtures, diff for diff.

use crate::compile::compile;
use crate::diagnostic::{Code, Diagnostic, Result};
use crate::idioms::plan;
use crate::operation::{Hosts, Operation, PerhostAddHost, PerhostSet, PerhostUnset, Target};
use crate::plan::{Expect, Plan};
use crate::project::Project;
use crate::settings::{BareSet, Settings};
use similar::TextDiff;
use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

fn fixture(name: &str) -> Project {
    let root: PathBuf = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../fixtures").join(name);
    Project::new(&root, Settings::default())
}

/// A project of one file without a flake.
fn single(text: &str) -> (tempfile::TempDir, Project) {
    let folder = tempfile::tempdir().unwrap();
    std::fs::write(folder.path().join("a.nix"), text).unwrap();
    let project = Project::new(folder.path(), Settings::default());
    (folder, project)
}

fn set(key: &str) -> PerhostSet {
    PerhostSet { key: Some(key.to_owned()), ..PerhostSet::default() }
}

fn values(pairs: &[(&str, &str)]) -> BTreeMap<String, String> {
    pairs.iter().map(|(host, value)| ((*host).to_owned(), (*value).to_owned())).collect()
}

fn hosts(names: &[&str]) -> Hosts {
    Hosts { names: names.iter().map(|name| (*name).to_owned()).collect(), ..Hosts::default() }
}

fn in_file(file: &str) -> Target {
    Target { file: Some(file.to_owned()), ..Target::default() }
}

/// The plan and its diff with one line of context, `…` between hunks, files by name. Doing it twice
/// must be doing it once.
fn done(project: &Project, operation: Operation) -> (Plan, String) {
    let (plan, diff) = attempt(project, &operation).unwrap();
    let changes = compile(project, &plan).unwrap();
    let (again, second) = attempt(&project.with(&changes), &operation).unwrap();
    assert_eq!(second, "", "the second time changes nothing");
    assert!(again.steps.is_empty() && again.summary.starts_with("nothing to do"), "{}", again.summary);
    (plan, diff)
}

fn attempt(project: &Project, operation: &Operation) -> Result<(Plan, String)> {
    let plan = plan(project, operation)?;
    let mut out = String::new();
    for change in compile(project, &plan)?.files() {
        let text = |bytes: &Option<std::sync::Arc<[u8]>>| String::from_utf8(bytes.as_deref().unwrap_or_default().to_vec()).unwrap();
        let (before, after) = (text(&change.before), text(&change.after));
        out.push_str(&format!("--- {}\n", change.path));
        let diff = TextDiff::from_lines(before.as_str(), after.as_str());
        let unified = diff.unified_diff().context_radius(1).to_string();
        let hunks: Vec<&str> = unified.split_inclusive('\n').collect();
        let first = hunks.iter().position(|line| line.starts_with("@@")).unwrap_or(0);
        for (index, line) in hunks.iter().enumerate() {
            match line.starts_with("@@") {
                true if index > first => out.push_str("…\n"),
                true => {}
                false => out.push_str(line),
            }
        }
    }
    Ok((plan, out))
}

fn refused(project: &Project, operation: Operation) -> Box<Diagnostic> {
    attempt(project, &operation).unwrap_err()
}

fn notes(plan: &Plan) -> Vec<&str> {
    plan.notes.iter().map(|note| note.message.as_str()).collect()
}

/// Host, question and expectation of every target.
fn asked(plan: &Plan) -> Vec<(String, String, Expect)> {
    plan.targets.iter().map(|t| (t.host.clone().unwrap(), t.question.clone(), t.expect.clone())).collect()
}

#[test]
fn c1_a_flag_is_true_everywhere() {
    let (plan, diff) = done(&fixture("mesh"), Operation::PerhostSet(set("resolvedDns")));
    let expected = "\
--- modules/networking.nix
       hostName = \"adeck\";
-      resolvedDns = false; # the VPN owns DNS here
+      resolvedDns = true; # the VPN owns DNS here
       flushDnsOnResume = false;
";
    assert_eq!(diff, expected);
    assert_eq!(plan.lines, ["nxiz true (unchanged)", "adeck false -> true", "zrrh true (unchanged)"]);
    assert_eq!(notes(&plan), ["adeck: the comment \"# the VPN owns DNS here\" was kept; check that it still holds"]);
    assert_eq!(plan.notes[0].code, "comment-kept");
    let group = || Expect::ChangedAny("resolvedDns of perHost".to_owned());
    let questions = asked(&plan);
    let of = |host: &str| questions.iter().filter(|q| q.0 == host).map(|q| (q.1.as_str(), q.2.clone())).collect::<Vec<_>>();
    let options = ["c.config.networking.networkmanager.dns", "c.config.services.resolved.enable"];
    assert_eq!(of("adeck"), options.map(|option| (option, group())));
    assert_eq!(of("nxiz"), options.map(|option| (option, Expect::Same)));
    assert_eq!(of("zrrh").len(), 2);
}

#[test]
fn c1_the_other_spellings() {
    let one = PerhostSet { value: Some("true".to_owned()), hosts: hosts(&["adeck"]), ..set("resolvedDns") };
    let (plan, diff) = done(&fixture("mesh"), Operation::PerhostSet(one));
    assert_eq!(diff.lines().filter(|line| line.starts_with('+')).count(), 1);
    assert_eq!(plan.lines, ["adeck false -> true"]);
    let off = PerhostSet { value: Some("false".to_owned()), ..set("resolvedDns") };
    assert_eq!(
        done(&fixture("mesh"), Operation::PerhostSet(off)).0.summary,
        "set resolvedDns = false on nxiz, zrrh in modules/networking.nix"
    );
    let already = PerhostSet { hosts: hosts(&["nxiz", "zrrh"]), ..set("resolvedDns") };
    assert_eq!(done(&fixture("mesh"), Operation::PerhostSet(already)).0.summary, "nothing to do: resolvedDns is true on nxiz, zrrh");
}

#[test]
fn c2_a_flag_that_rows_lack() {
    let (plan, diff) = done(&fixture("mesh"), Operation::PerhostSet(set("wakeOnLan")));
    let expected = "\
--- modules/networking.nix
       flushDnsOnResume = true;
+      wakeOnLan = true;
     };
…
       flushDnsOnResume = false;
+      wakeOnLan = true;
     };
";
    assert_eq!(diff, expected);
    assert_eq!(notes(&plan), ["zrrh: the comment \"# Only zrrh is woken over the LAN\" was kept; check that it still holds"]);
    assert_eq!(plan.lines, ["nxiz unset -> true", "adeck unset -> true", "zrrh true (unchanged)"]);
    let option = "c.config.networking.interfaces.eth0.wakeOnLan.enable".to_owned();
    let expected = [("nxiz", Expect::Changed), ("adeck", Expect::Changed), ("zrrh", Expect::Same)];
    assert_eq!(asked(&plan), expected.map(|(host, expect)| (host.to_owned(), option.clone(), expect)));
}

#[test]
fn what_the_readers_take_anyway_is_no_effect() {
    let off = PerhostSet { value: Some("false".to_owned()), hosts: hosts(&["adeck"]), ..set("wakeOnLan") };
    let (plan, diff) = done(&fixture("mesh"), Operation::PerhostSet(off));
    assert!(diff.contains("+      wakeOnLan = false;"));
    assert!(plan.targets.iter().all(|target| target.expect == Expect::Same));
}

fn keep() -> PerhostSet {
    PerhostSet {
        values: values(&[("nxiz", "10"), ("adeck", "3"), ("zrrh", "5")]),
        wire: vec!["programs.nh.clean.extraArgs=\"--keep ${toString h.keep} --keep-since 10d\"".to_owned()],
        ..set("keep")
    }
}

#[test]
fn c3_a_new_key_in_aligned_one_line_rows_with_its_reader() {
    let (plan, diff) = done(&fixture("mesh"), Operation::PerhostSet(keep()));
    let expected = "\
--- modules/nh.nix
   perHost = {
-    nxiz  = { flake = \"/mnt/repository/nix-os\"; };
-    adeck = { flake = \"/etc/nixos\"; };
-    zrrh  = { flake = \"/etc/nixos\"; };
+    nxiz  = { flake = \"/mnt/repository/nix-os\"; keep = 10; };
+    adeck = { flake = \"/etc/nixos\"; keep = 3; };
+    zrrh  = { flake = \"/etc/nixos\"; keep = 5; };
   };
…
       dates = \"weekly\";
-      extraArgs = \"--keep 4 --keep-since 10d\";
+      extraArgs = \"--keep ${toString h.keep} --keep-since 10d\";
     };
";
    assert_eq!(diff, expected);
    assert_eq!(asked(&plan).len(), 3);
    assert!(asked(&plan).iter().all(|q| q.1.contains("c.config.programs.nh.clean.extraArgs or null") && q.2 == Expect::Reported));
}

#[test]
fn c3ml_a_new_key_in_rows_of_several_lines() {
    let args = PerhostSet {
        values: values(&[("nxiz", "false"), ("adeck", "true"), ("zrrh", "false")]),
        target: in_file("modules/networking.nix"),
        unused_ok: true,
        ..set("magicDnsSplit")
    };
    let (_, diff) = done(&fixture("mesh"), Operation::PerhostSet(args.clone()));
    let expected = "\
--- modules/networking.nix
       flushDnsOnResume = true;
+      magicDnsSplit = false;
     };
…
       flushDnsOnResume = false;
+      magicDnsSplit = true;
     };
…
       wakeOnLan = true;
+      magicDnsSplit = false;
     };
";
    assert_eq!(diff, expected);
    let unused = refused(&fixture("mesh"), Operation::PerhostSet(PerhostSet { unused_ok: false, ..args }));
    assert_eq!(
        (unused.code, unused.message.as_str()),
        (Code::KeyUnused, "nothing in modules/networking.nix reads 'magicDnsSplit', so it would have no effect")
    );
}

#[test]
fn a_host_without_the_key_needs_a_default() {
    let mut args = keep();
    args.values.remove("zrrh");
    let error = refused(&fixture("mesh"), Operation::PerhostSet(args.clone()));
    assert_eq!(error.code, Code::KeyNoDefault);
    let line = 1 + std::fs::read_to_string(fixture("mesh").root().join("modules/nh.nix"))
        .unwrap()
        .lines()
        .position(|l| l.contains("extraArgs"))
        .unwrap();
    let expected = format!(
        "perHost in modules/nh.nix would have no 'keep' for zrrh, but h.keep (line {line}) has no default; give --host zrrh=… or --default …"
    );
    assert_eq!(error.message, expected);
    args.default = Some("4".to_owned());
    let (_, diff) = done(&fixture("mesh"), Operation::PerhostSet(args));
    assert!(diff.contains("+      extraArgs = \"--keep ${toString h.keep or 4} --keep-since 10d\";"), "{diff}");
    assert!(!diff.contains("+    zrrh"), "{diff}");
}

#[test]
fn a_default_is_written_where_the_key_is_read() {
    let args = PerhostSet { default: Some("true".to_owned()), ..set("resolvedDns") };
    let (plan, diff) = done(&fixture("mesh"), Operation::PerhostSet(args));
    let expected = "\
--- modules/networking.nix
   networking.networkmanager.enable = true;
-  networking.networkmanager.dns = if h.resolvedDns then \"systemd-resolved\" else \"default\";
+  networking.networkmanager.dns = if h.resolvedDns or true then \"systemd-resolved\" else \"default\";
   networking.interfaces.eth0.wakeOnLan.enable = h.wakeOnLan or false;
…
   # Off where something else answers for names
-  services.resolved.enable = h.resolvedDns;
+  services.resolved.enable = h.resolvedDns or true;
 
";
    assert_eq!(diff, expected);
    assert!(plan.targets.iter().all(|target| target.expect == Expect::Same) && !plan.targets.is_empty());
    let args = PerhostSet { default: Some("true".to_owned()), ..set("wakeOnLan") };
    let (plan, diff) = done(&fixture("mesh"), Operation::PerhostSet(args));
    assert!(diff.contains("+  networking.interfaces.eth0.wakeOnLan.enable = h.wakeOnLan or true;"), "{diff}");
    let changed: Vec<String> = asked(&plan).into_iter().filter(|q| q.2 == Expect::Changed).map(|q| q.0).collect();
    assert_eq!(changed, ["nxiz", "adeck"]);
}

#[test]
fn c4_a_row_for_a_new_host() {
    let args = PerhostAddHost { name: "seed".to_owned(), copy_from: Some("zrrh".to_owned()), ..PerhostAddHost::default() };
    let (_, diff) = done(&fixture("mesh"), Operation::PerhostAddHost(PerhostAddHost { target: in_file("modules/nh.nix"), ..args.clone() }));
    let expected = "\
--- modules/nh.nix
     zrrh  = { flake = \"/etc/nixos\"; };
+    seed  = { flake = \"/etc/nixos\"; };
   };
";
    assert_eq!(diff, expected);
    let (plan, diff) = done(&fixture("mesh"), Operation::PerhostAddHost(args));
    let expected = "\
--- modules/networking.nix
     };
+    seed = {
+      hostName = \"seed\";
+      resolvedDns = true;
+      flushDnsOnResume = true;
+      wakeOnLan = true;
+    };
   };
";
    assert!(diff.contains(expected), "{diff}");
    for file in ["boot", "nh", "home/nushell", "home/xdg", "storage"] {
        assert!(diff.contains(&format!("--- modules/{file}.nix")), "{file}: {diff}");
    }
    assert!(diff.contains("+    seed = { scrub = true; dirs.music = \"/srv/music\"; };"), "{diff}");
    assert!(diff.contains("+      kernelParams = [ \"quiet\" ];"), "{diff}");
    assert!(diff.contains("+      loginFile = ''\n+        exec gamescope-session\n+      '';\n+    };\n   };"), "{diff}");
    assert!(diff.contains("+    seed = ../../assets/wp-zrrh.txt;"), "{diff}");
    assert!(plan.notes.iter().all(|note| note.code == "value-copied") && plan.notes.len() == 6);
    assert!(plan.targets.iter().all(|target| target.expect == Expect::Same) && !plan.targets.is_empty());
}

#[test]
fn c4_a_dotted_row_gets_a_dotted_row() {
    let args = PerhostAddHost { name: "seed".to_owned(), copy_from: Some("adeck".to_owned()), target: in_file("modules/home/nushell.nix") };
    let (_, diff) = done(&fixture("mesh"), Operation::PerhostAddHost(args));
    assert_eq!(diff, "--- modules/home/nushell.nix\n     adeck.loginFile = \"\";\n+    seed.loginFile = \"\";\n     zrrh = {\n");
}

#[test]
fn c5_unset_takes_the_comment_along() {
    let unset = PerhostUnset { key: "wakeOnLan".to_owned(), ..PerhostUnset::default() };
    let expected = "\
--- modules/networking.nix
       flushDnsOnResume = true;
-      # Only zrrh is woken over the LAN
-      wakeOnLan = true;
     };
";
    let (plan, diff) = done(&fixture("mesh"), Operation::PerhostUnset(unset.clone()));
    assert_eq!(diff, expected);
    assert_eq!(asked(&plan).iter().filter(|q| q.2 == Expect::Changed).count(), 1);
    let (_, one) = done(&fixture("mesh"), Operation::PerhostUnset(PerhostUnset { hosts: hosts(&["zrrh"]), ..unset }));
    assert_eq!(one, expected);
    let strict =
        refused(&fixture("mesh"), Operation::PerhostUnset(PerhostUnset { key: "resolvedDns".to_owned(), ..PerhostUnset::default() }));
    assert_eq!((strict.code, strict.labels.len()), (Code::KeyNoDefault, 2));
    let lines: Vec<String> = strict.labels.iter().map(|label| label.position().line.to_string()).collect();
    assert_eq!(strict.message, format!("h.resolvedDns is read at modules/networking.nix:{} without a default", lines.join(", ")));
}

#[test]
fn unset_where_a_test_guards_the_reader() {
    let unset = |key: &str| Operation::PerhostUnset(PerhostUnset { key: key.to_owned(), ..PerhostUnset::default() });
    let (_, diff) = done(&fixture("mesh"), unset("swapSize"));
    assert_eq!(diff, "--- modules/storage.nix\n       scrub = true;\n-      swapSize = 16 * 1024;\n       dirs.music = \"/mnt/music\";\n");
    let (_, diff) = done(&fixture("mesh"), unset("dirs.music"));
    assert!(diff.contains("-    zrrh = { scrub = true; dirs.music = \"/srv/music\"; };\n+    zrrh = { scrub = true; };"), "{diff}");
}

#[test]
fn a_key_alone_that_is_no_flag_needs_a_value() {
    let error = refused(&fixture("mesh"), Operation::PerhostSet(set("flake")));
    let expected = "\
'flake' in modules/nh.nix is not a boolean; give a value
   nxiz   \"/mnt/repository/nix-os\"   modules/nh.nix:6
   adeck  \"/etc/nixos\"               modules/nh.nix:7
   zrrh   \"/etc/nixos\"               modules/nh.nix:8";
    assert_eq!((error.code, error.message.as_str()), (Code::KeyNotBoolean, expected));
    let help = "nixedit perhost set flake /etc/nixos --host nxiz\nnixedit perhost set flake --host nxiz=/a --host adeck=/b --host zrrh=/c";
    assert_eq!(error.help.as_deref(), Some(help));
}

const FLAGS: &str = "\
{ config, lib, ... }:
let
  perHost = {
    nxiz = { on = true; };
    zrrh = { on = config.services.x.enable; };
  };
  h = perHost.${config.my.host};
in
{ a.b = h.on; }
";

#[test]
fn a_computed_cell_is_named() {
    let (_folder, project) = single(FLAGS);
    let file = || in_file("a.nix");
    let error = refused(&project, Operation::PerhostSet(PerhostSet { target: file(), ..set("on") }));
    assert_eq!(error.code, Code::CellNotLiteral);
    assert!(error.message.ends_with("\n   zrrh: 'config.services.x.enable' is not a literal"), "{}", error.message);
    let forced = FLAGS.replace("config.services.x.enable", "lib.mkForce true");
    let (_folder, project) = single(&forced);
    assert_eq!(refused(&project, Operation::PerhostSet(PerhostSet { target: file(), ..set("on") })).code, Code::CellNotLiteral);
    let off = PerhostSet { target: file(), value: Some("false".to_owned()), hosts: hosts(&["zrrh"]), ..set("on") };
    assert!(done(&project, Operation::PerhostSet(off)).1.contains("+    zrrh = { on = lib.mkForce false; };"));
}

#[test]
fn a_missing_cell_without_boolean_default_needs_a_value() {
    let (_folder, project) = single(&FLAGS.replace("on = config.services.x.enable;", "off = true;"));
    let args = PerhostSet { target: in_file("a.nix"), ..set("on") };
    let error = refused(&project, Operation::PerhostSet(args.clone()));
    assert_eq!(error.code, Code::KeyNotBoolean);
    assert!(error.message.contains("zrrh  (missing)"), "{}", error.message);
    let text = FLAGS.replace("on = config.services.x.enable;", "off = true;").replace("h.on", "h.on or false");
    let (_folder, project) = single(&text);
    assert!(done(&project, Operation::PerhostSet(args)).1.contains("+    zrrh = { off = true; on = true; };"));
}

#[test]
fn the_owner_may_want_a_value_always() {
    let mut settings = Settings::default();
    settings.perhost.bare_set = BareSet::Refuse;
    let project = Project::new(fixture("mesh").root(), settings);
    assert_eq!(refused(&project, Operation::PerhostSet(set("resolvedDns"))).code, Code::KeyNotBoolean);
}

#[test]
fn unknown_keys_tables_and_hosts() {
    let mesh = fixture("mesh");
    let error = refused(&mesh, Operation::PerhostSet(set("resolvedDsn")));
    assert_eq!(error.code, Code::TableMissing);
    let first = error.message.lines().next().unwrap();
    assert_eq!(first, "no perHost table has a key 'resolvedDsn'; did you mean 'resolvedDns' (modules/networking.nix)?");
    assert!(error.message.contains("modules/nh.nix") && error.message.contains("flake"), "{}", error.message);
    let typo = PerhostSet { hosts: hosts(&["nxix"]), value: Some("true".to_owned()), ..set("resolvedDns") };
    let error = refused(&mesh, Operation::PerhostSet(typo));
    assert_eq!(
        (error.code, error.message.as_str()),
        (Code::HostUnknown, "unknown host 'nxix' — hosts of this flake: adeck, nxiz, zrrh (did you mean 'nxiz'?)")
    );
    let no_table = PerhostSet { target: in_file("modules/user.nix"), ..set("x") };
    assert_eq!(refused(&mesh, Operation::PerhostSet(no_table)).code, Code::TableMissing);
    let typed = PerhostSet { value: Some("yes".to_owned()), ..set("resolvedDns") };
    assert_eq!(refused(&mesh, Operation::PerhostSet(typed.clone())).code, Code::TypeMismatch);
    assert!(attempt(&mesh, &Operation::PerhostSet(PerhostSet { force: true, ..typed })).unwrap().1.contains("resolvedDns = \"yes\";"));
    let unset = PerhostUnset { key: "resolvedDsn".to_owned(), ..PerhostUnset::default() };
    assert_eq!(refused(&mesh, Operation::PerhostUnset(unset)).code, Code::TableMissing);
}

#[test]
fn rows_that_are_values() {
    let args = PerhostSet { table: Some("wallpaper".to_owned()), values: values(&[("zrrh", "./x.png")]), ..PerhostSet::default() };
    let (plan, diff) = done(&fixture("mesh"), Operation::PerhostSet(args.clone()));
    assert_eq!(
        diff,
        "--- modules/home/xdg.nix\n     adeck = ../../assets/wp-adeck.txt;\n-    zrrh = ../../assets/wp-zrrh.txt;\n+    zrrh = ./x.png;\n   };\n"
    );
    let changed: Vec<_> = asked(&plan).into_iter().filter(|q| q.2 == Expect::Changed).collect();
    assert_eq!(
        changed,
        [("zrrh".to_owned(), "c.config.home-manager.users.zk.xdg.configFile.wallpaper.source".to_owned(), Expect::Changed)]
    );
    let wake = PerhostSet { table: Some("wake".to_owned()), values: values(&[("nxiz", "eth1")]), ..PerhostSet::default() };
    let (_, diff) = done(&fixture("mkhost"), Operation::PerhostSet(wake));
    assert!(diff.contains("+  wake = { zrrh = \"eth0\"; nxiz = \"eth1\"; };"), "{diff}");
    assert_eq!(refused(&fixture("mesh"), Operation::PerhostSet(PerhostSet { table: None, ..args })).code, Code::UsageInvalid);
}

#[test]
fn rows_made_from_a_base() {
    let mkhost = fixture("mkhost");
    let (plan, diff) = done(&mkhost, Operation::PerhostSet(set("resolvedDns")));
    assert!(
        diff.contains("-    \"adeck\" = base // { resolvedDns = false; };\n+    \"adeck\" = base // { resolvedDns = true; };"),
        "{diff}"
    );
    assert_eq!(plan.lines, ["nxiz true (unchanged)", "adeck false -> true", "zrrh true (unchanged)"]);
    let off = PerhostSet { value: Some("false".to_owned()), hosts: hosts(&["nxiz"]), ..set("resolvedDns") };
    let error = refused(&mkhost, Operation::PerhostSet(off.clone()));
    assert_eq!(error.code, Code::ShapeUnsupported);
    assert!(error.message.starts_with("nxiz: 'resolvedDns' comes from base"), "{}", error.message);
    let (_, diff) = done(&mkhost, Operation::PerhostSet(PerhostSet { force: true, ..off }));
    assert!(diff.contains("+    \"nxiz\" = base // { trusted = [ \"tailscale0\" \"virbr0\" ]; resolvedDns = false; };"), "{diff}");
    let row = PerhostAddHost { name: "seed".to_owned(), copy_from: Some("adeck".to_owned()), target: in_file("modules/networking.nix") };
    let (_, diff) = done(&mkhost, Operation::PerhostAddHost(row));
    assert!(diff.contains("+    \"seed\" = base // { resolvedDns = false; };"), "{diff}");
}

#[test]
fn a_table_selected_in_place() {
    let row = PerhostSet { table: Some("my.flakePath".to_owned()), values: values(&[("zrrh", "/srv/nixos")]), ..PerhostSet::default() };
    let (plan, diff) = done(&fixture("mkhost"), Operation::PerhostSet(row));
    assert!(diff.contains("+      zrrh = \"/srv/nixos\";"), "{diff}");
    assert!(asked(&plan).contains(&("zrrh".to_owned(), "c.config.my.flakePath".to_owned(), Expect::Changed)), "{:?}", asked(&plan));
}

#[test]
fn nested_keys() {
    let args = PerhostSet { value: Some("/new".to_owned()), hosts: hosts(&["zrrh"]), ..set("dirs.music") };
    let (_, diff) = done(&fixture("mesh"), Operation::PerhostSet(args.clone()));
    assert!(diff.contains("+    zrrh = { scrub = true; dirs.music = \"/new\"; };"), "{diff}");
    let (_, diff) = done(&fixture("mesh"), Operation::PerhostSet(PerhostSet { hosts: hosts(&["adeck"]), ..args }));
    assert!(diff.contains("-    adeck = { };\n+    adeck = { dirs.music = \"/new\"; };"), "{diff}");
    let plain = PerhostSet { value: Some("/x".to_owned()), ..set("dirs") };
    assert_eq!(refused(&fixture("mesh"), Operation::PerhostSet(plain)).code, Code::TypeMismatch);
}

#[test]
fn the_same_key_in_two_tables() {
    let text =
        "{ config, ... }: let\n  a = { x.k = 1; };\n  b = { x.k = 2; };\nin { p = a.${config.my.host}.k; q = b.${config.my.host}.k; }\n";
    let (_folder, project) = single(text);
    let args = PerhostSet { target: in_file("a.nix"), value: Some("3".to_owned()), ..set("k") };
    let error = refused(&project, Operation::PerhostSet(args.clone()));
    assert_eq!((error.code, error.candidates.as_slice()), (Code::TableAmbiguous, ["a".to_owned(), "b".to_owned()].as_slice()));
    assert!(done(&project, Operation::PerhostSet(PerhostSet { table: Some("b".to_owned()), ..args })).1.contains("+  b = { x.k = 3; };"));
}

#[test]
fn rec_rows_inherited_cells_and_vanishing_rows() {
    let text = "\
{ config, x, ... }:
let
  t = {
    a = rec { k = 1; };
    b = { inherit (x) k; };
    c.k = 3;
  };
in
{ o = t.${config.my.host}.k or 0; }
";
    let (_folder, project) = single(text);
    let args = |host: &str| PerhostSet { target: in_file("a.nix"), value: Some("9".to_owned()), hosts: hosts(&[host]), ..set("k") };
    assert!(done(&project, Operation::PerhostSet(args("a"))).1.contains("+    a = rec { k = 9; };"));
    assert!(done(&project, Operation::PerhostSet(args("b"))).1.contains("+    b = { k = 9; };"));
    let unset = PerhostUnset { target: in_file("a.nix"), key: "k".to_owned(), hosts: hosts(&["c"]), ..PerhostUnset::default() };
    assert!(done(&project, Operation::PerhostUnset(unset)).1.contains("-    c.k = 3;\n+    c = { };"));
}

mod laws {
    use super::*;
    use proptest::prelude::*;

    /// A table of generated rows in one layout: one line, several lines, aligned, dotted.
    fn table(layout: usize, hosts: usize, keys: usize) -> String {
        let mut out = String::from("{ config, ... }:\nlet\n  perHost = {\n");
        for host in 0..hosts {
            let name = format!("h{}{host}", "x".repeat(host % 3));
            let cells: Vec<String> = (0..keys).map(|key| format!("k{key} = {key};")).collect();
            match layout {
                0 => out.push_str(&format!("    {name} = {{ {} }};\n", cells.join(" "))),
                1 => out.push_str(&format!("    {name} = {{\n      # first\n      {}\n    }};\n", cells.join(" # c\n      "))),
                2 => out.push_str(&format!("    {name:6} = {{ {} }};\n", cells.join(" "))),
                _ => cells.iter().for_each(|cell| out.push_str(&format!("    {name}.{cell}\n"))),
            }
        }
        out + "  };\n  h = perHost.${config.my.host};\nin\n{ o = h.new or 0; }\n"
    }

    proptest! {
        #![proptest_config(ProptestConfig { cases: 48, ..ProptestConfig::default() })]
        #[test]
        fn set_then_unset_gives_the_original_bytes(layout in 0usize..4, hosts in 1usize..5, keys in 1usize..5, value in 0u32..1000, crlf: bool) {
            let text = table(layout, hosts, keys);
            let text = if crlf { text.replace('\n', "\r\n") } else { text };
            let (_folder, project) = single(&text);
            let args = PerhostSet { target: in_file("a.nix"), value: Some(value.to_string()), ..set("new") };
            let first = plan(&project, &Operation::PerhostSet(args)).unwrap();
            prop_assert_eq!(first.steps.len(), hosts);
            let after = project.with(&compile(&project, &first).unwrap());
            let unset = PerhostUnset { target: in_file("a.nix"), key: "new".to_owned(), ..PerhostUnset::default() };
            let second = plan(&after, &Operation::PerhostUnset(unset)).unwrap();
            prop_assert_eq!(second.steps.len(), hosts);
            let back = after.with(&compile(&after, &second).unwrap());
            prop_assert_eq!(&*back.source("a.nix").unwrap().text, text.as_str());
        }
    }
}
