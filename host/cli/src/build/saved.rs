//! Plans that were saved earlier.

use plugpacks::error::{Error, Result};
use plugpacks::plan::PartialPlan;
use plugpacks::planner::{self, PlanRequest, Planned};
use plugpacks::provider::Catalog;
use std::io::Read as _;
use std::path::Path;
use std::sync::Arc;

/// A plan that was saved earlier, for the app it is built with now.
///
/// # Errors
/// The file cannot be read or is not a plan, or the app directory cannot be read.
// The user names this file; it may lie anywhere.
#[allow(clippy::disallowed_methods)]
pub(super) fn saved(file: &Path, request: &PlanRequest, catalog: &Arc<Catalog>) -> Result<Planned> {
    let shown = file.display();
    let unreadable =
        |error: std::io::Error| Error::configuration(format!("Cannot read the plan `{shown}`")).cause(error);
    let text = if file.as_os_str() == "-" {
        let mut text = String::new();
        std::io::stdin().read_to_string(&mut text).map_err(unreadable)?;
        text
    } else {
        std::fs::read_to_string(file).map_err(unreadable)?
    };
    let no_plan = |cause: String| {
        Error::configuration(format!("`{shown}` is not a plan"))
            .cause(cause)
            .hint("`plugpacks plan DIR > FILE` writes one")
    };
    let partial = PartialPlan::from_json(&text).map_err(|error| no_plan(error.to_string()))?;
    if partial.phases.is_none() {
        return Err(no_plan("it has no `phases`".to_owned()));
    }
    planner::replay(request, catalog, &partial)
}
