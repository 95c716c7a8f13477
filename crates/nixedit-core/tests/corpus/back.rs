//! Operations on host tables and inputs, and what takes an operation back exactly.

use crate::file::{Ask, File};
use crate::pick::{Dice, Effect, Trial, newcomer};
use nixedit_core::operation::*;
use nixedit_core::place::Place;
use nixedit_core::project::tables::{Origin, Table};
use nixedit_core::syntax::scope::{self, Meaning};
use nixedit_core::syntax::{SyntaxKind, SyntaxNode, span};
use nixedit_core::text::Span;

/// The text of a value that can be put back byte for byte: one of a single line.
pub fn one_line(text: &str) -> Option<String> {
    (!text.contains('\n')).then(|| text.to_owned())
}

/// Adding a package that was commented out gives the original bytes where the element had a line to
/// itself, right below another's: a comment at the top of a group might be its heading.
pub fn restored(file: &File, element: &SyntaxNode, add: AddPackage) -> Option<Ask> {
    let text = file.text();
    let at = span(element);
    let start = text[..at.start].rfind('\n')? + 1;
    let end = at.end + text[at.end..].find('\n')?;
    let alone = text[start..at.start].trim().is_empty() && text[at.end..end].trim().is_empty();
    let whole = !element.text().to_string().contains('\n');
    let above =
        element.prev_sibling().is_some_and(|above| text.get(span(&above).end..start).is_some_and(|gap| gap.matches('\n').count() == 1));
    let shared = element.parent()?.children().filter(|other| other.text() == element.text()).count() > 1;
    let comment = text[..start].trim_end().lines().next_back().is_some_and(|line| line.contains('#'));
    let bound = element.kind() != SyntaxKind::NODE_IDENT || scope::meaning(element, &element.text().to_string()) != Meaning::Unbound;
    (alone && whole && bound && above && !shared && !comment).then(|| Operation::AddPackage(add).into())
}

fn perhost(table: &Table, key: String, values: &[(&str, &str)]) -> Operation {
    let values = values.iter().map(|(host, value)| ((*host).to_owned(), (*value).to_owned())).collect();
    let target = Target { file: Some(table.source.path.clone()), ..Target::default() };
    let (table, key) = (Some(table.name.clone()), Some(key));
    Operation::PerhostSet(PerhostSet { target, table, key, values, nix: true, unused_ok: true, ..PerhostSet::default() })
}

/// A cell of a table with another value, or a key that is new to all rows.
pub fn table(table: &Table, dice: &mut Dice) -> Option<Trial> {
    if table.holds_values() {
        return None;
    }
    let row = dice.one(&table.rows)?;
    let there = dice.below(2) == 0;
    let own: Vec<_> = row.cells.iter().filter(|cell| cell.origin == Origin::Own).collect();
    if let Some(cell) = dice.one(&own).filter(|_| there) {
        let old = cell.value.text().to_string();
        let new = match old.as_str() {
            "true" => "false",
            "false" => "true",
            text if text.starts_with('"') => "\"another value\"",
            _ => "471147",
        };
        let set = |value: &str| perhost(table, cell.key.to_string(), &[(&row.host, value)]);
        let back = one_line(&old).map(|old| set(&old).into());
        return Some(Trial::new("perhost set (there)", set(new), Effect::Replaces(span(&cell.value)), back));
    }
    let values: Vec<_> = table.hosts().into_iter().map(|host| (host, "true")).collect();
    let target = Target { file: Some(table.source.path.clone()), ..Target::default() };
    let unset = PerhostUnset { target, table: Some(table.name.clone()), key: "newcomer".to_owned(), ..PerhostUnset::default() };
    let set = perhost(table, "newcomer".to_owned(), &values);
    Some(Trial::new("perhost set (new)", set, Effect::Adds, Some(Operation::PerhostUnset(unset).into())))
}

/// An input that comes, goes or follows.
pub fn input(file: &File, name: &str, dice: &mut Dice) -> Option<Trial> {
    let own = Some(file.name.clone());
    let fresh = newcomer(file, dice).to_owned();
    let remove = |name: String| Operation::InputRemove(InputRemove { file: own.clone(), name, ..InputRemove::default() });
    Some(match dice.below(4) {
        0 | 1 => {
            let follows = if dice.below(2) == 0 { vec!["nixpkgs".to_owned()] } else { Vec::new() };
            let url = "github:somebody/something".to_owned();
            let add = InputAdd { file: own.clone(), name: fresh.clone(), url, follows, place: Place::Fitting, ..InputAdd::default() };
            Trial::new("input add", Operation::InputAdd(add), Effect::Adds, Some(remove(fresh).into()))
        }
        2 => Trial::new("input remove", remove(name.to_owned()), Effect::Removes(Span::new(0, file.text().len())), None),
        _ => {
            let follow = InputFollow {
                file: own.clone(),
                name: name.to_owned(),
                of: fresh,
                target: "nixpkgs".to_owned(),
                force: true,
                no_lock: true,
            };
            Trial::new("input follow", Operation::InputFollow(follow), Effect::Adds, None)
        }
    })
}
