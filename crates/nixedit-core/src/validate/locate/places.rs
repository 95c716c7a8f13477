//! The places of a failure in the candidate's text, the most important first.

use super::option::{self, OptionPath};
use super::scene::{Scene, label};
use super::search;
use super::word::{at_line, gap_before, narrowed};
use crate::diagnostic::{Code, Label};
use crate::syntax::parse::Source;
use crate::syntax::{SyntaxKind, token_span};
use crate::system::nix_output::Origin;
use crate::text::Span;

/// All places; empty when none is known.
pub(super) fn of(scene: &Scene) -> Vec<Label> {
    let mut labels = by_kind(scene);
    if labels.is_empty() {
        labels.extend(printed(scene));
    }
    if labels.is_empty() {
        labels = last_resort(scene);
    }
    labels.extend(second_place(scene, &labels));
    labels.dedup_by(|a, b| a.file == b.file && a.span == b.span);
    labels
}

/// The name in the first quotes of the message: `'du-dust' has been renamed`.
pub(super) fn first_quoted(message: &str) -> Option<&str> {
    message.split('\'').nth(1).filter(|name| !name.is_empty() && !name.contains(char::is_whitespace))
}

/// The package that nixpkgs refuses: `'vscode-1.0'` or `‘vscode-1.0’` without its version.
pub(super) fn refused_package(message: &str) -> Option<&str> {
    let quoted = message.split(['\'', '‘']).nth(1)?.split('’').next()?;
    let version = quoted.match_indices('-').find(|(at, _)| quoted[at + 1..].starts_with(|c: char| c.is_ascii_digit()));
    Some(version.map_or(quoted, |(at, _)| &quoted[..at])).filter(|name| !name.is_empty())
}

/// The option that the message is about, without what the trace says.
fn option_of_message(scene: &Scene) -> Option<OptionPath> {
    let option = scene.failure.option.as_deref()?;
    OptionPath::parse(option).filter(|_| scene.failure.message.contains(&format!("`{option}'")))
}

fn by_kind(scene: &Scene) -> Vec<Label> {
    let message = &scene.failure.message;
    match scene.code() {
        Code::NixFileMissing | Code::NixFileUntracked => {
            scene.missing().map(|(path, _)| search::path_literals(scene, &path)).unwrap_or_default()
        }
        Code::NixAliasThrows => first_quoted(message).map(|name| named(scene, name)).unwrap_or_default(),
        Code::NixUnfree | Code::NixBroken => {
            refused_package(message).map(|name| search::uses_anywhere(scene, name, "asked for here")).unwrap_or_default()
        }
        Code::NixOptionUnset => option_of_message(scene).and_then(|option| search::declaration(scene, &option)).into_iter().collect(),
        Code::NixLockStale => search::stale_input(scene).map(|name| in_flake(scene, &name)).unwrap_or_default(),
        Code::NixArgument => scene.failure.input().map(|name| in_flake(scene, name)).unwrap_or_default(),
        _ => option_of_message(scene).map(|option| of_option(scene, &option)).unwrap_or_default(),
    }
}

/// Uses of a name: in the file that the trace names, else anywhere.
fn named(scene: &Scene, name: &str) -> Vec<Label> {
    let files = scene.failure.places.iter().filter_map(|place| scene.file(&place.path));
    let sources = files.filter_map(|(path, text)| Source::parse(&path, text).ok());
    let mut hits = sources.filter_map(|source| search::uses(&source, name).first().map(|&at| label(&source, at, "asked for here")));
    hits.next().map_or_else(|| search::uses_anywhere(scene, name, "asked for here"), |hit| vec![hit])
}

/// An input's name in `flake.nix`.
fn in_flake(scene: &Scene, name: &str) -> Vec<Label> {
    let Some(text) = scene.files.text("flake.nix") else { return Vec::new() };
    let Ok(source) = Source::parse("flake.nix", text) else { return Vec::new() };
    let tokens = source.root.descendants_with_tokens().filter_map(|element| element.into_token());
    let mut named = tokens.filter(|token| token.text() == name);
    named.next().map(|token| label(&source, token_span(&token), "named here")).into_iter().collect()
}

/// An option's definitions in the files that the message names; where such a file only calls for
/// the definition, wherever it is; else the files themselves.
fn of_option(scene: &Scene, option: &OptionPath) -> Vec<Label> {
    let declared = scene.failure.message.contains("already declared");
    let mut found = Vec::new();
    let mut named = Vec::new();
    for (path, text) in scene.failure.files.iter().filter_map(|file| scene.file(file)) {
        let source = Source::parse(&path, text.clone()).ok();
        let at = source.as_ref().and_then(|source| match declared {
            true => option::declaration(source, &option.names),
            false => option::definition(source, option).map(|definition| definition.at),
        });
        let what = if declared { "declared here" } else { option.what() };
        found.extend(source.zip(at).map(|(source, at)| label(&source, at, what)));
        named.push(Label { file: path, source: text, span: Span::at(0), message: "in this file".to_owned() });
    }
    if found.is_empty() {
        found = search::definitions_anywhere(scene, option);
    }
    if found.is_empty() { named } else { found }
}

