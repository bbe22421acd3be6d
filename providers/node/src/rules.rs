//! What differs between the editions.

use crate::app::{self, NodeApp};
use crate::caddy::{self, Caddy};
use crate::manager::Manager;
use crate::monorepo::{Commands, nx, turborepo};
use crate::needs::{self, Needs};
use crate::node_version::{self, Runtime};
use crate::package_json::{self, PackageJson};
use crate::running::{self, Running};
use crate::servers;
use crate::serving::{self, Serving};
use crate::tooling::{self, Tooling};
use crate::{assets, beside, caches, install_files};
use plugpacks_sdk::{App, Context, Diagnostics, Edition, PartialPlan, Result, Since, Start, jsonc};
use std::borrow::Cow;

/// A variable's name and value.
pub(crate) type Variable = (&'static str, &'static str);

/// One edition's answers.
pub(crate) struct Rules {
    /// The files that make an app one of this provider's.
    pub(crate) manifests: &'static [&'static str],
    /// Whether an app with a `package.json` is one of this provider's.
    pub(crate) is_ours: fn(&Context) -> Result<bool>,
    /// The plan of an app in another language, whose assets are all that is built.
    pub(crate) assets: fn(&Context) -> Result<Option<PartialPlan>>,
    /// How a `package.json` is read.
    pub(crate) package_json: fn(&str, &str, Diagnostics) -> Result<PackageJson>,
    /// What becomes of a manifest below the root that cannot be read.
    pub(crate) nested_manifest: fn(&Context, Result<PackageJson>) -> Result<Option<PackageJson>>,
    /// What the JSON of other configuration files may contain: makes strict JSON of it.
    pub(crate) json: fn(&str) -> Cow<'_, str>,
    /// Whether the app depends on a package.
    pub(crate) depends_on: fn(&PackageJson, &str) -> bool,
    /// The app's package manager, and what tells it.
    pub(crate) manager: fn(App, &PackageJson) -> Result<(Manager, &'static str)>,
    /// Which Node.js the app gets.
    pub(crate) runtime: fn(&NodeApp) -> Result<Runtime>,
    /// What brings the package manager, and how it installs.
    pub(crate) tooling: fn(&NodeApp, &Runtime) -> Result<Tooling>,
    /// Which files installing needs; `None`: all of the app.
    pub(crate) install_files: fn(&NodeApp) -> Result<Option<Vec<&'static str>>>,
    /// What installing makes anew, whatever the app directory has of it.
    pub(crate) installed: &'static [&'static str],
    /// How the app starts, and with what.
    pub(crate) start: fn(&Running) -> Option<Start>,
    /// What native packages need.
    pub(crate) needs: fn(&NodeApp) -> Needs,
    /// What the app itself wants kept between builds.
    pub(crate) own_caches: fn(&NodeApp) -> Vec<String>,
    /// What Nx says about building and starting.
    pub(crate) nx: fn(&NodeApp) -> Result<Option<Commands>>,
    /// The names of Turborepo's configuration.
    pub(crate) turbo_files: &'static [&'static str],
    /// What Turborepo says about building and starting.
    pub(crate) turborepo: fn(&NodeApp) -> Result<Commands>,
    /// What builds the app, and what starts it.
    pub(crate) serving: fn(&NodeApp) -> Result<Serving>,
    /// The variables that have servers listen on all addresses.
    pub(crate) addresses: fn(&NodeApp) -> Result<Vec<Variable>>,
    /// What serves files.
    pub(crate) caddy: Caddy,
}

/// The rules of each edition.
pub(crate) static RULES: Since<Rules> = Since::new(NIXPACKS, &[(Edition::E2026_11, MENDED)]);

/// Nixpacks 1.41.
const NIXPACKS: Rules = Rules {
    manifests: &["package.json"],
    is_ours: |_| Ok(true),
    assets: |_| Ok(None),
    package_json: package_json::strict,
    nested_manifest: app::required,
    json: |text| Cow::Borrowed(text),
    depends_on: PackageJson::lists_first,
    manager: Manager::find,
    runtime: node_version::nixpacks,
    tooling: tooling::nixpacks,
    install_files: install_files::everything,
    installed: &[],
    start: running::nixpacks,
    needs: needs::mentioned,
    own_caches: caches::nixpacks,
    nx: nx::nixpacks,
    turbo_files: &["turbo.json"],
    turborepo: turborepo::nixpacks,
    serving: serving::nixpacks,
    addresses: |_| Ok(Vec::new()),
    caddy: caddy::NIXPACKS,
};

const MENDED: Rules = Rules {
    manifests: &["package.json", "package.json5", "package.yaml"],
    is_ours: beside::is_ours,
    assets: assets::plan,
    package_json: package_json::forgiving,
    nested_manifest: app::optional,
    json: |text| Cow::Owned(jsonc::to_json(text)),
    depends_on: PackageJson::lists,
    manager: Manager::told,
    runtime: node_version::requested,
    tooling: tooling::locked,
    install_files: install_files::manifests,
    // Those of a developer's machine may be of another platform.
    installed: &["**/node_modules"],
    start: running::slim,
    needs: needs::named,
    own_caches: caches::directories,
    nx: nx::of_projects,
    turbo_files: &["turbo.json", "turbo.jsonc"],
    turborepo: turborepo::named_app,
    serving: serving::in_production,
    addresses: servers::addresses,
    caddy: caddy::HARDENED,
};
