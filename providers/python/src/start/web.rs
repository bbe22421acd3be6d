//! Web frameworks and task queues: the command that serves or runs what was found.

use super::Starting;
use crate::app::PythonApp;
use crate::app_object::{Entry, Found, RunsItself, find};
use crate::declared;
use crate::frameworks::{Framework, Port, Runs, WEB, WORKERS};
use crate::layout;
use crate::manager::Manager;
use crate::modules::{self, Module, parent};
use crate::put_in::PutIn;
use crate::servers::{self, PORT, Serving, Target};
use crate::workspace;
use plugpacks_sdk::Result;
use plugpacks_sdk::shell::quoted;

/// What `pyproject.toml` declares; else the first web app among the modules; else the first worker.
pub(super) fn server(app: &PythonApp, manager: Option<Manager>, modules: &[Module]) -> Result<Option<Starting>> {
    let all: Vec<&Module> = modules.iter().collect();
    let found = match declared::entrypoint(app)? {
        None => find(app, &all, WEB)?,
        found => found,
    };
    let found = match found {
        None => find(app, &all, WORKERS)?,
        found => found,
    };
    found.map(|found| starting(app, manager, modules, &found)).transpose()
}

/// What starts a web app that stands in none of the likely modules, if its framework is installed.
pub(super) fn elsewhere(app: &PythonApp, manager: Option<Manager>, likely: &[Module]) -> Result<Option<Starting>> {
    if !WEB.iter().any(|framework| app.dependencies.installs(&[framework.package])) {
        return Ok(None);
    }
    let others = modules::others(app, likely)?;
    let all: Vec<&Module> = others.iter().collect();
    let found = find(app, &all, WEB)?;
    found.map(|found| starting(app, manager, &others, &found)).transpose()
}

fn starting(app: &PythonApp, manager: Option<Manager>, modules: &[Module], found: &Found) -> Result<Starting> {
    let Found { framework, path, .. } = found;
    app.context.diagnostics.because("start command", format!("{path} has an app of {}", framework.name));
    workspace::warn_about_others(app, modules, found)?;
    let Serving { command, put_in } = serving(app, found);
    let command = from_root(app, manager, found, command)?;
    let mut put_in: Vec<PutIn> = put_in.into_iter().collect();
    if app.manifests.are_missing() && !framework.package.is_empty() {
        app.context.diagnostics.warn(format!(
            "No file lists the app's dependencies; {}, which {path} imports, is installed in its newest version. \
             List all of them in requirements.txt",
            framework.name
        ));
        put_in.push(PutIn::Library(framework.package));
    }
    Ok(Starting { command: Some(command), put_in, build: Vec::new() })
}

/// The command for what was found, as it is called in the folder from which the module is imported.
fn serving(app: &PythonApp, found: &Found) -> Serving {
    let framework = found.framework;
    let target = match &found.entry {
        Entry::Object { runs_itself: RunsItself::ByServer, .. } => return run_file(app, found),
        Entry::Object { runs_itself: RunsItself::ByMethod, .. } if !is_flask(framework) && !is_bottle(framework) => {
            return run_file(app, found);
        }
        Entry::Object { name, .. } => Target::object(found.module(), name),
        Entry::Factory(name) => Target { is_factory: true, ..Target::object(found.module(), name) },
        Entry::File => Target::object(found.module(), ""),
    };
    let told = |template: &str| Serving {
        command: filled(template, &found.path, &target),
        put_in: missing(app, framework, template),
    };
    match framework.runs {
        Runs::Asgi => servers::asgi(app, &target),
        Runs::Wsgi => {
            let serving = servers::wsgi(app, &target);
            let runs = matches!(found.entry, Entry::Object { runs_itself: RunsItself::ByMethod, .. });
            if runs { without_run(serving) } else { serving }
        }
        Runs::Gunicorn(worker) => servers::gunicorn_worker(app, &target, worker),
        Runs::Object { factory, .. } if target.is_factory => told(factory),
        Runs::Object { command, .. } => told(command),
        Runs::File { command, port } => {
            match port {
                Port::InCode(example) => warn_about_port(app, found, example),
                Port::ToldUnless(word, example) if found.text.contains(word) => warn_about_port(app, found, example),
                Port::ToldUnless(..) | Port::Told | Port::None => {}
            }
            told(command)
        }
    }
}

