//! Options that host tables are selected by. `perHost.${config.networking.hostName}` fails, on
//! whatever reads it, as soon as the name has no row: what the option itself comes to proves little.

use crate::diagnostic::Result;
use crate::plan::{Expect, Target};
use crate::project::{Class, Host, Project};
use crate::syntax::attr_path::AttrPath;

/// The whole system of every host that has the file, where the option selects rows; nothing for any
/// other option.
pub(super) fn questions(project: &Project, file: &str, path: &AttrPath) -> Result<Vec<Target>> {
    let tables = project.tables(None)?;
    if !tables.iter().flat_map(|table| &table.selectors).any(|selector| reads(selector, path)) {
        return Ok(Vec::new());
    }
    let hosts = project.hosts_importing(file)?;
    hosts.iter().map(|name| project.host(name).map(|host| whole(&host))).collect()
}

/// Whether an expression such as `config.networking.hostName`, or a variable of that name, has the
/// option's value.
fn reads(selector: &str, path: &AttrPath) -> bool {
    let path = path.to_string();
    match selector.rsplit_once('.') {
        None => path.rsplit('.').next() == Some(selector),
        Some(_) => selector.strip_suffix(path.as_str()).is_some_and(|before| before.is_empty() || before.ends_with('.')),
    }
}

fn whole(host: &Host) -> Target {
    let label = if host.class == Class::Home { "home.activationPackage" } else { "system.build.toplevel" };
    Target {
        host: Some(host.name.clone()),
        output: host.output(),
        label: label.to_owned(),
        question: format!("c.config.{label}.drvPath"),
        expect: Expect::Evaluates,
        forced: false,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_selector_is_the_option_by_its_path_or_a_variable_called_so() {
        let path = AttrPath::parse("networking.hostName").unwrap();
        for selector in ["config.networking.hostName", "osConfig.networking.hostName", "networking.hostName", "hostName"] {
            assert!(reads(selector, &path), "{selector}");
        }
        for selector in ["config.my.host", "config.mynetworking.hostName", "host.name"] {
            assert!(!reads(selector, &path), "{selector}");
        }
    }
}
