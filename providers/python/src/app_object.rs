//! Where the app is: the object or the function that a server loads, or the file that is run.

use crate::app::PythonApp;
use crate::frameworks::{Framework, PLAIN_ASGI, PLAIN_WSGI, Sign};
use crate::modules::{self, Module, dotted, import_root};
use crate::source::{Assignment, Source};
use plugpacks_sdk::Result;

/// What functions that make an app are called.
const FACTORIES: [&str; 9] = [
    "create_app",
    "make_app",
    "build_app",
    "get_app",
    "create_application",
    "get_application",
    "make_application",
    "app_factory",
    "init_app",
];

/// What app objects are called, the likeliest first.
const OBJECTS: [&str; 7] = ["app", "application", "asgi", "wsgi", "server", "api", "asgi_app"];

/// The packages whose functions serve an app until the process ends.
const SERVING: [&str; 9] =
    ["uvicorn", "hypercorn", "waitress", "gevent", "eventlet", "werkzeug", "aiohttp", "asyncio", "anyio"];

/// What is started.
#[derive(Debug)]
pub(crate) struct Found {
    pub(crate) framework: &'static Framework,
    /// The path of the module.
    pub(crate) path: String,
    /// The folder from which the module is imported.
    pub(crate) root: String,
    pub(crate) entry: Entry,
    /// The module's text.
    pub(crate) text: String,
}

/// What of the module is started.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Entry {
    /// An object at the top level.
    Object { name: String, runs_itself: RunsItself },
    /// A function that makes the app.
    Factory(String),
    /// The module is run as a file.
    File,
}

/// Whether a module serves the app as soon as it is imported.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum RunsItself {
    No,
    /// By a method of the app object: `app.run()`.
    ByMethod,
    /// By a server's function: `uvicorn.run(app)`.
    ByServer,
}

impl Found {
    /// The module's name, as it is imported from the root.
    pub(crate) fn module(&self) -> String {
        let path = self.path.strip_prefix(&self.root).unwrap_or(&self.path);
        dotted(path.trim_start_matches('/'))
    }
}

/// The first app of one of these frameworks: in each module an object, then a file to run; then a
/// function that makes an app.
///
/// # Errors
/// A path leaves the app.
pub(crate) fn find(app: &PythonApp, modules: &[&Module], frameworks: &'static [Framework]) -> Result<Option<Found>> {
    for module in modules {
        if let Some((framework, name)) = object(app, module, frameworks, Depth::FollowImports)? {
            let runs_itself = runs_itself(&module.source, &name);
            return found(app, module, framework, Entry::Object { name, runs_itself }).map(Some);
        }
        if let Some(framework) = frameworks.iter().find(|framework| is_file_of(module, framework)) {
            return found(app, module, framework, Entry::File).map(Some);
        }
    }
    for module in modules {
        if let Some((framework, name)) = factory(module, frameworks) {
            return found(app, module, framework, Entry::Factory(name)).map(Some);
        }
    }
    Ok(None)
}

fn found(app: &PythonApp, module: &Module, framework: &'static Framework, entry: Entry) -> Result<Found> {
    let root = import_root(app, module)?;
    Ok(Found { framework, path: module.path.clone(), root, entry, text: module.text.clone() })
}

/// Whether a module is to be run as a framework's file.
fn is_file_of(module: &Module, framework: &Framework) -> bool {
    let Sign::Says(sign) = framework.sign else { return false };
    module.source.imports_package(framework.module) && module.text.contains(sign)
}

/// How far an object that comes from elsewhere is looked for.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Depth {
    FollowImports,
    ThisModule,
}

/// The app object of a module, and its framework.
fn object(
    app: &PythonApp,
    module: &Module,
    frameworks: &'static [Framework],
    depth: Depth,
) -> Result<Option<(&'static Framework, String)>> {
    let source = &module.source;
    let mut objects = Vec::new();
    for assignment in &source.assignments {
        let maker = [assignment.callee(), assignment.annotation.as_deref()].into_iter().flatten();
        let framework = maker.flat_map(|maker| source.origins(maker)).find_map(|it| made_by(&it, frameworks));
        if let Some(framework) = framework {
            objects.push((framework, assignment.name.clone()));
        }
    }
    objects.extend(callable(source));
    if objects.is_empty() && depth == Depth::FollowImports {
        objects.extend(from_elsewhere(app, module, frameworks)?);
    }
    objects.sort_by_key(|(_, name)| (!is_served(&module.text, name), rank(name)));
    Ok(objects.into_iter().next().map(|(framework, name)| (framework, server_of(source, name))))
}

/// The object in front of which a server stands, if an app object keeps another that is given a name:
/// `server = app.server` (Dash).
fn server_of(source: &Source, app: String) -> String {
    let value = format!("{app}.server");
    source.assignments.iter().find(|it| it.value == value).map_or(app, |it| it.name.clone())
}

