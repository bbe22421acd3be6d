//! What differs between the editions.

use crate::assets::Assets;
use crate::mix::Mix;
use crate::{build, erlang, install_files, interpreter, native, running};
use plugpacks_provider_support::native::Native;
use plugpacks_provider_support::release::Release;
use plugpacks_sdk::{Context, Description, Edition, Result, Since, Start};

/// One edition's answers.
pub(crate) struct Rules {
    /// Adds what only this edition looks at.
    pub(crate) describe: fn(Description) -> Description,
    /// Whether an app without Elixir is ours, too.
    pub(crate) detects_erlang: fn(&Context) -> Result<bool>,
    /// Which Elixir the app gets.
    pub(crate) interpreter: fn(&Context, &Mix) -> Result<&'static Release>,
    /// How what the app serves to browsers is built.
    pub(crate) assets: fn(&Context, &Mix) -> Result<Assets>,
    /// What packages need of the system.
    pub(crate) needs: fn(&Context, &Mix) -> Result<Vec<&'static Native>>,
    /// How the database is prepared while the app is built.
    pub(crate) database: fn(&Context, &Mix) -> Option<&'static str>,
    /// How the app starts.
    pub(crate) start: fn(&Context, &Mix) -> Result<&'static str>,
    /// What is copied before the dependencies are installed; `None`: everything.
    pub(crate) install_files: fn(&Context, &Mix) -> Result<Option<Vec<&'static str>>>,
    /// What is built anew, whatever the app directory has of it.
    pub(crate) built: &'static [&'static str],
    /// What the running app needs, its start command among it.
    pub(crate) running: fn(&Context, &Mix, &'static str, &Release) -> Result<Start>,
    /// Variables besides those of every app.
    pub(crate) variables: &'static [(&'static str, &'static str)],
}

/// The rules of each edition.
pub(crate) static RULES: Since<Rules> = Since::new(NIXPACKS, &[(Edition::E2026_11, MENDED)]);

/// Nixpacks 1.41.
const NIXPACKS: Rules = Rules {
    describe: |description| description,
    detects_erlang: |_| Ok(false),
    interpreter: interpreter::nixpacks,
    assets: Assets::mentioned,
    needs: |_, _| Ok(Vec::new()),
    database: |_, mix| build::sets_up_database(mix).then_some(build::DATABASE_SETUP),
    start: |_, _| Ok(build::PHOENIX),
    install_files: |_, _| Ok(None),
    built: &[],
    running: |_, _, command, _| Ok(Start::command(command)),
    variables: &[],
};

const MENDED: Rules = Rules {
    describe: |description| erlang::describe(running::describe(description)),
    detects_erlang: erlang::detect,
    interpreter: interpreter::requested,
    assets: Assets::find,
    needs: native::needs,
    database: build::without_database,
    start: build::start,
    install_files: install_files::manifests,
    // It is of the Erlang of the machine that made it.
    built: &["_build"],
    running: running::slim,
    variables: &running::HOMES,
};
