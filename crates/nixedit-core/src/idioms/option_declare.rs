//! `option declare PATH --type TYPE`: declare an option of the flake's own.
//!
//! ```text
//! options.my.a.enable = lib.mkEnableOption "a";   =>   options.my.a.enable = lib.mkEnableOption "a";
//!
//!                                                      options.my.a.level = lib.mkOption { type = lib.types.int; … };
//! ```
//! It goes into the file named, or into the one that declares what begins alike. `mkOption` and `types` are
//! spelled as the file has them.
//!
//! Refuses: an option that is declared already, in another way; several files that could be meant, or none;
//! a type that is none; a default of another type; a module whose settings stand beside the options.

use super::option_type::OptionType;
use super::{arguments, host_question, module_import, table_proof};
use crate::diagnostic::{Code, Diagnostic, Result};
use crate::operation::OptionDeclare;
use crate::plan::{Expect, Note, Plan, Step, Target};
use crate::project::declarations::options_path;
use crate::project::tables::{ValueKind, value_kind};
use crate::project::{Project, Side};
use crate::syntax::attr_path::quoted_string;
use crate::syntax::fragment::Fragment;
use crate::syntax::parse::Source;
use crate::syntax::scope::{self, Meaning};
use crate::syntax::{SyntaxKind, SyntaxNode, body, lookup, span};
use crate::text::one_line;

pub(super) fn plan(project: &Project, args: &OptionDeclare) -> Result<Plan> {
    let source = file(project, args)?;
    let full = options_path(args.path.names()).unwrap_or_else(|| args.path.clone());
    let found = lookup::find(&source.root, &full);
    let place = found.deepest().first().map(|place| (place.set.clone(), place.rest.len()));
    let (set, rest) = place.ok_or_else(|| no_module(&source, &source.root))?;
    let default = default(args)?;
    let value = declaration(&source, &set, args, default.as_ref())?;
    let mut plan = Plan { summary: format!("declared {} in {}", args.path, source.path), ..Plan::default() };
    if is_declared(project, &source, args, &value)? {
        plan.summary = format!("nothing to do: {} is declared so in {}", args.path, source.path);
        return Ok(plan);
    }
    check_module(&source)?;
    plan.hosts = project.hosts_importing(&source.path).unwrap_or_default();
    plan.steps.push(Step::InsertBinding {
        file: source.path.clone(),
        set: span(&set),
        path: full.tail(rest),
        value: value.clone(),
        place: args.place.clone(),
        comment: None,
    });
    plan.steps = arguments::with_needed(None, &source, plan.steps)?;
    prove(project, &source, args, default.as_ref(), &mut plan);
    Ok(plan)
}

/// The file named, or the one that declares what shares most of the path.
fn file(project: &Project, args: &OptionDeclare) -> Result<Source> {
    if let Some(file) = &args.file {
        return project.source(file);
    }
    for length in (1..=args.path.names().len()).rev() {
        let names = &args.path.names()[..length];
        let found = project.files_declaring_below(names);
        match found.as_slice() {
            [] => {}
            [only] => return Ok(only.clone()),
            several => {
                let files: Vec<&str> = several.iter().map(|source| source.path.as_str()).collect();
                let message = format!("{} files declare options below {}: {}", files.len(), names.join("."), files.join(", "));
                return Err(Diagnostic::new(Code::OptionDuplicate, message)
                    .help(format!("say which one with --file {}", files[0]))
                    .candidates(files));
            }
        }
    }
    Err(Diagnostic::new(Code::OptionMissing, format!("no file of this flake declares options below {}", args.path.names()[0]))
        .help("name the module with --file FILE"))
}

fn default(args: &OptionDeclare) -> Result<Option<Fragment>> {
    let Some(text) = &args.default else { return Ok(None) };
    if args.nix {
        return Fragment::parse(text).map(Some);
    }
    OptionType::parse(args.r#type.as_deref().unwrap_or("bool"))?.value(text).map(Some)
}

/// `lib.mkOption { … }` or `lib.mkEnableOption "…"`.
fn declaration(source: &Source, set: &SyntaxNode, args: &OptionDeclare, default: Option<&Fragment>) -> Result<Fragment> {
    if let Some(text) = &args.enable {
        return Fragment::parse(&format!("{} {}", spelled(source, set, "mkEnableOption"), quoted_string(text)));
    }
    let Some(kind) = &args.r#type else {
        return Err(Diagnostic::new(Code::UsageInvalid, format!("which type has {}?", args.path))
            .help("say it with --type TYPE, or --enable TEXT for a switch"));
    };
    let mut parts = vec![("type".to_owned(), OptionType::parse(kind)?.expression(&spelled(source, set, "types")))];
    parts.extend(default.map(|default| ("default".to_owned(), default.text().to_owned())));
    parts.extend(args.description.as_ref().map(|text| ("description".to_owned(), quoted_string(text))));
    let body = Fragment::set(&parts, false)?;
    Fragment::parse(&format!("{} {}", spelled(source, set, "mkOption"), body.text()))
}

