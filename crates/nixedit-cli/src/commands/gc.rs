//! `nixedit gc`.

use crate::cli::{Format, Global};
use crate::render::json;
use crate::{confirm, run};
use nixedit_core::diagnostic::{Code, Diagnostic, Result};
use nixedit_core::settings::ValidateSettings;
use nixedit_core::system::command::find_program;
use nixedit_core::system::nix::{Nix, Surroundings};
use nixedit_core::system::stream::watch;
use std::io::Write;
use std::path::PathBuf;
use std::process::ExitCode;

/// Collect what no profile needs any more from this machine's store
///
/// Without --keep and --older-than the generations of profiles stay. On a terminal it asks first; elsewhere it
/// needs --yes.
#[derive(Debug, clap::Args)]
#[command(after_help = "\
Examples:
  nixedit gc --dry
  nixedit gc --keep 5 --yes
  nixedit gc --older-than 14d --yes")]
pub struct Args {
    /// Only say what would go
    #[arg(long)]
    pub dry: bool,
    /// Keep so many generations and drop older ones, with nh
    #[arg(long, value_name = "NUMBER", conflicts_with = "older_than")]
    pub keep: Option<u32>,
    /// Drop generations that are older, such as 14d
    #[arg(long, value_name = "TIME")]
    pub older_than: Option<String>,
}

pub fn run(args: &Args, global: &Global) -> Result<ExitCode> {
    let (program, words) = command(args)?;
    let line = std::iter::once(program.file_name().unwrap_or_default().to_string_lossy().into_owned()).chain(words.clone());
    let line = line.collect::<Vec<_>>().join(" ");
    if !args.dry {
        confirm::ask(&format!("run {line}"), global)?;
    }
    let here = std::env::current_dir().unwrap_or_default();
    let watched = watch(&program, &words, &here, &mut |piece| drop(std::io::stderr().lock().write_all(piece)))?;
    if !watched.status.success() {
        return Err(Diagnostic::new(Code::EnvCommand, format!("{line} failed")));
    }
    if global.format == Format::Json {
        let status = if args.dry { "unchanged" } else { "applied" };
        json::print(&serde_json::json!({ "schema": "nixedit/1", "command": "gc", "status": status, "ran": line }));
    }
    Ok(ExitCode::SUCCESS)
}

fn command(args: &Args) -> Result<(PathBuf, Vec<String>)> {
    let path = std::env::var_os("PATH");
    let missing = |name: &str| Diagnostic::new(Code::EnvCommand, format!("{name} is not on PATH"));
    let words = |words: &[&str]| words.iter().map(|word| (*word).to_owned()).collect::<Vec<_>>();
    if let Some(keep) = args.keep {
        let nh = find_program("nh", path.as_deref()).ok_or_else(|| missing("nh").help("use --older-than, which needs none"))?;
        let mut out = words(&["clean", "all", "--keep", &keep.to_string()]);
        if args.dry {
            out.push("--dry".to_owned());
        }
        return Ok((nh, out));
    }
    if let Some(age) = &args.older_than {
        let number = age.strip_suffix('d').filter(|days| !days.is_empty() && days.bytes().all(|b| b.is_ascii_digit()));
        number.ok_or_else(|| Diagnostic::new(Code::UsageInvalid, format!("'{age}' is no time")).help("write days: 14d"))?;
        let collect = find_program("nix-collect-garbage", path.as_deref()).ok_or_else(|| missing("nix-collect-garbage"))?;
        let mut out = words(&["--delete-older-than", age]);
        if args.dry {
            out.push("--dry-run".to_owned());
        }
        return Ok((collect, out));
    }
    let nix = Nix::find(&ValidateSettings::default(), &Surroundings::of_process(run::nix_beside()))?
        .ok_or_else(|| Diagnostic::new(Code::EnvNoNix, "there is no nix here"))?;
    let mut out = words(&["--extra-experimental-features", "nix-command", "store", "gc"]);
    if args.dry {
        out.push("--dry-run".to_owned());
    }
    Ok((nix.program, out))
}
