//! Apps by what Deno itself reads: configuration, lock file, entry points.

use crate::tasks::Tasks;
use crate::versions::{RELEASES, SOURCES};
use crate::{CONFIGURATIONS, Decisions, INDEXES};
use plugpacks_provider_support::file_server::{Fallback, FileServer};
use plugpacks_provider_support::manifests;
use plugpacks_sdk::{Context, Description, Marker, Needs, Result, Start, shell};
use serde::Deserialize;
use serde_json::{Map, Value};

/// What Deno has resolved.
const LOCK_FILE: &str = "deno.lock";

/// Scripts that serve as an app's entry point and in which an import may show that it is Deno's.
const TYPED_ENTRIES: [&str; 9] =
    ["index.ts", "index.tsx", "main.ts", "main.tsx", "mod.ts", "server.ts", "app.ts", "src/index.ts", "src/main.ts"];

/// Further entry points. Too many apps of Node.js have one for it to be a marker.
const OTHER_ENTRIES: [&str; 6] = ["index.js", "index.jsx", "main.js", "src/index.tsx", "src/index.js", "src/index.jsx"];

/// Where imports come from that Nixpacks 1.41 knows.
const DENO_LAND: &str = r"https://deno\.land/";

/// Where else imports come from that only Deno follows.
const REGISTRIES: &str = r"jsr:|npm:|https://(?:jsr\.io|esm\.sh)/";

/// The release of Deno that made `deno install` fetch what the configuration names.
const FIRST_INSTALLING: &str = "2";

/// What an app that serves requests is told of its address: Deno obeys this before what the app says.
const ADDRESS: &str = "DENO_SERVE_ADDRESS=tcp:0.0.0.0:${PORT:-8000}";

#[derive(Debug, Default, Deserialize)]
struct Configuration {
    #[serde(default)]
    tasks: Tasks,
    #[serde(default)]
    imports: Map<String, Value>,
    /// The folders of packages that are configured together.
    #[serde(default)]
    workspace: Value,
}

impl Configuration {
    fn read(context: &Context) -> Result<Self> {
        match context.app.first_file(&CONFIGURATIONS)? {
            Some(path) => context.app.read_jsonc(path),
            None => Ok(Self::default()),
        }
    }
}

/// Adds what only this edition looks at. All of it stands at fixed places, so that no tree is searched.
pub(crate) fn describe(description: Description) -> Description {
    description
        .marker(Marker::file(LOCK_FILE))
        .markers(TYPED_ENTRIES.map(Marker::file))
        .variable("NIXPACKS_DENO_VERSION", "The version of Deno: 2 or 1.")
        .variable("DENO_DIR", "Where Deno keeps what it downloads; /opt/deno by default.")
}

pub(crate) fn detect(context: &Context) -> Result<bool> {
    if context.app.first_file(&CONFIGURATIONS)?.is_some() {
        return Ok(true);
    }
    if context.app.has_file("package.json")? {
        return Ok(false);
    }
    if has_import(context, DENO_LAND)? {
        return Ok(true);
    }
    // Beside another manifest nothing that Nixpacks 1.41 does not know makes the app Deno's.
    Ok(!manifests::has_later(context, "deno")?
        && (context.app.has_file(LOCK_FILE)? || has_import(context, REGISTRIES)?))
}

