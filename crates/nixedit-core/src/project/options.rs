//! Option values that the modules of a host state plainly, such as `networking.hostName`.
//!
//! The module system decides by priority and merges; only what cannot come out otherwise is read: a
//! text that all unconditional definitions agree on, none of them wrapped in a priority.

use super::evaluate::Evaluator;
use super::imports::parts;
use super::value::{Attr, Attrs, Kind, Value};
use crate::text::Span;
use std::rc::Rc;

const PRIORITIES: &[&str] = &["mkDefault", "mkForce", "mkOverride", "mkOptionDefault", "mkVMOverride", "mkImageMediaOverride"];

impl Evaluator<'_> {
    /// The text that an option of the host at hand has.
    pub(super) fn option_text(&self, path: &[Rc<str>]) -> Option<Value> {
        let definitions = self.definitions.borrow().clone();
        let mut found: Vec<Value> = Vec::new();
        for (attrs, conditional) in &definitions {
            if !self.collect_texts(attrs, *conditional, path, &mut found) {
                return None;
            }
        }
        let first = found.first()?;
        found.iter().all(|value| value.as_str() == first.as_str()).then(|| first.clone())
    }

    /// Adds the texts found at `path`; false where something else stands there.
    fn collect_texts(&self, attrs: &Attrs, conditional: bool, path: &[Rc<str>], found: &mut Vec<Value>) -> bool {
        let Some((name, rest)) = path.split_first() else { return true };
        let Some(attr) = attrs.get(name) else { return true };
        let value = self.force(&attr.value);
        let conditional = conditional || attr.conditional;
        if !rest.is_empty() {
            let inner = parts(self, &value);
            return inner.iter().all(|(part, unsure)| self.collect_texts(part, conditional || *unsure, rest, found));
        }
        let plain = matches!(value.kind, Kind::Str(_)) && !conditional && !self.has_priority(attr);
        found.push(value);
        plain
    }

    fn has_priority(&self, attr: &Attr) -> bool {
        let Ok(source) = self.project.source(&attr.place.file) else { return true };
        let rest = source.slice(Span::new(attr.place.span.start, source.text.len()));
        let binding = rest.split(';').next().unwrap_or(rest);
        PRIORITIES.iter().any(|priority| binding.contains(priority))
    }
}
