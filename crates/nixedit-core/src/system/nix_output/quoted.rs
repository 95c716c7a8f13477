//! What a message or a line of the trace names: paths, the option, near names.

use super::{NixPlace, Origin};

/// Words in front of the name that a package has now.
const RENAMED: &[&str] = &["renamed to", "replaced by", "replaced with", "in favor of", "in favour of"];

/// The old and the new name of a package, of a message that says that it has another one now.
pub fn renamed(message: &str) -> Option<(&str, &str)> {
    if !RENAMED.iter().any(|words| message.contains(words)) {
        return None;
    }
    let mut quoted = message.split('\'').skip(1).step_by(2);
    let (old, new) = (quoted.next()?, quoted.next()?);
    let is_name = |name: &str| !name.is_empty() && !name.contains(char::is_whitespace);
    (is_name(old) && is_name(new)).then_some((old, new))
}

/// A path that a text names, with the position written behind it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Quoted {
    /// The path as printed, without position.
    pub path: String,
    /// 1-based line.
    pub line: Option<usize>,
    /// 1-based column in bytes.
    pub column: Option<usize>,
}

impl Quoted {
    /// The same as a place.
    pub(super) fn place(&self, origin: Origin) -> NixPlace {
        NixPlace { path: self.path.clone(), line: self.line, column: self.column, origin }
    }
}

/// The absolute paths (`/…` or `«…»/…`) in `text`, in order: quoted with `` `…' ``, `'…'`, `"…"`,
/// or bare behind a blank.
pub fn quoted_paths(text: &str) -> Vec<Quoted> {
    let mut found = Vec::new();
    let mut before = ' ';
    let mut rest = text;
    while let Some(c) = rest.chars().next() {
        let opens = matches!(before, '`' | '\'' | '"') || before.is_whitespace();
        let length = if opens && (c == '/' || c == '«') { path_length(rest, before) } else { 0 };
        if length > 1 {
            let (path, position) = split_position(&rest[..length]);
            let path = path.trim_end_matches(':').to_owned();
            found.push(Quoted { path, line: position.map(|p| p.0), column: position.and_then(|p| p.1) });
        }
        let step = length.max(c.len_utf8());
        before = rest[..step].chars().next_back().unwrap_or(' ');
        rest = &rest[step..];
    }
    found
}

/// A text with the flake's own paths as `relative` gives them; where a function of an input lies is left
/// out.
pub fn with_own_paths(text: &str, relative: &dyn Fn(&str) -> Option<String>) -> String {
    let mut out = text.to_owned();
    for quoted in quoted_paths(text) {
        match relative(&quoted.path) {
            Some(own) if own.is_empty() => {}
            Some(own) => out = out.replace(&quoted.path, &own),
            None => {
                let position = [quoted.line, quoted.column].iter().flatten().map(|n| format!(":{n}")).collect::<String>();
                for word in [" at ", " in "] {
                    out = out.replace(&format!("{word}{}{position}", quoted.path), "");
                }
            }
        }
    }
    out
}

/// How many bytes of `rest` belong to the path that starts there. Inside quotes it may hold
/// blanks; bare it ends at the first one behind its `«…»`.
fn path_length(rest: &str, opening: char) -> usize {
    let line = rest.lines().next().unwrap_or_default();
    let skipped = if rest.starts_with('«') { line.find('»').map_or(line.len(), |at| at + '»'.len_utf8()) } else { 0 };
    let ends = |c: char| match opening {
        '`' | '\'' => c == '\'',
        '"' => c == '"',
        _ => c.is_whitespace() || c == ',',
    };
    line[skipped..].find(ends).map_or(line.len(), |at| skipped + at)
}

/// Cuts `:line` or `:line:column` off the end of a printed place.
pub(super) fn split_position(place: &str) -> (&str, Option<(usize, Option<usize>)>) {
    let number = |text: &str| -> Option<usize> { text.parse().ok().filter(|_| text.bytes().all(|b| b.is_ascii_digit())) };
    let place = place.strip_suffix(':').unwrap_or(place);
    let Some((head, last)) = place.rsplit_once(':') else { return (place, None) };
    let Some(last) = number(last) else { return (place, None) };
    match head.rsplit_once(':').and_then(|(path, line)| Some((path, number(line)?))) {
        Some((path, line)) => (path, Some((line, Some(last)))),
        None => (head, Some((last, None))),
    }
}

/// The text between the first `open` and the next `close` behind it.
pub fn between<'t>(text: &'t str, open: &str, close: &str) -> Option<&'t str> {
    let (_, rest) = text.split_once(open)?;
    rest.split_once(close).map(|(inside, _)| inside)
}

/// The option that a message of the module system is about.
pub(super) fn option(message: &str) -> Option<String> {
    let after = ["The option `", "for option `", "option definition `", "The unique option `"];
    let option = after.iter().find_map(|open| between(message, open, "'"))?;
    Some(option.to_owned())
}

/// The path that a message about a missing file names; relative for messages about a repository.
pub(super) fn missing_path(message: &str) -> Option<String> {
    let first = message.lines().next().unwrap_or_default();
    let lower = first.to_lowercase();
    let opens = ["getting status of '", "opening file '", "reading file '", "reading directory '", "path '", "file '", "'"];
    let absent = ["no such file", "does not exist", "is not tracked by git", "not a directory"].iter().any(|end| lower.contains(end));
    let open = opens.iter().find(|open| lower.starts_with(**open)).filter(|_| absent && !lower.contains("option"))?;
    // `to_lowercase` keeps the length of these ASCII beginnings.
    let (path, _) = first.get(open.len()..)?.split_once('\'')?;
    let looks_like_path = path.starts_with(['/', '«']) || lower.contains(" git");
    (looks_like_path && !path.is_empty()).then(|| path.to_owned())
}

/// The names of the last "Did you mean a?" or "Did you mean one of a, b or c?".
pub(super) fn suggestions(rendering: &str) -> Vec<String> {
    let mut last = rendering.lines().rev().filter_map(|line| line.trim().strip_prefix("Did you mean "));
    let Some(line) = last.next() else { return Vec::new() };
    let line = line.trim_end_matches('?');
    let line = line.strip_prefix("one of ").unwrap_or(line);
    let names = line.split(", ").flat_map(|part| part.split(" or "));
    let bare = names.map(|name| name.trim().trim_start_matches(['`', '\'']).trim_end_matches('\''));
    bare.filter(|name| !name.is_empty()).map(str::to_owned).collect()
}
