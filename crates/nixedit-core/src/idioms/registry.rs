//! The table, in a Markdown file that the settings name, of what is held back and why.
//!
//! ```text
//! | hold | where | hosts | why | drop when |
//! |---|---|---|---|---|
//! | tumbler | fixes.nix | all | pulls in webkitgtk | libgepub is optional upstream |
//! ```
//! Cells are told by the words of the table's head, in whatever order it has them.

use crate::diagnostic::{Code, Diagnostic, Result};
use crate::plan::Step;
use crate::project::Project;
use crate::text::{Span, parent_path};

/// What is held back.
pub(super) struct Row<'a> {
    pub hold: &'a str,
    pub file: &'a str,
    pub hosts: &'a [String],
    pub why: Option<&'a str>,
    pub until: Option<&'a str>,
}

/// The step that adds a row; none without a registry, or where it has one of that name.
pub(super) fn added(project: &Project, row: &Row) -> Result<Option<Step>> {
    let Some(table) = read(project)? else { return Ok(None) };
    if table.row_of(row.hold).is_some() {
        return Ok(None);
    }
    let all = project.hosts()?.iter().all(|host| row.hosts.contains(&host.name));
    let hosts = if all { "all".to_owned() } else { row.hosts.join(", ") };
    let folder = parent_path(&table.file);
    let place = row.file.strip_prefix(&format!("{folder}/")).filter(|_| !folder.is_empty()).unwrap_or(row.file);
    let cell = |head: &String| match head.to_lowercase().as_str() {
        "hold" | "held" | "package" | "name" | "what" => row.hold.to_owned(),
        "where" | "file" => place.to_owned(),
        "hosts" | "host" => hosts.clone(),
        "why" | "reason" | "because" => plain(row.why),
        "drop when" | "until" | "drop" | "remove when" | "end" => plain(row.until),
        _ => String::new(),
    };
    let cells: Vec<String> = table.head.iter().map(cell).collect();
    let line = format!("\n| {} |", cells.join(" | "));
    Ok(Some(Step::ReplaceText { file: table.file, at: Span::at(table.end), text: line }))
}

/// The step that takes the row of a name away; none without a registry or such a row.
pub(super) fn removed(project: &Project, hold: &str) -> Result<Option<Step>> {
    let Some(table) = read(project)? else { return Ok(None) };
    let at = table.row_of(hold);
    Ok(at.map(|at| Step::ReplaceText { file: table.file.clone(), at, text: String::new() }))
}

/// A text as a cell can hold it.
fn plain(text: Option<&str>) -> String {
    text.unwrap_or_default().replace('\n', " ").replace('|', "\\|")
}

struct Table {
    file: String,
    head: Vec<String>,
    /// Each row's first cell, and its line with the break in front of it.
    rows: Vec<(Vec<String>, Span)>,
    /// Where the last line ends.
    end: usize,
}

impl Table {
    fn row_of(&self, hold: &str) -> Option<Span> {
        let column =
            self.head.iter().position(|head| ["hold", "held", "package", "name", "what"].contains(&head.to_lowercase().as_str()))?;
        let is_it = |cells: &Vec<String>| cells.get(column).is_some_and(|cell| cell.trim_matches('`') == hold);
        self.rows.iter().find(|(cells, _)| is_it(cells)).map(|(_, at)| *at)
    }
}

/// The first table of the registry that has a column for what is held.
fn read(project: &Project) -> Result<Option<Table>> {
    let Some(file) = &project.settings().registry.file else { return Ok(None) };
    let bytes = project.bytes(file)?.ok_or_else(|| {
        Diagnostic::new(Code::SettingsInvalid, format!("[registry] file = \"{file}\" is not there"))
            .help("it is a Markdown table: | hold | where | hosts | why | drop when |")
    })?;
    let text = String::from_utf8_lossy(&bytes).into_owned();
    let mut tables: Vec<Table> = Vec::new();
    let (mut offset, mut inside) = (0, false);
    for line in text.split_inclusive('\n') {
        let bare = line.trim_end();
        if !bare.trim_start().starts_with('|') {
            inside = false;
        } else if !inside {
            inside = true;
            tables.push(Table { file: file.clone(), head: cells(bare), rows: Vec::new(), end: offset + bare.len() });
        } else if let Some(table) = tables.last_mut() {
            let end = offset + bare.len();
            if !bare.chars().all(|c| "|-: ".contains(c)) {
                table.rows.push((cells(bare), Span::new(table.end, end)));
            }
            table.end = end;
        }
        offset += line.len();
    }
    let has_hold =
        |table: &Table| table.head.iter().any(|head| ["hold", "held", "package", "name", "what"].contains(&head.to_lowercase().as_str()));
    match tables.into_iter().find(has_hold) {
        Some(table) => Ok(Some(table)),
        None => Err(Diagnostic::new(Code::SettingsInvalid, format!("{file} has no table with a column 'hold'"))
            .help("begin one: | hold | where | hosts | why | drop when |")),
    }
}

fn cells(line: &str) -> Vec<String> {
    let inner = line.trim().trim_start_matches('|').trim_end_matches('|');
    inner.replace("\\|", "\u{0}").split('|').map(|cell| cell.trim().replace('\u{0}', "\\|")).collect()
}
