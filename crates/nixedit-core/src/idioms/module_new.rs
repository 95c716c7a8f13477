//! `module new FILE`: write a new module and import it.
//!
//! ```text
//! modules/desk.nix: { pkgs, ... }: { … }       imports = [ ./a.nix ../../modules/desk.nix ];
//! ```
//! With `--set` the module begins with bindings, and its head has the arguments that they read. Where the
//! flake imports whole folders, the file is all there is to do.
//!
//! Refuses: a file that is there with other content; what the import of a file refuses.

use super::{host_question, module_import};
use crate::change_set::{ChangeSet, FileChange};
use crate::diagnostic::{Code, Diagnostic, Result};
use crate::operation::{ModuleImport, ModuleNew};
use crate::plan::{Plan, Step};
use crate::project::Project;
use crate::syntax::attr_path::AttrPath;
use crate::syntax::fragment::Fragment;
use crate::syntax::scope;
use crate::text::join_path;
use std::sync::Arc;

/// What a module can ask for, in the usual order.
const ARGUMENTS: &[&str] = &["config", "options", "lib", "pkgs", "inputs", "modulesPath", "osConfig"];

pub(super) fn plan(project: &Project, args: &ModuleNew) -> Result<Plan> {
    let file = join_path("", &args.module).unwrap_or_else(|| args.module.clone());
    if !file.ends_with(".nix") {
        return Err(Diagnostic::new(Code::UsageInvalid, format!("{file} is no name for a module"))
            .help(format!("{file}.nix, or {file}/default.nix")));
    }
    let contents: Arc<[u8]> = text(args)?.into_bytes().into();
    let before = project.bytes(&file)?;
    if before.as_ref().is_some_and(|before| *before != contents) {
        let error = Diagnostic::new(Code::ModuleExists, format!("there is a file {file} already"));
        return Err(error.help("choose another name, or import it as it is with: nixedit module import"));
    }
    let mut changes = ChangeSet::default();
    changes.record(FileChange { path: file.clone(), before: before.clone(), after: Some(contents.clone()) });
    let with_file = project.with(&changes);
    let import =
        ModuleImport { hosts: args.hosts.clone(), target: args.target.clone(), place: args.place.clone(), modules: vec![file.clone()] };
    let mut plan = module_import::plan(&with_file, &import)?;
    if before.is_some() {
        return Ok(plan);
    }
    let by_itself = plan.steps.is_empty();
    for host in plan.hosts.iter().filter(|_| by_itself).filter_map(|host| with_file.host(host).ok()) {
        let side = module_import::side_of(&with_file, &host, &file)?;
        plan.targets.extend([module_import::evaluates(&host, side), host_question::whole(&host)]);
    }
    plan.notes.retain(|note| note.code != "module-imported");
    plan.summary = match by_itself {
        true => format!("wrote {file}, which the flake imports by itself"),
        false => format!("wrote {file}; {}", plan.summary),
    };
    plan.steps.insert(0, Step::CreateFile { file, contents: contents.to_vec() });
    Ok(plan)
}

/// The new file.
fn text(args: &ModuleNew) -> Result<String> {
    let mut bindings = Vec::new();
    let mut read: Vec<String> = Vec::new();
    for binding in &args.set {
        let (path, value) = binding.split_once('=').ok_or_else(|| {
            Diagnostic::new(Code::UsageInvalid, format!("'{binding}' sets nothing")).help("write it as services.fwupd.enable=true")
        })?;
        let (path, value) = (AttrPath::parse(path.trim())?, Fragment::parse(value.trim())?);
        for (name, _) in scope::unbound(&value.node()) {
            check_argument(&name, binding)?;
            read.push(name);
        }
        bindings.push(format!("  {path} = {};\n", value.text().replace('\n', "\n  ")));
    }
    let names = ARGUMENTS.iter().filter(|name| read.iter().any(|read| read == *name)).chain([&"..."]);
    let head = names.copied().collect::<Vec<_>>().join(", ");
    let comment = args.comment.as_ref().map(|comment| format!("# {}\n", comment.trim())).unwrap_or_default();
    Ok(format!("{comment}{{ {head} }}:\n\n{{\n{}}}\n", bindings.concat()))
}

fn check_argument(name: &str, binding: &str) -> Result<()> {
    if ARGUMENTS.contains(&name) {
        return Ok(());
    }
    let error = Diagnostic::new(Code::ArgumentUnbound, format!("nothing binds '{name}' in {binding}"));
    Err(error.help(format!("a module gets {}; a text needs quotes: '\"{name}\"'", ARGUMENTS.join(", "))))
}
