//! Hosts of a flake and the files each of them is made of, with the evidence for every answer.
//!
//! All of this is read, never evaluated by Nix. What reading cannot tell is marked
//! [`ModulePlace::Unknown`], or listed in [`HostMap::unresolved`]; nothing is guessed.

use crate::diagnostic::Diagnostic;
use crate::syntax::attr_path::quoted_name;
use crate::text::Span;

/// Where something was read from, and how.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Evidence {
    /// The file that says so.
    pub file: String,
    /// The bytes that say so.
    pub span: Span,
    /// The kind of statement: `nixosConfigurations`, `modules`, `imports`, …
    pub kind: &'static str,
}

/// Which flake output a configuration stands in.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Class {
    /// `nixosConfigurations`.
    Nixos,
    /// `darwinConfigurations`, of nix-darwin.
    Darwin,
    /// `homeConfigurations`: Home Manager without a system around it.
    Home,
}

impl Class {
    /// All of them, in the order in which hosts are listed.
    pub const ALL: [Self; 3] = [Self::Nixos, Self::Darwin, Self::Home];

    /// The flake output.
    pub fn output(self) -> &'static str {
        match self {
            Self::Nixos => "nixosConfigurations",
            Self::Darwin => "darwinConfigurations",
            Self::Home => "homeConfigurations",
        }
    }

    /// The kind of configuration that a function of this name makes.
    pub(super) fn of_function(name: &str) -> Option<Self> {
        match name {
            "nixosSystem" => Some(Self::Nixos),
            "darwinSystem" => Some(Self::Darwin),
            "homeManagerConfiguration" => Some(Self::Home),
            _ => None,
        }
    }

    /// What that function calls the arguments that it passes on to all modules.
    pub(super) fn special_args(self) -> &'static str {
        if self == Self::Home { "extraSpecialArgs" } else { "specialArgs" }
    }
}

/// One configuration of a machine, or of a user's home that stands alone.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Host {
    /// What it is called: its attribute name, with the output before it where a host that comes earlier
    /// in the order of outputs has that name.
    pub name: String,
    /// The output that it stands in.
    pub class: Class,
    /// Its attribute name there.
    pub attr: String,
    /// Where the name stands.
    pub evidence: Evidence,
    /// The platform, such as `x86_64-linux`, where it can be read.
    pub system: Option<String>,
    /// What the system calls itself (`networking.hostName`), where its modules say it plainly.
    pub host_name: Option<String>,
    /// System modules: those of the `modules` list in order, each followed by what it imports.
    pub modules: Vec<Module>,
    /// Files of system packages that are no modules.
    pub lists: Vec<ListFile>,
    /// What system modules may ask for beside `config`, `lib`, `pkgs`, `options`.
    pub special_args: SpecialArgs,
    /// Home Manager users inside this host; of a home that stands alone, its one user.
    pub users: Vec<HomeUser>,
}

/// One Home Manager user of a host.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct HomeUser {
    /// Name under `home-manager.users`; source text such as `${user}` when it is computed from
    /// unknown parts.
    pub name: String,
    /// What Home Manager modules may ask for beside what they always get.
    pub special_args: SpecialArgs,
    /// Home Manager modules: those named directly first to last, each followed by what it imports;
    /// then those shared by all users.
    pub modules: Vec<Module>,
    /// Files of packages that are no modules.
    pub lists: Vec<ListFile>,
}

/// Arguments that are passed to modules by `specialArgs`, `extraSpecialArgs` or `_module.args`.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct SpecialArgs {
    /// Names that are surely passed, sorted.
    pub names: Vec<String>,
    /// Whether there are surely no others.
    pub complete: bool,
}

impl SpecialArgs {
    /// Whether `name` is passed; `None` when that cannot be read.
    pub fn passes(&self, name: &str) -> Option<bool> {
        match self.names.iter().any(|known| known == name) {
            true => Some(true),
            false => self.complete.then_some(false),
        }
    }
}

/// A file that is no module and holds packages of a host or user.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ListFile {
    /// The file.
    pub file: String,
    /// The option that its list reaches: `home.packages`.
    pub option: String,
    /// The first element that does.
    pub via: Evidence,
    /// Whether that is so only under a condition that cannot be read.
    pub conditional: bool,
}

/// One module of a host or user.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Module {
    /// What it is.
    pub place: ModulePlace,
    /// Who names it.
    pub via: Evidence,
    /// 0 when named in the host's own list, 1 when imported by such a module, and so on. A set that
    /// holds nothing but `imports` is no module of its own and adds no depth.
    pub depth: usize,
    /// Whether it is there only under a condition that cannot be read.
    pub conditional: bool,
}

