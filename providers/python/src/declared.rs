//! What `pyproject.toml` says about the app object.

use crate::app::PythonApp;
use crate::app_object::{Entry, Found, RunsItself};
use crate::frameworks::{Framework, WEB};
use crate::modules::{Module, below};
use plugpacks_sdk::Result;

/// The app that `entrypoint` in `[tool.fastapi]` names, such as `shop.main:app`.
///
/// # Errors
/// A path leaves the app.
pub(crate) fn entrypoint(app: &PythonApp) -> Result<Option<Found>> {
    let Some(pyproject) = &app.manifests.pyproject else { return Ok(None) };
    let Some(entrypoint) = pyproject.text_at(&["tool", "fastapi", "entrypoint"]) else { return Ok(None) };
    let Some((module, object)) = entrypoint.split_once(':') else {
        app.context.diagnostics.warn(format!(
            "entrypoint = {entrypoint:?} of [tool.fastapi] in pyproject.toml is passed over; write module:object"
        ));
        return Ok(None);
    };
    let path = module.replace('.', "/");
    for root in ["", "src"] {
        for file in [format!("{path}.py"), format!("{path}/__init__.py")] {
            if let Some(module) = Module::read(app, &below(root, &file)) {
                let entry = Entry::Object { name: object.to_owned(), runs_itself: RunsItself::No };
                return Ok(fastapi().map(|framework| Found {
                    framework,
                    path: module.path,
                    root: root.to_owned(),
                    entry,
                    text: module.text,
                }));
            }
        }
    }
    app.context.diagnostics.warn(format!(
        "entrypoint = {entrypoint:?} of [tool.fastapi] in pyproject.toml names a module that is not there"
    ));
    Ok(None)
}

fn fastapi() -> Option<&'static Framework> {
    WEB.iter().find(|framework| framework.module == "fastapi")
}
