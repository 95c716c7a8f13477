//! Which list, which binding: choosing among what a search found, or refusing with all of them.

use crate::diagnostic::{Code, Diagnostic, Result};
use crate::plan::Place;
use crate::syntax::attr_path::AttrPath;
use crate::syntax::body::{self, Reached, Wrapper};
use crate::syntax::fragment::plain_name;
use crate::syntax::lookup::{self, Definition, SetPlace};
use crate::syntax::parse::Source;
use crate::syntax::{SyntaxKind, SyntaxNode, scope, span};
use crate::text::{one_line, position};

/// A list that an operation may work on.
#[derive(Clone, Debug)]
pub struct ListPlace {
    /// The `NODE_LIST`.
    pub list: SyntaxNode,
    /// What stands between the file's root and it.
    pub wrappers: Vec<Wrapper>,
}

impl ListPlace {
    /// Whether it holds whatever else is true.
    pub fn is_unconditional(&self) -> bool {
        !self.wrappers.iter().any(|w| matches!(w, Wrapper::Condition(_)))
    }

    /// Whether some function may do anything with it.
    pub fn is_argument(&self) -> bool {
        self.wrappers.iter().any(|w| matches!(w, Wrapper::Call(_)))
    }
}

/// The bindings of `path`: those the path leads to from the root, else those whose full path ends
/// so (a path below some option, or inside a `let`).
pub fn definitions(source: &Source, path: &AttrPath) -> Vec<Definition> {
    let exact = lookup::find(&source.root, path).definitions;
    if exact.is_empty() { lookup::find_suffix(&source.root, path) } else { exact }
}

/// The one binding of `path` in a file, with `at` (a 1-based line) as tie-breaker; `None` when
/// there is none. Several in equal standing are refused with `option.duplicate`.
pub fn definition(source: &Source, path: &AttrPath, at: Option<usize>) -> Result<Option<Definition>> {
    let mut found = definitions(source, path);
    if let Some(line) = at {
        found.retain(|d| covers(source, &d.binding, line));
        found.sort_by_key(|d| span(&d.binding).len());
        return Ok(found.into_iter().next().or_else(|| definition_in(&set_at(source, path, line)?)));
    }
    if found.len() > 1 {
        let unconditional = |d: &Definition| !d.wrappers.iter().any(|w| matches!(w, Wrapper::Condition(_)));
        let plain: Vec<_> = found.iter().filter(|d| unconditional(d)).cloned().collect();
        if plain.len() == 1 {
            return Ok(plain.into_iter().next());
        }
        return Err(several(
            source,
            &format!("{path} is set {} times in {}", found.len(), source.path),
            Code::OptionDuplicate,
            found.iter().map(|d| &d.binding),
        ));
    }
    Ok(found.into_iter().next())
}

/// The smallest set on the way to `path` that spans a 1-based line: where a binding told so goes.
pub fn set_at(source: &Source, path: &AttrPath, line: usize) -> Option<SetPlace> {
    let mut places = lookup::find(&source.root, path).places;
    places.extend(lookup::find_elsewhere(&source.root, path));
    places.into_iter().filter(|place| covers(source, &place.set, line)).min_by_key(|place| span(&place.set).len())
}

/// The binding that a set has already for what is still missing of the path, under no condition: a
/// second one beside it would be a duplicate.
fn definition_in(place: &SetPlace) -> Option<Definition> {
    let rest = AttrPath::from_names(place.rest.clone())?;
    let own = lookup::find_in(&place.set, &rest).definitions;
    own.into_iter().find(|d| !d.wrappers.iter().any(|w| matches!(w, Wrapper::Condition(_))))
}

/// A refusal that lists every place.
pub fn several<'a>(source: &Source, message: &str, code: Code, nodes: impl Iterator<Item = &'a SyntaxNode>) -> Box<Diagnostic> {
    let mut out = Diagnostic::new(code, message).help("say which one with --at LINE");
    for node in nodes {
        let at = span(node);
        out = out.candidates([source.file_line(at.start)]).at(&source.path, &source.text, crate::text::Span::at(at.start), "one is here");
    }
    out
}

pub(super) fn covers(source: &Source, node: &SyntaxNode, line: usize) -> bool {
    let at = span(node);
    position(&source.text, at.start).line <= line && line <= position(&source.text, at.end).line
}

