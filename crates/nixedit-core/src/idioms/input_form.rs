//! How a flake's inputs are written: what a new one, or a new part of one, is modelled on.

use crate::plan::Place;
use crate::syntax::attr_path::AttrPath;
use crate::syntax::lookup::{self, SetPlace};
use crate::syntax::{SyntaxKind, SyntaxNode};

/// How the attributes of one input are put together.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Form {
    /// `a.url = …; a.flake = …;`
    Dotted,
    /// `a = { … };` over several lines.
    Set,
    /// `a = { … };` on one line.
    OneLine,
}

/// One input as the file has it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Input {
    pub name: String,
    pub form: Form,
    /// How many attributes are stated.
    pub attributes: usize,
    /// How many inputs of its own follow another.
    pub follows: usize,
    /// Whether these stand in a set of their own: `inputs = { … };`.
    pub nested: bool,
}

/// The inputs in the set that a path `[…, "inputs",] NAME` leads to.
pub(super) fn inputs(place: &SetPlace) -> Vec<Input> {
    let prefix = &place.rest[..place.rest.len().saturating_sub(1)];
    let mut out: Vec<Input> = Vec::new();
    for entry in place.set.children() {
        let Some((path, value)) = lookup::binding_parts(&entry) else { continue };
        let Some([name, rest @ ..]) = path.names().strip_prefix(prefix) else { continue };
        match rest {
            [] if value.kind() == SyntaxKind::NODE_ATTR_SET => out.push(from_set(name, &value)),
            [] => {}
            rest => add_dotted(&mut out, name, rest),
        }
    }
    out
}

fn from_set(name: &str, set: &SyntaxNode) -> Input {
    let form = if set.text().contains_char('\n') { Form::Set } else { Form::OneLine };
    let paths = set.descendants().filter_map(|n| lookup::binding_parts(&n)).map(|(path, _)| path);
    let nested = set.children().filter_map(|n| lookup::binding_parts(&n)).any(|(path, _)| path.names() == ["inputs"]);
    let follows = paths.filter(|path| path.last() == "follows" && path.names().len() > 1).count();
    Input { name: name.to_owned(), form, attributes: set.children().count(), follows, nested }
}

fn add_dotted(out: &mut Vec<Input>, name: &str, rest: &[String]) {
    let follows = usize::from(rest.len() > 2 && rest.last().is_some_and(|last| last == "follows"));
    match out.iter_mut().find(|input| input.name == name) {
        Some(input) => {
            input.attributes += 1;
            input.follows += follows;
        }
        None => out.push(Input { name: name.to_owned(), form: Form::Dotted, attributes: 1, follows, nested: false }),
    }
}

/// The form of a new input with this many attributes: that of the neighbour told where it has
/// several itself; else what most inputs have that state one attribute, or several.
pub(super) fn for_new(known: &[Input], attributes: usize, beside: Option<&str>) -> Form {
    if attributes == 1 {
        let sets = known.iter().filter(|i| i.form != Form::Dotted && i.attributes == 1).count();
        let dotted = known.iter().filter(|i| i.form == Form::Dotted).count();
        return if sets > dotted { Form::Set } else { Form::Dotted };
    }
    let several: Vec<&Input> = known.iter().filter(|i| i.attributes > 1).collect();
    if let Some(model) = several.iter().find(|i| Some(i.name.as_str()) == beside) {
        return model.form;
    }
    let count = |form| several.iter().filter(|i| i.form == form).count();
    let (dotted, set, one_line) = (count(Form::Dotted), count(Form::Set), count(Form::OneLine));
    match () {
        () if dotted > set + one_line => Form::Dotted,
        () if one_line > set => Form::OneLine,
        () => Form::Set,
    }
}

/// Whether inputs with as many `follows` (one, or several) mostly have them in a set of their own.
pub(super) fn nests_follows(known: &[Input], follows: usize) -> bool {
    let alike = known.iter().filter(|i| i.form != Form::Dotted && i.follows > 0 && (i.follows > 1) == (follows > 1));
    let (nested, flat): (Vec<_>, Vec<_>) = alike.partition(|i| i.nested);
    nested.len() > flat.len()
}

/// Whether inputs that follow something mostly say so in dotted bindings.
pub(super) fn follows_are_dotted(known: &[Input]) -> bool {
    let (dotted, sets): (Vec<_>, Vec<_>) = known.iter().filter(|i| i.follows > 0).partition(|i| i.form == Form::Dotted);
    dotted.len() > sets.len()
}

/// The input that a told neighbour belongs to.
pub(super) fn beside(at: &SetPlace, place: &Place) -> Option<String> {
    let (Place::After(name) | Place::Before(name)) = place else { return None };
    let path = AttrPath::parse(name).ok()?;
    let prefix = &at.rest[..at.rest.len().saturating_sub(1)];
    path.names().strip_prefix(prefix)?.first().cloned()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn known(text: &str) -> Vec<Input> {
        let root = rnix::Root::parse(text).syntax();
        let found = lookup::find(&root, &AttrPath::parse("inputs.new").unwrap());
        inputs(found.deepest()[0])
    }

    #[test]
    fn most_neighbours_decide_unless_one_is_told() {
        let text =
            "{ inputs = { a.url = 1; a.flake = 2; b = { url = 1; }; c = {\n url = 1; flake = 2; }; d = { url = 1; flake = 2;\n }; }; }";
        assert_eq!(for_new(&known(text), 2, None), Form::Set);
        assert_eq!(for_new(&known(text), 2, Some("a")), Form::Dotted);
        assert_eq!(for_new(&known(text), 2, Some("b")), Form::Set, "one attribute is no model for several");
        assert_eq!(for_new(&known(text), 1, None), Form::Dotted);
        assert_eq!(for_new(&known("{ inputs.a = { url = 1; flake = 2; }; }"), 2, None), Form::OneLine);
        assert_eq!(for_new(&known("{ inputs.a.url = 1; inputs.a.flake = 2; }"), 2, None), Form::Dotted);
    }

    #[test]
    fn follows_stand_as_elsewhere() {
        let nested =
            known("{ inputs = { a = { url = 1; inputs = { b.follows = 2; c.follows = 3; }; }; d = { inputs.b.follows = 1; }; }; }");
        assert_eq!((nests_follows(&nested, 2), nests_follows(&nested, 1)), (true, false));
        assert!(!follows_are_dotted(&nested));
        assert!(follows_are_dotted(&known("{ inputs.a.url = 1; inputs.a.inputs.b.follows = 2; }")));
    }
}
