//! Building and starting.

use crate::assets::Assets;
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

/// Where Phoenix reads what the container is given.
const RUN_TIME: &str = "config/runtime.exs";

/// Says which secret the app stops without, unless it is given.
///
/// # Errors
/// The configuration cannot be searched.
pub(crate) fn warn_of_secrets(context: &Context) -> Result<()> {
    for name in ["SECRET_KEY_BASE", "DATABASE_URL"] {
        let asks = context.app.has_file(RUN_TIME)? && context.app.search(RUN_TIME, &format!("\"{name}\""))?.is_some();
        if asks && context.environment.get(name).is_none() {
            context.diagnostics.warn(format!("{RUN_TIME} asks for {name}: set it when the container runs"));
        }
    }
    Ok(())
}

/// Starts what serves the app.
pub(crate) fn start(context: &Context, mix: &Mix) -> Result<&'static str> {
    let (command, reason) = if mix.uses_phoenix(context)? {
        (PHOENIX, "the app depends on Phoenix")
    } else {
        (PLAIN, "the app does not depend on Phoenix")
    };
    context.diagnostics.because("start command", format!("{command}: {reason}"));
    if command == PLAIN && !mix.starts_something(context)? {
        context.diagnostics.warn(
            "mix.exs names no module to start (`mod: {MODULE, []}` in application/0), so that `mix run --no-halt` runs \
             nothing: name one, or say in [start] of nixpacks.toml what to run",
        );
    }
    warn_of_secrets(context)?;
    Ok(command)
}

/// What is run to build the app.
pub(crate) fn commands(assets: &Assets, database: Option<&'static str>) -> Vec<String> {
    let compile = ["mix compile".to_owned()];
    let database = database.map(str::to_owned);
    assets.install.iter().cloned().chain(compile).chain(assets.build.iter().cloned()).chain(database).collect()
}
