//! What `flake.nix` says: its inputs and the head of its `outputs` function, each with its bytes.

use crate::diagnostic::{Code, Diagnostic, Result};
use crate::project::Project;
use crate::syntax::attr_path::{name_of, plain_string};
use crate::syntax::parse::Source;
use crate::syntax::{SyntaxNode, span};
use crate::text::Span;
use rnix::ast::{self, HasEntry};
use rowan::ast::AstNode;

/// The flake's own file.
pub const FLAKE: &str = "flake.nix";

/// What `flake.nix` says.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Flake {
    /// The inputs in the order in which they are first named.
    pub inputs: Vec<Input>,
    /// The set literals that hold inputs: values of bindings named `inputs` at the top.
    pub input_sets: Vec<Span>,
    /// The head of the `outputs` function, where it is written as a function.
    pub outputs: Option<OutputsHead>,
}

/// One input.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Input {
    /// Its name.
    pub name: String,
    /// The whole bindings that speak of it, from name to semicolon; several when written dotted.
    pub bindings: Vec<Span>,
    /// The set literal that is its value, where there is one.
    pub set: Option<Span>,
    /// Its URL.
    pub url: Option<Stated>,
    /// `flake = false`, and where the value stands.
    pub is_flake: Option<Stated>,
    /// The input it stands for (`x.follows = "y"`).
    pub follows: Option<Stated>,
    /// What its own inputs follow.
    pub inner_follows: Vec<Follow>,
}

/// A value of `flake.nix` as text.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Stated {
    /// A string's content, else the source text.
    pub text: String,
    /// The value's bytes.
    pub value: Span,
    /// The innermost binding's bytes.
    pub binding: Span,
}

/// `inputs.a.inputs.b.follows = "c"` as `a`'s entry for `b`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Follow {
    /// Names below the input, without the `inputs` between them; one unless written deeper.
    pub path: Vec<String>,
    /// What is followed; empty when the inner input is dropped.
    pub target: Stated,
}

/// The parameter of `outputs`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct OutputsHead {
    /// The parameter's bytes.
    pub span: Span,
    /// The whole function's bytes.
    pub function: Span,
    /// The names of the pattern with their bytes; empty for a named parameter.
    pub names: Vec<(String, Span)>,
    /// The name for all inputs: `inputs` in `inputs:` and in `{ … }@inputs:`.
    pub whole: Option<String>,
    /// Whether other names may be passed: a named parameter, or a pattern with `...`.
    pub open: bool,
}

impl Flake {
    /// The input of that name.
    pub fn input(&self, name: &str) -> Option<&Input> {
        self.inputs.iter().find(|input| input.name == name)
    }
}

impl OutputsHead {
    /// How an input is written inside `outputs`: its bare name or `inputs.x`; `None` when it is not
    /// reached.
    pub fn reach(&self, input: &str) -> Option<String> {
        if self.names.iter().any(|(name, _)| name == input) {
            return Some(input.to_owned());
        }
        let whole = self.whole.as_ref().filter(|_| self.open)?;
        Some(format!("{whole}.{}", crate::syntax::attr_path::quoted_name(input)))
    }
}

impl Project {
    /// Reads `flake.nix`. Fails with `flake.missing`, or as reading any file does.
    pub fn flake(&self) -> Result<Flake> {
        self.flake_of(&self.flake_source()?)
    }

    /// What a flake's file says, wherever it lies.
    pub fn flake_in(&self, file: &str) -> Result<Flake> {
        if file == FLAKE { self.flake() } else { self.flake_of(&self.source(file)?) }
    }

    fn flake_of(&self, source: &Source) -> Result<Flake> {
        let mut flake = Flake { inputs: Vec::new(), input_sets: Vec::new(), outputs: None };
        let Some(top) = top_set(&source.root) else {
            let whole = span(&source.root);
            return Err(source.error(Code::ShapeUnsupported, "flake.nix is not an attribute set", whole, "the file"));
        };
        let mut leaves = Vec::new();
        collect(&top, &mut Vec::new(), None, &mut leaves, &mut flake.input_sets);
        for leaf in &leaves {
            match leaf.path.as_slice() {
                [inputs, name, rest @ ..] if inputs == "inputs" => take_leaf(&mut flake.inputs, source, leaf, name, rest),
                [outputs] if outputs == "outputs" => flake.outputs = head_of(&leaf.value),
                _ => {}
            }
        }
        Ok(flake)
    }

