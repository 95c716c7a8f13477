//! `nixedit validate`.

use super::place::HostArgs;
use crate::cli::{Format, Global};
use crate::render::json;
use nixedit_core::change_set::ChangeSet;
use nixedit_core::diagnostic::{Code, Diagnostic, Result};
use nixedit_core::plan::{Expect, Target};
use nixedit_core::syntax::attr_path::AttrPath;
use nixedit_core::validate::{Level, Status, ValidationReport};
use nixedit_core::workspace::Workspace;
use std::io::Write;
use std::process::ExitCode;

/// Evaluate the flake as it stands, without changing anything
///
/// Without --attr the whole system of each host is evaluated; with it, only those attributes.
#[derive(Debug, clap::Args)]
#[command(after_help = "\
Examples:
  nixedit validate --host nxiz
  nixedit validate --all-hosts
  nixedit validate --host nxiz --attr services.openssh.enable")]
pub struct Args {
    #[command(flatten)]
    pub hosts: HostArgs,
    /// An attribute of the host's configuration (repeatable)
    #[arg(long, value_name = "ATTR.PATH")]
    pub attr: Vec<String>,
}

pub fn run(args: &Args, global: &Global) -> Result<ExitCode> {
    let report = report(&crate::run::workspace(global, None)?, &args.hosts.host, &args.attr)?;
    match global.format {
        Format::Json => json::found("validate", "validation", &report),
        Format::Human => report.targets.iter().for_each(|target| {
            let _ = writeln!(
                anstream::stdout(),
                "{} {}: ok ({} ms)",
                target.host.as_deref().unwrap_or("flake"),
                target.attr,
                target.milliseconds
            );
        }),
    }
    Ok(ExitCode::SUCCESS)
}

/// Evaluates the hosts of these names (none: all): attributes of them, or their whole systems.
pub fn report(place: &Workspace, hosts: &[String], attrs: &[String]) -> Result<ValidationReport> {
    let project = place.project()?;
    let all = project.hosts()?;
    let named: Vec<String> = if hosts.is_empty() { all.iter().map(|h| h.name.clone()).collect() } else { hosts.to_vec() };
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
    let fitting = if targets.is_empty() { Level::Host } else { Level::Target };
    let mut options = place.options().clone();
    options.level = options.level.or(Some(fitting));
    let validated = place.clone().with_options(options).prove(project.settings(), &ChangeSet::default(), &targets, &outputs)?;
    let report = validated.report();
    if report.status == Status::Skipped && targets.is_empty() {
        return Err(Diagnostic::new(Code::EnvNoNix, "nothing was evaluated").help("install nix, or name one with NIXEDIT_NIX"));
    }
    Ok(validated.into_parts().1)
}
