//! What `nixedit overlay …` asks for.

use super::input_operation::new_input;
use super::overlay::{Command, Namespace, Override, Pin};
use nixedit_core::diagnostic::{Code, Diagnostic, Result};
use nixedit_core::operation::{InputAdd, Operation, OverlayAdd, OverlayNamespace, OverlayOverride, OverlayPin, OverlayRemove};

impl Command {
    /// The operations; none for the listing, which changes nothing.
    pub fn operations(&self) -> Result<Vec<Operation>> {
        Ok(match self {
            Command::Override(args) => vec![args.operation()?],
            Command::Add(args) => {
                let (input, overlay) = match args.overlay.split_once('#') {
                    Some((input, overlay)) => (input.to_owned(), Some(overlay.to_owned())),
                    None => (args.overlay.clone(), None),
                };
                vec![Operation::OverlayAdd(OverlayAdd { hosts: args.hosts.hosts(), input, overlay })]
            }
            Command::Namespace(args) => args.operations()?,
            Command::Pin(args) => args.operations()?,
            Command::Remove(args) => vec![Operation::OverlayRemove(OverlayRemove {
                hosts: args.hosts.hosts(),
                target: args.file.target(None)?,
                name: args.name.clone(),
            })],
            Command::List(_) => Vec::new(),
        })
    }

    pub fn name(&self) -> &'static str {
        match self {
            Command::Override(_) => "overlay override",
            Command::Add(_) => "overlay add",
            Command::Namespace(_) => "overlay namespace",
            Command::Pin(_) => "overlay pin",
            Command::Remove(_) => "overlay remove",
            Command::List(_) => "overlay list",
        }
    }
}

impl Override {
    fn operation(&self) -> Result<Operation> {
        Ok(Operation::OverlayOverride(OverlayOverride {
            target: self.file.target(None)?,
            package: self.package.clone(),
            set: self.set.clone(),
            append: self.append.clone(),
            remove: self.remove.clone(),
            patch: self.patch.clone(),
            comment: self.comment.clone(),
            why: self.why.clone(),
            until: self.until.clone(),
            merge: self.merge,
        }))
    }
}

impl Namespace {
    fn operations(&self) -> Result<Vec<Operation>> {
        let (input, url) =
            match self.input.as_deref().map(|text| text.split_once('=').map_or((text, None), |(name, url)| (name, Some(url)))) {
                Some((name, url)) => (Some(name.to_owned()), url),
                None => (None, None),
            };
        let added =
            input.clone().zip(url).map(|(name, url)| InputAdd { no_flake: true, with_sources: true, ..new_input(&name, url, &self.lock) });
        let namespace = OverlayNamespace {
            target: self.file.target(None)?,
            name: self.name.clone(),
            input,
            entries: self.entry.clone(),
            comment: self.comment.clone(),
        };
        Ok(added.map(Operation::InputAdd).into_iter().chain([Operation::OverlayNamespace(namespace)]).collect())
    }
}

impl Pin {
    fn operations(&self) -> Result<Vec<Operation>> {
        if let Some(rev) = self.rev.as_ref().filter(|rev| rev.len() != 40 || !rev.bytes().all(|b| b.is_ascii_hexdigit())) {
            return Err(Diagnostic::new(Code::UsageInvalid, format!("'{rev}' is no revision"))
                .help("all 40 hexadecimal digits; a branch or tag is given with --url github:NixOS/nixpkgs/BRANCH"));
        }
        let url = self.url.clone().or_else(|| self.rev.as_ref().map(|rev| format!("github:NixOS/nixpkgs/{rev}")));
        let comment = self.until.as_ref().map(|until| format!("Held back until {until}; drop then"));
        let added = url.map(|url| InputAdd { comment, ..new_input(&self.input, &url, &self.lock) });
        let pin = OverlayPin {
            target: self.file.target(None)?,
            package: self.package.clone(),
            input: self.input.clone(),
            why: self.why.clone(),
            until: self.until.clone(),
        };
        Ok(added.map(Operation::InputAdd).into_iter().chain([Operation::OverlayPin(pin)]).collect())
    }
}
