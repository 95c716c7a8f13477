//! Overlays of a flake: what they are, where they are written, which hosts get them.
//!
//! Hosts are read from what their modules come to; files are read besides, for overlays that no
//! host is known to get. Nothing is evaluated by Nix.

mod functions;
mod hosts;
mod places;

use crate::diagnostic::Result;
use crate::project::Project;
use crate::syntax::{SyntaxNode, span};
use crate::text::Span;
pub use functions::{Defined, OverlayFunction, Override, Parameter};

/// One overlay, at the place where it is written or named.
#[derive(Clone, Debug)]
pub struct Overlay {
    /// The file it stands in.
    pub file: String,
    /// The expression as it stands in its list or binding, parentheses included.
    pub node: SyntaxNode,
    /// What holds it.
    pub holder: Holder,
    /// What it is.
    pub kind: OverlayKind,
    /// The hosts that get it, in the order of the flake; empty where none is known.
    pub hosts: Vec<String>,
    /// Elements of lists in other files that import it: `(import ./tumbler.nix)`.
    pub imported_by: Vec<Import>,
}

/// An element of a list that is an overlay of another file.
#[derive(Clone, Debug, PartialEq)]
pub struct Import {
    /// The list's file.
    pub file: String,
    /// The list.
    pub list: SyntaxNode,
    /// The element, parentheses included.
    pub element: SyntaxNode,
}

/// What an overlay is an immediate part of.
#[derive(Clone, Debug)]
pub enum Holder {
    /// An element of this list.
    List(SyntaxNode),
    /// The value of this binding.
    Binding(SyntaxNode),
    /// The expression that the whole file is, or something else that holds one overlay alone.
    Alone,
}

/// What an overlay is.
#[derive(Clone, Debug)]
pub enum OverlayKind {
    /// A function written in the flake.
    Function(OverlayFunction),
    /// An overlay of an input: the input's name, and the names below it (`overlays`, `default`).
    Input(String, Vec<String>),
    /// Something that reading cannot resolve: its source text.
    Unknown(String),
}

/// A list that overlays are put into.
#[derive(Clone, Debug)]
pub struct OverlayList {
    /// The file it stands in.
    pub file: String,
    /// The `NODE_LIST`.
    pub node: SyntaxNode,
    /// The hosts that get its elements; empty where none is known.
    pub hosts: Vec<String>,
}

/// All that is known about overlays, in the order of hosts and files.
#[derive(Clone, Debug, Default)]
pub struct Overlays {
    /// Each overlay once.
    pub all: Vec<Overlay>,
    /// Each list once.
    pub lists: Vec<OverlayList>,
}

impl Overlay {
    /// Its bytes.
    pub fn span(&self) -> Span {
        span(&self.node)
    }

    /// The function, where it is one.
    pub fn function(&self) -> Option<&OverlayFunction> {
        if let OverlayKind::Function(function) = &self.kind { Some(function) } else { None }
    }

    /// Whether it is `input#name`.
    pub fn is_from(&self, input: &str, name: &str) -> bool {
        match &self.kind {
            OverlayKind::Input(own, names) => own == input && *names == ["overlays", name],
            _ => false,
        }
    }

    /// What people call it: what it defines, `input#name`, or its text.
    pub fn name(&self) -> String {
        match &self.kind {
            OverlayKind::Function(function) => {
                let names: Vec<&str> = function.defines.iter().map(|d| d.name.as_str()).collect();
                names.join(", ")
            }
            OverlayKind::Input(input, names) => match names.as_slice() {
                [overlays, name] if overlays == "overlays" => format!("{input}#{name}"),
                names => format!("{input}.{}", names.join(".")),
            },
            OverlayKind::Unknown(text) => text.clone(),
        }
    }
}

impl Overlays {
    /// The overlays that are elements of a list.
    pub fn of_list<'a>(&'a self, list: &'a SyntaxNode) -> impl Iterator<Item = &'a Overlay> {
        self.all.iter().filter(move |overlay| matches!(&overlay.holder, Holder::List(own) if own == list))
    }

    /// The overlays that a host gets, in order.
    pub fn of_host<'a>(&'a self, host: &'a str) -> impl Iterator<Item = &'a Overlay> {
        self.all.iter().filter(move |overlay| overlay.hosts.iter().any(|own| own == host))
    }

    /// Whether an element is one that stands for an overlay of another file.
    fn imports(&self, file: &str, element: &SyntaxNode) -> bool {
        let is_it = |import: &Import| import.file == file && import.element == *element;
        self.all.iter().any(|overlay| overlay.imported_by.iter().any(is_it))
    }

    fn add_list(&mut self, file: &str, node: &SyntaxNode, hosts: &[String]) {
        let known = self.lists.iter_mut().position(|list| list.file == file && list.node == *node);
        let index = known.unwrap_or_else(|| {
            self.lists.push(OverlayList { file: file.to_owned(), node: node.clone(), hosts: Vec::new() });
            self.lists.len() - 1
        });
        join(&mut self.lists[index].hosts, hosts);
    }

    fn add(&mut self, overlay: Overlay) {
        if let Holder::List(list) = &overlay.holder {
            self.add_list(&overlay.file, list, &overlay.hosts);
        }
        for import in &overlay.imported_by {
            self.add_list(&import.file, &import.list, &overlay.hosts);
        }
        match self.all.iter_mut().find(|known| known.file == overlay.file && known.node == overlay.node) {
            Some(known) => {
                join(&mut known.hosts, &overlay.hosts);
                let new = overlay.imported_by.into_iter().filter(|import| !known.imported_by.contains(import)).collect::<Vec<_>>();
                known.imported_by.extend(new);
            }
            None => self.all.push(overlay),
        }
    }
}

fn join(hosts: &mut Vec<String>, more: &[String]) {
    for host in more {
        if !hosts.contains(host) {
            hosts.push(host.clone());
        }
    }
}

impl Project {
    /// The overlays of the flake. Fails where `flake.nix` cannot be read.
    pub fn overlays(&self) -> Result<Overlays> {
        let mut out = Overlays::default();
        hosts::collect(self, &mut out)?;
        for file in places::files(self, &out)? {
            // A file that does not parse has no overlay that could be edited.
            if let Ok(source) = self.source(&file) {
                places::collect(self, &source, &mut out)?;
            }
        }
        Ok(out)
    }

    /// The overlays written in one file, whether or not a flake is around it.
    pub fn overlays_of_file(&self, file: &str) -> Result<Overlays> {
        let source = self.source(file)?;
        // Without a flake there are no hosts to tell, and the file alone is read.
        let mut out = self.overlays().unwrap_or_default();
        places::collect(self, &source, &mut out)?;
        out.all.retain(|overlay| overlay.file == file);
        out.lists.retain(|list| list.file == file);
        Ok(out)
    }
}

#[cfg(test)]
mod tests;
