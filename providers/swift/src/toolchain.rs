//! Which Swift builds the app.

use crate::MANIFEST;
use crate::versions::{IMAGE, NIXPACKS, OLDEST_TOOLS, RELEASES, SOURCES};
use plugpacks_provider_support::release::{Release, Request};
use plugpacks_provider_support::version::{Interval, Range, Version, parse_numbers};
use plugpacks_sdk::{Context, Description, PartialPlan, Phase, Result};

/// The packages of a Swift from nixpkgs.
const PACKAGES: [&str; 5] = ["coreutils", "swift", "clang", "zlib", "zlib.dev"];

/// The comment in the manifest's first line, up to the version.
const TOOLS_VERSION: &str = "swift-tools-version:";

/// Variables with which Nix packages are added; the images have no Nix.
const PACKAGE_VARIABLES: [&str; 2] = ["NIXPACKS_PKGS", "NIXPACKS_LIBS"];

/// Where Swift comes from.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Toolchain {
    /// nixpkgs at a commit.
    Nixpkgs(&'static str),
    /// An image of the Swift project.
    Image(&'static str),
}

/// Adds the variables that say which version is wanted.
pub(crate) fn describe(description: Description) -> Description {
    const SUMMARY: &str = "Only whether it is set: then Swift comes from nixpkgs, if possible.";
    description
        .variable("NIXPACKS_SWIFT_VERSION", "The version of Swift, such as 6.2.")
        .variables(PACKAGE_VARIABLES.map(|name| (name, SUMMARY)))
}

impl Toolchain {
    /// The command that builds the package.
    pub(crate) const fn build_command(self) -> &'static str {
        match self {
            Self::Nixpkgs(_) => "CC=clang++ swift build -c release --static-swift-stdlib",
            Self::Image(_) => "swift build -c release --static-swift-stdlib",
        }
    }

    /// Adds what installs Swift to a plan.
    pub(crate) fn into_plan(self, plan: PartialPlan) -> PartialPlan {
        match self {
            Self::Nixpkgs(commit) => plan.phase(Phase::setup(PACKAGES).archive(commit)),
            Self::Image(image) => PartialPlan { build_image: Some(image.into()), ..plan.phase(Phase::new("setup")) },
        }
    }

    fn of(release: &Release) -> Self {
        if release.archive == IMAGE { Self::Image(release.package) } else { Self::Nixpkgs(release.archive) }
    }
}

/// Nixpacks 1.41: the first line of `.swift-version`, else the tools version; only versions in the
/// table count.
pub(crate) fn nixpacks(context: &Context) -> Result<Toolchain> {
    let wanted = if context.app.has_file(".swift-version")? {
        let text = context.app.read_text(".swift-version")?;
        Some(text.lines().next().unwrap_or_default().trim().to_owned())
    } else if context.app.has_file(MANIFEST)? {
        tools_version(&context.app.read_text(MANIFEST)?)
    } else {
        None
    };
    let (default, default_commit) = NIXPACKS[NIXPACKS.len() - 1];
    let known = NIXPACKS.iter().find(|(version, _)| Some(*version) == wanted.as_deref());
    context.diagnostics.because(
        "Swift version",
        match (known, wanted) {
            (Some((version, _)), _) => format!("{version} is asked for"),
            (None, Some(wanted)) => format!("{default} is the default; {wanted:?} is not in the table"),
            (None, None) => format!("{default} is the default"),
        },
    );
    Ok(Toolchain::Nixpkgs(known.map_or(default_commit, |(_, commit)| *commit)))
}

/// The first line's version, slashes and blanks removed (Nixpacks 1.41: any line counts).
fn tools_version(manifest: &str) -> Option<String> {
    let line = manifest.lines().find(|line| line.contains(TOOLS_VERSION))?;
    Some(line.replace(TOOLS_VERSION, "").replace("//", "").trim().to_owned())
}

