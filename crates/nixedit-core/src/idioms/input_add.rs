//! `input add NAME URL`: add a flake input in the style of its neighbours.
//!
//! ```text
//! inputs.nixpkgs.url = "…";   =>   inputs.nixpkgs.url = "…";
//!                                  inputs.agenix.url = "…";
//! ```
//! Refuses: an input of that name with another URL; a flake without `inputs`.

use crate::diagnostic::{Code, Result};
use crate::operation::InputAdd;
use crate::plan::{Plan, Step};
use crate::project::Project;
use crate::syntax::attr_path::{AttrPath, quoted_name, quoted_string};
use crate::syntax::fragment::Fragment;
use crate::syntax::lookup::{self, SetPlace};
use crate::syntax::parse::Source;
use crate::syntax::{SyntaxKind, span};

pub(super) fn plan(project: &Project, args: &InputAdd) -> Result<Plan> {
    let source = project.source(args.file.as_deref().unwrap_or("flake.nix"))?;
    let path = AttrPath::from_names(["inputs", &args.name]).unwrap_or_else(|| unreachable!("two names"));
    let url = Fragment::string(&args.url);
    let mut plan = Plan { summary: format!("added input {} ({})", args.name, args.url), ..Plan::default() };
    if let Some(known) = existing(&source, &path, &args.name, url.text())? {
        plan.summary = known;
        return Ok(plan);
    }
    let found = lookup::find(&source.root, &path);
    let deepest = found.deepest();
    let Some(place) = deepest.first() else {
        return Err(source.error(
            Code::ShapeUnsupported,
            format!("{} has no set to add an input to", source.path),
            span(&source.root),
            "here",
        ));
    };
    let (rest, value) = written(place, args, &url)?;
    plan.steps.push(Step::InsertBinding {
        file: source.path.clone(),
        set: span(&place.set),
        path: rest,
        value,
        place: args.place.clone(),
        comment: None,
    });
    Ok(plan)
}

/// What to say when the input exists already; an error when it points elsewhere.
fn existing(source: &Source, path: &AttrPath, name: &str, url: &str) -> Result<Option<String>> {
    let urls = lookup::find(&source.root, &path.child("url")).definitions;
    match urls.first() {
        Some(found) if found.value.text() == url => Ok(Some(format!("input {name} is already there"))),
        Some(found) => Err(source
            .error(Code::InputExists, format!("input '{name}' already points to {}", found.value.text()), span(&found.value), "here")
            .help(format!("change it with: nixedit input set-url {name} {url}"))),
        None => Ok(None),
    }
}

/// The binding: dotted `name.url` where that is all there is to say and neighbours do so, else a set.
fn written(place: &SetPlace, args: &InputAdd, url: &Fragment) -> Result<(AttrPath, Fragment)> {
    let base = AttrPath::from_names(place.rest.clone()).unwrap_or_else(|| unreachable!("the name itself is missing"));
    let follows: Vec<(String, String)> =
        args.follows.iter().map(|f| f.split_once('=').map_or((f.clone(), f.clone()), |(a, b)| (a.to_owned(), b.to_owned()))).collect();
    if follows.is_empty() && !args.no_flake && !prefers_sets(place) {
        return Ok((base.child("url"), url.clone()));
    }
    let mut lines = vec![format!("url = {};", url.text())];
    if args.no_flake {
        lines.push("flake = false;".to_owned());
    }
    lines.extend(follows.iter().map(|(name, target)| format!("inputs.{}.follows = {};", quoted_name(name), quoted_string(target))));
    Ok((base, Fragment::parse(&format!("{{\n  {}\n}}", lines.join("\n  ")))?))
}

/// Whether neighbours that have nothing but a URL are written as sets more often than dotted.
fn prefers_sets(place: &SetPlace) -> bool {
    let (mut sets, mut dotted) = (0, 0);
    for entry in place.set.children() {
        let Some((path, value)) = lookup::binding_parts(&entry) else { continue };
        if path.last() == "url" {
            dotted += 1;
        } else if value.kind() == SyntaxKind::NODE_ATTR_SET && value.children().count() == 1 {
            sets += 1;
        }
    }
    sets > dotted
}
