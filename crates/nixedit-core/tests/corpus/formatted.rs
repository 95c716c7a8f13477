//! Law 5, on top of an edit that obeys the others: a file that was a formatter's fixed point is one
//! after, and only blanks (and what a formatter may change beside them) were moved for it. A file that
//! was none is edited as if there were no formatter.

use crate::bytes::middle;
use crate::file::File;
use crate::laws;
use crate::pick::{Effect, Trial};
use crate::sites::Sites;
use nixedit_core::format::{guard, is_fixed};
use nixedit_core::settings::Formatter;
use nixedit_core::syntax::{SyntaxNode, span};
use nixedit_core::text::position;
use std::sync::Arc;

const FORMATTERS: [Formatter; 2] = [Formatter::Nixfmt, Formatter::NixpkgsFmt];

/// `plain` is the text after the edit that no formatter saw. The exception, if one was made.
pub fn hold(file: &File, trial: &Trial, plain: &Arc<str>) -> Result<Option<&'static str>, String> {
    let own: Vec<Formatter> = FORMATTERS.into_iter().filter(|formatter| is_fixed(*formatter, file.text())).collect();
    let kept = file.kept_formatted().map_err(|error| format!("law 5: {error}"))?;
    let text = kept.after(&trial.ask).map_err(|error| format!("law 5: refused where its file is kept formatted: {error}"))?;
    if text != *plain && (own.is_empty() || !guard::same(plain, &text)) {
        return Err("law 5: laid out again without need, or more than blanks changed".to_owned());
    }
    // A small file may be the fixed point of several by chance: of one it stays one.
    if !own.is_empty() && !own.iter().any(|formatter| is_fixed(*formatter, &text)) {
        return Ok(Some("law 5: its formatter would have it otherwise, and a note says so"));
    }
    if text == *plain { Ok(None) } else { again_and_back(&kept, trial, &text) }
}

/// Laws 2 and 3 of what was laid out.
fn again_and_back(kept: &File, trial: &Trial, text: &Arc<str>) -> Result<Option<&'static str>, String> {
    let after = kept.with(text).map_err(|error| format!("law 4: {error}"))?;
    // Lines above the place may have been broken too: the line that tells it is another then.
    let Some(line) = moved_line(kept.text(), &after, trial) else { return Ok(Some("laid out, and no line tells its place again")) };
    if trial.again && after.after(&trial.ask.at_line(line)).map_err(|error| format!("law 2: doing it again is refused: {error}"))? != *text
    {
        return Err("law 2: doing it again changes more (laid out)".to_owned());
    }
    let Some(back) = &trial.back else { return Ok(None) };
    let back = after.after(&back.at_line(line)).map_err(|error| format!("law 3: the way back is refused: {error}"))?;
    match *back == *kept.text() {
        true => Ok(None),
        false if guard::same(kept.text(), &without_comment(&back, trial)) => {
            Ok(Some("what its formatter opened up over several lines stays so"))
        }
        false => {
            let (was, is) = middle(kept.text(), &back);
            let exception = laws::exception(kept.text(), was, is, trial);
            exception.map(Some).ok_or_else(|| "law 3: there and back is more than another layout (laid out)".to_owned())
        }
    }
}

/// The line on which what is worked on begins after the edit: as many signs stand before it. None where
/// another list or set of its path begins there too.
fn moved_line(before: &str, after: &File, trial: &Trial) -> Option<usize> {
    let start = match (trial.within, trial.effect) {
        (Some(within), _) | (None, Effect::Replaces(within)) => within.start,
        _ => return None,
    };
    let signs = before[..start].chars().filter(|c| !c.is_whitespace()).count();
    let (at, sign) = after.text().char_indices().filter(|(_, c)| !c.is_whitespace()).nth(signs)?;
    let sites = Sites::of(after);
    let told = |node: &SyntaxNode| span(node).start == at;
    let is_told = trial.within.is_none() || sites.lists.iter().chain(&sites.sets).any(|site| told(&site.node));
    (before[start..].starts_with(sign) && is_told).then(|| position(after.text(), at).line)
}

/// Without the words that were asked for, which stay as a heading.
fn without_comment(text: &str, trial: &Trial) -> String {
    let asked_for = |line: &str| trial.kind.ends_with("--comment") && line.trim().starts_with("# why it is");
    text.split_inclusive('\n').filter(|line| !asked_for(line)).collect()
}
