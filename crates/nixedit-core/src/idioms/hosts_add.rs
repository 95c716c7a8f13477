//! `hosts add NAME --copy-from HOST`: a new host, made like one that is there.
//!
//! ```text
//! zrrh = mkHost "zrrh" { };   =>   zrrh = mkHost "zrrh" { };
//!                                  seed = mkHost "seed" { };
//! ```
//! In this order, each on the files that the part before left: the flake's output, the row of the map from
//! host to overlays and the host's own files; the option that takes the names of hosts; a row in every
//! host table that the new host's imports reach; conditions and lists that name the model.
//!
//! Refuses: a name that is none; a model whose files are not called after it; hosts that are computed; a
//! platform or Home Manager where the function that makes all hosts decides it.

use super::host_files::{self, OwnFile};
use super::{host_alike, host_copy, host_enum, host_left, host_output, host_question, host_secrets, perhost_add_host};
use crate::diagnostic::{Code, Diagnostic, Result};
use crate::operation::{HostsAdd, PerhostAddHost};
use crate::plan::{Expect, Note, Plan, Step, Target};
use crate::project::{Class, Host, Project, Side};
use crate::syntax::SyntaxNode;
use crate::text::{join_path, shell_word};

/// The plan of one part; `None` behind the last.
pub(super) fn part(project: &Project, args: &HostsAdd, index: usize) -> Result<Option<Plan>> {
    match index {
        0 => named_and_written(project, args).map(Some),
        // A host that was there before stays as it is.
        _ if !is_new(project, &args.name) => Ok(None),
        1 => host_enum::with(project, &args.name, &model(project, args)?.name).map(Some),
        2 => rows(project, args).map(Some),
        3 => host_alike::joined(project, &args.name, &model(project, args)?.name).map(Some),
        _ => Ok(None),
    }
}

/// Whether this edit made the host, or tried to: what names it or a file called after it has changed.
fn is_new(project: &Project, name: &str) -> bool {
    let Ok(host) = project.host(name) else { return true };
    let changed = project.changes().files();
    changed.into_iter().any(|change| change.path == host.evidence.file || (change.before.is_none() && host.is_named_in(&change.path)))
}

/// The host that the new one is made like: the one named, else the flake's last other.
fn model(project: &Project, args: &HostsAdd) -> Result<Host> {
    if let Some(name) = &args.copy_from {
        return project.host(name);
    }
    let mut others = project.hosts()?.into_iter().filter(|host| host.name != args.name && host.class != Class::Home);
    others.next_back().ok_or_else(|| {
        Diagnostic::new(Code::HostUnknown, "the flake has no host that the new one could be like").help("write the first host by hand")
    })
}

fn named_and_written(project: &Project, args: &HostsAdd) -> Result<Plan> {
    perhost_add_host::check_name(&args.name)?;
    let model = model(project, args)?;
    let mut plan = Plan { hosts: vec![args.name.clone()], ..Plan::default() };
    if let Ok(known) = project.host(&args.name) {
        let at = project.source(&known.evidence.file)?.file_line(known.evidence.span.start);
        plan.summary = format!("{} is a host of this flake ({at})", known.name);
        return Ok(plan);
    }
    if model.class == Class::Home {
        return Err(Diagnostic::new(Code::ShapeUnsupported, format!("{} is a home without a system around it", model.name))
            .help("name a host with a system with --copy-from"));
    }
    plan.summary = format!("added host {} like {}", args.name, model.name);
    let files = own_files(project, &model, args)?;
    let is_new = |target: &str| {
        let inside = format!("{target}/default.nix");
        files.iter().any(|own| own.new == target || own.new == inside)
    };
    plan.steps = host_output::added(project, &model, args, &is_new)?;
    for own in &files {
        plan.steps.extend(written(project, &model, args, own, &is_new)?);
        plan.lines.push(line(args, own));
    }
    found_by_name(project, &model, args, &mut plan)?;
    for own in files.iter().filter(|own| !args.minimal && !host_files::is_of_hardware(&own.file)) {
        plan.notes.extend(host_left::still_of_model(&project.source(&own.file)?, &model, own));
    }
    plan.next = host_left::on_machine(args, &files);
    plan.next.extend(host_secrets::recipients_to_add(project, &model.name, &args.name)?);
    plan.targets = targets(project, &model, &args.name)?;
    Ok(plan)
}

/// The files that the new host gets, and whose copies they are.
fn own_files(project: &Project, model: &Host, args: &HostsAdd) -> Result<Vec<OwnFile>> {
    let mut files = host_files::own(project, model, &args.name)?;
    files.retain(|own| own.side == Side::System || !args.no_hm);
    let in_call = matches!(host_output::of(project, model)?.1, host_output::Output::Binding(_));
    if !in_call && files.iter().all(|own| own.side != Side::System) {
        return Err(Diagnostic::new(Code::FileMissing, format!("no file of {} is called after it, so none can be copied", model.name))
            .help("name another host with --copy-from, or add the host by hand"));
    }
    Ok(files)
}

fn line(args: &HostsAdd, own: &OwnFile) -> String {
    match (host_files::is_of_hardware(&own.file), args.minimal) {
        (true, _) => format!("{} stands in for the machine's own", own.new),
        (false, true) => format!("{} with the imports that all hosts have", own.new),
        (false, false) => format!("{} copied from {}", own.new, own.file),
    }
}

