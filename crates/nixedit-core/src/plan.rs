//! What an operation decided: structural steps, the proof that is to follow, and what to tell.

pub use crate::place::Place;
use crate::settings::Formatter;
use crate::syntax::attr_path::AttrPath;
use crate::syntax::fragment::Fragment;
use crate::text::Span;

/// One structural change of one file. Spans name nodes of the file as the plan saw it.
// The fields say what they are: the file, the node's span in it, what goes there.
#[allow(missing_docs)]
#[derive(Clone, Debug, PartialEq)]
pub enum Step {
    /// Replace the node at `at` by an expression.
    Replace { file: String, at: Span, with: Fragment },
    /// Insert elements into the list at `list`.
    InsertElements { file: String, list: Span, elements: Vec<Fragment>, place: Place, comment: Option<String> },
    /// Remove elements (given by their own spans) from the list at `list`.
    RemoveElements { file: String, list: Span, elements: Vec<Span> },
    /// Make comments of elements (given by their own spans) of the list at `list`.
    CommentOutElements { file: String, list: Span, elements: Vec<Span> },
    /// Put an element back in the place of the comment at `at` that holds it.
    RestoreElement { file: String, at: Span, text: String },
    /// Put ` OPERATOR OPERAND` behind the expression at `at`.
    AppendOperand { file: String, at: Span, operator: &'static str, operand: Fragment },
    /// Insert a binding into the set (or `let`) at `set`.
    InsertBinding { file: String, set: Span, path: AttrPath, value: Fragment, place: Place, comment: Option<String> },
    /// Insert bindings, in this order, where the first of them goes.
    InsertBindings { file: String, set: Span, bindings: Vec<(AttrPath, Fragment)>, place: Place },
    /// Put a `let` with these bindings around the expression at `at`.
    InsertLet { file: String, at: Span, bindings: Vec<(AttrPath, Fragment)> },
    /// Put another path and value in the place of a binding (given by its own span).
    ReplaceBinding { file: String, binding: Span, path: AttrPath, value: Fragment },
    /// Give a name of the `inherit` at `inherit` a binding of its own; without a value only take it out.
    BindInherited { file: String, inherit: Span, name: String, value: Option<Fragment> },
    /// Remove the bindings (given by their own spans).
    RemoveBindings { file: String, bindings: Vec<Span> },
    /// Make `name` an argument of the function of a module that is written in place at `module`, else of
    /// the file's own.
    AddArgument { file: String, module: Option<Span>, name: String },
    /// Drop `name` from the pattern of the file's module function.
    RemoveArgument { file: String, name: String },
    /// Put `name` into the pattern of the function at `function`.
    AddParameter { file: String, function: Span, name: String },
    /// Drop `name` from the pattern of the function at `function`.
    RemoveParameter { file: String, function: Span, name: String },
    /// Take away a `let` (given by its span) with all that it binds; what it was for stays.
    RemoveLet { file: String, at: Span },
    /// Put a text in the place of bytes: of a file that is no Nix source, or within a string.
    ReplaceText { file: String, at: Span, text: String },
    /// Write a new file.
    CreateFile { file: String, contents: Vec<u8> },
    /// Write a new file that only the keys can decrypt.
    EncryptFile { file: String, recipients: Vec<String>, plaintext: Plaintext, armored: bool },
    /// Delete a file.
    DeleteFile { file: String },
    /// Lay out a whole file, one that was not laid out so only with `force`.
    Format { file: String, formatter: Formatter, force: bool },
}

/// A secret's value on its way to encryption. It is never shown: not by `Debug`, not as JSON.
#[derive(Clone, PartialEq, Eq)]
pub struct Plaintext(Vec<u8>);

impl Plaintext {
    /// Takes the value.
    pub fn new(value: Vec<u8>) -> Self {
        Self(value)
    }

    /// The value, for encryption and nothing else.
    pub fn reveal(&self) -> &[u8] {
        &self.0
    }
}

impl std::fmt::Debug for Plaintext {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Plaintext(…)")
    }
}

impl Step {
    /// The file that the step changes.
    pub fn file(&self) -> &str {
        match self {
            Step::Replace { file, .. }
            | Step::InsertElements { file, .. }
            | Step::RemoveElements { file, .. }
            | Step::CommentOutElements { file, .. }
            | Step::RestoreElement { file, .. }
            | Step::AppendOperand { file, .. }
            | Step::InsertBinding { file, .. }
            | Step::InsertBindings { file, .. }
            | Step::InsertLet { file, .. }
            | Step::ReplaceBinding { file, .. }
            | Step::BindInherited { file, .. }
            | Step::RemoveBindings { file, .. }
            | Step::AddArgument { file, .. }
            | Step::RemoveArgument { file, .. }
            | Step::RemoveLet { file, .. }
            | Step::AddParameter { file, .. }
            | Step::RemoveParameter { file, .. }
            | Step::ReplaceText { file, .. }
            | Step::CreateFile { file, .. }
            | Step::EncryptFile { file, .. }
            | Step::DeleteFile { file }
            | Step::Format { file, .. } => file,
        }
    }
}

