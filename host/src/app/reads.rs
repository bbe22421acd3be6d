//! What was read of an app.

use super::AppPath;
use std::collections::BTreeSet;

/// One thing a plan depends on.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Read {
    /// What stands at a path.
    Entry(AppPath),
    /// The text of a file.
    Text(AppPath),
    /// Which files or directories match a glob.
    Glob(String),
    /// Where a regular expression (second) matches in the files of a glob (first).
    Search(String, String),
    /// The value of a variable.
    Variable(String),
}

impl Read {
    /// About how much it takes up, in bytes.
    pub(super) fn size(&self) -> usize {
        let text = match self {
            Self::Entry(path) | Self::Text(path) => path.as_str().len(),
            Self::Glob(text) | Self::Variable(text) => text.len(),
            Self::Search(glob, pattern) => glob.len() + pattern.len(),
        };
        size_of::<Self>() + text
    }
}

/// Everything a plan depends on, in a fixed order.
pub type Reads = BTreeSet<Read>;
