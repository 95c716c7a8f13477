//! From a plan to the bytes that are to stand: steps become text edits, file by file.

use crate::change_set::{ChangeSet, FileChange};
use crate::diagnostic::{Code, Diagnostic, Result};
use crate::edit::insert::{NewItem, insert, unit};
use crate::edit::place_told::{NoPlace, Placement};
use crate::edit::replace::{append_operand, replace, replace_text};
use crate::edit::sequence::Sequence;
use crate::edit::{TextEdit, binding, check, comment_out, formal, inherit, place, place_binding, remove, render, text_edit, wrap};
use crate::format;
use crate::plan::{Place, Plan, Step};
use crate::project::Project;
use crate::syntax::attr_path::AttrPath;
use crate::syntax::fragment::Fragment;
use crate::syntax::parse::Source;
use crate::syntax::{SyntaxKind, SyntaxNode, node_at, span};
use crate::system::age;
use crate::text::Span;
use std::collections::BTreeMap;

/// The changes that a plan makes to a project's files. All steps are of one snapshot.
pub fn compile(project: &Project, plan: &Plan) -> Result<ChangeSet> {
    let mut changes = ChangeSet::default();
    let mut edits: BTreeMap<&str, Vec<TextEdit>> = BTreeMap::new();
    let mut arguments: BTreeMap<(&str, Option<Span>), Vec<&str>> = BTreeMap::new();
    for step in &plan.steps {
        match step {
            Step::CreateFile { file, contents } => {
                changes.record(FileChange { path: file.clone(), before: project.bytes(file)?, after: Some(contents.clone().into()) });
            }
            Step::ReplaceText { file, at, text } if !file.ends_with(".nix") => changes.record(with_text(project, file, *at, text)?),
            Step::EncryptFile { file, recipients, plaintext, armored } => {
                let contents = age::encrypt(recipients, plaintext.reveal(), *armored)?;
                changes.record(FileChange { path: file.clone(), before: project.bytes(file)?, after: Some(contents.into()) });
            }
            Step::Format { file, formatter, force } => {
                let contents = format::whole(project, file, *formatter, *force)?;
                changes.record(FileChange { path: file.clone(), before: project.bytes(file)?, after: Some(contents.as_bytes().into()) });
            }
            Step::DeleteFile { file } => changes.record(FileChange { path: file.clone(), before: project.bytes(file)?, after: None }),
            Step::AddArgument { file, module, name } => arguments.entry((file, *module)).or_default().push(name),
            step => edits.entry(step.file()).or_default().extend(text_edits(&project.source(step.file())?, step)?),
        }
    }
    for ((file, module), names) in arguments {
        // A head stands in front of all that is put around its body.
        edits.entry(file).or_default().splice(0..0, add_arguments(&project.source(file)?, module, &names)?);
    }
    for (file, edits) in edits {
        let source = project.source(file)?;
        let overlap =
            || Diagnostic::new(Code::ResultBroken, format!("two changes of {file} overlap")).help("make them one after the other");
        let edits = text_edit::sorted(edits).ok_or_else(overlap)?;
        let after = check::checked(&source, &edits)?;
        changes.record(FileChange { path: file.to_owned(), before: project.bytes(file)?, after: Some(after) });
    }
    Ok(changes)
}

/// A file that is no Nix source, with other bytes at a place.
fn with_text(project: &Project, file: &str, at: Span, text: &str) -> Result<FileChange> {
    let before = project.bytes(file)?;
    let old = before.as_deref().unwrap_or_default();
    let after = match (old.get(..at.start), old.get(at.end..)) {
        (Some(front), Some(back)) => [front, text.as_bytes(), back].concat(),
        _ => return Err(Diagnostic::new(Code::ResultBroken, format!("{file} has no byte {}", at.end))),
    };
    Ok(FileChange { path: file.to_owned(), before, after: Some(after.into()) })
}

