//! What files, lists and sets hold.

use super::Evaluator;
use crate::project::value::{Attr, Attrs, Item, Kind, Place, State, Thunk, Value};
use rnix::ast;
use rowan::ast::AstNode;
use std::rc::Rc;

impl Evaluator<'_> {
    /// The value of a whole file of the flake; a folder stands for its `default.nix`.
    pub fn import(&self, path: &str, place: &Place) -> Value {
        let Some(file) = self.file_of(path) else {
            let text = format!("{} (there is no such file)", if path.is_empty() { "." } else { path });
            return Value::unknown(&text, place);
        };
        let known = self.files.borrow().get(&*file).cloned();
        let thunk = known.unwrap_or_else(|| self.load(&file, place));
        self.force(&thunk)
    }

    fn load(&self, file: &Rc<str>, place: &Place) -> Thunk {
        let thunk = match self.project.source(file) {
            Ok(source) => match ast::Root::cast(source.root.clone()).and_then(|root| root.expr()) {
                Some(expr) => Thunk::expr(&expr, &self.scope(file, None, None)),
                None => Thunk::done(Value::unknown(&format!("{file} (empty)"), place)),
            },
            Err(why) => {
                let text = format!("{file} ({})", why.code);
                self.notes.borrow_mut().push(*why);
                Thunk::done(Value::unknown(&text, place))
            }
        };
        self.files.borrow_mut().insert(file.clone(), thunk.clone());
        thunk
    }

    /// The file that a path means when it is imported.
    pub fn file_of(&self, path: &str) -> Option<Rc<str>> {
        if self.project.is_folder(path) {
            let file = if path.is_empty() { "default.nix".to_owned() } else { format!("{path}/default.nix") };
            return self.project.exists(&file).then(|| self.project.real_path(&file).into());
        }
        self.project.exists(path).then(|| self.project.real_path(path).into())
    }

    /// The elements of a list; what is no list is one element that stands for any number.
    pub fn items(&self, value: &Value) -> Vec<Item> {
        match &value.kind {
            Kind::List(items) => items.to_vec(),
            Kind::Either(values) => {
                let all = values.iter().flat_map(|value| self.items(value));
                all.map(|item| Item { conditional: true, ..item }).collect()
            }
            Kind::All(values) => values.iter().flat_map(|value| self.items(value)).collect(),
            _ => vec![Item { value: Thunk::done(value.clone()), place: value.place.clone(), conditional: false, rest: true }],
        }
    }

    /// The attributes of a set; what is no set is a set of which nothing is known.
    pub fn attrs(&self, value: &Value) -> Rc<Attrs> {
        let (values, conditional) = match &value.kind {
            Kind::Attrs(attrs) => return attrs.clone(),
            Kind::Either(values) => (values, true),
            Kind::All(values) => (values, false),
            _ => return Rc::new(Attrs { open: vec![value.clone()], ..Attrs::default() }),
        };
        let mut out = Attrs::default();
        for part in values.iter().map(|value| self.attrs(value)) {
            for entry in &part.entries {
                self.join(&mut out.entries, Attr { conditional: entry.conditional || conditional, ..entry.clone() }, conditional);
            }
            out.dynamic.extend(part.dynamic.iter().cloned());
            out.open.extend(part.open.iter().cloned());
        }
        Rc::new(out)
    }

    /// Adds an attribute beside others: under one name stand all (or one) of the values.
    pub fn join(&self, entries: &mut Vec<Attr>, attr: Attr, either: bool) {
        match entries.iter_mut().find(|known| known.name == attr.name) {
            Some(known) => {
                let both = vec![known.value.clone(), attr.value];
                known.value = Thunk::new(if either { State::Either(both, attr.place) } else { State::All(both, attr.place) });
            }
            None => entries.push(attr),
        }
    }
}