/// Whether an entry point has an import or an export from such a place.
fn has_import(context: &Context, places: &str) -> Result<bool> {
    let statement = format!(r#"(?m)^\s*(?:import|export)\s*(?:[\w$*{{}},\s]+from\s*)?["'](?:{places})"#);
    for entry in TYPED_ENTRIES {
        if context.app.has_file(entry)? && context.app.search(entry, &statement)?.is_some() {
            return Ok(true);
        }
    }
    Ok(false)
}

pub(crate) fn decide(context: &Context) -> Result<Decisions> {
    let release = RELEASES.at(context).choose(context, &SOURCES, None)?;
    let configuration = Configuration::read(context)?;
    let task = task(context, &configuration.tasks);
    let entry = entry(context, &configuration.tasks, task)?;
    let command = match (task, &entry) {
        (Some(task), _) => Some(format!("deno task {task}")),
        (None, Some(entry)) => Some(run(context, entry)?),
        (None, None) => of_member(context, &configuration)?,
    };
    let files = configuration.is_lume().then(|| FileServer::new(LUME_SITE, Fallback::NotFoundPage));
    if command.is_none() && files.is_none() {
        let advice = "add a task `start` to deno.json, or a script main.ts";
        context.diagnostics.warn(format!("Nothing says what to start: {advice}"));
    }
    let installs = release.version == FIRST_INSTALLING
        && (!configuration.imports.is_empty()
            || !configuration.members().is_empty()
            || context.app.has_file("package.json")?);
    let install = installs.then(|| "deno install".to_owned());
    let cache = entry.map(|entry| format!("deno cache {}", shell::quoted(&entry)));
    let build = configuration.tasks.to_build().map(|task| format!("deno task {task}"));
    let start = match command {
        Some(command) => Start::command(format!("{ADDRESS} {command}")),
        None => Start::new(),
    };
    Ok(Decisions {
        archive: Some(release.archive),
        build: install.into_iter().chain(cache).chain(build).collect(),
        start: Some(start.needs(Needs::packages(["deno"])).image_files([directory(context)])),
        files,
        variables: &[("DENO_DIR", DIRECTORY)],
    })
}

/// Where Lume makes a site.
const LUME_SITE: &str = "_site";

impl Configuration {
    /// Whether the task `build` makes a site with Lume: then its tasks that serve are for development.
    fn is_lume(&self) -> bool {
        self.imports.contains_key("lume/") && self.tasks.to_build().is_some()
    }

    /// The folders of the members of a workspace.
    fn members(&self) -> Vec<&str> {
        let members = self.workspace.as_array().or_else(|| self.workspace.get("members")?.as_array());
        let paths = members.into_iter().flatten().filter_map(Value::as_str);
        paths.map(|path| path.trim_start_matches("./").trim_end_matches('/')).collect()
    }
}

/// The task of the only member of a workspace that has one which serves.
fn of_member(context: &Context, configuration: &Configuration) -> Result<Option<String>> {
    let mut commands = Vec::new();
    for member in configuration.members() {
        let files = CONFIGURATIONS.map(|name| format!("{member}/{name}"));
        let Some(file) = context.app.first_file(&files.each_ref().map(String::as_str))? else { continue };
        let Configuration { tasks, .. } = context.app.read_jsonc(file)?;
        commands.extend(tasks.to_start().map(|task| (file.to_owned(), format!("deno task --cwd {member} {task}"))));
    }
    if let [(file, command)] = commands.as_slice() {
        context.diagnostics.because("start", format!("{file} is the only one with a task that serves"));
        return Ok(Some(command.clone()));
    }
    Ok(None)
}

/// The task that is started. Deno runs it rather than the shell: it may depend on other tasks, and use
/// programs of npm packages.
fn task(context: &Context, tasks: &Tasks) -> Option<&'static str> {
    let task = tasks.to_start();
    if let Some(development) = tasks.development_start() {
        let instead = task.map_or_else(|| "the entry point".to_owned(), |task| format!("the task `{task}`"));
        context.diagnostics.warn(format!(
            "The task `{development}` is for development, as it watches the files or runs a development server: \
             {instead} is started"
        ));
    }
    if let Some(task) = task {
        context.diagnostics.because("start", format!("the task `{task}`"));
    }
    task
}

/// Runs a script, or serves what it exports.
fn run(context: &Context, entry: &str) -> Result<String> {
    let exports_a_handler = context.app.search(entry, r"(?m)^export\s+default\b")?.is_some()
        && context.app.search(entry, r"\bfetch\b")?.is_some()
        && context.app.search(entry, r"\bDeno\.serve\s*\(")?.is_none();
    let (command, reason) = if exports_a_handler {
        ("deno serve --allow-all --host 0.0.0.0 --port ${PORT:-8000}", "exports what answers requests")
    } else {
        ("deno run --allow-all", "is the first entry point there is")
    };
    context.diagnostics.because("start", format!("{entry} {reason}"));
    Ok(format!("{command} {}", shell::quoted(entry)))
}

/// Where Deno keeps what it downloads: its own place is the home directory, and the app runs as another
/// user than the build.
const DIRECTORY: &str = "/opt/deno";

/// The same, unless the user chooses another place.
fn directory(context: &Context) -> String {
    let chosen = context.environment.get("DENO_DIR").filter(|directory| directory.starts_with('/'));
    chosen.unwrap_or_else(|| DIRECTORY.to_owned())
}

