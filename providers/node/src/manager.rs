//! Package managers: which one the app uses, and how each is called.

use crate::package_json::PackageJson;
use plugpacks_sdk::{App, Result};

/// A package manager.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Manager {
    Npm,
    Pnpm,
    Yarn,
    Bun,
}

/// The lockfiles that betray a manager, in the order in which they are looked for.
const LOCKFILES: &[(&str, Manager)] = &[
    ("pnpm-lock.yaml", Manager::Pnpm),
    ("yarn.lock", Manager::Yarn),
    ("bun.lockb", Manager::Bun),
    ("bun.lock", Manager::Bun),
];

impl Manager {
    const ALL: [Self; 4] = [Self::Npm, Self::Pnpm, Self::Yarn, Self::Bun];

    /// The command.
    pub(crate) const fn name(self) -> &'static str {
        match self {
            Self::Npm => "npm",
            Self::Pnpm => "pnpm",
            Self::Yarn => "yarn",
            Self::Bun => "bun",
        }
    }

    /// The manager that the app uses, and what says so: `packageManager`, `devEngines`, else a lockfile,
    /// else it is npm.
    pub(crate) fn find(app: App, package: &PackageJson) -> Result<(Self, &'static str)> {
        if let Some(manager) = package.package_manager.as_deref().and_then(Self::of_specification) {
            return Ok((manager, "packageManager in package.json"));
        }
        if let Some(manager) = Self::of_developers(package) {
            return Ok((manager, "devEngines.packageManager in package.json"));
        }
        for (path, manager) in LOCKFILES {
            if app.has_file(path)? {
                return Ok((*manager, path));
            }
        }
        Ok((Self::Npm, "no other manager's lockfile"))
    }

    /// The manager that [`Self::find`] finds; if nothing tells one, not even a lockfile of npm's: the one in `engines`,
    /// Bun where the app is for it, pnpm where it has a workspace.
    ///
    /// # Errors
    /// The operating system refuses.
    pub(crate) fn told(app: App, package: &PackageJson) -> Result<(Self, &'static str)> {
        let (manager, reason) = Self::find(app, package)?;
        if manager != Self::Npm || package.package_manager.is_some() {
            return Ok((manager, reason));
        }
        if app.first_file(Self::Npm.install_locked().1)?.is_some() {
            return Ok((manager, reason));
        }
        if let Some(wanted) = Self::of_engines(package) {
            return Ok((wanted, "engines in package.json"));
        }
        if is_for_bun(package) {
            return Ok((Self::Bun, "dependencies or scripts for Bun"));
        }
        Ok(if app.has_file("pnpm-workspace.yaml")? { (Self::Pnpm, "pnpm-workspace.yaml") } else { (manager, reason) })
    }

    /// The manager that `engines` has a version of, if it is not npm.
    fn of_engines(package: &PackageJson) -> Option<Self> {
        let engines = package.engines.as_ref()?;
        let is_wanted = |manager: &Self| {
            engines.get(manager.name()).is_some_and(|text| text.contains(|c: char| c.is_ascii_digit()))
        };
        [Self::Pnpm, Self::Yarn, Self::Bun].into_iter().find(is_wanted)
    }

    /// The manager of a `packageManager` such as `pnpm@10.1.0`.
    fn of_specification(text: &str) -> Option<Self> {
        Self::named(text.split_once('@').map_or(text, |(name, _)| name))
    }

    /// The manager that is called so.
    pub(crate) fn named(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|manager| manager.name() == name)
    }

    /// The manager that `devEngines` names, or the first one of its list.
    fn of_developers(package: &PackageJson) -> Option<Self> {
        let tools = package.dev_engine("packageManager")?;
        let tool = tools.as_array().map_or(Some(tools), |list| list.first())?;
        Self::of_specification(tool.get("name")?.as_str()?)
    }

    /// The command that adds a development dependency to an app, without regard to its lockfile.
    pub(crate) fn add(self, package: &str) -> String {
        match self {
            Self::Npm => format!("npm install --no-save {package}"),
            Self::Pnpm => format!("pnpm add --save-dev {package}"),
            Self::Yarn => format!("yarn add --dev {package}"),
            Self::Bun => format!("bun add --dev --no-save {package}"),
        }
    }

    /// The command that installs an app without a lockfile.
    pub(crate) const fn install(self) -> &'static str {
        match self {
            Self::Npm => "npm i",
            Self::Pnpm => "pnpm install",
            Self::Yarn => "yarn install",
            Self::Bun => "bun install",
        }
    }

    /// The command that installs exactly what its lockfile says, and the lockfiles.
    pub(crate) const fn install_locked(self) -> (&'static str, &'static [&'static str]) {
        match self {
            Self::Npm => ("npm ci", &["package-lock.json", "npm-shrinkwrap.json"]),
            Self::Pnpm => ("pnpm i --frozen-lockfile", &["pnpm-lock.yaml"]),
            Self::Yarn => ("yarn install --frozen-lockfile", &["yarn.lock"]),
            Self::Bun => ("bun install --frozen-lockfile", &["bun.lock", "bun.lockb"]),
        }
    }

    /// The command that runs a script of `package.json`.
    pub(crate) fn run(self, script: &str) -> String {
        format!("{} run {script}", self.name())
    }

    /// The command that runs a file.
    pub(crate) fn execute(self, file: &str) -> String {
        let executor = if self == Self::Bun { "bun" } else { "node" };
        format!("{executor} {file}")
    }

    /// The command in front of a tool that need not be installed.
    pub(crate) const fn download_and_run(self) -> &'static str {
        match self {
            Self::Pnpm => "pnpx",
            Self::Yarn => "yarn",
            Self::Npm | Self::Bun => "npx",
        }
    }

    /// The command in front of a tool that the app depends on.
    pub(crate) const fn run_installed(self) -> &'static str {
        match self {
            Self::Npm => "npx",
            Self::Pnpm => "pnpm exec",
            Self::Yarn => "yarn",
            Self::Bun => "bunx",
        }
    }

    /// The command that runs a script of one workspace package.
    pub(crate) fn run_in_package(self, package: &str, script: &str) -> String {
        match self {
            Self::Npm => format!("npm --workspace {package} run {script}"),
            Self::Pnpm => format!("pnpm --filter {package} run {script}"),
            Self::Yarn => format!("yarn workspace {package} run {script}"),
            Self::Bun => format!("bun run --filter {package} {script}"),
        }
    }
}

