//! Turborepo: `turbo.json` and the app that a variable may name.

use super::{Commands, workspaces};
use crate::app::NodeApp;
use crate::manager::Manager;
use crate::package_json::PackageJson;
use plugpacks_sdk::Result;
use serde::Deserialize;
use serde_json::Value;
use std::collections::BTreeMap;
use std::path::Path;

/// `turbo.json`: the tasks, under the name they have since version 2 or the one before.
#[derive(Deserialize)]
struct Turbo {
    #[serde(default)]
    pipeline: BTreeMap<String, Value>,
    #[serde(default)]
    tasks: BTreeMap<String, Value>,
}

impl Turbo {
    fn read(app: &NodeApp) -> Option<Self> {
        app.rules.turbo_files.iter().find_map(|path| app.json(path))
    }

    fn has_task(&self, name: &str) -> bool {
        self.pipeline.contains_key(name) || self.tasks.contains_key(name)
    }
}

/// Nixpacks 1.41: builds everything where `turbo.json` has the task; the app that is named starts.
pub(crate) fn nixpacks(app: &NodeApp) -> Result<Commands> {
    let Some(turbo) = Turbo::read(app) else { return Ok(Commands::default()) };
    let wanted = app.setting("TURBO_APP_NAME");
    let build = match &wanted {
        _ if turbo.has_task("build") => Some("npx turbo run build".to_owned()),
        Some(wanted) => Some(format!("{} turbo run {wanted}:build", app.manager.download_and_run())),
        None => None,
    };
    Ok(Commands { build, start: nixpacks_start(app, &turbo, wanted.as_deref()) })
}

/// A workspace that cannot be made out leaves the start open, whatever tasks there are.
fn nixpacks_start(app: &NodeApp, turbo: &Turbo, wanted: Option<&str>) -> Option<String> {
    if let Some(wanted) = wanted {
        let globs = workspaces::globs(app, PackageJson::workspace_list)?;
        let directories = workspaces::directories(app, &globs).ok()?;
        if directories.iter().any(|directory| Path::new(directory).ends_with(wanted)) {
            return Some(match app.manager {
                Manager::Bun => format!("bun --workspace {wanted} run start"),
                manager => manager.run_in_package(wanted, "start"),
            });
        }
        app.context.diagnostics.warn(format!("Turborepo app `{wanted}` not found"));
    }
    turbo.has_task("start").then(|| "npx turbo run start".to_owned())
}

/// Builds the app that is named with what it depends on, and starts it; without a name everything.
pub(crate) fn named_app(app: &NodeApp) -> Result<Commands> {
    let Some(turbo) = Turbo::read(app) else { return Ok(Commands::default()) };
    let run = format!("{} turbo run", app.manager.run_installed());
    let task = |name: &str| turbo.has_task(name).then(|| format!("{run} {name}"));
    if let Some(wanted) = app.setting("TURBO_APP_NAME") {
        if let Some(member) = workspaces::find(&workspaces::members(app), &wanted) {
            let name = member.package.name.as_deref().unwrap_or(&wanted);
            let script = |script: &str| member.package.script(script).map(|_| app.manager.run_in_package(name, script));
            app.context.diagnostics.because("app", format!("{name} because of NIXPACKS_TURBO_APP_NAME"));
            let build = task("build").map(|command| format!("{command} --filter={name}"));
            return Ok(Commands {
                build: build.or_else(|| script("build")),
                start: script("start").or_else(|| task("start")),
            });
        }
        app.context.diagnostics.warn(format!("Turborepo app `{wanted}` not found"));
    }
    Ok(Commands { build: task("build"), start: task("start") })
}

#[cfg(test)]
mod tests {
    use super::*;
    use plugpacks_sdk::Edition;
    use plugpacks_sdk::testing::FakeApp;

    const TASKS: &str = r#"{"tasks": {"build": {}, "start": {}}}"#;