/// The first printed place that lies in the flake.
fn printed(scene: &Scene) -> Option<Label> {
    let places = &scene.failure.places;
    let (first, path, text) = places.iter().find_map(|place| scene.file(&place.path).map(|(path, text)| (place, path, text)))?;
    if let Some(label) = at_line(first, &path, &text) {
        return Some(narrowed(scene, label));
    }
    let in_same_file = || {
        let same = places.iter().filter(|place| scene.file(&place.path).is_some_and(|(other, _)| other == path));
        same.into_iter().find_map(|place| at_line(place, &path, &text))
    };
    let source = Source::parse(&path, text.clone()).ok();
    let argument = scene.failure.module_argument();
    let by_argument = argument.and_then(|name| Some(label(source.as_ref()?, *search::uses(source.as_ref()?, name).first()?, "")));
    let option = scene.failure.option.as_deref().or_else(|| unsupported(scene)).and_then(OptionPath::parse);
    let by_option = || Some(label(source.as_ref()?, option::definition(source.as_ref()?, option.as_ref()?)?.at, ""));
    let elsewhere = || argument.map(|name| search::uses_anywhere(scene, name, "")).unwrap_or_default().into_iter().next();
    let option_elsewhere = || search::definitions_anywhere(scene, option.as_ref()?).into_iter().next();
    by_argument
        .or_else(by_option)
        .or_else(in_same_file)
        .or_else(elsewhere)
        .or_else(option_elsewhere)
        .or_else(|| Some(Label { file: path.clone(), source: text.clone(), span: Span::at(0), message: "in this file".to_owned() }))
}

/// The attribute that a module may not have beside `config`.
fn unsupported<'c>(scene: &'c Scene) -> Option<&'c str> {
    let (_, rest) = scene.failure.message.split_once("unsupported attribute `")?;
    rest.split_once('\'').map(|(name, _)| name)
}

/// What the message quotes, searched for in the text of all files.
fn last_resort(scene: &Scene) -> Vec<Label> {
    let message = &scene.failure.message;
    let found = match scene.code() {
        Code::NixAssertion => {
            message.lines().filter_map(|line| line.strip_prefix("- ")).find_map(|text| search::only_occurrence(scene, text))
        }
        Code::NixType if message.contains("absolute path") => {
            first_quoted(message).and_then(|text| search::only_occurrence(scene, &format!("\"{text}\"")))
        }
        Code::NixOther if message.contains("absolute path") => first_quoted(message).and_then(|text| search::only_occurrence(scene, text)),
        _ => None,
    };
    found.into_iter().collect()
}

/// A second place that explains the first.
fn second_place(scene: &Scene, labels: &[Label]) -> Option<Label> {
    let first = labels.first()?;
    match scene.code() {
        Code::NixDuplicateAttribute => {
            let other = scene.failure.places.iter().find(|place| place.origin == Origin::Quoted)?;
            let (path, text) = scene.file(&other.path)?;
            at_line(other, &path, &text).map(|label| Label { message: "first defined here".to_owned(), ..label })
        }
        Code::NixSyntax if scene.failure.message.contains("expecting ';'") => {
            let gap = gap_before(&first.source[..first.span.start], scene.failure.message.contains("unexpected '='"));
            let message = "a ';' is missing here".to_owned();
            (gap > 0).then(|| Label { span: Span::at(gap), message, ..first.clone() })
        }
        Code::NixArgument if scene.failure.message.contains("without required argument") => {
            let calls = scene.failure.places.iter().filter(|place| place.origin == Origin::Trace);
            let call = calls.filter_map(|place| scene.file(&place.path).and_then(|(path, text)| at_line(place, &path, &text)));
            { call }.next().map(|label| Label { message: "called here".to_owned(), ..label })
        }
        Code::NixType => cell(scene, first).or_else(|| cell_in_expression(scene, first)),
        _ => None,
    }
}

/// Where a wrong value that the definition only reads (`h.resolved`) is written.
fn cell(scene: &Scene, first: &Label) -> Option<Label> {
    let (_, value) = scene.failure.message.rsplit_once("': ")?;
    let source = Source::parse(&first.file, first.source.clone()).ok()?;
    let definition = option::definition(&source, &option_of_message(scene)?)?;
    let name = crate::syntax::body::last_name(&definition.value);
    let reads = definition.value.kind() == SyntaxKind::NODE_SELECT && !value.contains('\n');
    reads.then(|| search::binding_of_value(scene, &name, value.trim()))?
}

/// The same where an expression that fails reads the value: `if h.resolved then …`.
fn cell_in_expression(scene: &Scene, first: &Label) -> Option<Label> {
    let (_, found) = scene.failure.message.split_once(" but found ")?;
    let (_, value) = found.split_once(": ")?;
    let source = Source::parse(&first.file, first.source.clone()).ok()?;
    let token = source.root.token_at_offset(u32::try_from(first.span.start).ok()?.into()).right_biased()?;
    let expression = token.parent_ancestors().find(|node| node.kind() != SyntaxKind::NODE_IDENT)?;
    let reads = expression.descendants().filter(|node| node.kind() == SyntaxKind::NODE_SELECT);
    { reads }.find_map(|read| search::binding_of_value(scene, &crate::syntax::body::last_name(&read), value.trim()))
}
