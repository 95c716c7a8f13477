//! `new DIR --template NAME`: a new flake.
//!
//! ```text
//! (nothing)   =>   flake.nix  .gitignore  nixedit.toml
//! ```
//! The inputs are not locked: that is left to `nix flake lock`. Refuses: a folder with files in it; names that
//! are none.

use super::perhost_add_host;
use crate::diagnostic::{Code, Diagnostic, Result};
use crate::operation::{New, Template};
use crate::plan::{Plan, Step};
use crate::project::Project;
use crate::syntax::attr_path::quoted_string;

const IGNORED: &str = "result\nresult-*\n.direnv/\n";
const SETTINGS: &str = "# Settings of nixedit, all of them optional: nixedit init finds what there is to say.\n";

pub(super) fn plan(project: &Project, args: &New) -> Result<Plan> {
    let files = files(args)?;
    let mut plan = Plan { summary: format!("started a flake: {}", names(&files)), ..Plan::default() };
    let same = |(file, contents): &(String, String)| project.bytes(file).ok().flatten().is_some_and(|bytes| *bytes == *contents.as_bytes());
    if files.iter().all(same) {
        plan.summary = "nothing to do: the flake is there".to_owned();
        return Ok(plan);
    }
    let there: Vec<String> = project.folder("").into_iter().filter(|name| name != ".git").collect();
    if let Some(first) = there.first() {
        let more = if there.len() > 1 { format!(" and {} more", there.len() - 1) } else { String::new() };
        return Err(Diagnostic::new(Code::FlakeExists, format!("the folder is not empty: {first}{more}")).help("name a new folder"));
    }
    plan.steps = files.into_iter().map(|(file, contents)| Step::CreateFile { file, contents: contents.into_bytes() }).collect();
    plan.next = vec!["git init && git add -A".to_owned(), "nix flake lock".to_owned()];
    if args.template == Template::Mesh {
        let hardware = format!("hosts/{}/hardware-configuration.nix", args.host);
        plan.next.push(format!("on {}: nixos-generate-config --show-hardware-config > {hardware}", args.host));
    }
    Ok(plan)
}

fn names(files: &[(String, String)]) -> String {
    files.iter().map(|(file, _)| file.as_str()).collect::<Vec<_>>().join(", ")
}

/// The files of a template with their texts.
fn files(args: &New) -> Result<Vec<(String, String)>> {
    let described = args.description.clone().unwrap_or_else(|| match args.template {
        Template::Minimal => "A flake".to_owned(),
        Template::Project => "A project".to_owned(),
        Template::Mesh => "Machines".to_owned(),
    });
    let filled = |text: &str| {
        let text = text.replace("@DESCRIPTION@", &quoted_string(&described)).replace("@SYSTEM@", &quoted_string(&args.system));
        text.replace("@HOST@", &args.host).replace("@USER@", &args.user)
    };
    let mut out = match args.template {
        Template::Minimal => vec![("flake.nix".to_owned(), filled(include_str!("templates/minimal.nix")))],
        Template::Project => vec![("flake.nix".to_owned(), filled(include_str!("templates/project.nix")))],
        Template::Mesh => {
            perhost_add_host::check_name(&args.host)?;
            perhost_add_host::check_name(&args.user)
                .map_err(|_| Diagnostic::new(Code::UsageInvalid, format!("'{}' is no user name", args.user)))?;
            let own = |name: &str| format!("hosts/{}/{name}", args.host);
            vec![
                ("flake.nix".to_owned(), filled(include_str!("templates/mesh.nix"))),
                (own("configuration.nix"), filled(include_str!("templates/configuration.nix"))),
                (own("hardware-configuration.nix"), filled(include_str!("templates/hardware.nix"))),
                (own("home.nix"), filled(include_str!("templates/home.nix"))),
                ("modules/system.nix".to_owned(), filled(include_str!("templates/system.nix"))),
            ]
        }
    };
    out.push((".gitignore".to_owned(), IGNORED.to_owned()));
    out.push(("nixedit.toml".to_owned(), SETTINGS.to_owned()));
    Ok(out)
}
