//! The process and the machine that the library works in, as far as it has to know them. It does not look itself:
//! whoever uses it says what is there.

use std::path::PathBuf;

/// What is known of the process and the machine; by default nothing.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub struct Machine {
    /// Tells the value of a variable of the process.
    pub variable: fn(&str) -> Option<String>,
    /// Where the user's programs keep what can be made again.
    pub caches: Option<PathBuf>,
}

impl Default for Machine {
    fn default() -> Self {
        Self { variable: |_| None, caches: None }
    }
}
