//! The inputs of a flake, as flake.nix states them and flake.lock holds them.

use crate::diagnostic::Result;
use crate::flake_lock::{FlakeLock, Pin, beside};
use crate::project::{Input, Project};
use crate::text::{Position, position};
use serde::Serialize;

/// One input, for people and programs.
#[derive(Clone, Debug, Serialize)]
#[non_exhaustive]
pub struct InputRow {
    /// Its name.
    pub name: String,
    /// Its flake reference; `None` where it follows another, or Nix takes it from the registry.
    pub url: Option<String>,
    /// Whether it is a flake and no plain source tree.
    pub flake: bool,
    /// What it stands for.
    pub follows: Option<String>,
    /// What its own inputs follow.
    pub inputs: Vec<InputFollows>,
    /// What it is held at; `None` when it is not locked.
    pub locked: Option<Pin>,
    /// The file that names it.
    pub file: String,
    /// Where it starts; `None` for one that only `outputs` asks for.
    pub start: Option<Position>,
}

/// An input of an input and what it follows; empty when it is dropped.
#[derive(Clone, Debug, Serialize)]
#[non_exhaustive]
pub struct InputFollows {
    /// Its path below the input: `nixpkgs`, `a/b`.
    pub input: String,
    /// What it follows.
    pub follows: String,
}

/// Every input of the flake in `file`, in the order in which they are written.
pub fn inputs(project: &Project, file: &str) -> Result<Vec<InputRow>> {
    let flake = project.flake_in(file)?;
    let source = project.source(file)?;
    let lock = project.bytes(&beside(file))?.and_then(|bytes| FlakeLock::parse(&bytes)).unwrap_or_default();
    let start = |input: &Input| input.bindings.first().map(|at| position(&source.text, at.start));
    let mut rows: Vec<InputRow> = flake.inputs.iter().map(|input| row(input, &lock, file, start(input))).collect();
    let asked = flake.outputs.iter().flat_map(|head| &head.names).map(|(name, _)| name);
    let implicit: Vec<&String> = asked.filter(|name| *name != "self" && flake.input(name).is_none()).collect();
    rows.extend(implicit.iter().map(|name| row(&Input { name: (*name).clone(), ..Input::default() }, &lock, file, None)));
    Ok(rows)
}

fn row(input: &Input, lock: &FlakeLock, file: &str, start: Option<Position>) -> InputRow {
    let text = |stated: &Option<crate::project::Stated>| stated.as_ref().map(|stated| stated.text.clone());
    let inner = input.inner_follows.iter().map(|f| InputFollows { input: f.path.join("/"), follows: f.target.text.clone() });
    InputRow {
        name: input.name.clone(),
        url: text(&input.url),
        flake: text(&input.is_flake).is_none_or(|flake| flake != "false"),
        follows: text(&input.follows),
        inputs: inner.collect(),
        locked: lock.input(&input.name),
        file: file.to_owned(),
        start,
    }
}
