//! Apps that are sites: files that a tool makes and Caddy serves, whatever server the tool has for
//! development.

use crate::app::NodeApp;
use crate::outputs;
use crate::scripts::{self, Invocation};
use crate::site_tools::{FOLDER_SERVERS, SITE_TOOLS, SiteTool};
use plugpacks_sdk::Result;

/// A site to build and serve.
#[derive(Debug)]
pub(crate) struct Site {
    /// Where the files lie.
    pub(crate) directory: String,
    /// What makes them; `None`: they are there.
    pub(crate) build: Option<String>,
}

/// Programs that run a program of the app's own: a start script with one of these is the app's server.
const RUNTIMES: &[&str] = &[
    "node",
    "nodemon",
    "tsx",
    "ts-node",
    "ts-node-dev",
    "ts-node-esm",
    "tsnd",
    "babel-node",
    "bun",
    "deno",
    "pm2",
    "pm2-runtime",
    "forever",
    "swc-node",
    "vite-node",
    "electron",
    "python",
    "python3",
    "php",
    "ruby",
];

/// The site whose development server the start script starts.
///
/// # Errors
/// A configuration file cannot be read.
pub(crate) fn of_start_script(app: &NodeApp) -> Result<Option<Site>> {
    let started = app.started();
    if started.iter().any(runs_own_program) {
        return Ok(None);
    }
    let serves = |tool: &&SiteTool| started.iter().any(|invocation| tool.development.include(invocation));
    // A package may stand in another manifest, such as that of a workspace's root.
    let (listed, others): (Vec<_>, Vec<_>) = SITE_TOOLS.iter().filter(serves).partition(|tool| is_listed(app, tool));
    for tool in listed.into_iter().chain(others.into_iter().filter(|tool| !is_special(tool))) {
        if is_site(app, tool)? {
            let reason = format!("start in package.json is the development server of {}", tool.name);
            app.context.diagnostics.because("site", reason);
            return site(app, tool).map(Some);
        }
    }
    Ok(folder_served(app, started))
}

/// Whether the start script starts the development server of a tool besides a program of the app's own.
pub(crate) fn starts_development_beside(app: &NodeApp) -> bool {
    let started = app.started();
    let is_development = |it: &Invocation| SITE_TOOLS.iter().any(|tool| tool.development.include(it));
    started.len() > 1 && started.iter().any(runs_own_program) && started.iter().any(is_development)
}

/// The site that a configuration makes of an app whose framework has a server otherwise.
///
/// # Errors
/// As [`of_start_script`].
pub(crate) fn of_configuration(app: &NodeApp) -> Result<Option<Site>> {
    of_tools(app, is_special)
}

/// The site of a tool that the app depends on, for apps whose scripts and files start nothing.
///
/// # Errors
/// As [`of_start_script`].
pub(crate) fn of_dependencies(app: &NodeApp) -> Result<Option<Site>> {
    of_tools(app, |_| true)
}

fn of_tools(app: &NodeApp, is_meant: fn(&SiteTool) -> bool) -> Result<Option<Site>> {
    let listed = || SITE_TOOLS.iter().filter(|tool| is_meant(tool) && is_listed(app, tool));
    // A library that Vite is there for may have a script for Storybook alone.
    let scripted = listed().filter(|tool| build_script(app, tool).is_some());
    for tool in scripted.chain(listed().filter(|tool| tool.is_certain)) {
        if is_site(app, tool)? {
            app.context.diagnostics.because("site", format!("{} makes it; nothing of the app is a server", tool.name));
            return site(app, tool).map(Some);
        }
    }
    Ok(None)
}

/// Whether a tool that makes whole sites is among the dependencies, rather than one that bundles files.
///
/// # Errors
/// As [`of_start_script`].
pub(crate) fn has_site_tool(app: &NodeApp) -> Result<bool> {
    for tool in SITE_TOOLS.iter().filter(|tool| tool.is_certain && tool.name != "Storybook") {
        let has_page = || app.directory().has_file("index.html");
        if is_listed(app, tool) && (tool.name != "Vite" || has_page()?) {
            return Ok(true);
        }
    }
    Ok(false)
}

