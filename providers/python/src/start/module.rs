//! Packages and modules that `pyproject.toml` names.

use crate::app::PythonApp;
use crate::layout::{self, module_name};
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

/// A module that can be run, or a command that the app installs.
pub(super) fn runnable(app: &PythonApp, manager: Option<Manager>) -> Result<Option<String>> {
    let Some(pyproject) = &app.manifests.pyproject else { return Ok(None) };
    let because = |reason: String| app.context.diagnostics.because("start command", reason);
    let listed = ["packages", "py_modules"].iter().find_map(|key| pyproject.list_at(&["project", key]).next());
    let name = pyproject.text_at(&["project", "name"]).or_else(|| pyproject.text_at(&["tool", "poetry", "name"]));
    let named = name.and_then(module_name);
    let listed = listed.map(str::to_owned);
    let as_module = |end: &str| {
        let modules = listed.iter().chain(&named);
        let found = modules.map(|module| as_module(app, module, end)).find_map(Result::transpose);
        found.transpose()
    };
    if let Some((path, command)) = as_module("/__main__.py")? {
        because(format!("there is {path}"));
        return Ok(Some(command));
    }
    if let (Some(command), Some(manager)) = (script(pyproject), manager)
        && layout::installs_app(app, manager)?
    {
        because(format!("pyproject.toml declares the script {command}"));
        return Ok(Some(command.to_owned()));
    }
    Ok(as_module(".py")?.map(|(path, command)| {
        because(format!("there is {path}"));
        command
    }))
}

/// The file that `python -m` runs for a module, which ends so, and the command; `None` if it is not there.
fn as_module(app: &PythonApp, module: &str, end: &str) -> Result<Option<(String, String)>> {
    let path = module.replace('.', "/");
    for (root, variable) in [("", ""), ("src/", "env PYTHONPATH=src ")] {
        let file = format!("{root}{path}{end}");
        if app.context.app.has_file(&file)? {
            return Ok(Some((file, format!("{variable}python -m {module}"))));
        }
    }
    Ok(None)
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
