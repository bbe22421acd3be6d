//! The phase `install`, and the variables it reads.

use crate::layout;
use crate::manager::{self, Manager};
use crate::project::Project;
use crate::stack::Stack;
use crate::versions::{NIXPACKS_MANAGERS, managers_for};
use plugpacks_sdk::release::Release;
use plugpacks_sdk::version::parse_numbers;
use plugpacks_sdk::{Phase, Result};

/// Makes the virtual environment and enters it.
const VIRTUAL_ENVIRONMENT: &str = "python -m venv --copies /opt/venv && . /opt/venv/bin/activate";

const PIP_CACHE: &str = "/root/.cache/pip";
const UV_CACHE: &str = "/root/.cache/uv";
const PDM_CACHE: &str = "/root/.cache/pdm";
const POETRY_CACHE: &str = "/root/.cache/pypoetry";
const PIPENV_CACHE: &str = "/root/.cache/pipenv";

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
pub(crate) fn phase(project: &Project, manager: Option<Manager>, stack: &Stack) -> Result<Phase> {
    let Some(manager) = manager else { return Ok(Phase::install()) };
    let recipe = (project.rules.recipe)(project, manager, stack)?;
    let phase = Phase::install()
        .command(format!("{VIRTUAL_ENVIRONMENT} && {}", recipe.command))
        .cache_directories(recipe.caches.iter().copied())
        .paths(["/opt/venv/bin"]);
    Ok(if recipe.files.is_empty() { phase } else { phase.only_include_files(recipe.files.iter().copied()) })
}

/// The commands of Nixpacks 1.41.
pub(crate) fn nixpacks(project: &Project, manager: Manager, _: &Stack) -> Result<Recipe> {
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
            let option = if project.is_locked_by(Manager::Pipenv) { "--deploy" } else { "--skip-lock" };
            Recipe::new(format!("PIPENV_VENV_IN_PROJECT=1 pipenv install {option}"), &[PIP_CACHE])
        }
    })
}

/// The commands of current package managers, each with its own cache and pip's.
pub(crate) fn november_2026(project: &Project, manager: Manager, stack: &Stack) -> Result<Recipe> {
    let recipe = match manager {
        Manager::Requirements => Recipe::new("pip install -r requirements.txt", &[PIP_CACHE]),
        Manager::Setuptools => {
            let recipe = Recipe::new("pip install --upgrade build setuptools && pip install .", &[PIP_CACHE]);
            if layout::pip_installs_app(project)? { recipe } else { recipe.dependencies_only() }
        }
        Manager::Poetry => {
            let main_only = if is_old_poetry(project)? { "--no-dev" } else { "--only main" };
            let root = if layout::poetry_installs_app(project)? { "" } else { " --no-root" };
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
            let option = if project.is_locked_by(Manager::Pipenv) { "--deploy" } else { "--skip-lock" };
            let command = format!("pip install pipenv==$NIXPACKS_PIPENV_VERSION && pipenv install {option}");
            Recipe::new(command, &[PIP_CACHE, PIPENV_CACHE])
        }
    };
    if !stack.mysql {
        return Ok(recipe);
    }
    // mysqlclient 2.2 asks pkg-config, which is not there, unless it is told.
    Ok(recipe
        .with_variable("MYSQLCLIENT_LDFLAGS", "\"$(mysql_config --libs)\"")
        .with_variable("MYSQLCLIENT_CFLAGS", "\"$(mysql_config --cflags)\""))
}

/// Whether the app wants a Poetry that does not know `--only`, which came with 1.2.
fn is_old_poetry(project: &Project) -> Result<bool> {
    let version = wanted_version(project, Manager::Poetry)?;
    Ok(version.and_then(|version| parse_numbers(&version)).is_some_and(|numbers| numbers < vec![1, 2]))
}

/// The version of a package manager that the app asks for.
fn wanted_version(project: &Project, manager: Manager) -> Result<Option<String>> {
    let Some(source) = manager.version_source() else { return Ok(None) };
    let request = source.find(project.context)?;
    // `latest` is what is installed anyway.
    Ok(request.map(|request| request.text).filter(|version| version != "latest"))
}

/// Nixpacks 1.41: the version of every package manager whose lock file is there, used or not.
pub(crate) fn nixpacks_variables(project: &Project, _: Option<Manager>, _: &Release) -> Result<Vec<(String, String)>> {
    let mut variables = Vec::new();
    for (manager, default) in NIXPACKS_MANAGERS {
        if project.is_locked_by(*manager) {
            // It never looks for pdm's.
            let asked = if *manager == Manager::Pdm { None } else { manager::asdf_version(project, *manager)? };
            push_variables(*manager, asked.unwrap_or_else(|| (*default).to_owned()), &mut variables);
        }
    }
    Ok(variables)
}

/// Also the version of the package manager that is used without its lock file.
pub(crate) fn november_2026_variables(
    project: &Project,
    used: Option<Manager>,
    python: &Release,
) -> Result<Vec<(String, String)>> {
    let mut variables = Vec::new();
    for (manager, default) in managers_for(python) {
        if used == Some(*manager) || *manager != Manager::Pipenv && project.is_locked_by(*manager) {
            let asked = wanted_version(project, *manager)?;
            push_variables(*manager, asked.unwrap_or_else(|| (*default).to_owned()), &mut variables);
        }
    }
    Ok(variables)
}

fn push_variables(manager: Manager, version: String, variables: &mut Vec<(String, String)>) {
    if let Some(name) = manager.version_variable() {
        variables.push((name, version));
    }
    if manager == Manager::Uv {
        variables.push(("UV_PROJECT_ENVIRONMENT".to_owned(), "/opt/venv".to_owned()));
    }
}
