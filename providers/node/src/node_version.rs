//! Which Node.js the app gets, and from which nixpkgs commit.

use crate::app::NodeApp;
use crate::manager::Manager;
use crate::range::{self, RangeError};
use crate::versions::{self, LTS_NAMES, NEWEST, NIXPACKS_NEWEST_LTS, NIXPKGS_BUN};
use plugpacks_sdk::release::{Release, Releases, Request, Sources};
use plugpacks_sdk::version::Range;
use plugpacks_sdk::{Error, Result};

/// A Node.js to install.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Runtime {
    pub(crate) release: &'static Release,
    /// The nixpkgs commit of the whole setup.
    pub(crate) archive: &'static str,
}

impl Runtime {
    /// The major version.
    pub(crate) fn major(&self) -> u64 {
        self.release.version.parse().unwrap_or(0)
    }
}

const SOURCES: Sources =
    Sources { variable: "NODE_VERSION", files: &[".nvmrc", ".node-version"], tools: &["nodejs", "node"] };

/// Nixpacks 1.41: the variable chooses the package, but the archive is chosen by what the files say.
pub(crate) fn nixpacks(app: &NodeApp) -> Result<Runtime> {
    let written = written_for_nixpacks(app)?;
    let by_files = nixpacks_release(app, written.as_deref())?;
    let (release, source) = match app.setting("NODE_VERSION") {
        Some(variable) => (nixpacks_release(app, Some(&variable))?, "NIXPACKS_NODE_VERSION"),
        None => (by_files, "the app's files"),
    };
    app.context.diagnostics.because("Node.js version", format!("{} by {source}", release.version));
    let archive = if app.manager == Manager::Bun { NIXPKGS_BUN } else { by_files.archive };
    Ok(Runtime { release, archive })
}

/// The version that the app's files ask for.
fn written_for_nixpacks(app: &NodeApp) -> Result<Option<String>> {
    if let Some(version) = app.package.engines.as_ref().and_then(|engines| engines.get("node")) {
        return Ok(Some(version.clone()));
    }
    if let Some(text) = app.directory().read_text_if_file(".nvmrc")? {
        return Ok(Some(nvmrc_for_nixpacks(text.trim()).to_owned()));
    }
    let text = app.directory().read_text_if_file(".node-version")?;
    Ok(text.map(|text| text.trim().replace('v', "")))
}

/// Code names in exactly this form; otherwise a leading `v` is dropped.
fn nvmrc_for_nixpacks(text: &str) -> &str {
    match text.strip_prefix("lts/") {
        Some("*") => NIXPACKS_NEWEST_LTS,
        // Node.js 24 came after this list.
        Some(name) if name != "krypton" => lts(name).unwrap_or(text),
        _ => text.strip_prefix('v').unwrap_or(text),
    }
}

fn lts(name: &str) -> Option<&'static str> {
    LTS_NAMES.iter().find(|(known, _)| *known == name).map(|(_, version)| *version)
}

fn nixpacks_release(app: &NodeApp, text: Option<&str>) -> Result<&'static Release> {
    let default = versions::NIXPACKS.default_release();
    let Some(text) = text.filter(|text| *text != "*") else { return Ok(default) };
    match range::nixpacks(text) {
        Ok(range) => {
            let suitable = |release: &&Release| range.overlaps(&release.interval());
            Ok(versions::NIXPACKS.all.iter().find(suitable).unwrap_or(default))
        }
        Err(RangeError::Malformed) => {
            let package = default.package;
            let warning = format!("node version {text} is not valid, using default node version {package}");
            app.context.diagnostics.warn(warning);
            Ok(default)
        }
        Err(RangeError::Crash) => Err(Error::new(format!("Node.js version {text:?} cannot be understood"))
            .hint(format!("Write a version such as {}", default.version))),
    }
}

