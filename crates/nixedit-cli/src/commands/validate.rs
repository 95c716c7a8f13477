//! `nixedit validate`.

use super::place::HostArgs;
use crate::cli::{Format, Global};
use crate::error;
use crate::render::{human, json};
use nixedit_core::diagnostic::{Code, Diagnostic, Result};
use nixedit_core::plan::{Expect, Target};
use nixedit_core::project::Project;
use nixedit_core::syntax::attr_path::AttrPath;
use nixedit_core::validate::{Level, Status, ValidationFailure, ValidationReport};
use nixedit_core::workspace::Workspace;
use std::process::ExitCode;

/// Evaluate the flake as it stands, without changing anything
///
/// Without --attr the whole system of each host is evaluated; with it, only those attributes.
///
/// A system that evaluates is remembered until a file of the flake, its lock file or the nix changes: a run that
/// was interrupted, or failed on one host, goes on where it was, and begins with the hosts that failed. Nothing is
/// remembered where [validate] override_inputs puts other inputs in place.
///
/// Each system is evaluated by a nix of its own, `jobs` at a time, and its memory is free again when it ends.
/// Where nix-eval-jobs is on PATH (or named by NIXEDIT_EVAL_JOBS, or with arguments of its own by
/// [validate] eval_jobs) it evaluates instead, with as many workers, each begun anew at eval_jobs_memory MiB.
///
/// Nothing is built. The derivations stay in the store until garbage is collected (--again writes them anew; with
/// eval_jobs = ["nix-eval-jobs", "--gc-roots-dir", "DIR"] they are kept), so that builders can go on from there.
#[derive(Debug, Default, clap::Args)]
#[command(after_help = "\
Examples:
  nixedit validate --host nxiz
  nixedit validate --all-hosts
  nixedit validate --all-hosts --keep-going --jobs 4
  nixedit validate --host nxiz --attr services.openssh.enable

Build all of it on remote builders, those of nix.conf or with --builders 'ssh-ng://builder x86_64-linux':
  nixedit validate --all-hosts --json | jq -r '.validation.targets[].drv + \"^*\"' |
    nix build --stdin --no-link --max-jobs 0")]
pub struct Args {
    #[command(flatten)]
    pub hosts: HostArgs,
    /// An attribute of the host's configuration (repeatable)
    #[arg(long, value_name = "ATTR.PATH")]
    pub attr: Vec<String>,
    /// Go on with the other hosts when one does not evaluate; each error is shown as it happens
    #[arg(short, long, conflicts_with = "attr")]
    pub keep_going: bool,
    /// Evaluate again what is known to evaluate
    #[arg(long, conflicts_with = "attr")]
    pub again: bool,
    /// Evaluations at the same time [default: [validate] jobs of nixedit.toml, else 2]
    #[arg(short, long, value_name = "N", value_parser = clap::value_parser!(u16).range(1..=256))]
    pub jobs: Option<u16>,
    /// Leave nix-eval-jobs aside
    #[arg(long, conflicts_with = "attr")]
    pub no_eval_jobs: bool,
}

pub fn run(args: &Args, global: &Global) -> Result<ExitCode> {
    let place = crate::run::workspace(global, None)?;
    let mut options = place.options().clone();
    options.fleet.keep_going = args.keep_going;
    options.fleet.again = args.again;
    options.fleet.jobs = args.jobs.map(usize::from);
    options.fleet.without_eval_jobs = args.no_eval_jobs;
    let report = match evaluated(&place.with_options(options), &args.hosts.host, &args.attr)? {
        Ok(report) => report,
        Err(failure) => return Ok(fail(&failure, args, global)),
    };
    match global.format {
        Format::Json => json::found("validate", "validation", &report),
        Format::Human => human::validated(&report),
    }
    Ok(ExitCode::SUCCESS)
}

/// The questions about attributes of the hosts of these names (none: all), and the outputs of the hosts.
fn asked(project: &Project, hosts: &[String], attrs: &[String]) -> Result<(Vec<Target>, Vec<String>)> {
    let named: Vec<String> = match hosts.is_empty() {
        true => project.hosts()?.iter().map(|host| host.name.clone()).collect(),
        false => hosts.to_vec(),
    };
    let outputs = named.iter().map(|name| Ok(project.host(name)?.output())).collect::<Result<Vec<String>>>()?;
    let mut targets = Vec::new();
    for attr in attrs {
        let path = AttrPath::parse(attr)?;
        targets.extend(named.iter().zip(&outputs).map(|(host, output)| Target {
            host: Some(host.clone()),
            output: output.clone(),
            label: path.to_string(),
            question: format!("c.config.{path}"),
            expect: Expect::Evaluates,
            forced: false,
        }));
    }
    Ok((targets, outputs))
}

/// Evaluates the hosts of these names (none: all): attributes of them, or their whole systems.
pub fn report(place: &Workspace, hosts: &[String], attrs: &[String]) -> Result<ValidationReport> {
    evaluated(place, hosts, attrs)?.map_err(|failure| failure.diagnostic)
}

/// The same, with all that is known where something does not hold.
fn evaluated(
    place: &Workspace,
    hosts: &[String],
    attrs: &[String],
) -> Result<std::result::Result<ValidationReport, Box<ValidationFailure>>> {
    let project = place.project()?;
    let (targets, outputs) = asked(&project, hosts, attrs)?;
    let fitting = if targets.is_empty() { Level::Host } else { Level::Target };
    let mut options = place.options().clone();
    options.level = options.level.or(Some(fitting));
    let report = place.clone().with_options(options).validate_outputs(project.settings(), &targets, &outputs);
    if report.as_ref().is_ok_and(|report| report.status == Status::Skipped) && targets.is_empty() {
        return Err(Diagnostic::new(Code::EnvNoNix, "nothing was evaluated").help("install nix, or name one with NIXEDIT_NIX"));
    }
    Ok(report)
}

/// Shows what does not hold: the error, or what was shown of several as they happened, in sum.
fn fail(failure: &ValidationFailure, args: &Args, global: &Global) -> ExitCode {
    let shown = |report: &ValidationReport| args.keep_going && report.targets.iter().any(|target| target.error.is_some());
    match global.format {
        Format::Json => {
            let mut out = json::error("validate", &failure.diagnostic);
            out["validation"] = serde_json::json!(failure.report);
            json::print(&out);
        }
        Format::Human if shown(&failure.report) => {
            human::validated(&failure.report);
            human::sum_of_failures(&failure.report);
        }
        Format::Human => human::error(&failure.diagnostic, global),
    }
    ExitCode::from(error::exit_code(failure.diagnostic.code.kind()))
}
