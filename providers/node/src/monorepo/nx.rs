//! Nx: `nx.json` and a project with a build target.

use super::Commands;
use crate::app::NodeApp;
use crate::servers;
use plugpacks_sdk::{Error, Result};
use serde::Deserialize;
use serde_json::Value;
use std::path::Path;

/// `nx.json`.
#[derive(Default, Deserialize)]
struct Workspace {
    #[serde(rename = "defaultProject", alias = "default_project")]
    default_project: Option<String>,
}

/// `project.json`, or `nx` in `package.json`. A start target needs an executor as much as the build
/// target does.
#[derive(Deserialize)]
struct Configuration {
    targets: Targets,
}

#[derive(Deserialize)]
struct Targets {
    build: Target,
    start: Option<Target>,
}

#[derive(Deserialize)]
struct Target {
    executor: String,
    options: Option<Options>,
    configurations: Option<Configurations>,
}

impl Target {
    fn has_production(&self) -> bool {
        self.configurations.as_ref().is_some_and(|configurations| configurations.production.is_some())
    }
}

#[derive(Deserialize)]
struct Options {
    main: Option<String>,
    #[serde(rename = "outputPath")]
    output_path: Option<Value>,
}

#[derive(Deserialize)]
struct Configurations {
    production: Option<Value>,
}

/// The `package.json` of a project without `project.json`.
#[derive(Deserialize)]
struct Manifest {
    nx: Configuration,
}

/// An Nx project to build and start.
struct NxProject {
    name: String,
    directory: String,
    targets: Targets,
}

impl NxProject {
    /// The project in a directory.
    fn read(app: &NodeApp, name: String, directory: String) -> Option<Self> {
        let own = app.json::<Configuration>(&format!("{directory}/project.json"));
        let in_manifest = || Some(app.json::<Manifest>(&format!("{directory}/package.json"))?.nx);
        let targets = own.or_else(in_manifest)?.targets;
        Some(Self { name, directory, targets })
    }

    fn option<T>(&self, option: impl Fn(&Options) -> Option<&T>) -> Option<&T> {
        self.targets.build.options.as_ref().and_then(option)
    }

    fn output_path(&self) -> Option<&Value> {
        self.option(|options| options.output_path.as_ref())
    }

    fn main(&self) -> Option<&String> {
        self.option(|options| options.main.as_ref())
    }

    /// Whether the build makes a Next.js app, which is started by its own scripts.
    fn is_next(&self) -> bool {
        matches!(self.targets.build.executor.as_str(), "@nx/next:build" | "@nrwl/next:build")
    }

    /// What runs the start target, if there is one.
    fn start_target(&self, nx: &str) -> Option<String> {
        let start = self.targets.start.as_ref()?;
        let configuration = if start.has_production() { ":production" } else { "" };
        Some(format!("{nx} run {}:start{configuration}", self.name))
    }
}

fn stem(path: &str) -> Option<&str> {
    Path::new(path).file_stem()?.to_str()
}

/// Nixpacks 1.41: projects are folders of `apps/`, built for production.
pub(crate) fn nixpacks(app: &NodeApp) -> Result<Option<Commands>> {
    let Some(name) = app_name(app)? else { return Ok(None) };
    let directory = format!("apps/{name}");
    let Some(project) = NxProject::read(app, name, directory) else { return Ok(None) };
    let nx = format!("{} nx", app.manager.download_and_run());
    let output = match project.output_path().and_then(Value::as_str) {
        Some(path) => path.to_owned(),
        None => format!("dist/apps/{}", project.name),
    };
    let start = match (project.start_target(&nx), project.main()) {
        (Some(start), _) => start,
        (None, _) if project.is_next() => format!("cd {output} && npm run start"),
        (None, Some(main)) => {
            let stem = stem(main).ok_or_else(|| {
                Error::new(format!("The main file {main:?} of the Nx project {:?} has no name", project.name))
            })?;
            format!("node {output}/{stem}.js")
        }
        (None, None) => format!("node {output}/index.js"),
    };
    let build = format!("{nx} run {}:build:production", project.name);
    Ok(Some(Commands { build: Some(build), start: Some(start) }))
}

