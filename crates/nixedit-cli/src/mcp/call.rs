//! One call of a tool, from arguments to answer. Runs on a thread of its own; never prints.

use super::answer::Answer;
use super::listener::Listener;
use super::{arguments, corrected, look};
use crate::cli::Global;
use crate::commands::{apply, validate};
use crate::run;
use nixedit_core::deploy::Action;
use nixedit_core::diagnostic::{Code, Diagnostic, Result};
use nixedit_core::operation::Operation;
use nixedit_core::workspace::Workspace;
use serde::Deserialize;
use serde_json::{Value, json};
use std::sync::Arc;

/// A call and who made it.
pub struct Call {
    pub tool: String,
    pub arguments: Value,
    pub global: Global,
    pub listener: Arc<Listener>,
}

/// The answer; a failure is one too.
pub fn run(call: &Call) -> Answer {
    call.answered().unwrap_or_else(|error| Answer::error(&error, corrected::calls(&call.tool, &call.arguments, &error)))
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Batch {
    operations: Vec<Value>,
    #[serde(default)]
    plan: bool,
}

#[derive(Default, Deserialize)]
#[serde(default, deny_unknown_fields)]
struct Validate {
    hosts: Vec<String>,
    attrs: Vec<String>,
}

#[derive(Default, Deserialize)]
#[serde(default, deny_unknown_fields)]
struct Undo {
    edit: Option<String>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Explain {
    topic: String,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Apply {
    host: String,
    confirm: bool,
    #[serde(default)]
    dry: bool,
}

impl Call {
    fn answered(&self) -> Result<Answer> {
        let parsed = &self.arguments;
        match self.tool.as_str() {
            "inspect" => look::inspect(&self.workspace()?, &arguments::parse("inspect", "subject", parsed)?),
            "discover" => look::discover(&self.workspace()?, &arguments::parse("discover", "name", parsed)?),
            "explain" => look::explain(&arguments::parse::<Explain>("explain", "topic", parsed)?.topic),
            "edit" => {
                let plan = parsed.get("plan").and_then(Value::as_bool).unwrap_or(false);
                let operation = arguments::operation(parsed)?;
                let name = operation.name();
                self.edited(&name, vec![operation], plan)
            }
            "batch" => self.batch(&arguments::parse("batch", "", parsed)?),
            "validate" => self.validated(&arguments::parse("validate", "", parsed)?),
            "undo" => {
                let undone = self.workspace()?.undo(arguments::parse::<Undo>("undo", "edit", parsed)?.edit.as_deref())?;
                Ok(Answer::report(&undone))
            }
            _ => self.applied(&arguments::parse("apply", "host", parsed)?),
        }
    }

    /// The flake as it is now, edited as the flags of the server say, for this caller.
    fn workspace(&self) -> Result<Workspace> {
        Ok(run::workspace(&self.global, None)?.with_caller(self.listener.clone()))
    }

    fn edited(&self, name: &str, mut operations: Vec<Operation>, plan: bool) -> Result<Answer> {
        let workspace = self.workspace()?;
        crate::edit::relative_files(workspace.root(), &mut operations)?;
        let mut options = workspace.options().clone();
        options.write &= !plan;
        Ok(Answer::report(&workspace.with_options(options).edit(name, &operations)?))
    }

    fn batch(&self, batch: &Batch) -> Result<Answer> {
        let read = |(index, value): (usize, &Value)| {
            arguments::operation(value).map_err(|mut error| {
                error.message = format!("operation {}: {}", index + 1, error.message);
                error
            })
        };
        let operations = batch.operations.iter().enumerate().map(read).collect::<Result<Vec<_>>>()?;
        if operations.is_empty() {
            return Err(Diagnostic::new(Code::UsageInvalid, "batch: there is no operation in it"));
        }
        self.edited("batch", operations, batch.plan)
    }

    fn validated(&self, wanted: &Validate) -> Result<Answer> {
        let report = validate::report(&self.workspace()?, &wanted.hosts, &wanted.attrs)?;
        let line = |target: &nixedit_core::validate::TargetReport| {
            format!("{} {}: ok ({} ms)", target.host.as_deref().unwrap_or("flake"), target.attr, target.milliseconds)
        };
        let lines: Vec<String> = report.targets.iter().map(line).collect();
        Ok(Answer::lines("validate", &lines, "name hosts"))
    }

    fn applied(&self, wanted: &Apply) -> Result<Answer> {
        if !wanted.confirm {
            return Err(Diagnostic::new(Code::NotConfirmed, "apply changes the machine; it needs confirm: true").help("ask the user first"));
        }
        let workspace = self.workspace()?;
        let hosts = std::slice::from_ref(&wanted.host);
        let project = workspace.with_hosts(workspace.project()?, hosts)?;
        project.host(&wanted.host)?;
        let action = if wanted.dry { Action::Dry } else { Action::Apply };
        let planned = apply::planned(&workspace, &project, action, hosts)?;
        let applied = apply::hosts(&project, &planned, &self.global)?;
        match applied.error {
            Some(error) => Err(error),
            None => {
                let structured = json!({ "status": if wanted.dry { "unchanged" } else { "applied" }, "hosts": applied.outcomes });
                Ok(Answer { text: apply::text(&applied, action), structured, is_error: false })
            }
        }
    }
}