/// The version that is asked for; else the first that reads the manifest, since every Swift also
/// builds packages for older tools.
pub(crate) fn requested(context: &Context) -> Result<Toolchain> {
    let releases = RELEASES.at(context);
    if let Some(request) = SOURCES.find(context)? {
        let text = request.text.strip_prefix("swift-").unwrap_or(&request.text);
        let text = text.strip_suffix("-RELEASE").unwrap_or(text);
        let numbers = parse_numbers(text).ok_or_else(|| releases.malformed(&request))?;
        let release = releases.select(context, &request, &series(&numbers))?;
        warn_of_packages(context, release);
        return Ok(Toolchain::of(release));
    }
    let manifest = context.app.read_text_if_file(MANIFEST)?;
    let tools = manifest.as_deref().and_then(minimum);
    let request = tools.and_then(|text| Request::new(text, format!("the tools version of {MANIFEST}")));
    let range = match &request {
        Some(request) => new_enough(&parse_numbers(&request.text).ok_or_else(|| releases.malformed(request))?),
        None => Range::any(),
    };
    if let Some(release) = from_nixpkgs(context, &range) {
        return Ok(Toolchain::of(release));
    }
    let release = match &request {
        Some(request) => releases.select(context, request, &range)?,
        None => releases.choose_default(context),
    };
    warn_of_packages(context, release);
    Ok(Toolchain::of(release))
}

/// The variable that adds Nix packages, if one is set.
fn package_variable(context: &Context) -> Option<&'static str> {
    PACKAGE_VARIABLES.into_iter().find(|name| context.environment.get(name).is_some())
}

/// With packages to be added, the newest Swift that comes from nixpkgs itself.
fn from_nixpkgs(context: &Context, range: &Range) -> Option<&'static Release> {
    let variable = package_variable(context)?;
    let releases = RELEASES.at(context);
    let mut packaged = releases.all.iter().filter(|release| release.archive != IMAGE);
    let release = packaged.find(|release| range.overlaps(&release.interval()))?;
    let reason = format!("{}, the newest of nixpkgs, because {variable} is set", release.version);
    context.diagnostics.because("Swift version", reason);
    releases.warn_if_ended(context, release);
    Some(release)
}

/// Warns of packages that cannot be installed.
fn warn_of_packages(context: &Context, release: &Release) {
    if let (Toolchain::Image(image), Some(variable)) = (Toolchain::of(release), package_variable(context)) {
        context.diagnostics.warn(format!(
            "The packages of {variable} cannot be installed: the image {image} has no Nix. Use NIXPACKS_APT_PKGS instead"
        ));
    }
}

/// What reads a manifest for these tools.
fn new_enough(tools: &[u64]) -> Range {
    let at = |index: usize| tools.get(index).copied().unwrap_or_default();
    if at(0) < OLDEST_TOOLS {
        series(tools)
    } else {
        Range::new(vec![Interval::at_least(Version::new(at(0), at(1), at(2)))])
    }
}

/// The minor series that a version belongs to.
fn series(numbers: &[u64]) -> Range {
    Range::new(vec![Interval::series(&numbers[..numbers.len().min(2)])])
}

/// The tools version of a manifest's first line, which may lack the blank or the colon's blank, and
/// be followed by `;` and more.
fn minimum(manifest: &str) -> Option<&str> {
    let line = manifest.lines().map(str::trim).find(|line| !line.is_empty())?;
    let comment = line.strip_prefix("//")?.trim_start();
    let version = comment.get(..TOOLS_VERSION.len()).filter(|start| start.eq_ignore_ascii_case(TOOLS_VERSION))?;
    comment[version.len()..].split(';').next().map(str::trim)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn tools_versions_under_nixpacks() {
        assert_eq!(tools_version("//swift-tools-version:5.4").as_deref(), Some("5.4"));
        assert_eq!(tools_version("x\n// swift-tools-version: 5.4 // y").as_deref(), Some("5.4  y"));
        assert_eq!(tools_version("// swift-tools-version 5.4"), None);
    }

    #[test]
    fn tools_versions_as_swift_reads_them() {
        assert_eq!(minimum("// swift-tools-version:5.9;x\n"), Some("5.9"));
        assert_eq!(minimum("\n//Swift-Tools-Version: 6.0"), Some("6.0"));
        assert_eq!(minimum("import A\n// swift-tools-version:5.9"), None);
        assert_eq!(minimum("//"), None);
    }
}
