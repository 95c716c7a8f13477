//! The lines of a file around a label, drawn by miette.

use miette::{GraphicalReportHandler, GraphicalTheme, LabeledSpan, MietteDiagnostic, NamedSource, Report};
use nixedit_core::diagnostic::Label;
use nixedit_core::text::line_span;

/// Lines longer than this are named, not shown.
const MAX_LINE: usize = 400;
/// Labels drawn at the most; the rest is listed by line.
const MAX_LABELS: usize = 5;

/// All labels: those of one file in one picture.
pub fn draw(labels: &[Label], colour: bool) -> String {
    let mut out = String::new();
    let mut files: Vec<&str> = Vec::new();
    for label in labels {
        if !files.contains(&label.file.as_str()) {
            files.push(&label.file);
        }
    }
    for file in files {
        let here: Vec<&Label> = labels.iter().filter(|label| label.file == file).collect();
        let shown: Vec<&Label> = here.iter().copied().filter(|label| fits(label)).take(MAX_LABELS).collect();
        if let Some(first) = shown.first() {
            out.push_str(&picture(first, &shown, colour));
        }
        for label in here.iter().filter(|label| !shown.iter().any(|s| std::ptr::eq(*s, **label))) {
            out.push_str(&format!("   at {}:{}\n", label.file_line(), label.position().column));
        }
    }
    out
}

fn fits(label: &Label) -> bool {
    let span = line_span(&label.source, label.position().line);
    span.is_some_and(|span| span.len() <= MAX_LINE)
}

fn picture(first: &Label, labels: &[&Label], colour: bool) -> String {
    let source: String = first.source.chars().map(|c| if c.is_control() && c != '\n' && c != '\t' { ' ' } else { c }).collect();
    let spans = labels.iter().map(|label| {
        let start = floor(&source, label.span.start.min(source.len().saturating_sub(1)));
        let line_end = source[start..].find('\n').map_or(source.len(), |at| start + at);
        let end = floor(&source, label.span.end.min(line_end).max(start));
        let text = (!label.message.is_empty()).then(|| label.message.clone());
        LabeledSpan::new(text, start, end - start)
    });
    let diagnostic = MietteDiagnostic::new("x").with_labels(spans);
    let report = Report::new(diagnostic).with_source_code(NamedSource::new(&first.file, source.clone()));
    let theme = if colour { GraphicalTheme::unicode() } else { GraphicalTheme::unicode_nocolor() };
    let mut text = String::new();
    if GraphicalReportHandler::new_themed(theme).with_context_lines(1).render_report(&mut text, report.as_ref()).is_err() {
        return format!("   at {}\n", first.file_line());
    }
    // The headline is ours; miette's own ends where the picture begins.
    let picture = text.lines().skip_while(|line| !line.contains('╭'));
    // A carriage return is drawn as a blank, which a line of its own does not need at its end.
    let drawn = |line: &str| if first.source.contains('\r') { line.trim_end().to_owned() } else { line.to_owned() };
    let picture = picture.map(|line| format!("{}\n", drawn(line)));
    picture.collect()
}

fn floor(text: &str, mut at: usize) -> usize {
    while at > 0 && !text.is_char_boundary(at) {
        at -= 1;
    }
    at
}
