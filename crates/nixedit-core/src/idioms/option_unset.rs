//! `option unset PATH`: remove an attribute's binding, so that its default holds again.
//!
//! ```text
//! { a = 1; b = 2; }   =>   { a = 1; }
//! ```
//! The bindings below the path go along; with a line told, only what stands there. Refuses: several
//! bindings in equal standing; an inherited attribute.

use super::{candidates, set_elsewhere};
use crate::diagnostic::{Code, Result};
use crate::operation::OptionUnset;
use crate::plan::{Expect, Note, Plan, Step, Target};
use crate::project::Project;
use crate::syntax::attr_path::AttrPath;
use crate::syntax::lookup::{self, Definition};
use crate::syntax::parse::Source;
use crate::syntax::{SyntaxNode, span};
use crate::text::Span;

pub(super) fn plan(project: &Project, args: &OptionUnset) -> Result<Plan> {
    let source = super::place::file(project, &args.hosts, args.file.as_deref(), &args.path)?;
    let bindings = bindings(&source, args)?;
    let mut plan = Plan { summary: format!("removed {} from {}", args.path, source.path), ..Plan::default() };
    if bindings.is_empty() {
        plan.summary = format!("{} does not set {}", source.path, args.path);
        plan.notes.extend(longer_note(&source, args));
    } else {
        plan.steps.push(Step::RemoveBindings { file: source.path.clone(), bindings });
        plan.targets = questions(project, &source, args)?;
        plan.hosts.clone_from(&args.hosts.names);
        plan.notes.extend(set_elsewhere::still(project, &args.hosts.names, &source.path, &args.path));
    }
    Ok(plan)
}

/// The value changes, or at least fewer set it: a binding that says what the default or another one says may
/// go too.
fn questions(project: &Project, source: &Source, args: &OptionUnset) -> Result<Vec<Target>> {
    let mut out = super::place::questions(project, &args.hosts, &source.path, &args.path)?;
    let group = format!("{} after it was unset", args.path);
    let own = format!("c.config.{} or null", args.path);
    let mut defaults = Vec::new();
    for target in out.iter_mut().filter(|target| target.expect == Expect::Changed && target.question == own) {
        target.expect = Expect::ChangedAny(group.clone());
        // As the module system counts: 1500 is the default of the option itself, 1000 that of mkDefault.
        let option = format!("(c.options.{} or {{ }})", args.path);
        let count = format!("builtins.length ({option}.definitionsWithLocations or [ ])");
        let question = format!("if ({option}.highestPrio or 0) >= 1500 then 0 else {count}");
        defaults.push(Target { label: format!("definitions of {}", args.path), question, ..target.clone() });
    }
    out.extend(defaults);
    Ok(out)
}

/// The binding of the option itself. Where the path is only the end of another's it is that option that is set: having
/// removed `enable`, the same again must not remove `services.x.enable`.
fn own(source: &Source, args: &OptionUnset) -> Result<Option<Definition>> {
    if args.at.is_none() && !longer_paths(source, args).is_empty() {
        return Ok(None);
    }
    candidates::definition(source, &args.path, args.at)
}

/// The options that are set in the file and end in the path, where it sets none of that path.
fn longer_paths(source: &Source, args: &OptionUnset) -> Vec<AttrPath> {
    if !lookup::find(&source.root, &args.path).definitions.is_empty() {
        return Vec::new();
    }
    let all = lookup::find_suffix(&source.root, &args.path);
    all.iter().filter_map(|definition| lookup::longer_path(&definition.binding, &args.path)).collect()
}

fn longer_note(source: &Source, args: &OptionUnset) -> Option<Note> {
    let longer = longer_paths(source, args).first()?.to_string();
    let message = format!("{} sets {longer}; give the whole path to remove that", source.path);
    Some(Note { code: "option-longer".to_owned(), message })
}

fn bindings(source: &Source, args: &OptionUnset) -> Result<Vec<Span>> {
    let found = lookup::find(&source.root, &args.path);
    let is_told = |node: &SyntaxNode| args.at.is_none_or(|line| candidates::covers(source, node, line));
    let below = found.below.iter().map(|definition| &definition.binding);
    if let Some(definition) = own(source, args)? {
        let below = below.filter(|_| args.at.is_none());
        return Ok(std::iter::once(&definition.binding).chain(below).map(span).collect());
    }
    if let Some(entry) = found.inherited.iter().find(|entry| is_told(entry)) {
        let message = format!("{} is inherited at {}", args.path, source.file_line(span(entry).start));
        return Err(source.error(Code::ShapeUnsupported, message, span(entry), "here").help("take the name out of the inherit"));
    }
    Ok(below.filter(|binding| is_told(binding)).map(span).collect())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::operation::Hosts;

    fn gone(text: &str, path: &str, at: Option<usize>) -> Vec<String> {
        let source = Source::parse("a.nix", text.into()).unwrap();
        let args = OptionUnset { hosts: Hosts::default(), file: None, at, path: AttrPath::parse(path).unwrap() };
        bindings(&source, &args).unwrap().into_iter().map(|at| source.slice(at).to_owned()).collect()
    }

    #[test]
    fn a_line_that_is_told_is_all_that_goes() {
        let text = "{\n  a.b = 1;\n  a = { c = 1; };\n  a.d = 1;\n}";
        assert_eq!(gone(text, "a", None), ["a = { c = 1; };", "a.b = 1;", "a.d = 1;"]);
        assert_eq!(gone(text, "a", Some(3)), ["a = { c = 1; };"]);
        assert_eq!(gone("{\n  a.b = 1;\n  a.d = 1;\n}", "a", Some(3)), ["a.d = 1;"]);
    }

    #[test]
    fn an_option_that_only_ends_so_stays() {
        let text = "{\n  services.x.enable = true;\n  enable = true;\n}";
        assert_eq!(gone(text, "enable", None), ["enable = true;"]);
        let after = "{\n  services.x.enable = true;\n}";
        assert_eq!(gone(after, "enable", None), [""; 0]);
        assert_eq!(gone(after, "enable", Some(2)), ["services.x.enable = true;"], "its line says that it is meant");
        assert_eq!(gone("let\n  a.b = 1;\nin { c = a; }", "a.b", None), ["a.b = 1;"], "a set of its own");
    }

    #[test]
    fn what_is_inherited_elsewhere_is_no_obstacle() {
        let text = "with x; {\n  inherit a;\n  b = 1;\n}";
        assert_eq!(gone(text, "a", Some(3)), Vec::<String>::new());
    }
}
