//! Which version of Go.

use super::modules::Modules;
use crate::versions::{RELEASES, SOURCES};
use plugpacks_provider_support::release::{Release, Request};
use plugpacks_provider_support::version::{Interval, Range, Version, parse_numbers};
use plugpacks_sdk::{Context, Result};

/// The Go that is installed.
pub(super) struct Toolchain {
    pub(super) release: Release,
    /// Value of `GOTOOLCHAIN`, where Go has to fetch a newer version of itself.
    pub(super) variable: Option<&'static str>,
}

/// The release that a variable or a version file asks for; else one that is new enough for
/// `go.work` and `go.mod`; else the default.
pub(super) fn choose(context: &Context, modules: &Modules) -> Result<Toolchain> {
    let releases = RELEASES.at(context);
    let installed = |release: &Release| Toolchain { release: *release, variable: None };
    let minimum = minimum(context, modules);
    if let Some(request) = SOURCES.find(context)? {
        let range = requested(&request.text).ok_or_else(|| releases.malformed(&request))?;
        let release = releases.select(context, &request, &range)?;
        return Ok(Toolchain { release: *release, variable: exceeding(context, release, &request, minimum) });
    }
    let Some((minimum, request)) = minimum else {
        return Ok(installed(releases.choose_default(context)));
    };
    let new_enough = Range::new(vec![Interval::at_least(minimum.clone())]);
    if releases.all.iter().any(|release| new_enough.overlaps(&release.interval())) {
        let release = releases.select(context, &request, &new_enough)?;
        return Ok(Toolchain { release: *release, variable: fetched_patch(context, release, &minimum, &request) });
    }
    Ok(fetched_by_go(context, &request))
}

/// Lets Go fetch the version that a module needs, where an older one is asked for elsewhere.
fn exceeding(
    context: &Context,
    release: &Release,
    asked: &Request,
    minimum: Option<(Version, Request)>,
) -> Option<&'static str> {
    let (version, request) = minimum?;
    let new_enough = Range::new(vec![Interval::at_least(version.clone())]);
    if new_enough.overlaps(&release.interval()) {
        return fetched_patch(context, release, &version, &request);
    }
    context.diagnostics.warn(format!(
        "{} asks for Go {}, but {} for {}: Go downloads the latter during the build",
        asked.source, asked.text, request.source, request.text
    ));
    Some("auto")
}

/// Lets Go fetch itself where a module needs a patch release: the package may be an earlier one of the same series.
fn fetched_patch(context: &Context, release: &Release, minimum: &Version, request: &Request) -> Option<&'static str> {
    let [major, minor, patch] = minimum.numbers;
    (patch > 0 && parse_numbers(release.version) == Some(vec![major, minor])).then(|| {
        let why = format!("auto, since {} needs {minimum}: an older package downloads it", request.source);
        context.diagnostics.because("GOTOOLCHAIN", why);
        "auto"
    })
}

/// The newest release, which fetches the still newer one that a module asks for (Go 1.21 and later
/// do that by themselves; Nixpacks 1.41 relies on it, too).
fn fetched_by_go(context: &Context, request: &Request) -> Toolchain {
    let releases = RELEASES.at(context);
    let newest = releases.all.iter().max_by_key(|release| parse_numbers(release.version));
    let release = *newest.unwrap_or_else(|| releases.default_release());
    context.diagnostics.warn(format!(
        "Go {}, asked for by {}, is newer than all available versions: Go {} downloads it during the build",
        request.text, request.source, release.version
    ));
    context.diagnostics.because("Go version", format!("{} is the newest", release.version));
    Toolchain { release, variable: Some("auto") }
}

/// The versions a request allows: a version, of which only the first two numbers choose a release,
/// or a word for the newest.
fn requested(text: &str) -> Option<Range> {
    match text {
        "latest" | "stable" => Some(Range::any()),
        _ => Some(Range::new(vec![Interval::series(&numbers(text)?)])),
    }
}

/// The greatest version among the `go` and `toolchain` lines: older ones cannot build the app.
fn minimum(context: &Context, modules: &Modules) -> Option<(Version, Request)> {
    let lines = modules.manifests().flat_map(|manifest| {
        ["go", "toolchain"].into_iter().filter_map(|name| {
            let text = manifest.directive(name);
            if text.is_none() && manifest.lacks_argument(name) {
                context.diagnostics.warn(format!("the {name} line of {} names no version of Go", manifest.path));
            }
            let text = text.filter(|text| *text != "default")?;
            let request = Request::new(text, format!("the {name} line of {}", manifest.path))?;
            let Some(numbers) = numbers(text) else {
                context.diagnostics.warn(format!("{} names no version of Go: {text:?}", request.source));
                return None;
            };
            let at = |index: usize| numbers.get(index).copied().unwrap_or(0);
            Some((Version::new(at(0), at(1), at(2)), request))
        })
    });
    // Of equal versions the first line is the reason.
    lines.reduce(|greatest, line| if line.0 > greatest.0 { line } else { greatest })
}

