//! The compiler that the packages were resolved for, and what it runs on.

use crate::manifest::{MANIFEST, PACKAGE, Package, Resolved};
use crate::{Compiler, Decisions, listening};
use plugpacks_provider_support::release::{NIXPKGS_26_05, Request, Sources};
use plugpacks_provider_support::requirement;
use plugpacks_provider_support::version::{Interval, Range, Version};
use plugpacks_sdk::{Context, Error, Result};
use std::ops::Bound;

/// What a package may be compiled for instead of Erlang.
const JAVASCRIPT: &str = "javascript";

/// Where a version is looked for, apart from `gleam.toml`.
const SOURCES: Sources = Sources { variable: "GLEAM_VERSION", files: &[".gleam-version"], tools: &["gleam"] };

// The set's own names last longer than those at the top of nixpkgs.
const ERLANG: &str = "beam28Packages.erlang";
const ELIXIR: &str = "beam28Packages.elixir_1_20";

/// The versions that the compiler of nixpkgs 26.05 can stand for: it is at least 1.16.
const PACKAGED: Interval =
    Interval { lower: Bound::Included(Version::new(1, 16, 0)), upper: Bound::Excluded(Version::floor(2, 0, 0)) };

/// The first version of the standard library for Gleam 1. Up to then it had the compiler's versions.
const FIRST_LIBRARY_OF_GLEAM_1: Version = Version::new(0, 35, 0);

pub(crate) fn decide(context: &Context, resolved: &Resolved) -> Result<Decisions> {
    let elixir = resolved.uses_elixir().then_some(ELIXIR);
    let package = Package::read(context)?;
    if package.target.as_deref() == Some(JAVASCRIPT) {
        return Err(Error::new(format!(
            "{PACKAGE} has target = \"{JAVASCRIPT}\", of which no Erlang shipment can be made"
        ))
        .hint("Write target = \"erlang\", or say in nixpacks.toml how the app is built and started with Node.js"));
    }
    listening::warn(context, &package.name, resolved)?;
    Ok(Decisions {
        compiler: compiler(context, resolved)?,
        manifests: context.app.files_of(&[PACKAGE, MANIFEST])?,
        platform: [ERLANG, ELIXIR, "beam28Packages.rebar3"],
        // It is of the compiler and the Erlang of the machine that made it.
        built: &["build"],
        run_time: Some([ERLANG].into_iter().chain(elixir).collect()),
        archive: Some(NIXPKGS_26_05),
    })
}

fn compiler(context: &Context, resolved: &Resolved) -> Result<Compiler> {
    if let Some(request) = SOURCES.find(context)? {
        return requested(context, &request);
    }
    let package = Package::read(context)?;
    if let Some(request) = package.gleam.and_then(|text| Request::new(&text, PACKAGE)) {
        return required(context, &request);
    }
    if let Some(version) = resolved.standard_library().filter(|version| is_before_gleam_1(version)) {
        context.diagnostics.warn(format!(
            "Gleam {version}, which the gleam_stdlib of manifest.toml belongs to, gets no security fixes; move to 1"
        ));
        context.diagnostics.because("Gleam version", format!("{version} is that of gleam_stdlib, from before Gleam 1"));
        return Ok(released(version));
    }
    context.diagnostics.because("Gleam version", "the one of nixpkgs is the default");
    Ok(Compiler::Packaged)
}

/// The release of a whole version; the compiler of nixpkgs where any of a series will do.
fn requested(context: &Context, request: &Request) -> Result<Compiler> {
    let because = |which: &str| {
        context
            .diagnostics
            .because("Gleam version", format!("{which}, as {} asks for {:?}", request.source, request.text));
    };
    let version = request.text.trim_start_matches('v');
    if is_release(version) {
        because("this release");
        return Ok(released(version));
    }
    if matches!(version, "latest" | "stable")
        || requirement::list(version).is_some_and(|range| range.overlaps(&PACKAGED))
    {
        because("the one of nixpkgs");
        return Ok(Compiler::Packaged);
    }
    Err(unavailable(request))
}