    fn flake_source(&self) -> Result<Source> {
        if self.exists(FLAKE) {
            return self.source(FLAKE);
        }
        let message = format!("there is no flake.nix in {}", self.root().display());
        Err(Diagnostic::new(Code::FlakeMissing, message).help("run this inside a flake, or name a file with --file"))
    }
}

/// The set that a flake's file is.
pub(super) fn top_set(root: &SyntaxNode) -> Option<ast::AttrSet> {
    let mut expr = ast::Root::cast(root.clone())?.expr()?;
    while let ast::Expr::Paren(paren) = &expr {
        expr = paren.expr()?;
    }
    ast::AttrSet::cast(expr.syntax().clone())
}

/// A binding whose value is no set literal (or an empty one).
struct Leaf {
    path: Vec<String>,
    value: ast::Expr,
    binding: Span,
    /// The outermost binding that names the input, and its value when that is a set literal.
    owner: Option<(Span, Option<Span>)>,
}

type Owner = Option<(Span, Option<Span>)>;

fn collect(set: &ast::AttrSet, prefix: &mut Vec<String>, owner: Owner, leaves: &mut Vec<Leaf>, input_sets: &mut Vec<Span>) {
    for entry in set.attrpath_values() {
        let (Some(path), Some(value)) = (entry.attrpath(), entry.value()) else { continue };
        let depth = prefix.len();
        prefix.extend(path.attrs().map(|attr| name_of(&attr)));
        let inner = match &value {
            ast::Expr::AttrSet(inner) => Some(inner.clone()),
            _ => None,
        };
        let whole = prefix.len() == 2;
        let own = (span(entry.syntax()), inner.as_ref().filter(|_| whole).map(|set| span(set.syntax())));
        let owner = if depth < 2 && prefix.len() >= 2 { Some(own) } else { owner };
        if prefix.len() == 1 && prefix[0] == "inputs" {
            input_sets.extend(inner.as_ref().map(|set| span(set.syntax())));
        }
        match inner.filter(|inner| inner.attrpath_values().next().is_some()) {
            Some(inner) if prefix[0] == "inputs" => collect(&inner, prefix, owner, leaves, input_sets),
            _ => leaves.push(Leaf { path: prefix.clone(), value, binding: span(entry.syntax()), owner }),
        }
        prefix.truncate(depth);
    }
}

fn take_leaf(inputs: &mut Vec<Input>, source: &Source, leaf: &Leaf, name: &str, rest: &[String]) {
    let at = inputs.iter().position(|input| input.name == name).unwrap_or_else(|| {
        inputs.push(Input { name: name.to_owned(), ..Input::default() });
        inputs.len() - 1
    });
    let input = &mut inputs[at];
    if let Some((binding, set)) = leaf.owner {
        if !input.bindings.contains(&binding) {
            input.bindings.push(binding);
        }
        input.set = input.set.or(set);
    }
    let names: Vec<&str> = rest.iter().map(String::as_str).collect();
    let stated = stated(source, leaf);
    match names.as_slice() {
        ["url"] => input.url = Some(stated),
        ["flake"] => input.is_flake = Some(stated),
        ["follows"] => input.follows = Some(stated),
        ["inputs", below @ .., "follows"] if !below.is_empty() => {
            let path = below.iter().step_by(2).map(|&name| name.to_owned()).collect();
            input.inner_follows.push(Follow { path, target: stated });
        }
        _ => {}
    }
}

fn stated(source: &Source, leaf: &Leaf) -> Stated {
    let value = span(leaf.value.syntax());
    let text = match &leaf.value {
        ast::Expr::Str(text) => plain_string(text),
        _ => None,
    };
    Stated { text: text.unwrap_or_else(|| source.slice(value).to_owned()), value, binding: leaf.binding }
}

