//! From parsed arguments to an exit status: which command does what.

use crate::cli::{Cli, ColorWhen, Command, Format, Global};
use crate::place::root;
use crate::render::{human, json};
use crate::terminal::Terminal;
use crate::{commands, duration, edit, error};
use nixedit_core::diagnostic::{Code, Diagnostic, Result};
use nixedit_core::operation::Operation;
use nixedit_core::project::Project;
use nixedit_core::validate::Level;
use nixedit_core::workspace::{Options, Workspace};
use std::path::{Path, PathBuf};
use std::process::ExitCode;
use std::sync::Arc;

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
        Format::Human => human::error(diagnostic, global),
        Format::Json => json::print(&json::error(command, diagnostic)),
    }
    ExitCode::from(error::exit_code(diagnostic.code.kind()))
}

fn execute(command: &Command, global: &Global) -> Result<ExitCode> {
    match operations(command, global)? {
        Some(operations) => edit::run(name_of(command), operations, global),
        None => look(command, global),
    }
}

/// The operations that a command line asks for; `None` where it looks, or does what is no edit of files.
pub fn operations(command: &Command, global: &Global) -> Result<Option<Vec<Operation>>> {
    let one = |operation: Operation| Ok(Some(vec![operation]));
    let maybe = |operation: Option<Operation>| Ok(operation.map(|operation| vec![operation]));
    match command {
        Command::AddPackage(args) => args.operations().map(Some),
        Command::RemovePackage(args) => one(args.operation()?),
        Command::ReplacePackage(args) => one(args.operation()?),
        Command::MovePackage(args) => one(args.operation()?),
        Command::Option(args) => one(args.operation()?),
        Command::List(args) => one(args.operation()?),
        Command::Module(args) => one(args.operation()?),
        Command::Hostlist(args) => one(args.operation()?),
        Command::Input(args) => maybe(args.operation()),
        Command::Update(args) => one(args.operation()),
        Command::Perhost(args) => maybe(args.operation()?),
        Command::Overlay(args) => Ok(Some(args.operations()?).filter(|operations| !operations.is_empty())),
        Command::Secret(args) => maybe(args.operation(global)?),
        Command::Activation(args) => maybe(args.operation()?),
        Command::Derivation(args) => maybe(args.operation(global)?),
        Command::File(args) => one(args.operation(global)?),
        Command::Init(args) => one(args.operation()),
        Command::Program(args) => one(args.operation()),
        Command::Skill(args) => maybe(args.operation()),
        Command::McpServer(args) => maybe(args.operation()),
        Command::Hm(args) => one(args.operation()?),
        Command::Shell(args) => one(args.operation()),
        Command::Check(args) => one(args.operation()),
        Command::Formatter(args) => one(args.operation()),
        Command::Fmt(args) => one(args.operation(global)?),
        Command::Hosts(args) => maybe(args.operation()),
        _ => Ok(None),
    }
}

fn look(command: &Command, global: &Global) -> Result<ExitCode> {
    match command {
        Command::Input(args) => commands::input_list::run(args, global),
        Command::Perhost(args) => args.look(global),
        Command::Overlay(args) => commands::overlay::list(args, global),
        Command::Secret(_) => commands::secret::list(global),
        Command::Activation(args) => args.look(global),
        Command::Derivation(args) => args.look(global),
        Command::New(args) => args.run(global),
        Command::Skill(args) => args.look(global),
        Command::McpServer(args) => args.look(global),
        Command::Get(args) => commands::get::run(args, global),
        Command::ListPackages(args) => commands::list_packages::run(args, global),
        Command::Inspect(args) => commands::inspect::run(args, global),
        Command::Where(args) => commands::r#where::run(args, global),
        Command::Hosts(args) => commands::hosts::run(args, global),
        Command::Validate(args) => commands::validate::run(args, global),
        Command::Lint(args) => commands::lint::run(args, global),
        Command::Apply(args) => commands::apply::run(args, global),
        Command::Rollback(args) => commands::rollback::run(args, global),
        Command::Gc(args) => commands::gc::run(args, global),
        Command::Profile(args) => commands::profile::run(args, global),
        Command::Batch(args) => commands::batch::run(args, global),
        Command::Undo(args) => commands::undo::run(args, global),
        Command::Redo(args) => commands::redo::run(args, global),
        Command::Log(args) => commands::log::run(args, global),
        Command::Show(args) => commands::show::run(args, global),
        Command::Diff(args) => commands::diff::run(args, global),
        Command::Discover(args) => commands::discover::run(args, global),
        Command::Explain(args) => commands::explain::run(args, global),
        Command::Mcp(args) => commands::mcp::run(args, global),
        Command::Schema(args) => commands::schema::run(args),
        Command::Completions(args) => commands::completions::run(args),
        Command::Man(args) => commands::man::run(args),
        _ => Err(Diagnostic::new(Code::ResultBroken, format!("{} did nothing", name_of(command)))),
    }
}

