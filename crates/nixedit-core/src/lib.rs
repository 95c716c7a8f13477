#![doc = include_str!("manual/1_first_edit.md")]
#![doc = include_str!("manual/2_operations.md")]
#![doc = include_str!("manual/3_looking.md")]
#![doc = include_str!("manual/4_proofs.md")]
#![doc = include_str!("manual/5_callers.md")]
#![doc = include_str!("manual/6_laws.md")]
#![doc = include_str!("manual/7_limits.md")]
#![doc = include_str!("manual/8_errors.md")]
#![deny(missing_docs)]

pub use change_set::{ChangeSet, FileChange};
pub use diagnostic::{Code, Diagnostic, Kind, Label, Result, Way};
pub use flake_lock::LockChange;
pub use operation::{Hosts, Operation};
pub use plan::Note;
pub use system::command::Cancel;
pub use text::{Position, Span};
pub use validate::Level;
pub use workspace::{Caller, Event, FleetOptions, Options, Report, Workspace, edit_text};

/// What looking shows: rows of plain data, which a program can serialise as `nixedit --format json` prints them.
pub mod view {
    pub use crate::flake_lock::Pin;
    pub use crate::inspect::activations::ActivationRow;
    pub use crate::inspect::discover::{Discovered, NoPackage, OptionFound, Package};
    pub use crate::inspect::file::FileView;
    pub use crate::inspect::host::{HostView, ModuleRow, RowView};
    pub use crate::inspect::list_packages::{PackageGroup, PackageListRow, PackageRow};
    pub use crate::inspect::own_options::OptionRow;
    pub use crate::inspect::{InputFollows, InputRow, OverlayRow, SecretRow, Value};
    pub use crate::project::tables::report::{CellReport, ReaderReport, TableReport};
}

/// The wire format of operations, as JSON Schema: what [`Operation::from_json`] reads.
pub mod wire {
    pub use crate::operation::{names, schema, schema_of};
}

/// What an edit did or why it did nothing, as `nixedit --format json` prints it, and its JSON Schema.
pub mod results {
    pub use crate::report::{
        Change, Edit, EditStatus, ErrorReport, FailedValidation, Failure, FailureStatus, FlatError, Hashes, PlaceReport,
    };
    pub use crate::report::{RESULT_NAMES, RESULTS_ID, SchemaName, schema, schema_of};
}

/// What was proven of an edit, and what goes on while it is.
pub mod proof {
    pub use crate::validate::{Count, FirstError, Outcome, Progress, Side, Status, TargetReport, ValidationReport};
}

/// The edits that landed.
pub mod history {
    pub use crate::transaction::{EditRecord, FileRecord, Relation};
}

// What the command line uses besides; no promise is made about any of it.
#[doc(hidden)]
pub mod apply;
#[doc(hidden)]
pub mod ask;
#[doc(hidden)]
pub mod change_set;
#[doc(hidden)]
pub mod compile;
#[doc(hidden)]
pub mod deploy;
#[doc(hidden)]
pub mod diagnostic;
#[doc(hidden)]
pub mod edit;
#[doc(hidden)]
pub mod flake_lock;
#[doc(hidden)]
pub mod format;
#[doc(hidden)]
pub mod idioms;
#[doc(hidden)]
pub mod inspect;
#[doc(hidden)]
pub mod lint;
#[doc(hidden)]
pub mod new_paths;
#[doc(hidden)]
pub mod operation;
#[doc(hidden)]
pub mod place;
#[doc(hidden)]
pub mod plan;
#[doc(hidden)]
pub mod project;
#[doc(hidden)]
pub mod relock;
#[doc(hidden)]
pub mod report;
#[doc(hidden)]
pub mod settings;
#[doc(hidden)]
pub mod similar_names;
#[doc(hidden)]
pub mod syntax;
#[doc(hidden)]
pub mod system;
#[doc(hidden)]
pub mod text;
#[doc(hidden)]
pub mod transaction;
#[doc(hidden)]
pub mod validate;
#[doc(hidden)]
pub mod workspace;
