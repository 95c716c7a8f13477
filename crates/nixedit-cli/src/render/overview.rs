//! A host or file at a glance, in sections that fit a terminal.

use super::table;
use super::width::{WIDTH, cut, fitted, remarked};
use crate::commands::list_packages;
use nixedit_core::inspect::activations::ActivationRow;
use nixedit_core::inspect::file::FileView;
use nixedit_core::inspect::host::{HostView, ModuleRow, RowView};
use nixedit_core::inspect::own_options::OptionRow;
use nixedit_core::inspect::{OverlayRow, SecretRow};

/// All sections of a host that have something to show.
pub fn host(view: &HostView) -> String {
    let head = format!("{}  {}  {}\n", view.host, view.system.as_deref().unwrap_or("?"), view.defined_in);
    let sections = [
        section("modules", &modules(&view.modules)),
        section("packages", &view.package_lists.iter().map(|list| list_packages::text(list, 1)).collect::<String>()),
        section("host tables", &view.tables.iter().map(row).collect::<String>()),
        section("own options", &by_file(&view.options)),
        section("secrets", &view.secrets.iter().map(secret).collect::<String>()),
        section("overlays", &view.overlays.iter().map(overlay).collect::<String>()),
        section("activation", &view.activation.iter().map(activation).collect::<String>()),
    ];
    head + &sections.concat()
}

/// All sections of a file that have something to show.
pub fn file(view: &FileView) -> String {
    let hosts = if view.hosts.is_empty() { "no host".to_owned() } else { view.hosts.join(", ") };
    let lines = |lines: &[String]| lines.iter().map(|line| fitted("", line) + "\n").collect::<String>();
    let tables: Vec<String> = view.tables.iter().map(table::text).collect();
    let sections = [
        section("imported by", &lines(&view.imported_by)),
        section("arguments", &lines(&[view.arguments.join(", ")])),
        section("imports", &lines(&view.imports)),
        section("packages", &view.package_lists.iter().map(|list| list_packages::text(list, list.hosts.len())).collect::<String>()),
        section("host tables", &tables.concat()),
        section("declares", &view.declares.iter().map(statement).collect::<String>()),
        section("sets", &view.sets.iter().map(statement).collect::<String>()),
        section("overlays", &view.overlays.iter().map(overlay).collect::<String>()),
    ];
    format!("{}\n", fitted(&format!("{}  ", view.file), &hosts)) + &sections.concat()
}

fn section(title: &str, body: &str) -> String {
    let lines = || body.lines().map(|line| cut(&format!("  {line}"), WIDTH + 2) + "\n");
    if body.trim().is_empty() { String::new() } else { format!("\n{title}\n{}", lines().collect::<String>()) }
}

/// The modules of each side and user as a tree: what imports others stands above them.
pub fn modules(rows: &[ModuleRow]) -> String {
    let mut out = String::new();
    let mut last = None;
    for row in rows.iter().filter(|row| row.kind != "inline") {
        let whose = (row.side, row.user.as_deref());
        if last != Some(whose) {
            out.push_str(&format!("{}{}\n", row.side, row.user.as_ref().map(|user| format!(" of {user}")).unwrap_or_default()));
            last = Some(whose);
        }
        let mut remarks: Vec<String> = if row.kind == "file" { Vec::new() } else { vec![row.kind.to_owned()] };
        if row.conditional {
            remarks.push("under a condition".to_owned());
        }
        out.push_str(&remarked(&fitted(&"  ".repeat(row.depth + 1), &row.name), &remarks));
    }
    out
}

fn row(view: &RowView) -> String {
    let mut out = format!("{}:{}  {}\n", view.file, view.line, view.table);
    for (key, value) in &view.cells {
        out.push_str(&(fitted(&format!("  {key}{}", if key.is_empty() { "" } else { " = " }), value) + "\n"));
    }
    if !view.missing.is_empty() {
        out.push_str(&(fitted("  without ", &view.missing.join(", ")) + "\n"));
    }
    out
}

/// Statements below the file that makes them.
fn by_file(rows: &[OptionRow]) -> String {
    let mut out = String::new();
    for (index, row) in rows.iter().enumerate() {
        if index == 0 || rows[index - 1].file != row.file {
            out.push_str(&format!("{}\n", row.file));
        }
        out.push_str(&statement(row));
    }
    out
}

/// The line and what stands there, where it is clear which file is meant.
fn statement(row: &OptionRow) -> String {
    fitted(&format!("{:>4}  ", row.line), &said(row)) + "\n"
}

fn said(row: &OptionRow) -> String {
    format!("{}{}", row.path, row.value.as_ref().map(|value| format!(" = {value}")).unwrap_or_default())
}

fn secret(row: &SecretRow) -> String {
    let missing = if row.exists { "" } else { "  (no encrypted file)" };
    let read = if row.readers.is_empty() { String::new() } else { format!("  read in {}", row.readers.join(", ")) };
    fitted(&format!("{}  ", row.name), &format!("{}{missing}{read}", row.file)) + "\n"
}

fn overlay(row: &OverlayRow) -> String {
    fitted(&format!("{}:{}  ", row.file, row.start.line), &format!("{} {}", row.kind, row.name)) + "\n"
}

fn activation(row: &ActivationRow) -> String {
    fitted(&format!("{}:{}  {}  ", row.file, row.line, row.name), &row.text) + "\n"
}
