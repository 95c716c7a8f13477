//! `update [INPUT…]`: lock inputs anew, all of them or those named. Only flake.lock changes.
//!
//! Refuses: no input of that name; then it says which input a package of that name would come from.

use super::inputs_changed::{self, FLAKE, Reach};
use crate::diagnostic::{Code, Diagnostic, Result};
use crate::flake_lock::{FlakeLock, beside};
use crate::operation::Update;
use crate::plan::{LockWish, Plan};
use crate::project::Project;
use crate::similar_names::near;

pub(super) fn plan(project: &Project, args: &Update) -> Result<Plan> {
    let file = args.file.as_deref().unwrap_or(FLAKE);
    let flake = project.flake_in(file)?;
    let known = inputs_changed::names(&flake);
    let lock = project.bytes(&beside(file))?.and_then(|bytes| FlakeLock::parse(&bytes)).unwrap_or_default();
    for name in &args.inputs {
        // `a/b` is an input of an input, which only the lock file knows.
        let deep = name.contains('/') && lock.input(name).is_some();
        if !deep && !known.contains(name) {
            return Err(unknown(project, name, &known, &lock));
        }
        if let Some(target) = lock.input(name).and_then(|pin| pin.follows) {
            let message = format!("input '{name}' follows {target} and is not locked by itself");
            return Err(Diagnostic::new(Code::UsageInvalid, message).help(format!("update what it follows: nixedit update {target}")));
        }
    }
    let summary = match args.inputs.as_slice() {
        [] => "updated all inputs".to_owned(),
        names => format!("updated {}", names.join(", ")),
    };
    let wish = LockWish { update: Some(args.inputs.clone()), required: true, ..LockWish::changed(file) };
    Ok(Plan { summary, targets: inputs_changed::of_lock(project, file, Reach::Systems), lock: Some(wish), ..Plan::default() })
}

/// A name that is no input may be a package, which is as old as the input that it comes from.
fn unknown(project: &Project, name: &str, known: &[String], lock: &FlakeLock) -> Box<Diagnostic> {
    let is_package = near(name, known.iter().map(String::as_str)).is_empty() && project.names_somewhere(name);
    match lock.input("nixpkgs").filter(|_| is_package) {
        Some(pin) => {
            let error = Diagnostic::new(Code::InputMissing, format!("there is no input '{name}'")).candidates(known.to_vec());
            error.help(format!("a package is updated with its input; nixpkgs is at {}: nixedit update nixpkgs", pin.words()))
        }
        None => inputs_changed::unknown(name, known),
    }
}
