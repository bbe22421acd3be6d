//! Tools that build and start one app out of many.

pub(crate) mod members;
pub(crate) mod moon;
pub(crate) mod nx;
pub(crate) mod nx_inferred;
pub(crate) mod turborepo;
mod workspaces;

use crate::app::NodeApp;
use plugpacks_sdk::Result;

/// What a tool says about building and starting; what it leaves open is found elsewhere.
#[derive(Debug, Default, PartialEq, Eq)]
pub(crate) struct Commands {
    pub(crate) build: Option<String>,
    pub(crate) start: Option<String>,
}

/// The commands of the first tool that the app uses.
pub(crate) fn commands(app: &NodeApp) -> Result<Commands> {
    if let Some(commands) = moon::commands(app)? {
        app.context.diagnostics.because("build tool", "moon because NIXPACKS_MOON_APP_NAME names an app");
        return Ok(commands);
    }
    if let Some(commands) = (app.rules.nx)(app)? {
        app.context.diagnostics.because("build tool", "Nx because of nx.json");
        return Ok(commands);
    }
    (app.rules.turborepo)(app)
}