/// A name of nixpkgs' library as the file spells it: bare where it is bound so, else below `lib`.
fn spelled(source: &Source, set: &SyntaxNode, name: &str) -> String {
    let used_bare =
        || source.root.descendants().any(|node| node.kind() == SyntaxKind::NODE_IDENT && node.text() == name && scope::is_variable(&node));
    match scope::meaning(set, name) {
        Meaning::Lexical(_) => name.to_owned(),
        Meaning::With(_) if used_bare() => name.to_owned(),
        _ => format!("lib.{name}"),
    }
}

/// Whether the option is declared in these words. Another declaration, or one of a part, is refused.
fn is_declared(project: &Project, source: &Source, args: &OptionDeclare, value: &Fragment) -> Result<bool> {
    let mut known = project.declarations(&args.path);
    known.extend(crate::project::declarations::declared_in(source, &args.path));
    if let Some(found) = known.first() {
        let same = found.source.path == source.path && found.path == args.path;
        if same && one_line(&found.value.text().to_string()) == one_line(value.text()) {
            return Ok(true);
        }
        let at = span(&found.binding);
        let message = format!("{} is declared already at {}", found.path, found.source.file_line(at.start));
        return Err(found.source.error(Code::OptionDuplicate, message, at, "here").help("take another name, or change it there"));
    }
    let below = options_path(args.path.names()).map(|full| lookup::find(&source.root, &full).below).unwrap_or_default();
    if let Some(found) = below.first() {
        let at = span(&found.binding);
        let message = format!("{} has options of its own in {}; it cannot become one", args.path, source.path);
        return Err(source.error(Code::OptionDuplicate, message, at, "one of them").help("declare it below a name of its own"));
    }
    Ok(false)
}

/// Beside `options` a module's settings must stand below `config`.
fn check_module(source: &Source) -> Result<()> {
    let Some(set) = body::sets(&source.root).into_iter().next() else { return Err(no_module(source, &source.root)) };
    let paths = || set.node.children().filter_map(|entry| Some((lookup::binding_parts(&entry)?.0, entry)));
    if paths().any(|(path, _)| path.names()[0] == "options" || path.names()[0] == "config") {
        return Ok(());
    }
    const META: &[&str] = &["imports", "disabledModules", "meta", "_file", "key", "_class"];
    match paths().find(|(path, _)| !META.contains(&path.names()[0].as_str())) {
        None => Ok(()),
        Some((_, entry)) => {
            let message = format!("{} sets options beside which none can be declared", source.path);
            Err(source
                .error(Code::ShapeUnsupported, message, span(&entry), "this would have to stand below config")
                .help("put its settings below config = { … } first, or name another module with --file"))
        }
    }
}

fn no_module(source: &Source, node: &SyntaxNode) -> Box<Diagnostic> {
    source
        .error(Code::ShapeUnsupported, format!("{} is no module", source.path), span(node), "no attribute set")
        .help("name the module with --file FILE")
}

/// On every host that has the file the option is there and has its default.
fn prove(project: &Project, source: &Source, args: &OptionDeclare, default: Option<&Fragment>, plan: &mut Plan) {
    let json = if args.enable.is_some() { Some("false".to_owned()) } else { default.and_then(json) };
    for host in project.hosts().unwrap_or_default() {
        let expect = json.clone().map_or(Expect::Evaluates, Expect::Equals);
        let Some(asked) = table_proof::question(project, &host, &source.path, &args.path, expect) else { continue };
        if json.is_some() {
            plan.targets.extend(table_proof::new_question(project, &host, &source.path, &args.path, Expect::Reported));
            plan.targets.push(asked);
        } else if default.is_some() {
            plan.targets.push(Target { question: format!("builtins.typeOf {}", asked.question), ..asked });
        } else if asked.question.starts_with("c.config.home-manager") {
            plan.targets.push(module_import::evaluates(&host, Side::Home));
        } else {
            plan.targets.push(Target { question: format!("c.options.{}.type.name", args.path), ..asked });
        }
        plan.targets.push(host_question::whole(&host));
    }
    if plan.hosts.is_empty() {
        let message = format!("no host imports {}, so nothing reads the option yet", source.path);
        plan.notes.push(Note { code: "file-not-imported".to_owned(), message });
    } else if json.is_none() && default.is_none() {
        let message = format!("{} has no default: a host that reads it must set it", args.path);
        plan.notes.push(Note { code: "option-without-default".to_owned(), message });
    }
}

/// A literal as JSON.
fn json(value: &Fragment) -> Option<String> {
    let plain = |text: &str| !text.contains('\\') && !text.contains("${") && text.starts_with('"');
    match value_kind(&value.node()) {
        ValueKind::Boolean | ValueKind::Null => Some(value.text().to_owned()),
        ValueKind::Number => value.text().chars().all(|c| c.is_ascii_digit()).then(|| value.text().to_owned()),
        ValueKind::String => plain(value.text()).then(|| value.text().to_owned()),
        _ => None,
    }
}