fn head_of(value: &ast::Expr) -> Option<OutputsHead> {
    if let ast::Expr::Paren(paren) = value {
        return head_of(&paren.expr()?);
    }
    let ast::Expr::Lambda(lambda) = value else { return None };
    let param = lambda.param()?;
    let (span_of, function) = (span(param.syntax()), span(lambda.syntax()));
    Some(match param {
        ast::Param::IdentParam(param) => {
            OutputsHead { span: span_of, function, names: Vec::new(), whole: Some(param.ident()?.syntax().text().to_string()), open: true }
        }
        ast::Param::Pattern(pattern) => {
            let names = pattern.pat_entries().filter_map(|entry| entry.ident());
            OutputsHead {
                span: span_of,
                function,
                names: names.map(|ident| (ident.syntax().text().to_string(), span(ident.syntax()))).collect(),
                whole: pattern.pat_bind().and_then(|bind| bind.ident()).map(|ident| ident.syntax().text().to_string()),
                open: pattern.ellipsis_token().is_some(),
            }
        }
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::settings::Settings;

    fn flake(text: &str) -> Flake {
        let folder = tempfile::tempdir().unwrap();
        std::fs::write(folder.path().join(FLAKE), text).unwrap();
        Project::new(folder.path(), Settings::default()).flake().unwrap()
    }

    #[test]
    fn reads_every_spelling_of_an_input() {
        let text = r#"{
  inputs.a.url = "github:o/a";
  inputs = {
    b = { url = "github:o/b"; inputs = { nixpkgs.follows = "nixpkgs"; x.inputs.y.follows = ""; }; };
    c.url = "github:o/c";
    c.flake = false;
    "d".follows = "a";
  };
  inputs.c.inputs.z.follows = "b/z";
  outputs = { self, a, ... }@inputs: { };
}"#;
        let flake = flake(text);
        let names: Vec<&str> = flake.inputs.iter().map(|input| input.name.as_str()).collect();
        assert_eq!(names, ["a", "b", "c", "d"]);
        let at = |span: Span| &text[span.start..span.end];
        let b = flake.input("b").unwrap();
        assert_eq!(b.bindings.len(), 1);
        assert!(at(b.bindings[0]).starts_with("b = {") && at(b.set.unwrap()).starts_with("{ url"));
        let follows: Vec<(String, &str)> = b.inner_follows.iter().map(|f| (f.path.join("/"), f.target.text.as_str())).collect();
        assert_eq!(follows, [("nixpkgs".to_owned(), "nixpkgs"), ("x/y".to_owned(), "")]);
        let c = flake.input("c").unwrap();
        assert_eq!(
            c.bindings.iter().map(|&s| at(s)).collect::<Vec<_>>(),
            ["c.url = \"github:o/c\";", "c.flake = false;", "inputs.c.inputs.z.follows = \"b/z\";"]
        );
        assert_eq!(c.is_flake.as_ref().unwrap().text, "false");
        assert_eq!(at(c.url.as_ref().unwrap().value), "\"github:o/c\"");
        assert_eq!(flake.input("d").unwrap().follows.as_ref().unwrap().text, "a");
        assert_eq!(flake.input_sets.len(), 1);
    }

    #[test]
    fn knows_how_an_input_is_reached() {
        let head = |outputs: &str| flake(&format!("{{ outputs = {outputs} {{ }}; }}")).outputs.unwrap();
        assert_eq!(head("{ self, a, ... }@all:").reach("a").unwrap(), "a");
        assert_eq!(head("{ self, a, ... }@all:").reach("b").unwrap(), "all.b");
        assert_eq!(head("{ self, a }@all:").reach("b"), None);
        assert_eq!(head("{ self, a, ... }:").reach("b"), None);
        assert_eq!(head("inputs:").reach("b").unwrap(), "inputs.b");
        let wrapped = flake("{ outputs = (({ self, a }: { })); }").outputs.unwrap();
        assert!(!wrapped.open && wrapped.reach("a").is_some());
    }
}
