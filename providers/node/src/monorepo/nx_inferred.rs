//! Nx projects whose targets plugins infer from configuration files: there is no `executor` to read.

use super::nx;
use super::workspaces::listed;
use crate::app::NodeApp;
use crate::caddy::{self, Files};
use crate::outputs;
use crate::scripts;
use crate::serving::Serving;
use crate::site_tools::{Calls, FirstArgument};
use plugpacks_sdk::Result;
use serde::Deserialize;

/// A start script that starts a server for development, as that of a workspace whose root is its only app.
const DEVELOPMENT: Calls = Calls { programs: &["nx"], first_argument: FirstArgument::Is(&["serve", "dev"]) };

/// A configuration file from which a plugin infers how a project is built.
struct Inferred {
    /// A glob of the file in the project's folder.
    configuration: &'static str,
    /// What a file must say besides; empty: nothing.
    pattern: &'static str,
    start: Start,
}

/// What an inferred build makes.
enum Start {
    /// A Next.js app, in the project's folder.
    Next,
    /// `main.js`, a program for Node.js.
    Program,
    /// Files for the browser.
    Files,
}

/// More special ones stand before those that they build on.
const INFERRED: &[Inferred] = &[
    Inferred { configuration: "next.config.*", pattern: "", start: Start::Next },
    Inferred { configuration: "{webpack,rspack}.config.*", pattern: r#"target\s*:\s*['"]node"#, start: Start::Program },
    Inferred { configuration: "vite.config.*", pattern: "", start: Start::Files },
    Inferred { configuration: "{webpack,rspack}.config.*", pattern: "", start: Start::Files },
];

/// How the app of an Nx workspace is built and started whose root starts nothing; `None` if there is none,
/// or several: these are said.
///
/// # Errors
/// A file of the app cannot be read.
pub(crate) fn serving(app: &NodeApp) -> Result<Option<Serving>> {
    if !app.directory().has_file("nx.json")? || starts_for_production(app) {
        return Ok(None);
    }
    let mut projects = Vec::new();
    for directory in app.directory().find_directories("apps/*")? {
        if let Some(inferred) = inferred(app, &directory)? {
            projects.push((directory, inferred));
        }
    }
    if projects.is_empty() {
        projects.extend(inferred(app, "")?.map(|inferred| (String::new(), inferred)));
    }
    if let Some(wanted) = app.setting("NX_APP_NAME") {
        projects.retain(|(directory, _)| folder_name(directory) == wanted || name_of(app, directory) == wanted);
    }
    match projects.as_slice() {
        [] => Ok(None),
        [(directory, inferred)] => of_project(app, directory, inferred).map(Some),
        several => {
            app.context.diagnostics.warn(format!(
                "This Nx workspace has several apps: {}. NIXPACKS_NX_APP_NAME chooses one",
                listed(several.iter().map(|(directory, _)| name_of(app, directory)))
            ));
            Ok(None)
        }
    }
}

/// Whether the root has a start script other than a server for development.
fn starts_for_production(app: &NodeApp) -> bool {
    let started = scripts::invocations(&app.package, "start");
    app.package.script("start").is_some() && !started.iter().any(|invocation| DEVELOPMENT.include(invocation))
}

/// `project.json` or `package.json`, which name a project.
#[derive(Deserialize)]
struct Named {
    name: Option<String>,
}

/// The project's name: that of `project.json`, else of `package.json`, else of the folder.
fn name_of(app: &NodeApp, directory: &str) -> String {
    let named = |file: &str| app.json::<Named>(&outputs::join(directory, file))?.name;
    named("project.json").or_else(|| named("package.json")).unwrap_or_else(|| folder_name(directory).to_owned())
}

fn folder_name(directory: &str) -> &str {
    directory.rsplit('/').next().unwrap_or(directory)
}

fn inferred(app: &NodeApp, directory: &str) -> Result<Option<&'static Inferred>> {
    for inferred in INFERRED {
        let files = outputs::join(directory, inferred.configuration);
        if app.directory().search(&files, inferred.pattern)?.is_some() {
            return Ok(Some(inferred));
        }
    }
    Ok(None)
}

