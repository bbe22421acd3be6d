//! `composer.lock`: what the locked packages require of PHP.

use crate::composer::Requirements;
use plugpacks_sdk::{Context, Result};
use serde::Deserialize;
use serde_json::Value;

/// The app's lock.
pub(crate) const PATH: &str = "composer.lock";

/// A package that the app is installed with.
#[derive(Debug)]
pub(crate) struct LockedPackage {
    pub(crate) name: String,
    pub(crate) require: Requirements,
}

/// The packages that the lock has for production; none without a lock.
///
/// # Errors
/// The lock cannot be read, or is no JSON.
pub(crate) fn packages(context: &Context) -> Result<Vec<LockedPackage>> {
    #[derive(Deserialize)]
    struct Lock {
        #[serde(default)]
        packages: Vec<Entry>,
    }
    #[derive(Deserialize)]
    struct Entry {
        name: String,
        // PHP writes an empty map as `[]`.
        #[serde(default)]
        require: Value,
    }
    if !context.app.has_file(PATH)? {
        return Ok(Vec::new());
    }
    let lock: Lock = context.app.read_json(PATH)?;
    let package = |entry: Entry| LockedPackage { name: entry.name, require: crate::composer::texts(&entry.require) };
    Ok(lock.packages.into_iter().map(package).collect())
}
