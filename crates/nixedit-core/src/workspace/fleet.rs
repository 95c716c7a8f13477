//! The flake as it stands, validated: whole systems, many of them.

use super::Workspace;
use crate::ask::Systems;
use crate::change_set::ChangeSet;
use crate::diagnostic::{Code, Diagnostic, Result};
use crate::plan::Target;
use crate::project::Project;
use crate::settings::Settings;
use crate::system::command::variable;
use crate::system::eval_jobs::EvalJobs;
use crate::system::git::Repository;
use crate::validate::{Fleet, Level, Memory, ValidationFailure, ValidationReport};

impl Workspace {
    #[doc(hidden)]
    /// Validates the flake as it stands by the questions `targets`, and at level `host` by the whole system of
    /// the flake outputs `hosts`, as [`super::FleetOptions`] say. A system that evaluates is not evaluated again
    /// until the flake's content changes. Fails with the first thing that does not hold, and what was found out
    /// until then.
    pub fn validate_outputs(
        &self,
        settings: &Settings,
        targets: &[Target],
        hosts: &[String],
    ) -> std::result::Result<ValidationReport, Box<ValidationFailure>> {
        let early = |error| ValidationFailure::early(Level::None, error);
        let options = &self.options.fleet;
        let mut settings = settings.clone();
        settings.validate.jobs = options.jobs.unwrap_or(settings.validate.jobs);
        let systems = Systems::of(&self.root, options.again).ok();
        let eval_jobs = self.eval_jobs(&settings, hosts.len()).map_err(early)?;
        let first = self.worked_on(&settings, hosts);
        let fleet = Fleet {
            first: &first,
            keep_going: options.keep_going,
            memory: systems.as_ref().map(|systems| systems as &dyn Memory),
            eval_jobs: eval_jobs.as_ref(),
        };
        let validated = self.judged(&settings, &ChangeSet::default(), targets, hosts, fleet)?;
        if self.caller.cancel().is_cancelled() {
            return Err(early(Diagnostic::new(Code::EnvInterrupted, "interrupted")));
        }
        Ok(validated.into_parts().1)
    }

    /// The outputs of hosts that have a file with uncommitted changes, where not all have it: an error that is new is
    /// there, so it is found first.
    fn worked_on(&self, settings: &Settings, hosts: &[String]) -> Vec<String> {
        let repository = (hosts.len() > 1).then(|| Repository::of(&self.root, &self.caller.cancel()).ok().flatten()).flatten();
        let changed = repository.and_then(|repository| repository.changed().ok()).unwrap_or_default();
        let project = Project::new(&self.root, settings.clone());
        let having = |file: &String| project.hosts_importing(file).ok().filter(|having| having.len() < hosts.len());
        let files = changed.iter().filter(|file| file.ends_with(".nix"));
        files.filter_map(having).flatten().map(|host| project.output_of(&host)).collect()
    }

    /// nix-eval-jobs, where it is there, fits, and more than one host is asked about.
    fn eval_jobs(&self, settings: &Settings, hosts: usize) -> Result<Option<EvalJobs>> {
        if self.options.fleet.without_eval_jobs || (hosts < 2 && self.level() != Some(Level::All)) {
            return Ok(None);
        }
        let named = variable("NIXEDIT_EVAL_JOBS");
        let found = EvalJobs::find(&settings.validate, named, variable("PATH"))?;
        match found {
            Some(found) => Ok(found.fits(&self.caller.cancel())?.then_some(found)),
            None => Ok(None),
        }
    }
}
