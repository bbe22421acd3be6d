//! A uv workspace: several packages with one lock file.

use crate::app::PythonApp;
use crate::app_object::{Found, find};
use crate::frameworks::WEB;
use crate::modules::{Module, lies_in, parent};
use plugpacks_sdk::Result;
use toml::{Table, Value};

/// The option that makes `uv sync` install the members that the root does not depend on; empty without
/// a workspace.
pub(crate) fn option(app: &PythonApp) -> &'static str {
    if members(app).next().is_some() { " --all-packages" } else { "" }
}

/// The folders, or globs of them, that `pyproject.toml` lists.
fn members<'a>(app: &'a PythonApp) -> impl Iterator<Item = &'a str> {
    app.manifests.pyproject.iter().flat_map(|pyproject| pyproject.list_at(&["tool", "uv", "workspace", "members"]))
}

/// The folders of the members that are there.
///
/// # Errors
/// What is listed is no glob.
pub(crate) fn folders(app: &PythonApp) -> Result<Vec<String>> {
    let mut folders = Vec::new();
    for member in members(app) {
        let manifests = app.context.app.find_files(&format!("{member}/pyproject.toml"))?;
        folders.extend(manifests.iter().map(|path| parent(path).to_owned()));
    }
    folders.sort_unstable();
    folders.dedup();
    Ok(folders)
}

/// The command of the only member that declares a script; with several, a warning that says how to
/// choose.
///
/// # Errors
/// A member's `pyproject.toml` cannot be read.
pub(crate) fn script(app: &PythonApp) -> Result<Option<String>> {
    let mut scripts = Vec::new();
    for folder in folders(app)? {
        let manifest: Table = app.context.app.read_toml(&format!("{folder}/pyproject.toml"))?;
        let declared = manifest.get("project").and_then(|project| project.get("scripts")).and_then(Value::as_table);
        scripts.extend(declared.into_iter().flat_map(Table::keys).map(|name| (folder.clone(), name.clone())));
    }
    if let [(folder, script)] = scripts.as_slice() {
        app.context.diagnostics.because("start command", format!("{folder} declares the script {script}"));
        return Ok(Some(script.clone()));
    }
    if !scripts.is_empty() {
        let each: Vec<String> = scripts.iter().map(|(folder, script)| format!("{script} of {folder}")).collect();
        app.context.diagnostics.warn(format!(
            "Several members of the workspace could be started: {}; write one as cmd in [start] of nixpacks.toml",
            each.join(", ")
        ));
    }
    Ok(None)
}

/// Warns if members besides the one that is started have a web app.
///
/// # Errors
/// A path leaves the app.
pub(crate) fn warn_about_others(app: &PythonApp, modules: &[Module], found: &Found) -> Result<()> {
    let mut others = Vec::new();
    for folder in folders(app)? {
        let own: Vec<&Module> = modules.iter().filter(|module| lies_in(&module.path, &folder)).collect();
        if !lies_in(&found.path, &folder) && find(app, &own, WEB)?.is_some() {
            others.push(folder);
        }
    }
    if !others.is_empty() {
        app.context.diagnostics.warn(format!(
            "{} is started; {} could be, too: NIXPACKS_PYTHON_APP_DIR names the folder that is",
            found.path,
            others.join(", ")
        ));
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use crate::Python;
    use plugpacks_sdk::testing::FakeApp;

    const ROOT: &str = "[project]\nname = 'x'\n[tool.uv.workspace]\nmembers = ['apps/*']\n";

    fn app() -> FakeApp {
        let member = "[project]\nname = 'web'\nscripts.web = 'web:main'\n";
        FakeApp::new().file("pyproject.toml", ROOT).file("uv.lock", "").file("apps/web/pyproject.toml", member)
    }

    fn start(app: &FakeApp) -> Option<String> {
        app.plan::<Python>().unwrap().unwrap().start.unwrap().command
    }

    #[test]
    fn the_only_script_of_a_member_is_started() {
        assert_eq!(start(&app()).as_deref(), Some("web"));
        assert!(app().plan_text::<Python>().contains("uv sync --no-dev --frozen --all-packages"));
        let two = app().file("apps/job/pyproject.toml", "[project]\nname = 'job'\nscripts.job = 'job:main'\n");
        assert_eq!(start(&two), None);
        assert!(two.warnings()[0].contains("job of apps/job, web of apps/web"), "{:?}", two.warnings());
    }

    #[test]
    fn the_web_app_of_a_members_package_comes_before_its_script() {
        let text = "import fastapi\napp = fastapi.FastAPI()\n";
        let command = "env PYTHONPATH=apps/web/src uvicorn web:app --host 0.0.0.0 --port ${PORT:-8000}";
        assert_eq!(start(&app().file("apps/web/src/web/__init__.py", text)).as_deref(), Some(command));
        let with_another = app()
            .file("apps/web/src/web/__init__.py", format!("import core\n{text}"))
            .file("apps/core/pyproject.toml", "[project]\nname = 'core'\n");
        assert_eq!(start(&with_another).as_deref(), Some(command));
    }

    #[test]
    fn one_of_several_web_apps_is_started_with_a_warning() {
        let text = "import fastapi\napp = fastapi.FastAPI()\n";
        let two = app()
            .file("apps/web/src/web/__init__.py", "")
            .file("apps/web/src/web/main.py", text)
            .file("apps/api/pyproject.toml", "[project]\nname = 'api'\n")
            .file("apps/api/main.py", text);
        let command = "cd apps/api && uvicorn main:app --host 0.0.0.0 --port ${PORT:-8000}";
        assert_eq!(start(&two).as_deref(), Some(command));
        assert!(two.warnings()[0].contains("apps/web could be, too: NIXPACKS_PYTHON_APP_DIR"), "{:?}", two.warnings());
        let chosen = two.variable("NIXPACKS_PYTHON_APP_DIR", "apps/web");
        let command = "env PYTHONPATH=apps/web/src uvicorn web.main:app --host 0.0.0.0 --port ${PORT:-8000}";
        assert_eq!(start(&chosen).as_deref(), Some(command));
    }
}
