//! `nixedit where`.

use super::place::LookArgs;
use crate::cli::{Format, Global};
use crate::render::json;
use crate::render::width::{fitted, one_line, remarked};
use nixedit_core::diagnostic::Result;
use nixedit_core::inspect::r#where::{self, DeclarationRow, DefinitionRow, Where};
use nixedit_core::syntax::attr_path::AttrPath;
use std::io::Write;
use std::process::ExitCode;

/// Show every place that defines an attribute
///
/// With the condition it stands under, its priority, the hosts that it reaches, and where the
/// flake's own modules declare it.
#[derive(Debug, clap::Args)]
#[command(after_help = "\
Examples:
  nixedit where services.openssh.enable
  nixedit where home.packages --host nxiz
  nixedit where environment.systemPackages --host nxiz --format json")]
pub struct Args {
    #[command(flatten)]
    pub hosts: LookArgs,
    /// The attribute's path
    #[arg(value_name = "ATTR.PATH")]
    pub path: String,
}

pub fn run(args: &Args, global: &Global) -> Result<ExitCode> {
    let (_, project) = crate::run::open(global, None)?;
    let path = AttrPath::parse(&args.path)?;
    let found = r#where::or_refuse(&project, r#where::by_reading(&project, &args.hosts.hosts(), &path)?)?;
    match global.format {
        Format::Json => {
            let mut out = serde_json::json!({ "schema": "nixedit/1", "command": "where", "status": "unchanged" });
            json::extend(&mut out, &found);
            json::print(&out);
        }
        // Writing to a closed pipe is no reason to fail.
        Format::Human => drop(write!(anstream::stdout().lock(), "{}", text(&found))),
    }
    Ok(ExitCode::SUCCESS)
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
