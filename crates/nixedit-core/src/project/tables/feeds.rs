//! Which options depend on an expression of a module.

use super::readers::uses;
use crate::syntax::attr_path::AttrPath;
use crate::syntax::lookup::binding_parts;
use crate::syntax::{SyntaxNode, body};
use rnix::SyntaxKind::*;

/// Calls through which an option's value is seen as it is written.
const TRANSPARENT: &[&str] =
    &["mkIf", "mkMerge", "mkForce", "mkDefault", "mkOverride", "mkBefore", "mkAfter", "mkOrder", "optionalAttrs", "recursiveUpdate"];
/// Calls whose first argument decides whether the last one counts.
const CONDITIONAL: &[&str] = &["mkIf", "optionalAttrs"];
/// How far variables are followed.
const DEPTH: usize = 4;
/// How many options one reader is asked about at most.
const MOST: usize = 12;

/// The options that depend on `node`, without a leading `config`; each once.
pub(super) fn options(node: &SyntaxNode) -> Vec<AttrPath> {
    let mut out = Vec::new();
    climb(node, DEPTH, &mut out);
    out.truncate(MOST);
    out
}

/// From an expression outward to the bindings it decides.
fn climb(node: &SyntaxNode, depth: usize, out: &mut Vec<AttrPath>) {
    let mut names: Vec<String> = Vec::new();
    let mut inside = node.clone();
    if node.kind() == NODE_IDENT && node.parent().is_some_and(|p| p.kind() == NODE_INHERIT) {
        names.push(node.text().to_string());
    }
    for outer in node.ancestors().skip(1) {
        match outer.kind() {
            NODE_ATTRPATH_VALUE | NODE_INHERIT => {
                let own = binding_parts(&outer).map(|(path, _)| path.names().to_vec()).unwrap_or_default();
                if outer.parent().is_some_and(|p| matches!(p.kind(), NODE_LET_IN | NODE_LEGACY_LET)) {
                    return follow(&outer, own.first().or(names.first()), depth, out);
                }
                let computed = own.iter().position(|name| name.contains("${"));
                if computed.is_some() {
                    names.clear();
                }
                names.splice(0..0, own[..computed.unwrap_or(own.len())].iter().cloned());
            }
            NODE_LIST if !is_merged(&outer) => names.clear(),
            NODE_APPLY if !TRANSPARENT.contains(&body::last_name(&body::call(&outer).0).as_str()) => names.clear(),
            _ => {}
        }
        let decided = decided(&outer, &inside);
        if !decided.is_empty() {
            let outside = outward(&outer);
            return decided.into_iter().for_each(|path| push(outside.iter().cloned().chain(path).collect(), out));
        }
        inside = argument_of(&outer, &inside);
    }
    push(names, out);
}

/// What the sets bind that `outer` lets count only when its condition `inside` holds.
fn decided(outer: &SyntaxNode, inside: &SyntaxNode) -> Vec<Vec<String>> {
    match outer.kind() {
        NODE_APPLY => {
            let (head, arguments) = body::call(outer);
            let conditional = CONDITIONAL.contains(&body::last_name(&head).as_str()) && arguments.len() > 1 && arguments[0] == *inside;
            arguments.last().filter(|_| conditional).map(leaves).unwrap_or_default()
        }
        NODE_IF_ELSE if outer.first_child().as_ref() == Some(inside) => {
            outer.children().skip(1).flat_map(|branch| leaves(&branch)).collect()
        }
        _ => Vec::new(),
    }
}

/// What counts as "the part we come from" one level further out: an argument stays itself while
/// the applications around it only add further arguments.
fn argument_of(outer: &SyntaxNode, inside: &SyntaxNode) -> SyntaxNode {
    let more = outer.parent().is_some_and(|p| p.kind() == NODE_APPLY && p.first_child().is_some_and(|f| f == *outer));
    if outer.kind() == NODE_APPLY && more { inside.clone() } else { outer.clone() }
}

/// The names around a node, up to the file's root.
fn outward(node: &SyntaxNode) -> Vec<String> {
    let own = |outer: SyntaxNode| binding_parts(&outer).map(|(path, _)| path.names().to_vec());
    let mut parts: Vec<Vec<String>> = node.ancestors().skip(1).filter_map(own).collect();
    parts.reverse();
    parts.concat()
}

