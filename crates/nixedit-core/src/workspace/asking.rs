//! Whom to ask what reading leaves open: the nix that the options and settings allow.

use super::caller::{Event, Until};
use super::{Workspace, prove};
use crate::ask::{Asker, hosts};
use crate::diagnostic::{Code, Diagnostic, Result};
use crate::project::Project;
use crate::settings::Settings;

impl Workspace {
    #[doc(hidden)]
    /// Somebody to ask about the flake as it is on disk; `None` without a nix, or where nothing is to be evaluated.
    pub fn asker(&self, settings: &Settings) -> Result<Option<Asker>> {
        if !self.may_ask() {
            return Ok(None);
        }
        let Some(nix) = prove::find(self, &prove::with_timeout(self, settings))? else { return Ok(None) };
        let asker = Asker::new(&self.root, nix, self.caller.cancel())?;
        let caller = self.caller.clone();
        Ok(Some(asker.telling(Box::new(move |output| {
            Until::began(&caller, &Event::Asking(output.to_owned()), Event::Asked(output.to_owned())).boxed()
        }))))
    }

    #[doc(hidden)]
    /// The same, or a refusal (`usage.invalid`, `env.no-nix`): what was asked for needs an answer.
    pub fn required_asker(&self, settings: &Settings) -> Result<Asker> {
        if self.is_flake && !self.may_ask() {
            let error = Diagnostic::new(Code::UsageInvalid, "this needs an evaluation, which --no-eval forbids");
            return Err(error.help("leave --no-eval away"));
        }
        let missing = || Diagnostic::new(Code::EnvNoNix, "there is no nix to ask").help("install nix, or name one with NIXEDIT_NIX");
        self.asker(settings)?.ok_or_else(missing)
    }

    #[doc(hidden)]
    /// The project, with what Nix knows of hosts that are asked for by name and cannot be read.
    pub fn with_hosts(&self, project: Project, named: &[String]) -> Result<Project> {
        let unknown = named.iter().any(|name| project.host(name).is_err() && hosts::left_open(&project, std::slice::from_ref(name)));
        match self.asker_if(unknown, &project)? {
            Some(asker) => hosts::learned(&asker, &project, named),
            None => Ok(project),
        }
    }

    #[doc(hidden)]
    /// The project with the names of all hosts, where some cannot be read.
    pub fn with_names(&self, project: Project) -> Result<Project> {
        let open = project.host_map().is_ok_and(|map| map.hosts.is_empty() || !map.unresolved.is_empty());
        match self.asker_if(open, &project)? {
            Some(asker) => hosts::named(&asker, &project),
            None => Ok(project),
        }
    }

    /// The project with all that Nix knows of its hosts; `None` where nobody can be asked.
    pub(super) fn learned(&self, project: &Project) -> Result<Option<Project>> {
        self.asker(project.settings())?.map(|asker| hosts::learned(&asker, project, &[])).transpose()
    }

    fn asker_if(&self, needed: bool, project: &Project) -> Result<Option<Asker>> {
        if needed { self.asker(project.settings()) } else { Ok(None) }
    }
}
