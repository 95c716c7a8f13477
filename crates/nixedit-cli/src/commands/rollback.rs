//! `nixedit rollback`.

use crate::cli::{Format, Global};
use crate::confirm;
use crate::render::json;
use nixedit_core::deploy::rollback_command;
use nixedit_core::diagnostic::{Code, Diagnostic, Result};
use nixedit_core::system::stream::watch;
use std::io::Write;
use std::path::Path;
use std::process::ExitCode;

/// Print the command that takes a host back to the system before, or with --yes run it
///
/// The flake is not touched: `nixedit undo` takes edits back.
#[derive(Debug, clap::Args)]
#[command(after_help = "\
Examples:
  nixedit rollback --host nxiz
  nixedit rollback --host nxiz --to 142 --yes")]
pub struct Args {
    /// The host
    #[arg(long, value_name = "HOST")]
    pub host: Option<String>,
    /// The generation [default: the one before]
    #[arg(long, value_name = "NUMBER")]
    pub to: Option<u64>,
}

pub fn run(args: &Args, global: &Global) -> Result<ExitCode> {
    let (_, project) = crate::run::open(global, None)?;
    let hosts = project.hosts()?;
    let host = match (&args.host, hosts.as_slice()) {
        (Some(name), _) => project.host(name)?.name,
        (None, [only]) => only.name.clone(),
        (None, several) => {
            let known: Vec<String> = several.iter().map(|host| host.name.clone()).collect();
            return Err(Diagnostic::new(Code::HostRequired, format!("which host? hosts of this flake: {}", known.join(", ")))
                .help("name it with --host HOST")
                .candidates(known));
        }
    };
    let command = rollback_command(&host, args.to);
    if !global.yes {
        say(&host, &command, None, global);
        return Ok(ExitCode::SUCCESS);
    }
    confirm::ask(&format!("run {command}"), global)?;
    let words = ["-c".to_owned(), command.clone()];
    let watched = watch(Path::new("/bin/sh"), &words, project.root(), &mut |piece| drop(std::io::stderr().lock().write_all(piece)))?;
    say(&host, &command, Some(watched.status.code()), global);
    if watched.status.success() {
        return Ok(ExitCode::SUCCESS);
    }
    let ended = watched.status.code().map_or_else(|| "was ended by a signal".to_owned(), |code| format!("ended with status {code}"));
    Err(Diagnostic::new(Code::ApplyFailed, format!("{command} {ended}")))
}

fn say(host: &str, command: &str, ended: Option<Option<i32>>, global: &Global) {
    match global.format {
        Format::Json => json::print(&serde_json::json!({
            "schema": "nixedit/1", "command": "rollback", "status": if ended == Some(Some(0)) { "applied" } else { "unchanged" },
            "host": host, "rollback": command,
        })),
        // Writing to a closed pipe is no reason to fail.
        Format::Human if ended.is_none() => drop(writeln!(anstream::stdout().lock(), "{command}")),
        Format::Human => {}
    }
}
