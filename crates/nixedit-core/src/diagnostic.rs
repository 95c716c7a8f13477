//! One shape for everything that can go wrong: syntax errors, refusals, failed proofs.
//!
//! A diagnostic is data. Nothing here draws it; a front end decides how it looks.

use crate::text::{Position, Span, position};
use serde::{Serialize, Serializer};
use std::fmt;
use std::sync::Arc;

/// `Result` of every stage: the value, or the one diagnostic that stopped it.
pub type Result<T> = std::result::Result<T, Box<Diagnostic>>;

/// What a code means for the caller; a command line turns it into an exit status.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    /// The request itself is malformed or lacks a value.
    Usage,
    /// The request is understood and was refused; nothing was changed.
    Refused,
    /// A check of the edited candidate failed; nothing was changed.
    Invalid,
    /// Something outside (nix, git, age, time, network) was missing or failed.
    Environment,
    /// Somebody else holds the lock, or a file changed underneath.
    Busy,
    /// The disk or this program failed.
    Internal,
}

macro_rules! codes {
    ($($(#[$doc:meta])* $name:ident = $text:literal, $kind:ident;)*) => {
        /// Stable, dotted names of everything nixedit reports. Codes are only ever added.
        #[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
        #[allow(missing_docs)]
        pub enum Code { $($(#[$doc])* $name,)* }

        impl Code {
            /// Every code there is.
            pub const ALL: &'static [Code] = &[$(Code::$name,)*];

            /// The stable text, such as `host.unknown`.
            pub fn as_str(self) -> &'static str {
                match self { $(Code::$name => $text,)* }
            }

            /// What the code means for the caller.
            pub fn kind(self) -> Kind {
                match self { $(Code::$name => Kind::$kind,)* }
            }
        }
    };
}

codes! {
    HostUnknown = "host.unknown", Refused;
    HostNoHomeManager = "host.no-home-manager", Refused;
    HostAmbiguous = "host.ambiguous", Refused;
    HostRequired = "host.required", Usage;
    PackageMissing = "package.missing", Refused;
    PackageRenamed = "package.renamed", Refused;
    PackagePresent = "package.present", Refused;
    PackageName = "package.name", Usage;
    ListNotLiteral = "list.not-literal", Refused;
    ListAmbiguous = "list.ambiguous", Refused;
    ListMissing = "list.missing", Refused;
    ItemMissing = "item.missing", Refused;
    ItemAmbiguous = "item.ambiguous", Refused;
    GroupMissing = "group.missing", Refused;
    TableMissing = "table.missing", Refused;
    TableAmbiguous = "table.ambiguous", Refused;
    KeyMissing = "key.missing", Refused;
    KeyNoDefault = "key.no-default", Refused;
    KeyNotBoolean = "key.not-boolean", Usage;
    KeyUnused = "key.unused", Refused;
    CellNotLiteral = "cell.not-literal", Usage;
    TypeMismatch = "type.mismatch", Refused;
    OptionMissing = "option.missing", Refused;
    OptionDuplicate = "option.duplicate", Refused;
    OptionNotImported = "option.not-imported", Refused;
    ArgumentUnbound = "argument.unbound", Refused;
    ArgumentNamedParameter = "argument.named-parameter", Refused;
    InputExists = "input.exists", Refused;
    InputMissing = "input.missing", Refused;
    InputUsed = "input.used", Refused;
    InputClosedPattern = "input.closed-pattern", Refused;
    OverlayExists = "overlay.exists", Refused;
    OverlayMissing = "overlay.missing", Refused;
    OverlayConflict = "overlay.conflict", Refused;
    SecretExists = "secret.exists", Refused;
    SecretMissing = "secret.missing", Refused;
    SecretUsed = "secret.used", Refused;
    SecretRecipientUnknown = "secret.recipient-unknown", Refused;
    SecretRecipientMissing = "secret.recipient-missing", Refused;
    SecretIgnored = "secret.ignored", Refused;
    SecretValueInArgv = "secret.value-in-argv", Usage;
    SecretEmpty = "secret.empty", Usage;
    SecretSops = "secret.sops", Refused;
    ModuleImported = "module.imported", Refused;
    ModuleMissing = "module.missing", Refused;
    ModuleAutoImport = "module.auto-import", Refused;
    FileMissing = "file.missing", Refused;
    FileUntracked = "file.untracked", Refused;
    FileShared = "file.shared", Refused;
    FileParse = "file.parse", Refused;
    FileEncoding = "file.encoding", Refused;
    FileTooLarge = "file.too-large", Refused;
    FileTooDeep = "file.too-deep", Refused;
    FileOutside = "file.outside", Refused;
    FileReadOnly = "file.read-only", Refused;
    FileProtected = "file.protected", Refused;
    FileChanged = "file.changed", Busy;
    FileIo = "file.io", Internal;
    FormatUnclean = "format.unclean", Refused;
    FormatUnknown = "format.unknown", Refused;
    FormatUnsafe = "format.unsafe", Refused;
    PlaceMissing = "place.missing", Refused;
    PlaceAmbiguous = "place.ambiguous", Refused;
    ShapeUnsupported = "shape.unsupported", Refused;
    ValueSyntax = "value.syntax", Usage;
    PathSyntax = "path.syntax", Usage;
    UsageInvalid = "usage.invalid", Usage;
    ScopeNoConfig = "scope.no-config", Refused;
    ScopeUnbound = "scope.unbound", Invalid;
    ScopeDuplicate = "scope.duplicate", Invalid;
    StringEscape = "string.escape", Refused;
    FlakeMissing = "flake.missing", Refused;
    FlakeUnlocked = "flake.unlocked", Refused;
    SettingsInvalid = "settings.invalid", Usage;
    EffectNone = "effect.none", Invalid;
    EffectSpill = "effect.spill", Invalid;
    EffectOther = "effect.other", Invalid;
    ResultBroken = "result.broken", Internal;
    NixUndefinedVariable = "nix.undefined-variable", Invalid;
    NixAttributeMissing = "nix.attribute-missing", Invalid;
    NixSyntax = "nix.syntax", Invalid;
    NixType = "nix.type", Invalid;
    NixOptionMissing = "nix.option-missing", Invalid;
    NixOptionConflict = "nix.option-conflict", Invalid;
    NixOptionUnset = "nix.option-unset", Invalid;
    NixRecursion = "nix.recursion", Invalid;
    NixAliasThrows = "nix.alias", Invalid;
    NixFileMissing = "nix.file-missing", Invalid;
    NixFileUntracked = "nix.file-untracked", Invalid;
    NixDuplicateAttribute = "nix.duplicate-attribute", Invalid;
    NixLockStale = "nix.lock-stale", Invalid;
    NixDownload = "nix.download", Environment;
    NixAssertion = "nix.assertion", Invalid;
    NixUnfree = "nix.unfree", Invalid;
    NixBroken = "nix.broken", Invalid;
    NixArgument = "nix.argument", Invalid;
    NixImportFromDerivation = "nix.import-from-derivation", Invalid;
    NixOther = "nix.other", Invalid;
    EnvNoNix = "env.no-nix", Environment;
    EnvOldNix = "env.old-nix", Environment;
    EnvNoGit = "env.no-git", Environment;
    EnvNoAge = "env.no-age", Environment;
    EnvTimeout = "env.timeout", Environment;
    EnvInterrupted = "env.interrupted", Environment;
    EnvCommand = "env.command", Environment;
    LockHeld = "lock.held", Busy;
    JournalBroken = "journal.broken", Busy;
    EditUnknown = "edit.unknown", Refused;
}

impl fmt::Display for Code {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

impl Serialize for Code {
    fn serialize<S: Serializer>(&self, serializer: S) -> std::result::Result<S::Ok, S::Error> {
        serializer.serialize_str(self.as_str())
    }
}

/// A place in a file with the text it was found in, so that a front end can show it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Label {
    /// Path relative to the flake's root (or as the caller named it, in file mode).
    pub file: String,
    /// The file's text at the time; for a failed candidate, the edited text.
    pub source: Arc<str>,
    /// The bytes meant.
    pub span: Span,
    /// What is there, in a few words; may be empty.
    pub message: String,
}

impl Label {
    /// The 1-based line and column of the label's first byte.
    pub fn position(&self) -> Position {
        position(&self.source, self.span.start)
    }

    /// `file:line`, as people and editors write it.
    pub fn file_line(&self) -> String {
        format!("{}:{}", self.file, self.position().line)
    }
}

/// One finding: what, where, and the way out.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Diagnostic {
    /// Stable name of the kind of finding.
    pub code: Code,
    /// One sentence without a final full stop; may hold further lines.
    pub message: String,
    /// Places, the most important first.
    pub labels: Vec<Label>,
    /// What would settle it, usually a command to paste.
    pub help: Option<String>,
    /// The names or places that could have been meant.
    pub candidates: Vec<String>,
}

impl Diagnostic {
    /// A finding without place or advice.
    pub fn new(code: Code, message: impl Into<String>) -> Box<Self> {
        Box::new(Self { code, message: message.into(), labels: Vec::new(), help: None, candidates: Vec::new() })
    }

    /// Adds a place.
    pub fn at(mut self: Box<Self>, file: &str, source: &Arc<str>, span: Span, message: impl Into<String>) -> Box<Self> {
        self.labels.push(Label { file: file.to_owned(), source: source.clone(), span, message: message.into() });
        self
    }

    /// Adds the way out.
    pub fn help(mut self: Box<Self>, help: impl Into<String>) -> Box<Self> {
        self.help = Some(help.into());
        self
    }

    /// Adds what could have been meant.
    pub fn candidates<S: Into<String>>(mut self: Box<Self>, names: impl IntoIterator<Item = S>) -> Box<Self> {
        self.candidates.extend(names.into_iter().map(Into::into));
        self
    }
}

impl fmt::Display for Diagnostic {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.message)
    }
}

impl std::error::Error for Diagnostic {}
