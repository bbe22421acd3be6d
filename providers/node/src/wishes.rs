//! Which versions of Node.js and of the package manager the app asks for, and where.

use crate::app::NodeApp;
use crate::manager::Manager;
use plugpacks_provider_support::release::{Request, Sources};
use plugpacks_sdk::{Context, Result};
use serde_json::Value;

const NODE: Sources =
    Sources { variable: "NODE_VERSION", files: &[".nvmrc", ".node-version"], tools: &["nodejs", "node"] };

/// A version that somebody asks for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Wish {
    pub(crate) request: Request,
    pub(crate) weight: Weight,
}

/// What a wish that cannot be met leads to.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Weight {
    Demand,
    /// `engines`, which package managers warn about.
    Advice,
}

impl Wish {
    fn demand(request: Request) -> Self {
        Self { request, weight: Weight::Demand }
    }

    fn advice(request: Request) -> Self {
        Self { request, weight: Weight::Advice }
    }
}

/// The version of Node.js that the app asks for: in a variable, the files of version managers, or its
/// manifest.
///
/// # Errors
/// A file of the app cannot be read.
pub(crate) fn node(app: &NodeApp) -> Result<Option<Wish>> {
    if let Some(request) = NODE.find(app.context)? {
        return Ok(Some(Wish::demand(request)));
    }
    let volta = || Request::new(app.package.volta.get("node")?, "volta.node in package.json");
    let runtime = || named(app.package.dev_engine("runtime"), "node", "devEngines.runtime in package.json");
    if let Some(request) = volta().or_else(runtime) {
        return Ok(Some(Wish::demand(request)));
    }
    Ok(engine(app, "node").map(Wish::advice))
}

/// The version of the app's package manager that the app asks for.
///
/// # Errors
/// A file of the app cannot be read.
pub(crate) fn manager(app: &NodeApp, manager: Manager, variable: &'static str) -> Result<Option<Wish>> {
    let tool = manager.name();
    if let Some(request) = of_variable(app.context, variable) {
        return Ok(Some(Wish::demand(request)));
    }
    let specified = || {
        let (name, version) = app.package.package_manager.as_deref()?.split_once('@')?;
        (name == tool).then(|| Request::new(version, "packageManager in package.json")).flatten()
    };
    let engines = || named(app.package.dev_engine("packageManager"), tool, "devEngines.packageManager in package.json");
    let volta = || Request::new(app.package.volta.get(tool)?, format!("volta.{tool} in package.json"));
    if let Some(request) = specified().or_else(engines).or_else(volta) {
        return Ok(Some(Wish::demand(request)));
    }
    let tools: &'static [&'static str] = match manager {
        Manager::Npm => &["npm"],
        Manager::Pnpm => &["pnpm"],
        Manager::Yarn => &["yarn"],
        Manager::Bun => &["bun"],
    };
    let shared = Sources { variable, files: &[], tools };
    if let Some(request) = shared.find(app.context)? {
        return Ok(Some(Wish::demand(request)));
    }
    Ok(engine(app, tool).map(Wish::advice))
}

fn of_variable(context: &Context, variable: &str) -> Option<Request> {
    Request::new(&context.environment.config(variable)?, format!("NIXPACKS_{variable}"))
}

fn engine(app: &NodeApp, tool: &str) -> Option<Request> {
    Request::new(app.package.engines.as_ref()?.get(tool)?, format!("engines.{tool} in package.json"))
}

/// The version of a tool among those that a field of `devEngines` has: one, or a list.
fn named(tools: Option<&Value>, name: &str, source: &str) -> Option<Request> {
    let tools = match tools? {
        Value::Array(tools) => tools.iter().collect(),
        tool => vec![tool],
    };
    let text = |tool: &Value, field: &str| tool.get(field).and_then(Value::as_str).map(str::to_owned);
    let wanted = tools.into_iter().find(|tool| text(tool, "name").as_deref() == Some(name))?;
    Request::new(&text(wanted, "version")?, source)
}
