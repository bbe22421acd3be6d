//! What brings the package manager, and how it installs the app's dependencies.

use crate::app::{NPM_LOCKFILE, NodeApp};
use crate::manager::Manager;
use crate::manager_version::{self, Source};
use crate::node_version::Runtime;
use crate::npm_program::NpmProgram;
use plugpacks_sdk::{Package, Result};
use std::borrow::Cow;

/// The overlay that Nixpacks 1.41 takes every package manager from.
const NPM_OVERLAY: &str = "https://github.com/railwayapp/nix-npm-overlay/archive/main.tar.gz";

/// Nixpacks 1.41: how Corepack is made available.
const ENABLE_COREPACK: &str = "npm install -g corepack@0.24.1 && corepack enable";

/// A package manager in place.
#[derive(Debug)]
pub(crate) struct Tooling {
    /// What is installed beside Node.js; npm comes with it.
    pub(crate) package: Option<Package>,
    /// Bun, where scripts run the app by it and another manager installs.
    pub(crate) runtime: Option<Source>,
    /// The manager's own npm package, where that brings it.
    pub(crate) program: Option<NpmProgram>,
    /// Makes the package manager ready.
    pub(crate) prepare: Option<&'static str>,
    /// Installs the dependencies.
    pub(crate) install: String,
    /// Where the manager keeps what it downloaded.
    pub(crate) cache: Option<&'static str>,
    pub(crate) variables: Vec<(&'static str, &'static str)>,
}

/// Nixpacks 1.41: the manager comes from an overlay, its install command follows whichever lockfile
/// there is.
pub(crate) fn nixpacks(app: &NodeApp, runtime: &Runtime) -> Result<Tooling> {
    let install = match app.manager {
        Manager::Pnpm => "pnpm i --frozen-lockfile",
        Manager::Yarn if app.directory().has_file(".yarnrc.yml")? => "yarn install --check-cache",
        Manager::Yarn => "yarn install --frozen-lockfile",
        _ if app.directory().has_file("package-lock.json")? => "npm ci",
        _ if app.directory().first_file(&["bun.lockb", "bun.lock"])?.is_some() => "bun i --no-save",
        _ => "npm i",
    };
    let cache = match app.manager {
        Manager::Npm => "/root/.npm",
        Manager::Pnpm => "/root/.local/share/pnpm/store/v3",
        Manager::Yarn => "/usr/local/share/.cache/yarn/v6",
        Manager::Bun => "/root/.bun",
    };
    let asks_for_corepack = app.package.package_manager.as_ref().is_some_and(|text| !text.starts_with("npm"));
    Ok(Tooling {
        package: Some(Package::new(overlay_attribute(app)).from_overlay(NPM_OVERLAY)),
        runtime: None,
        program: None,
        prepare: (asks_for_corepack && runtime.major() != 14).then_some(ENABLE_COREPACK),
        install: install.to_owned(),
        cache: Some(cache),
        variables: Vec::new(),
    })
}

/// The manager's attribute in the overlay: its major follows the lockfile's format.
fn overlay_attribute(app: &NodeApp) -> &'static str {
    let lockfile = |path: &str| app.directory().read_text(path).unwrap_or_default();
    match app.manager {
        Manager::Npm => {
            let text = lockfile("package-lock.json");
            let mentions = |version: u8| text.contains(&format!("\"lockfileVersion\": {version}"));
            if mentions(1) {
                "npm-6_x"
            } else if mentions(2) {
                "npm-8_x"
            } else {
                "npm-9_x"
            }
        }
        Manager::Pnpm => overlay_pnpm(app, &lockfile("pnpm-lock.yaml")),
        Manager::Yarn => "yarn-1_x",
        Manager::Bun => "bun",
    }
}

fn overlay_pnpm(app: &NodeApp, lockfile: &str) -> &'static str {
    let specified = app.package.package_manager.as_deref().and_then(|text| text.strip_prefix("pnpm@"));
    let major = specified.and_then(|version| version.split(['@', '.']).next()?.parse::<u32>().ok());
    match major {
        Some(6) => "pnpm-6_x",
        Some(7) => "pnpm-7_x",
        Some(8) => "pnpm-8_x",
        Some(9) => "pnpm-9_x",
        Some(10) => "pnpm-10_x",
        _ if lockfile.starts_with("lockfileVersion: 5.3") => "pnpm-6_x",
        _ if lockfile.starts_with("lockfileVersion: 5.4") => "pnpm-7_x",
        _ if lockfile.starts_with("lockfileVersion: '6.0'") => "pnpm-8_x",
        _ => "pnpm-9_x",
    }
}

