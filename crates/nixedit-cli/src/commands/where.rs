//! `nixedit where`.

use super::place::LookArgs;
use crate::cli::{Format, Global};
use crate::render::json;
use crate::render::width::{fitted, one_line, remarked};
use nixedit_core::ask::Asker;
use nixedit_core::diagnostic::{Code, Diagnostic, Result};
use nixedit_core::inspect::effective::{self, Asked, Effective};
use nixedit_core::inspect::r#where::{self, DeclarationRow, DefinitionRow, Where};
use nixedit_core::project::Project;
use nixedit_core::syntax::attr_path::AttrPath;
use std::io::Write;
use std::process::ExitCode;

/// Show every place that defines an attribute
///
/// With the condition it stands under, its priority, the hosts that it reaches, and where the
/// flake's own modules declare it. With --host Nix is asked too: for the value in the end, and for
/// what modules of inputs define; --no-eval leaves that out.
#[derive(Debug, clap::Args)]
#[command(after_help = "\
Examples:
  nixedit where services.openssh.enable
  nixedit where home.packages --host nxiz
  nixedit where environment.systemPackages --host nxiz --no-eval --format json")]
pub struct Args {
    #[command(flatten)]
    pub hosts: LookArgs,
    /// The attribute's path
    #[arg(value_name = "ATTR.PATH")]
    pub path: String,
}

pub fn run(args: &Args, global: &Global) -> Result<ExitCode> {
    let (place, project) = crate::run::open(global, None)?;
    let path = AttrPath::parse(&args.path)?;
    let project = place.with_hosts(project, &args.hosts.host)?;
    let read = r#where::by_reading(&project, &args.hosts.hosts(), &path)?;
    let asker = if args.hosts.host.is_empty() { None } else { place.asker(project.settings())? };
    let asked = match &asker {
        Some(asker) => asked(asker, &project, args, &path, &read)?,
        None => None,
    };
    let found = match &asked {
        Some(asked) if !asked.options.is_empty() => read,
        Some(asked) => r#where::or_refuse(&project, read).map_err(|error| meant(error, asked, args))?,
        None => r#where::or_refuse(&project, read)?,
    };
    let options = asked.map(|asked| asked.options);
    match global.format {
        Format::Json => {
            let mut out = serde_json::json!({ "schema": "nixedit/1", "command": "where", "status": "unchanged", "effective": options });
            json::extend(&mut out, &found);
            json::print(&out);
        }
        Format::Human => {
            let effective: String = options.iter().flatten().map(|option| end(option, &found)).collect();
            // Writing to a closed pipe is no reason to fail.
            let _ = write!(anstream::stdout().lock(), "{}{effective}", text(&found));
        }
    }
    Ok(ExitCode::SUCCESS)
}

/// What Nix says about all hosts; a note, and nothing, where it fails but reading found something.
fn asked(asker: &Asker, project: &Project, args: &Args, path: &AttrPath, read: &Where) -> Result<Option<Asked>> {
    let mut out = Asked::default();
    for name in &args.hosts.host {
        match effective::option(asker, &project.host(name)?, path) {
            Ok(one) => {
                out.options.extend(one.options);
                out.members.extend(one.members);
                out.near.extend(one.near);
            }
            Err(error) if error.code == Code::EnvInterrupted || read.definitions.is_empty() => return Err(error),
            Err(error) => {
                let _ = writeln!(anstream::stderr(), "note: Nix gave no answer: {}", error.message.lines().next().unwrap_or_default());
                return Ok(None);
            }
        }
    }
    Ok(Some(out))
}

/// The refusal with the paths that Nix knows.
fn meant(error: Box<Diagnostic>, asked: &Asked, args: &Args) -> Box<Diagnostic> {
    let host = args.hosts.host.join(",");
    let names = if asked.members.is_empty() { &asked.near } else { &asked.members };
    let Some(first) = names.first() else { return error };
    let message = match asked.members.is_empty() {
        true => format!("{host} has no option {}; did you mean {first}?", args.path),
        false => format!("{} is no option of {host} but holds some: {}", args.path, names.join(", ")),
    };
    Diagnostic::new(Code::OptionMissing, message).help(format!("nixedit where {first} --host {host}")).candidates(names.iter().cloned())
}

/// The value in the end, and the definitions that reading does not show.
fn end(option: &Effective, found: &Where) -> String {
    let user = option.user.as_ref().map(|user| format!(" of {user}")).unwrap_or_default();
    let mut remarks: Vec<String> = option.kind.iter().cloned().collect();
    remarks.extend((!option.default.is_null()).then(|| format!("default {}", said(&option.default))));
    let mut out = remarked(&fitted(&format!("{}{user} has  ", option.host), &said(&option.value)), &remarks);
    for definition in &option.definitions {
        if !found.definitions.iter().any(|row| row.file == definition.file && row.hosts.contains(&option.host)) {
            out.push_str(&(fitted(&format!("  {}  ", definition.file), &said(&definition.value)) + "\n"));
        }
    }
    out
}

/// A JSON value the way Nix writes it, as far as that is short.
pub fn said(value: &serde_json::Value) -> String {
    match value {
        serde_json::Value::Array(items) => format!("[ {} ]", items.iter().map(said).collect::<Vec<_>>().join(" ")),
        serde_json::Value::Object(fields) => {
            let fields = fields.iter().map(|(name, value)| format!("{name} = {};", said(value)));
            format!("{{ {} }}", fields.collect::<Vec<_>>().join(" "))
        }
        serde_json::Value::String(text) => text.clone(),
        other => other.to_string(),
    }
}

fn text(found: &Where) -> String {
    let definitions = found.definitions.iter().map(|row| definition(row, found));
    definitions.chain(found.declarations.iter().map(declaration)).collect()
}

/// `file:line  value`, and below it what holds for it.
fn definition(row: &DefinitionRow, found: &Where) -> String {
    let own = row.path == found.path || found.path.ends_with(&format!(".{}", row.path));
    let path = if own { String::new() } else { format!("{} = ", row.path) };
    let out = fitted(&format!("{}:{}  {path}", row.file, row.start.line), &row.text);
    let mut remarks: Vec<String> = row.conditions.iter().map(|condition| format!("if {condition}")).collect();
    remarks.extend(row.wrapper.clone());
    if row.hosts.len() < found.hosts.len() {
        remarks.push(format!("on {}", row.hosts.join(", ")));
    }
    if !row.overridden_on.is_empty() {
        let all = row.overridden_on.len() == row.hosts.len();
        remarks.push(if all { "overridden".to_owned() } else { format!("overridden on {}", row.overridden_on.join(", ")) });
    }
    remarked(&out, &remarks)
}

fn declaration(row: &DeclarationRow) -> String {
    let kind = row.kind.as_deref().map(one_line).unwrap_or_default();
    let default = row.default.as_deref().map(|text| format!(", default {}", one_line(text))).unwrap_or_default();
    fitted(&format!("{}:{}  ", row.file, row.start.line), &format!("declared: {kind}{default}").replace(": , ", ": ")) + "\n"
}
