//! `shell hook add|remove LINE`: what a development shell runs when it starts.
//!
//! ```text
//! shellHook = ''          =>   shellHook = ''
//!   echo ready                   echo ready
//! '';                            export EDITOR=hx
//!                              '';
//! ```
//! What a shell would take for its own (`${HOME}`) is written so that Nix leaves it alone. Refuses: no such
//! shell; a hook that is no text.

use super::shells;
use crate::diagnostic::{Code, Diagnostic, Result};
use crate::operation::ShellHook;
use crate::plan::{Place, Plan, Step};
use crate::project::Project;
use crate::syntax::attr_path::AttrPath;
use crate::syntax::fragment::Fragment;
use crate::syntax::indented::indented_string;
use crate::syntax::parse::Source;
use crate::syntax::{SyntaxKind, SyntaxNode, lookup, span};
use crate::text::Span;

pub(super) fn plan(project: &Project, args: &ShellHook) -> Result<Plan> {
    let (source, set) = shells::set_of(project, &args.shell)?;
    let written = indented_string(&args.text, args.raw_nix);
    let lines: Vec<&str> = written.lines().skip(1).map(|line| line.strip_prefix("  ").unwrap_or(line)).collect();
    let lines = &lines[..lines.len().saturating_sub(1)];
    if lines.is_empty() {
        return Err(Diagnostic::new(Code::UsageInvalid, "there is no line to add").help("such as 'export EDITOR=hx'"));
    }
    let path = AttrPath::parse("shellHook")?;
    let known = lookup::find_in(&set, &path).definitions.into_iter().next().map(|found| found.value);
    let steps = match &known {
        Some(value) if args.remove => removed(&source, value, lines),
        Some(value) => added(&source, value, lines)?,
        None if args.remove => Vec::new(),
        None => {
            let value = Fragment::parse(&written)?;
            vec![Step::InsertBinding { file: source.path.clone(), set: span(&set), path, value, place: Place::Last, comment: None }]
        }
    };
    let hook = format!("the hook of devShells.{}", args.shell);
    let mut plan = Plan { steps, ..Plan::default() };
    plan.summary = match (plan.steps.is_empty(), args.remove) {
        (false, false) => format!("added to {hook}"),
        (false, true) => format!("removed from {hook}"),
        (true, false) => format!("{hook} has that already"),
        (true, true) => format!("{hook} has no such line"),
    };
    if !plan.steps.is_empty() {
        plan.targets.push(shells::target(project, &args.shell, "c.shellHook or \"\""));
    }
    Ok(plan)
}

/// The lines of a text over several lines, without the one that opens and the one that closes it, each with
/// its place, the line break behind it included.
fn lines_of(source: &Source, value: &SyntaxNode) -> Vec<(String, Span)> {
    let (text, start) = (value.text().to_string(), span(value).start);
    let mut offset = 0;
    let mut out = Vec::new();
    for line in text.split_inclusive('\n') {
        out.push((line.trim().to_owned(), Span::new(start + offset, start + offset + line.len())));
        offset += line.len();
    }
    debug_assert!(source.text.len() >= start + offset);
    let end = out.len().saturating_sub(1);
    out.get(1..end.max(1)).map(<[_]>::to_vec).unwrap_or_default()
}

fn added(source: &Source, value: &SyntaxNode, lines: &[&str]) -> Result<Vec<Step>> {
    let text = value.text().to_string();
    let file = source.path.clone();
    if value.kind() != SyntaxKind::NODE_STRING {
        return Err(source
            .error(Code::ShapeUnsupported, "the shell's hook is not written as a text", span(value), "here")
            .help("write it as ''…'' first"));
    }
    let known = lines_of(source, value);
    let new: Vec<&str> = lines.iter().filter(|line| !known.iter().any(|(old, _)| old == line.trim())).copied().collect();
    if new.is_empty() {
        return Ok(Vec::new());
    }
    let closing = text.lines().last().unwrap_or_default();
    if !text.starts_with("''") || closing.trim() != "''" || !text.contains('\n') {
        return on_one_line(source, value, &text, &new);
    }
    let indent_of = |at: &Span| source.text[at.start..at.end].chars().take_while(|c| *c == ' ' || *c == '\t').collect::<String>();
    let last = known.iter().rev().find(|(line, _)| !line.is_empty()).map(|(_, at)| indent_of(at));
    let outer: String = closing.chars().take_while(|c| c.is_whitespace()).collect();
    let indent = last.unwrap_or_else(|| format!("{outer}  "));
    let text: String = new.iter().map(|line| if line.is_empty() { "\n".to_owned() } else { format!("{indent}{line}\n") }).collect();
    let at = Span::at(span(value).end - closing.len());
    Ok(vec![Step::ReplaceText { file, at, text }])
}

/// A hook on one line becomes one over several; a quoted one only where nothing in it is escaped.
fn on_one_line(source: &Source, value: &SyntaxNode, text: &str, new: &[&str]) -> Result<Vec<Step>> {
    let inner = match text.strip_prefix("''").and_then(|rest| rest.strip_suffix("''")) {
        Some(inner) if !inner.contains('\n') => inner,
        None if !text.contains(['\\', '\n', '$']) && !text.contains("''") => text.trim_matches('"'),
        _ => {
            return Err(source
                .error(Code::ShapeUnsupported, "this hook cannot get another line", span(value), "here")
                .help("write it as ''…'' with a line for each command first"));
        }
    };
    let known = (!inner.trim().is_empty()).then(|| inner.trim());
    let lines: String = known.into_iter().chain(new.iter().copied()).map(|line| format!("  {line}\n")).collect();
    Ok(vec![Step::Replace { file: source.path.clone(), at: span(value), with: Fragment::parse(&format!("''\n{lines}''"))? }])
}

fn removed(source: &Source, value: &SyntaxNode, lines: &[&str]) -> Vec<Step> {
    let gone = lines_of(source, value).into_iter().filter(|(line, _)| !line.is_empty() && lines.iter().any(|wanted| wanted.trim() == line));
    gone.map(|(_, at)| Step::ReplaceText { file: source.path.clone(), at, text: String::new() }).collect()
}
