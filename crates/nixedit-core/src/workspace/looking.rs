//! Looking without editing: by reading, and where that leaves hosts open by asking Nix, if Nix may be asked.

use super::Workspace;
use crate::diagnostic::{Code, Diagnostic, Result};
use crate::inspect::{self, activations, discover, file, host, list_packages};
use crate::operation::Hosts;
use crate::project::Project;
use crate::project::tables::report::TableReport;
use crate::syntax::attr_path::AttrPath;
use crate::syntax::parse::on_large_stack;
use crate::validate::{Level, ValidationReport};

/// Looking. Every call reads the files as they are then, and changes nothing. Each fails where files that it
/// needs cannot be read or parsed (`file.parse`, `file.encoding`, `file.io`), with the place.
impl Workspace {
    /// The names of all hosts, in the order in which the flake has them; of those that are computed as Nix names them.
    pub fn hosts(&self) -> Result<Vec<String>> {
        self.look(|project| Ok(self.with_names(project)?.hosts()?.into_iter().map(|host| host.name).collect()))
    }

    /// All that the files say about one host. Fails with `host.unknown`.
    pub fn host(&self, name: &str) -> Result<host::HostView> {
        self.look(|project| host::by_reading(&self.with_hosts(project, &[name.to_owned()])?, name))
    }

    /// All that is to be known about one file, relative to the root. Fails with `file.missing`.
    pub fn file(&self, path: &str) -> Result<file::FileView> {
        self.look(|project| file::by_reading(&project, path))
    }

    /// The package lists of hosts, by the groups in which they are written; one that several hosts have is one row.
    /// Fails with `host.unknown`.
    pub fn packages(&self, hosts: impl Into<Hosts>) -> Result<Vec<list_packages::PackageListRow>> {
        let hosts = hosts.into();
        self.look(|project| list_packages::by_reading(&self.with_hosts(project, &hosts.names)?, &hosts))
    }

    /// Every value that the files of hosts give to an option, as source text. Fails with `host.unknown`, `path.syntax`.
    pub fn values(&self, path: &str, hosts: impl Into<Hosts>) -> Result<Vec<inspect::Value>> {
        let hosts = hosts.into();
        self.look(|project| {
            let path = AttrPath::parse(path)?;
            inspect::values(&self.with_hosts(project, &hosts.names)?, &hosts, None, Some(&path))
        })
    }

    /// The same of one file, relative to the root. Fails with `file.missing`, `path.syntax`.
    pub fn values_in_file(&self, path: &str, file: &str) -> Result<Vec<inspect::Value>> {
        self.look(|project| inspect::values(&project, &Hosts::none(), Some(file), Some(&AttrPath::parse(path)?)))
    }

    /// The host tables (`perHost`), with every cell and what reads it.
    pub fn tables(&self) -> Result<Vec<TableReport>> {
        self.look(|project| project.table_reports(None))
    }

    /// The inputs of `flake.nix`, with what `flake.lock` holds them at. Fails with `file.missing`.
    pub fn inputs(&self) -> Result<Vec<inspect::InputRow>> {
        self.look(|project| inspect::inputs(&project, "flake.nix"))
    }

    /// The overlays of the flake and the hosts that get each.
    pub fn overlays(&self) -> Result<Vec<inspect::OverlayRow>> {
        self.look(|project| inspect::overlays(&project, None))
    }

    /// The agenix secrets: rule, encrypted file, hosts. Never their values.
    pub fn secrets(&self) -> Result<Vec<inspect::SecretRow>> {
        self.look(|project| inspect::secrets(&project))
    }

    /// The activation scripts of hosts. Fails with `host.unknown`.
    pub fn activations(&self, hosts: impl Into<Hosts>) -> Result<Vec<activations::ActivationRow>> {
        let hosts = hosts.into();
        self.look(|project| activations::activations(&self.with_hosts(project, &hosts.names)?, &hosts))
    }

    /// What a name means on a host, as Nix says: a package, an option, or what was meant. Fails with `host.unknown`,
    /// and with `env.no-nix` where there is no nix; a name that means nothing is no failure.
    pub fn discover(&self, name: &str, host: &str) -> Result<discover::Discovered> {
        self.look(|project| {
            let project = self.with_hosts(project, &[host.to_owned()])?;
            discover::by_asking(&self.required_asker(project.settings())?, &project.host(host)?, name)
        })
    }

    /// Whether the flake as it is evaluates, for the whole systems of these hosts (many seconds each), or as far as
    /// [`super::Options::level`] says; how many are evaluated at once and again [`super::Options::fleet`] says. Fails with the first error that Nix finds, at its line where that is known;
    /// with `env.no-nix` where there is no nix.
    pub fn validate(&self, hosts: impl Into<Hosts>) -> Result<ValidationReport> {
        let hosts = hosts.into();
        let mut workspace = self.clone();
        workspace.options.level = self.options.level.or(Some(Level::Host));
        let names = if hosts.all || hosts.is_empty() { workspace.hosts()? } else { hosts.names };
        workspace.look(|project| {
            let project = workspace.with_hosts(project, &names)?;
            let outputs = names.iter().map(|name| Ok(project.host(name)?.output())).collect::<Result<Vec<_>>>()?;
            if outputs.is_empty() {
                return Err(Diagnostic::new(Code::HostUnknown, "this flake has no host that could be evaluated"));
            }
            workspace.validate_outputs(project.settings(), &[], &outputs).map_err(|failure| failure.diagnostic)
        })
    }

    fn look<T: Send>(&self, work: impl FnOnce(Project) -> Result<T> + Send) -> Result<T> {
        on_large_stack(|| work(self.project()?))
    }
}
