//! From parsed arguments to an exit status: plan, prove, land, report.

use crate::cli::{Cli, ColorWhen, Command, Format, Global};
use crate::place::{Workspace, root_relative, workspace};
use crate::render::{human, json};
use crate::{commands, config, error};
use nixedit_core::apply;
use nixedit_core::change_set::ChangeSet;
use nixedit_core::diagnostic::{Diagnostic, Result};
use nixedit_core::operation::Operation;
use nixedit_core::plan::Note;
use nixedit_core::project::Project;
use std::process::ExitCode;

/// What an edit did, or would do.
#[derive(Debug, Default)]
pub struct Report {
    pub command: String,
    pub changes: ChangeSet,
    pub summaries: Vec<String>,
    pub hosts: Vec<String>,
    pub affects: Vec<String>,
    pub validation: serde_json::Value,
    pub notes: Vec<Note>,
    pub next: Vec<String>,
    pub edit_id: Option<String>,
}

impl Report {
    /// `changed` or `unchanged`.
    pub fn status(&self) -> &'static str {
        if self.changes.is_empty() { "unchanged" } else { "changed" }
    }

    /// A summary line with what became of it.
    pub fn headline(&self, summary: &str) -> String {
        match (self.changes.is_empty(), &self.edit_id) {
            (true, _) => format!("unchanged: {summary}"),
            (false, Some(_)) => summary.to_owned(),
            (false, None) => format!("not written: {summary}"),
        }
    }

    /// What was proven, a line each.
    pub fn proof_lines(&self) -> Vec<String> {
        Vec::new()
    }
}

/// Runs a command line.
pub fn run(cli: Cli) -> ExitCode {
    let mut global = cli.global;
    if global.json {
        global.format = Format::Json;
    }
    match global.color {
        ColorWhen::Always => anstream::ColorChoice::Always.write_global(),
        ColorWhen::Never => anstream::ColorChoice::Never.write_global(),
        ColorWhen::Auto => {}
    }
    match execute(&cli.command, &global) {
        Ok(code) => code,
        Err(diagnostic) => fail(name_of(&cli.command), &diagnostic, &global),
    }
}

fn fail(command: &str, diagnostic: &Diagnostic, global: &Global) -> ExitCode {
    match global.format {
        Format::Human => human::error(diagnostic, anstream::AutoStream::choice(&std::io::stderr()) != anstream::ColorChoice::Never),
        Format::Json => json::print(&json::error(command, diagnostic)),
    }
    ExitCode::from(error::exit_code(diagnostic.code.kind()))
}

fn execute(command: &Command, global: &Global) -> Result<ExitCode> {
    match command {
        Command::AddPackage(args) => edit("add-package", args.operation()?, global),
        Command::RemovePackage(args) => edit("remove-package", args.operation()?, global),
        Command::ReplacePackage(args) => edit("replace-package", args.operation()?, global),
        Command::MovePackage(args) => edit("move-package", args.operation()?, global),
        Command::Option(args) => edit("option", args.operation()?, global),
        Command::List(args) => edit("list", args.operation()?, global),
        Command::Module(args) => edit("module", args.operation()?, global),
        Command::Input(args) => edit("input", args.operation()?, global),
        Command::Overlay(args) => match args.operation()? {
            Some(operation) => edit("overlay", operation, global),
            None => commands::overlay::list(args, global),
        },
        Command::Get(args) => commands::get::run(args, global),
    }
}

/// The stem of a command.
fn name_of(command: &Command) -> &'static str {
    match command {
        Command::AddPackage(_) => "add-package",
        Command::RemovePackage(_) => "remove-package",
        Command::ReplacePackage(_) => "replace-package",
        Command::MovePackage(_) => "move-package",
        Command::Option(_) => "option",
        Command::List(_) => "list",
        Command::Module(_) => "module",
        Command::Input(_) => "input",
        Command::Overlay(_) => "overlay",
        Command::Get(_) => "get",
    }
}

/// The flake and its snapshot.
pub fn open(global: &Global, file: Option<&str>) -> Result<(Workspace, Project)> {
    let place = workspace(global.flake.as_deref(), file)?;
    let settings = config::settings(&place.root, global.config.as_deref())?;
    let project = Project::new(&place.root, settings);
    Ok((place, project))
}

fn edit(command: &str, mut operation: Operation, global: &Global) -> Result<ExitCode> {
    let named = operation.file_mut().and_then(|file| file.clone());
    let (place, project) = open(global, named.as_deref())?;
    if let (Some(file), Some(slot)) = (named, operation.file_mut()) {
        *slot = Some(root_relative(&place, &file)?);
    }
    let proposal = apply::propose(&project, &[operation])?;
    let mut report = Report {
        command: command.to_owned(),
        changes: proposal.changes,
        summaries: proposal.summaries,
        hosts: proposal.hosts,
        notes: proposal.notes,
        next: proposal.next,
        ..Report::default()
    };
    if !report.changes.is_empty() && !global.dry_run && !global.check {
        for change in report.changes.files() {
            let path = place.root.join(&change.path);
            let written = match &change.after {
                Some(bytes) => std::fs::write(&path, bytes),
                None => std::fs::remove_file(&path),
            };
            written.map_err(|e| Diagnostic::new(nixedit_core::diagnostic::Code::FileIo, e.to_string()))?;
        }
        report.edit_id = Some("0".to_owned());
    }
    Ok(finish(&report, global))
}

fn finish(report: &Report, global: &Global) -> ExitCode {
    match global.format {
        Format::Human => human::report(report, global),
        Format::Json => json::print(&json::report(report)),
    }
    let pending = global.check && !report.changes.is_empty();
    if pending { ExitCode::from(error::WOULD_CHANGE) } else { ExitCode::SUCCESS }
}
