//! The version table, and what the app's manifests ask for.

use crate::app::JuliaApp;
use crate::compatibility;
use plugpacks_provider_support::release::{NIXPKGS_26_05, Release, Releases, Request, Sources};
use plugpacks_provider_support::version::{Interval, Range, parse_numbers};
use plugpacks_sdk::{Context, Result, Since};

/// Maintained are the newest release and the one with long-term support, 1.10.
pub(crate) static RELEASES: Since<Releases> = Since::always(Releases {
    language: "Julia",
    default: "1.12",
    all: &[
        Release::current("1.12", "julia_112", NIXPKGS_26_05),
        Release::current("1.10", "julia_110", NIXPKGS_26_05),
        Release::ended("1.11", "julia_111", NIXPKGS_26_05, "2025-10-08"),
    ],
});

/// Where a version is looked for, apart from the manifests.
pub(crate) const SOURCES: Sources = Sources { variable: "JULIA_VERSION", files: &[], tools: &["julia"] };

/// The Julia that resolved the manifest, if there still is one of its series; else what the project
/// is compatible with.
///
/// # Errors
/// `compat` is not understood.
pub(crate) fn of_manifests(context: &Context, app: &JuliaApp) -> Result<Option<(Request, Range)>> {
    if let Some(manifest) = &app.manifest
        && let Some(request) = manifest.julia_version.as_deref().and_then(|text| Request::new(text, manifest.file))
    {
        match series(&request.text) {
            Some(range) if RELEASES.at(context).all.iter().any(|release| range.overlaps(&release.interval())) => {
                return Ok(Some((request, range)));
            }
            _ => context.diagnostics.warn(format!(
                "{} was made by Julia {}, which is not available; if its packages do not go with another one, \
                 resolve them again (Pkg.resolve)",
                request.source, request.text
            )),
        }
    }
    let Some(request) = app.compatible_julia() else { return Ok(None) };
    let range = compatibility::range(&request.text).ok_or_else(|| RELEASES.at(context).malformed(&request))?;
    Ok(Some((request, range)))
}

/// All patches of a version's series.
fn series(version: &str) -> Option<Range> {
    let release = version.split(['-', '+']).next()?;
    let numbers = parse_numbers(release).filter(|numbers| numbers.len() >= 2)?;
    Some(Range::new(vec![Interval::series(&numbers[..2])]))
}