/// The numbers of a Go version such as `1.26`, `go1.26.1`, `1.27rc1` or `go1.26.1-custom`.
fn numbers(text: &str) -> Option<Vec<u64>> {
    let text = text.strip_prefix("go").or_else(|| text.strip_prefix('v')).unwrap_or(text);
    let end = text.find(|c: char| !c.is_ascii_digit() && c != '.').unwrap_or(text.len());
    let (version, rest) = text.split_at(end);
    let is_suffix = ["rc", "beta", "-"].iter().any(|start| rest.starts_with(start));
    parse_numbers(version).filter(|numbers| numbers.len() <= 3 && (rest.is_empty() || is_suffix))
}

#[cfg(test)]
mod tests {
    use super::numbers;
    use crate::Go;
    use plugpacks_sdk::testing::FakeApp;

    /// Package, archive's first digits and warnings.
    fn chosen(app: &FakeApp) -> (String, String, Vec<String>) {
        let plan = app.plan::<Go>().unwrap().unwrap();
        let setup = plan.phases.into_iter().find(|phase| phase.name == "setup").unwrap();
        let package = format!("{:?}", setup.nix_packages.unwrap());
        (package.split('"').nth(1).unwrap().into(), setup.nixpkgs_archive.unwrap()[..6].into(), app.warnings())
    }

    fn module(text: &str) -> FakeApp {
        FakeApp::new().file("go.mod", text).file("main.go", "package main\n")
    }

    #[test]
    fn a_module_gets_the_default_if_that_is_new_enough() {
        for text in ["", "go 1.18", "go 1.22.5", "go 1.26.9", "toolchain default", "godebug go=1.99\ngo 1.21"] {
            let (package, archive, warnings) = chosen(&module(text));
            assert_eq!((&*package, &*archive), ("go_1_26", "b25309"), "{text:?}");
            assert!(warnings.is_empty(), "{text:?}");
        }
    }

    #[test]
    fn a_module_may_need_a_newer_one() {
        assert_eq!(chosen(&module("go 1.27")).0, "go_1_27");
        assert_eq!(chosen(&module("go 1.25\ntoolchain go1.27.1-custom")).0, "go_1_27");
        assert_eq!(chosen(&module("go 1.25").file("go.work", "go 1.27.0")).0, "go_1_27");
    }

    #[test]
    fn go_fetches_what_is_not_there_yet() {
        let app = module("go 1.28.1");
        let (package, _, warnings) = chosen(&app);
        assert_eq!(package, "go_1_27");
        assert!(warnings[0].starts_with("Go 1.28.1, asked for by the go line of go.mod, is newer"), "{warnings:?}");
        assert!(app.plan_text::<Go>().contains(r#""GOTOOLCHAIN": "auto""#));
    }

    #[test]
    fn a_request_is_exact_and_goes_before_the_module() {
        let app = module("go 1.26").file(".tool-versions", "golang 1.21.3\n");
        let (package, archive, warnings) = chosen(&app);
        assert_eq!((&*package, &*archive), ("go_1_21", "1f13ea"));
        assert_eq!(
            warnings,
            [
                "Go 1.21 gets no security fixes since 2024-08-13; move to 1.26",
                ".tool-versions asks for Go 1.21.3, but the go line of go.mod for 1.26: Go downloads the latter \
                 during the build"
            ]
        );
        assert!(app.plan_text::<Go>().contains(r#""GOTOOLCHAIN": "auto""#));
        assert_eq!(chosen(&app.file(".go-version", "go1.27.0\n")).0, "go_1_27");
        let app = module("").file(".go-version", "1.27\n").variable("NIXPACKS_GO_VERSION", "latest");
        assert_eq!(chosen(&app).0, "go_1_26");
    }

    #[test]
    fn a_request_that_cannot_be_met_is_an_error() {
        let app = module("").variable("NIXPACKS_GO_VERSION", "1.17");
        insta::assert_snapshot!(app.plan_text::<Go>(), @r#"
        {
          "causes": [],
          "error": "Go \"1.17\", asked for by NIXPACKS_GO_VERSION, is not available",
          "hint": "Available versions: 1.18, 1.19, 1.20, 1.21, 1.22, 1.23, 1.24, 1.25, 1.26, 1.27"
        }
        "#);
        let error = module("").file(".go-version", "newest").plan::<Go>().unwrap_err();
        assert_eq!(error.message(), "Go version \"newest\" in .go-version cannot be understood");
    }

    #[test]
    fn a_line_without_a_version_is_a_warning() {
        let (package, _, warnings) = chosen(&module("go one"));
        assert_eq!(package, "go_1_26");
        assert_eq!(warnings, ["the go line of go.mod names no version of Go: \"one\""]);
        let (package, _, warnings) = chosen(&module("module shop\ngo // soon\n"));
        assert_eq!(package, "go_1_26");
        assert_eq!(warnings, ["the go line of go.mod names no version of Go"]);
    }

    #[test]
    fn versions_of_go() {
        for (text, expected) in [("1.26", vec![1, 26]), ("go1.27rc1", vec![1, 27]), ("v1.2.3", vec![1, 2, 3])] {
            assert_eq!(numbers(text), Some(expected), "{text}");
        }
        for text in ["", "go", "1.", "1.2.3.4", "1.2x", "default"] {
            assert_eq!(numbers(text), None, "{text}");
        }
    }
}
