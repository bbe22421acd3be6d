//! Whether the app's own code is installed as a package, or only what it depends on.

use crate::app::PythonApp;
use crate::manager::Manager;
use crate::manifests::Manifest;
use plugpacks_sdk::Result;

/// Folders beside a package that setuptools knows not to be one.
const NO_PACKAGES: &str = "benchmark benchmarks bin build changelog ci debian dist doc docs documentation env example \
    examples exercise exercises fabfile htmlcov manpages news newsfragments python requirements scripts site_scons \
    tasks test tests tools unit_test unit_tests util utils venv";

/// Modules beside a package that setuptools knows not to be one.
const NO_MODULES: &str = "SConstruct benchmark benchmarks build conanfile conftest dodo example examples exercise \
    exercises fabfile manage noxfile pavement sconstruct setup tasks test tests toxfile";

/// Folders in which the host does not search, but which setuptools takes for packages.
const UNSEARCHED: [&str; 3] = ["node_modules", "target", "vendor"];

/// Whether the package manager puts the app itself into the virtual environment, so that the commands
/// it declares are there.
pub(crate) fn installs_app(app: &PythonApp, manager: Manager) -> Result<bool> {
    let Some(pyproject) = &app.manifests.pyproject else { return Ok(false) };
    match manager {
        Manager::Requirements | Manager::Pipenv | Manager::Pylock | Manager::Script => Ok(false),
        Manager::Setuptools => pip_installs_app(app),
        Manager::Poetry => poetry_installs_app(app),
        Manager::Pdm => Ok(builds_packages(pyproject)),
        Manager::Uv => Ok(match pyproject.value(&["tool", "uv", "package"]).and_then(toml::Value::as_bool) {
            Some(package) => package,
            None => builds_packages(pyproject),
        }),
    }
}

fn builds_packages(pyproject: &Manifest) -> bool {
    pyproject.table_at(&["build-system"]).is_some()
}

/// Whether `pip install .` can be given the whole app.
///
/// Setuptools refuses an app that does not say which of several folders is its package. Nixpacks 1.41
/// gives it `pyproject.toml` alone, which installs the dependencies of such an app and breaks all
/// others.
pub(crate) fn pip_installs_app(app: &PythonApp) -> Result<bool> {
    let directory = &app.context.app;
    let Some(pyproject) = &app.manifests.pyproject else { return Ok(true) };
    let backend = pyproject.text_at(&["build-system", "build-backend"]);
    let says_what = ["packages", "py-modules", "package-dir"]
        .iter()
        .any(|key| pyproject.value(&["tool", "setuptools", key]).is_some());
    if says_what
        || backend.is_some_and(|backend| !backend.starts_with("setuptools"))
        || directory.first_file(&["setup.py", "setup.cfg"])?.is_some()
    {
        return Ok(true);
    }
    if pyproject.table_at(&["project"]).is_none() {
        return Ok(false);
    }
    if directory.has_directory("src")? {
        return Ok(true);
    }
    let candidates = flat_packages(app)?;
    if let [_, _, ..] = candidates.as_slice() {
        app.context.diagnostics.warn(format!(
            "pyproject.toml does not say which of {} to install; only the dependencies are installed. \
             List packages in [tool.setuptools] to change that",
            candidates.join(", ")
        ));
    }
    Ok(candidates.len() < 2)
}

/// What setuptools takes for the app's packages: folders, or, if there are none, modules.
fn flat_packages(app: &PythonApp) -> Result<Vec<String>> {
    let directory = &app.context.app;
    let mut packages = directory.find_directories("*")?;
    for path in UNSEARCHED {
        if directory.has_directory(path)? {
            packages.push(path.to_owned());
        }
    }
    packages.retain(|name| is_public_name(name) && !NO_PACKAGES.split(' ').any(|known| known == name));
    packages.sort_unstable();
    packages.dedup();
    if !packages.is_empty() {
        return Ok(packages);
    }
    let modules =
        directory.find_files("*.py")?.into_iter().filter_map(|path| Some(path.strip_suffix(".py")?.to_owned()));
    Ok(modules.filter(|name| is_public_name(name) && !NO_MODULES.split(' ').any(|known| known == name)).collect())
}

/// Whether a name can be imported and does not begin with `_`.
fn is_public_name(name: &str) -> bool {
    name.starts_with(char::is_alphabetic) && name.chars().all(|c| c.is_alphanumeric() || c == '_')
}

