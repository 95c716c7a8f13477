//! `skill enable SOURCE/ID --host HOST --target AGENT`: give an agent of a home a skill.
//!
//! ```text
//! skills.enable = [ "pdf" ];   =>   skills.enable = [ "pdf" "docx" ];
//! ```
//! The first one brings along the inputs (the module and the source of the skills), the module's import and
//! all of `programs.agent-skills`; any other is one more element of a list.
//!
//! Refuses: a source that nothing is known of; no agent; a home whose settings other hosts share.

use super::home_program::{self, Home};
use super::skills;
use crate::diagnostic::{Code, Diagnostic, Result};
use crate::operation::{InputAdd, Operation, SkillEnable};
use crate::plan::Plan;
use crate::project::Project;
use crate::syntax::attr_path::{AttrPath, quoted_name, quoted_string};
use crate::text::shell_word;

/// The flake with the module.
const MODULE: &str = "Kyure-A/agent-skills-nix";

/// Sources that need no address: name, repository, folder.
const SOURCES: &[(&str, &str, &str)] = &[("anthropic", "anthropics/skills", "skills")];

/// The plan of one part; `None` behind the last.
pub(super) fn part(project: &Project, args: &SkillEnable, index: usize) -> Result<Option<Plan>> {
    let home = skills::home(project, &args.hosts)?;
    let (source, ids) = wanted(args)?;
    let parts = parts(project, args, &home, &source, &ids)?;
    let Some(operation) = parts.get(index) else { return Ok(None) };
    let mut plan = home_program::part(project, operation.as_ref())?;
    if index == 0 {
        plan.hosts = vec![home.host.name.clone()];
        plan.summary = format!("enabled {} for {}", args.skills.join(", "), home.host.name);
        plan.targets.extend(skills::targets(&home));
    }
    Ok(Some(plan))
}

/// The source and the skills of it.
fn wanted(args: &SkillEnable) -> Result<(String, Vec<String>)> {
    let mut pairs = Vec::new();
    for skill in &args.skills {
        match skill.split_once('/') {
            Some((source, id)) if !source.is_empty() && !id.is_empty() => pairs.push((source.to_owned(), id.to_owned())),
            _ => {
                return Err(Diagnostic::new(Code::UsageInvalid, format!("of which source is '{skill}'?"))
                    .help(format!("name both: anthropic/{}", skill.trim_matches('/'))));
            }
        }
    }
    let source = pairs.first().map(|(source, _)| source.clone()).unwrap_or_default();
    if pairs.iter().any(|(other, _)| *other != source) {
        return Err(Diagnostic::new(Code::UsageInvalid, "skills of several sources").help("enable those of one source at a time"));
    }
    Ok((source, pairs.into_iter().map(|(_, id)| id).collect()))
}

/// The operations that make it up, in order; `None` where there is nothing to do for one.
fn parts(project: &Project, args: &SkillEnable, home: &Home, source: &str, ids: &[String]) -> Result<Vec<Option<Operation>>> {
    let known = SOURCES.iter().find(|(name, _, _)| *name == source);
    let of_source = skills::path(&format!("sources.{}", quoted_name(source)))?;
    let (input, add_source) = source_input(project, args, home.sets(&of_source), source)?;
    let url = args.module_url.clone().unwrap_or_else(|| format!("github:{MODULE}"));
    let module = InputAdd { name: "agent-skills".to_owned(), url, no_lock: args.no_lock, ..InputAdd::default() };
    let (add_module, import) = home_program::module(project, home, module, MODULE, skills::ROOT)?;
    let mut out = vec![add_module, add_source, import];
    let subdir = args.subdir.as_deref().or(known.map(|(_, _, folder)| *folder)).unwrap_or("skills");
    let entry = format!("{{\n  input = {};\n  subdir = {};\n}}", quoted_string(&input), quoted_string(subdir));
    let quoted: Vec<String> = ids.iter().map(|id| quoted_string(id)).collect();
    check_agents(args, home)?;
    if !home.sets(&AttrPath::parse(skills::ROOT)?) {
        out.push(Some(home.set(AttrPath::parse(skills::ROOT)?, whole(args, source, &entry, &quoted))));
        return Ok(out);
    }
    out.push((!home.sets(&of_source)).then(|| home.set(of_source, entry)));
    let list = skills::path("skills.enable")?;
    out.push(Some(match home.sets(&list) {
        true => home.add(list, quoted),
        false => home.set(list, format!("[ {} ]", quoted.join(" "))),
    }));
    for agent in &args.targets {
        out.push(Some(home.set(skills::path(&format!("targets.{}.enable", quoted_name(agent)))?, "true")));
    }
    Ok(out)
}

/// The input that the skills come from.
fn source_input(project: &Project, args: &SkillEnable, is_set: bool, source: &str) -> Result<(String, Option<Operation>)> {
    let known = SOURCES.iter().find(|(name, _, _)| *name == source);
    let repository = known.map_or("", |(_, repository, _)| *repository);
    let name = format!("{source}-skills");
    let there = project.flake()?.input(&name).is_some();
    let url = match (&args.source_url, known) {
        (Some(url), _) => url.clone(),
        (None, Some((_, repository, _))) => format!("github:{repository}"),
        (None, None) if is_set || there => return Ok((name, None)),
        (None, None) => {
            let names: Vec<&str> = SOURCES.iter().map(|(name, _, _)| *name).collect();
            let message = format!("nothing is known of the source '{source}' (known: {})", names.join(", "));
            let hosts = args.hosts.names.iter().map(|host| format!("--host {host}"));
            let agents = args.targets.iter().map(|agent| format!("--target {agent}"));
            let words: Vec<String> = args.skills.iter().map(|skill| shell_word(skill)).chain(hosts).chain(agents).collect();
            return Err(Diagnostic::new(Code::InputMissing, message)
                .help(format!("say where its skills are: nixedit skill enable {} --source-url <url>", words.join(" "))));
        }
    };
    if is_set {
        return Ok((name, None));
    }
    let wanted = InputAdd { name, url, no_flake: true, no_lock: args.no_lock, ..InputAdd::default() };
    home_program::input(project, wanted, if repository.is_empty() { "\n" } else { repository })
}

/// Without an agent nobody would get the skill.
fn check_agents(args: &SkillEnable, home: &Home) -> Result<()> {
    if !args.targets.is_empty() || home.sets(&skills::path("targets")?) {
        return Ok(());
    }
    Err(Diagnostic::new(Code::UsageInvalid, "which agent gets the skill?").help("name it: --target claude"))
}

/// All settings at once.
fn whole(args: &SkillEnable, source: &str, entry: &str, quoted: &[String]) -> String {
    let agents: String = args.targets.iter().map(|agent| format!("  targets.{}.enable = true;\n", quoted_name(agent))).collect();
    format!(
        "{{\n  enable = true;\n  sources.{} = {};\n  skills.enable = [ {} ];\n{agents}}}",
        quoted_name(source),
        entry.replace('\n', "\n  "),
        quoted.join(" ")
    )
}
