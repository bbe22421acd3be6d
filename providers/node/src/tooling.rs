//! What brings the package manager, and how it installs the app's dependencies.

use crate::app::NodeApp;
use crate::manager::Manager;
use crate::node_version::Runtime;
use plugpacks_sdk::release::Support;
use plugpacks_sdk::version::parse_numbers;
use plugpacks_sdk::{Package, Result};

/// The overlay that Nixpacks 1.41 takes every package manager from.
const NPM_OVERLAY: &str = "https://github.com/railwayapp/nix-npm-overlay/archive/main.tar.gz";

/// Nixpacks 1.41: how Corepack is made available.
const ENABLE_COREPACK: &str = "npm install -g corepack@0.24.1 && corepack enable";

/// Where Corepack keeps the package manager it brought: a place that the image keeps, too.
pub(crate) const COREPACK_HOME: &str = "/opt/corepack";

/// A package manager in place.
#[derive(Debug)]
pub(crate) struct Tooling {
    /// What is installed beside Node.js; npm comes with it.
    pub(crate) package: Option<Package>,
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

/// Where a package manager comes from, if its version counts.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Source {
    /// The nixpkgs that Node.js comes from.
    Nixpkgs,
    /// Corepack, which brings the very version that `packageManager` pins.
    Corepack,
    /// As under Nixpacks 1.41: for a Node.js out of an archive that lacks the other attributes.
    Overlay,
}

impl Source {
    /// The last Node.js that has Corepack.
    const LAST_WITH_COREPACK: u64 = 24;

    fn of(app: &NodeApp, runtime: &Runtime) -> Self {
        let is_switchable = matches!(app.manager, Manager::Pnpm | Manager::Yarn);
        match runtime.release.support {
            Support::Ended(_) if is_switchable => Self::Overlay,
            Support::Current if pin(app).is_some() && runtime.major() <= Self::LAST_WITH_COREPACK => Self::Corepack,
            _ => Self::Nixpkgs,
        }
    }
}

/// The manager is the pinned one or nixpkgs' and installs exactly what its lockfile says.
pub(crate) fn locked(app: &NodeApp, runtime: &Runtime) -> Result<Tooling> {
    let source = Source::of(app, runtime);
    let tooling = match app.manager {
        Manager::Npm => npm(app),
        Manager::Pnpm => pnpm(app, source),
        Manager::Yarn => yarn(app),
        Manager::Bun => bun(app),
    }?;
    Ok(match source {
        Source::Nixpkgs => tooling,
        Source::Corepack => {
            let reason = "Corepack brings the version that packageManager in package.json pins";
            app.context.diagnostics.because("package manager's version", reason);
            let package = Package::new(format!("corepack_{}", runtime.major()));
            let variables = tooling.variables.iter().copied().chain([("COREPACK_HOME", COREPACK_HOME)]).collect();
            Tooling { package: Some(package), variables, ..tooling }
        }
        Source::Overlay => Tooling {
            package: Some(Package::new(overlay_attribute(app)).from_overlay(NPM_OVERLAY)),
            prepare: pin(app).filter(|_| runtime.major() != 14).map(|_| ENABLE_COREPACK),
            ..tooling
        },
    })
}

impl Tooling {
    /// A manager of nixpkgs that needs nothing more.
    fn new(attribute: Option<&str>, install: impl Into<String>, cache: Option<&'static str>) -> Self {
        Self {
            package: attribute.map(Package::new),
            prepare: None,
            install: install.into(),
            cache,
            variables: Vec::new(),
        }
    }
}

fn npm(app: &NodeApp) -> Result<Tooling> {
    let lockfile = app.directory().first_file(&["package-lock.json", "npm-shrinkwrap.json"])?;
    let install = if lockfile.is_some() { "npm ci" } else { "npm i" };
    Ok(Tooling::new(None, install, Some("/root/.npm")))
}

fn bun(app: &NodeApp) -> Result<Tooling> {
    let lockfile = app.directory().first_file(&["bun.lock", "bun.lockb"])?;
    let install = if lockfile.is_some() { "bun install --frozen-lockfile" } else { "bun install" };
    Ok(Tooling::new(Some("bun"), install, Some("/root/.bun")))
}

/// The last pnpm for each format of lockfile that pnpm 10 cannot read. That of 5.3 is not pnpm 6,
/// which cannot fetch anything with a maintained Node.js.
const PNPM_OF_FORMAT: &[(&str, &str)] = &[("5.3", "7.33.7"), ("5.4", "7.33.7"), ("6.0", "8.15.9"), ("6.1", "8.15.9")];

