//! `nixedit secret`.

use super::place::HostArgs;
use crate::cli::{Format, Global};
use crate::render::json;
use nixedit_core::diagnostic::{Code, Diagnostic, Result};
use nixedit_core::inspect::{self, SecretRow};
use nixedit_core::operation::{Operation, SecretAdd, SecretRecipients, SecretRemove};
use nixedit_core::system::command::Cancel;
use nixedit_core::system::git::Repository;
use std::io::{IsTerminal, Read, Write};
use std::process::ExitCode;

/// Largest value that is read from standard input, in bytes.
const MAX_VALUE: u64 = 1 << 20;

/// Add, remove and list agenix secrets, change their recipients
#[derive(Debug, clap::Subcommand)]
pub enum Command {
    Add(Add),
    Remove(Remove),
    Recipients(Recipients),
    List(List),
}

/// Declare a secret: its rule, its encrypted file, its age.secrets entry
///
/// The value is read from standard input. On a terminal, or with --no-value, none is read: the
/// secret is declared, and the command that writes the encrypted file is printed.
#[derive(clap::Args)]
#[command(after_help = "\
Examples:
  printf %s \"$KEY\" | nixedit secret add openrouter-key
  printf %s \"$KEY\" | nixedit secret add print-token --host adeck --recipients zk,adeck
  nixedit secret add openrouter-key --like github-token --no-value")]
pub struct Add {
    #[command(flatten)]
    pub hosts: HostArgs,
    /// Who can decrypt it: names of the rules file or public keys [default: as most secrets that its hosts can decrypt]
    #[arg(long, value_name = "NAME", value_delimiter = ',')]
    pub recipients: Vec<String>,
    /// Take recipients and attributes over from this secret
    #[arg(long, value_name = "SECRET")]
    pub like: Option<String>,
    /// The decrypted file's owner [default: as most entries]
    #[arg(long)]
    pub owner: Option<String>,
    /// The decrypted file's group [default: as most entries]
    #[arg(long)]
    pub group: Option<String>,
    /// The decrypted file's mode [default: as most entries]
    #[arg(long)]
    pub mode: Option<String>,
    /// Where it is decrypted to [default: as most entries]
    #[arg(long)]
    pub path: Option<String>,
    /// Read no value; the encrypted file is written with agenix -e
    #[arg(long)]
    pub no_value: bool,
    /// The secret's name
    #[arg(value_name = "NAME")]
    pub name: String,
    /// Refused: other users can read arguments
    #[arg(value_name = "VALUE", hide = true)]
    pub value: Option<String>,
    /// Refused as well
    #[arg(long = "value", value_name = "VALUE", hide = true)]
    pub flagged_value: Option<String>,
}

/// The refused value must not get into a log either.
impl std::fmt::Debug for Add {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Add").field("name", &self.name).field("recipients", &self.recipients).finish_non_exhaustive()
    }
}

/// Remove a secret: its rule, its entries, its encrypted file
#[derive(Debug, clap::Args)]
#[command(after_help = "\
Examples:
  nixedit secret remove wifi-password")]
pub struct Remove {
    /// The secret's name
    #[arg(value_name = "NAME")]
    pub name: String,
}

/// Change who can decrypt a secret
///
/// The encrypted file itself is written anew by agenix -r, which needs a private key.
#[derive(Debug, clap::Args)]
#[command(after_help = "\
Examples:
  nixedit secret recipients github-token --add tm20
  nixedit secret recipients github-token --remove zrrh")]
pub struct Recipients {
    /// Names of the rules file or public keys
    #[arg(long, value_name = "NAME", value_delimiter = ',')]
    pub add: Vec<String>,
    /// Names that the rule has
    #[arg(long, value_name = "NAME", value_delimiter = ',')]
    pub remove: Vec<String>,
    /// The secret's name
    #[arg(value_name = "NAME")]
    pub name: String,
}

/// List the secrets: recipients, hosts, readers, and whether the encrypted file is there
#[derive(Debug, clap::Args)]
#[command(after_help = "\
Examples:
  nixedit secret list
  nixedit secret list --format json")]
