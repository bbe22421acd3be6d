//! Python: web apps, scripts and packages, with pip, Poetry, PDM, uv or Pipenv.
#![doc = include_str!("../README.md")]

mod dependencies;
mod install;
mod interpreter;
mod layout;
mod manager;
mod manifests;
mod native;
mod project;
mod rules;
mod specifiers;
mod stack;
mod start;
mod versions;

use manager::Manager;
use plugpacks_sdk::{Context, Description, Edition, Marker, PartialPlan, Provider, Result, Start};
use project::Project;

/// The provider `python`.
pub struct Python;

/// The files any of which makes an app a Python app.
const MARKERS: [&str; 4] = ["main.py", "requirements.txt", "pyproject.toml", "Pipfile"];

impl Provider for Python {
    fn describe(_: Edition) -> Description {
        let description = Description::new("python", env!("CARGO_PKG_VERSION"), "Python apps and packages")
            .markers(MARKERS.map(Marker::file))
            .variable("NIXPACKS_PYTHON_VERSION", "The Python to use, such as `3.13` or `>=3.11,<3.14`.")
            .variable(
                "NIXPACKS_PYTHON_PACKAGE_MANAGER",
                "`requirements`, `setuptools`, `poetry`, `pdm`, `uv`, `pipenv`, `skip` (install nothing) or `auto`.",
            );
        Manager::ALL.into_iter().fold(description, |description, manager| match manager.version_variable() {
            Some(variable) => {
                description.variable(&variable, &format!("The version of {} that is installed.", manager.name()))
            }
            None => description,
        })
    }

    fn detect(context: &Context) -> Result<bool> {
        Ok(context.app.first_file(&MARKERS)?.is_some())
    }

    fn plan(context: &Context) -> Result<Option<PartialPlan>> {
        let project = Project::read(context)?;
        let rules = project.rules;
        let python = (rules.interpreter)(&project)?;
        let stack = (rules.stack)(&project)?;
        let manager = manager::choose(&project);
        let install = install::phase(&project, manager, &stack)?;
        let start = (rules.start)(&project, manager, &stack)?;
        let manager_variables = (rules.manager_variables)(&project, manager, python)?;
        let labels = [
            (stack.django, "django"),
            (stack.postgres, "postgres"),
            (project.is_locked_by(Manager::Poetry), "poetry"),
            (project.is_locked_by(Manager::Pdm), "pdm"),
        ];
        let plan = PartialPlan::new()
            .phase(native::setup(&project, python, &stack))
            .phase(install)
            .start(start.map(Start::command))
            .variables(rules.variables.iter().copied())
            .variables(manager_variables.iter().map(|(name, value)| (name.as_str(), value.as_str())));
        let labels = labels.into_iter().filter(|(applies, _)| *applies);
        Ok(Some(labels.fold(plan, |plan, (_, label)| plan.label(label))))
    }
}

plugpacks_sdk::export_provider!(Python);
