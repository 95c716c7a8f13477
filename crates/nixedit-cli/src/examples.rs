//! The command lines that helps and explanations show are taken by the program itself.

use crate::cli::Cli;
use clap::{CommandFactory, Parser};
use nixedit_core::diagnostic::Code;

/// A command line as a shell splits it, from `nixedit` to a `|` or to a remark behind two blanks.
fn words(line: &str) -> Vec<String> {
    let line = line.split("  ").next().unwrap_or(line);
    let (mut out, mut word, mut quote) = (Vec::new(), None::<String>, None);
    for c in line[line.find("nixedit").unwrap_or(0)..].chars() {
        match (quote, c) {
            (Some(q), c) if c == q => quote = None,
            (None, '\'' | '"') => {
                quote = Some(c);
                word.get_or_insert_default();
            }
            (None, '|' | '>') => break,
            (None, c) if c.is_whitespace() => out.extend(word.take()),
            (_, c) => word.get_or_insert_default().push(c),
        }
    }
    out.extend(word);
    out
}

fn examples(command: &clap::Command, wrong: &mut Vec<String>) {
    let help = command.get_after_help().map(ToString::to_string).unwrap_or_default();
    let (leaf, hidden) = (command.get_subcommands().next().is_none(), command.is_hide_set());
    let lines: Vec<&str> = help.lines().filter(|line| line.trim_start() != *line && line.contains("nixedit ")).collect();
    if leaf && !hidden && lines.is_empty() {
        wrong.push(format!("{} shows no example", command.get_name()));
    }
    for line in lines {
        if let Err(error) = Cli::try_parse_from(words(line.trim())) {
            wrong.push(format!("{line}\n{error}"));
        }
    }
    command.get_subcommands().filter(|inner| inner.get_name() != "help").for_each(|inner| examples(inner, wrong));
}

#[test]
fn every_command_shows_examples_that_it_takes() {
    let mut wrong = Vec::new();
    examples(&Cli::command(), &mut wrong);
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}
#[test]
fn explanations_name_commands_that_exist() {
    for code in Code::ALL {
        let text = format!("{} {}", code.meaning(), code.remedy());
        for quoted in text.split('`').skip(1).step_by(2).filter(|quoted| quoted.contains("nixedit ")) {
            let parsed = Cli::try_parse_from(words(quoted));
            assert!(parsed.is_ok(), "{code}: {quoted}\n{}", parsed.err().map(|e| e.to_string()).unwrap_or_default());
        }
    }
}
