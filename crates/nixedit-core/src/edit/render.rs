//! Writing an expression at an indentation.

use rnix::SyntaxKind::*;

/// `text` (one expression or binding, its first line unindented) with every further line moved
/// right by `indent`. Lines inside `"…"` strings stay, since their blanks are content; inside
/// `''…''` strings all lines move alike, which Nix strips again (manual, "Indented string").
pub fn indented(text: &str, indent: &str, newline: &str) -> String {
    if !text.contains('\n') {
        return text.to_owned();
    }
    let fixed = fixed_ranges(text);
    let mut out = String::with_capacity(text.len() + 64);
    let mut offset = 0;
    for (index, line) in text.split('\n').enumerate() {
        if index > 0 {
            out.push_str(newline);
            let inside = fixed.iter().any(|&(start, end)| start < offset && offset <= end);
            if !inside && !line.trim().is_empty() {
                out.push_str(indent);
            }
        }
        out.push_str(line.strip_suffix('\r').unwrap_or(line));
        offset += line.len() + 1;
    }
    out
}

/// The byte ranges of `"…"` strings.
pub fn fixed_ranges(text: &str) -> Vec<(usize, usize)> {
    let root = rnix::Root::parse(text).syntax();
    let strings = root.descendants().filter(|n| n.kind() == NODE_STRING && n.text().char_at(0.into()) == Some('"'));
    strings.map(|n| n.text_range()).map(|r| (r.start().into(), r.end().into())).collect()
}

/// The width of one indentation step of a file: the smallest difference seen between a line and
/// the next deeper one, two blanks where none is seen. Tabs win where lines start with them.
pub fn indent_unit(text: &str) -> String {
    let mut counts = [0usize; 9];
    let mut previous = 0;
    for line in text.lines().take(400).filter(|l| !l.trim().is_empty()) {
        if line.starts_with('\t') {
            return "\t".to_owned();
        }
        let width = line.len() - line.trim_start_matches(' ').len();
        if width > previous && width - previous <= 8 {
            counts[width - previous] += 1;
        }
        previous = width;
    }
    let best = (1..=8).max_by_key(|&width| (counts[width], 9 - width)).filter(|&width| counts[width] > 0);
    " ".repeat(best.unwrap_or(2))
}

/// New code, which is written with two blanks a step, with steps of `unit`. What has other steps, as
/// code that is copied, is left alone; so is what holds a text of several lines, whose blanks are content.
pub fn with_unit(text: &str, unit: &str) -> String {
    let blanks = |line: &str| line.len() - line.trim_start_matches(' ').len();
    let inner = || text.lines().skip(1).filter(|line| !line.trim().is_empty());
    let in_twos = inner().all(|line| blanks(line) % 2 == 0 && !line.trim_start_matches(' ').starts_with('\t'));
    if unit == "  " || !in_twos || !inner().any(|line| blanks(line) == 2) || holds_lines_of_text(text) {
        return text.to_owned();
    }
    let stepped = |line: &str| format!("{}{}", unit.repeat(blanks(line) / 2), line.trim_start_matches(' '));
    text.split('\n')
        .enumerate()
        .map(|(index, line)| if index == 0 { line.to_owned() } else { stepped(line) })
        .collect::<Vec<_>>()
        .join("\n")
}

fn holds_lines_of_text(text: &str) -> bool {
    let root = rnix::Root::parse(text).syntax();
    root.descendants().any(|node| node.kind() == NODE_STRING && node.text().contains_char('\n'))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_plain_strings_keep_their_lines() {
        assert_eq!(indented("{\n  a = ''\n    x\n\n  '';\n}", "  ", "\n"), "{\n    a = ''\n      x\n\n    '';\n  }");
        assert_eq!(indented("f \"a\nb\"\n  c", "  ", "\r\n"), "f \"a\r\nb\"\r\n    c");
    }

    #[test]
    fn new_code_takes_the_steps_of_its_file() {
        let new = "(final: prev: {\n  a = f {\n    b = 1;\n  };\n})";
        assert_eq!(with_unit(new, "\t"), "(final: prev: {\n\ta = f {\n\t\tb = 1;\n\t};\n})");
        assert_eq!(with_unit(new, "    "), new.replace("  ", "    "));
        for own in ["{\n    a = {\n        b = 1;\n    };\n}", "{\n  a = ''\n    b\n  '';\n}", "{\n\ta = 1;\n}"] {
            assert_eq!(with_unit(own, "\t"), own);
        }
    }

    #[test]
    fn the_unit_is_what_most_lines_use() {
        assert_eq!(indent_unit("{\n    a = {\n        b = 1;\n    };\n}"), "    ");
        assert_eq!(indent_unit("{ }"), "  ");
        assert_eq!(indent_unit("{\n\ta = 1;\n}"), "\t");
    }
}
