//! An option that a host table feeds: what it is on one host is said in that host's row.
//!
//! ```text
//! services.resolved.enable = cfg.resolved;   # set it on kestrel: perhost set resolved … --host kestrel
//! ```

use super::candidates;
use crate::diagnostic::{Code, Diagnostic};
use crate::operation::OptionSet;
use crate::plan::{Note, Step};
use crate::project::Project;
use crate::project::tables::{Reader, Table};
use crate::syntax::body::{below_priority, without_parens};
use crate::syntax::{SyntaxNode, span};
use crate::text::{Span, shell_word};

/// The refusal to edit a file that other hosts have too: for an option that a table feeds, with the
/// way through the host's row instead of the one that would overwrite it for all.
pub(super) fn instead(project: &Project, args: &OptionSet, refusal: Box<Diagnostic>) -> Box<Diagnostic> {
    let Some(file) = refusal.candidates.first().filter(|_| refusal.code == Code::FileShared).cloned() else { return refusal };
    let Ok(source) = project.source(&file) else { return refusal };
    let tables = project.tables(Some(&file)).unwrap_or_default();
    let host = args.hosts.names.first().map_or("HOST", String::as_str);
    for value in candidates::definitions(&source, &args.path).into_iter().map(|found| found.value) {
        let Some((_, reader)) = reader_in(&tables, span(&value)) else { continue };
        let is_all = without_parens(&below_priority(&value)) == reader.node;
        let typed = if is_all { args.value.as_str() } else { "VALUE" };
        let key = reader.path.join(".");
        let words = ["nixedit", "perhost", "set", &key, typed, "--host", host, "--file", &file];
        let command = words.map(shell_word).join(" ");
        let does = format!("in the row of {host}, which {} reads", reader.text());
        let help = Some("a host table says it for each host:".to_owned());
        return Box::new(Diagnostic { help, ..*refusal }).way(command, does);
    }
    refusal
}

/// That cells of a table no longer count for an option whose value is replaced.
pub(super) fn note(project: &Project, args: &OptionSet, steps: &[Step]) -> Option<Note> {
    let Some(Step::Replace { file, at, .. }) = steps.first() else { return None };
    let tables = project.tables(Some(file)).ok()?;
    let (table, reader) = reader_in(&tables, *at)?;
    let message = format!("{} read {}: what {} says for each host no longer counts there", args.path, reader.text(), table.name);
    Some(Note { code: "reader-replaced".to_owned(), message })
}

/// The first reader of a key within these bytes.
fn reader_in(tables: &[Table], at: Span) -> Option<(&Table, &Reader)> {
    let within = |node: &SyntaxNode| at.contains(span(node));
    tables.iter().find_map(|table| {
        let reader = table.readers.iter().find(|reader| !reader.path.is_empty() && within(&reader.node))?;
        Some((table, reader))
    })
}