/// Whether a program runs code of the app's own.
pub(crate) fn runs_own_program(invocation: &Invocation) -> bool {
    RUNTIMES.contains(&&*invocation.program) && !invocation.has_flag("-e") && !invocation.has_flag("-p")
}

/// Whether the app depends on the tool.
fn is_listed(app: &NodeApp, tool: &SiteTool) -> bool {
    tool.packages.iter().any(|package| app.depends_on(package))
}

/// Whether the tool is one for servers, too, of which a configuration or a package makes one for sites.
fn is_special(tool: &SiteTool) -> bool {
    tool.when.is_some() || tool.packages == ["@sveltejs/adapter-static"]
}

/// Whether the tool makes files, and no server, of this app.
fn is_site(app: &NodeApp, tool: &SiteTool) -> Result<bool> {
    if tool.servers.iter().any(|server| app.depends_on(server)) {
        return Ok(false);
    }
    match tool.when {
        Some(mention) => mention.is_found(app),
        None => Ok(true),
    }
}

fn site(app: &NodeApp, tool: &SiteTool) -> Result<Site> {
    if let Some((package, command)) = tool.requires
        && !app.any_depends_on(package)
    {
        app.context.diagnostics.warn(format!(
            "{} needs {package}, which no package.json lists, so that the build will fail: `{command}` adds it",
            tool.name
        ));
    }
    let script = build_script(app, tool);
    let invocation = script.as_ref().map(|(_, invocation)| invocation);
    let directory = match app.setting("SPA_OUT_DIR") {
        Some(directory) => directory,
        None => match outputs::of_staticfile(app)? {
            Some(directory) => directory,
            None => outputs::directory(app, tool, invocation)?,
        },
    };
    let command = match script {
        Some((name, _)) => app.manager.run(&name),
        None if app.package.script("build").is_some() => app.manager.run("build"),
        None => tool.build_command.to_owned(),
    };
    Ok(Site { directory, build: Some(command) })
}

/// The script that has the tool build, and how it calls the tool: `build` if that does, else the first
/// of the others by name, without those that are for development.
fn build_script(app: &NodeApp, tool: &SiteTool) -> Option<(String, Invocation)> {
    let builds = |name: &str| {
        let invocations = scripts::invocations(&app.package, name);
        let is_development = invocations.iter().any(|invocation| tool.development.include(invocation));
        invocations.into_iter().find(|invocation| !is_development && tool.build.include(invocation))
    };
    let is_meant = |name: &&str| !["dev", "watch", "test", "start"].iter().any(|other| name.contains(other));
    let others = app.package.scripts.iter().flatten().map(|(name, _)| name.as_str()).filter(is_meant);
    ["build"].into_iter().chain(others).find_map(|name| Some((name.to_owned(), builds(name)?)))
}

/// A folder that a program for development serves as it is.
fn folder_served(app: &NodeApp, started: &[Invocation]) -> Option<Site> {
    // Those of the second kind serve in production, too, if they are there when the container starts.
    let serves = |invocation: &&Invocation| {
        let program = &*invocation.program;
        FOLDER_SERVERS.contains(&program)
            || (["serve", "http-server"].contains(&program) && !app.any_depends_on(program))
    };
    let server = started.iter().find(serves)?;
    // `browser-sync start --server dist`
    let named =
        ["--server", "-s"].iter().find_map(|flag| server.value_of(flag)).filter(|_| server.program == "browser-sync");
    let operand = server.operand().filter(|_| server.program != "browser-sync");
    let directory = named.or(operand).unwrap_or(".").trim_start_matches("./").trim_end_matches('/').to_owned();
    app.context.diagnostics.because("site", format!("start in package.json has {} serve a folder", server.program));
    let build = app.package.script("build").map(|_| app.manager.run("build"));
    Some(Site { directory, build })
}

/// Whether the start script starts nothing but a server for development.
///
/// # Errors
/// As [`of_start_script`].
pub(crate) fn is_for_development(app: &NodeApp) -> Result<bool> {
    let started = app.started();
    if started.iter().any(runs_own_program) {
        return Ok(false);
    }
    Ok(started.iter().any(|invocation| {
        SITE_TOOLS.iter().any(|tool| tool.development.include(invocation) && is_site(app, tool).unwrap_or(false))
    }))
}
