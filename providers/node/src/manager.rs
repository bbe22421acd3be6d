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
}
