//! Host tables for people: one row per key, one column per host, at most 80 columns wide.

use super::width::{cut, one_line};
use nixedit_core::project::tables::report::{CellReport, TableReport};
use std::io::Write;

/// Widest line.
const WIDTH: usize = 80;
/// Narrowest column of values.
const NARROWEST: usize = 8;

/// Prints tables, a blank line between them.
pub fn print(tables: &[TableReport]) {
    let mut out = anstream::stdout().lock();
    for (index, table) in tables.iter().enumerate() {
        // Writing to a closed pipe is no reason to fail.
        let _ = write!(out, "{}{}", if index > 0 { "\n" } else { "" }, text(table));
    }
}

/// A table as text: its place, then the values by key and host; by host where they do not fit.
pub fn text(table: &TableReport) -> String {
    let selector = table.selectors.first().map(|s| format!("  by {s}")).unwrap_or_default();
    let mut out = format!("{}:{}  {}{selector}\n", table.file, table.line, table.name);
    let keys: Vec<&String> = table.keys.iter().chain(table.cells.keys().filter(|key| key.is_empty())).collect();
    let names = keys.iter().map(|key| key.chars().count()).max().unwrap_or(0);
    let count = table.hosts.len().max(1);
    let left = if names == 0 { 2 } else { names + 4 };
    let room = WIDTH.saturating_sub(left) / count;
    let wide = |host: &String| {
        let cells = table.cells.values().filter_map(|cells| cells.get(host)).map(|cell| one_line(&cell.text).chars().count());
        cells.chain([host.chars().count(), 1]).max().unwrap_or(1)
    };
    if room < NARROWEST + 2 || keys.iter().all(|key| key.is_empty()) {
        out.push_str(&by_host(table, &keys));
        return out;
    }
    let widths: Vec<usize> = fitted(table.hosts.iter().map(wide).collect(), WIDTH - left - 2 * (count - 1));
    let line = |name: &str, cells: Vec<String>| {
        let cells: Vec<String> =
            cells.iter().zip(&widths).map(|(cell, width)| format!("{:width$}", cut(cell, *width), width = *width)).collect();
        format!("  {name:names$}  {}", cells.join("  ")).trim_end().to_owned() + "\n"
    };
    out.push_str(&line("", table.hosts.clone()));
    for key in keys {
        out.push_str(&line(key, table.hosts.iter().map(|host| shown(table.cells.get(key).and_then(|cells| cells.get(host)))).collect()));
    }
    out
}

/// Column widths that together are at most `room`: the widest give way first.
fn fitted(mut widths: Vec<usize>, room: usize) -> Vec<usize> {
    while widths.iter().sum::<usize>() > room {
        let Some(widest) = widths.iter_mut().max().filter(|width| **width > 1) else { break };
        *widest -= 1;
    }
    widths
}

/// One line per value, for many hosts or plain values.
fn by_host(table: &TableReport, keys: &[&String]) -> String {
    let name = |host: &str, key: &str| if key.is_empty() { host.to_owned() } else { format!("{host}.{key}") };
    let lines: Vec<(String, String)> = table
        .hosts
        .iter()
        .flat_map(|host| keys.iter().filter_map(move |key| Some((host, key, table.cells.get(*key)?.get(host)?))))
        .map(|(host, key, cell)| (name(host, key), shown(Some(cell))))
        .collect();
    let width = lines.iter().map(|(name, _)| name.chars().count()).max().unwrap_or(0);
    lines.iter().map(|(name, value)| format!("  {name:width$}  {}\n", cut(value, WIDTH.saturating_sub(width + 4)))).collect()
}

fn shown(cell: Option<&CellReport>) -> String {
    cell.map_or_else(|| "-".to_owned(), |cell| one_line(&cell.text))
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::collections::BTreeMap;

    fn table(hosts: &[&str], cells: &[(&str, &str, &str)]) -> TableReport {
        let mut all: BTreeMap<String, BTreeMap<String, CellReport>> = BTreeMap::new();
        let mut keys: Vec<String> = Vec::new();
        for (key, host, value) in cells {
            if !key.is_empty() && !keys.contains(&(*key).to_owned()) {
                keys.push((*key).to_owned());
            }
            let mut cell = CellReport::default();
            cell.text = (*value).to_owned();
            all.entry((*key).to_owned()).or_default().insert((*host).to_owned(), cell);
        }
        let mut report = TableReport::default();
        (report.file, report.line, report.name) = ("a.nix".to_owned(), 5, "perHost".to_owned());
        report.selectors = vec!["config.my.host".to_owned()];
        report.hosts = hosts.iter().map(|host| (*host).to_owned()).collect();
        (report.keys, report.cells) = (keys, all);
        report
    }

    #[test]
    fn a_matrix_that_fits() {
        let report = table(&["nxiz", "adeck"], &[("dns", "nxiz", "true"), ("dns", "adeck", "false"), ("wake", "adeck", "[\n  1\n]")]);
        let expected = "a.nix:5  perHost  by config.my.host\n        nxiz  adeck\n  dns   true  false\n  wake  -     [ 1 ]\n";
        assert_eq!(text(&report), expected);
        let long = "x".repeat(200);
        let report = table(&["nxiz", "adeck"], &[("dns", "nxiz", &long), ("dns", "adeck", "false")]);
        assert!(text(&report).lines().all(|line| line.chars().count() <= 80));
        assert!(text(&report).contains("false"));
    }

    #[test]
    fn many_hosts_and_plain_values_go_down_the_page() {
        let hosts: Vec<String> = (0..12).map(|n| format!("host{n}")).collect();
        let hosts: Vec<&str> = hosts.iter().map(String::as_str).collect();
        assert!(text(&table(&hosts, &[("dns", "host3", "true")])).ends_with("\n  host3.dns  true\n"));
        assert!(text(&table(&["nxiz"], &[("", "nxiz", "./a.png")])).ends_with("\n  nxiz  ./a.png\n"));
    }
}
