//! Text that fits a terminal.

/// Widest line; it may be indented once by two.
pub const WIDTH: usize = 78;

/// Text on one line.
pub fn one_line(text: &str) -> String {
    text.split_whitespace().collect::<Vec<_>>().join(" ")
}

/// At most so many characters; what is left out is shown as `…`.
pub fn cut(text: &str, width: usize) -> String {
    if text.chars().count() <= width { text.to_owned() } else { text.chars().take(width.saturating_sub(1)).collect::<String>() + "…" }
}

/// One line of at most [`WIDTH`] characters: a lead that stays whole, and text that is cut.
pub fn fitted(lead: &str, text: &str) -> String {
    let room = WIDTH.saturating_sub(lead.chars().count()).max(20);
    format!("{lead}{}", cut(&one_line(text), room)).trim_end().to_owned()
}

/// A line, and its remarks: behind it where they fit, else on a line of their own.
pub fn remarked(line: &str, remarks: &[String]) -> String {
    let remarks = one_line(&remarks.join("; "));
    match line.chars().count() + 4 + remarks.chars().count() {
        _ if remarks.is_empty() => format!("{line}\n"),
        0..=WIDTH => format!("{line}  ({remarks})\n"),
        _ => format!("{line}\n{}\n", fitted("    ", &format!("({remarks})"))),
    }
}

/// Words with `, ` between them on lines of at most [`WIDTH`] characters, each behind `lead`.
pub fn words(lead: &str, words: &[String]) -> String {
    let mut out = String::new();
    let mut line = lead.to_owned();
    for (index, word) in words.iter().enumerate() {
        let word = format!("{word}{}", if index + 1 < words.len() { "," } else { "" });
        if line.len() > lead.len() && line.chars().count() + 1 + word.chars().count() > WIDTH {
            out.push_str(line.trim_end());
            out.push('\n');
            line = lead.to_owned();
        }
        if line.len() > lead.len() {
            line.push(' ');
        }
        line.push_str(&word);
    }
    out + line.trim_end() + "\n"
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lines_fit() {
        let many: Vec<String> = (0..60).map(|n| format!("package{n}")).collect();
        let text = words("    ", &many);
        assert!(text.lines().all(|line| line.chars().count() <= WIDTH && line.starts_with("    package")));
        assert_eq!(text.matches("package").count(), 60);
        assert_eq!(fitted("a.nix:3  ", &"x ".repeat(100)).chars().count(), WIDTH);
    }
}
