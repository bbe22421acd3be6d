//! Which version of the package manager the app gets, and where it comes from.

use crate::app::NodeApp;
use crate::manager::Manager;
use crate::manager_releases::{BUN_OF_FORMAT, ManagerReleases, PNPM_OF_FORMAT, Packaged, YARN_OF_FORMAT};
use crate::node_version::Runtime;
use crate::npm_program::NpmProgram;
use crate::range;
use crate::wishes::{self, Weight, Wish};
use plugpacks_provider_support::release::Support;
use plugpacks_provider_support::requirement::is_exact;
use plugpacks_provider_support::version::{Interval, Range, Version, parse_numbers};
use plugpacks_sdk::{Error, Result};
use std::ops::Bound;

/// Where a version comes from.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Source {
    /// The nixpkgs that Node.js comes from; `None`: with Node.js.
    Nixpkgs(Option<&'static str>),
    /// Its npm package, in the version that the app asks for.
    Npm(NpmProgram),
    /// As under Nixpacks 1.41: for a Node.js out of an archive that lacks the other attributes.
    Overlay,
}

/// The version that the app asks for, or that its lockfile needs, or the packaged one.
///
/// # Errors
/// No version is the one asked for; a file of the app cannot be read.
pub(crate) fn choose(app: &NodeApp, runtime: &Runtime) -> Result<Source> {
    let source = choose_for(app, runtime)?;
    Ok(match &source {
        // nixpkgs' would run by nixpkgs' Node.js.
        Source::Nixpkgs(Some(attribute)) if runtime.exact.is_some() && app.manager != Manager::Bun => {
            Source::Npm(app.manager.of_npm(app.manager.version_of(attribute)))
        }
        _ => source,
    })
}

fn choose_for(app: &NodeApp, runtime: &Runtime) -> Result<Source> {
    let releases = app.manager.releases(runtime);
    let wish = wishes::manager(app, app.manager, releases.variable)?;
    if app.manager == Manager::Yarn && has_own_yarn(app)? {
        return Ok(Source::Nixpkgs(Some("yarn-berry")));
    }
    let locked = version_of_lockfile(app)?;
    if let Some(wish) = &wish
        && let Some(source) = wished(app, releases, app.manager, wish, locked)?
    {
        return Ok(source);
    }
    let is_separate = app.manager != Manager::Npm && app.manager != Manager::Bun;
    if is_separate && matches!(runtime.release.support, Support::Ended(_)) {
        return Ok(Source::Overlay);
    }
    if let Some(version) = locked {
        because(app, &format!("{version}: the lockfile's format is that of this version"));
        return Ok(Source::Npm(app.manager.of_npm(version)));
    }
    if app.manager == Manager::Yarn && is_berry(app)? {
        return Ok(Source::Nixpkgs(Some("yarn-berry")));
    }
    Ok(Source::Nixpkgs(releases.packaged.first().and_then(|packaged| packaged.attribute)))
}

/// Where Bun comes from, if a script runs the app or its build by it though another manager installs.
///
/// # Errors
/// As [`choose`].
pub(crate) fn bun_of_scripts(app: &NodeApp) -> Result<Option<Source>> {
    let calls_bun = |script: &&str| {
        let text = app.package.script(script).unwrap_or_default();
        text.split(|c: char| !(c.is_alphanumeric() || c == '-' || c == '_')).any(|word| word == "bun" || word == "bunx")
    };
    if app.manager == Manager::Bun || !["start", "build", "postinstall", "prepare"].iter().any(calls_bun) {
        return Ok(None);
    }
    let releases = Manager::Bun.own_releases();
    let wish = wishes::manager(app, Manager::Bun, releases.variable)?;
    let wished = match &wish {
        Some(wish) => wished(app, releases, Manager::Bun, wish, None)?,
        None => None,
    };
    Ok(Some(wished.unwrap_or(Source::Nixpkgs(Some("bun")))))
}

/// Whether the app uses Yarn 2 or later: as it asks for, else as its files say.
///
/// # Errors
/// A file of the app cannot be read.
pub(crate) fn is_berry(app: &NodeApp) -> Result<bool> {
    if let Some(wish) = wishes::manager(app, Manager::Yarn, "YARN_VERSION")?
        && let Some(major) = first_number(&wish.request.text)
    {
        return Ok(major > 1);
    }
    let directory = app.directory();
    Ok(directory.has_file(".yarnrc.yml")? || directory.search("yarn.lock", "(?m)^__metadata:")?.is_some())
}

fn first_number(text: &str) -> Option<u64> {
    let digits = text.trim_start_matches(|c: char| !c.is_ascii_digit());
    digits[..digits.find(|c: char| !c.is_ascii_digit()).unwrap_or(digits.len())].parse().ok()
}

/// Whether the app has its own Yarn, which any Yarn hands over to.
fn has_own_yarn(app: &NodeApp) -> Result<bool> {
    Ok(app.directory().search(".yarnrc.yml", "(?m)^yarnPath:")?.is_some())
}