fn of_project(app: &NodeApp, directory: &str, inferred: &Inferred) -> Result<Serving> {
    let name = name_of(app, directory);
    let reason = format!("{name}, whose targets Nx infers from {}", inferred.configuration);
    app.context.diagnostics.because("app", reason);
    let build = vec![format!("{} nx run {name}:build", app.manager.run_installed())];
    let (start, files) = match inferred.start {
        Start::Next if directory.is_empty() => ("next start".to_owned(), None),
        Start::Next => (format!("cd {directory} && next start"), None),
        Start::Program => {
            let command = format!("node {}/main.js", output(app, directory, inferred)?);
            (nx::program(app, command, Some(&outputs::join(directory, "src/main.ts"))), None)
        }
        Start::Files => (caddy::START.to_owned(), Some(Files::Served(output(app, directory, inferred)?))),
    };
    Ok(Serving { build, start: Some(start), files, ..Serving::default() })
}

/// The folder that a project's build writes to, else `dist/<project>`: `outDir: '../../dist/apps/web'` leads
/// out of the project's own folder, `outDir: './dist'` does not.
fn output(app: &NodeApp, directory: &str, inferred: &Inferred) -> Result<String> {
    let files = outputs::join(directory, inferred.configuration);
    let found = app.directory().search(&files, r#"(?:outDir\s*:\s*|path\s*:\s*join\(__dirname,\s*)['"`]([^'"`]+)"#)?;
    let Some(path) = found.and_then(|found| found.groups.get(1).cloned().flatten()) else {
        return Ok(outputs::join("dist", directory));
    };
    Ok(outputs::join(directory, &path))
}

#[cfg(test)]
mod tests {
    use crate::Node;
    use crate::caddy::START;
    use plugpacks_sdk::testing::FakeApp;

    fn start(app: &FakeApp) -> String {
        app.plan::<Node>().unwrap().unwrap().start.and_then(|start| start.command).unwrap_or_default()
    }

    fn workspace() -> FakeApp {
        FakeApp::new().file("package.json", r#"{"devDependencies": {"nx": "21"}}"#).file("nx.json", "{}")
    }

    #[test]
    fn the_configuration_says_what_the_build_makes() {
        let next = workspace().file("apps/web/next.config.js", "");
        assert_eq!(start(&next), "cd apps/web && next start");
        let api = workspace().file("apps/api/webpack.config.js", "new NxAppWebpackPlugin({ target: 'node' })");
        assert_eq!(start(&api), "node dist/apps/api/main.js");
        let api = api.file("apps/api/src/main.ts", "const host = process.env.HOST ?? 'localhost';");
        assert_eq!(start(&api), "HOST=${HOST:-0.0.0.0} node dist/apps/api/main.js");
        let site = workspace().file("apps/site/vite.config.ts", "build: { outDir: '../../dist/apps/site' }");
        let variables = site.plan::<Node>().unwrap().unwrap().variables;
        assert!(
            variables.contains(&("NIXPACKS_SPA_OUTPUT_DIR".to_owned(), "dist/apps/site".to_owned())),
            "{variables:?}"
        );
    }

    #[test]
    fn a_root_that_serves_itself_for_development_is_built_and_served() {
        let root = |configuration: &str, text: &str| {
            FakeApp::new()
                .file("package.json", r#"{"name": "@a/source", "scripts": {"start": "nx serve", "build": "nx build"}}"#)
                .file("nx.json", "{}")
                .file("project.json", r#"{"name": "shop"}"#)
                .file(configuration, text)
        };
        let site = root("vite.config.mts", "build: { outDir: './dist/shop' }").plan::<Node>().unwrap().unwrap();
        assert!(site.variables.contains(&("NIXPACKS_SPA_OUTPUT_DIR".to_owned(), "dist/shop".to_owned())));
        assert_eq!(site.start.unwrap().command.unwrap(), START);
        assert_eq!(
            start(&root("webpack.config.js", "target: 'node', path: join(__dirname, 'dist')")),
            "node dist/main.js"
        );
        assert_eq!(start(&root("next.config.js", "")), "next start");
    }

    #[test]
    fn a_project_is_called_as_its_manifest_says() {
        let app =
            workspace().file("apps/web/vite.config.ts", "").file("apps/web/package.json", r#"{"name": "@a/web"}"#);
        assert!(app.plan_text::<Node>().contains("nx run @a/web:build"));
    }

    #[test]
    fn several_apps_are_listed() {
        let both = workspace().file("apps/web/next.config.js", "").file("apps/site/vite.config.ts", "");
        assert_eq!(start(&both), "");
        assert_eq!(
            both.warnings(),
            ["This Nx workspace has several apps: site, web. NIXPACKS_NX_APP_NAME chooses one"]
        );
        assert_eq!(start(&both.variable("NIXPACKS_NX_APP_NAME", "site")), START);
    }
}
