//! `fmt`: whole files, because somebody asked for it.

use super::{guard, is_fixed, program, raw};
use crate::diagnostic::{Code, Diagnostic, Result};
use crate::project::Project;
use crate::settings::Formatter;
use crate::syntax::parse::Source;
use crate::system::command::Cancel;
use crate::system::git::Repository;

/// A file as `formatter` lays it out: nixfmt in process, the others by their programs. Without `force`
/// the file must have been a fixed point when it was last committed, or be a new one: else its layout
/// is somebody's own (`format.unclean`). Output that is other code is refused (`format.unsafe`).
pub fn whole(project: &Project, path: &str, formatter: Formatter, force: bool) -> Result<String> {
    let source = project.source(path)?;
    let text = match formatter {
        Formatter::Nixfmt => raw(formatter, &source.text).ok_or_else(|| refused(&source, formatter, "refuses it"))?,
        _ => program::format(formatter, &source.text)?,
    };
    if *text == *source.text {
        return Ok(text);
    }
    if !guard::same(&source.text, &text) {
        return Err(refused(&source, formatter, "would change more than its layout"));
    }
    if !force && !was_fixed(project, &source, formatter)? {
        let message = format!("{path} was not laid out by {} before it was edited", formatter.name());
        return Err(Diagnostic::new(Code::FormatUnclean, message).help(format!("lay all of it out with: nixedit fmt --force {path}")));
    }
    Ok(text)
}

fn refused(source: &Source, formatter: Formatter, what: &str) -> Box<Diagnostic> {
    Diagnostic::new(Code::FormatUnsafe, format!("{} {what}: {}", formatter.name(), source.path))
        .help("nothing was changed; lay this file out by hand")
}

/// Whether the committed text was a fixed point. A file that is not committed has no layout to keep; one
/// outside any repository has only the one it has.
fn was_fixed(project: &Project, source: &Source, formatter: Formatter) -> Result<bool> {
    let Some(repository) = Repository::of(project.root(), &Cancel::default())? else { return Ok(false) };
    match repository.committed(&source.path)? {
        None => Ok(true),
        Some(bytes) => Ok(String::from_utf8(bytes)
            .is_ok_and(|text| Source::parse(&source.path, text.as_str().into()).is_ok() && is_yours(formatter, &text))),
    }
}

fn is_yours(formatter: Formatter, text: &str) -> bool {
    match formatter {
        Formatter::Nixfmt => is_fixed(formatter, text),
        _ => program::format(formatter, text).is_ok_and(|out| out == text),
    }
}
