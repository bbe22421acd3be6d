//! The provider `node`: Node.js and Bun apps with npm, pnpm, Yarn or Bun.

mod app;
mod caches;
mod install_files;
mod lockfile;
mod manager;
mod monorepo;
mod needs;
mod node_version;
mod package_json;
mod phases;
mod range;
mod rules;
mod running;
mod spa;
mod start;
mod tooling;
mod typescript;
mod versions;

use app::NodeApp;
use plugpacks_sdk::{Context, Description, Edition, Marker, PartialPlan, Provider, Result};
use running::Running;
use spa::Spa;

/// Node.js and Bun apps.
pub struct Node;

impl Provider for Node {
    fn describe(_: Edition) -> Description {
        let variables = [
            (
                "NIXPACKS_NODE_VERSION",
                "The version of Node.js: a number, a range as in npm, or a name such as lts/jod.",
            ),
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
            .marker(Marker::file("package.json"))
            .variables(variables)
    }

    fn detect(context: &Context) -> Result<bool> {
        context.app.has_file("package.json")
    }

    fn plan(context: &Context) -> Result<Option<PartialPlan>> {
        let app = NodeApp::read(context)?;
        let runtime = (app.rules.runtime)(&app)?;
        let tooling = (app.rules.tooling)(&app, &runtime)?;
        let needs = (app.rules.needs)(&app);
        let spa = Spa::find(&app)?;
        let commands = phases::commands(&app, spa.as_ref())?;

        let plan = PartialPlan::new()
            .variables([("CI", "true"), ("NODE_ENV", "production"), ("NPM_CONFIG_PRODUCTION", "false")])
            .variables(tooling.variables.iter().copied())
            .variables(needs.variables.iter().copied())
            .phase(phases::setup(&runtime, &tooling, &needs))
            .phase(phases::install(&app, &tooling)?)
            .phase(phases::build(&app, commands.build)?)
            .start((app.rules.start)(&Running {
                command: commands.start,
                runtime: &runtime,
                tooling: &tooling,
                needs: &needs,
                spa: spa.as_ref(),
            }));
        Ok(Some(match spa {
            Some(spa) => spa.add_to(plan),
            None => plan,
        }))
    }
}

plugpacks_sdk::export_provider!(Node);

#[cfg(test)]
mod tests;