fn text_edits(source: &Source, step: &Step) -> Result<Vec<TextEdit>> {
    match step {
        Step::Replace { at, with, .. } => Ok(replace(source, *at, with)),
        Step::InsertElements { list, elements, place, comment, .. } => insert_elements(source, *list, elements, place, comment.as_deref()),
        Step::RemoveElements { list, elements, .. } => remove_items(source, *list, elements),
        Step::CommentOutElements { list, elements, .. } => comment_out_items(source, *list, elements),
        Step::RestoreElement { at, text, .. } => Ok(vec![TextEdit::replace(*at, text.clone())]),
        Step::AppendOperand { at, operator, operand, .. } => Ok(vec![append_operand(source, *at, operator, operand)]),
        Step::InsertBinding { set, path, value, place, comment, .. } => {
            insert_binding(source, *set, path, value, place, comment.as_deref())
        }
        Step::InsertBindings { set, bindings, place, .. } => insert_bindings(source, *set, bindings, place),
        Step::InsertLet { at, bindings, .. } => Ok(vec![wrap::in_let(source, *at, bindings)]),
        Step::ReplaceBinding { binding, path, value, .. } => Ok(replace_text(source, *binding, &format!("{path} = {};", value.text()))),
        Step::BindInherited { inherit, name, value, .. } => Ok(inherit::bound(source, *inherit, name, value.as_ref())),
        Step::RemoveBindings { bindings, .. } => remove_bindings(source, bindings),
        Step::RemoveLet { at, .. } => {
            let body = node_at(&source.root, *at).and_then(|node| node.last_child());
            Ok(body.into_iter().map(|body| TextEdit::delete(Span::new(at.start, span(&body).start))).collect())
        }
        Step::RemoveArgument { name, .. } => Ok(formal::remove(&source.text, &source.root, name)),
        Step::AddParameter { function, name, .. } => Ok(formal::add_to(&source.text, &function_at(source, *function)?, name)),
        Step::RemoveParameter { function, name, .. } => Ok(formal::remove_from(&source.text, &function_at(source, *function)?, name)),
        Step::ReplaceText { at, text, .. } => Ok(vec![TextEdit::replace(*at, text.clone())]),
        Step::AddArgument { .. } | Step::CreateFile { .. } | Step::EncryptFile { .. } | Step::DeleteFile { .. } | Step::Format { .. } => {
            Ok(Vec::new())
        }
    }
}

/// The function at a span of the snapshot.
fn function_at(source: &Source, at: Span) -> Result<SyntaxNode> {
    let function = node_at(&source.root, at).filter(|node| node.kind() == SyntaxKind::NODE_LAMBDA);
    function.ok_or_else(|| source.error(Code::ResultBroken, format!("{} has no function at byte {}", source.path, at.start), at, "here"))
}

/// The list, set or `let` at a span of the snapshot.
fn sequence_at<'a>(source: &'a Source, at: Span) -> Result<Sequence<'a>> {
    let node = node_at(&source.root, at);
    node.and_then(|node| Sequence::of(&source.text, &node))
        .ok_or_else(|| source.error(Code::ResultBroken, format!("{} has no list or set at byte {}", source.path, at.start), at, "here"))
}

fn insert_elements(source: &Source, list: Span, elements: &[Fragment], place: &Place, comment: Option<&str>) -> Result<Vec<TextEdit>> {
    let seq = sequence_at(source, list)?;
    let mut new = Vec::new();
    for (index, element) in elements.iter().enumerate() {
        let element = element.as_element();
        let placement = place::element(&seq, element.text(), place).map_err(|why| no_place(source, &seq, why))?;
        let mut item = new_item(render::with_unit(element.text(), &unit(&seq)), placement);
        if index == 0 {
            item = commented(&seq, item, place, comment);
        } else if matches!(place, Place::NewGroup(_)) {
            item.blank_before = false;
        }
        new.push(item);
    }
    order_within_slots(&seq, &mut new, place);
    Ok(insert(&seq, &new))
}

/// An item with the comment that it is to have: its group's heading above it, else words about it.
fn commented(seq: &Sequence, item: NewItem, place: &Place, comment: Option<&str>) -> NewItem {
    match (place, comment) {
        (Place::NewGroup(heading), None) => NewItem { comment: Some(heading.clone()), ..item },
        (Place::NewGroup(heading), Some(comment)) => NewItem { comment: Some(heading.clone()), ..item }.with_comment(seq, comment),
        (_, Some(comment)) => item.with_comment(seq, comment),
        (_, None) => item,
    }
}

/// New elements in the order of the slots they land in; several in one slot in the order of their
/// names where that is asked for or the chosen neighbours are in order, else as given.
fn order_within_slots(seq: &Sequence, new: &mut [NewItem], place: &Place) {
    let in_order = |slot| match place {
        Place::Sorted => true,
        Place::Fitting | Place::Group(_) => place::is_among_ordered(seq, slot),
        _ => false,
    };
    new.sort_by(|a, b| {
        let by_name = || match in_order(a.slot) {
            true => place::order_key(&a.text).cmp(&place::order_key(&b.text)),
            false => std::cmp::Ordering::Equal,
        };
        a.slot.rank().cmp(&b.slot.rank()).then_with(by_name)
    });
}

fn new_item(text: String, placement: Placement) -> NewItem {
    NewItem { blank_before: placement.blank_before, blank_after: placement.blank_after, ..NewItem::plain(text, placement.slot) }
}