/// The manager is the one that the app asks for and installs exactly what its lockfile says.
pub(crate) fn locked(app: &NodeApp, runtime: &Runtime) -> Result<Tooling> {
    let tooling = match app.manager {
        Manager::Npm => npm(app),
        Manager::Pnpm => pnpm(app),
        Manager::Yarn => yarn(app),
        Manager::Bun => bun(app),
    }?;
    let tooling = Tooling { runtime: manager_version::bun_of_scripts(app)?, ..tooling };
    Ok(match manager_version::choose(app, runtime)? {
        Source::Nixpkgs(attribute) => Tooling { package: attribute.map(Package::new), ..tooling },
        Source::Npm(program) => Tooling { program: Some(program), ..tooling },
        Source::Overlay => {
            Tooling { package: Some(Package::new(overlay_attribute(app)).from_overlay(NPM_OVERLAY)), ..tooling }
        }
    })
}

impl Tooling {
    /// The packages of nixpkgs beside Node.js.
    pub(crate) fn packages(&self) -> impl Iterator<Item = Package> {
        self.package.clone().into_iter().chain(self.runtime_package())
    }

    /// The package of the runtime that scripts name.
    pub(crate) fn runtime_package(&self) -> Option<Package> {
        match &self.runtime {
            Some(Source::Nixpkgs(attribute)) => attribute.map(Package::new),
            _ => None,
        }
    }

    /// What comes from npm packages.
    pub(crate) fn programs(&self) -> impl Iterator<Item = &NpmProgram> {
        let runtime = match &self.runtime {
            Some(Source::Npm(program)) => Some(program),
            _ => None,
        };
        self.program.iter().chain(runtime)
    }

    /// A manager that needs nothing more.
    fn new(install: impl Into<String>, cache: Option<&'static str>) -> Self {
        Self {
            package: None,
            runtime: None,
            program: None,
            prepare: None,
            install: install.into(),
            cache,
            variables: Vec::new(),
        }
    }
}

fn npm(app: &NodeApp) -> Result<Tooling> {
    let lockfile = app.directory().first_file(&["package-lock.json", "npm-shrinkwrap.json"])?;
    let missing = match lockfile {
        Some(path) => missing_in_lockfile(app, path),
        None => None,
    };
    if let (Some(path), Some(package)) = (lockfile, &missing) {
        app.context.diagnostics.warn(format!(
            "{path} lacks {package}, which package.json has, so that `npm ci` would refuse it: `npm i` installs, and \
             takes newer versions where it may. `npm install` mends the file"
        ));
    }
    let install = if lockfile.is_some() && missing.is_none() { "npm ci" } else { "npm i" };
    Ok(Tooling::new(install, Some("/root/.npm")))
}

/// A dependency of the manifest that the lockfile's copy of it does not have. Only what stands in front of
/// the first installed package is looked at; the older format has no copy.
fn missing_in_lockfile(app: &NodeApp, path: &str) -> Option<String> {
    let text = match path {
        NPM_LOCKFILE => Cow::Borrowed(app.npm_lockfile()?),
        path => Cow::Owned(app.directory().read_text(path).ok()?),
    };
    let head = &text[..text.find("\"node_modules/").unwrap_or(text.len())];
    if !head.contains("\"packages\"") || app.package.workspaces.is_some() {
        return None;
    }
    let listed = [&app.package.dependencies, &app.package.dev_dependencies];
    let mut names = listed.into_iter().flatten().flat_map(|map| map.keys());
    names.find(|name| !head.contains(&format!("\"{name}\""))).cloned()
}

fn bun(app: &NodeApp) -> Result<Tooling> {
    let lockfile = app.directory().first_file(&["bun.lock", "bun.lockb"])?;
    let install = if lockfile.is_some() { "bun install --frozen-lockfile" } else { "bun install" };
    Ok(Tooling::new(install, Some("/root/.bun")))
}

/// What keeps pnpm to its work: the version is settled, dependencies that want to run scripts unasked are
/// said, not a failure, and running a script does not install anything. Others pass over these variables.
const PNPM_VARIABLES: [(&str, &str); 3] = [
    ("PNPM_CONFIG_PM_ON_FAIL", "ignore"),
    ("PNPM_CONFIG_STRICT_DEP_BUILDS", "false"),
    ("PNPM_CONFIG_VERIFY_DEPS_BEFORE_RUN", "false"),
];

fn pnpm(app: &NodeApp) -> Result<Tooling> {
    let has_lockfile = app.directory().has_file("pnpm-lock.yaml")?;
    let install = if has_lockfile { "pnpm i --frozen-lockfile" } else { "pnpm install" };
    // The store of each major is a folder of its own in it.
    let tooling = Tooling::new(install, Some("/root/.local/share/pnpm/store"));
    Ok(Tooling { variables: PNPM_VARIABLES.to_vec(), ..tooling })
}