/// What a wish leads to; `None` if it is advice that cannot be followed, or says nothing.
fn wished(
    app: &NodeApp,
    releases: &'static ManagerReleases,
    manager: Manager,
    wish: &Wish,
    locked: Option<&'static str>,
) -> Result<Option<Source>> {
    let text = wish.request.text.split('+').next().unwrap_or_default();
    let text = text.strip_prefix('v').unwrap_or(text);
    let reason = || because(app, &format!("{text} because of {}", wish.request.source));
    if is_exact(text) {
        reason();
        let is_packaged = |packaged: &&Packaged| packaged.series == text;
        return Ok(Some(match releases.packaged.iter().find(is_packaged) {
            Some(packaged) => Source::Nixpkgs(packaged.attribute),
            None => Source::Npm(manager.of_npm(text)),
        }));
    }
    let range = match text {
        "latest" | "stable" | "lts" | "berry" => range::npm(releases.known.last().unwrap_or(&"*")),
        _ => range::npm(text),
    };
    let Ok(range) = range else {
        return refused(app, releases, manager, wish, "cannot be understood");
    };
    if let Some(version) = locked.filter(|version| contains(&range, version)) {
        reason();
        return Ok(Some(Source::Npm(manager.of_npm(version))));
    }
    if let Some(packaged) = releases.packaged.iter().find(|packaged| contains(&range, packaged.version)) {
        reason();
        return Ok(Some(Source::Nixpkgs(packaged.attribute)));
    }
    let newest = releases.known.iter().rev();
    let known = newest.clone().find(|version| contains(&range, version)).copied();
    // An older version of a known major: npm takes the newest in the range.
    let older = || newest.clone().any(|version| reaches_up_to(&range, version)).then_some(text);
    match known.or_else(older) {
        Some(version) => {
            reason();
            Ok(Some(Source::Npm(manager.of_npm(version))))
        }
        None => refused(app, releases, manager, wish, "is no version that is known"),
    }
}

/// A demand that cannot be met is an error, advice that cannot be followed a warning.
fn refused(
    app: &NodeApp,
    releases: &ManagerReleases,
    manager: Manager,
    wish: &Wish,
    problem: &str,
) -> Result<Option<Source>> {
    let name = manager.name();
    let message = format!("{name} {:?}, asked for by {}, {problem}", wish.request.text, wish.request.source);
    let hint = format!(
        "Known versions: {}; any other whole version is fetched, too. NIXPACKS_{} chooses one",
        releases.known.join(", "),
        releases.variable
    );
    if wish.weight == Weight::Demand {
        return Err(Error::new(message).hint(hint));
    }
    app.context.diagnostics.warn(format!("{message}; it is passed over. {hint}"));
    Ok(None)
}

/// Whether a range has a version of this one's major that is older.
fn reaches_up_to(range: &Range, version: &str) -> bool {
    let Some(numbers) = parse_numbers(version) else { return false };
    let first = Version::new(numbers[0], 0, 0);
    let last = Version::new(numbers[0], numbers.get(1).copied().unwrap_or(0), numbers.get(2).copied().unwrap_or(0));
    range.overlaps(&Interval { lower: Bound::Included(first), upper: Bound::Included(last) })
}

fn contains(range: &Range, version: &str) -> bool {
    range::npm(version).is_ok_and(|exact| exact.intervals().iter().any(|interval: &Interval| range.overlaps(interval)))
}

fn because(app: &NodeApp, reason: &str) {
    app.context.diagnostics.because("package manager's version", format!("{} {reason}", app.manager.name()));
}