/// Whether Poetry finds the package that it would install besides the dependencies. Since 2.0 it fails
/// if there is none; the older one of Nixpacks 1.41 went on.
pub(crate) fn poetry_installs_app(app: &PythonApp) -> Result<bool> {
    let Some(pyproject) = &app.manifests.pyproject else { return Ok(true) };
    if pyproject.value(&["tool", "poetry", "package-mode"]).and_then(toml::Value::as_bool) == Some(false) {
        return Ok(false);
    }
    if pyproject.value(&["tool", "poetry", "packages"]).is_some() {
        return Ok(true);
    }
    let name = pyproject.text_at(&["tool", "poetry", "name"]).or_else(|| pyproject.text_at(&["project", "name"]));
    let Some(module) = name.and_then(module_name) else { return Ok(false) };
    for folder in ["", "src/"] {
        if has_module(app, &format!("{folder}{module}"))? {
            return Ok(true);
        }
    }
    Ok(false)
}

/// Whether a module stands at a path without ending: a folder or a file.
pub(crate) fn has_module(app: &PythonApp, path: &str) -> Result<bool> {
    let directory = &app.context.app;
    Ok(directory.has_directory(path)? || directory.has_file(&format!("{path}.py"))?)
}

/// The name under which a package is imported by convention: `My-App` is `my_app`; `None` if nothing
/// can have that name.
pub(crate) fn module_name(package: &str) -> Option<String> {
    Some(package.to_lowercase().replace(['-', '.', ' '], "_")).filter(|name| is_public_name(name))
}

#[cfg(test)]
mod tests {
    use super::*;
    use plugpacks_sdk::Context;
    use plugpacks_sdk::testing::FakeApp;

    const FLAT: &str = "[project]\nname = 'x'\n[build-system]\nrequires = ['setuptools']\n";

    fn pip(app: &FakeApp) -> bool {
        pip_installs_app(&PythonApp::read(&Context::new(app)).unwrap()).unwrap()
    }

    fn poetry(app: &FakeApp) -> bool {
        poetry_installs_app(&PythonApp::read(&Context::new(app)).unwrap()).unwrap()
    }

    #[test]
    fn one_folder_is_the_package_whatever_stands_beside_it() {
        let app = FakeApp::new().file("pyproject.toml", FLAT).file("web/app.py", "").file("main.py", "");
        assert!(pip(&app.file("tests/a.py", "").file("_x/a.py", "").file("a-b/a.py", "").file("docs/conf.py", "")));
    }

    #[test]
    fn two_folders_or_two_modules_are_ambiguous() {
        let folders = FakeApp::new().file("pyproject.toml", FLAT).file("web/app.py", "").file("static/x.css", "");
        assert!(!pip(&folders));
        assert!(folders.warnings()[0].contains("static, web"), "{:?}", folders.warnings());
        let modules = FakeApp::new().file("pyproject.toml", FLAT).file("a.py", "").file("b.py", "");
        assert!(!pip(&modules));
        assert!(!pip(&FakeApp::new().file("pyproject.toml", FLAT).file("web/a.py", "").directory("node_modules")));
    }

    #[test]
    fn who_says_what_the_package_is_gets_it_installed() {
        let ambiguous = || FakeApp::new().file("a/x.py", "").file("b/x.py", "");
        let listed = format!("{FLAT}[tool.setuptools]\npackages = ['a']\n");
        assert!(pip(&ambiguous().file("pyproject.toml", listed)));
        assert!(pip(&ambiguous().file("pyproject.toml", FLAT).file("setup.cfg", "")));
        assert!(pip(&ambiguous().file("pyproject.toml", FLAT).file("src/c/x.py", "")));
        let hatch = "[project]\nname = 'x'\n[build-system]\nbuild-backend = 'hatchling.build'\n";
        assert!(pip(&ambiguous().file("pyproject.toml", hatch)));
    }

    #[test]
    fn a_package_may_have_a_name_that_no_module_has() {
        assert_eq!(module_name("My-App.web").as_deref(), Some("my_app_web"));
        for package in ["", "../x", "/x", "a b/c", "3d", "_x"] {
            assert_eq!(module_name(package), None, "{package:?}");
        }
    }

    #[test]
    fn settings_of_tools_are_no_package() {
        assert!(!pip(&FakeApp::new().file("pyproject.toml", "[tool.black]\n").file("main.py", "")));
    }

    #[test]
    fn poetry_wants_the_package_of_the_apps_name() {
        let app = || FakeApp::new().file("pyproject.toml", "[tool.poetry]\nname = 'sky-api'\n");
        assert!(!poetry(&app()));
        assert!(poetry(&app().file("sky_api/__init__.py", "")));
        assert!(poetry(&app().file("src/sky_api.py", "")));
        let listed = "[tool.poetry]\nname = 'x'\npackages = [{ include = 'y' }]\n";
        assert!(poetry(&FakeApp::new().file("pyproject.toml", listed)));
        let unpackaged = "[tool.poetry]\nname = 'x'\npackage-mode = false\n";
        assert!(!poetry(&FakeApp::new().file("pyproject.toml", unpackaged).file("x.py", "")));
    }
}
