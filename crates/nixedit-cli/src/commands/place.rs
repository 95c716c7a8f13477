//! Flags that several commands share: which hosts, which file, which place in a list.

use clap::Args;
use clap::builder::NonEmptyStringValueParser;
use nixedit_core::diagnostic::Result;
use nixedit_core::operation::{Hosts, Target};
use nixedit_core::plan::Place;
use nixedit_core::syntax::attr_path::AttrPath;

/// Which hosts.
#[derive(Debug, Args, Clone, Default)]
pub struct HostArgs {
    /// The host (repeatable, or separated by commas)
    #[arg(long = "host", value_name = "HOST", value_delimiter = ',')]
    pub host: Vec<String>,
    /// Every host: in the file they share
    #[arg(long, conflicts_with = "host")]
    pub all_hosts: bool,
    /// One edit in each host's own file: of every host, or of those named
    #[arg(long)]
    pub each_host: bool,
}

impl HostArgs {
    pub fn hosts(&self) -> Hosts {
        let mut hosts = Hosts::named(&self.host);
        hosts.all = self.all_hosts || (self.each_host && self.host.is_empty());
        hosts.each = self.each_host;
        hosts
    }
}

/// The one host that is meant.
#[derive(Debug, Args, Clone, Default)]
pub struct OneHostArgs {
    /// The host [default: the only one]
    #[arg(long, value_name = "HOST")]
    pub host: Option<String>,
}

impl OneHostArgs {
    pub fn hosts(&self) -> Hosts {
        Hosts::named(&self.host)
    }
}

/// Which hosts are looked at.
#[derive(Debug, Args, Clone, Default)]
pub struct LookArgs {
    /// The host (repeatable, or separated by commas) [default: all]
    #[arg(long = "host", value_name = "HOST", value_delimiter = ',')]
    pub host: Vec<String>,
}

impl LookArgs {
    pub fn hosts(&self) -> Hosts {
        if self.host.is_empty() { Hosts::all() } else { Hosts::named(&self.host) }
    }
}

/// Which file and which place in it.
#[derive(Debug, Args, Clone, Default)]
pub struct FileArgs {
    /// This file, whether or not a flake is around it
    #[arg(long, value_name = "FILE")]
    pub file: Option<String>,
    /// A line inside the list or set that is meant
    #[arg(long, value_name = "LINE")]
    pub at: Option<usize>,
}

impl FileArgs {
    pub fn target(&self, path: Option<&str>) -> Result<Target> {
        Ok(Target { file: self.file.clone(), path: attr_path(path)?, at: self.at })
    }
}

/// An attribute path as typed; `.` stands for the file's own expression.
pub fn attr_path(path: Option<&str>) -> Result<Option<AttrPath>> {
    path.filter(|path| *path != ".").map(AttrPath::parse).transpose()
}

/// Where among the neighbours.
#[derive(Debug, Args, Clone, Default)]
#[group(multiple = false)]
pub struct PlaceArgs {
    /// Directly behind this neighbour
    #[arg(long, value_name = "NAME", allow_hyphen_values = true, value_parser = NonEmptyStringValueParser::new())]
    pub after: Option<String>,
    /// Directly in front of this neighbour
    #[arg(long, value_name = "NAME", allow_hyphen_values = true, value_parser = NonEmptyStringValueParser::new())]
    pub before: Option<String>,
    /// In front of all others
    #[arg(long)]
    pub first: bool,
    /// Behind all others
    #[arg(long)]
    pub last: bool,
    /// At the end of the group under the comment that begins so
    #[arg(long, value_name = "COMMENT", value_parser = NonEmptyStringValueParser::new())]
    pub group: Option<String>,
    /// In a new group under this comment
    #[arg(long, value_name = "COMMENT", value_parser = NonEmptyStringValueParser::new())]
    pub new_group: Option<String>,
}

impl PlaceArgs {
    pub fn place(&self) -> Place {
        let named = |name: &Option<String>, make: fn(String) -> Place| name.clone().map(make);
        let told = named(&self.after, Place::After)
            .or_else(|| named(&self.before, Place::Before))
            .or_else(|| named(&self.group, Place::Group))
            .or_else(|| named(&self.new_group, Place::NewGroup));
        match told {
            Some(place) => place,
            None if self.first => Place::First,
            None if self.last => Place::Last,
            None => Place::Fitting,
        }
    }
}