/// What a module is.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum ModulePlace {
    /// A file of the flake, named itself or imported with arguments.
    File(String),
    /// An expression written in place: an attribute set or function in a module list, or a whole
    /// binding when the set is written dotted (`home-manager.users.zk.home.packages = …;`).
    Inline {
        /// The file it stands in.
        file: String,
        /// Its bytes.
        span: Span,
    },
    /// Something from a flake input, without `inputs.` before it: `agenix.nixosModules.default`,
    /// `${hardware}/common/ssd`; files of nixpkgs as `modulesPath/…`.
    Input(String),
    /// Something that reading cannot resolve: its source text.
    Unknown(String),
}

impl ModulePlace {
    /// The file of the flake it stands in.
    pub fn file(&self) -> Option<&str> {
        match self {
            Self::File(file) | Self::Inline { file, .. } => Some(file),
            Self::Input(_) | Self::Unknown(_) => None,
        }
    }
}

/// System or home: the two sides that a host's modules are on.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Side {
    /// NixOS or nix-darwin modules.
    System,
    /// Home Manager modules, of all users.
    Home,
}

/// All hosts, and what could not be read about them.
#[derive(Clone, Debug, Default)]
pub struct HostMap {
    /// The hosts in the order in which they are written.
    pub hosts: Vec<Host>,
    /// Parts of the outputs whose names cannot be read, as source text.
    pub unresolved: Vec<(String, Evidence)>,
    /// Files that could not be read on the way.
    pub notes: Vec<Diagnostic>,
}

impl Host {
    /// What it calls itself, where that is not what it is called here.
    pub fn own_name(&self) -> Option<&str> {
        self.host_name.as_deref().filter(|own| *own != self.name)
    }

    /// Its names: that of its output, and what it calls itself where that is another.
    pub fn names(&self) -> Vec<&str> {
        std::iter::once(self.name.as_str()).chain(self.own_name()).collect()
    }

    /// The modules of one side, those of all users together.
    pub fn modules_of(&self, side: Side) -> impl Iterator<Item = &Module> {
        let system = self.modules.iter().filter(move |_| side == Side::System);
        let home = self.users.iter().flat_map(|user| &user.modules).filter(move |_| side == Side::Home);
        system.chain(home)
    }

    /// The files of one side that hold packages and are no modules, those of all users together.
    pub fn lists_of(&self, side: Side) -> impl Iterator<Item = &ListFile> {
        let system = self.lists.iter().filter(move |_| side == Side::System);
        let home = self.users.iter().flat_map(|user| &user.lists).filter(move |_| side == Side::Home);
        system.chain(home)
    }

    /// Whether one side has modules that reading cannot resolve.
    pub fn is_complete(&self, side: Side) -> bool {
        !self.modules_of(side).any(|module| matches!(module.place, ModulePlace::Unknown(_)))
    }

    /// The flake output that Nix evaluates: `nixosConfigurations.nxiz`.
    pub fn output(&self) -> String {
        format!("{}.{}", self.class.output(), quoted_name(&self.attr))
    }

    /// Where a user's options stand in `c`, the evaluated configuration.
    pub fn config_of(&self, user: &HomeUser) -> String {
        match self.class {
            Class::Home => "c.config".to_owned(),
            Class::Nixos | Class::Darwin => format!("c.config.home-manager.users.{}", quoted_name(&user.name)),
        }
    }

    /// Whether both are one machine: `homeConfigurations."zk@nxiz"` is the home that `zk` has on `nxiz`,
    /// as is `homeConfigurations.nxiz`, so what reaches one may reach the other.
    pub fn is_same_machine(&self, other: &Self) -> bool {
        let of = |home: &Self, system: &Self| {
            home.class == Class::Home && system.class != Class::Home && home.attr.rsplit('@').next() == Some(&*system.attr)
        };
        self.name == other.name || of(self, other) || of(other, self)
    }

    /// Whether a file or a folder around it is called after the host.
    pub fn is_named_in(&self, path: &str) -> bool {
        let named = |part: &str| {
            let stem = part.strip_suffix(".nix").unwrap_or(part);
            let machine = |name: &str| name.rsplit('@').next().unwrap_or_default().to_owned();
            stem == self.attr || stem == machine(&self.attr) || (self.class != Class::Home && machine(stem) == self.attr)
        };
        path.split('/').any(named)
    }

    /// Whether nothing is known of it but its name: any file may be a part of it.
    pub fn is_unread(&self) -> bool {
        let mut modules = self.modules_of(Side::System).chain(self.modules_of(Side::Home)).peekable();
        modules.peek().is_some() && modules.all(|module| matches!(module.place, ModulePlace::Unknown(_)))
    }
}
