//! Building and starting.

use crate::mix::Mix;
use plugpacks_sdk::{Context, Result};

/// Starts a Phoenix app.
pub(crate) const PHOENIX: &str = "mix phx.server";

/// Starts an app and keeps it running.
const PLAIN: &str = "mix run --no-halt";

/// Creates, migrates and seeds the database.
pub(crate) const DATABASE_SETUP: &str = "mix ecto.setup";

/// Whether the app has the alias that sets up a database (Nixpacks 1.41: it mentions both words).
pub(crate) fn sets_up_database(mix: &Mix) -> bool {
    mix.mentions("postgrex") && mix.mentions("ecto")
}

/// Leaves the database alone, which is seldom there while an image is built.
pub(crate) fn without_database(context: &Context, mix: &Mix) -> Option<&'static str> {
    if sets_up_database(mix) {
        context.diagnostics.warn(format!(
            "`{DATABASE_SETUP}` is not run while the image is built, as it needs the database; migrate when the app \
             starts, such as with NIXPACKS_START_CMD=\"mix ecto.migrate && {PHOENIX}\""
        ));
    }
    None
}

/// Starts what serves the app.
pub(crate) fn start(context: &Context, mix: &Mix) -> Result<&'static str> {
    let (command, reason) = if mix.uses_phoenix(context)? {
        (PHOENIX, "the app depends on Phoenix")
    } else {
        (PLAIN, "the app does not depend on Phoenix")
    };
    context.diagnostics.because("start command", format!("{command}: {reason}"));
    Ok(command)
}

/// What is run to build the app.
pub(crate) fn commands(mix: &Mix, database: Option<&'static str>) -> Vec<&'static str> {
    let assets = mix.mentions("assets.deploy").then_some("mix assets.deploy");
    ["mix compile"].into_iter().chain(assets).chain(database).collect()
}