pub struct List {}

impl Command {
    /// The operation, with the value from standard input; `None` for the listing.
    pub fn operation(&self, global: &Global) -> Result<Option<Operation>> {
        Ok(Some(match self {
            Command::Add(args) => Operation::SecretAdd(args.operation(global)?),
            Command::Remove(args) => Operation::SecretRemove(SecretRemove { name: args.name.clone() }),
            Command::Recipients(args) => Operation::SecretRecipients(SecretRecipients {
                name: args.name.clone(),
                add: args.add.clone(),
                remove: args.remove.clone(),
            }),
            Command::List(_) => return Ok(None),
        }))
    }
}

impl Add {
    fn operation(&self, global: &Global) -> Result<SecretAdd> {
        if self.value.is_some() || self.flagged_value.is_some() {
            return Err(Diagnostic::new(Code::SecretValueInArgv, "pass the value on stdin; arguments are visible to other users")
                .help(format!("printf %s \"$VALUE\" | nixedit secret add {}", self.name)));
        }
        check_ignored(&self.name, global)?;
        Ok(SecretAdd {
            hosts: self.hosts.hosts(),
            name: self.name.clone(),
            recipients: (!self.recipients.is_empty()).then(|| self.recipients.clone()),
            like: self.like.clone(),
            owner: self.owner.clone(),
            group: self.group.clone(),
            mode: self.mode.clone(),
            path: self.path.clone(),
            value: if self.no_value { None } else { value()? },
        })
    }
}

/// All of standard input; `None` on a terminal, where nothing is asked.
fn value() -> Result<Option<Vec<u8>>> {
    let stdin = std::io::stdin();
    if stdin.is_terminal() {
        return Ok(None);
    }
    let mut out = Vec::new();
    let read = stdin.lock().take(MAX_VALUE + 1).read_to_end(&mut out);
    read.map_err(|error| Diagnostic::new(Code::FileIo, format!("the value on standard input cannot be read: {error}")))?;
    if out.len() as u64 > MAX_VALUE {
        return Err(
            Diagnostic::new(Code::UsageInvalid, "the value on standard input is larger than 1 MiB").help("encrypt large files with age")
        );
    }
    Ok(Some(out))
}

/// Refuses where git would keep the encrypted file out of the flake.
fn check_ignored(name: &str, global: &Global) -> Result<()> {
    let (place, project) = crate::run::open(global, None)?;
    let Some(file) = inspect::secret_file(&project, name)? else { return Ok(()) };
    let Ok(Some(repository)) = Repository::of(place.root(), &Cancel::default()) else { return Ok(()) };
    let Ok(Some(rule)) = repository.ignored_by(&format!("{}{file}", repository.prefix)) else { return Ok(()) };
    let folder = file.rsplit_once('/').map_or(file.as_str(), |(folder, _)| folder);
    Err(Diagnostic::new(
        Code::SecretIgnored,
        format!("{folder}/ is ignored ({}:{}): the flake will not see the file", rule.file, rule.line),
    )
    .help(format!("take '{}' out of {}", rule.pattern, rule.file)))
}

/// Prints the secrets of the flake.
pub fn list(global: &Global) -> Result<ExitCode> {
    let (_, project) = crate::run::open(global, None)?;
    let rows = inspect::secrets(&project)?;
    match global.format {
        // Writing to a closed pipe is no reason to fail.
        Format::Human => rows.iter().for_each(|row| drop(writeln!(anstream::stdout().lock(), "{}", line(row)))),
        Format::Json => json::found("secret list", "secrets", &rows),
    }
    Ok(ExitCode::SUCCESS)
}

/// `github-token  [ zk nxiz ]  nxiz, adeck`
fn line(row: &SecretRow) -> String {
    let missing = if row.exists { "" } else { "  (no encrypted file)" };
    let hosts = if row.hosts.is_empty() { "no host".to_owned() } else { row.hosts.join(", ") };
    format!("{}  {}  {hosts}{missing}", row.name, row.recipients)
}
