//! The phase `install`, and the variables it reads.

use crate::app::PythonApp;
use crate::install_files;
use crate::interpreter::SOURCES;
use crate::layout;
use crate::manager::{self, Manager};
use crate::stack::Stack;
use crate::versions::{NIXPACKS_MANAGERS, managers_for};
use plugpacks_sdk::release::Release;
use plugpacks_sdk::version::parse_numbers;
use plugpacks_sdk::{Phase, Result};

/// Nixpacks 1.41: makes a virtual environment with three copies of Python in it, and enters it.
pub(crate) const COPIED_ENVIRONMENT: &str = "python -m venv --copies /opt/venv && . /opt/venv/bin/activate";

/// Makes a virtual environment that refers to the Python of the image, and enters it.
pub(crate) const LINKED_ENVIRONMENT: &str = "python -m venv /opt/venv && . /opt/venv/bin/activate";

/// Where it is.
pub(crate) const VIRTUAL_ENVIRONMENT_PATH: &str = "/opt/venv";

const PIP_CACHE: &str = "/root/.cache/pip";
const UV_CACHE: &str = "/root/.cache/uv";
const PDM_CACHE: &str = "/root/.cache/pdm";
const POETRY_CACHE: &str = "/root/.cache/pypoetry";
const PIPENV_CACHE: &str = "/root/.cache/pipenv";

/// Names and values.
pub(crate) type Variables = Vec<(String, String)>;

/// How a package manager installs the app's dependencies.
pub(crate) struct Recipe {
    /// What is done in the virtual environment.
    command: String,
    caches: &'static [&'static str],
    /// The only app files that are there; empty: all.
    files: &'static [&'static str],
}

impl Recipe {
    fn new(command: impl Into<String>, caches: &'static [&'static str]) -> Self {
        Self { command: command.into(), caches, files: &[] }
    }

    /// Leaves the app's own code out: `pip install .` then installs what `pyproject.toml` depends on.
    const fn dependencies_only(mut self) -> Self {
        self.files = &["pyproject.toml"];
        self
    }

    /// Sets a variable for the command; the value is a word of the shell's.
    fn with_variable(mut self, name: &str, value: &str) -> Self {
        self.command = format!("export {name}={value} && {}", self.command);
        self
    }
}

/// The phase `install`; without commands if nothing is to be installed.
pub(crate) fn phase(app: &PythonApp, manager: Option<Manager>, stack: &Stack) -> Result<Phase> {
    let Some(manager) = manager else { return Ok(Phase::install()) };
    let recipe = (app.rules.recipe)(app, manager, stack)?;
    let phase = Phase::install()
        .command(format!("{} && {}", app.rules.virtual_environment, recipe.command))
        .cache_directories(recipe.caches.iter().copied())
        .paths(["/opt/venv/bin"]);
    let files = (app.rules.install_files)(app, manager)?;
    Ok(match files {
        _ if !recipe.files.is_empty() => phase.only_include_files(recipe.files.iter().copied()),
        Some(files) => {
            phase.only_include_files(files).only_variables_and_proxies(install_files::VARIABLES.iter().copied())
        }
        None => phase,
    })
}

/// The commands of Nixpacks 1.41.
pub(crate) fn nixpacks(app: &PythonApp, manager: Manager, _: &Stack) -> Result<Recipe> {
    Ok(match manager {
        Manager::Requirements => Recipe::new("pip install -r requirements.txt", &[PIP_CACHE]),
        Manager::Setuptools => {
            Recipe::new("pip install --upgrade build setuptools && pip install .", &[PIP_CACHE]).dependencies_only()
        }
        Manager::Poetry => Recipe::new(
            "pip install poetry==$NIXPACKS_POETRY_VERSION && poetry install --no-dev --no-interaction --no-ansi",
            &[PIP_CACHE],
        ),
        Manager::Pdm => {
            Recipe::new("pip install pdm==$NIXPACKS_PDM_VERSION && pdm install --prod", &[PDM_CACHE, PIP_CACHE])
        }
        Manager::Uv => Recipe::new("pip install uv==$NIXPACKS_UV_VERSION && uv sync --no-dev --frozen", &[UV_CACHE]),
        Manager::Pipenv => {
            let option = if app.is_locked_by(Manager::Pipenv) { "--deploy" } else { "--skip-lock" };
            Recipe::new(format!("PIPENV_VENV_IN_PROJECT=1 pipenv install {option}"), &[PIP_CACHE])
        }
    })
}