/// Copies of what modules find by the host's name.
fn found_by_name(project: &Project, model: &Host, args: &HostsAdd, plan: &mut Plan) -> Result<()> {
    for side in [Side::System, Side::Home].into_iter().filter(|side| *side == Side::System || !args.no_hm) {
        for found in host_left::by_name(project, model, side, &args.name)?.into_iter().filter(|found| !project.exists(&found.new)) {
            let Some(contents) = project.bytes(&found.file)? else { continue };
            plan.lines.push(format!("{} copied from {}, for {}", found.new, found.file, found.place));
            plan.steps.push(Step::CreateFile { file: found.new, contents: contents.to_vec() });
        }
    }
    Ok(())
}

/// One file of the new host. One that is there already stays.
fn written(project: &Project, model: &Host, args: &HostsAdd, own: &OwnFile, is_new: &dyn Fn(&str) -> bool) -> Result<Option<Step>> {
    if project.exists(&own.new) {
        return Ok(None);
    }
    let source = project.source(&own.file)?;
    let system = args.system.as_deref().or(model.system.as_deref());
    let text = if host_files::is_of_hardware(&own.file) {
        host_files::hardware(&source, &own.new, &args.name, system)
    } else if own.is_list {
        source.text.to_string()
    } else if args.minimal {
        let keeps = |target: &str| is_new(&host_copy::renamed_path(target, &model.attr, &args.name)) || is_of_all(project, target);
        renamed(&host_files::reduced(&source, &model.attr, &keeps), own, model, args, is_new)?
    } else {
        renamed(&source.text, own, model, args, is_new)?
    };
    let text = if own.is_list { text } else { host_copy::with_platform(&text, args.system.as_deref())? };
    Ok(Some(Step::CreateFile { file: own.new.clone(), contents: text.into_bytes() }))
}

/// Whether every host with a system has a module: a file, or a folder with a default.nix.
fn is_of_all(project: &Project, target: &str) -> bool {
    let file = if project.is_folder(target) { join_path(target, "default.nix") } else { Some(target.to_owned()) };
    let with = file.and_then(|file| project.hosts_importing(&file).ok()).unwrap_or_default();
    let hosts = project.hosts().unwrap_or_default();
    hosts.iter().filter(|host| host.class != Class::Home).all(|host| with.contains(&host.name))
}

/// A file's text with the new host's name in the place of the model's.
fn renamed(text: &str, own: &OwnFile, model: &Host, args: &HostsAdd, is_new: &dyn Fn(&str) -> bool) -> Result<String> {
    let source = crate::syntax::parse::Source::parse(&own.file, text.into())?;
    let root: SyntaxNode = source.root.clone();
    Ok(host_copy::renamed(&source, &root, &model.attr, &args.name, is_new))
}

/// The new host evaluates, and every other one is what it was.
fn targets(project: &Project, model: &Host, name: &str) -> Result<Vec<Target>> {
    let output = format!("{}.{}", model.class.output(), crate::syntax::attr_path::quoted_name(name));
    let mut out = vec![Target {
        host: Some(name.to_owned()),
        output: output.clone(),
        label: "system.build.toplevel.name".to_owned(),
        question: "c.config.system.build.toplevel.name".to_owned(),
        expect: Expect::Evaluates,
        forced: false,
    }];
    out.push(Target { forced: true, ..Target::whole_system(&output) });
    out.extend(same_systems(project, name)?);
    Ok(out)
}

/// The systems of all hosts but one are what they were.
pub(super) fn same_systems(project: &Project, but: &str) -> Result<Vec<Target>> {
    let mut out = Vec::new();
    for host in project.hosts()?.iter().filter(|host| host.name != but) {
        if host.class != Class::Home {
            let (label, question) = ("system.build.toplevel.name", "c.config.system.build.toplevel.name");
            out.push(host_question::of_host(project, &host.name, label, question, Expect::Same));
        }
        out.push(Target { expect: Expect::Same, ..host_question::whole(host) });
    }
    Ok(out)
}

/// Rows in the host tables that the new host's imports reach.
fn rows(project: &Project, args: &HostsAdd) -> Result<Plan> {
    let Ok(host) = project.host(&args.name) else { return Err(computed(project, args)?) };
    let tables = project.tables(None)?;
    let reached = |file: &str| project.hosts_importing(file).is_ok_and(|hosts| hosts.contains(&host.name));
    if !tables.iter().any(|table| reached(&table.source.path)) {
        return Ok(Plan::default());
    }
    let model = model(project, args)?.name;
    let wanted = PerhostAddHost { name: args.name.clone(), copy_from: Some(model.clone()), ..PerhostAddHost::default() };
    let mut plan = match perhost_add_host::plan(project, &wanted) {
        Err(error) if error.code == Code::KeyMissing => return Ok(Plan::default()),
        plan => plan?,
    };
    // A table without a row for the model is one that it has no need of.
    plan.notes.retain(|note: &Note| note.code != "row-missing");
    plan.lines.retain(|line| !line.ends_with("(unchanged)"));
    Ok(plan)
}

/// The flake makes its hosts of something that no step has changed.
fn computed(project: &Project, args: &HostsAdd) -> Result<Box<Diagnostic>> {
    let model = model(project, args)?;
    let source = project.source(&model.evidence.file)?;
    let at = model.evidence.span;
    let message = format!("{} is made at {} of something that cannot be added to", model.name, source.file_line(at.start));
    Ok(source
        .error(Code::ShapeUnsupported, message, at, "here")
        .help(format!("name {0} there by hand, then run this again: nixedit hosts add {0}", shell_word(&args.name))))
}