/// The first of variable, version files and `engines` decides about both package and archive.
pub(crate) fn requested(app: &NodeApp) -> Result<Runtime> {
    let releases = versions::RELEASES.at(app.context);
    let release = match SOURCES.find(app.context)? {
        Some(request) => match range_of(releases, &request.text) {
            Some(range) => releases.select(app.context, &request, &range)?,
            None => return Err(releases.malformed(&request)),
        },
        None => release_by_engines(app)?,
    };
    Ok(Runtime { release, archive: release.archive })
}

/// `engines` is no more than advice to npm, which goes on when it cannot read it; so does this.
fn release_by_engines(app: &NodeApp) -> Result<&'static Release> {
    let releases = versions::RELEASES.at(app.context);
    let engines = app.package.engines.as_ref().and_then(|engines| engines.get("node"));
    let Some(request) = engines.and_then(|text| Request::new(text, "engines.node in package.json")) else {
        return Ok(releases.choose_default(app.context));
    };
    match range_of(releases, &request.text) {
        Some(range) => releases.select(app.context, &request, &range),
        None => {
            let Request { text, source } = &request;
            let default = releases.default_release();
            app.context.diagnostics.warn(format!(
                "{source} is {text:?}, which npm cannot read either; Node.js {} is used",
                default.version
            ));
            Ok(default)
        }
    }
}