/// The commands of current package managers, each with its own cache and pip's.
pub(crate) fn cached(app: &PythonApp, manager: Manager, stack: &Stack) -> Result<Recipe> {
    let recipe = match manager {
        Manager::Requirements => Recipe::new("pip install -r requirements.txt", &[PIP_CACHE]),
        Manager::Setuptools => {
            let recipe = Recipe::new("pip install --upgrade build setuptools && pip install .", &[PIP_CACHE]);
            if layout::pip_installs_app(app)? { recipe } else { recipe.dependencies_only() }
        }
        Manager::Poetry => {
            let main_only = if is_old_poetry(app)? { "--no-dev" } else { "--only main" };
            let root = if layout::poetry_installs_app(app)? { "" } else { " --no-root" };
            let command = format!(
                "pip install poetry==$NIXPACKS_POETRY_VERSION && \
                 poetry install {main_only}{root} --no-interaction --no-ansi"
            );
            Recipe::new(command, &[PIP_CACHE, POETRY_CACHE])
        }
        Manager::Pdm => {
            // With the exact versions that its release was tested with.
            let command = "pip install \"pdm[locked]==$NIXPACKS_PDM_VERSION\" && pdm install --prod";
            Recipe::new(command, &[PDM_CACHE, PIP_CACHE])
        }
        Manager::Uv => {
            Recipe::new("pip install uv==$NIXPACKS_UV_VERSION && uv sync --no-dev --frozen", &[PIP_CACHE, UV_CACHE])
        }
        Manager::Pipenv => {
            let option = if app.is_locked_by(Manager::Pipenv) { "--deploy" } else { "--skip-lock" };
            let command = format!("pip install pipenv==$NIXPACKS_PIPENV_VERSION && pipenv install {option}");
            Recipe::new(command, &[PIP_CACHE, PIPENV_CACHE])
        }
    };
    if !stack.mysql {
        return Ok(recipe);
    }
    // mysqlclient 2.2 asks pkg-config, which does not know what Nix has installed, unless it is told.
    Ok(recipe
        .with_variable("MYSQLCLIENT_LDFLAGS", "\"$(mysql_config --libs)\"")
        .with_variable("MYSQLCLIENT_CFLAGS", "\"$(mysql_config --cflags)\""))
}

/// Whether the app wants a Poetry that does not know `--only`, which came with 1.2.
fn is_old_poetry(app: &PythonApp) -> Result<bool> {
    let version = wanted_version(app, Manager::Poetry)?;
    Ok(version.and_then(|version| parse_numbers(&version)).is_some_and(|numbers| numbers < vec![1, 2]))
}

/// The version of a package manager that the app asks for.
fn wanted_version(app: &PythonApp, manager: Manager) -> Result<Option<String>> {
    let Some(source) = manager.version_source() else { return Ok(None) };
    let request = source.find(app.context)?;
    // `latest` is what is installed anyway.
    Ok(request.map(|request| request.text).filter(|version| version != "latest"))
}

/// Nixpacks 1.41: the version of every package manager whose lock file is there, used or not.
pub(crate) fn nixpacks_variables(app: &PythonApp, _: Option<Manager>, _: &Release) -> Result<Variables> {
    let mut variables = Variables::new();
    for (manager, default) in NIXPACKS_MANAGERS {
        if app.is_locked_by(*manager) {
            // It never looks for pdm's.
            let asked = if *manager == Manager::Pdm { None } else { manager::asdf_version(app, *manager)? };
            push_variables(*manager, asked.unwrap_or_else(|| (*default).to_owned()), &mut variables);
        }
    }
    Ok(variables)
}

/// Also the version of the package manager that is used without its lock file.
pub(crate) fn used_manager_variables(app: &PythonApp, used: Option<Manager>, python: &Release) -> Result<Variables> {
    let mut variables = Variables::new();
    for (manager, default) in managers_for(python) {
        if used == Some(*manager) || *manager != Manager::Pipenv && app.is_locked_by(*manager) {
            let asked = wanted_version(app, *manager)?;
            push_variables(*manager, asked.unwrap_or_else(|| (*default).to_owned()), &mut variables);
        }
    }
    // uv would follow `.python-version` and make an environment of its own.
    if used == Some(Manager::Uv) && app.context.environment.config(SOURCES.variable).is_some() {
        variables.push(("UV_PYTHON".to_owned(), "/opt/venv/bin/python".to_owned()));
    }
    Ok(variables)
}

