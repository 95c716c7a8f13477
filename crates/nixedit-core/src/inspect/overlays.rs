//! The overlays of a flake.

use crate::diagnostic::Result;
use crate::project::{Overlay, OverlayKind, Project};
use crate::text::{Position, position};
use serde::Serialize;

/// One overlay, for people and programs.
#[derive(Clone, Debug, Serialize)]
#[non_exhaustive]
pub struct OverlayRow {
    /// The file, relative to the flake's root.
    pub file: String,
    /// Where it starts.
    pub start: Position,
    /// `function`, `input` or `unknown`.
    pub kind: &'static str,
    /// What it is called: the names it defines, `input#name`, or its source text.
    pub name: String,
    /// The attributes it defines.
    pub defines: Vec<String>,
    /// Those of them that are an `overrideAttrs`.
    pub overrides: Vec<String>,
    /// The names of its two parameters; empty for what is no function.
    pub parameters: Vec<String>,
    /// The hosts that get it, as far as can be read.
    pub hosts: Vec<String>,
}

/// Every overlay of the flake, or of one file.
pub fn overlays(project: &Project, file: Option<&str>) -> Result<Vec<OverlayRow>> {
    let found = match file {
        Some(file) => project.overlays_of_file(file)?,
        None => project.overlays()?,
    };
    found.all.iter().map(|overlay| overlay_row(project, overlay)).collect()
}

fn overlay_row(project: &Project, overlay: &Overlay) -> Result<OverlayRow> {
    let source = project.source(&overlay.file)?;
    let function = overlay.function();
    let defined = || function.into_iter().flat_map(|function| &function.defines);
    Ok(OverlayRow {
        file: overlay.file.clone(),
        start: position(&source.text, overlay.span().start),
        kind: match overlay.kind {
            OverlayKind::Function(_) => "function",
            OverlayKind::Input(..) => "input",
            OverlayKind::Unknown(_) => "unknown",
        },
        name: overlay.name(),
        defines: defined().map(|defined| defined.name.clone()).collect(),
        overrides: defined().filter(|defined| defined.overridden.is_some()).map(|defined| defined.name.clone()).collect(),
        parameters: function.map(|f| vec![f.last.name.clone(), f.previous.name.clone()]).unwrap_or_default(),
        hosts: overlay.hosts.clone(),
    })
}
