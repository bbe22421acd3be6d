//! Which PHP the app gets, and with which extensions.

use crate::composer::Composer;
use crate::versions::{NIXPACKS, RELEASES, WITH_JSON_EXTENSION};
use plugpacks_provider_support::release::{Release, Request, Sources};
use plugpacks_provider_support::requirement;
use plugpacks_provider_support::version::{Interval, Range, parse_numbers};
use plugpacks_sdk::{Context, Result};

/// The app's manifest, the last of the sources.
const MANIFEST: &str = "composer.json";

const SOURCES: Sources = Sources { variable: "PHP_VERSION", files: &[".php-version"], tools: &["php"] };

/// Nixpacks 1.41: the first version whose number occurs in what `composer.json` requires.
pub(crate) fn nixpacks(context: &Context, composer: &Composer) -> Result<&'static Release> {
    let default = NIXPACKS.default_release();
    let Some(required) = composer.php() else {
        context.diagnostics.warn(format!(
            "No PHP version specified, using PHP {}; see composer.json's require.php to specify one",
            default.version
        ));
        return Ok(default);
    };
    let Some(release) = NIXPACKS.all.iter().find(|release| required.contains(release.version)) else {
        context.diagnostics.warn(format!("PHP version {required} is not available, using PHP {}", default.version));
        return Ok(default);
    };
    context.diagnostics.because("PHP version", format!("{} from {required:?} in composer.json", release.version));
    NIXPACKS.warn_if_ended(context, release);
    Ok(release)
}

/// The order of [`Sources`], then `composer.json`; what is asked for and not there is an error.
pub(crate) fn requested(context: &Context, composer: &Composer) -> Result<&'static Release> {
    let releases = RELEASES.at(context);
    let request = match SOURCES.find(context)? {
        Some(request) => Some(request),
        None => composer.php().and_then(|text| Request::new(text, MANIFEST)),
    };
    let Some(request) = request else { return Ok(releases.choose_default(context)) };
    let range = constraint(&request.text).ok_or_else(|| releases.malformed(&request))?;
    if request.source != MANIFEST {
        return releases.select(context, &request, &range);
    }
    match within_lock(context, composer, &range) {
        Some(narrower) => {
            let source = "composer.json and the packages of composer.lock".to_owned();
            releases.select(context, &Request { source, ..request }, &narrower)
        }
        None => releases.select(context, &request, &range),
    }
}

/// Of a range what every locked package allows, too; `None` if they say nothing more, or if no release
/// is left, which then is a warning.
fn within_lock(context: &Context, composer: &Composer, range: &Range) -> Option<Range> {
    let releases = RELEASES.at(context);
    let has_release = |range: &Range| releases.all.iter().any(|release| range.overlaps(&release.interval()));
    let mut narrower = range.clone();
    for package in &composer.locked {
        let Some(allowed) = package.require.get("php").and_then(|text| constraint(text)) else { continue };
        narrower = narrower.intersect(&allowed);
        if !has_release(&narrower) && has_release(range) {
            context.diagnostics.warn(format!(
                "{} in composer.lock does not allow any PHP that composer.json allows; the lock is not regarded",
                package.name
            ));
            return None;
        }
    }
    (narrower != *range).then_some(narrower)
}

/// A version constraint of Composer: alternatives separated by `|` or `||`; in them ranges with a
/// hyphen, or terms separated by commas and blanks.
fn constraint(text: &str) -> Option<Range> {
    text.split('|').map(str::trim).filter(|alternative| !alternative.is_empty()).try_fold(
        Range::default(),
        |range, alternative| {
            Some(range.unite(match alternative.split_once(" - ") {
                Some((from, to)) => between(from.trim(), to.trim())?,
                None => {
                    let words = alternative.split([',', ' ', '\t']).filter(|word| !word.is_empty());
                    requirement::all(requirement::terms(words).iter().map(String::as_str))?
                }
            }))
        },
    )
}

/// The versions from one to another, the whole series of the other included.
fn between(from: &str, to: &str) -> Option<Range> {
    let from = Interval::series(&parse_numbers(from)?);
    let to = Interval::series(&parse_numbers(to)?);
    Some(Range::new(vec![Interval { lower: from.lower, upper: to.upper }]))
}

/// Nixpacks 1.41: all but JSON and the opcode cache, which newer releases have in any case.
pub(crate) fn nixpacks_extensions(_: &Context, composer: &Composer, php: &Release) -> Vec<String> {
    let is_always_there = |name: &str| matches!(name, "json" | "zend-opcache") && php.version != WITH_JSON_EXTENSION;
    composer.extensions().filter(|name| !is_always_there(name)).map(str::to_owned).collect()
}

