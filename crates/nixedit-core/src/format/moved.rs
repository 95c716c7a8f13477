//! Part of a file as if it stood alone, and back.

use crate::edit::render;

/// A part of a file whose first line stands at `indent`, moved left so that it starts in column 1.
/// `None` where a line stands further left than `indent`, which no formatter leaves. Lines inside
/// `"…"` strings stay.
pub(super) fn to_margin(text: &str, indent: &str) -> Option<String> {
    if indent.is_empty() || !text.contains('\n') {
        return Some(text.to_owned());
    }
    let fixed = if may_hold_long_string(text) { render::fixed_ranges(text) } else { Vec::new() };
    let mut out = String::with_capacity(text.len());
    let mut offset = 0;
    for (index, line) in text.split('\n').enumerate() {
        if index > 0 {
            out.push('\n');
        }
        let inside = fixed.iter().any(|&(start, end)| start < offset && offset <= end);
        match line.strip_prefix(indent) {
            _ if index == 0 || inside => out.push_str(line),
            Some(rest) => out.push_str(rest),
            None if line.trim().is_empty() => out.push_str(line.trim_start_matches([' ', '\t'])),
            None => return None,
        }
        offset += line.len() + 1;
    }
    Some(out)
}

/// Whether a `"…"` string may hold a line break: a line with an odd number of quotes opens or
/// closes one. Cheap, and right where it says no.
fn may_hold_long_string(text: &str) -> bool {
    text.contains("\\\"") || text.lines().any(|line| line.bytes().filter(|&b| b == b'"').count() % 2 == 1)
}

/// A laid out text with every line but the first at `indent`, without its last line ending.
pub(super) fn to_place(text: &str, indent: &str) -> String {
    let newline = crate::text::newline(text);
    render::indented(text.trim_end(), indent, newline)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn there_and_back() {
        let text = "{\n    a = ''\n      x\n\n    '';\n    b = \"\n  y\";\n  }";
        let margin = to_margin(text, "  ").unwrap();
        assert_eq!(margin, "{\n  a = ''\n    x\n\n  '';\n  b = \"\n  y\";\n}");
        assert_eq!(to_place(&margin, "  "), text);
        assert_eq!(to_margin("{\n a = 1;\n  }", "  "), None);
        assert_eq!(to_margin("f \"\\\"\n\" {\n  }", "  ").as_deref(), Some("f \"\\\"\n\" {\n}"));
    }
}