/// The versions meant by npm's ranges and by the names that version managers have for releases.
fn range_of(releases: &Releases, text: &str) -> Option<Range> {
    let version = match text.strip_prefix("lts/").or_else(|| text.strip_prefix("lts-")) {
        Some("*") => releases.default,
        Some(name) => lts(&name.to_ascii_lowercase())?,
        None => match text {
            "lts" => releases.default,
            "node" | "latest" | "current" | "stable" => NEWEST,
            _ => text,
        },
    };
    range::npm(version).ok()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::versions::NIXPKGS_NODE_16;
    use plugpacks_sdk::Edition;
    use plugpacks_sdk::release::NIXPKGS_26_05;
    use plugpacks_sdk::testing::FakeApp;

    fn runtime(app: &FakeApp) -> Result<(&'static str, &'static str)> {
        app.with(|context| {
            let app = NodeApp::read(context)?;
            let runtime = (app.rules.runtime)(&app)?;
            Ok((runtime.release.package, runtime.archive))
        })
    }

    fn engines(edition: Edition, text: &str) -> FakeApp {
        FakeApp::new().edition(edition).file("package.json", format!(r#"{{"engines": {{"node": "{text}"}}}}"#))
    }

    fn package(app: &FakeApp) -> &'static str {
        runtime(app).unwrap().0
    }

    #[test]
    fn nixpacks_takes_the_newest_even_major_or_18() {
        for (text, expected) in [
            ("*", "nodejs_18"),
            (" *", "nodejs_24"),
            (">=18", "nodejs_24"),
            ("22.1.0", "nodejs_22"),
            ("23", "nodejs_18"),
            (">24", "nodejs_18"),
            ("<18", "nodejs_16"),
            (">=14 <16", "nodejs_14"),
        ] {
            assert_eq!(package(&engines(Edition::NIXPACKS, text)), expected, "{text:?}");
        }
        let app = engines(Edition::NIXPACKS, "lts/x");
        assert_eq!(package(&app), "nodejs_18");
        assert_eq!(app.warnings(), ["node version lts/x is not valid, using default node version nodejs_18"]);
        assert!(runtime(&engines(Edition::NIXPACKS, "~*")).is_err());
    }

    #[test]
    fn nixpacks_reads_nvmrc_and_node_version_each_in_its_way() {
        let nvmrc = |text: &str| package(&FakeApp::nixpacks().file(".nvmrc", text));
        assert_eq!(nvmrc("lts/*\n"), "nodejs_22");
        assert_eq!(nvmrc("lts/iron"), "nodejs_20");
        assert_eq!(nvmrc("lts/krypton"), "nodejs_18");
        assert_eq!(nvmrc("lts/argon"), "nodejs_18");
        assert_eq!(nvmrc("vv16"), "nodejs_16");
        assert_eq!(package(&FakeApp::nixpacks().file(".node-version", "vv2v2")), "nodejs_22");
        assert_eq!(package(&FakeApp::nixpacks().file(".node-version", "lts/iron")), "nodejs_18");
    }

    #[test]
    fn nixpacks_chooses_the_archive_by_the_files_alone() {
        let app = FakeApp::nixpacks().variable("NIXPACKS_NODE_VERSION", "16");
        assert_eq!(runtime(&app).unwrap(), ("nodejs_16", versions::NIXPKGS_NODE_20));
        let app = app.variable("NIXPACKS_NODE_VERSION", "22").file(".nvmrc", "16");
        assert_eq!(runtime(&app).unwrap(), ("nodejs_22", NIXPKGS_NODE_16));
        let bun = FakeApp::nixpacks().file("bun.lock", "");
        assert_eq!(runtime(&bun).unwrap(), ("nodejs_18", NIXPKGS_BUN));
        assert_eq!(runtime(&bun.file(".nvmrc", "14")).unwrap(), ("nodejs_14", NIXPKGS_BUN));
    }

    #[test]
    fn an_open_range_gets_the_default() {
        for (text, expected) in [
            ("*", "nodejs_24"),
            (">=18", "nodejs_24"),
            ("<=22", "nodejs_22"),
            (">=25", "nodejs_26"),
            ("^20 || ^22", "nodejs_22"),
            ("18 - 20", "nodejs_20"),
            ("18.x", "nodejs_18"),
        ] {
            assert_eq!(package(&engines(Edition::E2026_11, text)), expected, "{text:?}");
        }
        assert_eq!(runtime(&FakeApp::new()).unwrap(), ("nodejs_24", NIXPKGS_26_05));
    }

    #[test]
    fn names_of_releases_are_understood_wherever_they_stand() {
        for (text, expected) in [
            ("lts/*", "nodejs_24"),
            ("lts/Jod", "nodejs_22"),
            ("lts-krypton", "nodejs_24"),
            ("lts", "nodejs_24"),
            ("latest", "nodejs_26"),
            ("v22.1.0", "nodejs_22"),
        ] {
            assert_eq!(package(&FakeApp::new().file(".nvmrc", text)), expected, "{text:?}");
            assert_eq!(package(&FakeApp::new().variable("NIXPACKS_NODE_VERSION", text)), expected, "{text:?}");
            assert_eq!(package(&FakeApp::new().file(".tool-versions", format!("nodejs {text}"))), expected, "{text:?}");
        }
    }

    #[test]
    fn the_variable_decides_about_package_and_archive() {
        let app = engines(Edition::E2026_11, "22").file(".nvmrc", "24").variable("NIXPACKS_NODE_VERSION", "16");
        assert_eq!(runtime(&app).unwrap(), ("nodejs_16", NIXPKGS_NODE_16));
        assert_eq!(app.warnings(), ["Node.js 16 gets no security fixes since 2023-09-11; move to 24"]);
        assert_eq!(package(&engines(Edition::E2026_11, "22").file(".nvmrc", "24")), "nodejs_24");
    }

    #[test]
    fn what_is_not_to_be_had_is_an_error_that_lists_what_is() {
        for app in [engines(Edition::E2026_11, "19"), FakeApp::new().file(".nvmrc", "lts/argon")] {
            let text = app.plan_text::<crate::Node>();
            assert!(text.contains("is not available"), "{text}");
            assert!(text.contains("Available versions: 14, 16, 18, 20, 22, 24, 26"), "{text}");
        }
        let error = runtime(&FakeApp::new().file(".nvmrc", "newest")).unwrap_err();
        assert_eq!(error.message(), "Node.js version \"newest\" in .nvmrc cannot be understood");
    }

    #[test]
    fn engines_that_npm_cannot_read_are_passed_over_with_a_warning() {
        let app = engines(Edition::E2026_11, "18,20");
        assert_eq!(package(&app), "nodejs_24");
        assert_eq!(app.warnings().len(), 1);
    }
}
