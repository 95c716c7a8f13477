//! Activation scripts as modules write them: where they are, and in which of several styles.

use super::host_modules;
use crate::diagnostic::Result;
use crate::project::{Host, Project, Side};
use crate::syntax::attr_path::AttrPath;
use crate::syntax::body;
use crate::syntax::lookup::{self, Definition};
use crate::syntax::parse::Source;
use crate::syntax::{SyntaxKind, SyntaxNode};
use rnix::ast;
use rowan::ast::AstNode;

/// The path of a script of the system or of a home.
pub(super) fn path(system: bool, name: &str) -> Option<AttrPath> {
    let set = if system { ["system", "activationScripts"] } else { ["home", "activation"] };
    AttrPath::from_names(set.into_iter().chain([name]))
}

/// How a script of the system says what it depends on.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum SystemStyle {
    /// `lib.stringAfter [ "etc" ] ''…''`
    StringAfter,
    /// `{ text = ''…''; deps = [ "etc" ]; }`
    Set,
}

/// The style of the scripts in the file, else of those of any host; a set where there is none.
pub(super) fn system_style(project: &Project, source: &Source) -> Result<SystemStyle> {
    let style = |script: &Definition| match body::call(&script.value).0 {
        callee if body::last_name(&callee) == "stringAfter" => Some(SystemStyle::StringAfter),
        callee if callee.kind() == SyntaxKind::NODE_ATTR_SET => Some(SystemStyle::Set),
        _ => None,
    };
    let found = first_of(project, source, Side::System, |_, root| scripts(root, true).iter().find_map(style))?;
    Ok(found.unwrap_or(SystemStyle::Set))
}

/// What stands in front of `.entryAfter` in the file, else in any host's home; `lib.hm.dag` where
/// nothing does.
pub(super) fn dag(project: &Project, source: &Source) -> Result<String> {
    let own = source.path.as_str();
    let found = first_of(project, source, Side::Home, |source, root| {
        let selects = root.descendants().filter_map(ast::Select::cast);
        let mut heads = selects.filter_map(|select| {
            let text = select.syntax().text().to_string();
            let head = text.split(".entry").next().filter(|head| head.len() < text.len())?.to_owned();
            // What `with lib;` brings is not there in another file.
            let travels = ["config.", "lib."].iter().any(|start| head.starts_with(start));
            (head.ends_with(".dag") && (travels || source.path == own)).then_some(head)
        });
        heads.next()
    })?;
    Ok(found.unwrap_or_else(|| "lib.hm.dag".to_owned()))
}

/// What a look at the file finds, else one at the modules of one side of any host.
fn first_of<T>(project: &Project, source: &Source, side: Side, look: impl Fn(&Source, &SyntaxNode) -> Option<T>) -> Result<Option<T>> {
    if let Some(found) = look(source, &source.root) {
        return Ok(Some(found));
    }
    for host in project.hosts()? {
        let modules = host_modules::modules(project, &host, side)?;
        if let Some(found) = modules.iter().find_map(|module| look(&module.source, &module.node)) {
            return Ok(Some(found));
        }
    }
    Ok(None)
}

/// The scripts that a module's expression binds.
fn scripts(root: &SyntaxNode, system: bool) -> Vec<Definition> {
    let Some(set) = path(system, "x").and_then(|path| AttrPath::from_names(&path.names()[..2])) else { return Vec::new() };
    let found = lookup::find(root, &set);
    let sets = found.definitions.iter().flat_map(|definition| body::sets(&definition.value));
    let inside = sets.flat_map(|set| set.node.children().collect::<Vec<_>>()).filter_map(|binding| {
        let (_, value) = lookup::binding_parts(&binding)?;
        Some(Definition { binding, value, wrappers: Vec::new() })
    });
    found.below.into_iter().chain(inside.collect::<Vec<_>>()).collect()
}

/// Names that a script of a home may be ordered by: those that Home Manager has (its modules `files.nix`,
/// `home-environment.nix` and `systemd.nix`) and those that the host's modules bind.
pub(super) fn known_entries(project: &Project, host: &Host) -> Result<Vec<String>> {
    const OF_HOME_MANAGER: &[&str] = &[
        "checkFilesChanged",
        "checkLinkTargets",
        "writeBoundary",
        "linkGeneration",
        "installPackages",
        "onFilesChange",
        "reloadSystemd",
        "dconfSettings",
        "setupLaunchAgents",
        "copyFonts",
    ];
    let mut names: Vec<String> = OF_HOME_MANAGER.iter().map(|name| (*name).to_owned()).collect();
    for module in host_modules::modules(project, host, Side::Home)? {
        for script in scripts(&module.node, false) {
            names.extend(lookup::full_path(&script.binding).into_iter().skip_while(|name| name != "activation").nth(1));
        }
    }
    Ok(names)
}
