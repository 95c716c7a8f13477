//! The pictures of the README: what nixedit really prints, rendered as SVG.
//!
//! Each is made anew on a copy of `fixtures/mesh` under a real Nix and compared byte for byte, so a
//! picture never shows what nixedit no longer says. `NIXEDIT_BLESS=1` writes them; look before you commit.

mod support;

use anstyle::{Color, RgbColor};
use anstyle_svg::{Palette, Term};
use std::io::Read;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use support::{committed, copy, fixture, has_nix};

/// Name of the file, command line, exit status.
const PICTURES: [(&str, &str, i32); 3] =
    [("edit", "add-package --host nxiz ripgrep", 0), ("error", "add-package --host nxiz ripgrepp", 4), ("refusal", "perhost set flake", 2)];

/// Columns that a page shows without making the text small.
const WIDEST: usize = 100;

const INK: RgbColor = RgbColor(0xd0, 0xd7, 0xde);
/// Dark, and neither black nor white, so that the edge shows on dark pages and on light ones.
const PAPER: RgbColor = RgbColor(0x1c, 0x21, 0x28);

#[test]
fn pictures_show_what_is_printed() {
    if !has_nix() {
        return;
    }
    for (name, line, exit) in PICTURES {
        let printed = printed(line, exit);
        let widest = printed.lines().map(|line| anstream::adapter::strip_str(line).to_string().chars().count()).max();
        assert!(widest <= Some(WIDEST), "{name} is {widest:?} columns wide\n{printed}");
        let (file, picture) = (file(name), terminal().render_svg(&printed));
        if std::env::var_os("NIXEDIT_BLESS").is_some() {
            std::fs::write(&file, &picture).expect("a picture");
        }
        let shown = std::fs::read_to_string(&file).unwrap_or_default();
        assert!(shown == picture, "{} is not what nixedit prints now; NIXEDIT_BLESS=1 draws it again:\n{printed}", file.display());
    }
}

#[test]
fn the_readme_shows_every_picture() {
    let readme = std::fs::read_to_string(repository().join("README.md")).expect("the README");
    for (name, line, _) in PICTURES {
        assert!(readme.contains(&format!("](tests/pictures/{name}.svg)")), "the README does not show {name}");
        assert!(readme.contains(&format!("nixedit {line}")), "the README does not say `nixedit {line}` to those who see no picture");
    }
    let drawn = std::fs::read_dir(repository().join("tests/pictures")).expect("the pictures").count();
    assert_eq!(drawn, PICTURES.len(), "a picture that nobody draws");
}

fn repository() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../..")
}

fn file(name: &str) -> PathBuf {
    repository().join("tests/pictures").join(name).with_extension("svg")
}

/// The prompt with its line, and all that follows it on a terminal, both streams in the order written.
fn printed(line: &str, exit: i32) -> String {
    let folder = tempfile::tempdir().expect("a folder");
    copy(&fixture("mesh"), folder.path());
    committed(folder.path());
    let (mut reader, writer) = std::io::pipe().expect("a pipe");
    let mut command = Command::new(env!("CARGO_BIN_EXE_nixedit"));
    // Not `--color always`: the command lines that a refusal offers would repeat it.
    command.env("CLICOLOR_FORCE", "1").env_remove("NO_COLOR").env("TERM", "xterm-256color");
    command.args(line.split(' ')).current_dir(folder.path()).stdin(Stdio::null());
    command.stdout(writer.try_clone().expect("a pipe")).stderr(writer);
    let mut child = command.spawn().expect("nixedit starts");
    drop(command); // and with it our end of the pipe
    let mut text = String::new();
    reader.read_to_string(&mut text).expect("text");
    assert_eq!(child.wait().expect("it ends").code(), Some(exit), "{text}");
    format!("\x1b[2m$\x1b[0m \x1b[1mnixedit {line}\x1b[0m\n{}", the_same_each_time(&text))
}

/// An edit's name is another each time.
fn the_same_each_time(text: &str) -> String {
    let undo = "undo: nixedit undo ";
    let lines: Vec<String> = text.lines().map(|l| if l.starts_with(undo) { format!("{undo}2f6c1a") } else { l.to_owned() }).collect();
    lines.join("\n")
}

fn terminal() -> Term {
    Term::new().palette(Palette::from(colors())).fg_color(Color::Rgb(INK)).bg_color(Color::Rgb(PAPER))
}

/// The sixteen colours, bright enough for the paper.
fn colors() -> [RgbColor; 16] {
    let plain = [
        RgbColor(0x54, 0x5d, 0x68),
        RgbColor(0xff, 0x7b, 0x72),
        RgbColor(0x57, 0xd3, 0x64),
        RgbColor(0xe3, 0xb3, 0x41),
        RgbColor(0x79, 0xc0, 0xff),
        RgbColor(0xd2, 0xa8, 0xff),
        RgbColor(0x76, 0xe3, 0xea),
        INK,
    ];
    std::array::from_fn(|index| plain[index % 8])
}
