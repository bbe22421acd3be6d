//! What differs between the editions.

use crate::frameworks::{self, Framework};
use crate::shard::Shard;
use crate::{install_files, native, shard, versions};
use plugpacks_provider_support::native::Native;
use plugpacks_sdk::{Context, Description, Edition, Needs, Result, Since, Start};

/// One edition's answers.
pub(crate) struct Rules {
    /// Adds what only this edition looks at.
    pub(crate) describe: fn(Description) -> Description,
    /// Reads `shard.yml`.
    pub(crate) shard: fn(&Context) -> Result<Shard>,
    /// Which compiler builds the app.
    pub(crate) compiler: fn(&Context) -> Result<Compiler>,
    /// What is copied before the dependencies are installed; `None`: everything.
    pub(crate) install_files: fn(&Context) -> Result<Option<Vec<&'static str>>>,
    /// What shards need of the system.
    pub(crate) needs: fn(&Context) -> Result<Vec<&'static Native>>,
    /// The command that builds it.
    pub(crate) build: &'static str,
    /// Adds what the program needs to its start.
    pub(crate) start: fn(Start) -> Start,
    /// How the app's framework is told to be in production, and where to listen.
    pub(crate) framework: fn(&Context) -> Result<Option<&'static Framework>>,
}

/// A compiler.
pub(crate) struct Compiler {
    pub(crate) package: &'static str,
    /// The nixpkgs commit; `None`: the edition's default.
    pub(crate) archive: Option<&'static str>,
}

/// The rules of each edition.
pub(crate) static RULES: Since<Rules> = Since::new(NIXPACKS, &[(Edition::E2026_11, MENDED)]);

/// Nixpacks 1.41.
const NIXPACKS: Rules = Rules {
    describe: |description| description,
    compiler: |_| Ok(Compiler { package: "crystal", archive: None }),
    install_files: |_| Ok(None),
    needs: |_| Ok(Vec::new()),
    build: "shards build",
    start: |start| start,
    shard: Shard::read,
    framework: |_| Ok(None),
};

const MENDED: Rules = Rules {
    describe: |description| description.variable("NIXPACKS_CRYSTAL_VERSION", "The version of Crystal, such as 1.19."),
    compiler: |context| {
        let release =
            versions::RELEASES.at(context).choose(context, &versions::SOURCES, shard::required_crystal(context)?)?;
        Ok(Compiler { package: release.package, archive: Some(release.archive) })
    },
    install_files: install_files::find,
    needs: native::needs,
    build: "shards build --release",
    // The base image has no C compiler: the compiler's own one links with libraries of nixpkgs, by their paths.
    start: |start| start.needs(Needs::nothing()),
    shard: Shard::read_described,
    framework: frameworks::find,
};