fn push_variables(manager: Manager, version: String, variables: &mut Variables) {
    if let Some(name) = manager.version_variable() {
        variables.push((name, version));
    }
    if manager == Manager::Uv {
        variables.push(("UV_PROJECT_ENVIRONMENT".to_owned(), "/opt/venv".to_owned()));
    }
}

#[cfg(test)]
mod tests {
    use crate::Python;
    use plugpacks_sdk::testing::FakeApp;
    use plugpacks_sdk::{ListEdit, Phase};

    const POETRY: &str = "[tool.poetry]\nname = 'x'\n";

    fn phase(app: &FakeApp) -> Phase {
        let plan = app.plan::<Python>().unwrap().unwrap();
        plan.phases.into_iter().find(|phase| phase.name == "install").unwrap()
    }

    /// What is done in the virtual environment; nothing if the phase has no commands.
    fn command(app: &FakeApp) -> String {
        match phase(app).commands {
            Some(ListEdit::Replace(commands)) => {
                let [command] = commands.as_slice() else { panic!("{commands:?}") };
                command.split_once("/activate && ").unwrap().1.to_owned()
            }
            _ => String::new(),
        }
    }

    fn variable(app: &FakeApp, name: &str) -> Option<String> {
        let plan = app.plan::<Python>().unwrap().unwrap();
        plan.variables.into_iter().find(|(known, _)| known == name).map(|(_, value)| value)
    }

    #[test]
    fn the_files_tell_the_package_manager() {
        let app = |files: &[&str]| {
            let app = files.iter().fold(FakeApp::nixpacks(), |app, file| app.file(file, ""));
            command(&app).split(['=', '-', '.']).next().unwrap().trim().to_owned()
        };
        assert_eq!(app(&["requirements.txt", "pyproject.toml", "uv.lock", "Pipfile"]), "pip install");
        assert_eq!(app(&["pyproject.toml", "poetry.lock", "pdm.lock", "uv.lock"]), "pip install poetry");
        assert_eq!(app(&["pyproject.toml", "pdm.lock", "uv.lock"]), "pip install pdm");
        assert_eq!(app(&["pyproject.toml", "uv.lock", "Pipfile"]), "pip install uv");
        assert_eq!(app(&["Pipfile", "poetry.lock"]), "PIPENV_VENV_IN_PROJECT");
        assert_eq!(app(&["main.py", "uv.lock"]), "");
    }

    #[test]
    fn a_package_manager_can_be_named() {
        let app = |name: &str| {
            FakeApp::nixpacks().file("requirements.txt", "").variable("NIXPACKS_PYTHON_PACKAGE_MANAGER", name)
        };
        assert!(command(&app("UV")).starts_with("pip install uv==$NIXPACKS_UV_VERSION"));
        assert_eq!(command(&app("skip")), "");
        assert_eq!(command(&app("auto")), "pip install -r requirements.txt");
        let unknown = app("conda");
        assert_eq!(command(&unknown), "pip install -r requirements.txt");
        assert_eq!(unknown.warnings(), ["Unknown package manager 'conda'. Using auto-detection."]);
    }

    #[test]
    fn under_nixpacks_versions_follow_the_lock_files() {
        let app = FakeApp::nixpacks()
            .file("requirements.txt", "")
            .file(".tool-versions", "poetry 1.8.2\nuv 0.5.1 0.4\npdm 2.0\n")
            .file("poetry.lock", "")
            .file("pdm.lock", "");
        assert_eq!(variable(&app, "NIXPACKS_POETRY_VERSION").as_deref(), Some("1.8.2"));
        assert_eq!(variable(&app, "NIXPACKS_PDM_VERSION").as_deref(), Some("2.13.3"));
        assert_eq!(variable(&app, "NIXPACKS_UV_VERSION"), None);
        let uv = FakeApp::nixpacks().file("uv.lock", "").file(".tool-versions", "uv 0.5.1 0.4\n");
        assert_eq!(variable(&uv, "NIXPACKS_UV_VERSION").as_deref(), Some("0.5.1 0.4"));
        let forced = FakeApp::nixpacks().variable("NIXPACKS_PYTHON_PACKAGE_MANAGER", "uv");
        assert_eq!(variable(&forced, "NIXPACKS_UV_VERSION"), None);
    }

