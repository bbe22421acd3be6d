//! The pinned providers of an app, for commands that are not about a plan of it.

use plugpacks::error::{Error, Result};
use plugpacks::planner::{self, PlanRequest};
use plugpacks::provider::remote::Pin;
use std::path::Path;

/// The providers that an app pins.
///
/// # Errors
/// Its configuration file cannot be read, or a pin is wrong.
pub(super) fn pins(app: &Path) -> Result<Vec<Pin>> {
    planner::pins(&PlanRequest::new(app))
}

/// An error about a provider that is not pinned.
pub(super) fn unknown<'a>(name: &str, file: &Path, pinned: impl Iterator<Item = &'a str>) -> Error {
    let names: Vec<_> = pinned.collect();
    let names = if names.is_empty() { "none is".to_owned() } else { names.join(", ") };
    Error::configuration(format!("No provider `{name}` is pinned in `{}`", file.display()))
        .cause(format!("pinned: {names}"))
}