fn no_place(source: &Source, seq: &Sequence, why: NoPlace) -> Box<Diagnostic> {
    let at = Span::new(seq.open.start, seq.open.end);
    match why {
        NoPlace::Neighbour(name) => source
            .error(Code::ItemMissing, format!("no '{name}' at {} to put it beside", source.file_line(at.start)), at, "in here")
            .help("leave --after and --before away to have the place chosen")
            .candidates(seq.items.iter().map(|item| item.name())),
        NoPlace::Group(name, groups) => {
            let known = if groups.is_empty() { "it has no groups".to_owned() } else { format!("groups: {}", groups.join(", ")) };
            source
                .error(Code::GroupMissing, format!("no group '{name}' at {}; {known}", source.file_line(at.start)), at, "in here")
                .help(format!("start it with --new-group \"{name}\""))
                .candidates(groups)
        }
    }
}

fn remove_items(source: &Source, container: Span, items: &[Span]) -> Result<Vec<TextEdit>> {
    let seq = sequence_at(source, container)?;
    Ok(remove::remove(&seq, &indices_of(&seq, items)))
}

fn comment_out_items(source: &Source, container: Span, items: &[Span]) -> Result<Vec<TextEdit>> {
    let seq = sequence_at(source, container)?;
    comment_out::comment_out(&seq, &indices_of(&seq, items)).map_err(|index| {
        let at = seq.items[index].span;
        source
            .error(Code::ShapeUnsupported, format!("{} cannot become a comment", source.file_line(at.start)), at, "it holds '*/'")
            .help("put it on a line of its own first, or remove it")
    })
}

fn indices_of(seq: &Sequence, items: &[Span]) -> Vec<usize> {
    seq.items.iter().enumerate().filter(|(_, item)| items.contains(&span(&item.node))).map(|(index, _)| index).collect()
}

fn insert_binding(
    source: &Source,
    set: Span,
    path: &AttrPath,
    value: &Fragment,
    place: &Place,
    comment: Option<&str>,
) -> Result<Vec<TextEdit>> {
    let seq = sequence_at(source, set)?;
    let placement = place_binding::binding(&seq, path, value.text().contains('\n'), place).map_err(|why| no_place(source, &seq, why))?;
    let value = render::with_unit(value.text(), &unit(&seq));
    let item = new_item(binding::text(&seq, placement.slot, path, &value), placement);
    Ok(insert(&seq, &[commented(&seq, item, place, comment)]))
}

/// Several bindings, one behind the other; blank lines stand around all of them.
fn insert_bindings(source: &Source, set: Span, bindings: &[(AttrPath, Fragment)], place: &Place) -> Result<Vec<TextEdit>> {
    let Some((first, _)) = bindings.first() else { return Ok(Vec::new()) };
    let seq = sequence_at(source, set)?;
    let placement = place_binding::binding(&seq, first, false, place).map_err(|why| no_place(source, &seq, why))?;
    let last = bindings.len() - 1;
    let items = bindings.iter().enumerate().map(|(index, (path, value))| NewItem {
        blank_before: placement.blank_before && index == 0,
        blank_after: placement.blank_after && index == last,
        ..NewItem::plain(binding::text(&seq, placement.slot, path, &render::with_unit(value.text(), &unit(&seq))), placement.slot)
    });
    Ok(insert(&seq, &items.collect::<Vec<_>>()))
}

fn remove_bindings(source: &Source, bindings: &[Span]) -> Result<Vec<TextEdit>> {
    let mut by_container: BTreeMap<Span, Vec<Span>> = BTreeMap::new();
    for &binding in bindings {
        let container = node_at(&source.root, binding).and_then(|node| node.parent());
        let container = container.ok_or_else(|| source.error(Code::ResultBroken, "no binding there", binding, "here"))?;
        by_container.entry(span(&container)).or_default().push(binding);
    }
    let mut out = Vec::new();
    for (container, items) in by_container {
        out.extend(remove_items(source, container, &items)?);
    }
    Ok(out)
}

fn add_arguments(source: &Source, module: Option<Span>, names: &[&str]) -> Result<Vec<TextEdit>> {
    let body = match module {
        Some(at) => node_at(&source.root, at),
        None => source.root.first_child(),
    };
    let Some(body) = body else { return Ok(Vec::new()) };
    if module.is_none() && (source.path == "flake.nix" || source.path.ends_with("/flake.nix")) {
        let message = format!("'{}' is not bound in {}, and a flake takes no arguments", names.join(", "), source.path);
        return Err(Diagnostic::new(Code::ArgumentUnbound, message).help("bind it with let, where the list can see it"));
    }
    formal::add(&source.text, &body, names).map_err(|formal::Obstacle::NamedParameter(parameter, at)| {
        let names = names.join(", ");
        source
            .error(
                Code::ArgumentNamedParameter,
                format!("cannot add '{names}' to the named parameter '{parameter}' of {}", source.path),
                at,
                "here",
            )
            .help(format!("write the head as {{ {names}, ... }}@{parameter}: and try again"))
    })
}