/// The lists that the value at `path` is made of; `.` (no path) is the file's own expression.
pub fn lists(source: &Source, path: Option<&AttrPath>) -> Vec<ListPlace> {
    let values: Vec<(SyntaxNode, Vec<Wrapper>)> = match path {
        None => vec![(source.root.clone(), Vec::new())],
        Some(path) => definitions(source, path).into_iter().map(|d| (d.value, d.wrappers)).collect(),
    };
    values.iter().flat_map(|(value, wrappers)| lists_of(value, wrappers)).collect()
}

/// The lists in one value; where it is only the name of a `let` binding, those of that binding.
pub fn lists_of(value: &SyntaxNode, wrappers: &[Wrapper]) -> Vec<ListPlace> {
    let place = |reached: Reached| {
        let mut all = wrappers.to_vec();
        all.extend(reached.wrappers);
        ListPlace { list: reached.node, wrappers: all }
    };
    let found = body::lists(value);
    let named = if found.is_empty() { named_value(value) } else { None };
    match named {
        Some(value) => body::lists(&value).into_iter().map(place).collect(),
        None => found.into_iter().map(place).collect(),
    }
}

/// The lists that operands of a binding's value name, as `common` in `common ++ [ … ]`: those of
/// their `let` bindings. They may be read elsewhere too, so nothing new belongs there.
pub fn named_lists(definition: &Definition) -> Vec<ListPlace> {
    let mut out = Vec::new();
    for name in body::names(&definition.value).into_iter().filter(|name| name.node != body::without_parens(&definition.value)) {
        let Some(value) = named_value(&name.node) else { continue };
        for list in body::lists(&value) {
            let around = definition.wrappers.iter().chain(&name.wrappers).cloned();
            let named = Wrapper::Call(name.node.text().to_string());
            out.push(ListPlace { list: list.node, wrappers: around.chain([named]).chain(list.wrappers).collect() });
        }
    }
    out
}

/// The value of the `let` binding that an identifier names.
fn named_value(value: &SyntaxNode) -> Option<SyntaxNode> {
    let value = body::without_parens(&body::below_priority(value));
    if value.kind() != SyntaxKind::NODE_IDENT {
        return None;
    }
    let name = value.text().to_string();
    let scope::Meaning::Lexical(binder) = scope::meaning(&value, &name) else { return None };
    binder
        .children()
        .filter_map(|entry| lookup::binding_parts(&entry))
        .find(|(path, _)| path.names() == [name.clone()])
        .map(|(_, value)| value)
}

/// The list at a 1-based line: one that starts there, else the smallest that spans it.
pub fn list_at(source: &Source, path: Option<&AttrPath>, line: usize) -> Option<ListPlace> {
    let reached = lists(source, path);
    let starts = |place: &&ListPlace| position(&source.text, span(&place.list).start).line == line;
    if let Some(found) = reached.iter().find(starts) {
        return Some(found.clone());
    }
    let roots: Vec<SyntaxNode> = match path {
        None => vec![source.root.clone()],
        Some(path) => definitions(source, path).into_iter().map(|d| d.value).collect(),
    };
    let mut all: Vec<SyntaxNode> = roots.iter().flat_map(|root| root.descendants()).filter(|n| n.kind() == SyntaxKind::NODE_LIST).collect();
    all.retain(|list| covers(source, list, line));
    let first = all.iter().find(|list| position(&source.text, span(list).start).line == line).cloned();
    let best = first.or_else(|| all.into_iter().min_by_key(|list| span(list).len()))?;
    let known = reached.into_iter().find(|place| place.list == best);
    Some(known.unwrap_or(ListPlace { list: best, wrappers: Vec::new() }))
}

/// The list to insert into as [`list_for_insert`] chooses it, or where the caller names a
/// neighbour and several lists could be meant, the one that has it.
pub fn list_beside(source: &Source, path: Option<&AttrPath>, at: Option<usize>, place: &Place) -> Result<ListPlace> {
    if let (Place::After(name) | Place::Before(name), None) = (place, at) {
        let wanted = plain_name(name);
        let has = |place: &&ListPlace| place.list.children().any(|e| plain_name(&e.text().to_string()) == wanted);
        let all = lists(source, path);
        if let [only] = all.iter().filter(has).collect::<Vec<_>>().as_slice() {
            return Ok((*only).clone());
        }
    }
    list_for_insert(source, path, at)
}