fn is_flask(framework: &Framework) -> bool {
    framework.module == "flask"
}

fn is_bottle(framework: &Framework) -> bool {
    framework.module == "bottle"
}

/// Lets Flask pass over `app.run()`, as it does where its own command loads the app.
fn without_run(serving: Serving) -> Serving {
    let Serving { command, put_in } = serving;
    Serving { command: with_variable(&command, "FLASK_RUN_FROM_CLI=true"), put_in }
}

/// A command with a variable: `env NAME=value …`.
fn with_variable(command: &str, variable: &str) -> String {
    format!("env {variable} {}", command.strip_prefix("env ").unwrap_or(command))
}

/// The module as a program: its import does not return.
fn run_file(app: &PythonApp, found: &Found) -> Serving {
    warn_about_port(app, found, "int(os.environ['PORT'])");
    Serving { command: format!("python {}", quoted(&found.path)), put_in: None }
}

/// Warns that the port cannot be told from outside, if the code does not read it.
fn warn_about_port(app: &PythonApp, found: &Found, example: &str) {
    if found.text.contains("PORT") {
        return;
    }
    let Found { framework, path, .. } = found;
    app.context.diagnostics.warn(format!(
        "{path} says itself on which address and port {} listens, and does not read the variable PORT; \
         write host 0.0.0.0 and {example}",
        framework.name
    ));
}

fn filled(template: &str, path: &str, target: &Target) -> String {
    let name = if target.name.is_empty() { target.module.clone() } else { target.path() };
    let values = [
        ("{target}", name.as_str()),
        ("{module}", &target.module),
        ("{object}", &target.name),
        ("{file}", &quoted(path)),
        ("{port}", PORT),
    ];
    values.iter().fold(template.to_owned(), |command, (key, value)| command.replace(key, value))
}

/// What serves Flet's apps on the web, and what brings it: Flet would fetch it when the container starts.
const FLET_WEB: (&str, [&str; 3]) = ("flet[web]", ["flet-web", "flet[web]", "flet[all]"]);

/// What a command needs that the app does not bring: Gunicorn, or a part of the framework.
fn missing(app: &PythonApp, framework: &Framework, command: &str) -> Option<PutIn> {
    let (flet_web, brought_by) = FLET_WEB;
    if command.contains("gunicorn") {
        (!app.dependencies.installs(&["gunicorn"])).then_some(PutIn::Gunicorn)
    } else if framework.module == "flet" {
        (!app.dependencies.installs(&brought_by)).then_some(PutIn::Library(flet_web))
    } else {
        None
    }
}

/// A command so called that the module is found: in the folder it is imported from, or, if that holds
/// sources only (`src`), with this folder in Python's path. A file brings its own folder.
fn from_root(app: &PythonApp, manager: Option<Manager>, found: &Found, command: String) -> Result<String> {
    let root = found.root.as_str();
    let name = root.rsplit('/').next().unwrap_or(root);
    if command.contains(&quoted(&found.path)) {
        let is_found = root == parent(&found.path);
        let path = if root.is_empty() { "." } else { root };
        return Ok(if is_found { command } else { with_variable(&command, &format!("PYTHONPATH={}", quoted(path))) });
    }
    if root.is_empty() {
        return Ok(command);
    }
    if name != "src" && name != "lib" {
        return Ok(format!("cd {} && {command}", quoted(root)));
    }
    let is_installed = match manager {
        Some(manager) => layout::installs_app(app, manager)?,
        None => false,
    };
    Ok(if is_installed && root == "src" {
        command
    } else {
        with_variable(&command, &format!("PYTHONPATH={}", quoted(root)))
    })
}
