//! Packages and modules that `pyproject.toml` names.

use crate::app::PythonApp;
use crate::layout::{self, has_module, module_name};
use crate::manager::Manager;
use crate::manifests::Manifest;
use plugpacks_sdk::Result;
use toml::{Table, Value};

/// Nixpacks 1.41: the first of three fields of `[project]`, none of them if one has another type.
pub(super) fn nixpacks(app: &PythonApp) -> Option<String> {
    let table = app.manifests.pyproject.as_ref()?.table_at(&["project"])?;
    let name = match table.get("name") {
        Some(name) => Some(name.as_str()?),
        None => None,
    };
    let (packages, modules) = (texts(table, "packages")?, texts(table, "py_modules")?);
    let module = packages.first().or(modules.first()).copied().or(name)?;
    Some(format!("python -m {module}"))
}

/// The texts of a list, none if it is absent; `None` if it is not a list of texts.
fn texts<'t>(table: &'t Table, key: &str) -> Option<Vec<&'t str>> {
    match table.get(key) {
        Some(list) => list.as_array()?.iter().map(Value::as_str).collect(),
        None => Some(Vec::new()),
    }
}

/// A module that can be run, a command that the app installs, or, as before, the app's name.
pub(super) fn runnable(app: &PythonApp, manager: Option<Manager>) -> Result<Option<String>> {
    let Some(pyproject) = &app.manifests.pyproject else { return Ok(None) };
    let because = |reason: String| app.context.diagnostics.because("start command", reason);
    let listed = ["packages", "py_modules"].iter().find_map(|key| pyproject.list_at(&["project", key]).next());
    if let Some(module) = listed {
        because(format!("pyproject.toml lists {module}"));
        return Ok(Some(format!("python -m {module}")));
    }
    let name = pyproject.text_at(&["project", "name"]);
    let module = name.and_then(module_name);
    if let Some(module) = &module {
        for path in [format!("{module}/__main__"), module.clone(), format!("src/{module}/__main__")] {
            if app.context.app.has_file(&format!("{path}.py"))? {
                because(format!("there is {path}.py"));
                return Ok(Some(format!("python -m {module}")));
            }
        }
    }
    if let (Some(command), Some(manager)) = (script(pyproject), manager)
        && layout::installs_app(app, manager)?
    {
        because(format!("pyproject.toml declares the script {command}"));
        return Ok(Some(command.to_owned()));
    }
    let Some(module) = module else { return Ok(None) };
    if !has_module(app, &module)? && !has_module(app, &format!("src/{module}"))? {
        app.context.diagnostics.warn(format!(
            "The app is started as the module {module}, after its name in pyproject.toml, but there is none; \
             give a start command"
        ));
    }
    Ok(Some(format!("python -m {module}")))
}

/// The script to start: `start`, the one named like the app, or the only one.
fn script(pyproject: &Manifest) -> Option<&str> {
    let tables = [["project", "scripts"].as_slice(), &["tool", "poetry", "scripts"]];
    let scripts = tables.iter().find_map(|path| pyproject.table_at(path))?;
    let name = pyproject.text_at(&["project", "name"]).or_else(|| pyproject.text_at(&["tool", "poetry", "name"]));
    let preferred = Some("start").into_iter().chain(name).find_map(|name| scripts.get_key_value(name));
    let only = || scripts.iter().next().filter(|_| scripts.len() == 1);
    preferred.or_else(only).map(|(script, _)| script.as_str())
}
