//! Which .NET SDK an app gets that has a say in it.

use super::global_json::{Pin, RollForward};
use super::project::Project;
use crate::release::{NIXPKGS_26_05, NIXPKGS_2023_09, Release, Releases, Request, Sources};
use crate::version::{Interval, Range, Version, parse_numbers};
use plugpacks_sdk::{Context, Result, Since};

static RELEASES: Since<Releases> = Since::always(Releases {
    language: ".NET SDK",
    default: "10",
    all: &[
        Release::current("10", "dotnet-sdk_10", NIXPKGS_26_05),
        Release::current("11", "dotnet-sdk_11", NIXPKGS_26_05),
        Release::ended("9", "dotnet-sdk_9", NIXPKGS_26_05, "2026-11-10"),
        Release::ended("8", "dotnet-sdk_8", NIXPKGS_26_05, "2026-11-10"),
        Release::ended("7", "dotnet-sdk_7", NIXPKGS_2023_09, "2024-05-14"),
        Release::ended("6", "dotnet-sdk", NIXPKGS_2023_09, "2024-11-12"),
    ],
});

/// The oldest SDK there is. It builds apps for older frameworks, too.
const OLDEST: u64 = 6;

/// An SDK, and what it means for the app.
pub(super) struct Sdk {
    pub(super) release: &'static Release,
    pub(super) package: String,
    /// Whether the runtime that comes with the SDK is the one that the app is built for.
    pub(super) has_runtime: bool,
}

impl Sdk {
    /// The package of the runtime alone, ASP.NET Core included.
    pub(super) fn runtime(&self) -> Option<String> {
        let release = self.release;
        (release.archive == NIXPKGS_26_05).then(|| format!("dotnet-aspnetcore_{}", release.version))
    }
}

/// The SDK for a project: the one that is asked for, else that of `global.json`, else that of the
/// project's target framework.
pub(super) fn choose(context: &Context, variable: &'static str, project: &Project) -> Result<Sdk> {
    let releases = RELEASES.at(context);
    let wanted = wanted(context, variable)?;
    let release = match &wanted {
        Some(wanted) => releases.select(context, &wanted.request, &wanted.range)?,
        None => match project.framework {
            Some(framework) => for_framework(context, project, framework)?,
            None => releases.choose_default(context),
        },
    };
    let pin = wanted.and_then(|wanted| wanted.pin);
    let package = pin.map_or_else(|| release.package.to_owned(), |pin| pin.package(context, release));
    let framework = project.framework.map(|framework| framework.to_string());
    Ok(Sdk { release, package, has_runtime: framework.is_none_or(|framework| framework == release.version) })
}

/// The SDK that brings the runtime of a framework.
fn for_framework(context: &Context, project: &Project, framework: u64) -> Result<&'static Release> {
    let source = format!("the target framework of {}", project.path);
    let request = Request { text: framework.to_string(), source };
    let range = Range::new(vec![Interval::series(&[framework.max(OLDEST)])]);
    RELEASES.at(context).select(context, &request, &range)
}

/// What variables and files ask for.
struct Wanted {
    request: Request,
    /// The versions that this allows.
    range: Range,
    /// What `global.json` pins, if it is what counts.
    pin: Option<Pin>,
}

fn wanted(context: &Context, variable: &'static str) -> Result<Option<Wanted>> {
    let sources = Sources { variable, files: &[], tools: &["dotnet", "dotnet-core"] };
    let mut pin = None;
    let request = sources.find_with(context, || {
        pin = Pin::read(context)?;
        Ok(pin.as_ref().map(|pin| pin.request.clone()))
    })?;
    let Some(request) = request else { return Ok(None) };
    let pin = pin.filter(|pin| pin.request == request);
    let major = request.text.split('.').next().and_then(parse_numbers).and_then(|numbers| numbers.first().copied());
    let major = major.ok_or_else(|| RELEASES.at(context).malformed(&request))?;
    let interval = match &pin {
        Some(Pin { rolls: RollForward::Anywhere, .. }) => Interval::at_least(Version::new(major, 0, 0)),
        _ => Interval::series(&[major]),
    };
    Ok(Some(Wanted { request, range: Range::new(vec![interval]), pin }))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_table_contains_its_default_and_its_oldest() {
        assert_eq!(RELEASES.of(plugpacks_sdk::Edition::DEFAULT).default_release().package, "dotnet-sdk_10");
        assert_eq!(
            RELEASES.of(plugpacks_sdk::Edition::DEFAULT).exactly(&OLDEST.to_string()).unwrap().package,
            "dotnet-sdk"
        );
    }
}