/// The stem of a command.
fn name_of(command: &Command) -> &'static str {
    match command {
        Command::AddPackage(_) => "add-package",
        Command::RemovePackage(_) => "remove-package",
        Command::ReplacePackage(_) => "replace-package",
        Command::MovePackage(_) => "move-package",
        Command::Option(commands::option::Command::Set(_)) => "option set",
        Command::Option(commands::option::Command::Unset(_)) => "option unset",
        Command::Option(commands::option::Command::Declare(_)) => "option declare",
        Command::Option(commands::option::Command::EnumAdd(_)) => "option enum-add",
        Command::List(commands::list::Command::Add(_)) => "list add",
        Command::List(commands::list::Command::Remove(_)) => "list remove",
        Command::List(commands::list::Command::Replace(_)) => "list replace",
        Command::Module(commands::module::Command::Import(_)) => "module import",
        Command::Module(commands::module::Command::New(_)) => "module new",
        Command::Module(commands::module::Command::Unimport(_)) => "module unimport",
        Command::Input(args) => args.name(),
        Command::Update(_) => "update",
        Command::Perhost(args) => args.name(),
        Command::Hostlist(commands::hostlist::Command::Add(_)) => "hostlist add",
        Command::Hostlist(commands::hostlist::Command::Remove(_)) => "hostlist remove",
        Command::Overlay(args) => args.name(),
        Command::Secret(commands::secret::Command::Add(_)) => "secret add",
        Command::Secret(commands::secret::Command::Remove(_)) => "secret remove",
        Command::Secret(commands::secret::Command::Recipients(_)) => "secret recipients",
        Command::Secret(commands::secret::Command::List(_)) => "secret list",
        Command::Activation(args) => args.name(),
        Command::Derivation(args) => args.name(),
        Command::File(args) => args.name(),
        Command::Init(_) => "init",
        Command::New(_) => "new",
        Command::Program(args) => args.name(),
        Command::Skill(args) => args.name(),
        Command::McpServer(args) => args.name(),
        Command::Hm(_) => "hm set",
        Command::Shell(args) => args.name(),
        Command::Check(args) => args.name(),
        Command::Formatter(_) => "formatter set",
        Command::Fmt(_) => "fmt",
        Command::Get(_) => "get",
        Command::Inspect(_) => "inspect",
        Command::Where(_) => "where",
        Command::ListPackages(_) => "list-packages",
        Command::Hosts(args) => args.name(),
        Command::Validate(_) => "validate",
        Command::Lint(_) => "lint",
        Command::Apply(_) => "apply",
        Command::Rollback(_) => "rollback",
        Command::Gc(_) => "gc",
        Command::Profile(args) => args.command.name(),
        Command::Batch(_) => "batch",
        Command::Undo(_) => "undo",
        Command::Redo(_) => "redo",
        Command::Log(_) => "log",
        Command::Show(_) => "show",
        Command::Diff(_) => "diff",
        Command::Discover(_) => "discover",
        Command::Explain(_) => "explain",
        Command::Mcp(_) => "mcp",
        Command::Schema(_) => "schema",
        Command::Completions(_) => "completions",
        Command::Man(_) => "man",
    }
}

/// The flake and its snapshot.
pub fn open(global: &Global, file: Option<&str>) -> Result<(Workspace, Project)> {
    let workspace = workspace(global, file)?;
    let project = workspace.project()?;
    Ok((workspace, project))
}

/// The flake that is meant, edited as the flags say. `file` is a file argument: it decides where no flake is found.
pub fn workspace(global: &Global, file: Option<&str>) -> Result<Workspace> {
    workspace_at(&root(global.flake.as_deref(), file)?, global)
}

/// This folder, edited as the flags say.
pub fn workspace_at(root: &Path, global: &Global) -> Result<Workspace> {
    let stated = global.validate.as_deref().map(str::parse).transpose()?;
    let mut options = Options::default();
    options.write = !global.dry_run && !global.check;
    options.level = if global.no_validate { Some(Level::Scope) } else { stated };
    options.timeout.clone_from(&global.timeout);
    options.wait = duration::parse(&global.wait)?;
    options.stage = !global.no_stage;
    options.settings_file.clone_from(&global.config);
    options.nix = nix_beside();
    Ok(Workspace::open(root)?.with_options(options).with_caller(Arc::new(Terminal::new(global))))
}

/// The nix that the project's own set-up unpacked.
pub fn nix_beside() -> Vec<PathBuf> {
    let nix = |exe: PathBuf| exe.ancestors().map(|dir| dir.join(".tools/nix/bin/nix")).find(|nix| nix.exists());
    std::env::current_exe().ok().and_then(nix).into_iter().collect()
}
