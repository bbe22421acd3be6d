//! Which files installing the dependencies needs: so that nothing else runs it again.

use crate::app::NodeApp;
use crate::package_json::PackageJson;
use plugpacks_sdk::Result;

/// What package managers read, files and folders.
const FILES: &[&str] = &[
    "package.json",
    "package.json5",
    "package-lock.json",
    "npm-shrinkwrap.json",
    "yarn.lock",
    "pnpm-lock.yaml",
    "bun.lock",
    "bun.lockb",
    ".npmrc",
    ".yarnrc",
    ".yarnrc.yml",
    ".pnpmfile.cjs",
    OF_PNPM,
    "bunfig.toml",
    ".puppeteerrc.cjs",
];
const FOLDERS: &[&str] = &[".yarn"];

/// Scripts that a package manager runs when it installs the app itself.
const INSTALL_SCRIPTS: &[&str] =
    &["preinstall", "install", "postinstall", "preprepare", "prepare", "postprepare", "prepublish", "dependencies"];

/// Packages whose own install script reads files of the app.
const READ_THE_APP: &[&str] = &["prisma", "@prisma/client", "patch-package", "electron-builder"];

/// Files that make the app more than its manifest.
const MEMBERS: &[&str] = &["binding.gyp", "lerna.json", "nx.json", "turbo.json", "turbo.jsonc", "rush.json"];

/// How versions are written that stand for files of the app.
const LOCAL: &[&str] = &["file:", "link:", "portal:", "workspace:", "patch:", "exec:", "./", "../", "~/", "/"];

const OF_PNPM: &str = "pnpm-workspace.yaml";

/// What in `pnpm-workspace.yaml` leads to other files: packages, patches, places in the app.
const READ_BY_PNPM: &str = r#"(?m)^(?:packages|patchedDependencies|configDependencies):|['"\s](?:file|link|portal):"#;

/// Variables that package managers and the install scripts of packages read.
pub(crate) const VARIABLES: &[&str] = &[
    "CI",
    "NODE_*",
    "NPM_*",
    "npm_*",
    "YARN_*",
    "PNPM_*",
    "BUN_*",
    "COREPACK_*",
    "PUPPETEER_*",
    "PLAYWRIGHT_*",
    "CYPRESS_*",
    "ELECTRON_*",
    "SENTRYCLI_*",
    "SHARP_*",
];

/// Nixpacks 1.41: all of the app.
pub(crate) const fn everything(_: &NodeApp) -> Result<Option<Vec<&'static str>>> {
    Ok(None)
}

/// The manifest and what belongs to it; all of the app (`None`) where installing may read more of it.
pub(crate) fn manifests(app: &NodeApp) -> Result<Option<Vec<&'static str>>> {
    let directory = app.directory();
    let reads_more = reads_the_app(&app.package) || app.package.has_local_packages;
    if !app.has_manifest || app.package.workspaces.is_some() || reads_more || directory.first_file(MEMBERS)?.is_some() {
        return Ok(None);
    }
    let mut files = directory.files_of(FILES)?;
    if files.contains(&OF_PNPM) && directory.search(OF_PNPM, READ_BY_PNPM)?.is_some() {
        return Ok(None);
    }
    for folder in FOLDERS {
        if directory.has_directory(folder)? {
            files.push(*folder);
        }
    }
    Ok(Some(files))
}

fn reads_the_app(package: &PackageJson) -> bool {
    INSTALL_SCRIPTS.iter().any(|script| package.script(script).is_some())
        || READ_THE_APP.iter().any(|name| package.lists(name))
}

/// Whether a version of a dependency is a place in the app.
pub(crate) fn is_local(version: &str) -> bool {
    LOCAL.iter().any(|prefix| version.starts_with(prefix))
}

#[cfg(test)]
mod tests {
    use super::*;
    use plugpacks_sdk::testing::FakeApp;

    fn files(app: &FakeApp) -> Option<Vec<&'static str>> {
        app.with(|context| manifests(&NodeApp::read(context).unwrap()).unwrap())
    }

    fn app(manifest: &str) -> FakeApp {
        FakeApp::new().file("package.json", manifest).file("index.js", "").file("package-lock.json", "{}")
    }

    #[test]
    fn a_plain_app_needs_its_manifest_and_lockfile() {
        assert_eq!(files(&app("{}")), Some(vec!["package.json", "package-lock.json"]));
        let yarn =
            app(r#"{"dependencies": {"a": "^1.0.0"}}"#).file(".yarnrc.yml", "").file(".yarn/releases/yarn.cjs", "");
        assert_eq!(files(&yarn), Some(vec!["package.json", "package-lock.json", ".yarnrc.yml", ".yarn"]));
    }

    #[test]
    fn whatever_may_read_more_gets_everything() {
        for manifest in [
            r#"{"scripts": {"postinstall": "node build.js"}}"#,
            r#"{"scripts": {"prepare": "husky"}}"#,
            r#"{"workspaces": ["packages/*"]}"#,
            r#"{"dependencies": {"own": "file:./own"}}"#,
            r#"{"devDependencies": {"own": "workspace:*"}}"#,
            r#"{"optionalDependencies": {"own": "link:../own"}}"#,
            r#"{"overrides": {"a": {"b": "file:./b.tgz"}}}"#,
            r#"{"pnpm": {"patchedDependencies": {"a@1": "patches/a.patch"}}}"#,
            r#"{"dependencies": {"@prisma/client": "6"}}"#,
        ] {
            assert_eq!(files(&app(manifest)), None, "{manifest}");
        }
        assert_eq!(files(&app("{}").file("binding.gyp", "")), None);
        assert_eq!(files(&app("{}").file("pnpm-workspace.yaml", "packages:\n  - a\n")), None);
        for settings in ["patchedDependencies:\n  a@1: patches/a.patch\n", "overrides:\n  a: 'file:./vendor/a'\n"] {
            assert_eq!(files(&app("{}").file("pnpm-workspace.yaml", settings)), None, "{settings}");
        }
        let settings = app("{}").file("pnpm-workspace.yaml", "onlyBuiltDependencies:\n  - a\n");
        assert!(files(&settings).unwrap().contains(&"pnpm-workspace.yaml"));
    }
}
