//! What one process is to do, and how it ended.

use super::scene::Items;
use std::io::{Read, Write};
use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

/// Longer than any process may take; what is still there then is stuck.
const LIMIT: Duration = Duration::from_secs(120);

/// An item in a file, or a module of that name.
pub type Place = (&'static str, String);

#[derive(Debug)]
pub enum Wish {
    Add(&'static str, String),
    /// Into two files as one edit.
    Both(String),
    /// Likewise, but then something impossible.
    Refused(String),
    Package(String),
    /// A new file, which git is told of.
    Module(String),
    /// Added, and taken back if nobody has edited the file since.
    TakenBack(String),
    /// What an earlier round left, as one edit.
    Removed(Vec<Place>),
}

/// The fifty of a round.
pub fn wishes(round: usize, known: &Items) -> Vec<Wish> {
    let wish = |number: usize| {
        let item = format!("r{round}-{number}");
        match number {
            0..14 => Wish::Add("shared.nix", item),
            14..20 => Wish::Add("saved.nix", item),
            20..28 => Wish::Both(item),
            28..31 => Wish::Refused(item),
            31..36 => Wish::Package(item),
            36..39 => Wish::Module(item),
            _ => Wish::TakenBack(item),
        }
    };
    let old: Vec<Place> = known.iter().flat_map(|(file, items)| items.iter().map(|item| (*file, item.clone()))).collect();
    let removed = old.chunks((old.len() / 6).max(1)).map(|places| Wish::Removed(places.to_vec()));
    let mut all: Vec<Wish> = removed.take(7).collect();
    all.extend((0..50 - all.len()).map(wish));
    all
}

/// How a wish ended.
pub struct Outcome<'a> {
    pub wish: &'a Wish,
    /// The exit status of each command; `None` for one that was killed.
    pub exits: Vec<Option<i32>>,
    pub says: String,
    /// Whether it settled what another had left.
    pub recovered: bool,
}

impl Outcome<'_> {
    pub fn killed(&self) -> bool {
        self.exits.contains(&None)
    }

    /// Whether it says so and changed nothing: its files were written by others for all of a minute, or what it read
    /// was a file that the hand had cut to nothing and not yet written again.
    pub fn gave_up(&self) -> bool {
        self.says.contains("changed while the edit was being made; nothing was written") || self.says.contains("saved.nix does not parse")
    }

    /// Whether its items must be there now; `None` where nobody knows, an error for an end that must not be.
    pub fn lands(&self) -> Result<Option<bool>, ()> {
        match (self.wish, &self.exits[..]) {
            (_, exits) if exits.contains(&None) => Ok(None),
            (Wish::Removed(_), [Some(3 | 6)]) if self.gave_up() => Ok(Some(true)),
            (_, [Some(3 | 6)]) if self.gave_up() => Ok(Some(false)),
            (Wish::Refused(_), [Some(3)]) => Ok(Some(false)),
            (Wish::TakenBack(_), [Some(0), Some(0)]) => Ok(Some(false)),
            (Wish::TakenBack(_), [Some(0), Some(6)]) => Ok(Some(true)),
            (Wish::Removed(_), [Some(0)]) => Ok(Some(false)),
            (Wish::Add(..) | Wish::Both(_) | Wish::Package(_) | Wish::Module(_), [Some(0)]) => Ok(Some(true)),
            _ => Err(()),
        }
    }
}

impl Wish {
    pub fn places(&self) -> Vec<Place> {
        match self {
            Self::Add(file, item) => vec![(file, item.clone())],
            Self::Both(item) | Self::Refused(item) => vec![("left.nix", item.clone()), ("right.nix", item.clone())],
            Self::Package(item) => vec![("hosts/nxiz/home.nix", item.clone())],
            Self::Module(item) => vec![("modules", item.clone()), ("hosts/nxiz/configuration.nix", item.clone())],
            Self::TakenBack(item) => vec![("shared.nix", item.clone())],
            Self::Removed(places) => places.clone(),
        }
    }