fn yarn(app: &NodeApp) -> Result<Tooling> {
    let has_lockfile = app.directory().has_file("yarn.lock")?;
    if !manager_version::is_berry(app)? {
        let install = if has_lockfile { "yarn install --frozen-lockfile" } else { "yarn install" };
        return Ok(Tooling::new(install, Some("/usr/local/share/.cache/yarn/v6")));
    }
    let install = if has_lockfile { "yarn install --immutable" } else { "yarn install --no-immutable" };
    if !is_berry_with_plug_n_play(app)? {
        return Ok(Tooling::new(install, Some("/root/.yarn/berry/cache")));
    }
    // Plug'n'Play runs packages out of the cache, which therefore has to be part of the image.
    let variables = vec![("YARN_ENABLE_GLOBAL_CACHE", "false")];
    Ok(Tooling { variables, ..Tooling::new(install, None) })
}

/// Whether the app uses Yarn 2 or later and runs packages out of its cache.
///
/// # Errors
/// A file of the app cannot be read.
pub(crate) fn is_berry_with_plug_n_play(app: &NodeApp) -> Result<bool> {
    let copies_packages = r#"(?m)^nodeLinker:\s*['"]?(?:node-modules|pnpm)\b"#;
    Ok(manager_version::is_berry(app)? && app.directory().search(".yarnrc.yml", copies_packages)?.is_none())
}

#[cfg(test)]
mod tests {
    use super::*;
    use plugpacks_sdk::testing::FakeApp;

    /// The packages beside Node.js, the commands of the install, the cache.
    fn tooling(app: &FakeApp) -> (Option<String>, Vec<String>, Option<&'static str>) {
        app.with(|context| {
            let app = NodeApp::read(context).unwrap();
            let runtime = (app.rules.runtime)(&app).unwrap();
            let tooling = (app.rules.tooling)(&app, &runtime).unwrap();
            let package = tooling.package.map(|package| package.expression().to_owned());
            let program = tooling.program.map(|program| program.command());
            let prepare = program.into_iter().chain(tooling.prepare.map(str::to_owned));
            let commands = prepare.chain([tooling.install]).collect();
            (package, commands, tooling.cache)
        })
    }

