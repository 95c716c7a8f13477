//! A place among neighbours, as a caller names it.

/// Where a new element or binding goes among its neighbours.
#[derive(Clone, Debug, Default, PartialEq, Eq, serde::Serialize, serde::Deserialize, schemars::JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum Place {
    /// Where the rules of `edit::place` put it: in order if its neighbours are, else at the end.
    #[default]
    Fitting,
    /// By name among the largest group, whether that is in order or not.
    Sorted,
    /// In front of all others.
    First,
    /// Behind all others.
    Last,
    /// Behind the named neighbour.
    After(String),
    /// In front of the named neighbour.
    Before(String),
    /// At the end of the group under the comment that begins so.
    Group(String),
    /// In a new group under this comment, behind all others.
    NewGroup(String),
}
