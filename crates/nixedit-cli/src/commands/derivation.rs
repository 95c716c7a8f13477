//! `nixedit derivation`.

use super::place::{HostArgs, LookArgs};
use super::text::TextArgs;
use crate::cli::{Format, Global};
use crate::progress::Spinner;
use crate::render::json;
use crate::terminal;
use nixedit_core::diagnostic::{Code, Diagnostic, Result};
use nixedit_core::inspect::derivations::{DerivationRow, derivations};
use nixedit_core::operation::{
    DerivationAddGo, DerivationAddPrebuilt, DerivationAddScript, DerivationBump, DerivationPlace, DerivationPromote, Form, Hash, Operation,
};
use nixedit_core::system::command::{Command as ProgramCommand, find_program};
use std::io::Write;
use std::process::ExitCode;
use std::time::Duration;

/// How long a look at a script may take.
const LINT: Duration = Duration::from_secs(10);

/// Packages that a host's own files build: scripts, downloaded programs, Go programs
#[derive(Debug, clap::Subcommand)]
pub enum Command {
    AddScript(AddScript),
    AddPrebuilt(AddPrebuilt),
    AddGo(AddGo),
    Bump(Bump),
    Promote(Promote),
    List(List),
}

/// Which list, and how.
#[derive(Debug, clap::Args)]
pub struct Where {
    #[command(flatten)]
    pub hosts: HostArgs,
    /// Which list: home or system
    #[arg(long, value_name = "SLOT")]
    pub to: Option<String>,
    /// Bind it by the file's let, its name in the list
    #[arg(long = "let", conflicts_with = "inline")]
    pub in_let: bool,
    /// Write it into the list itself
    #[arg(long)]
    pub inline: bool,
    /// A comment line to put above it
    #[arg(long, value_name = "TEXT")]
    pub comment: Option<String>,
}

impl Where {
    fn place(&self) -> Result<DerivationPlace> {
        let form = match (self.in_let, self.inline) {
            (true, _) => Form::Let,
            (_, true) => Form::Inline,
            _ => Form::AsFound,
        };
        let slot = super::add_package::slot(self.to.as_deref())?;
        Ok(DerivationPlace { hosts: self.hosts.hosts(), slot, form, comment: self.comment.clone() })
    }
}

/// Make a shell script a package of a host (writeShellApplication)
///
/// The text is the shell's: ${…} in it is escaped for Nix unless --raw-nix is given. A first line #! and
/// set -euo pipefail are dropped: the builder writes them. Where shellcheck is installed, what it finds is
/// told: the build runs it too.
#[derive(Debug, clap::Args)]
#[command(after_help = "\
Examples:
  nixedit derivation add-script --host zrrh deck-on --runtime coreutils --text 'exec ssh zk@adeck true'
  nixedit derivation add-script --host adeck backup --runtime restic,jq --text-file backup.sh")]
pub struct AddScript {
    #[command(flatten)]
    pub place: Where,
    /// Packages whose programs it runs
    #[arg(long, value_name = "NAME", value_delimiter = ',')]
    pub runtime: Vec<String>,
    #[command(flatten)]
    pub text: TextArgs,
    /// The script's name
    #[arg(value_name = "NAME")]
    pub name: String,
}

/// Make a downloaded program a package of a host
#[derive(Debug, clap::Args)]
#[command(
    disable_version_flag = true,
    after_help = "\
Examples:
  nixedit derivation add-prebuilt --host zrrh nullclaw --version 2026.3.1 --url https://example.org/nullclaw --hash sha256-CCCCCCCCCCCCCCCCCCCCCCCCCCCCCCCCCCCCCCCCCCC=
  nixedit derivation add-prebuilt --host zrrh nullclaw --version 2026.3.1 --url https://example.org/nullclaw --prefetch"
)]
pub struct AddPrebuilt {
    #[command(flatten)]
    pub place: Where,
    /// Its version
    #[arg(long)]
    pub version: String,
    /// Where it is downloaded from
    #[arg(long)]
    pub url: String,
    #[command(flatten)]
    pub hash: HashArgs,
    /// Download it to learn its hash
    #[arg(long, conflicts_with_all = ["hash", "fake_hash"])]
    pub prefetch: bool,
    /// Its name, and that of its command
    #[arg(value_name = "NAME")]
    pub name: String,
}

