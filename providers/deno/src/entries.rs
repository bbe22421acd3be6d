//! Apps by what Deno itself reads: configuration, lock file, entry points.

use crate::versions::{RELEASES, SOURCES};
use crate::{CONFIGURATIONS, Decisions, INDEXES};
use plugpacks_sdk::{Context, Description, Marker, Result, Start, manifests, shell};
use serde::Deserialize;
use serde::de::IgnoredAny;

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

#[derive(Debug, Default, Deserialize)]
struct Configuration {
    #[serde(default)]
    tasks: Tasks,
}

#[derive(Debug, Default, Deserialize)]
struct Tasks {
    /// A command, or one with a description and dependencies.
    start: Option<IgnoredAny>,
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
    let has_task = has_task(context)?;
    let entry = entry(context)?;
    let because = |reason: String| context.diagnostics.because("start", reason);
    match &entry {
        _ if has_task => because("the task `start`".to_owned()),
        Some(entry) => because(format!("{entry} is the first entry point there is")),
        None => {
            context
                .diagnostics
                .warn("Nothing says what to start: add a task `start` to deno.json, or a script main.ts");
        }
    }
    Ok(Decisions {
        archive: Some(release.archive),
        entry: entry.map(|entry| shell::quoted(&entry)),
        task: has_task.then(|| "deno task start".to_owned()),
        start: Some(Start::new().packages(["deno"]).only_include_files(["/app/".to_owned(), directory(context)])),
        variables: &[("DENO_DIR", DIRECTORY)],
    })
}

/// Where Deno keeps what it downloads: its own place is the home directory, and the app runs as another
/// user than the build.
const DIRECTORY: &str = "/opt/deno";

/// The same, unless the user chooses another place.
fn directory(context: &Context) -> String {
    let chosen = context.environment.get("DENO_DIR").filter(|directory| directory.starts_with('/'));
    chosen.unwrap_or_else(|| DIRECTORY.to_owned())
}

/// Whether there is a task `start`. Deno runs it rather than the shell: it may depend on other tasks, and
/// use programs of npm packages.
fn has_task(context: &Context) -> Result<bool> {
    let Some(path) = context.app.first_file(&CONFIGURATIONS)? else { return Ok(false) };
    let configuration: Configuration = context.app.read_jsonc(path)?;
    Ok(configuration.tasks.start.is_some())
}

/// The script that the app begins with.
fn entry(context: &Context) -> Result<Option<String>> {
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
                assert_eq!(start(&FakeApp::new().file(path, text)).as_deref(), Some("deno task start"), "{text}");
            }
        }
        let error = FakeApp::new().file("deno.json", "{").plan::<Deno>().unwrap_err();
        assert_eq!(error.message(), "Error reading deno.json as JSONC");
    }

    #[test]
    fn the_entry_point_is_at_a_usual_place_or_an_index() {
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
        assert_eq!(archive(&app).as_deref(), Some(plugpacks_sdk::release::NIXPKGS_26_05));
        let app = app.file(".dvmrc", "1.40.2\n");
        assert_eq!(archive(&app).as_deref(), Some("5148520bfab61f99fd25fb9ff7bfbb50dad3c9db"));
        assert_eq!(app.warnings().len(), 1);
        let error = app.variable("NIXPACKS_DENO_VERSION", "3").plan::<Deno>().unwrap_err();
        assert_eq!(error.message(), "Deno \"3\", asked for by NIXPACKS_DENO_VERSION, is not available");
    }
}
