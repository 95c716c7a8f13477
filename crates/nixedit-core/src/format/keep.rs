//! The keep-it-formatted rule (law 5): between the compiled edit and its proof.
//!
//! ```text
//! before a fixed point, after too        =>  the edit as it is
//! before a fixed point, after not        =>  the smallest part around the edit laid out again
//! before no fixed point                  =>  the edit as it is
//! ```
//! Formatting a file that was formatted changes what the edit touched and nothing else; where it would
//! (a defect of the formatter), the edit keeps its own layout and a note says so.

use super::construct::{Change, Construct};
use super::{fragment, is_fixed, laid_out, routine};
use crate::change_set::{ChangeSet, FileChange};
use crate::plan::{Note, Plan, Step};
use crate::project::Project;
use crate::settings::{Formatter, WholeFile};
use crate::syntax::parse::Source;
use crate::syntax::span;
use crate::text::Span;
use rnix::SyntaxKind::{NODE_ATTR_SET, NODE_ATTRPATH_VALUE, NODE_LIST, NODE_PATTERN};
use rnix::{NodeOrToken, TextRange};

/// Files above this size (bytes) are not formatted whole, even to find out whether they are formatted:
/// that takes a tenth of a second for each MiB.
const LARGEST: usize = 2 << 20;

/// The changes of a plan with the files that a formatter had left alone laid out by it again, save those
/// that the plan itself lays out. `project` is the state before. Notes name the files that could not be.
pub fn keep(project: &Project, plan: &Plan, changes: ChangeSet) -> (ChangeSet, Vec<Note>) {
    let mut notes = Vec::new();
    if project.settings().format.whole_file == WholeFile::Never {
        return (changes, notes);
    }
    let mut out = ChangeSet::default();
    let asked_for = |path: &str| plan.steps.iter().any(|step| matches!(step, Step::Format { file, .. } if file == path));
    for change in changes.files() {
        let mut change = change.clone();
        let edited = if asked_for(&change.path) { None } else { edited(project, &change) };
        match edited.map(|edited| edited.settle(project)) {
            Some(Layout::Better(text)) => change.after = Some(text.as_bytes().into()),
            Some(Layout::Lost(formatter)) => notes.push(lost(formatter, &change.path)),
            Some(Layout::Kept) | None => {}
        }
        out.record(change);
    }
    (out, notes)
}

fn lost(formatter: Formatter, path: &str) -> Note {
    let name = formatter.name();
    let message = format!("{path} was laid out by {name}, which would lay out this edit otherwise; see it with: nixedit fmt -n {path}");
    Note { code: "format-lost".to_owned(), message }
}

/// What becomes of an edited file's layout.
enum Layout {
    /// It is right, or nobody's business.
    Kept,
    /// This text instead.
    Better(String),
    /// The file's formatter would have it otherwise, but not here only.
    Lost(Formatter),
}

/// A Nix file before and after.
struct Edited<'a> {
    source: Source,
    after: &'a str,
    change: Change,
}

fn edited<'a>(project: &Project, change: &'a FileChange) -> Option<Edited<'a>> {
    let (Some(_), Some(after)) = (&change.before, &change.after) else { return None };
    if !change.path.ends_with(".nix") {
        return None;
    }
    let source = project.source(&change.path).ok()?;
    let after = std::str::from_utf8(after).ok()?;
    let change = Change::between(&source.text, after)?;
    Some(Edited { source, after, change })
}

impl Edited<'_> {
    fn settle(&self, project: &Project) -> Layout {
        let parts = Construct::around(&self.source, self.change);
        if routine::is_routine(&self.source.text, self.after, self.change, &parts[0]) {
            return Layout::Kept;
        }
        let formatters = formatters(project);
        let Some(formatter) = formatters.iter().copied().find(|formatter| self.is_lost(*formatter, &parts)) else { return Layout::Kept };
        // A small file may be a fixed point of several by chance: what one of them would have is done
        // where the others leave it alone too.
        let others: Vec<Formatter> = formatters.iter().copied().filter(|f| *f != formatter && self.was_fixed(*f)).collect();
        let agree = |text: &str| others.iter().all(|other| is_fixed(*other, text));
        match self.again(formatter, &parts) {
            Some(text) if agree(&text) => Layout::Better(text),
            _ if others.iter().any(|other| is_fixed(*other, self.after)) => Layout::Kept,
            _ => Layout::Lost(formatter),
        }
    }

    fn was_fixed(&self, formatter: Formatter) -> bool {
        self.source.text.len() <= LARGEST && is_fixed(formatter, &self.source.text)
    }

    /// Whether the file was a fixed point of the formatter and is none any more. The part around the
    /// change is asked first; only where that was one and is none, the whole file.
    fn is_lost(&self, formatter: Formatter, parts: &[Construct]) -> bool {
        let part = if formatter == Formatter::Alejandra { &Construct::File } else { &parts[0] };
        let before = &self.source.text;
        if matches!(part, Construct::File) && before.len() > LARGEST {
            return false;
        }
        let fixed = |text: Option<String>| text.is_some_and(|text| is_fixed(formatter, &text));
        !fixed(part.expression(self.after, |at| self.change.to_after(at)))
            && fixed(part.expression(before, |at| at))
            && self.was_fixed(formatter)
    }

    /// The text after with the smallest part around the change laid out, so that the whole is a fixed
    /// point again.
    fn again(&self, formatter: Formatter, parts: &[Construct]) -> Option<String> {
        let to_after = |at| self.change.to_after(at);
        let parts = parts.iter().filter(|part| match part {
            Construct::File => formatter != Formatter::NixpkgsFmt,
            Construct::Lines { .. } => formatter != Formatter::Alejandra,
        });
        let texts = parts.filter_map(|part| {
            let expression = laid_out(formatter, &part.expression(self.after, to_after)?)?;
            part.put_back(self.after, &expression, to_after)
        });
        texts.into_iter().find(|text| self.is_local(text) && is_fixed(formatter, text))
    }

    /// Whether a layout of the text after differs from it inside the construct that surrounds the
    /// change only.
    fn is_local(&self, text: &str) -> bool {
        let Some(moved) = Change::between(self.after, text) else { return true };
        self.change.to_after(self.surrounding()).contains(moved.before)
    }

    /// The binding or pattern around the change, in the text before; further out while the set or list
    /// that holds it is on one line, which is laid out as one. The whole file where there is none.
    fn surrounding(&self) -> Span {
        let at = self.change.before;
        let range = TextRange::new((at.start as u32).into(), (at.end as u32).into());
        let root = &self.source.root;
        let innermost = match root.covering_element(range) {
            NodeOrToken::Node(node) => node,
            NodeOrToken::Token(token) => token.parent().unwrap_or_else(|| root.clone()),
        };
        let is_whole = |node: &rnix::SyntaxNode| {
            let holder = node.ancestors().skip(1).find(|above| matches!(above.kind(), NODE_ATTR_SET | NODE_LIST));
            holder.is_none_or(|holder| holder.text().contains_char('\n'))
        };
        let mut around = innermost.ancestors().filter(|node| matches!(node.kind(), NODE_ATTRPATH_VALUE | NODE_PATTERN) && span(node) != at);
        around.find(is_whole).map_or(span(root), |node| span(&node))
    }
}

/// Whose fixed point a file may be: the formatter that the settings or the flake name; without one any
/// that can be asked in process.
fn formatters(project: &Project) -> Vec<Formatter> {
    let own = fragment::named(project).or_else(|| project.formatter());
    own.map_or_else(|| vec![Formatter::Nixfmt, Formatter::NixpkgsFmt], |own| vec![own])
}
