//! `overlay pin PACKAGE --input INPUT`: take a package from another nixpkgs, to hold it back.
//!
//! ```text
//! [ … ]   =>   [ … (_final: prev: {
//!                    inherit (inputs.nixpkgs-pin.legacyPackages.${prev.stdenv.hostPlatform.system}) vlc;
//!                  }) ]
//! ```
//! With a registry in the settings, what is held back gets a row there; then why, and until when, must
//! be told. Refuses: no such input; an overlay that defines the package already.

use super::overlay_sites::{self, Site};
use super::{host_question, overlay_add, overlay_spelling, registry};
use crate::diagnostic::{Code, Diagnostic, Result};
use crate::operation::OverlayPin;
use crate::plan::{Place, Plan, Step};
use crate::project::{Overlay, Project};
use crate::syntax::attr_path::is_identifier;
use crate::syntax::fragment::Fragment;
use crate::syntax::span;

pub(super) fn plan(project: &Project, args: &OverlayPin) -> Result<Plan> {
    if !is_identifier(&args.package) {
        return Err(Diagnostic::new(Code::PackageName, format!("'{}' is not one attribute of pkgs", args.package))
            .help("name one attribute of pkgs, such as vlc"));
    }
    check_reasons(project, args)?;
    overlay_add::check_input(project, &args.input, "--rev REVISION adds it as that nixpkgs, --url URL as another")?;
    let overlays = overlay_sites::read(project, &args.target)?;
    let known = overlay_sites::definitions(project, &overlays, &args.package, args.target.at)?;
    if let Some((overlay, defined)) = known.first() {
        return there(project, args, overlay, &defined.binding);
    }
    let spelled =
        |site: &Site| overlay_spelling::input_itself(project, &project.source(site.file())?, site.node(), &args.input, site.hosts());
    let overrides = |defined: &crate::project::overlays::Defined| defined.overridden.is_some();
    let site =
        overlay_sites::choose_beside(project, &overlays, &args.target, overrides, |site| list_of(site).and(spelled(site)).map(drop))?;
    let (input, mut steps) = spelled(&site)?;
    let list = list_of(&site)?;
    let (last, previous) = overlay_sites::usual_names(&overlays, list);
    let packages = format!("{input}.legacyPackages.${{{previous}.stdenv.hostPlatform.system}}");
    let overlay = format!("(_{last}: {previous}: {{\n  inherit ({packages}) {};\n}})", args.package);
    let (file, elements) = (list.file.clone(), vec![Fragment::parse(&overlay)?]);
    let mut plan =
        Plan { summary: format!("{} comes from {} in {file}", args.package, args.input), hosts: list.hosts.clone(), ..Plan::default() };
    steps.push(Step::InsertElements {
        file: file.clone(),
        list: span(&list.node),
        elements,
        place: Place::Last,
        comment: Some(comment(args)),
    });
    let row =
        registry::Row { hold: &args.package, file: &file, hosts: &list.hosts, why: args.why.as_deref(), until: args.until.as_deref() };
    steps.extend(registry::added(project, &row)?);
    plan.steps = steps;
    plan.targets = plan.hosts.iter().map(|host| host_question::other_package(project, host, &args.package)).collect();
    Ok(plan)
}

/// A package that is held back must say why, and until when, where that is written down.
fn check_reasons(project: &Project, args: &OverlayPin) -> Result<()> {
    let Some(registry) = &project.settings().registry.file else { return Ok(()) };
    let missing: Vec<&str> =
        [("--why", &args.why), ("--until", &args.until)].iter().filter(|(_, text)| text.is_none()).map(|(flag, _)| *flag).collect();
    if missing.is_empty() {
        return Ok(());
    }
    let message = format!("{registry} keeps what is held back, with its reason and its end; {} is missing", missing.join(" and "));
    Err(Diagnostic::new(Code::UsageInvalid, message).help("--why TEXT says why it is held back, --until TEXT when that is over"))
}

/// Above the overlay: what it is, and why.
fn comment(args: &OverlayPin) -> String {
    let from = format!("{} from the held-back {} input", args.package, args.input);
    args.why.as_ref().map_or(from.clone(), |why| format!("{from}: {why}"))
}

fn list_of<'a>(site: &Site<'a>) -> Result<&'a crate::project::OverlayList> {
    match site {
        Site::List(list) => Ok(list),
        Site::Function(overlay, _) => Err(Diagnostic::new(Code::ShapeUnsupported, format!("{} has one overlay, not a list", overlay.file))
            .help("name a file with a list of overlays: --file FILE")),
    }
}

fn there(project: &Project, args: &OverlayPin, overlay: &Overlay, binding: &crate::syntax::SyntaxNode) -> Result<Plan> {
    let source = project.source(&overlay.file)?;
    let line = source.file_line(span(binding).start);
    if binding.text().to_string().contains(&format!("{}.legacyPackages.", args.input)) {
        return Ok(Plan { summary: format!("{} comes from {} already at {line}", args.package, args.input), ..Plan::default() });
    }
    let message = format!("overlay for '{}' already exists at {line}", args.package);
    Err(source
        .error(Code::OverlayExists, message, span(binding), "here")
        .help(format!("remove it first: nixedit overlay remove {}", args.package)))
}
