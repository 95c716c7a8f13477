//! The modules of hosts as a reader wants them: all of both sides, protected files included.

use crate::diagnostic::Result;
use crate::idioms::host_modules::HostModule;
use crate::operation::Hosts;
use crate::project::{Host, Module, ModulePlace, Project, Side};
use crate::syntax::node_at;

/// A module that is written in the flake, with whose it is.
pub(super) struct Looked {
    /// The side it is on.
    pub side: Side,
    /// The module, parsed.
    pub module: HostModule,
    /// Whether it is imported only under a condition.
    pub conditional: bool,
}

/// The hosts named, or all.
pub(super) fn hosts(project: &Project, wanted: &Hosts) -> Result<Vec<Host>> {
    if wanted.all || wanted.is_empty() {
        return project.hosts();
    }
    wanted.names.iter().map(|name| project.host(name)).collect()
}

/// The modules of a host that are written in the flake, in their order. Files that cannot be read
/// are left out: whoever edits is told of them.
pub(super) fn of_host(project: &Project, host: &Host) -> Vec<Looked> {
    let system = host.modules.iter().map(|module| (Side::System, None, module));
    let home = host.users.iter().flat_map(|user| user.modules.iter().map(|module| (Side::Home, Some(user.name.clone()), module)));
    system.chain(home).filter_map(|(side, user, module)| looked(project, side, user, module)).collect()
}

fn looked(project: &Project, side: Side, user: Option<String>, module: &Module) -> Option<Looked> {
    let source = project.source(module.place.file()?).ok()?;
    let node = match &module.place {
        ModulePlace::Inline { span, .. } => node_at(&source.root, *span)?,
        _ => source.root.clone(),
    };
    Some(Looked { side, module: HostModule::alone(source, node, user), conditional: module.conditional })
}

/// `system` or `home`.
pub(super) fn side_name(side: Side) -> &'static str {
    match side {
        Side::System => "system",
        Side::Home => "home",
    }
}