fn made_by(origin: &str, frameworks: &'static [Framework]) -> Option<&'static Framework> {
    frameworks.iter().find(|framework| framework.is_made_by(origin))
}

fn rank(name: &str) -> usize {
    OBJECTS.iter().position(|known| *known == name).unwrap_or(OBJECTS.len())
}

/// Whether a module hands an object to a server.
fn is_served(text: &str, name: &str) -> bool {
    text.match_indices("run(").any(|(at, call)| {
        let argument = text[at + call.len()..].trim_start().trim_start_matches(['"', '\'']);
        let argument = argument.split([',', ')', '"', '\'']).next().unwrap_or_default();
        argument.rsplit(':').next().is_some_and(|object| object.trim() == name)
    })
}

/// A function of the top level that is an app by its parameters.
fn callable(source: &Source) -> Option<(&'static Framework, String)> {
    source.functions.iter().find_map(|function| {
        let parameters: Vec<&str> = function.parameters.iter().map(String::as_str).collect();
        let framework = match (function.is_async, parameters.as_slice()) {
            (true, ["scope", "receive", "send"]) => &PLAIN_ASGI,
            (false, ["environ" | "env", "start_response"]) => &PLAIN_WSGI,
            _ => return None,
        };
        Some((framework, function.name.clone()))
    })
}

/// An object that a function or module of the app's own brings: `app = create_app()`,
/// `from shop import app`.
fn from_elsewhere(
    app: &PythonApp,
    module: &Module,
    frameworks: &'static [Framework],
) -> Result<Option<(&'static Framework, String)>> {
    for name in OBJECTS {
        let assignment = module.source.assignments.iter().find(|assignment| assignment.name == name);
        if let Some(assignment) = assignment
            && let Some(framework) = made_elsewhere(app, module, assignment, frameworks)?
        {
            return Ok(Some((framework, name.to_owned())));
        }
        if let Some(import) = module.source.import_of(name)
            && let Some(other) = modules::imported(app, module, import)?
            && let Some((framework, _)) = object(app, &other, frameworks, Depth::ThisModule)?
        {
            return Ok(Some((framework, name.to_owned())));
        }
    }
    Ok(None)
}

/// The framework of an object that a function of the app's own makes, or that is a part of another object.
fn made_elsewhere(
    app: &PythonApp,
    module: &Module,
    assignment: &Assignment,
    frameworks: &'static [Framework],
) -> Result<Option<&'static Framework>> {
    let Some(maker) = assignment.callee() else {
        let is_part = assignment.value.rsplit_once('.').is_some_and(|(_, part)| OBJECTS.contains(&part));
        return Ok(if is_part { framework_of(&module.source, frameworks) } else { None });
    };
    let (first, name) = (maker.split('.').next().unwrap_or(maker), maker.rsplit('.').next().unwrap_or(maker));
    let imported = match module.source.import_of(first) {
        Some(import) => modules::imported(app, module, import)?,
        None => None,
    };
    let is_imported = module.source.import_of(first).is_some();
    let source = if is_imported { imported.as_ref().map(|other| &other.source) } else { Some(&module.source) };
    let is_function = |source: &&Source| source.functions.iter().any(|function| function.name == name);
    let framework = source.filter(|source| is_function(source) || is_factory(maker));
    let framework = framework.and_then(|source| framework_of(source, frameworks));
    Ok(framework.or_else(|| framework_among_dependencies(app, frameworks).filter(|_| is_factory(maker))))
}

/// Whether a function's name says that it makes an app.
fn is_factory(maker: &str) -> bool {
    let name = maker.rsplit('.').next().unwrap_or(maker);
    FACTORIES.contains(&name) || name.contains("app") && !name.starts_with("App")
}

/// The framework with app objects that a module imports.
fn framework_of(source: &Source, frameworks: &'static [Framework]) -> Option<&'static Framework> {
    frameworks.iter().find(|framework| framework.has_objects() && source.imports_package(framework.module))
}

fn framework_among_dependencies(app: &PythonApp, frameworks: &'static [Framework]) -> Option<&'static Framework> {
    let is_used = |it: &&Framework| it.has_objects() && app.dependencies.installs(&[it.package]);
    frameworks.iter().find(is_used)
}

/// A function that makes an app without being told anything.
fn factory(module: &Module, frameworks: &'static [Framework]) -> Option<(&'static Framework, String)> {
    let framework = framework_of(&module.source, frameworks)?;
    let functions = &module.source.functions;
    let named = |name: &str| functions.iter().find(|function| function.name == name && function.needs_nothing);
    FACTORIES.iter().find_map(|name| named(name)).map(|function| (framework, function.name.clone()))
}

/// Whether importing a module serves its app.
fn runs_itself(source: &Source, object: &str) -> RunsItself {
    for call in &source.calls {
        let Some((receiver, method)) = call.rsplit_once('.') else { continue };
        if !matches!(method, "run" | "serve" | "serve_forever" | "run_app" | "run_simple" | "run_server" | "start") {
            continue;
        }
        if receiver == object {
            return RunsItself::ByMethod;
        }
        let origin = source.origin(receiver);
        if SERVING.contains(&crate::source::top_level(&origin)) || receiver == "socketio" {
            return RunsItself::ByServer;
        }
    }
    RunsItself::No
}