/// The version that a lockfile needs which the packaged one cannot read, or would change.
fn version_of_lockfile(app: &NodeApp) -> Result<Option<&'static str>> {
    let (path, pattern, formats) = match app.manager {
        Manager::Npm => return Ok(None),
        Manager::Pnpm => ("pnpm-lock.yaml", r#"(?m)^lockfileVersion:\s*['"]?([0-9.]+)"#, PNPM_OF_FORMAT),
        Manager::Yarn => ("yarn.lock", r"(?m)^__metadata:\n\s+version:\s*([0-9]+)", YARN_OF_FORMAT),
        Manager::Bun => ("bun.lock", r#""lockfileVersion"\s*:\s*([0-9]+)"#, BUN_OF_FORMAT),
    };
    let found = app.directory().search(path, pattern)?;
    let format = found.as_ref().and_then(|found| found.groups.get(1)?.as_deref());
    Ok(formats.iter().find(|(known, _)| Some(*known) == format).map(|(_, version)| *version))
}

#[cfg(test)]
mod tests {
    use super::*;
    use plugpacks_sdk::testing::FakeApp;

    fn source(app: &FakeApp) -> Result<Source> {
        app.with(|context| {
            let app = NodeApp::read(context)?;
            let runtime = (app.rules.runtime)(&app)?;
            choose(&app, &runtime)
        })
    }

    fn manifest(text: &str) -> FakeApp {
        FakeApp::new().file("package.json", text)
    }

    /// The version that npm brings, or the attribute of nixpkgs.
    fn version(app: &FakeApp) -> String {
        match source(app).unwrap() {
            Source::Npm(program) => program.title(),
            Source::Nixpkgs(attribute) => attribute.unwrap_or("npm of Node.js").to_owned(),
            Source::Overlay => "overlay".to_owned(),
        }
    }

    #[test]
    fn a_whole_version_is_the_one_that_comes() {
        for (text, expected) in [
            (r#"{"packageManager": "pnpm@10.33.0+sha512.abc"}"#, "pnpm 10.33.0"),
            (r#"{"packageManager": "yarn@4.9.2"}"#, "yarn 4.9.2"),
            (r#"{"packageManager": "yarn@1.22.22"}"#, "yarn"),
            (r#"{"packageManager": "bun@1.4.5"}"#, "bun 1.4.5"),
            (r#"{"packageManager": "npm@11.19.1"}"#, "npm 11.19.1"),
            (r#"{"volta": {"node": "24", "npm": "10.8.0"}}"#, "npm 10.8.0"),
            (r#"{"devEngines": {"packageManager": {"name": "bun", "version": "1.2.3"}}}"#, "bun 1.2.3"),
        ] {
            assert_eq!(version(&manifest(text)), expected, "{text}");
        }
        assert_eq!(
            version(&manifest("{}").file("pnpm-lock.yaml", "").file(".tool-versions", "pnpm 9.1.0")),
            "pnpm 9.1.0"
        );
        let chosen = manifest(r#"{"packageManager": "pnpm@9.0.0"}"#).variable("NIXPACKS_PNPM_VERSION", "9.1.0");
        assert_eq!(version(&chosen), "pnpm 9.1.0");
    }

    #[test]
    fn a_range_takes_the_packaged_version_in_it_else_the_newest_known_one() {
        let pnpm = |range: &str| {
            let text = format!(r#"{{"devEngines": {{"packageManager": {{"name": "pnpm", "version": "{range}"}}}}}}"#);
            manifest(&text)
        };
        for (range, expected) in [
            (">=9", "pnpm_10"),
            ("^11.0.0", "pnpm_11"),
            ("^12.0.0", "pnpm 12.21.0"),
            ("9", "pnpm 9.15.9"),
            ("11.5.x", "pnpm 11.5.x"),
            ("latest", "pnpm 12.21.0"),
        ] {
            assert_eq!(version(&pnpm(range)), expected, "{range}");
        }
        let error = source(&pnpm(">=13")).unwrap_err();
        assert_eq!(
            error.message(),
            "pnpm \">=13\", asked for by devEngines.packageManager in package.json, is no version that is known"
        );
        let advice = manifest(r#"{"engines": {"npm": "please-use-yarn"}}"#);
        assert_eq!(version(&advice), "npm of Node.js");
        assert_eq!(advice.warnings().len(), 1);
        assert_eq!(version(&manifest(r#"{"engines": {"npm": ">=10"}}"#)), "npm of Node.js");
    }

    #[test]
    fn a_lockfile_comes_with_a_version_that_reads_it_and_leaves_it_alone() {
        let locked = |path: &str, text: &str| version(&manifest("{}").file(path, text));
        assert_eq!(locked("bun.lock", "{\n  \"lockfileVersion\": 2,"), "bun 1.4.5");
        assert_eq!(locked("bun.lock", "{\n  \"lockfileVersion\": 1,"), "bun");
        assert_eq!(locked("yarn.lock", "__metadata:\n  version: 8\n"), "yarn 4.13.0");
        assert_eq!(locked("yarn.lock", "__metadata:\n  version: 10\n"), "yarn 4.18.1");
        assert_eq!(locked("yarn.lock", "# yarn lockfile v1"), "yarn");
        assert_eq!(locked("pnpm-lock.yaml", "lockfileVersion: '6.0'"), "pnpm 8.15.9");
        assert_eq!(locked("pnpm-lock.yaml", "lockfileVersion: '9.0'"), "pnpm_10");
        let range = manifest(r#"{"engines": {"bun": ">=1.0"}}"#).file("bun.lock", "\"lockfileVersion\": 2");
        assert_eq!(version(&range), "bun 1.4.5");
    }

    #[test]
    fn an_unmaintained_node_keeps_the_managers_of_nixpacks_unless_one_is_asked_for() {
        let app = FakeApp::new().file("yarn.lock", "").file(".nvmrc", "18");
        assert_eq!(version(&app), "overlay");
        assert_eq!(version(&app.file("package.json", r#"{"packageManager": "yarn@1.22.19"}"#)), "yarn 1.22.19");
        assert_eq!(version(&FakeApp::new().file(".nvmrc", "18")), "npm of Node.js");
    }

    #[test]
    fn the_apps_own_yarn_is_used() {
        let app =
            manifest(r#"{"packageManager": "yarn@4.9.2"}"#).file(".yarnrc.yml", "yarnPath: .yarn/releases/y.cjs\n");
        assert_eq!(version(&app), "yarn-berry");
    }
}