/// Projects stand anywhere, and are built for production if they have such a configuration.
pub(crate) fn of_projects(app: &NodeApp) -> Result<Option<Commands>> {
    let Some(name) = app_name(app)? else { return Ok(None) };
    let Some(project) = find(app, &name)? else {
        if app.setting("NX_APP_NAME").is_some() {
            let warning =
                format!("NIXPACKS_NX_APP_NAME is {name:?}, but no Nx project of this name has a build target");
            app.context.diagnostics.warn(warning);
        }
        return Ok(None);
    };
    if app.json::<Workspace>("nx.json").unwrap_or_default().default_project.is_none() {
        warn_of_others(app, &name)?;
    }
    let nx = format!("{} nx", app.manager.run_installed());
    let output = match project.output_path().and_then(|path| path.as_str().or_else(|| path.get("base")?.as_str())) {
        Some(path) => path.to_owned(),
        None => format!("dist/{}", project.directory),
    };
    let file = project.main().and_then(|main| stem(main)).unwrap_or("index");
    let start = match project.start_target(&nx) {
        Some(start) => start,
        None if project.is_next() => format!("cd {output} && {}", app.manager.run("start")),
        None => program(app, format!("node {output}/{file}.js"), project.main()),
    };
    let configuration = if project.targets.build.has_production() { ":production" } else { "" };
    let build = format!("{nx} run {}:build{configuration}", project.name);
    Ok(Some(Commands { build: Some(build), start: Some(start) }))
}

/// The command that runs a program; Nx's templates for servers listen on `localhost` where `HOST` is not set.
pub(super) fn program(app: &NodeApp, command: String, source: Option<&String>) -> String {
    match source {
        Some(path) if servers::is_local_without_host(app, path) => format!("HOST=${{HOST:-0.0.0.0}} {command}"),
        _ => command,
    }
}

/// The project to build: the one that the variable names, else the workspace's default, else the
/// first folder of `apps/` that is a project. `None` if this is no Nx workspace.
fn app_name(app: &NodeApp) -> Result<Option<String>> {
    if !app.directory().has_file("nx.json")? {
        return Ok(None);
    }
    if let Some(name) = app.setting("NX_APP_NAME") {
        return Ok(Some(name));
    }
    match app.json::<Workspace>("nx.json").unwrap_or_default().default_project {
        Some(name) => Ok(Some(name)),
        None => first_app(app),
    }
}

fn first_app(app: &NodeApp) -> Result<Option<String>> {
    Ok(apps(app)?.into_iter().next())
}

/// The folders of `apps/` that are projects.
fn apps(app: &NodeApp) -> Result<Vec<String>> {
    let is_project = |name: &String| {
        let configures_targets = || {
            let manifest = app.json::<Value>(&format!("apps/{name}/package.json"));
            manifest.is_some_and(|manifest| manifest.pointer("/nx/targets").is_some())
        };
        app.has(&format!("apps/{name}/project.json")) || configures_targets()
    };
    let folders = app.directory().find_directories("apps/*")?;
    Ok(folders.iter().map(|folder| folder.trim_start_matches("apps/").to_owned()).filter(is_project).collect())
}

/// Says that the app is one of several, if nobody chose it.
fn warn_of_others(app: &NodeApp, chosen: &str) -> Result<()> {
    let apps: Vec<String> = apps(app)?.into_iter().filter(|name| !name.ends_with("-e2e")).collect();
    if apps.len() > 1 && app.setting("NX_APP_NAME").is_none() && apps.iter().any(|name| name == chosen) {
        app.context.diagnostics.warn(format!(
            "This Nx workspace has several apps: {}. {chosen} is built and started; NIXPACKS_NX_APP_NAME chooses another",
            apps.join(", ")
        ));
    }
    Ok(())
}

/// The project of a name: in `apps/`, else in a folder of this name, else one that calls itself so.
fn find(app: &NodeApp, name: &str) -> Result<Option<NxProject>> {
    let in_apps = format!("apps/{name}");
    if let Some(project) = NxProject::read(app, name.to_owned(), in_apps) {
        return Ok(Some(project));
    }
    let files = app.directory().find_files("**/project.json")?;
    let configured = files.iter().filter_map(|path| path.strip_suffix("/project.json"));
    let members = app.members.iter().map(|member| member.directory.as_str());
    let directories: Vec<&str> = configured.chain(members).collect();
    let in_folder = directories.iter().find(|directory| directory.rsplit('/').next() == Some(name));
    let named = || directories.iter().find(|directory| calls_itself(app, directory, name));
    let Some(directory) = in_folder.or_else(named) else { return Ok(None) };
    Ok(NxProject::read(app, name.to_owned(), (*directory).to_owned()))
}

fn calls_itself(app: &NodeApp, directory: &str, name: &str) -> bool {
    let in_manifest = app.members.iter().find(|member| member.directory == directory);
    if in_manifest.is_some_and(|member| member.package.name.as_deref() == Some(name)) {
        return true;
    }
    let own = app.json::<Value>(&format!("{directory}/project.json"));
    own.is_some_and(|own| own.get("name").and_then(Value::as_str) == Some(name))
}

#[cfg(test)]
mod tests {
    use super::*;
    use plugpacks_sdk::Edition;
    use plugpacks_sdk::testing::FakeApp;

    fn app(edition: Edition) -> FakeApp {
        FakeApp::new().edition(edition).file("nx.json", "{}")
    }

    fn commands(app: &FakeApp) -> Result<Option<(String, String)>> {
        app.with(|context| {
            let app = NodeApp::read(context)?;
            let commands = (app.rules.nx)(&app)?;
            Ok(commands.map(|commands| (commands.build.unwrap(), commands.start.unwrap())))
        })
    }

