//! Workspaces whose root starts nothing: the package that is the app.

use super::workspaces;
use crate::app::{Member, NodeApp};
use crate::caddy::{self, Files};
use crate::manager::Manager;
use crate::scripts::Invocation;
use crate::serving::{self, Serving};
use crate::{manager_version, own_server, servers, sites};
use plugpacks_sdk::Result;

/// The variables that name a package, in the order in which they count.
const VARIABLES: [&str; 2] = ["NODE_WORKSPACE", "TURBO_APP_NAME"];

/// Programs that run a script of many packages.
const TASK_RUNNERS: &[&str] = &["turbo", "lerna", "nx"];

/// How the package that is the app is built and started; `None` if the root is the app, or if it is open
/// which package is: that is said. `build` is what a monorepo's tool builds with.
///
/// # Errors
/// A file of the app cannot be read.
pub(crate) fn serving(app: &NodeApp, build: Option<&String>) -> Result<Option<Serving>> {
    if !workspaces::is_root(app)? {
        return Ok(None);
    }
    let members = workspaces::members(app);
    if let Some(wanted) = VARIABLES.iter().find_map(|variable| app.setting(variable)) {
        if let Some(member) = workspaces::find(&members, &wanted) {
            return of_member(app, member, build).map(Some);
        }
        app.context.diagnostics.warn(format!("No package of the workspace is called `{wanted}`: {}", listed(&members)));
    }
    if app.package.script("start").is_some() {
        return match started_for_development(app, &members)? {
            Start::Production => Ok(None),
            Start::Development(member) => of_member(app, member, build).map(Some),
            Start::Task => only_one(app, &members, build),
        };
    }
    only_one(app, &members, build)
}

/// What the root's start script starts.
enum Start<'m> {
    /// Something for production.
    Production,
    /// A package's server for development.
    Development(&'m Member),
    /// A task of all packages.
    Task,
}

fn started_for_development<'m>(app: &NodeApp, members: &[&'m Member]) -> Result<Start<'m>> {
    let started = app.started();
    if started.iter().any(sites::runs_own_program) {
        return Ok(Start::Production);
    }
    let is_development = |invocation: &Invocation| {
        TASK_RUNNERS.contains(&&*invocation.program)
            && invocation.arguments.iter().any(|word| word == "dev" || word == "serve")
    };
    if started.iter().any(is_development) {
        return Ok(Start::Task);
    }
    for member in members {
        let names = |word: &String| {
            member.package.name.as_deref() == Some(word)
                || word.trim_start_matches("./").trim_end_matches('/') == member.directory
        };
        let calls = |invocation: &&Invocation| invocation.arguments.iter().any(names);
        if started.iter().any(|invocation| calls(&invocation)) && is_for_development(app, member)? {
            return Ok(Start::Development(member));
        }
    }
    Ok(Start::Production)
}

/// Whether the package's own start script, or `dev`, is all that there is to start it.
fn is_for_development(app: &NodeApp, member: &Member) -> Result<bool> {
    let folder = app.context.folder(&member.directory);
    let context = folder.context();
    let own = NodeApp::of_member(&context, app, member);
    Ok(sites::is_for_development(&own)?
        || servers::framework(&own)?.is_some_and(|framework| framework.replaces_start(&own)))
}

/// The only package that can be started. Says which ones there are if there are several.
fn only_one(app: &NodeApp, members: &[&Member], build: Option<&String>) -> Result<Option<Serving>> {
    // A page in the app directory itself: the packages are its parts.
    if app.directory().has_file("index.html")? && sites::has_site_tool(app)? {
        return Ok(None);
    }
    let mut startable = Vec::new();
    for member in members {
        if can_start(app, member)? {
            startable.push(*member);
        }
    }
    match startable.as_slice() {
        [] => Ok(None),
        [member] => {
            let reason = format!("{}, the only package of the workspace that can be started", title(member));
            app.context.diagnostics.because("app", reason);
            of_member(app, member, build).map(Some)
        }
        several => {
            app.context.diagnostics.warn(format!(
                "The root of this workspace starts nothing, and several packages can be started: {}. \
                 NIXPACKS_NODE_WORKSPACE chooses one, by name or folder",
                listed(several)
            ));
            Ok(None)
        }
    }
}