/// The script that the app begins with: that of the task that is started, or one at a usual place. One
/// that the build makes first is none.
fn entry(context: &Context, tasks: &Tasks, task: Option<&str>) -> Result<Option<String>> {
    for name in task.into_iter().chain(["dev"]) {
        if let Some(script) = tasks.script(name)
            && context.app.has_file(script)?
        {
            return Ok(Some(script.to_owned()));
        }
    }
    for entries in [&TYPED_ENTRIES[..], &OTHER_ENTRIES] {
        if let Some(entry) = context.app.first_file(entries)? {
            return Ok(Some(entry.to_owned()));
        }
    }
    Ok(context.app.find_files(INDEXES)?.into_iter().next())
}

#[cfg(test)]
mod tests {
    use crate::Deno;
    use plugpacks_provider_support::javascript::elements;
    use plugpacks_sdk::testing::FakeApp;

    fn start(app: &FakeApp) -> Option<String> {
        app.plan::<Deno>().unwrap().unwrap().start.and_then(|start| start.command)
    }

    fn archive(app: &FakeApp) -> Option<String> {
        app.plan::<Deno>().unwrap().unwrap().phases.remove(0).nixpkgs_archive
    }

    #[test]
    fn deno_says_so_at_fixed_places() {
        for path in ["deno.json", "deno.jsonc", "deno.lock"] {
            assert!(FakeApp::new().file(path, "").detect::<Deno>().unwrap(), "{path}");
        }
        for (script, expected) in [
            ("import { serve } from \"https://deno.land/std/http/server.ts\";", true),
            ("import {\n  serve,\n} from 'https://deno.land/std/http/server.ts'", true),
            ("import { Hono } from \"jsr:@hono/hono\";", true),
            ("export * from \"npm:express@4\";", true),
            ("import express from \"express\";", false),
            ("const text = \"jsr:x\";", false),
            ("import a from \"a\"\nconst b = \"npm:b\"", false),
        ] {
            assert_eq!(FakeApp::new().file("src/main.ts", script).detect::<Deno>().unwrap(), expected, "{script}");
            assert!(!FakeApp::new().file("functions/hello.ts", script).detect::<Deno>().unwrap());
        }
    }

