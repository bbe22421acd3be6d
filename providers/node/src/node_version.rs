//! Which Node.js the app gets, and from which nixpkgs commit.

use crate::app::NodeApp;
use crate::manager::Manager;
use crate::npm_program::NpmProgram;
use crate::range::{self, RangeError};
use crate::versions::{self, LTS_NAMES, NEWEST, NIXPACKS_NEWEST_LTS, NIXPKGS_BUN, NodeSeries, OF_NPM};
use crate::wishes::{self, Weight, Wish};
use plugpacks_provider_support::release::{Release, Releases, Request, Support};
use plugpacks_provider_support::version::{Interval, Range, Version};
use plugpacks_sdk::{Error, Result};
use std::ops::Bound;

/// A Node.js to install.
#[derive(Clone, Debug)]
pub(crate) struct Runtime {
    pub(crate) release: &'static Release,
    /// The nixpkgs commit of the whole setup.
    pub(crate) archive: &'static str,
    /// The very version that the app asks for, where the release is another: that one only fetches it.
    pub(crate) exact: Option<NpmProgram>,
}

impl Runtime {
    /// A release as nixpkgs has it.
    fn packaged(release: &'static Release) -> Self {
        Self { release, archive: release.archive, exact: None }
    }

    /// The major version.
    pub(crate) fn major(&self) -> u64 {
        self.release.version.parse().unwrap_or(0)
    }
}

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
    Ok(Runtime { release, archive, exact: None })
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

/// The first of variable, version files and manifest decides about both package and archive. What
/// nixpkgs has another version of comes from npm.
pub(crate) fn requested(app: &NodeApp) -> Result<Runtime> {
    let releases = versions::RELEASES.at(app.context);
    let Some(wish) = wishes::node(app)? else {
        return Ok(Runtime::packaged(releases.choose_default(app.context)));
    };
    let Some((text, range)) = range_of(releases, &wish.request.text) else {
        return impossible(app, &wish, releases.malformed(&wish.request));
    };
    let version = format!("because {} asks for {:?}", wish.request.source, wish.request.text);
    let because = |found: &str| app.context.diagnostics.because("Node.js version", format!("{found} {version}"));
    if let Some(release) = packaged(releases, &range) {
        because(release.version);
        releases.warn_if_ended(app.context, release);
        return Ok(Runtime::packaged(release));
    }
    if let Some(series) = OF_NPM.iter().find(|series| range.overlaps(&series.interval())) {
        because(&format!("{text} from npm"));
        warn_if_ended(app, series, releases);
        let base = releases.exactly(&series.major.to_string()).unwrap_or_else(|| releases.default_release());
        return Ok(Runtime { exact: Some(NpmProgram::node(text, series.npm)), ..Runtime::packaged(base) });
    }
    // Newer than any release that is known here.
    if let Some(release) = releases.all.iter().find(|release| range.overlaps(&release.interval())) {
        app.context.diagnostics.warn(format!(
            "Node.js {text}, asked for by {}, is not known here: nixpkgs' Node.js {} is used",
            wish.request.source, release.version
        ));
        return Ok(Runtime::packaged(release));
    }
    impossible(app, &wish, releases.unavailable(&wish.request))
}

