//! The kind of a failure, by the words of its message.

use crate::diagnostic::Code;

/// Words (in lower case) that tell a kind; all words of a row must occur. The first row that fits
/// decides, so what merely contains another message stands before it.
const KINDS: &[(&[&str], Code)] = &[
    (&["failed assertions:"], Code::NixAssertion),
    (&["assertion '", "' failed"], Code::NixAssertion),
    (&["allow-import-from-derivation"], Code::NixImportFromDerivation),
    (&["requires lock file changes"], Code::NixLockStale),
    (&["cannot write modified lock file"], Code::NixLockStale),
    (&["cannot update unlocked flake input"], Code::NixLockStale),
    (&["lock file", "unlocked"], Code::NixLockStale),
    (&["unable to download"], Code::NixDownload),
    (&["resolve host"], Code::NixDownload),
    (&["failed to open archive"], Code::NixDownload),
    (&["nar hash mismatch"], Code::NixDownload),
    (&["mismatch in field 'narhash'"], Code::NixDownload),
    (&["unable to fetch"], Code::NixDownload),
    (&["cannot fetch"], Code::NixDownload),
    (&["cannot find git revision"], Code::NixDownload),
    (&["failed to fetch"], Code::NixDownload),
    (&["syntax error"], Code::NixSyntax),
    (&["duplicate formal function argument"], Code::NixSyntax),
    (&["already defined at"], Code::NixDuplicateAttribute),
    (&["dynamic attribute", "already defined"], Code::NixDuplicateAttribute),
    (&["undefined variable '"], Code::NixUndefinedVariable),
    (&["unfree license"], Code::NixUnfree),
    (&["refusing to evaluate"], Code::NixBroken),
    (&["option `", "does not exist"], Code::NixOptionMissing),
    (&["option `", "conflicting definition"], Code::NixOptionConflict),
    (&["option `", "defined multiple times"], Code::NixOptionConflict),
    (&["option `", "set multiple times"], Code::NixOptionConflict),
    (&["option `", "already declared"], Code::NixOptionConflict),
    (&["option `", "no value defined"], Code::NixOptionUnset),
    (&["option `", "is used but not defined"], Code::NixOptionUnset),
    (&["option `", "is not of type"], Code::NixType),
    (&["attribute '", "' missing"], Code::NixAttributeMissing),
    (&["attribute '", "in selection path", "not found"], Code::NixAttributeMissing),
    (&["does not provide attribute"], Code::NixAttributeMissing),
    (&["infinite recursion"], Code::NixRecursion),
    (&["stack overflow"], Code::NixRecursion),
    (&["called with unexpected argument"], Code::NixArgument),
    (&["called without required argument"], Code::NixArgument),
    (&["is an indirect flake reference"], Code::NixArgument),
    (&["cannot find flake 'flake:"], Code::NixArgument),
    (&["is not tracked by git"], Code::NixFileUntracked),
    (&["no such file or directory"], Code::NixFileMissing),
    (&["does not exist in git repository"], Code::NixFileMissing),
    (&["path '", "' does not exist"], Code::NixFileMissing),
    (&["«", "' does not exist"], Code::NixFileMissing),
    (&["'/", "' does not exist"], Code::NixFileMissing),
    (&["cannot coerce"], Code::NixType),
    (&["value is ", " was expected"], Code::NixType),
    (&["expected a", " but found "], Code::NixType),
    (&["which is not a function"], Code::NixType),
    (&["cannot convert", " to json"], Code::NixType),
    (&["doesn't represent an absolute path"], Code::NixType),
    (&["cannot compare "], Code::NixType),
    (&["cannot add "], Code::NixType),
];

/// Words that nixpkgs uses in the `throw` behind a name it has given up.
const GIVEN_UP: &[&str] = &["has been renamed", "has been removed", "has been replaced", "was renamed", "was removed", "has moved to"];

/// The kind of failure that `message` (bare, without colours) tells of; `nix.other` when none fits.
pub fn classify(message: &str) -> Code {
    let lower = message.to_lowercase();
    let fits = |words: &&[&str]| words.iter().all(|word| lower.contains(word));
    if let Some((_, code)) = KINDS.iter().find(|(words, _)| fits(words)) {
        return *code;
    }
    if GIVEN_UP.iter().any(|words| lower.contains(words)) { Code::NixAliasThrows } else { Code::NixOther }
}