    fn app(edition: Edition) -> FakeApp {
        FakeApp::new()
            .edition(edition)
            .file("package.json", r#"{"workspaces": ["apps/*"]}"#)
            .file("apps/web/package.json", r#"{"name": "@acme/web", "scripts": {"build": "b", "start": "s"}}"#)
    }

    #[track_caller]
    fn assert_commands(app: &FakeApp, build: Option<&str>, start: Option<&str>) {
        let commands = app.with(|context| {
            let app = NodeApp::read(context).unwrap();
            (app.rules.turborepo)(&app).unwrap()
        });
        assert_eq!((commands.build.as_deref(), commands.start.as_deref()), (build, start));
    }

    #[test]
    fn nixpacks_runs_tasks_that_turbo_json_has() {
        let app = app(Edition::NIXPACKS);
        assert_commands(&app, None, None);
        let app = app.file("turbo.json", TASKS);
        assert_commands(&app, Some("npx turbo run build"), Some("npx turbo run start"));
        for broken in ["{", "// c\n{}", "null", r#"{"pipeline": null, "tasks": {"build": {}}}"#, r#"{"tasks": 3}"#] {
            let app = app_with(broken);
            assert_commands(&app, None, None);
        }
    }

    fn app_with(turbo: &str) -> FakeApp {
        app(Edition::NIXPACKS).file("turbo.json", turbo).variable("NIXPACKS_TURBO_APP_NAME", "web")
    }

    #[test]
    fn nixpacks_starts_the_app_in_the_folder_that_is_named() {
        assert_commands(&app_with("{}"), Some("npx turbo run web:build"), Some("npm --workspace web run start"));
        let bun = app_with("{}").file("bun.lock", "");
        assert_commands(&bun, Some("npx turbo run web:build"), Some("bun --workspace web run start"));
        let missing = app_with(TASKS).variable("NIXPACKS_TURBO_APP_NAME", "eb");
        assert_commands(&missing, Some("npx turbo run build"), Some("npx turbo run start"));
        assert_eq!(missing.warnings(), ["Turborepo app `eb` not found"]);
    }

    #[test]
    fn nixpacks_gives_up_on_a_workspace_it_cannot_read() {
        let pnpm = app_with(TASKS).file("pnpm-lock.yaml", "");
        assert_commands(&pnpm, Some("npx turbo run build"), None);
        let pnpm = pnpm.file("pnpm-workspace.yaml", "packages:\n  - apps/*\n");
        assert_commands(&pnpm, Some("npx turbo run build"), Some("pnpm --filter web run start"));
        let bad_glob = app_with(TASKS).file("package.json", r#"{"workspaces": ["a{b", "apps/*"]}"#);
        assert_commands(&bad_glob, Some("npx turbo run build"), None);
    }

    #[test]
    fn one_app_is_built_by_a_filter_on_its_package() {
        for name in ["web", "@acme/web", "apps/web"] {
            let app = app(Edition::E2026_11).file("turbo.json", TASKS).variable("NIXPACKS_TURBO_APP_NAME", name);
            assert_commands(
                &app,
                Some("npx turbo run build --filter=@acme/web"),
                Some("npm --workspace @acme/web run start"),
            );
        }
    }

    #[test]
    fn every_manager_runs_turbo_in_its_own_way() {
        let app = app(Edition::E2026_11)
            .file("turbo.jsonc", "{// c\n\"tasks\": {\"build\": {}},}")
            .variable("NIXPACKS_TURBO_APP_NAME", "web")
            .file("package.json", r#"{"workspaces": {"packages": ["./apps/*/"]}}"#);
        assert_commands(
            &app.file("bun.lock", ""),
            Some("bunx turbo run build --filter=@acme/web"),
            Some("bun run --filter @acme/web start"),
        );
    }

    #[test]
    fn an_app_without_a_build_task_is_built_by_its_script() {
        let app = app(Edition::E2026_11)
            .file("turbo.json", "{}")
            .file("pnpm-lock.yaml", "")
            .file("pnpm-workspace.yaml", "packages: [apps/*]")
            .variable("NIXPACKS_TURBO_APP_NAME", "web");
        assert_commands(&app, Some("pnpm --filter @acme/web run build"), Some("pnpm --filter @acme/web run start"));
    }

    #[test]
    fn globs_that_cannot_be_read_are_warned_about() {
        let app = app(Edition::E2026_11)
            .file("turbo.json", TASKS)
            .file("package.json", r#"{"workspaces": ["apps/["]}"#)
            .variable("NIXPACKS_TURBO_APP_NAME", "web");
        let web = Some("npx turbo run build --filter=@acme/web");
        assert_commands(&app, web, Some("npm --workspace @acme/web run start"));
        assert!(app.warnings()[0].starts_with("The globs of the workspace are ignored: "), "{:?}", app.warnings());
    }

    #[test]
    fn an_unknown_app_is_warned_about() {
        let app = app(Edition::E2026_11).file("turbo.json", TASKS).variable("NIXPACKS_TURBO_APP_NAME", "api");
        assert_commands(&app, Some("npx turbo run build"), Some("npx turbo run start"));
        assert_eq!(app.warnings(), ["Turborepo app `api` not found"]);
    }
}