    #[test]
    fn the_only_member_of_a_workspace_that_serves_is_started() {
        let app = || {
            FakeApp::new()
                .file("deno.json", r#"{"workspace": ["./api", "./lib"]}"#)
                .file("api/deno.json", r#"{"tasks": {"start": "deno run -A main.ts"}}"#)
                .file("lib/deno.json", "{}")
        };
        assert!(start(&app()).unwrap().ends_with(" deno task --cwd api start"));
        let both = app().file("lib/deno.json", r#"{"tasks": {"start": "deno run -A main.ts"}}"#);
        assert_eq!(start(&both), None);
        assert_eq!(both.warnings().len(), 1);
    }

    #[test]
    fn a_site_of_lume_is_served_as_files() {
        let configuration = r#"{"tasks": {"lume": "deno run -A lume.ts", "build": "deno task lume", "serve": "deno task lume -s"},
                                "imports": {"lume/": "https://deno.land/x/lume@v2.4.0/"}}"#;
        let app = FakeApp::new().file("deno.json", configuration);
        assert!(start(&app).unwrap().starts_with("exec caddy run "));
    }

    #[test]
    fn another_languages_manifest_wins_unless_there_is_a_configuration() {
        let app = |manifest, place| {
            let script = format!("import a from \"{place}\";\n");
            FakeApp::new().file(manifest, "").file("deno.lock", "").file("main.ts", script)
        };
        for manifest in ["package.json", "pyproject.toml"] {
            assert!(!app(manifest, "jsr:@std/http").detect::<Deno>().unwrap());
            assert!(app(manifest, "jsr:@std/http").file("deno.json", "").detect::<Deno>().unwrap());
        }
        assert!(!app("package.json", "https://deno.land/x/a.ts").detect::<Deno>().unwrap());
        assert!(app("pyproject.toml", "https://deno.land/x/a.ts").detect::<Deno>().unwrap());
    }

    #[test]
    fn a_script_that_is_not_text_is_passed_over() {
        assert!(!FakeApp::new().file("index.ts", [0xe9]).detect::<Deno>().unwrap());
    }

    #[test]
    fn tasks_are_read_as_deno_reads_them() {
        for text in [
            "{ // all\n \"imports\": { \"std/\": \"https://deno.land/std/\" }, \"tasks\": { \"start\": \"x\", }, }",
            "{ \"tasks\": { \"start\": { \"command\": \"deno run a.ts\", \"dependencies\": [\"build\"] } } }",
        ] {
            for path in ["deno.json", "deno.jsonc"] {
                let command = start(&FakeApp::new().file(path, text)).unwrap();
                assert_eq!(command, format!("{} deno task start", super::ADDRESS), "{text}");
            }
        }
        let error = FakeApp::new().file("deno.json", "{").plan::<Deno>().unwrap_err();
        assert_eq!(error.message(), "Error reading deno.json as JSONC");
    }

    #[test]
    fn the_entry_point_is_at_a_usual_place_or_an_index() {
        let start = |app: &FakeApp| {
            let command = start(app)?;
            Some(command.strip_prefix(super::ADDRESS)?.trim_start().to_owned())
        };
        let app = FakeApp::new().file("routes/(app)/index.tsx", "");
        assert_eq!(start(&app).as_deref(), Some("deno run --allow-all 'routes/(app)/index.tsx'"));
        let app = app.file("src/main.ts", "");
        assert_eq!(start(&app).as_deref(), Some("deno run --allow-all src/main.ts"));
        let app = app.file("index.ts", "");
        assert_eq!(start(&app).as_deref(), Some("deno run --allow-all index.ts"));
        assert_eq!(app.warnings(), [""; 0]);
        let app = FakeApp::new().file("deno.json", "{}");
        assert_eq!(start(&app), None);
        assert_eq!(app.warnings().len(), 1);
    }

    #[test]
    fn the_version_can_be_asked_for() {
        let app = FakeApp::new().file("main.ts", "");
        assert_eq!(archive(&app).as_deref(), Some(plugpacks_provider_support::release::NIXPKGS_26_05));
        let app = app.file(".dvmrc", "1.40.2\n");
        assert_eq!(archive(&app).as_deref(), Some("5148520bfab61f99fd25fb9ff7bfbb50dad3c9db"));
        assert_eq!(app.warnings().len(), 1);
        let error = app.variable("NIXPACKS_DENO_VERSION", "3").plan::<Deno>().unwrap_err();
        assert_eq!(error.message(), "Deno \"3\", asked for by NIXPACKS_DENO_VERSION, is not available");
    }

    #[test]
    fn dependencies_are_fetched_and_the_task_build_is_run() {
        let build = |app: &FakeApp| {
            let plan = app.plan::<Deno>().unwrap().unwrap();
            plan.phases.into_iter().nth(1).map(|phase| elements(phase.commands.as_ref()).join("; "))
        };
        let app = FakeApp::new().file("server/main.ts", "").file(
            "deno.json",
            r#"{"tasks": {"build": "vite build", "start": "deno run -A server/main.ts"}, "imports": {"a": "npm:a"}}"#,
        );
        assert_eq!(build(&app).as_deref(), Some("deno install; deno cache server/main.ts; deno task build"));
        let app = app.variable("NIXPACKS_DENO_VERSION", "1");
        assert_eq!(build(&app).as_deref(), Some("deno cache server/main.ts; deno task build"));
        assert_eq!(build(&FakeApp::new().file("deno.json", "{}")), None);
    }

    #[test]
    fn what_answers_requests_is_served() {
        let serve = format!("{} deno serve --allow-all --host 0.0.0.0 --port ${{PORT:-8000}} main.ts", super::ADDRESS);
        let app = FakeApp::new().file("main.ts", "export default {\n  fetch(_: Request) {},\n};\n");
        assert_eq!(start(&app), Some(serve));
        let app =
            FakeApp::new().file("main.ts", "Deno.serve(() => new Response(await fetch(x)));\nexport default 1;\n");
        assert!(start(&app).unwrap().ends_with("deno run --allow-all main.ts"));
    }

    #[test]
    fn a_task_for_development_is_said() {
        let app =
            FakeApp::new().file("deno.json", r#"{"tasks": {"start": "deno run --watch main.ts"}}"#).file("main.ts", "");
        assert!(start(&app).unwrap().ends_with("deno run --allow-all main.ts"));
        assert_eq!(
            app.warnings(),
            ["The task `start` is for development, as it watches the files or runs a development server: \
              the entry point is started"]
        );
    }
}
