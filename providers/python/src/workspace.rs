//! A uv workspace: several packages with one lock file.

use crate::app::PythonApp;
use plugpacks_sdk::Result;

/// The option that makes `uv sync` install the members that the root does not depend on; empty without
/// a workspace.
///
/// # Errors
/// A path leaves the app.
pub(crate) fn option(app: &PythonApp) -> Result<&'static str> {
    let Some(pyproject) = &app.manifests.pyproject else { return Ok("") };
    let has_members = pyproject.table_at(&["tool", "uv", "workspace"]).is_some();
    Ok(if has_members { " --all-packages" } else { "" })
}
