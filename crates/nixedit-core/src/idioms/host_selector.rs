//! Options that host tables are selected by. `perHost.${config.networking.hostName}` fails, on
//! whatever reads it, as soon as the name has no row: what the option itself comes to proves little.

use super::host_question;
use crate::diagnostic::Result;
use crate::plan::Target;
use crate::project::Project;
use crate::syntax::attr_path::AttrPath;

/// The whole system of every host that has the file, where the option selects rows; nothing for any
/// other option.
pub(super) fn questions(project: &Project, file: &str, path: &AttrPath) -> Result<Vec<Target>> {
    let tables = project.tables(None)?;
    if !tables.iter().flat_map(|table| &table.selectors).any(|selector| reads(selector, path)) {
        return Ok(Vec::new());
    }
    let hosts = project.hosts_importing(file)?;
    hosts.iter().map(|name| project.host(name).map(|host| host_question::whole(&host))).collect()
}

/// Whether an expression such as `config.networking.hostName`, or a variable of that name, has the
/// option's value.
pub(super) fn reads(selector: &str, path: &AttrPath) -> bool {
    let path = path.to_string();
    match selector.rsplit_once('.') {
        None => path.rsplit('.').next() == Some(selector),
        Some(_) => selector.strip_suffix(path.as_str()).is_some_and(|before| before.is_empty() || before.ends_with('.')),
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