/// The one list to insert into: at the line told, else the first unconditional one that is no
/// function's argument. Several bindings in equal standing are refused with `list.ambiguous`.
pub fn list_for_insert(source: &Source, path: Option<&AttrPath>, at: Option<usize>) -> Result<ListPlace> {
    let what = path.map_or_else(|| "the file".to_owned(), ToString::to_string);
    if let Some(line) = at {
        return list_at(source, path, line).ok_or_else(|| {
            Diagnostic::new(Code::ListMissing, format!("no list of {what} at {}:{line}", source.path))
                .help("--at takes a line inside the list")
        });
    }
    let all = lists(source, path);
    let best = best_lists(&all);
    match best.as_slice() {
        [] => Err(no_list(source, path, &what)),
        [only] => Ok((*only).clone()),
        // Branches of a condition are in equal standing: neither is surely the one meant.
        [first, rest @ ..] if first.is_unconditional() && rest.iter().all(|other| same_binding(&first.list, &other.list)) => {
            Ok((*first).clone())
        }
        several_lists => {
            let message = format!("{what} has {} lists in {}", several_lists.len(), source.path);
            Err(several(source, &message, Code::ListAmbiguous, several_lists.iter().map(|p| &p.list)))
        }
    }
}

/// The lists of the best standing: unconditional before conditional, plain before arguments.
pub fn best_lists(all: &[ListPlace]) -> Vec<&ListPlace> {
    let rank = |place: &ListPlace| (place.is_argument(), !place.is_unconditional());
    let best = all.iter().map(rank).min();
    all.iter().filter(|place| Some(rank(place)) == best).collect()
}

fn same_binding(a: &SyntaxNode, b: &SyntaxNode) -> bool {
    let binding = |node: &SyntaxNode| node.ancestors().find(|n| n.kind() == SyntaxKind::NODE_ATTRPATH_VALUE);
    binding(a) == binding(b)
}

fn no_list(source: &Source, path: Option<&AttrPath>, what: &str) -> Box<Diagnostic> {
    let definition = path.and_then(|path| definitions(source, path).into_iter().next());
    match definition {
        Some(found) => {
            let text = one_line(&found.value.text().to_string());
            let shown: String = text.chars().take(60).collect();
            source
                .error(
                    Code::ListNotLiteral,
                    format!("{what} is '{shown}' ({}); cannot insert", source.file_line(span(&found.value).start)),
                    span(&found.value),
                    "no list is written here",
                )
                .help("name the list that it is made from with --path, or the file with --file")
        }
        None if path.is_none() => {
            Diagnostic::new(Code::ListMissing, format!("{} is no list", source.path)).help("name the list in it with --path PATH")
        }
        None => Diagnostic::new(Code::ListMissing, format!("{} has no {what}", source.path))
            .help(format!("start it: nixedit option set {what} '[ ]' --nix --file {}", source.path)),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(text: &str, path: &str, line: usize) -> Option<usize> {
        let source = Source::parse("a.nix", text.into()).unwrap();
        let found = definition(&source, &AttrPath::parse(path).unwrap(), Some(line)).unwrap();
        found.map(|d| position(&source.text, span(&d.binding).start).line)
    }

    #[test]
    fn a_line_of_the_set_finds_what_the_set_has_already() {
        let text = "{\n  a = {\n    b = 1;\n    c = mkIf x { d = 1; };\n  };\n}\n";
        assert_eq!(at(text, "a.b", 3), Some(3));
        assert_eq!(at(text, "a.b", 2), Some(3), "a second one beside it would be a duplicate");
        assert_eq!(at(text, "a.b", 5), Some(3));
        assert_eq!(at(text, "a.e", 2), None);
    }

    #[test]
    fn a_line_of_another_set_finds_nothing() {
        let text = "mkMerge [\n  { a.b = 1; }\n  (mkIf x {\n    a.c = 2;\n  })\n]\n";
        assert_eq!(at(text, "a.b", 3), None);
        assert_eq!(at(text, "a.b", 2), Some(2));
    }
}
