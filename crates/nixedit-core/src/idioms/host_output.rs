//! Where the flake names a host: a binding with the call that makes it, or an element of a list of names.

use super::host_copy;
use super::overlay_map;
use crate::diagnostic::{Code, Diagnostic, Result};
use crate::operation::HostsAdd;
use crate::plan::{Place, Step};
use crate::project::{Host, Project};
use crate::syntax::attr_path::{AttrPath, quoted_string};
use crate::syntax::fragment::Fragment;
use crate::syntax::parse::Source;
use crate::syntax::{SyntaxKind, SyntaxNode, lookup, node_at, span};
use crate::text::Span;

/// What stands for a host.
pub(super) enum Output {
    /// `nixosConfigurations.nxiz = …;`
    Binding(SyntaxNode),
    /// `"nxiz"` in a list.
    Element(SyntaxNode),
    /// Nothing but the names of files.
    Files,
}

/// What stands for the host in the file that says it exists.
pub(super) fn of(project: &Project, host: &Host) -> Result<(Source, Output)> {
    let source = project.source(&host.evidence.file)?;
    let at = host.evidence.span;
    let near = |node: &SyntaxNode| span(node).contains(at) || at.contains(span(node));
    let is_named = |node: &SyntaxNode| lookup::binding_parts(node).is_some_and(|(path, _)| path.last() == host.attr);
    let bindings = source.root.descendants().filter(|node| node.kind() == SyntaxKind::NODE_ATTRPATH_VALUE && near(node));
    if let Some(binding) = bindings.filter(is_named).min_by_key(|node| span(node).len()) {
        return Ok((source, Output::Binding(binding)));
    }
    let text = quoted_string(&host.attr);
    let is_element = |node: &SyntaxNode| {
        node.kind() == SyntaxKind::NODE_STRING
            && node.text() == text.as_str()
            && node.parent().is_some_and(|list| list.kind() == SyntaxKind::NODE_LIST)
    };
    let element = node_at(&source.root, at).filter(is_element);
    Ok((source, element.map_or(Output::Files, Output::Element)))
}

/// The steps that name the new host beside the model.
pub(super) fn added(project: &Project, model: &Host, args: &HostsAdd, is_new: &dyn Fn(&str) -> bool) -> Result<Vec<Step>> {
    let (source, output) = of(project, model)?;
    let mut steps = match output {
        Output::Files => Vec::new(),
        Output::Element(element) => {
            let list = element.parent().map_or_else(|| span(&element), |list| span(&list));
            let elements = vec![Fragment::string(&args.name)];
            vec![Step::InsertElements { file: source.path.clone(), list, elements, place: Place::Last, comment: None }]
        }
        Output::Binding(binding) => vec![beside(project, &source, &binding, model, args, is_new)?],
    };
    steps.extend(overlays_added(project, model, &args.name)?);
    Ok(steps)
}

/// The model's binding under another name, among its kind.
fn beside(
    project: &Project,
    source: &Source,
    binding: &SyntaxNode,
    model: &Host,
    args: &HostsAdd,
    is_new: &dyn Fn(&str) -> bool,
) -> Result<Step> {
    let missing = || Diagnostic::new(Code::ShapeUnsupported, format!("{} is written in a way that cannot be copied", model.name));
    let (path, value) = lookup::binding_parts(binding).ok_or_else(missing)?;
    let set = binding.parent().ok_or_else(missing)?;
    let head = &path.names()[..path.names().len() - 1];
    let names = head.iter().cloned().chain([args.name.clone()]);
    let path = AttrPath::from_names(names).ok_or_else(missing)?;
    let text = host_copy::renamed(source, &value, &model.attr, &args.name, is_new);
    let line = source.text[..span(binding).start].rfind('\n').map_or(0, |end| end + 1);
    let indent: String = source.text[line..].chars().take_while(|c| *c == ' ' || *c == '\t').collect();
    let in_files = states_platform(project, model)?;
    let value = adjusted(&text.replace(&format!("\n{indent}"), "\n"), model, args, in_files)?;
    Ok(Step::InsertBinding { file: source.path.clone(), set: span(&set), path, value, place: Place::Fitting, comment: None })
}