#[cfg(test)]
mod tests {
    use crate::app::PhpApp;
    use plugpacks_sdk::testing::FakeApp;
    use plugpacks_sdk::{Error, PartialPlan};

    /// The Nix attribute of the chosen PHP and its extensions, or the error.
    fn php(app: FakeApp) -> String {
        let app = app.plan_of("node", PartialPlan::new());
        let decided = app.with(|context| PhpApp::read(context).map(|app| (app.php, app.extensions)));
        match decided.map_err(|error: Error| error.to_string()) {
            Ok((release, extensions)) if extensions.is_empty() => release.package.to_owned(),
            Ok((release, extensions)) => format!("{} {}", release.package, extensions.join(" ")),
            Err(error) => error,
        }
    }

    fn requiring(app: FakeApp, version: &str) -> String {
        php(app.file("composer.json", format!("{{\"require\": {{\"php\": {version:?}}}}}")))
    }

    #[test]
    fn nixpacks_looks_for_numbers_in_its_own_order() {
        for (text, expected) in [
            ("^8.1", "php81"),
            (">=8.0", "php80"),
            ("^7.4 || ^8.0", "php80"),
            ("8.2.*", "php"),
            ("8.10", "php81"),
            ("~7.4.3", "php74"),
            ("^8", "php83"),
            ("8.5", "php83"),
        ] {
            assert_eq!(requiring(FakeApp::nixpacks(), text), expected, "{text:?}");
        }
    }

    #[test]
    fn nixpacks_passes_over_what_it_cannot_read() {
        for text in ["{", "{}", "{\"require\": {\"php\": \"8.1\", \"ext-gd\": 1}}", "[]", ""] {
            let app = FakeApp::nixpacks().file("composer.json", text);
            assert_eq!(php(app), "php83", "{text:?}");
        }
        let app = FakeApp::nixpacks().file("composer.json", "{\"require\": {\"php\": \"5.6\"}}");
        app.with(|context| super::nixpacks(context, &crate::composer::nixpacks(context).unwrap())).unwrap();
        assert_eq!(app.warnings(), ["PHP version 5.6 is not available, using PHP 8.3"]);
    }

    #[test]
    fn constraints_are_those_of_composer() {
        for (text, expected) in [
            ("^8.1", "php84"),
            (">=8.0", "php84"),
            ("^7.4 || ^8.0", "php84"),
            ("^7.4|^8.0", "php84"),
            ("~8.2.0", "php82"),
            ("8.3.*", "php83"),
            (">= 8.2 < 8.4", "php83"),
            (">=8.1,<8.3", "php82"),
            ("8.0 - 8.2", "php82"),
            ("^8.5", "php85"),
            ("8.1.2", "php81"),
            ("^7.1", "php74"),
            ("*", "php84"),
            ("^5.6", "PHP \"^5.6\", asked for by composer.json, is not available"),
            ("newest", "PHP version \"newest\" in composer.json cannot be understood"),
        ] {
            assert_eq!(requiring(FakeApp::new(), text), expected, "{text:?}");
        }
        assert_eq!(
            php(FakeApp::new().file("composer.json", "{")).split(':').next(),
            Some("Error reading composer.json as JSON")
        );
    }

    #[test]
    fn sources_have_one_order() {
        let app = || FakeApp::new().file("composer.json", "{\"require\": {\"php\": \"8.1.*\"}}");
        assert_eq!(php(app()), "php81");
        let app = || app().file(".tool-versions", "php 8.2.1\n");
        assert_eq!(php(app()), "php82");
        let app = || app().file(".php-version", "8.3\n");
        assert_eq!(php(app()), "php83");
        assert_eq!(php(app().variable("NIXPACKS_PHP_VERSION", "8.5")), "php85");
    }

    #[test]
    fn extensions_that_are_always_there_are_left_out() {
        let manifest = |php: &str| {
            format!(
                "{{\"require\": {{\"php\": \"{php}\", \"ext-redis\": \"*\", \"ext-json\": \"*\", \"ext-PDO\": \"*\", \
                 \"ext-bcmath\": \"*\", \"ext-zend-opcache\": \"*\", \"ext-spl\": \"*\"}}}}"
            )
        };
        let nixpacks = |version| php(FakeApp::nixpacks().file("composer.json", manifest(version)));
        assert_eq!(nixpacks("8.3"), "php83 PDO bcmath redis spl");
        assert_eq!(nixpacks("7.4"), "php74 PDO bcmath json redis spl zend-opcache");
        let requested = |version| php(FakeApp::new().file("composer.json", manifest(version)));
        assert_eq!(requested("8.4"), "php84 bcmath pdo redis");
        assert_eq!(requested("7.4"), "php74 bcmath json pdo redis");
    }
}