    /// Runs it to its end, or kills it so long after its start.
    pub fn come_true(&self, root: &Path, killed_after: Option<Duration>) -> Outcome<'_> {
        let (exit, prints, mut says) = run(root, &self.words(), &self.input(), killed_after);
        let mut exits = vec![exit];
        if exit != Some(0) {
            says.push_str(&prints);
        }
        if let (Self::TakenBack(_), Some(0)) = (self, exit) {
            let report: serde_json::Value = serde_json::from_str(&prints).expect("a report");
            let id = report["edit_id"].as_str().expect("an edit");
            let (exit, _, more) = run(root, &["undo".to_owned(), id.to_owned()], "", None);
            exits.push(exit);
            says.push_str(&more);
        }
        let recovered = says.contains("the interrupted edit") || prints.contains("the interrupted edit");
        Outcome { wish: self, exits, says, recovered }
    }

    fn words(&self) -> Vec<String> {
        let words = match self {
            Self::Add(file, item) => vec!["list", "add", "a", item, "--file", file, "--no-validate"],
            Self::TakenBack(item) => vec!["list", "add", "a", item, "--file", "shared.nix", "--no-validate", "--format", "json"],
            Self::Both(_) | Self::Refused(_) | Self::Removed(_) => vec!["batch", "-", "--no-validate"],
            Self::Package(item) => vec!["add-package", "--host", "nxiz", item, "--no-validate"],
            Self::Module(item) => {
                return ["module", "new", &format!("modules/{item}.nix"), "--host", "nxiz", "--no-validate"].map(str::to_owned).into();
            }
        };
        words.into_iter().map(str::to_owned).collect()
    }

    fn input(&self) -> String {
        let operation = |name: &str, (file, item): &Place| match *file {
            "hosts/nxiz/home.nix" => format!(r#"{{"operation":"{name}-package","hosts":{{"names":["nxiz"]}},"names":["{item}"]}}"#),
            _ => format!(r#"{{"operation":"list-{name}","file":"{file}","path":"a","items":["{item}"]}}"#),
        };
        let (name, more) = match self {
            Self::Removed(_) => ("remove", None),
            Self::Refused(item) => ("add", Some(("none.nix", item.clone()))),
            Self::Both(_) => ("add", None),
            _ => return String::new(),
        };
        self.places().iter().chain(&more).map(|place| operation(name, place) + "\n").collect()
    }
}

fn run(root: &Path, words: &[String], input: &str, killed_after: Option<Duration>) -> (Option<i32>, String, String) {
    let mut command = Command::new(env!("CARGO_BIN_EXE_nixedit"));
    command.args(words).current_dir(root).stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped());
    let mut child = command.spawn().expect("nixedit starts");
    // One that was killed does not read.
    let _ = child.stdin.take().expect("its input").write_all(input.as_bytes());
    let exit = end(&mut child, killed_after);
    let (mut prints, mut says) = (String::new(), String::new());
    child.stdout.take().expect("its output").read_to_string(&mut prints).expect("text");
    child.stderr.take().expect("its output").read_to_string(&mut says).expect("text");
    (exit.unwrap_or_else(|| panic!("{words:?} hangs\n{says}")), prints, says)
}

/// The exit status of a process that ends by itself or, so long after its start, by us; `None` for one that does neither.
fn end(child: &mut Child, killed_after: Option<Duration>) -> Option<Option<i32>> {
    let start = Instant::now();
    while start.elapsed() < LIMIT {
        if let Some(status) = child.try_wait().expect("a child") {
            return Some(status.code());
        }
        if killed_after.is_some_and(|after| start.elapsed() >= after) {
            child.kill().expect("a child");
        }
        std::thread::sleep(Duration::from_millis(3));
    }
    child.kill().expect("a child");
    None
}
