//! The phase `install`, and the variables it reads.

use crate::app::PythonApp;
use crate::install_files;
use crate::layout;
use crate::manager::{self, Manager};
use crate::stack::Stack;
use crate::versions::{NIXPACKS_MANAGERS, managers_for};
use crate::{scm, workspace};
use plugpacks_provider_support::install::reading;
use plugpacks_provider_support::release::Release;
use plugpacks_provider_support::version::parse_numbers;
use plugpacks_sdk::shell::quoted;
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

    /// Adds a command that comes after.
    fn then(mut self, command: &str) -> Self {
        self.command = format!("{} && {command}", self.command);
        self
    }

    /// Sets a variable for the command; the value is a word of the shell's.
    fn with_variable(mut self, name: &str, value: &str) -> Self {
        self.command = format!("export {name}={value} && {}", self.command);
        self
    }
}

/// The phase `install`: what the app asks for, then the requirements `put_in`; without commands if
/// nothing is to be installed.
pub(crate) fn phase(app: &PythonApp, manager: Option<Manager>, stack: &Stack, put_in: &[String]) -> Result<Phase> {
    let put_in = (!put_in.is_empty()).then(|| format!("pip install {}", words(put_in)));
    let recipe = match manager {
        Some(manager) => Some((app.rules.recipe)(app, manager, stack)?),
        None => None,
    };
    let recipe = match (recipe, put_in) {
        (None, None) => return Ok(Phase::install()),
        (None, Some(put_in)) => Recipe::new(put_in, &[PIP_CACHE]),
        (Some(recipe), None) => recipe,
        (Some(recipe), Some(put_in)) => recipe.then(&put_in),
    };
    let phase = Phase::install()
        .command(format!("{} && {}", app.rules.virtual_environment, recipe.command))
        .cache_directories(recipe.caches.iter().copied())
        .paths(["/opt/venv/bin"]);
    let Some(manager) = manager else { return Ok(phase) };
    let files = (app.rules.install_files)(app, manager)?;
    Ok(if recipe.files.is_empty() {
        reading(phase, files, install_files::VARIABLES)
    } else {
        phase.only_include_files(recipe.files.iter().copied())
    })
}

/// The commands of Nixpacks 1.41.
pub(crate) fn nixpacks(app: &PythonApp, manager: Manager, _: &Stack) -> Result<Recipe> {
    Ok(match manager {
        // Nothing tells it to use the last two.
        Manager::Requirements | Manager::Pylock | Manager::Script => {
            Recipe::new("pip install -r requirements.txt", &[PIP_CACHE])
        }
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
        Manager::Requirements => {
            let file = quoted(&app.manifests.requirements_path);
            Recipe::new(format!("pip install -r {file}"), &[PIP_CACHE])
        }
        Manager::Setuptools => {
            let recipe = Recipe::new("pip install --upgrade build setuptools && pip install .", &[PIP_CACHE]);
            if layout::pip_installs_app(app)? { recipe } else { recipe.dependencies_only() }
        }
        Manager::Poetry => {
            let main_only = if is_old_poetry(app)? { "--no-dev" } else { "--only main" };
            let root = if layout::poetry_installs_app(app)? { "" } else { " --no-root" };
            let poetry = requirement(app, manager)?;
            let command =
                format!("pip install {poetry} && poetry install {main_only}{root} --no-interaction --no-ansi");
            Recipe::new(command, &[PIP_CACHE, POETRY_CACHE])
        }
        Manager::Pdm => {
            // With the exact versions that its release was tested with.
            let command = "pip install \"pdm[locked]==$NIXPACKS_PDM_VERSION\" && pdm install --prod";
            Recipe::new(command, &[PDM_CACHE, PIP_CACHE])
        }
        Manager::Uv => {
            let frozen = if app.is_locked_by(Manager::Uv) { " --frozen" } else { "" };
            let members = workspace::option(app);
            let command = format!("pip install {} && uv sync --no-dev{frozen}{members}", requirement(app, manager)?);
            Recipe::new(command, &[PIP_CACHE, UV_CACHE])
        }
        Manager::Pylock => {
            let command = format!("pip install {} && uv pip install -r pylock.toml", requirement(app, Manager::Uv)?);
            Recipe::new(command, &[PIP_CACHE, UV_CACHE])
        }
        Manager::Script => {
            let script = app.manifests.script.iter();
            let requirements: Vec<&str> = script.flat_map(|script| script.list_at(&["dependencies"])).collect();
            let command = if requirements.is_empty() {
                "true".to_owned()
            } else {
                format!("pip install {}", words(&requirements))
            };
            Recipe::new(command, &[PIP_CACHE])
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

/// Requirements as words of a shell command.
fn words<S: AsRef<str>>(requirements: &[S]) -> String {
    let word = |requirement: &S| match requirement.as_ref().split_once("==") {
        Some((name, version)) => format!("{}=={}", quoted(name), quoted(version)),
        None => quoted(requirement.as_ref()),
    };
    requirements.iter().map(word).collect::<Vec<_>>().join(" ")
}

/// Which version of a package manager pip is asked for: the one in its variable; or what `pyproject.toml`
/// demands, if nothing else asks for one.
fn requirement(app: &PythonApp, manager: Manager) -> Result<String> {
    let name = manager.name();
    let demanded = if wanted_version(app, manager)?.is_none() { demanded_version(app, manager) } else { None };
    Ok(match (demanded, manager.version_variable()) {
        (Some(demanded), _) => format!("\"{name}{demanded}\""),
        (None, Some(variable)) => format!("{name}==${variable}"),
        (None, None) => name.to_owned(),
    })
}

/// The versions of itself that a package manager is to have according to `pyproject.toml`: `>=0.8,<0.9`.
fn demanded_version(app: &PythonApp, manager: Manager) -> Option<String> {
    let pyproject = app.manifests.pyproject.as_ref()?;
    let text = match manager {
        Manager::Uv => pyproject.text_at(&["tool", "uv", "required-version"]),
        Manager::Poetry => pyproject.text_at(&["tool", "poetry", "requires-poetry"]),
        _ => None,
    }?;
    let text: String = text.split_whitespace().collect();
    let is_specifier = text.chars().all(|c| c.is_ascii_alphanumeric() || ".,*=<>!~^+-".contains(c));
    if !is_specifier || text.is_empty() {
        app.context.diagnostics.warn(format!(
            "{text:?}, the version of {} that pyproject.toml demands, is not understood; write one such as >=1.2,<2",
            manager.name()
        ));
        return None;
    }
    Some(if text.starts_with(|c: char| c.is_ascii_digit()) { format!("=={text}") } else { text })
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
    if used == Some(Manager::Pylock) {
        let uv = managers_for(python).iter().find(|(manager, _)| *manager == Manager::Uv);
        let asked = wanted_version(app, Manager::Uv)?;
        variables.extend(
            uv.map(|(_, version)| ("NIXPACKS_UV_VERSION".to_owned(), asked.unwrap_or_else(|| (*version).to_owned()))),
        );
    }
    if matches!(used, Some(Manager::Uv | Manager::Pylock)) {
        // uv would look for exactly the Python of `.python-version`, and fetch it; and `uv run` would
        // install before it starts.
        let values = [("UV_PYTHON", "/opt/venv/bin/python"), ("UV_PYTHON_DOWNLOADS", "never"), ("UV_NO_SYNC", "1")];
        variables.extend(values.map(|(name, value)| (name.to_owned(), value.to_owned())));
    }
    variables.extend(scm::variables(app));
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
mod tests;
