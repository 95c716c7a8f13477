//! Whom to ask what reading leaves open: the nix that the flags and settings allow.

use crate::cli::Global;
use crate::place::Workspace;
use crate::prove;
use nixedit_core::ask::Asker;
use nixedit_core::diagnostic::{Code, Diagnostic, Result};
use nixedit_core::settings::Settings;
use nixedit_core::validate::Level;

/// Somebody to ask about the flake; `None` without a nix, or where nothing is to be evaluated.
pub fn asker(place: &Workspace, settings: &Settings, global: &Global) -> Result<Option<Asker>> {
    let level = global.validate.as_deref().map(str::parse::<Level>).transpose()?;
    if global.no_validate || !place.is_flake || level.is_some_and(|level| level < Level::Target) {
        return Ok(None);
    }
    let mut settings = settings.clone();
    if let Some(timeout) = &global.timeout {
        settings.validate.timeout.clone_from(timeout);
    }
    let Some(nix) = prove::find(&settings)? else { return Ok(None) };
    Asker::new(&place.root, nix, prove::interrupt()).map(Some)
}

/// The same, or a refusal: what was asked for needs an answer.
pub fn required(place: &Workspace, settings: &Settings, global: &Global) -> Result<Asker> {
    if global.no_validate {
        return Err(Diagnostic::new(Code::UsageInvalid, "this needs an evaluation, which --no-eval forbids").help("leave --no-eval away"));
    }
    asker(place, settings, global)?
        .ok_or_else(|| Diagnostic::new(Code::EnvNoNix, "there is no nix to ask").help("install nix, or name one with NIXEDIT_NIX"))
}