/// The compiler of nixpkgs, if the app allows it.
fn required(context: &Context, request: &Request) -> Result<Compiler> {
    let range = requirement::list(&request.text).unwrap_or_else(Range::any);
    if !range.overlaps(&PACKAGED) {
        return Err(unavailable(request));
    }
    context.diagnostics.because("Gleam version", format!("the one of nixpkgs is in {:?} of {PACKAGE}", request.text));
    Ok(Compiler::Packaged)
}

fn unavailable(request: &Request) -> Error {
    Error::new(format!("Gleam {:?}, asked for by {}, is not available", request.text, request.source)).hint(
        "Available are the version of nixpkgs, at least 1.16, and every release: set NIXPACKS_GLEAM_VERSION to its \
         whole version, such as 1.13.0",
    )
}

/// Whether a text is the whole version of a release, and nothing that a shell would take apart.
fn is_release(version: &str) -> bool {
    requirement::is_exact(version) && version.chars().all(|c| c.is_ascii_alphanumeric() || matches!(c, '.' | '-'))
}

fn is_before_gleam_1(library: &str) -> bool {
    let before = Range::new(vec![Interval::below(FIRST_LIBRARY_OF_GLEAM_1)]);
    is_release(library) && requirement::interval(library).is_some_and(|interval| before.overlaps(&interval))
}

fn released(version: &str) -> Compiler {
    Compiler::Released { version: version.to_owned(), script: include_str!("../assets/2026.11/get-gleam.sh") }
}

#[cfg(test)]
mod tests {
    use super::*;
    use plugpacks_sdk::testing::FakeApp;

    fn app(gleam: &str, library: &str) -> FakeApp {
        let resolved = format!("packages = [{{ name = \"gleam_stdlib\", version = \"{library}\" }}]\n");
        FakeApp::new().file("gleam.toml", gleam).file("manifest.toml", resolved)
    }

    fn chosen(app: &FakeApp) -> Result<Compiler> {
        app.with(|context| compiler(context, &Resolved::read(context)?))
    }

    #[test]
    fn a_whole_version_is_fetched_as_a_release() {
        let app = app("gleam = \">= 1.0.0\"\n", "0.65.0").file(".tool-versions", "gleam 1.13.0\n");
        assert_eq!(chosen(&app).unwrap(), released("1.13.0"));
        let app = app.variable("NIXPACKS_GLEAM_VERSION", "v1.14.0-rc1");
        assert_eq!(chosen(&app).unwrap(), released("1.14.0-rc1"));
    }

    #[test]
    fn nixpkgs_serves_everything_else() {
        for gleam in ["", "gleam = \">= 1.13.0\"\n", "gleam = \">= 1.0.0 and < 2.0.0\"\n", "gleam = \"\"\n"] {
            assert_eq!(chosen(&app(gleam, "0.65.0")).unwrap(), Compiler::Packaged, "{gleam}");
        }
        for version in ["1", "latest", "1.17"] {
            let app = app("", "0.65.0").variable("NIXPACKS_GLEAM_VERSION", version);
            assert_eq!(chosen(&app).unwrap(), Compiler::Packaged, "{version}");
        }
    }

    #[test]
    fn what_nixpkgs_cannot_serve_is_an_error() {
        let error = chosen(&app("gleam = \"< 1.5.0\"\n", "0.65.0")).unwrap_err();
        assert_eq!(error.message(), "Gleam \"< 1.5.0\", asked for by gleam.toml, is not available");
        for version in ["1.3", "nightly", "1.0.0;reboot", "1.0.0-$(reboot)"] {
            assert!(chosen(&app("", "0.65.0").variable("NIXPACKS_GLEAM_VERSION", version)).is_err(), "{version}");
        }
    }

    #[test]
    fn apps_from_before_gleam_1_keep_their_compiler() {
        let app = app("", "0.28.2");
        assert_eq!(chosen(&app).unwrap(), released("0.28.2"));
        assert_eq!(app.warnings().len(), 1);
    }
}