/// What is to become of a flake's lock file.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct LockWish {
    /// The flake's file: `flake.nix`, or one in a folder below.
    pub flake: String,
    /// Inputs to lock anew, all of them where the list is empty; `None` to lock only those that are
    /// missing or that changed.
    pub update: Option<Vec<String>>,
    /// Whether locking is all that is asked for, so that it cannot be left out.
    pub required: bool,
    /// Pairs of an input and one of its own that must be there: what is to follow something.
    pub inner: Vec<(String, String)>,
}

impl LockWish {
    /// What is missing or changed in the flake of this file.
    pub fn changed(flake: &str) -> Self {
        Self { flake: flake.to_owned(), ..Self::default() }
    }

    /// Both wishes as one.
    pub fn and(mut self, other: Self) -> Self {
        self.update = match (self.update, other.update) {
            (Some(a), Some(b)) if a.is_empty() || b.is_empty() => Some(Vec::new()),
            (Some(a), Some(b)) => Some([a, b].concat()),
            (a, b) => a.or(b),
        };
        self.required |= other.required;
        self.inner.extend(other.inner);
        self
    }
}

/// A question to Nix about one attribute, asked on the base and on the candidate.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Target {
    /// The host the question is about; `None` for a flake output that belongs to none.
    pub host: Option<String>,
    /// The flake output that is evaluated: `nixosConfigurations.nxiz`,
    /// `devShells.x86_64-linux.default`, already quoted for Nix.
    pub output: String,
    /// What people call it: `home.packages`, `services.resolved.enable`.
    pub label: String,
    /// A Nix expression over `c`, the value of `output`, that gives JSON.
    pub question: String,
    /// What the answers must be.
    pub expect: Expect,
    /// Asked from level `outputs` on only: a question that forces `outPath`, and so costs more and
    /// finds what names hide (unfree, broken, insecure packages; secrets without a file).
    pub forced: bool,
}

impl Target {
    /// Whether all that a host is made of still evaluates; `output` is where the flake has it. It costs
    /// many times what a question about one option does.
    pub fn whole_system(output: &str) -> Self {
        let label = if output.starts_with("homeConfigurations.") { "home.activationPackage" } else { "system.build.toplevel" };
        Self {
            host: AttrPath::parse(output).ok().and_then(|path| path.names().last().cloned()),
            output: output.to_owned(),
            label: label.to_owned(),
            question: format!("c.config.{label}.drvPath"),
            expect: Expect::Evaluates,
            forced: false,
        }
    }
}

/// What base and candidate must answer.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Expect {
    /// The candidate's answer differs from the base's: the effect is reported.
    Changed,
    /// As `Changed`, but it is enough that one target of the same host and the same group (the text)
    /// differs; `effect.none` only when none of them does. For a value that several options read,
    /// some of which may be overridden elsewhere.
    ChangedAny(String),
    /// Both answer the same: no spill, or a refactoring.
    Same,
    /// The candidate's answer must not fail; what differs from the base's is reported. For an option
    /// that may well keep its value, as one that is wired to a host table.
    Reported,
    /// The candidate answers with this JSON (compact text); the base may fail or differ.
    Equals(String),
    /// The candidate's answer is evaluated and must not fail; no comparison.
    Evaluates,
}

/// What an operation wants done. No steps means "already so", which is success.
#[derive(Clone, Debug, Default)]
pub struct Plan {
    /// Changes, applied in order; a later step sees the files as the earlier ones left them only
    /// when it comes from a later operation: within one plan all spans are of the same snapshot.
    pub steps: Vec<Step>,
    /// What proves it.
    pub targets: Vec<Target>,
    /// What is to become of the lock file; `None` leaves it alone.
    pub lock: Option<LockWish>,
    /// One line for people: `added ripgrep to home.packages of nxiz`.
    pub summary: String,
    /// The hosts that were asked for.
    pub hosts: Vec<String>,
    /// What becomes of each host, a line each: `adeck false -> true`.
    pub lines: Vec<String>,
    /// Remarks that do not stop anything.
    pub notes: Vec<Note>,
    /// Commands that the user runs next.
    pub next: Vec<String>,
}

/// A remark with a stable code, such as `comment-kept`.
#[derive(Clone, Debug, PartialEq, Eq, serde::Serialize, serde::Deserialize, schemars::JsonSchema)]
#[non_exhaustive]
pub struct Note {
    /// Stable name.
    pub code: String,
    /// One sentence.
    pub message: String,
}