/// The packaged release whose version is in a range, maintained ones first.
fn packaged(releases: &'static Releases, range: &Range) -> Option<&'static Release> {
    let newest = |release: &Release| OF_NPM.iter().find(|series| series.major.to_string() == release.version);
    let is_met = |release: &&Release| {
        newest(release).is_some_and(|series| range.overlaps(&Interval::exactly(series.newest_version())))
    };
    let met = || releases.all.iter().filter(is_met);
    met().find(|release| release.support == Support::Current).or_else(|| met().next())
}

/// `engines` is no more than advice to npm, which goes on when it cannot be followed; so does this.
fn impossible(app: &NodeApp, wish: &Wish, error: Error) -> Result<Runtime> {
    if wish.weight == Weight::Demand {
        let releases = versions::RELEASES.at(app.context).all.iter();
        let mut available: Vec<_> = releases.map(|release| release.version).collect();
        available.sort_unstable();
        return Err(
            error.hint(format!("Available versions: {}; NIXPACKS_NODE_VERSION chooses one", available.join(", ")))
        );
    }
    let Request { text, source } = &wish.request;
    let default = versions::RELEASES.at(app.context).default_release();
    app.context.diagnostics.warn(format!(
        "{source} is {text:?}, which no release of Node.js is; Node.js {} is used. NIXPACKS_NODE_VERSION chooses another",
        default.version
    ));
    Ok(Runtime::packaged(default))
}

fn warn_if_ended(app: &NodeApp, series: &NodeSeries, releases: &Releases) {
    if let Some(date) = series.ended {
        app.context.diagnostics.warn(format!(
            "Node.js {} gets no security fixes since {date}; move to {}",
            series.major, releases.default
        ));
    }
}

impl NodeSeries {
    fn newest_version(&self) -> Version {
        Version::new(self.major, self.newest.0, self.newest.1)
    }

    fn interval(&self) -> Interval {
        Interval {
            lower: Bound::Included(Version::new(self.major, 0, 0)),
            upper: Bound::Included(self.newest_version()),
        }
    }
}

/// The versions meant by npm's ranges and by the names that version managers have for releases, and how
/// npm is asked for them.
fn range_of<'t>(releases: &'static Releases, text: &'t str) -> Option<(&'t str, Range)> {
    let version = match text.strip_prefix("lts/").or_else(|| text.strip_prefix("lts-")) {
        Some("*") => releases.default,
        // The release before the newest long-term one, and so on.
        Some(age) if age.starts_with('-') => LTS_NAMES.get(age[1..].parse::<usize>().ok()?)?.1,
        Some(name) => lts(&name.to_ascii_lowercase())?,
        None => match text {
            "lts" => releases.default,
            "node" | "latest" | "current" | "stable" => NEWEST,
            _ => text,
        },
    };
    let version = version.strip_prefix('v').unwrap_or(version);
    Some((version, range::npm(version).ok()?))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::versions::NIXPKGS_NODE_16;
    use plugpacks_provider_support::release::NIXPKGS_26_05;
    use plugpacks_sdk::Edition;
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
        let text = FakeApp::new().file(".nvmrc", "lts/argon").plan_text::<crate::Node>();
        assert!(text.contains("is not available"), "{text}");
        assert!(text.contains("Available versions: 14, 16, 18, 20, 22, 24, 26; NIXPACKS_NODE_VERSION"), "{text}");
        let advice = engines(Edition::E2026_11, ">=40");
        assert_eq!(package(&advice), "nodejs_24");
        assert!(advice.warnings()[0].contains("which no release of Node.js is"), "{:?}", advice.warnings());
        let error = runtime(&FakeApp::new().file(".nvmrc", "newest")).unwrap_err();
        assert_eq!(error.message(), "Node.js version \"newest\" in .nvmrc cannot be understood");
    }

    #[test]
    fn what_nixpkgs_has_another_version_of_comes_from_npm() {
        let exact = |app: &FakeApp| {
            app.with(|context| {
                let app = NodeApp::read(context).unwrap();
                let runtime = (app.rules.runtime)(&app).unwrap();
                (runtime.exact.map(|program| program.title()), runtime.release.package)
            })
        };
        for (text, expected, base) in [
            ("v22.11.0", Some("node 22.11.0"), "nodejs_22"),
            ("23", Some("node 23"), "nodejs_24"),
            ("22.11", Some("node 22.11"), "nodejs_22"),
            ("22.23.3", None, "nodejs_22"),
            ("24.99.0", None, "nodejs_24"),
            (">=22.12 <23", None, "nodejs_22"),
        ] {
            let found = exact(&FakeApp::new().file(".nvmrc", text));
            assert_eq!((found.0.as_deref(), found.1), (expected, base), "{text}");
        }
        let volta = FakeApp::new().file("package.json", r#"{"volta": {"node": "20.11.1"}, "engines": {"node": "24"}}"#);
        assert_eq!(exact(&volta), (Some("node 20.11.1".to_owned()), "nodejs_20"));
        let developers = r#"{"devEngines": {"runtime": {"name": "node", "version": "^22.12.0"}}}"#;
        assert_eq!(exact(&FakeApp::new().file("package.json", developers)), (None, "nodejs_22"));
    }

    #[test]
    fn engines_that_npm_cannot_read_are_passed_over_with_a_warning() {
        let app = engines(Edition::E2026_11, "18,20");
        assert_eq!(package(&app), "nodejs_24");
        assert_eq!(app.warnings().len(), 1);
    }
}
