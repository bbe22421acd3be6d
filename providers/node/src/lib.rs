//! The provider `node`: Node.js and Bun apps with npm, pnpm, Yarn or Bun.

mod app;
mod assets;
mod beside;
mod caches;
mod caddy;
mod folders;
mod front_end;
mod install_files;
mod json5;
mod lockfile;
mod manager;
mod manager_releases;
mod manager_version;
mod monorepo;
mod needs;
mod node_version;
mod npm_program;
mod outputs;
mod own_server;
mod package_json;
mod phases;
mod range;
mod rules;
mod running;
mod scripts;
mod servers;
mod serving;
mod site_tools;
mod sites;
mod spa;
mod start;
mod start_script;
mod tooling;
mod typescript;
mod unsupported;
mod versions;
mod wishes;

use app::NodeApp;
use plugpacks_sdk::{Context, Description, Edition, Marker, PartialPlan, Provider, Result};
use rules::RULES;
use running::Running;
use serving::Serving;

/// What to do about commands that fail, by what they print.
const REMEDIES: [(&str, &str); 4] = [
    ("can only install packages when your package.json", "Run `npm install` and commit the lockfile"),
    ("ERR_PNPM_OUTDATED_LOCKFILE", "Run `pnpm install` and commit the lockfile"),
    ("lockfile needs to be updated", "Bring the lockfile up to date and commit it"),
    ("heap out of memory", "Give Node.js more memory: `--env NODE_OPTIONS=--max-old-space-size=4096`"),
];

/// Node.js and Bun apps.
pub struct Node;

impl Provider for Node {
    fn describe(edition: Edition) -> Description {
        let variables = [
            (
                "NIXPACKS_NODE_VERSION",
                "The version of Node.js: a number, a range as in npm, or a name such as lts/jod.",
            ),
            ("NIXPACKS_NPM_VERSION", "The version of npm, where the app uses it."),
            ("NIXPACKS_PNPM_VERSION", "The version of pnpm, where the app uses it."),
            ("NIXPACKS_YARN_VERSION", "The version of Yarn, where the app uses it."),
            ("NIXPACKS_BUN_VERSION", "The version of Bun, where the app uses it."),
            ("NIXPACKS_NODE_WORKSPACE", "The package of the workspace to build and start: its name or folder."),
            ("NIXPACKS_NX_APP_NAME", "The Nx project to build and start."),
            ("NIXPACKS_TURBO_APP_NAME", "The Turborepo app to start, and since edition 2026.11 to build."),
            ("NIXPACKS_MOON_APP_NAME", "The moon project to build and start."),
            ("NIXPACKS_MOON_BUILD_TASK", "The moon task that builds; build by default."),
            ("NIXPACKS_MOON_START_TASK", "The moon task that starts; start by default."),
            ("NIXPACKS_SPA_OUT_DIR", "The directory of the built single page app; Caddy then serves it."),
            ("NIXPACKS_SPA_CADDY", "false or 0: Caddy does not serve the single page app."),
        ];
        let summary = "Node.js and Bun apps: npm, pnpm, Yarn, Nx, Turborepo, moon, single page apps";
        Description::new("node", env!("CARGO_PKG_VERSION"), summary)
            .generated(["node_modules", "bower_components", ".next", ".nuxt", ".output", ".turbo", ".cache"])
            .build_variables(["NPM_CONFIG_*"])
            .certificate_variables(["NODE_EXTRA_CA_CERTS"])
            .references(["*.node"])
            .installs_elsewhere(["install -g", "playwright install"])
            .remedies(REMEDIES)
            .markers(RULES.of(edition).manifests.iter().map(|path| Marker::file(path)))
            .variables(variables)
    }

    fn detect(context: &Context) -> Result<bool> {
        let rules = RULES.at(context);
        Ok(app::manifest_path(context, rules)?.is_some() && (rules.is_ours)(context)?)
    }

    fn plan(context: &Context) -> Result<Option<PartialPlan>> {
        if let Some(plan) = (RULES.at(context).assets)(context)? {
            return Ok(Some(plan));
        }
        let app = NodeApp::read(context)?;
        let runtime = (app.rules.runtime)(&app)?;
        let tooling = (app.rules.tooling)(&app, &runtime)?;
        let needs = (app.rules.needs)(&app);
        let Serving { build, start, files, programs, paths } = (app.rules.serving)(&app)?;
        let programs: Vec<_> = runtime.exact.iter().chain(tooling.programs()).chain(&programs).collect();

        let plan = PartialPlan::new()
            .variables(phases::VARIABLES)
            .variables(tooling.variables.iter().copied())
            .variables(needs.variables.iter().copied())
            .variables((app.rules.addresses)(&app)?)
            .phase(phases::setup(&runtime, &tooling, &needs))
            .phase(phases::install(&app, &programs, &tooling)?.paths(paths))
            .phase(phases::build(&app, build)?)
            .start((app.rules.start)(&Running {
                command: start,
                runtime: &runtime,
                tooling: &tooling,
                needs: &needs,
                programs: &programs,
                files: files.as_ref(),
            }));
        Ok(Some(match files {
            Some(files) => app.rules.caddy.add_to(plan, &files),
            None => plan,
        }))
    }
}

plugpacks_sdk::export_provider!(Node);

#[cfg(test)]
mod tests;