fn pnpm(app: &NodeApp, source: Source) -> Result<Tooling> {
    let found = app.directory().search("pnpm-lock.yaml", r#"(?m)^lockfileVersion:\s*['"]?([0-9.]+)"#)?;
    let format = found.as_ref().and_then(|found| found.groups.get(1)?.as_deref());
    let older = PNPM_OF_FORMAT.iter().find(|(known, _)| format == Some(known)).map(|(_, version)| version);
    let install = match older.filter(|_| source == Source::Nixpkgs && pin(app).is_none()) {
        Some(version) => format!("npx --yes pnpm@{version} i --frozen-lockfile"),
        None if app.directory().has_file("pnpm-lock.yaml")? => "pnpm i --frozen-lockfile".to_owned(),
        None => "pnpm i".to_owned(),
    };
    // The store of each major is a folder of its own in it.
    Ok(Tooling::new(Some("pnpm_10"), install, Some("/root/.local/share/pnpm/store")))
}

fn yarn(app: &NodeApp) -> Result<Tooling> {
    let has_lockfile = app.directory().has_file("yarn.lock")?;
    if !is_berry(app)? {
        let install = if has_lockfile { "yarn install --frozen-lockfile" } else { "yarn install" };
        return Ok(Tooling::new(Some("yarn"), install, Some("/usr/local/share/.cache/yarn/v6")));
    }
    let install = if has_lockfile { "yarn install --immutable" } else { "yarn install --no-immutable" };
    let copies_packages = r#"(?m)^nodeLinker:\s*['"]?(?:node-modules|pnpm)\b"#;
    if app.directory().search(".yarnrc.yml", copies_packages)?.is_some() {
        return Ok(Tooling::new(Some("yarn-berry"), install, Some("/root/.yarn/berry/cache")));
    }
    // Plug'n'Play runs packages out of the cache, which therefore has to be part of the image.
    let variables = vec![("YARN_ENABLE_GLOBAL_CACHE", "false")];
    Ok(Tooling { variables, ..Tooling::new(Some("yarn-berry"), install, None) })
}

/// Whether the app uses Yarn 2 or later.
fn is_berry(app: &NodeApp) -> Result<bool> {
    match pin(app).as_deref() {
        Some([major, ..]) => Ok(*major > 1),
        _ => {
            let directory = app.directory();
            Ok(directory.has_file(".yarnrc.yml")? || directory.search("yarn.lock", "(?m)^__metadata:")?.is_some())
        }
    }
}

/// The version of Yarn or pnpm that `packageManager` pins, in the only form Corepack takes:
/// `pnpm@10.1.0`, perhaps with a hash.
fn pin(app: &NodeApp) -> Option<Vec<u64>> {
    let (name, version) = app.package.package_manager.as_deref()?.split_once('@')?;
    let is_pinnable = matches!(app.manager, Manager::Pnpm | Manager::Yarn) && name == app.manager.name();
    let release = version.split(['+', '-']).next().filter(|_| is_pinnable)?;
    parse_numbers(release).filter(|numbers| numbers.len() == 3)
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
            let commands = tooling.prepare.map(str::to_owned).into_iter().chain([tooling.install]).collect();
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
        assert_tooling(&specified(FakeApp::new(), "bun@1.3.0"), Some("bun"), &["bun install"]);
        let npm = specified(FakeApp::new().file("bun.lock", ""), "npm@11.0.0");
        assert_tooling(&npm, None, &["npm i"]);
    }

    #[test]
    fn a_pinned_manager_comes_from_corepack_where_there_is_one() {
        let app = specified(FakeApp::new().file("pnpm-lock.yaml", "lockfileVersion: '6.0'"), "pnpm@8.15.1+sha512.abc");
        assert_tooling(&app, Some("corepack_24"), &["pnpm i --frozen-lockfile"]);
        assert_tooling(&app.file(".nvmrc", "26"), Some("pnpm_10"), &["pnpm i --frozen-lockfile"]);
        let app = specified(FakeApp::new().file("yarn.lock", ""), "yarn@4.9.0").file(".nvmrc", "22");
        assert_tooling(&app, Some("corepack_22"), &["yarn install --immutable"]);
        assert_tooling(&specified(FakeApp::new(), "pnpm@10"), Some("pnpm_10"), &["pnpm i"]);
        assert_tooling(&specified(FakeApp::new(), ""), None, &["npm i"]);
    }

    #[test]
    fn an_old_lockfile_is_installed_by_a_pnpm_that_reads_it() {
        let app = |text: &str| FakeApp::new().file("pnpm-lock.yaml", text);
        assert_tooling(&app("lockfileVersion: '9.0'"), Some("pnpm_10"), &["pnpm i --frozen-lockfile"]);
        assert_tooling(&app("lockfileVersion: '6.0'"), Some("pnpm_10"), &["npx --yes pnpm@8.15.9 i --frozen-lockfile"]);
        assert_tooling(
            &app("# x\nlockfileVersion: 5.3"),
            Some("pnpm_10"),
            &["npx --yes pnpm@7.33.7 i --frozen-lockfile"],
        );
        let old = app("lockfileVersion: 5.3").file(".nvmrc", "18");
        assert_tooling(&old, Some("pnpm-6_x"), &["pnpm i --frozen-lockfile"]);
    }

    #[test]
    fn an_unmaintained_node_keeps_the_managers_of_nixpacks() {
        let app = specified(FakeApp::new().file("yarn.lock", ""), "yarn@1.22.22").file(".nvmrc", "18");
        assert_tooling(&app, Some("yarn-1_x"), &[ENABLE_COREPACK, "yarn install --frozen-lockfile"]);
        assert_tooling(&FakeApp::new().file(".nvmrc", "18"), None, &["npm i"]);
    }

    #[test]
    fn the_cache_of_berry_is_mounted_only_where_packages_are_copied_out_of_it() {
        let berry = FakeApp::new().file("yarn.lock", "__metadata:\n  version: 8\n");
        assert_tooling(&berry, Some("yarn-berry"), &["yarn install --immutable"]);
        assert_eq!(tooling(&berry).2, None);
        let copies = berry.file(".yarnrc.yml", "nodeLinker: node-modules\n");
        assert_eq!(tooling(&copies).2, Some("/root/.yarn/berry/cache"));
        assert_eq!(tooling(&FakeApp::new().file("yarn.lock", "# yarn lockfile v1")).0.as_deref(), Some("yarn"));
    }
}