    fn specified(app: FakeApp, manager: &str) -> FakeApp {
        app.file("package.json", format!(r#"{{"packageManager": "{manager}"}}"#))
    }

    #[track_caller]
    fn assert_tooling(app: &FakeApp, package: Option<&str>, commands: &[&str]) {
        let (actual, actual_commands, _) = tooling(app);
        assert_eq!((actual.as_deref(), actual_commands), (package, commands.iter().map(|c| (*c).to_owned()).collect()));
    }

    #[test]
    fn nixpacks_follows_lockfile_formats() {
        let pnpm = |text: &str| tooling(&FakeApp::nixpacks().file("pnpm-lock.yaml", text)).0.unwrap();
        assert_eq!(pnpm("lockfileVersion: 5.3\n"), "pnpm-6_x");
        assert_eq!(pnpm("lockfileVersion: 5.4"), "pnpm-7_x");
        assert_eq!(pnpm("lockfileVersion: '6.0'"), "pnpm-8_x");
        assert_eq!(pnpm("lockfileVersion: 6.0"), "pnpm-9_x");
        let npm = |text: &str| tooling(&FakeApp::nixpacks().file("package-lock.json", text)).0.unwrap();
        assert_eq!(npm("{\"lockfileVersion\": 1}"), "npm-6_x");
        assert_eq!(npm("{\"lockfileVersion\": 2}"), "npm-8_x");
        assert_eq!(npm("{\"lockfileVersion\":1}"), "npm-9_x");
    }

    #[test]
    fn nixpacks_prefers_the_major_of_pnpm_that_is_specified() {
        for (text, expected) in [
            ("pnpm@10.1.0", "pnpm-10_x"),
            ("pnpm@010", "pnpm-10_x"),
            ("pnpm@9.0.0+sha1.x@8", "pnpm-9_x"),
            ("pnpm@11.0.0", "pnpm-7_x"),
            ("pnpm@10x", "pnpm-7_x"),
            ("pnpm", "pnpm-7_x"),
        ] {
            let app = FakeApp::nixpacks().file("pnpm-lock.yaml", "lockfileVersion: 5.4");
            assert_eq!(tooling(&specified(app, text)).0.unwrap(), expected, "{text}");
        }
    }

    #[test]
    fn nixpacks_turns_corepack_on_for_all_but_npm() {
        for (text, is_on) in [("bun@1", true), ("vlt", true), ("", true), ("npm@9", false), ("npmx", false)] {
            let app = specified(FakeApp::nixpacks(), text);
            assert_eq!(tooling(&app).1[0] == ENABLE_COREPACK, is_on, "{text}");
            assert_ne!(tooling(&app.file(".nvmrc", "14")).1[0], ENABLE_COREPACK, "{text}");
        }
    }

    #[test]
    fn nixpacks_installs_with_whichever_manager_has_a_lockfile() {
        let bun = FakeApp::nixpacks().file("bun.lock", "").file("package-lock.json", "");
        assert_tooling(&bun, Some("bun"), &["npm ci"]);
        let npm = specified(FakeApp::nixpacks().file("bun.lock", ""), "npm@10");
        assert_tooling(&npm, Some("npm-9_x"), &["bun i --no-save"]);
    }

    #[test]
    fn the_install_command_follows_the_manager() {
        assert_tooling(&FakeApp::new(), None, &["npm i"]);
        assert_tooling(&FakeApp::new().file("npm-shrinkwrap.json", ""), None, &["npm ci"]);
        let bun = FakeApp::new().file("bun.lock", "").file("package-lock.json", "");
        assert_tooling(&bun, Some("bun"), &["bun install --frozen-lockfile"]);
        let bring = NpmProgram::bun("1.3.0").command();
        assert_tooling(&specified(FakeApp::new(), "bun@1.3.0"), None, &[&bring, "bun install"]);
        let npm = specified(FakeApp::new().file("bun.lock", ""), "npm@11.0.0");
        assert_tooling(&npm, None, &["npm install -g --prefix /opt/npm npm@11.0.0", "npm i"]);
    }

    #[test]
    fn a_pinned_manager_comes_from_npm() {
        let app = specified(FakeApp::new().file("pnpm-lock.yaml", "lockfileVersion: '6.0'"), "pnpm@8.15.1+sha512.abc");
        let bring = "npm install -g --prefix /opt/pnpm pnpm@8.15.1";
        assert_tooling(&app, None, &[bring, "pnpm i --frozen-lockfile"]);
        assert_tooling(&app.file(".nvmrc", "26"), None, &[bring, "pnpm i --frozen-lockfile"]);
        let app = specified(FakeApp::new().file("yarn.lock", ""), "yarn@4.9.0").file(".nvmrc", "22");
        let bring = "npm install -g --prefix /opt/yarn @yarnpkg/cli-dist@4.9.0";
        assert_tooling(&app, None, &[bring, "yarn install --immutable"]);
        assert_tooling(&specified(FakeApp::new(), "pnpm@10"), Some("pnpm_10"), &["pnpm install"]);
        assert_tooling(&specified(FakeApp::new(), ""), None, &["npm i"]);
    }

    #[test]
    fn a_lockfile_that_lacks_a_dependency_is_not_insisted_on() {
        let app = |dependency: &str| {
            let manifest = format!(r#"{{"dependencies": {{"{dependency}": "1"}}}}"#);
            let lockfile = r#"{"packages": {"": {"dependencies": {"a": "1"}}, "node_modules/b": {}}}"#;
            FakeApp::new().file("package.json", manifest).file("package-lock.json", lockfile)
        };
        assert_tooling(&app("a"), None, &["npm ci"]);
        let out_of_step = app("b");
        assert_tooling(&out_of_step, None, &["npm i"]);
        assert!(out_of_step.warnings()[0].starts_with("package-lock.json lacks b"), "{:?}", out_of_step.warnings());
    }

    #[test]
    fn an_unmaintained_node_keeps_the_managers_of_nixpacks() {
        let app = FakeApp::new().file("yarn.lock", "").file(".nvmrc", "18");
        assert_tooling(&app, Some("yarn-1_x"), &["yarn install --frozen-lockfile"]);
        assert_tooling(&FakeApp::new().file(".nvmrc", "18"), None, &["npm i"]);
    }

    #[test]
    fn the_cache_of_berry_is_mounted_only_where_packages_are_copied_out_of_it() {
        let berry = FakeApp::new().file("yarn.lock", "__metadata:\n");
        assert_tooling(&berry, Some("yarn-berry"), &["yarn install --immutable"]);
        assert_eq!(tooling(&berry).2, None);
        let copies = berry.file(".yarnrc.yml", "nodeLinker: node-modules\n");
        assert_eq!(tooling(&copies).2, Some("/root/.yarn/berry/cache"));
        assert_eq!(tooling(&FakeApp::new().file("yarn.lock", "# yarn lockfile v1")).0.as_deref(), Some("yarn"));
    }
}