/// The call with the platform asked for (unless files of the host state it), and without Home Manager where that is not wanted.
fn adjusted(text: &str, model: &Host, args: &HostsAdd, in_files: bool) -> Result<Fragment> {
    let value = Fragment::parse(text)?;
    let mut edits: Vec<(Span, String)> = Vec::new();
    let root = value.node();
    let base = span(&root).start;
    if let Some(system) = args.system.as_ref().filter(|system| model.system.as_ref() != Some(system)) {
        let stated = root.descendants().filter_map(|node| lookup::binding_parts(&node)).find(|(path, _)| {
            let last = path.last();
            last == "hostPlatform" || (last == "system" && path.names().len() == 1)
        });
        match stated {
            Some((_, old)) => edits.push((span(&old), quoted_string(system))),
            None if in_files => {}
            None => return Err(elsewhere(model, "its platform", &format!("--system {system}"))),
        }
    }
    if args.no_hm && !model.users.is_empty() {
        let of_home: Vec<SyntaxNode> = root.descendants().filter(is_home_manager).collect();
        if of_home.is_empty() {
            return Err(elsewhere(model, "Home Manager", "--no-hm"));
        }
        edits.extend(of_home.iter().map(|element| (with_line(value.text(), base, element), String::new())));
    }
    edits.sort_by_key(|(at, _)| std::cmp::Reverse(at.start));
    let mut out = value.text().to_owned();
    edits.into_iter().for_each(|(at, with)| out.replace_range(at.start - base..at.end - base, &with));
    Fragment::parse(&out)
}

/// Whether a file that is the host's alone says for which platform it is.
fn states_platform(project: &Project, host: &Host) -> Result<bool> {
    let path = AttrPath::parse("nixpkgs.hostPlatform")?;
    let mut own = super::host_files::own(project, host, "")?.into_iter();
    Ok(own.any(|own| project.source(&own.file).is_ok_and(|source| !lookup::find(&source.root, &path).definitions.is_empty())))
}

fn elsewhere(model: &Host, what: &str, flag: &str) -> Box<Diagnostic> {
    Diagnostic::new(Code::ShapeUnsupported, format!("{} gets {what} from the function that makes every host", model.name))
        .help(format!("let that function take it as an argument first, or leave {flag} away"))
}

/// An element of a list of modules that is Home Manager's module, or sets nothing but its options.
fn is_home_manager(node: &SyntaxNode) -> bool {
    if node.parent().is_none_or(|list| list.kind() != SyntaxKind::NODE_LIST) {
        return false;
    }
    let text = node.text().to_string();
    if node.kind() == SyntaxKind::NODE_SELECT {
        return text.trim_start_matches("inputs.").starts_with("home-manager.");
    }
    let mut bindings = node.children().filter_map(|entry| lookup::binding_parts(&entry)).peekable();
    node.kind() == SyntaxKind::NODE_ATTR_SET && bindings.peek().is_some() && bindings.all(|(path, _)| path.names()[0] == "home-manager")
}

/// An element with the blanks in front of it, so that its line goes with it.
fn with_line(text: &str, base: usize, element: &SyntaxNode) -> Span {
    let at = span(element);
    let before = &text[..at.start - base];
    Span::new(base + before.trim_end_matches([' ', '\t', '\n']).len(), at.end)
}

/// The new host's row in the map from host to overlays, as the model's.
fn overlays_added(project: &Project, model: &Host, name: &str) -> Result<Option<Step>> {
    let overlays = project.overlays()?;
    let Some((source, value)) = overlay_map::row(project, &overlays, &model.name)? else { return Ok(None) };
    let Some((binding, set)) = value.parent().and_then(|binding| Some((binding.clone(), binding.parent()?))) else { return Ok(None) };
    let Some((path, _)) = lookup::binding_parts(&binding) else { return Ok(None) };
    let names = path.names()[..path.names().len() - 1].iter().cloned().chain([name.to_owned()]);
    let Some(path) = AttrPath::from_names(names) else { return Ok(None) };
    if lookup::has_binding(&set, name) {
        return Ok(None);
    }
    let value = Fragment::of(&source, &value);
    Ok(Some(Step::InsertBinding { file: source.path.clone(), set: span(&set), path, value, place: Place::Last, comment: None }))
}