/// The paths that the sets in an expression bind, down to the first value that is no set.
fn leaves(value: &SyntaxNode) -> Vec<Vec<String>> {
    let mut out = Vec::new();
    for set in body::sets(value) {
        for (path, inner) in set.node.children().filter_map(|entry| binding_parts(&entry)) {
            let own: Vec<String> = path.names().iter().take_while(|name| !name.contains("${")).cloned().collect();
            let below = if inner.kind() == NODE_ATTR_SET && own.len() == path.names().len() { leaves(&inner) } else { Vec::new() };
            if below.is_empty() {
                out.push(own);
            } else {
                out.extend(below.into_iter().map(|rest| own.iter().cloned().chain(rest).collect()));
            }
        }
    }
    out
}

fn is_merged(list: &SyntaxNode) -> bool {
    let call = list.parent().filter(|p| p.kind() == NODE_APPLY);
    call.is_some_and(|call| body::last_name(&body::call(&call).0) == "mkMerge")
}

/// The options that a variable's uses decide.
fn follow(binding: &SyntaxNode, name: Option<&String>, depth: usize, out: &mut Vec<AttrPath>) {
    let (Some(name), Some(binder)) = (name, binding.parent()) else { return };
    if depth > 0 {
        uses(&binder, name).iter().for_each(|ident| climb(ident, depth - 1, out));
    }
}

fn push(mut names: Vec<String>, out: &mut Vec<AttrPath>) {
    let inside_option = names.first().is_some_and(|name| name == "options");
    if inside_option && names.last().is_some_and(|name| name == "default") {
        names.pop();
    }
    if matches!(names.first().map(String::as_str), Some("config" | "options")) {
        names.remove(0);
    }
    if matches!(names.first().map(String::as_str), Some("imports" | "_module" | "_file" | "disabledModules")) {
        return;
    }
    if let Some(path) = AttrPath::from_names(names).filter(|path| !out.contains(path)) {
        out.push(path);
    }
}

#[cfg(test)]
mod tests {
    use crate::project::tables::find;
    use crate::settings::PerHostSettings;
    use crate::syntax::parse::Source;

    /// The options that the readers of `h` feed in a module with this body.
    fn fed(module: &str) -> Vec<String> {
        let text = format!("{{ config, lib, ... }}: let t = {{ a = {{ k = 1; }}; }}; h = t.${{config.my.host}}; {module}");
        let source = Source::parse("a.nix", text.as_str().into()).unwrap();
        let tables = find::tables(&source, &["a".to_owned()], &PerHostSettings::default());
        tables[0].readers.iter().flat_map(|reader| &reader.feeds).map(ToString::to_string).collect()
    }

    #[test]
    fn a_condition_decides_what_stands_under_it() {
        assert_eq!(fed("in { config = lib.mkIf h.k { b.c = 1; d = { e = 2; f.g = 3; }; }; }"), ["b.c", "d.e", "d.f.g"]);
        assert_eq!(fed("in { b = lib.mkIf (h.k && true) { c = 1; }; }"), ["b.c"]);
        assert_eq!(fed("in { b = lib.optionalAttrs (h ? k) { c = h.k; }; }"), ["b.c", "b.c"]);
        assert_eq!(fed("in if h.k then { b = 1; } else { c = 2; }"), ["b", "c"]);
        assert_eq!(fed("in { b.c = lib.mkIf h.k ''text''; }"), ["b.c"]);
        assert_eq!(fed("in lib.mkMerge [ { b = h.k; } (lib.mkIf h.k { c = 1; }) ]"), ["b", "c"]);
    }

    #[test]
    fn variables_and_inherits_are_followed() {
        assert_eq!(fed("x = h.k; y = [ x ]; in { b = y; c = x; }"), ["b", "c"]);
        assert_eq!(fed("inherit (h) k; in { b.c = k; }"), ["b.c"]);
        assert_eq!(fed("in { b = { inherit (h) k; }; }"), ["b.k"]);
    }

    #[test]
    fn a_path_ends_where_the_option_does() {
        assert_eq!(fed("in { b = lib.optional true { size = h.k; }; }"), ["b"]);
        assert_eq!(fed("in { b.c = [ { d = h.k; } ]; }"), ["b.c"]);
        assert_eq!(fed("in { b.${h.k}.d = 1; }"), ["b"]);
        assert_eq!(fed("in { config.b = h.k; imports = [ h.k ]; }"), ["b"]);
        assert_eq!(fed("in { options.b = lib.mkOption { default = h.k; }; }"), ["b"]);
    }
}
