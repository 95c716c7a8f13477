//! What is told about new values in a host table: a summary, a line per host, what to look at again.

use super::perhost_set::Change;
use super::table_lines;
use crate::plan::{Note, Plan};
use crate::project::tables::Table;
use crate::syntax::attr_path::AttrPath;
use crate::syntax::fragment::Fragment;

/// Summary, a line per host, and what to look at again.
pub(super) fn report(table: &Table, key: &AttrPath, changes: &[Change]) -> Plan {
    let file = &table.source.path;
    let hosts: Vec<String> = changes.iter().map(|change| change.row.host.clone()).collect();
    let changed: Vec<&Change> = changes.iter().filter(|change| change.step.is_some()).collect();
    let same = changes.windows(2).all(|pair| pair[0].value == pair[1].value);
    let value = changes.first().filter(|_| same).map(|change| change.value.text());
    let names = |list: &[&Change]| list.iter().map(|change| change.row.host.as_str()).collect::<Vec<_>>().join(", ");
    let summary = match (changed.as_slice(), value) {
        ([], Some(value)) => format!("nothing to do: {key} is {value} on {}", hosts.join(", ")),
        ([], None) if !changes.is_empty() => format!("nothing to do: {key} is as wanted on {}", hosts.join(", ")),
        ([], None) => String::new(),
        (some, Some(value)) => format!("set {key} = {value} on {} in {file}", names(some)),
        (some, None) => format!("set {key} on {} in {file}", names(some)),
    };
    let mut plan = Plan { summary, hosts, lines: changes.iter().map(|change| line(key, change)).collect(), ..Plan::default() };
    if !changed.is_empty() {
        plan.notes.extend(changes.iter().filter_map(|change| comment_kept(key, change)));
    }
    plan
}

/// `adeck false -> true`, `nxiz true (unchanged)`.
fn line(key: &AttrPath, change: &Change) -> String {
    let host = &change.row.host;
    match (&change.step, change.row.cell(key)) {
        (None, _) if change.follows => format!("{host} {} (as the row that it takes it from)", change.value.text()),
        (None, _) => format!("{host} {} (unchanged)", change.value.text()),
        (Some(_), Some(cell)) if cell.value.text() == change.value.text() => format!("{host} {} (now in its own row)", change.value.text()),
        (Some(_), Some(cell)) => format!("{host} {} -> {}", table_lines::shorten(&cell.value), change.value.text()),
        (Some(_), None) => format!("{host} unset -> {}", change.value.text()),
    }
}

fn comment_kept(key: &AttrPath, change: &Change) -> Option<Note> {
    let row = change.row;
    let of_row = || row.comment().filter(|_| change.step.is_some());
    let comment = row.cell(key)?.comment().or_else(of_row)?;
    Some(Note {
        code: "comment-kept".to_owned(),
        message: format!("{}: the comment \"{comment}\" was kept; check that it still holds", row.host),
    })
}

/// What the summary says where no cell changes, but a reader or nothing at all does.
pub(super) fn summarise(table: &Table, key: &AttrPath, default: Option<&Fragment>, plan: &mut Plan) {
    let cells_change = !plan.summary.is_empty() && !plan.summary.starts_with("nothing to do");
    let file = &table.source.path;
    match (plan.steps.is_empty(), default) {
        (true, Some(default)) if plan.summary.is_empty() => plan.summary = format!("nothing to do: {key} is {} by default", default.text()),
        (false, Some(default)) if !cells_change => plan.summary = format!("set the default of {key} to {} in {file}", default.text()),
        (false, None) if !cells_change => plan.summary = format!("wired {key} in {file}"),
        _ => {}
    }
}