/// Make a Go program from GitHub a package of a host (buildGoModule)
#[derive(Debug, clap::Args)]
#[command(
    disable_version_flag = true,
    after_help = "\
Examples:
  nixedit derivation add-go --host adeck tinyclaw --github example/tinyclaw --rev v1.2.0 --fake-hash"
)]
pub struct AddGo {
    #[command(flatten)]
    pub place: Where,
    /// Its repository on GitHub
    #[arg(long, value_name = "OWNER/REPOSITORY")]
    pub github: String,
    /// The tag or commit
    #[arg(long)]
    pub rev: String,
    /// Its version [default: what the tag says]
    #[arg(long)]
    pub version: Option<String>,
    #[command(flatten)]
    pub hash: HashArgs,
    /// Download the source to learn its hash
    #[arg(long, conflicts_with_all = ["hash", "fake_hash"])]
    pub prefetch: bool,
    /// The hash of its dependencies, as Nix writes it
    #[arg(long, value_name = "SRI")]
    pub vendor_hash: Option<String>,
    /// Its name, and that of its command
    #[arg(value_name = "NAME")]
    pub name: String,
}

/// Change the version of what a host's files build
#[derive(Debug, clap::Args)]
#[command(
    disable_version_flag = true,
    after_help = "\
Examples:
  nixedit derivation bump nullclaw --host adeck --version 2026.4.0 --hash sha256-FFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFF=
  nixedit derivation bump msgvault --file modules/home/msgvault.nix --version 0.5.0 --rev v0.5.0 --fake-hash"
)]
pub struct Bump {
    #[command(flatten)]
    pub hosts: HostArgs,
    /// This file only
    #[arg(long, value_name = "FILE")]
    pub file: Option<String>,
    /// The new version
    #[arg(long)]
    pub version: Option<String>,
    /// The new tag or commit
    #[arg(long)]
    pub rev: Option<String>,
    #[command(flatten)]
    pub hash: HashArgs,
    /// The hash of its dependencies, as Nix writes it
    #[arg(long, value_name = "SRI")]
    pub vendor_hash: Option<String>,
    /// Its name
    #[arg(value_name = "NAME")]
    pub name: String,
}

/// Make a module of what a host's files build, which other hosts can enable as well
///
/// What the host gets stays the same, to the derivation.
#[derive(Debug, clap::Args)]
#[command(after_help = "\
Examples:
  nixedit derivation promote picoclaw --host adeck
  nixedit derivation promote nullclaw --host adeck --module modules/home/programs/nullclaw.nix")]
pub struct Promote {
    #[command(flatten)]
    pub hosts: HostArgs,
    /// The new file [default: beside the other modules of the host's home]
    #[arg(long, value_name = "FILE")]
    pub module: Option<String>,
    /// Its name
    #[arg(value_name = "NAME")]
    pub name: String,
}

/// List what the files of hosts build
#[derive(Debug, clap::Args)]
#[command(after_help = "\
Examples:
  nixedit derivation list
  nixedit derivation list --host adeck --format json")]
pub struct List {
    #[command(flatten)]
    pub hosts: LookArgs,
}

/// The hash of the source.
#[derive(Debug, clap::Args)]
pub struct HashArgs {
    /// The hash, as Nix writes it: sha256-…=
    #[arg(long, value_name = "SRI", conflicts_with = "fake_hash")]
    pub hash: Option<String>,
    /// Write lib.fakeHash: the build fails and tells the right one
    #[arg(long)]
    pub fake_hash: bool,
}

impl HashArgs {
    fn hash(&self) -> Hash {
        given(self.hash.as_ref(), self.fake_hash)
    }
}

/// The hash of what is downloaded now.
fn prefetched(what: &str, repository: bool, global: &Global) -> Result<Hash> {
    let (place, project) = crate::run::open(global, None)?;
    let nix = place
        .nix(project.settings())?
        .ok_or_else(|| Diagnostic::new(Code::EnvNoNix, "there is no nix to download it with").help("give its hash with --hash SRI"))?;
    let _under_way = Spinner::saying(global.quiet, &format!("downloading {what}"));
    Ok(Hash::Sri(nix.prefetch(what, repository, &terminal::interrupt())?))
}