    #[track_caller]
    fn assert_commands(app: &FakeApp, build: &str, start: &str) {
        assert_eq!(commands(app).unwrap(), Some((build.to_owned(), start.to_owned())));
    }

    const BUILD: &str = r#"{"targets": {"build": {"executor": "x"}}}"#;

    #[test]
    fn nixpacks_finds_the_app_by_variable_default_or_order() {
        let app = app(Edition::NIXPACKS).file("apps/b/project.json", BUILD).file("apps/c/project.json", BUILD);
        assert_commands(&app, "npx nx run b:build:production", "node dist/apps/b/index.js");
        let app = app.file("nx.json", r#"{"defaultProject": "c"}"#);
        assert_commands(&app, "npx nx run c:build:production", "node dist/apps/c/index.js");
        let app = app.variable("NIXPACKS_NX_APP_NAME", "b");
        assert_commands(&app, "npx nx run b:build:production", "node dist/apps/b/index.js");
        assert_eq!(commands(&app.variable("NIXPACKS_NX_APP_NAME", "d")).unwrap(), None);
    }

    #[test]
    fn nixpacks_needs_a_build_target_with_an_executor() {
        for text in [
            "{",
            "{}",
            r#"{"targets": {}}"#,
            r#"{"targets": {"build": {"command": "x"}}}"#,
            r#"{"targets": {"build": {"executor": "x"}, "start": {}}}"#,
            r#"{"targets": {"build": {"executor": "x", "options": {"main": 3}}}}"#,
        ] {
            let app = app(Edition::NIXPACKS).file("apps/a/project.json", text).file("apps/b/project.json", BUILD);
            assert_eq!(commands(&app).unwrap(), None, "{text}");
        }
    }

    #[test]
    fn the_start_command_follows_target_executor_and_main_file() {
        let start = |targets: &str| {
            let app = app(Edition::NIXPACKS).file("apps/a/project.json", format!(r#"{{"targets": {{{targets}}}}}"#));
            commands(&app).map(|commands| commands.unwrap().1)
        };
        let build = r#""build": {"executor": "x"}"#;
        assert_eq!(start(&format!(r#"{build}, "start": {{"executor": "y"}}"#)).unwrap(), "npx nx run a:start");
        let production = r#""start": {"executor": "y", "configurations": {"production": {}}}"#;
        assert_eq!(start(&format!("{build}, {production}")).unwrap(), "npx nx run a:start:production");
        let next = r#""build": {"executor": "@nx/next:build", "options": {"outputPath": "o"}}"#;
        assert_eq!(start(next).unwrap(), "cd o && npm run start");
        let main =
            r#""build": {"executor": "x", "options": {"main": "src/main.server.ts", "outputPath": {"base": "o"}}}"#;
        assert_eq!(start(main).unwrap(), "node dist/apps/a/main.server.js");
        let nameless = r#""build": {"executor": "x", "options": {"main": ".."}}"#;
        assert_eq!(start(nameless).unwrap_err().message(), "The main file \"..\" of the Nx project \"a\" has no name");
    }

    #[test]
    fn a_manifest_can_hold_the_targets() {
        let manifest = r#"{"nx": {"targets": {"build": {"executor": "x"}}}}"#;
        for edition in Edition::ALL {
            let app = app(edition).file("apps/a/package.json", manifest).file("apps/a/project.json", "{}");
            assert!(commands(&app).unwrap().is_some(), "{edition}");
        }
    }

    #[test]
    fn projects_are_found_wherever_they_stand() {
        let named = r#"{"name": "api", "targets": {"build": {"executor": "x", "configurations": {"production": {}}}}}"#;
        let app = app(Edition::E2026_11).variable("NIXPACKS_NX_APP_NAME", "api").file("pnpm-lock.yaml", "");
        assert_commands(
            &app.file("services/backend/project.json", named),
            "pnpm exec nx run api:build:production",
            "node dist/services/backend/index.js",
        );
    }

    #[test]
    fn production_is_asked_for_where_it_is_configured() {
        let next = r#"{/* c */ "targets": {"build": {"executor": "@nx/next:build", "options": {"outputPath": {"base": "o"}}}}}"#;
        let app = app(Edition::E2026_11).file("yarn.lock", "").file("apps/web/project.json", next);
        assert_commands(&app, "yarn nx run web:build", "cd o && yarn run start");
    }

    #[test]
    fn an_unknown_project_is_warned_about() {
        let app = app(Edition::E2026_11).variable("NIXPACKS_NX_APP_NAME", "api");
        assert_eq!(commands(&app).unwrap(), None);
        assert_eq!(
            app.warnings(),
            ["NIXPACKS_NX_APP_NAME is \"api\", but no Nx project of this name has a build target"]
        );
    }
}