    #[test]
    fn a_package_manager_that_is_used_has_a_version() {
        let forced = |name: &str| FakeApp::new().variable("NIXPACKS_PYTHON_PACKAGE_MANAGER", name);
        assert_eq!(variable(&forced("uv"), "NIXPACKS_UV_VERSION").as_deref(), Some("0.13.9"));
        assert_eq!(variable(&forced("pipenv"), "NIXPACKS_PIPENV_VERSION").as_deref(), Some("2026.10.3"));
        let asked = forced("pdm").file("mise.toml", "[tools]\npdm = '2.20.0'\n");
        assert_eq!(variable(&asked, "NIXPACKS_PDM_VERSION").as_deref(), Some("2.20.0"));
        let old = forced("poetry").file("runtime.txt", "3.8");
        assert_eq!(variable(&old, "NIXPACKS_POETRY_VERSION").as_deref(), Some("1.3.1"));
    }

    #[test]
    fn a_python_asked_for_by_variable_is_uvs_too() {
        let app = || FakeApp::new().file("pyproject.toml", "").file("uv.lock", "").file(".python-version", "3.12");
        assert_eq!(variable(&app(), "UV_PYTHON"), None);
        let asked = app().variable("NIXPACKS_PYTHON_VERSION", "3.13");
        assert_eq!(variable(&asked, "UV_PYTHON").as_deref(), Some("/opt/venv/bin/python"));
    }

    #[test]
    fn poetry_gets_the_options_of_its_version() {
        let app = || FakeApp::new().file("pyproject.toml", POETRY).file("poetry.lock", "");
        let install = |options: &str| {
            format!(
                "pip install poetry==$NIXPACKS_POETRY_VERSION && poetry install {options} --no-interaction --no-ansi"
            )
        };
        assert_eq!(command(&app()), install("--only main --no-root"));
        assert_eq!(command(&app().file("x.py", "")), install("--only main"));
        let old = app().variable("NIXPACKS_POETRY_VERSION", "1.1.15");
        assert_eq!(command(&old), install("--no-dev --no-root"));
        assert_eq!(command(&app().file(".tool-versions", "poetry 1.8.3")), install("--only main --no-root"));
    }

    #[test]
    fn pip_gets_the_whole_app_where_it_can_tell_the_package() {
        let files = |app: FakeApp| phase(&app.file("pyproject.toml", "[project]\nname = 'x'\n")).only_include_files;
        let manifest_only = Some(ListEdit::Replace(vec!["pyproject.toml".to_owned()]));
        assert_eq!(files(FakeApp::new().file("x/a.py", "")), None);
        assert_eq!(files(FakeApp::new().file("x/a.py", "").file("y/a.py", "")), manifest_only);
        assert_eq!(files(FakeApp::nixpacks().file("x/a.py", "")), manifest_only);
    }

    #[test]
    fn every_cache_that_is_filled_is_kept() {
        let caches = |name: &str| match phase(&FakeApp::new().variable("NIXPACKS_PYTHON_PACKAGE_MANAGER", name)) {
            Phase { cache_directories: Some(ListEdit::Replace(caches)), .. } => caches.join(" "),
            phase => panic!("{phase:?}"),
        };
        assert_eq!(caches("requirements"), "/root/.cache/pip");
        assert_eq!(caches("poetry"), "/root/.cache/pip /root/.cache/pypoetry");
        assert_eq!(caches("pdm"), "/root/.cache/pdm /root/.cache/pip");
        assert_eq!(caches("uv"), "/root/.cache/pip /root/.cache/uv");
        assert_eq!(caches("pipenv"), "/root/.cache/pip /root/.cache/pipenv");
        assert_eq!(variable(&FakeApp::new(), "PIP_NO_CACHE_DIR"), None);
    }

    #[test]
    fn mysqlclient_is_told_where_the_library_is() {
        let app = FakeApp::new().file("requirements.txt", "mysqlclient");
        let told = "export MYSQLCLIENT_CFLAGS=\"$(mysql_config --cflags)\" && \
                    export MYSQLCLIENT_LDFLAGS=\"$(mysql_config --libs)\" && pip install -r requirements.txt";
        assert_eq!(command(&app), told);
    }
}