/// What shellcheck finds in a script, where it is installed; the build runs it too.
fn findings(text: &str) -> Vec<String> {
    let Some(program) = find_program("shellcheck", std::env::var_os("PATH").as_deref()) else { return Vec::new() };
    let script = format!("#!/usr/bin/env bash\n{text}\n");
    let run =
        ProgramCommand::new(&program).args(["--format", "gcc", "-"]).input(script.into_bytes()).limit(LINT).run(&terminal::interrupt());
    let said = run.map(|run| String::from_utf8_lossy(&run.stdout).into_owned()).unwrap_or_default();
    said.lines().take(1).map(|line| format!("shellcheck: {}", line.trim_start_matches("-:"))).collect()
}

fn given(hash: Option<&String>, fake: bool) -> Hash {
    match hash {
        Some(hash) => Hash::Sri(hash.clone()),
        None if fake => Hash::Fake,
        None => Hash::Missing,
    }
}

impl Command {
    /// The operation; `None` for the listing.
    pub fn operation(&self, global: &Global) -> Result<Option<Operation>> {
        Ok(Some(match self {
            Command::AddScript(args) => Operation::DerivationAddScript(args.operation()?),
            Command::AddPrebuilt(args) => Operation::DerivationAddPrebuilt(DerivationAddPrebuilt {
                place: args.place.place()?,
                name: args.name.clone(),
                version: args.version.clone(),
                url: args.url.clone(),
                hash: if args.prefetch { prefetched(&args.url, false, global)? } else { args.hash.hash() },
            }),
            Command::AddGo(args) => Operation::DerivationAddGo(DerivationAddGo {
                place: args.place.place()?,
                name: args.name.clone(),
                version: args.version.clone(),
                github: args.github.clone(),
                rev: args.rev.clone(),
                hash: match args.prefetch {
                    true => prefetched(&format!("github:{}/{}", args.github, args.rev), true, global)?,
                    false => args.hash.hash(),
                },
                vendor_hash: given(args.vendor_hash.as_ref(), args.hash.fake_hash),
            }),
            Command::Bump(args) => Operation::DerivationBump(DerivationBump {
                hosts: args.hosts.hosts(),
                file: args.file.clone(),
                name: args.name.clone(),
                version: args.version.clone(),
                rev: args.rev.clone(),
                hash: args.hash.hash(),
                vendor_hash: given(args.vendor_hash.as_ref(), false),
            }),
            Command::Promote(args) => Operation::DerivationPromote(DerivationPromote {
                hosts: args.hosts.hosts(),
                name: args.name.clone(),
                module: args.module.clone(),
            }),
            Command::List(_) => return Ok(None),
        }))
    }

    /// The stem.
    pub fn name(&self) -> &'static str {
        match self {
            Command::AddScript(_) => "derivation add-script",
            Command::AddPrebuilt(_) => "derivation add-prebuilt",
            Command::AddGo(_) => "derivation add-go",
            Command::Bump(_) => "derivation bump",
            Command::Promote(_) => "derivation promote",
            Command::List(_) => "derivation list",
        }
    }

    /// Prints the derivations.
    pub fn look(&self, global: &Global) -> Result<ExitCode> {
        let Command::List(args) = self else { return Ok(ExitCode::SUCCESS) };
        let (_, project) = crate::run::open(global, None)?;
        let rows = derivations(&project, &args.hosts.hosts())?;
        match global.format {
            // Writing to a closed pipe is no reason to fail.
            Format::Human => rows.iter().for_each(|row| drop(writeln!(anstream::stdout().lock(), "{}", line(row)))),
            Format::Json => json::found("derivation list", "derivations", &rows),
        }
        Ok(ExitCode::SUCCESS)
    }
}

impl AddScript {
    fn operation(&self) -> Result<DerivationAddScript> {
        let text = self.text.read()?;
        Ok(DerivationAddScript {
            place: self.place.place()?,
            name: self.name.clone(),
            text: text.clone(),
            raw_nix: self.text.raw_nix,
            runtime: self.runtime.clone(),
            findings: findings(&text),
        })
    }
}

/// `hosts/adeck/home.nix:5  nullclaw 2026.3.1  runCommand, let  adeck`
fn line(row: &DerivationRow) -> String {
    let version = row.version.as_ref().map(|version| format!(" {version}")).unwrap_or_default();
    format!("{}:{}  {}{version}  {}, {}  {}", row.file, row.line, row.name, row.builder, row.form, row.hosts.join(", "))
}