fn title(member: &Member) -> String {
    match &member.package.name {
        Some(name) => format!("{name} ({})", member.directory),
        None => member.directory.clone(),
    }
}

fn listed(members: &[&Member]) -> String {
    workspaces::listed(members.iter().map(|member| title(member)))
}

/// Whether a package is an app: it has a start script, a framework, or a tool that makes a site.
///
/// # Errors
/// A file of the app cannot be read.
pub(crate) fn can_start(app: &NodeApp, member: &Member) -> Result<bool> {
    if member.package.script("start").is_some() {
        return Ok(true);
    }
    let folder = app.context.folder(&member.directory);
    let context = folder.context();
    let own = NodeApp::of_member(&context, app, member);
    Ok(servers::framework(&own)?.is_some()
        || sites::has_site_tool(&own)?
        || (servers::has_server_package(&own) && own_server::usual_file(&own)?.is_some()))
}

/// The serving of a package, as seen from the root.
fn of_member(app: &NodeApp, member: &Member, build: Option<&String>) -> Result<Serving> {
    let folder = app.context.folder(&member.directory);
    let context = folder.context();
    let own = NodeApp::of_member(&context, app, member);
    let serving = serving::alone(&own)?;
    let directory = &member.directory;
    let name = member.package.name.as_deref().unwrap_or(directory);
    let in_folder = |command: &String| format!("cd {directory} && {command}");

    let run_start = app.manager.run("start");
    let start = match (&serving.start, &serving.files) {
        (Some(command), Some(Files::ByOwnCaddyfile)) => Some(command.replace("/app/", &format!("/app/{directory}/"))),
        (Some(_), Some(Files::Served(_))) => Some(caddy::START.to_owned()),
        (Some(command), _) if *command == run_start => Some(app.manager.run_in_package(name, "start")),
        (start, _) => start.as_ref().map(in_folder),
    };
    let files = serving.files.map(|files| match files {
        Files::Served(output) => Files::Served(format!("{directory}/{output}")),
        files => files,
    });
    let is_script = |command: &&String| command.starts_with(&app.manager.run(""));
    let (by_scripts, by_tools): (Vec<_>, Vec<_>) = serving.build.iter().partition(is_script);
    let mut commands: Vec<String> = by_tools.into_iter().map(in_folder).collect();
    if let Some(script) = by_scripts.first().and_then(|command| command.strip_prefix(&app.manager.run(""))) {
        commands.push(match build {
            Some(build) => build.clone(),
            None => build_with_dependencies(app, name, script)?,
        });
    }
    let paths = vec![format!("/app/{directory}/node_modules/.bin")];
    Ok(Serving { build: commands, start, files, programs: serving.programs, paths })
}

/// The command that builds a package after those that it depends on: the root's own where there is one.
fn build_with_dependencies(app: &NodeApp, name: &str, script: &str) -> Result<String> {
    if app.package.script("build").is_some() {
        return Ok(app.manager.run("build"));
    }
    Ok(match app.manager {
        Manager::Npm => format!("npm run {script} --workspaces --if-present"),
        Manager::Pnpm => format!("pnpm --filter {name}... run {script}"),
        Manager::Yarn if manager_version::is_berry(app)? => {
            format!("yarn workspaces foreach --recursive --topological --from {name} run {script}")
        }
        Manager::Yarn | Manager::Bun => app.manager.run_in_package(name, script),
    })
}

#[cfg(test)]
mod tests {
    use crate::Node;
    use crate::caddy::START;
    use plugpacks_sdk::testing::FakeApp;

