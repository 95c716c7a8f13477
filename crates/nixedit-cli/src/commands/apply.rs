//! `nixedit apply`, and `--apply` on an edit.

use super::place::HostArgs;
use crate::cli::{Format, Global};
use crate::render::json;
use crate::{confirm, duration, terminal};
use nixedit_core::deploy::{self, Action, Outcome, Planned};
use nixedit_core::diagnostic::{Code, Diagnostic, Result};
use nixedit_core::project::Project;
use nixedit_core::transaction;
use nixedit_core::workspace::Workspace;
use std::io::Write;
use std::process::ExitCode;

/// Deploy hosts: run the configured command, one host after the other, and stop at the first failure
///
/// The command is [apply] command of nixedit.toml (zcli deploy {host} without it; nh or nixos-rebuild where there is
/// no zcli). On a terminal it asks first; elsewhere it needs --yes. The report names the system generation that
/// each host had before, and the way back.
#[derive(Debug, clap::Args)]
#[command(after_help = "\
Examples:
  nixedit apply nxiz
  nixedit apply nxiz adeck --yes
  nixedit apply --all-hosts --dry")]
pub struct Args {
    #[command(flatten)]
    pub hosts: HostArgs,
    /// Run [apply] dry_command instead, which changes nothing
    #[arg(long)]
    pub dry: bool,
    /// The hosts
    #[arg(value_name = "HOST")]
    pub names: Vec<String>,
}

/// What became of the hosts, and the failure that ended it.
#[derive(Debug, Default)]
pub struct Applied {
    pub outcomes: Vec<Outcome>,
    pub error: Option<Box<Diagnostic>>,
}

pub fn run(args: &Args, global: &Global) -> Result<ExitCode> {
    let (workspace, project) = crate::run::open(global, None)?;
    transaction::recover(workspace.root(), duration::parse(&global.wait)?)?;
    let mut names: Vec<String> = args.names.iter().chain(&args.hosts.host).cloned().collect();
    let project = workspace.with_hosts(project, &names)?;
    if args.hosts.all_hosts {
        names = project.hosts()?.into_iter().map(|host| host.name).collect();
    }
    if names.is_empty() {
        let known: Vec<String> = project.hosts()?.into_iter().map(|host| host.name).collect();
        return Err(Diagnostic::new(Code::HostRequired, format!("which host? hosts of this flake: {}", known.join(", ")))
            .help("name it, or take all with --all-hosts")
            .candidates(known));
    }
    names.iter().try_for_each(|name| project.host(name).map(drop))?;
    let action = if args.dry { Action::Dry } else { Action::Apply };
    let planned = planned(&workspace, &project, action, &names)?;
    if action == Action::Apply {
        agree(&planned, &project, global)?;
    }
    let applied = hosts(&project, &planned, global)?;
    if let Some(flag) = applied.error.as_ref().filter(|_| args.dry).and_then(|error| unknown_flag(error)) {
        let _ = writeln!(anstream::stderr(), "note: {} has no {flag}; the whole systems are evaluated instead", planned[0].words[0]);
        let hosts = HostArgs { host: names, ..HostArgs::default() };
        return super::validate::run(&super::validate::Args { hosts, ..Default::default() }, global);
    }
    Ok(finish(&applied, action, global))
}

/// The flag that a command says it does not know.
fn unknown_flag(error: &Diagnostic) -> Option<String> {
    let message = error.message.to_lowercase();
    let unknown = ["unknown", "unrecognized", "unrecognised", "unexpected", "invalid"].iter().any(|word| message.contains(word));
    let word = error.message.split_whitespace().map(|word| word.trim_matches(|c: char| "'\"`():".contains(c)));
    word.filter(|word| word.starts_with("--")).find(|_| unknown).map(str::to_owned)
}

/// The commands of these hosts. Fails before any is run.
pub fn planned(workspace: &Workspace, project: &Project, action: Action, names: &[String]) -> Result<Vec<Planned>> {
    let path = std::env::var_os("PATH");
    names.iter().map(|name| deploy::planned(&project.settings().apply, action, name, workspace.root(), path.as_deref())).collect()
}

/// Asks whether the commands may run, unless the settings say that nobody wants to be asked.
pub fn agree(planned: &[Planned], project: &Project, global: &Global) -> Result<()> {
    let commands: Vec<String> = planned.iter().map(|planned| planned.words.join(" ")).collect();
    if project.settings().apply.confirm { confirm::ask(&format!("run {}", commands.join(", then ")), global) } else { Ok(()) }
}

/// Runs the commands until one fails.
pub fn hosts(project: &Project, planned: &[Planned], global: &Global) -> Result<Applied> {
    let mut applied = Applied::default();
    let cancel = terminal::interrupt();
    for planned in planned {
        let before = deploy::generation(&planned.host, &cancel);
        let mut show = |piece: &[u8]| {
            if !global.quiet {
                // What is watched is talk, whatever becomes of it.
                let _ = std::io::stderr().lock().write_all(piece);
            }
        };
        let (outcome, error) = deploy::run(project, planned, before, &mut show)?;
        applied.outcomes.push(outcome);
        if error.is_some() {
            applied.error = error;
            break;
        }
    }
    Ok(applied)
}

fn finish(applied: &Applied, action: Action, global: &Global) -> ExitCode {
    match global.format {
        Format::Json => {
            let done = if action == Action::Dry { "unchanged" } else { "applied" };
            let mut value = serde_json::json!({
                "schema": "nixedit/1", "command": "apply", "status": if applied.error.is_some() { "failed" } else { done },
                "hosts": applied.outcomes,
            });
            if let Some(error) = &applied.error {
                value["error"] = json::error("apply", error)["error"].clone();
            }
            json::print(&value);
        }
        Format::Human => human(applied, action, global),
    }
    exit(applied)
}

/// What people read behind the output of the commands.
pub fn human(applied: &Applied, action: Action, global: &Global) {
    if !global.quiet {
        let _ = write!(anstream::stdout().lock(), "{}", text(applied, action));
    }
    if let Some(error) = &applied.error {
        crate::render::human::error(error, global);
    }
}

/// What became of each host.
pub fn text(applied: &Applied, action: Action) -> String {
    let mut out = String::new();
    for outcome in &applied.outcomes {
        let did = match (outcome.is_done(), action) {
            (false, _) => "failed",
            (true, Action::Apply) => "applied",
            (true, Action::Dry) => "would apply",
        };
        let mut lines = format!("{did} {} in {:.1} s\n", outcome.host, outcome.seconds);
        if action == Action::Apply {
            let generation = &outcome.generation;
            lines += &match (generation.rollback_generation, &generation.rollback_generation_reason) {
                (Some(number), _) => format!("  generation before: {number}\n  to go back: {}\n", outcome.rollback),
                (None, why) => format!("  generation before: unknown ({})\n", why.as_deref().unwrap_or("it was not read")),
            };
        }
        out += &lines;
    }
    out
}

/// The exit status.
pub fn exit(applied: &Applied) -> ExitCode {
    applied.error.as_ref().map_or(ExitCode::SUCCESS, |error| ExitCode::from(crate::error::exit_code(error.code.kind())))
}
