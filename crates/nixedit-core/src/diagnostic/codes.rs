//! Every code that nixedit reports, with what it means: the text of `nixedit explain`.

use super::Kind;

macro_rules! codes {
    ($($(#[doc = $doc:literal])* $name:ident = $text:literal, $kind:ident;)*) => {
        /// Stable, dotted names of everything nixedit reports. Codes are only ever added.
        ///
        /// The first paragraph of each says what happened and why nothing was done, the second what
        /// settles it.
        #[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
        #[non_exhaustive]
        pub enum Code { $($(#[doc = $doc])* $name,)* }

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

            /// Its documentation, a line for each line of the source.
            fn documentation(self) -> &'static [&'static str] {
                match self { $(Code::$name => &[$($doc),*],)* }
            }
        }
    };
}

codes! {
    /// No host has this name. Hosts are the attributes of nixosConfigurations: those that are written
    /// in the flake's files, and those that Nix names where the flake computes them.
    ///
    /// Take one of the names that the message lists; `nixedit hosts list` shows them all.
    HostUnknown = "host.unknown", Refused;
    /// The host has no Home Manager user, so it has no home.packages and no other user option.
    ///
    /// Take the system's side with --to system, or give the host a user first.
    HostNoHomeManager = "host.no-home-manager", Refused;
    /// The host has several Home Manager users, and the request does not say whose files are meant.
    ///
    /// Name the file with --file, or state the user in nixedit.toml: `[flake] user = "NAME"`.
    HostAmbiguous = "host.ambiguous", Refused;
    /// The request is about one host, the flake has several, and none was named.
    ///
    /// Name it with --host HOST, take all with --all-hosts, or name a file with --file.
    HostRequired = "host.required", Usage;
    /// The package set of this host has no package of this name. It was asked with the flake's own
    /// lock, overlays and settings, so a name that exists elsewhere may well be missing here.
    ///
    /// Take one of the near names, or look for others: `nixedit discover NAME --host HOST`.
    PackageMissing = "package.missing", Refused;
    /// The name is there, but only to say that the package has another name now.
    ///
    /// Take the new name.
    PackageRenamed = "package.renamed", Refused;
    /// The package is installed on the host already, by another file.
    ///
    /// Leave it so, or add it a second time with --force.
    PackagePresent = "package.present", Refused;
    /// A package name is an attribute name, or several with dots between them; this is none.
    ///
    /// Write it as in pkgs.NAME, without pkgs. For packages of an input use --from INPUT.
    PackageName = "package.name", Usage;
    /// The value is no list that is written down: a function makes it, or it is a name that is
    /// bound elsewhere. An element cannot be put into text that is not there.
    ///
    /// Name the list that it is made from with --path, or its file with --file.
    ListNotLiteral = "list.not-literal", Refused;
    /// Several lists qualify in equal standing, and a guess could be wrong.
    ///
    /// Say which with --at LINE; the message names a line of each.
    ListAmbiguous = "list.ambiguous", Refused;
    /// There is no such list in the file, or none at that line.
    ///
    /// Start it with `nixedit option set PATH '[ ]' --nix --file FILE`, or name another file or path.
    ListMissing = "list.missing", Refused;
    /// The element is not in the list.
    ///
    /// Look at what is there: `nixedit get PATH --file FILE`. Without --strict a removal of what is
    /// absent is no error.
    ItemMissing = "item.missing", Refused;
    /// The text fits several elements, or only a part of one.
    ///
    /// Write the whole element as it stands in the file.
    ItemAmbiguous = "item.ambiguous", Refused;
    /// No comment in the list begins with these words, so there is no such group.
    ///
    /// Take one of the groups that the message lists, or start one with --new-group TEXT.
    GroupMissing = "group.missing", Refused;
    /// No host table has this name or key. A host table is a set with a row for each host that is
    /// selected by the host's name.
    ///
    /// Look at the tables with `nixedit perhost list`; name the file with --file, the table with --table.
    TableMissing = "table.missing", Refused;
    /// Several host tables fit.
    ///
    /// Name the file with --file or the table with --table.
    TableAmbiguous = "table.ambiguous", Refused;
    /// The table has no row for this host, or the row has no such key.
    ///
    /// Add the row with `nixedit perhost add-host HOST`, or the key with `nixedit perhost set KEY VALUE`.
    KeyMissing = "key.missing", Refused;
    /// A row would lack the key, and what reads the key has no default: evaluation would fail there.
    ///
    /// Give every row a value, or let the readers default with --default VALUE.
    KeyNoDefault = "key.no-default", Refused;
    /// Without a value a key becomes true everywhere; this one is not a boolean.
    ///
    /// Give the value: `nixedit perhost set KEY VALUE`.
    KeyNotBoolean = "key.not-boolean", Usage;
    /// Nothing reads the key, so setting it would have no effect.
    ///
    /// Let an option read it with --wire OPTION.PATH=EXPRESSION, or insist with --unused-ok.
    KeyUnused = "key.unused", Refused;
    /// The cell holds an expression whose value cannot be read off the text.
    ///
    /// Give the value for each host: --host HOST=VALUE.
    CellNotLiteral = "cell.not-literal", Usage;
    /// The new value is of another type than the old one.
    ///
    /// Write a value of that type, or insist with --force.
    TypeMismatch = "type.mismatch", Refused;
    /// Nothing in the files that were looked at sets this option.
    ///
    /// It may have its default, or be set by a module of an input: `nixedit where PATH --host HOST` asks Nix.
    OptionMissing = "option.missing", Refused;
    /// The attribute is set in several places of equal standing.
    ///
    /// Say which with --at LINE, or name the file with --file.
    OptionDuplicate = "option.duplicate", Refused;
    /// The file is not among the modules of this host, so an edit there would not reach it.
    ///
    /// Name a file of the host (`nixedit hosts show HOST` lists them), or import this one first:
    /// `nixedit module import FILE --host HOST`.
    OptionNotImported = "option.not-imported", Refused;
    /// What is to be written uses a name that nothing binds at that place.
    ///
    /// Add the argument to the module's head, or pass it through specialArgs.
    ArgumentUnbound = "argument.unbound", Refused;
    /// The file is a function of one named parameter, so an argument cannot be added to its pattern.
    ///
    /// Write the parameter as a pattern, or use PARAMETER.NAME yourself with --nix.
    ArgumentNamedParameter = "argument.named-parameter", Refused;
    /// The flake has an input of this name with another address.
    ///
    /// Choose another name, or remove the old one first: `nixedit input remove NAME`.
    InputExists = "input.exists", Refused;
    /// The flake has no input of this name, or the input has no such output.
    ///
    /// Add it first: `nixedit input add NAME URL`.
    InputMissing = "input.missing", Refused;
    /// The input is still used, in the places that the message lists; without it they would fail.
    ///
    /// Remove these uses first.
    InputUsed = "input.used", Refused;
    /// The pattern of outputs takes only the inputs it names and cannot be extended safely.
    ///
    /// Add the name to the pattern, or `...` behind the last one.
    InputClosedPattern = "input.closed-pattern", Refused;
    /// The input has no input of its own of this name, so there is nothing that could follow; Nix would
    /// only warn.
    ///
    /// Take one of the names that the message lists.
    InputFollowsMissing = "input.follows-missing", Refused;
    /// A comment at the input, or `[inputs] never_follow` in nixedit.toml, says that its own inputs are to
    /// stay its own, most often since it is built and cached with them.
    ///
    /// Leave it so, or insist with --force.
    InputNeverFollow = "input.never-follow", Refused;
    /// The address is no flake reference.
    ///
    /// Write it as github:OWNER/REPOSITORY, git+https://HOST/PATH, or path:./FOLDER.
    InputAddress = "input.address", Usage;
    /// An overlay for this package, or this overlay of an input, is there already.
    ///
    /// Add to an override with --merge, or remove it first: `nixedit overlay remove NAME`.
    OverlayExists = "overlay.exists", Refused;
    /// No overlay defines this name, or the input has no overlay of this name.
    ///
    /// Look at those there are: `nixedit overlay list`.
    OverlayMissing = "overlay.missing", Refused;
    /// Another overlay of the same input is there; the two exclude each other.
    ///
    /// Remove the other one first: `nixedit overlay remove INPUT#NAME`.
    OverlayConflict = "overlay.conflict", Refused;
    /// The command that deploys a host failed. An edit that was made before stays.
    ///
    /// Mend what the message shows and apply again, or go back: `nixedit rollback --host HOST`.
    ApplyFailed = "apply.failed", Apply;
    /// `nix profile` failed; the profile is as it was.
    ///
    /// See what it has: `nixedit profile list`.
    ProfileFailed = "profile.failed", Environment;
    /// A linter finds something that it did not find before.
    ///
    /// Mend it, or see all findings: `nixedit lint --all`.
    LintNew = "lint.new", Invalid;
    /// Something that changes the machine was not confirmed.
    ///
    /// Confirm it on a terminal, or with --yes.
    NotConfirmed = "not-confirmed", Usage;
    /// Another activation script has that name.
    ///
    /// Take another name, or remove that one: `nixedit activation remove NAME`.
    ActivationExists = "activation.exists", Refused;
    /// The host's files build something of that name already.
    ///
    /// Give it a new version: `nixedit derivation bump NAME --version VERSION`.
    DerivationExists = "derivation.exists", Refused;
    /// No file of the host builds something of that name.
    ///
    /// Look at those there are: `nixedit derivation list`.
    DerivationMissing = "derivation.missing", Refused;
    /// The file of the home is managed already, in another way.
    ///
    /// Remove that first: `nixedit file remove TARGET`, or the entry of `xdg.configFile`.
    HomeFileManaged = "home-file.managed", Refused;
    /// The flake has another check of this name.
    ///
    /// Choose another name, or remove it first: `nixedit check remove NAME`.
    CheckExists = "check.exists", Refused;
    /// A secret of this name has a rule, a file or an entry already.
    ///
    /// Choose another name, or change who can read it: `nixedit secret recipients NAME --add KEY`.
    SecretExists = "secret.exists", Refused;
    /// There is no secret of this name, or the flake has no agenix rules file.
    ///
    /// Look at those there are: `nixedit secret list`.
    SecretMissing = "secret.missing", Refused;
    /// The secret is still read, in the places that the message lists.
    ///
    /// Remove these uses first.
    SecretUsed = "secret.used", Refused;
    /// The rules file binds no key of this name.
    ///
    /// Take one of the names that the message lists, or bind the key in the rules file.
    SecretRecipientUnknown = "secret.recipient-unknown", Refused;
    /// A host would get the secret but could not decrypt it: its key is not among the recipients.
    ///
    /// Add the host's key to the recipients, or leave the host out with --host.
    SecretRecipientMissing = "secret.recipient-missing", Refused;
    /// git ignores the place of the encrypted file, so neither the flake nor the hosts would see it.
    ///
    /// Change the rule in .gitignore that the message names.
    SecretIgnored = "secret.ignored", Refused;
    /// The value stands on the command line, where every program of the machine can read it.
    ///
    /// Give it on standard input: `printf %s "$KEY" | nixedit secret add NAME`.
    SecretValueInArgv = "secret.value-in-argv", Usage;
    /// Standard input held nothing to encrypt.
    ///
    /// Give the value on standard input: `printf %s "$KEY" | nixedit secret add NAME`.
    SecretEmpty = "secret.empty", Usage;
    /// The flake keeps its secrets with sops, which nixedit does not write.
    ///
    /// Use sops itself.
    SecretSops = "secret.sops", Refused;
    /// The module is imported already.
    ///
    /// Nothing is left to do.
    ModuleImported = "module.imported", Refused;
    /// The module that is to be written is there already, and holds something else.
    ///
    /// Choose another name, or import what is there: `nixedit module import FILE --host HOST`.
    ModuleExists = "module.exists", Refused;
    /// There is no such module file.
    ///
    /// Write it first, or correct the path; it is relative to the flake's root or to this folder.
    ModuleMissing = "module.missing", Refused;
    /// The folder's files are imported by themselves; one more line would import the file twice.
    ///
    /// Nothing is left to do.
    ModuleAutoImport = "module.auto-import", Refused;
    /// There is no such file.
    ///
    /// Correct the path; it is relative to the flake's root or to this folder.
    FileMissing = "file.missing", Refused;
    /// git does not track the file, and Nix sees only what git tracks.
    ///
    /// Run git add -N FILE.
    FileUntracked = "file.untracked", Refused;
    /// Other hosts have the same file, and an edit there would reach them too.
    ///
    /// Name the file with --file to mean it all the same, or take all hosts with --all-hosts.
    FileShared = "file.shared", Refused;
    /// The file is no valid Nix, so where an edit belongs cannot be told.
    ///
    /// Correct the place that the message shows.
    FileParse = "file.parse", Refused;
    /// The file or path is not UTF-8.
    ///
    /// Convert it.
    FileEncoding = "file.encoding", Refused;
    /// The file is larger than 64 MiB.
    ///
    /// Split it.
    FileTooLarge = "file.too-large", Refused;
    /// The file nests deeper than 512 levels, or has a run of more than 4096 characters without a blank.
    ///
    /// Split it.
    FileTooDeep = "file.too-deep", Refused;
    /// The file lies outside the flake.
    ///
    /// Name the flake that holds it with -C DIR.
    FileOutside = "file.outside", Refused;
    /// The file or its folder cannot be written.
    ///
    /// Change its permissions, or edit the checkout that it comes from.
    FileReadOnly = "file.read-only", Refused;
    /// The settings forbid to edit this file (`[flake] protected`), most often because a program writes it.
    ///
    /// Edit another file of the host, or change the setting.
    FileProtected = "file.protected", Refused;
    /// A file changed between reading and writing; nothing was written.
    ///
    /// Run the command again; --wait TIME lets it try longer.
    FileChanged = "file.changed", Busy;
    /// The disk failed, or a folder is not accessible.
    ///
    /// The message names the path and the system's own words.
    FileIo = "file.io", Internal;
    /// Its formatter would change the file in places that have nothing to do with an edit.
    ///
    /// Lay out all of it once: `nixedit fmt --force FILE`.
    FormatUnclean = "format.unclean", Refused;
    /// Neither the flake nor the settings name a formatter.
    ///
    /// Name one: `nixedit fmt --formatter nixfmt FILE`.
    FormatUnknown = "format.unknown", Refused;
    /// What the formatter made of the file does not mean the same any more, so it was dropped.
    ///
    /// Lay the file out by hand.
    FormatUnsafe = "format.unsafe", Refused;
    /// There is no such place in the list or set.
    ///
    /// Name another neighbour, or leave the place open.
    PlaceMissing = "place.missing", Refused;
    /// Several places fit.
    ///
    /// Say which with --at LINE.
    PlaceAmbiguous = "place.ambiguous", Refused;
    /// The code is written in a way that this edit does not know how to change safely.
    ///
    /// Make the edit by hand at the place shown, or name a simpler one with --file and --at.
    ShapeUnsupported = "shape.unsupported", Refused;
    /// The value is no valid Nix expression.
    ///
    /// Correct it; leave --nix away to have the text taken as a string.
    ValueSyntax = "value.syntax", Usage;
    /// This is no attribute path.
    ///
    /// Write names separated by dots, quoted where needed: services.nginx.virtualHosts."a.example".
    PathSyntax = "path.syntax", Usage;
    /// The arguments contradict each other, or one of them is malformed.
    ///
    /// The command's --help shows examples.
    UsageInvalid = "usage.invalid", Usage;
    /// A condition on the host needs config, which this file does not get.
    ///
    /// Name a module of the host instead.
    ScopeNoConfig = "scope.no-config", Refused;
    /// After the edit a name would be bound by nothing. This is checked without Nix.
    ///
    /// Bind the name, or edit what uses it too.
    ScopeUnbound = "scope.unbound", Invalid;
    /// After the edit an attribute would be defined twice in one set, which Nix refuses.
    ///
    /// Remove or change the other definition.
    ScopeDuplicate = "scope.duplicate", Invalid;
    /// The text cannot be written inside this kind of string.
    ///
    /// Give it as a Nix expression with --nix.
    StringEscape = "string.escape", Refused;
    /// No flake.nix was found here or above, nor named by NIXEDIT_FLAKE, NH_OS_FLAKE or NH_FLAKE.
    ///
    /// Go to the flake's folder, name it with -C DIR, or name a single file with --file.
    FlakeMissing = "flake.missing", Refused;
    /// A new flake is to go into a folder that has files.
    ///
    /// Name a new folder, or an empty one.
    FlakeExists = "flake.exists", Refused;
    /// The flake has no lock file.
    ///
    /// Lock its inputs: `nixedit input lock`.
    FlakeUnlocked = "flake.unlocked", Refused;
    /// The settings file does not say what a setting can say.
    ///
    /// Correct the place that the message shows in nixedit.toml.
    SettingsInvalid = "settings.invalid", Usage;
    /// The edit would change nothing on the host that was asked for: something else decides the value,
    /// a condition around it is false, or the host does not import the file.
    ///
    /// See what decides: `nixedit where PATH --host HOST`.
    EffectNone = "effect.none", Invalid;
    /// The edit would also change a host that was not asked for.
    ///
    /// Choose a file that only the meant host has, or take all hosts with --all-hosts.
    EffectSpill = "effect.spill", Invalid;
    /// The value would not become the one that was asked for: something else decides it or adds to it.
    ///
    /// See what decides: `nixedit where PATH --host HOST`.
    EffectOther = "effect.other", Invalid;
    /// A check of nixedit's own result failed. This is a mistake in nixedit; nothing was written.
    ///
    /// Report it with the command line and the file.
    ResultBroken = "result.broken", Internal;
    /// Nix knows no variable of this name at the place shown.
    ///
    /// Correct the name, or bind it: by an argument at the top of the file, or by with pkgs.
    NixUndefinedVariable = "nix.undefined-variable", Invalid;
    /// The set has no attribute of this name: a misspelled name, or one that this version of the input
    /// does not have.
    ///
    /// Take a near name; for packages `nixedit discover NAME --host HOST` lists them.
    NixAttributeMissing = "nix.attribute-missing", Invalid;
    /// The file is no valid Nix. The place is often one line late: what is missing is in front of it.
    ///
    /// Most often a semicolon, a bracket or a quote is missing, or a comma is too many.
    NixSyntax = "nix.syntax", Invalid;
    /// A value is of another type than the option or function takes.
    ///
    /// Write a value of the type that the message names; a call in a list needs parentheses.
    NixType = "nix.type", Invalid;
    /// No module of this host declares the option: a misspelled name, or a module not imported.
    ///
    /// Take a near name, or import the module that declares it: `nixedit module import FILE --host HOST`.
    NixOptionMissing = "nix.option-missing", Invalid;
    /// Two definitions of equal priority give the option different values.
    ///
    /// Keep one, or put lib.mkForce before the one that is to win; `nixedit where PATH --host HOST`
    /// lists them.
    NixOptionConflict = "nix.option-conflict", Invalid;
    /// The option has neither a definition nor a default, and something reads it.
    ///
    /// Set it: `nixedit option set PATH VALUE --host HOST`.
    NixOptionUnset = "nix.option-unset", Invalid;
    /// A value needs itself to be computed.
    ///
    /// Look for a read of the option on the way to its own value; imports may never depend on config.
    NixRecursion = "nix.recursion", Invalid;
    /// The name is there, but only to say that the package was renamed or removed.
    ///
    /// Take the name that the message gives.
    NixAliasThrows = "nix.alias", Invalid;
    /// A file that is named in the flake does not exist.
    ///
    /// Correct the path, or write the file.
    NixFileMissing = "nix.file-missing", Invalid;
    /// The file exists, but git does not track it, and Nix sees only what git tracks.
    ///
    /// Run git add -N FILE.
    NixFileUntracked = "nix.file-untracked", Invalid;
    /// An attribute is defined twice in one set.
    ///
    /// Remove one of the two.
    NixDuplicateAttribute = "nix.duplicate-attribute", Invalid;
    /// The lock file does not fit flake.nix.
    ///
    /// Lock what is missing: `nixedit input lock`; it keeps the rest.
    NixLockStale = "nix.lock-stale", Invalid;
    /// An input is not in the store and could not be fetched. The edit is not the cause.
    ///
    /// Evaluate the flake once with network, then try again.
    NixDownload = "nix.download", Environment;
    /// What an input points at could not be fetched, so it cannot be locked: no network, or no such
    /// place. The edit would leave flake.nix ahead of flake.lock, and nothing was written.
    ///
    /// Check the address and the network; --no-lock lands the edit without flake.lock.
    LockFetch = "lock.fetch", Environment;
    /// The lock file cannot be read, most often since a merge left both sides in it. Made anew, every input
    /// would move.
    ///
    /// Take one side, then lock what it lacks: `nixedit input lock`.
    LockBroken = "lock.broken", Refused;
    /// Nix refuses to lock the inputs as the edit leaves them.
    ///
    /// The message is Nix's own. An input that is no flake needs --no-flake.
    LockFailed = "lock.failed", Invalid;
    /// An assertion of the configuration fails.
    ///
    /// The message is the assertion's own; it names what it wants.
    NixAssertion = "nix.assertion", Invalid;
    /// The package's license is not free, and this flake does not allow it.
    ///
    /// Allow it with nixpkgs.config.allowUnfreePredicate, or take another package.
    NixUnfree = "nix.unfree", Invalid;
    /// The package is marked broken, insecure, or not for this platform.
    ///
    /// Take another package; or allow it: nixpkgs.config.allowBroken, permittedInsecurePackages.
    NixBroken = "nix.broken", Invalid;
    /// A function got an argument that it does not take, or lacks one that it needs.
    ///
    /// Pass it through specialArgs (extraSpecialArgs in Home Manager), or remove it from the arguments.
    NixArgument = "nix.argument", Invalid;
    /// A value needs something that must be built during evaluation, which a check never does.
    ///
    /// Write the generated file into the flake instead.
    NixImportFromDerivation = "nix.import-from-derivation", Invalid;
    /// Nix failed in a way that has no code of its own.
    ///
    /// The message is Nix's; the place shown is the nearest one in the flake.
    NixOther = "nix.other", Invalid;
    /// There is no nix, and what was asked for needs one.
    ///
    /// Install nix, name one with NIXEDIT_NIX, or do without: --no-validate.
    EnvNoNix = "env.no-nix", Environment;
    /// This nix is older than 2.4 and knows no flakes.
    ///
    /// Name a newer one with NIXEDIT_NIX.
    EnvOldNix = "env.old-nix", Environment;
    /// There is no git, and what was asked for needs one.
    ///
    /// Install git.
    EnvNoGit = "env.no-git", Environment;
    /// The secret could not be encrypted: a recipient's key is none that age knows, or this nixedit was
    /// built without age.
    ///
    /// The message names the key; else use a build with the feature `age`.
    EnvNoAge = "env.no-age", Environment;
    /// An evaluation took longer than its deadline; nothing was written.
    ///
    /// Allow more with --timeout TIME, or check less with --validate scope.
    EnvTimeout = "env.timeout", Environment;
    /// The command was interrupted; nothing was written.
    ///
    /// Run it again.
    EnvInterrupted = "env.interrupted", Environment;
    /// A program that was started failed in an unexpected way.
    ///
    /// The message names the program and its own words.
    EnvCommand = "env.command", Environment;
    /// Another nixedit works on this repository.
    ///
    /// Wait for it; --wait TIME waits longer.
    LockHeld = "lock.held", Busy;
    /// The record of an interrupted edit cannot be read, so what it left is not known.
    ///
    /// Compare the tree with git, then delete the record that the message names.
    JournalBroken = "journal.broken", Busy;
    /// There is no edit with this id, or nothing to take back.
    ///
    /// Look at the edits: `nixedit log`.
    EditUnknown = "edit.unknown", Refused;
}

impl Code {
    /// The code that reads as `text`.
    pub fn parse(text: &str) -> Option<Self> {
        Self::ALL.iter().copied().find(|code| code.as_str() == text)
    }

    /// What the code means and why nothing was done.
    pub fn meaning(self) -> String {
        self.paragraphs().into_iter().next().unwrap_or_default()
    }

    /// What settles it.
    pub fn remedy(self) -> String {
        self.paragraphs().into_iter().nth(1).unwrap_or_default()
    }

    fn paragraphs(self) -> Vec<String> {
        let lines: Vec<&str> = self.documentation().iter().map(|line| line.trim()).collect();
        lines.split(|line| line.is_empty()).map(|lines| lines.join(" ")).collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_code_is_explained_in_two_paragraphs() {
        for code in Code::ALL {
            let paragraphs = code.paragraphs();
            assert_eq!(paragraphs.len(), 2, "{code} needs what it means and what settles it");
            assert!(paragraphs.iter().all(|p| p.len() > 5 && p.ends_with('.')), "{code}: whole sentences: {paragraphs:?}");
        }
    }

    #[test]
    fn a_code_is_found_by_its_text() {
        assert!(Code::ALL.iter().all(|code| Code::parse(code.as_str()) == Some(*code)));
        assert_eq!(Code::parse("host.unknwon"), None);
    }
}