    const SITE: &str = r#"{"name": "@acme/web", "scripts": {"start": "vite", "build": "vite build"}, "devDependencies": {"vite": "7"}}"#;
    const API: &str = r#"{"name": "api", "scripts": {"start": "node server.js", "build": "tsc"}}"#;

    fn workspace(scripts: &str) -> FakeApp {
        let manifest = format!(r#"{{"workspaces": ["apps/*"], "scripts": {{{scripts}}}}}"#);
        FakeApp::new().file("package.json", manifest).file("package-lock.json", "{}")
    }

    /// The last command of the build, and the start command.
    fn commands(app: &FakeApp) -> (String, String) {
        let plan = app.plan::<Node>().unwrap().unwrap();
        let build = plan.phases.iter().find(|phase| phase.name == "build").unwrap();
        let commands = plugpacks_provider_support::javascript::elements(build.commands.as_ref());
        let start = plan.start.and_then(|start| start.command);
        (commands.last().cloned().unwrap_or_default(), start.unwrap_or_default())
    }

    fn pair(build: &str, start: &str) -> (String, String) {
        (build.to_owned(), start.to_owned())
    }

    #[test]
    fn the_only_package_that_can_be_started_is_the_app() {
        let api =
            || workspace("").file("apps/api/package.json", API).file("apps/lib/package.json", r#"{"name": "lib"}"#);
        assert_eq!(commands(&api()), pair("npm run build --workspaces --if-present", "npm --workspace api run start"));
        let pnpm = api().file("pnpm-lock.yaml", "").file("pnpm-workspace.yaml", "packages:\n  - apps/*\n");
        assert_eq!(commands(&pnpm), pair("pnpm --filter api... run build", "cd apps/api && node server.js"));
        let turbo = api().file("turbo.json", r#"{"tasks": {"build": {}}}"#);
        assert_eq!(commands(&turbo), pair("npx turbo run build", "npm --workspace api run start"));
    }

    #[test]
    fn a_site_of_the_workspace_is_served() {
        let site = workspace("").file("apps/web/package.json", SITE);
        assert_eq!(commands(&site), pair("npm run build --workspaces --if-present", START));
        let start = r#""start": "npm --workspace @acme/web start", "build": "npm --workspace @acme/web run build""#;
        let site = workspace(start).file("apps/web/package.json", SITE);
        assert_eq!(commands(&site), pair("npm run build", START));
        let variables = site.plan::<Node>().unwrap().unwrap().variables;
        assert_eq!(variables.last().unwrap(), &("NIXPACKS_SPA_OUTPUT_DIR".to_owned(), "apps/web/dist".to_owned()));
    }

    #[test]
    fn several_packages_are_listed_with_the_variable_that_chooses() {
        let both = workspace("").file("apps/web/package.json", SITE).file("apps/api/package.json", API);
        assert_eq!(commands(&both), pair("", ""));
        let warning = &both.warnings()[0];
        for text in ["api (apps/api)", "@acme/web (apps/web)", "NIXPACKS_NODE_WORKSPACE"] {
            assert!(warning.contains(text), "{warning}");
        }
        let chosen = both.variable("NIXPACKS_NODE_WORKSPACE", "web");
        assert_eq!(commands(&chosen).1, START);
    }

    #[test]
    fn a_root_that_starts_its_own_program_is_the_app() {
        let app = workspace(r#""start": "node index.js""#).file("apps/api/package.json", API);
        assert_eq!(commands(&app), pair("", "npm run start"));
        let app = workspace(r#""start": "npm --workspace api start""#).file("apps/api/package.json", API);
        assert_eq!(commands(&app), pair("", "npm run start"));
        let app = workspace(r#""start": "turbo run dev""#).file("apps/api/package.json", API);
        assert_eq!(commands(&app).1, "npm --workspace api run start");
    }
}
