//! The import that an option needs: a module of the flake declares it, and the host does not have that
//! module yet.
//!
//! ```text
//! imports = [ ../../modules/nh.nix ];   =>   imports = [ ../../modules/nh.nix ../../modules/performance.nix ];
//!                                            my.performance.enable = true;
//! ```

use super::host_modules;
use super::{host_question, module_import};
use crate::diagnostic::{Code, Diagnostic, Result};
use crate::operation::{ModuleImport, OptionSet};
use crate::plan::{Expect, Plan, Target};
use crate::project::{Declaration, Host, Project, Side};
use crate::similar_names::near;
use crate::syntax::attr_path::AttrPath;
use crate::syntax::parse::Source;
use crate::syntax::span;
use crate::text::shell_word;

/// The module that a host lacks for an option.
pub(super) struct Missing {
    host: Host,
    side: Side,
    declaration: Declaration,
}

/// What the one host that is asked for lacks. Refuses where several hosts lack it, or several modules
/// declare the option, or where nothing is to be imported.
pub(super) fn missing(project: &Project, args: &OptionSet) -> Result<Option<Missing>> {
    if args.hosts.is_empty() {
        return Ok(None);
    }
    let mut declared = project.declarations(&args.path);
    if declared.is_empty() && args.value.trim_start().starts_with('{') {
        declared = one_of_each_file(project.declarations_below(args.path.names()));
    }
    let hosts = host_modules::hosts(project, &args.hosts)?;
    if declared.is_empty() {
        return near_miss(project, args, &hosts).map_or(Ok(None), Err);
    }
    let lacking: Vec<&Host> = hosts.iter().filter(|host| lacks(project, host, &declared)).collect();
    match (lacking.as_slice(), declared.as_slice()) {
        ([], _) => Ok(None),
        ([host], [declaration]) if hosts.len() == 1 && !args.no_import => {
            let side = module_import::side_of(project, host, &declaration.source.path)?;
            Ok(Some(Missing { host: (*host).clone(), side, declaration: declaration.clone() }))
        }
        _ => Err(refusal(args, &lacking, &declared)),
    }
}

fn one_of_each_file(declared: Vec<Declaration>) -> Vec<Declaration> {
    let mut out: Vec<Declaration> = Vec::new();
    for declaration in declared {
        if !out.iter().any(|known| known.source.path == declaration.source.path) {
            out.push(declaration);
        }
    }
    out
}

/// A name that nothing declares, beside others that a module declares which a host does not have: Nix would
/// only say that it knows none of them.
fn near_miss(project: &Project, args: &OptionSet, hosts: &[Host]) -> Option<Box<Diagnostic>> {
    let (wrong, prefix) = args.path.names().split_last().filter(|(_, prefix)| prefix.len() > 1)?;
    let declared = project.declarations_below(prefix);
    let host = hosts.iter().find(|host| !declared.is_empty() && lacks(project, host, &declared))?;
    let names: Vec<&str> = declared.iter().filter_map(|d| d.path.names().get(prefix.len())).map(String::as_str).collect();
    let near = near(wrong, names.iter().copied()).into_iter().next()?;
    let meant = AttrPath::from_names(prefix.iter().chain([&near]))?;
    let place = declared.iter().find(|d| d.path.names().starts_with(meant.names()))?;
    let message = format!(
        "no module declares {}; did you mean {meant} ({}, which {} does not import yet)?",
        args.path,
        place.source.file_line(span(&place.binding).start),
        host.name
    );
    let words = ["nixedit", "option", "set", &meant.to_string(), &args.value, "--host", &host.name].map(shell_word);
    let refusal = Diagnostic::new(Code::OptionNotImported, message).help("then:").candidates(names);
    Some(if args.secret.is_some() { refusal.help("correct the name") } else { refusal.way(words.join(" "), "imports it too") })
}

/// Whether none of the declaring files is a part of the host, as far as all its parts are known.
fn lacks(project: &Project, host: &Host, declared: &[Declaration]) -> bool {
    let sides = [Side::System, Side::Home];
    let has = |file: &str| sides.iter().any(|&side| project.files_of(host, side).iter().any(|known| known == file));
    sides.iter().all(|&side| host.is_complete(side)) && !declared.iter().any(|declaration| has(&declaration.source.path))
}

fn refusal(args: &OptionSet, lacking: &[&Host], declared: &[Declaration]) -> Box<Diagnostic> {
    let names: Vec<&str> = lacking.iter().map(|host| host.name.as_str()).collect();
    let places: Vec<String> = declared.iter().map(|d| d.source.file_line(span(&d.binding).start)).collect();
    let verb = if names.len() == 1 { "does" } else { "do" };
    let message = format!("{} is declared at {}, which {} {verb} not import", args.path, places.join(" and at "), names.join(", "));
    let mut out = Diagnostic::new(Code::OptionNotImported, message).help("import it first:").candidates(places);
    for declaration in declared {
        let file = &declaration.source.path;
        let hosts = names.join(",");
        let words = ["nixedit", "module", "import", file, "--host", &hosts].map(shell_word);
        out = out.way(words.join(" "), "then set the option");
    }
    out
}

impl Missing {
    /// The file of the host that imports the module and sets the option.
    pub fn source(&self, project: &Project) -> Result<Source> {
        Ok(host_modules::entry(project, &self.host, self.side)?.source)
    }

    /// Adds the import to the plan, and what shows that the option does something there.
    pub fn import(&self, project: &Project, plan: &mut Plan) -> Result<()> {
        let file = self.declaration.source.path.clone();
        let hosts = crate::operation::Hosts { names: vec![self.host.name.clone()], ..Default::default() };
        let args = ModuleImport { hosts, modules: vec![file.clone()], ..ModuleImport::default() };
        let import = module_import::plan(project, &args)?;
        plan.summary = format!("imported {file} and {}", plan.summary);
        plan.steps.splice(0..0, import.steps);
        plan.notes.extend(import.notes);
        plan.targets.extend(import.targets);
        plan.targets.extend(self.decided());
        Ok(())
    }

    /// One thing that the module sets depending on the option, in words that are always JSON.
    fn decided(&self) -> Option<Target> {
        let option = self.declaration.decides().into_iter().next()?;
        let base = match (self.side, self.host.users.first()) {
            (Side::Home, Some(user)) => self.host.config_of(user),
            _ => "c.config".to_owned(),
        };
        let plain = "builtins.isBool v || builtins.isInt v || builtins.isString v || v == null";
        let names = "map (e: if builtins.isString e || builtins.isInt e then e else e.name or \"?\") v";
        let question =
            format!("let v = {base}.{option} or null; in if {plain} then v else if builtins.isList v then {names} else builtins.typeOf v");
        let label = option.to_string();
        Some(Target { label, question, expect: Expect::Reported, forced: false, ..host_question::whole(&self.host) })
    }
}
