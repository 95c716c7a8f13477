//! `check add NAME --tool TOOL`: a check of the flake that runs a program over its files.
//!
//! ```text
//! checks.${system} = { … };   =>   checks.${system} = { … fmt = pkgs.runCommand "fmt-check" { … } ''…''; };
//! ```
//! Without checks, they are started as the flake's other outputs are written. Refuses: a check of that name;
//! a tool that is not known, without a command line.

use super::flake_outputs;
use crate::diagnostic::{Code, Diagnostic, Result};
use crate::operation::CheckAdd;
use crate::plan::{Expect, Place, Plan, Step};
use crate::project::Project;
use crate::syntax::attr_path::{AttrPath, is_identifier, quoted_name};
use crate::syntax::fragment::Fragment;
use crate::syntax::indented::canonical;
use crate::syntax::parse::Source;
use crate::syntax::{SyntaxNode, lookup, span};

/// What a tool is called with; `{src}` stands for the flake's files.
const TOOLS: &[(&str, &str)] = &[
    ("nixfmt", "nixfmt --check {src}"),
    ("nixpkgs-fmt", "nixpkgs-fmt --check {src}"),
    ("alejandra", "alejandra --check {src}"),
    ("statix", "statix check {src}"),
    ("deadnix", "deadnix --fail {src}"),
    ("typos", "typos {src}"),
];

pub(super) fn plan(project: &Project, args: &CheckAdd) -> Result<Plan> {
    for name in [&args.name, &args.tool] {
        if !is_identifier(name) {
            return Err(
                Diagnostic::new(Code::PackageName, format!("'{name}' is no name for a check or a package")).help("such as fmt, nixfmt")
            );
        }
    }
    let run = command(args)?;
    let source = project.source("flake.nix")?;
    let files = if source.text.contains("${./.}") || !source.text.contains("${self}") { "${./.}" } else { "${self}" };
    let run = run.replace("{src}", files);
    let sets = flake_outputs::sets(&source, "checks");
    let mut plan = Plan { summary: format!("added the check {}", args.name), ..Plan::default() };
    let path = AttrPath::parse(&quoted_name(&args.name))?;
    for set in &sets {
        if let Some(found) = lookup::find_in(set, &path).definitions.first() {
            return there(&source, args, &found.value, &run);
        }
        let Some(packages) = flake_outputs::package_set(set) else { return Err(no_packages(&source, set)) };
        let value = Fragment::parse(&text(args, &run, packages))?;
        let (file, path) = (source.path.clone(), path.clone());
        plan.steps.push(Step::InsertBinding { file, set: span(set), path, value, place: Place::Last, comment: None });
    }
    if sets.is_empty() {
        let set = |packages: &str| format!("{{\n  {} = {};\n}}", path, text(args, &run, packages).replace('\n', "\n  "));
        plan.steps.push(flake_outputs::beside(&source, "checks", set)?);
    }
    let names = flake_outputs::target(project, "checks", None, "builtins.attrNames c", Expect::Reported);
    plan.targets =
        vec![names, flake_outputs::target(project, "checks", Some(&args.name), "c.drvPath != null", Expect::Equals("true".to_owned()))];
    Ok(plan)
}

fn command(args: &CheckAdd) -> Result<String> {
    if let Some(run) = &args.run {
        return Ok(run.clone());
    }
    let known = TOOLS.iter().find(|(tool, _)| *tool == args.tool).map(|(_, run)| (*run).to_owned());
    known.ok_or_else(|| {
        let tools: Vec<&str> = TOOLS.iter().map(|(tool, _)| *tool).collect();
        Diagnostic::new(Code::UsageInvalid, format!("what '{}' is to be called with is not known; known: {}", args.tool, tools.join(", ")))
            .help(format!("say it: --run '{} {{src}}', where {{src}} stands for the flake's files", args.tool))
    })
}

fn text(args: &CheckAdd, run: &str, packages: &str) -> String {
    let tool = format!("{packages}.{}", quoted_name(&args.tool));
    let head = format!("{packages}.runCommand \"{}-check\" {{ nativeBuildInputs = [ {tool} ]; }}", args.name);
    format!("{head} ''\n  {run} && touch $out\n''")
}

fn there(source: &Source, args: &CheckAdd, value: &SyntaxNode, run: &str) -> Result<Plan> {
    let own = value.text().to_string();
    let same = |(packages, _): (&str, &str)| Some(canonical(&Fragment::parse(&text(args, run, packages)).ok()?.node()));
    if own.split_once(".runCommand").and_then(same) == Some(canonical(value)) {
        return Ok(Plan { summary: format!("there is a check {} already", args.name), ..Plan::default() });
    }
    let message = format!("there is another check called {}", args.name);
    Err(source.error(Code::CheckExists, message, span(value), "here").help(format!("remove it first: nixedit check remove {}", args.name)))
}

fn no_packages(source: &Source, set: &SyntaxNode) -> Box<Diagnostic> {
    source
        .error(Code::ArgumentUnbound, "neither pkgs nor nixpkgs and system are bound where the checks are", span(set), "here")
        .help("bind pkgs there: let pkgs = nixpkgs.legacyPackages.${system}; in")
}