/// Whether an app is meant to be run by Bun: its types are there, or its scripts call it.
fn is_for_bun(package: &PackageJson) -> bool {
    let is_runtime = |tool: &serde_json::Value| tool.get("name").and_then(serde_json::Value::as_str) == Some("bun");
    let calls = |script: &&str| {
        package.script(script).is_some_and(|text| text.starts_with("bun ") || text.starts_with("bunx "))
    };
    package.dev_engine("runtime").is_some_and(is_runtime)
        || ["@types/bun", "bun-types"].iter().any(|types| package.lists(types))
        || ["start", "dev"].iter().any(calls)
}

#[cfg(test)]
mod tests {
    use super::*;
    use plugpacks_sdk::testing::FakeApp;

    fn find(app: &FakeApp, specification: Option<&str>) -> Manager {
        let package = PackageJson { package_manager: specification.map(str::to_owned), ..PackageJson::default() };
        app.with(|context| Manager::find(context.app, &package)).unwrap().0
    }

    #[test]
    fn the_specification_wins_over_lockfiles() {
        let app = FakeApp::new().file("yarn.lock", "").file("pnpm-lock.yaml", "").file("bun.lock", "");
        assert_eq!(find(&app, None), Manager::Pnpm);
        assert_eq!(find(&app, Some("bun@1.3.0")), Manager::Bun);
        assert_eq!(find(&app, Some("npm")), Manager::Npm);
        assert_eq!(find(&app, Some("vlt@1")), Manager::Pnpm);
        assert_eq!(find(&app, Some("")), Manager::Pnpm);
    }

    #[test]
    fn each_lockfile_betrays_its_manager() {
        for (path, manager) in LOCKFILES {
            assert_eq!(find(&FakeApp::new().file(path, ""), None), *manager);
        }
        assert_eq!(find(&FakeApp::new().file("package-lock.json", ""), None), Manager::Npm);
        assert_eq!(find(&FakeApp::new().directory("yarn.lock"), None), Manager::Npm);
    }

    #[test]
    fn without_any_lockfile_engines_types_and_scripts_tell_the_manager() {
        let told =
            |app: &FakeApp| app.with(|context| crate::app::NodeApp::root(context).map(|app| app.manager)).unwrap();
        for (text, expected) in [
            (r#"{"engines": {"node": "22", "pnpm": "8.15.9"}}"#, Manager::Pnpm),
            (r#"{"engines": {"yarn": "please use npm"}}"#, Manager::Npm),
            (r#"{"devDependencies": {"@types/bun": "latest"}}"#, Manager::Bun),
            (r#"{"scripts": {"dev": "bun run --watch src/index.ts"}}"#, Manager::Bun),
            (r#"{"devEngines": {"runtime": {"name": "bun"}}}"#, Manager::Bun),
            ("{}", Manager::Npm),
        ] {
            let app = FakeApp::new().file("package.json", text);
            assert_eq!(told(&app), expected, "{text}");
            assert_eq!(told(&app.file("package-lock.json", "")), Manager::Npm, "{text}");
        }
        let workspace = FakeApp::new().file("package.json", "{}").file("pnpm-workspace.yaml", "");
        assert_eq!(told(&workspace), Manager::Pnpm);
    }
}
