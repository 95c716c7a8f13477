//! `nixedit input`.

use super::input_list::List;
use super::place::PlaceArgs;

/// Add, remove, pin and tie flake inputs; flake.lock comes along
#[derive(Debug, clap::Subcommand)]
pub enum Command {
    Add(Add),
    Remove(Remove),
    SetUrl(SetUrl),
    Follow(Follow),
    Unfollow(Unfollow),
    Lock(Lock),
    List(List),
}

/// Whether the lock file comes along.
#[derive(Debug, clap::Args, Clone, Default)]
pub struct LockArgs {
    /// Leave flake.lock as it is, as where there is no network
    #[arg(long)]
    pub no_lock: bool,
}

/// Add a flake input in the style of its neighbours
#[derive(Debug, clap::Args)]
#[command(after_help = "\
Examples:
  nixedit input add llm-agents github:numtide/llm-agents.nix --follows nixpkgs
  nixedit input add github:numtide/llm-agents.nix           called llm-agents
  nixedit input add nu-scripts github:nushell/nu_scripts --no-flake
  nixedit input add kernel github:example/kernel/release --never-follow --no-lock")]
pub struct Add {
    /// The flake file
    #[arg(long, value_name = "FILE")]
    pub file: Option<String>,
    /// An input of it that follows ours: NAME or NAME=TARGET (repeatable)
    #[arg(long, value_name = "NAME[=TARGET]")]
    pub follows: Vec<String>,
    /// It is a source tree, not a flake
    #[arg(long)]
    pub no_flake: bool,
    /// Its own inputs are to stay its own: says so above it, and follow --auto obeys
    #[arg(long, conflicts_with_all = ["follows", "no_flake"])]
    pub never_follow: bool,
    #[command(flatten)]
    pub lock: LockArgs,
    #[command(flatten)]
    pub place: PlaceArgs,
    /// The input's name; it may be left out where the address ends in one
    #[arg(value_name = "NAME")]
    pub name: String,
    /// Its flake reference
    pub url: Option<String>,
}

/// Remove a flake input
#[derive(Debug, clap::Args)]
#[command(after_help = "\
Examples:
  nixedit input remove nix-cachyos-kernel --prune-uses --dry-run
  nixedit input remove noctalia --prune-uses")]
pub struct Remove {
    /// The flake file
    #[arg(long, value_name = "FILE")]
    pub file: Option<String>,
    /// Take its uses out too: elements of lists, names in the pattern of outputs, what follows it
    #[arg(long)]
    pub prune_uses: bool,
    #[command(flatten)]
    pub lock: LockArgs,
    /// The input's name
    pub name: String,
}

/// Let an input point elsewhere, or at a branch, tag or revision
#[derive(Debug, clap::Args)]
#[command(after_help = "\
Examples:
  nixedit input set-url noctalia github:noctalia-dev/noctalia-shell/v4.7.7
  nixedit input set-url noctalia --ref v4.7.7
  nixedit input set-url nixpkgs --rev 0a018d35851af444a7b06dc204357663ca24b15c")]
pub struct SetUrl {
    /// The flake file
    #[arg(long, value_name = "FILE")]
    pub file: Option<String>,
    /// A branch or tag
    #[arg(long = "ref", value_name = "REF")]
    pub reference: Option<String>,
    /// A revision, all 40 digits
    #[arg(long, value_name = "REV")]
    pub rev: Option<String>,
    /// Why it is held there, for the registry that nixedit.toml names
    #[arg(long, value_name = "TEXT")]
    pub why: Option<String>,
    /// When that is over, for the registry
    #[arg(long, value_name = "TEXT")]
    pub until: Option<String>,
    #[command(flatten)]
    pub lock: LockArgs,
    /// The input's name
    pub name: String,
    /// Its flake reference
    #[arg(required_unless_present_any = ["reference", "rev"])]
    pub url: Option<String>,
}

/// Let an input's own input follow one of ours
///
/// With --auto every input of an input follows ours of the same name and origin, save where a comment
/// at the input says not to follow, or [inputs] never_follow names it.
#[derive(Debug, clap::Args)]
#[command(after_help = "\
Examples:
  nixedit input follow nix-colors nixpkgs-lib nixpkgs
  nixedit input follow --auto
  nixedit input follow --auto nix-colors")]
pub struct Follow {
    /// The flake file
    #[arg(long, value_name = "FILE")]
    pub file: Option<String>,
    /// Whatever can follow, of all inputs or of the one named
    #[arg(long, conflicts_with_all = ["of", "target"])]
    pub auto: bool,
    /// Even where a comment at the input says not to follow, or nixedit.toml does
    #[arg(long, conflicts_with = "auto")]
    pub force: bool,
    #[command(flatten)]
    pub lock: LockArgs,
    /// The input's name
    #[arg(required_unless_present = "auto")]
    pub name: Option<String>,
    /// Which of its own inputs
    #[arg(required_unless_present = "auto")]
    pub of: Option<String>,
    /// What that follows
    #[arg(required_unless_present = "auto")]
    pub target: Option<String>,
}

/// Let an input have its own inputs again
#[derive(Debug, clap::Args)]
#[command(after_help = "\
Examples:
  nixedit input unfollow noctalia nixpkgs
  nixedit input unfollow noctalia")]
pub struct Unfollow {
    /// The flake file
    #[arg(long, value_name = "FILE")]
    pub file: Option<String>,
    #[command(flatten)]
    pub lock: LockArgs,
    /// The input's name
    pub name: String,
    /// Which of its own inputs [default: all that follow]
    pub of: Option<String>,
}

/// Lock the inputs that flake.lock lacks; the others stay as they are
#[derive(Debug, clap::Args)]
#[command(after_help = "\
Examples:
  nixedit input lock
  nixedit input lock --dry-run")]
pub struct Lock {
    /// The flake file
    #[arg(long, value_name = "FILE")]
    pub file: Option<String>,
}
