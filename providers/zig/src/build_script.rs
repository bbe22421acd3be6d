//! What manifest and build script say.

use crate::manifest::Manifest;
use crate::versions::{RELEASES, SOURCES};
use crate::{Decisions, start};
use plugpacks_provider_support::release::{Release, Releases, Request};
use plugpacks_provider_support::requirement;
use plugpacks_provider_support::version::Range;
use plugpacks_sdk::{Context, Needs, Result};

/// The name in the first `addExecutable` of a build script.
const EXECUTABLE: &str = r#"addExecutable\(\s*\.\{[^;]*?\.name\s*=\s*"([^"/]+)""#;

pub(crate) fn decide(context: &Context) -> Result<Decisions> {
    let manifest = Manifest::read(context)?;
    let releases = RELEASES.at(context);
    let minimum = minimum(releases, &manifest)?;
    let release = releases.choose(context, &SOURCES, minimum)?;
    Ok(Decisions {
        package: release.package,
        archive: Some(release.archive),
        fetches_submodules: fetches_submodules(context)?,
        // The program has all of Zig's that it needs, and refers to other libraries.
        start: start(&program(context, manifest)?).needs(Needs::nothing()),
        caches: &[".zig-cache", "/root/.cache/zig"],
    })
}

/// What the manifest asks for: the oldest available series that is new enough, as no version of Zig can
/// be counted on to compile what an earlier one does.
fn minimum(releases: &Releases, manifest: &Manifest) -> Result<Option<(Request, Range)>> {
    let text = manifest.minimum_zig_version.as_deref().unwrap_or_default();
    let Some(request) = Request::new(text, "build.zig.zon") else { return Ok(None) };
    // A development version, such as `0.15.0-dev.42+3fbb88c4b`, counts as its release.
    let minimum = requirement::interval(&format!(">={}", request.text)).ok_or_else(|| releases.malformed(&request))?;
    let mut series = releases.all.iter().rev().map(Release::interval);
    let oldest = series.find(|series| series.intersect(&minimum).is_some());
    Ok(Some((request, Range::new(vec![oldest.unwrap_or(minimum)]))))
}

/// Whether submodules can be fetched: without a `.git` there is nothing that says which.
fn fetches_submodules(context: &Context) -> Result<bool> {
    if !context.app.has_file(".gitmodules")? {
        return Ok(false);
    }
    let has_repository = context.app.has_directory(".git")? || context.app.has_file(".git")?;
    if !has_repository {
        context.diagnostics.warn(
            "Submodules are not fetched, as there is no .git: check the app out with its submodules \
             (git clone --recurse-submodules)",
        );
    }
    Ok(has_repository)
}

/// The program that the build script names first; else the package; else the app directory, as in
/// Nixpacks 1.41.
fn program(context: &Context, manifest: Manifest) -> Result<String> {
    let because =
        |program: &str, reason: &str| context.diagnostics.because("Zig program", format!("{program} {reason}"));
    if context.app.has_file("build.zig")?
        && let Some(occurrence) = context.app.search("build.zig", EXECUTABLE)?
        && let Some(Some(name)) = occurrence.groups.into_iter().nth(1)
    {
        because(&name, "is the first executable in build.zig");
        return Ok(name);
    }
    if let Some(name) = manifest.name {
        because(&name, "is the name in build.zig.zon");
        return Ok(name);
    }
    let name = context.app.name();
    because(&name, "is the app directory's name: neither build.zig nor build.zig.zon says one");
    Ok(name)
}

#[cfg(test)]
mod tests {
    use crate::Zig;
    use plugpacks_sdk::testing::FakeApp;

    /// The Nix package and the start command.
    fn package_and_start(app: &FakeApp) -> (String, String) {
        let plan = app.plan::<Zig>().unwrap().unwrap();
        let setup = plan.phases.into_iter().find(|phase| phase.name == "setup").unwrap();
        let package = match setup.nix_packages.unwrap() {
            plugpacks_sdk::ListEdit::Replace(packages) => packages.concat(),
            extended => panic!("{extended:?}"),
        };
        (package, plan.start.unwrap().command.unwrap())
    }

    fn package(app: &FakeApp) -> String {
        package_and_start(app).0
    }

    fn minimum(version: &str) -> FakeApp {
        FakeApp::new().file("build.zig.zon", format!(".{{\n    .minimum_zig_version = \"{version}\",\n}}\n"))
    }

    #[test]
    fn the_closest_version_that_is_new_enough_is_taken() {
        for (version, expected) in [
            ("0.16.0", "zig_0_16"),
            ("0.15.2", "zig_0_15"),
            ("0.15.0-dev.42+3fbb88c4b", "zig_0_15"),
            ("0.13.0", "zig_0_13"),
            ("0.12.1", "zig_0_13"),
            ("0.9.0", "zig"),
        ] {
            assert_eq!(package(&minimum(version)), expected, "{version}");
        }
        assert_eq!(package(&FakeApp::new()), "zig_0_16");
    }

    #[test]
    fn a_variable_and_version_files_come_first() {
        let app = minimum("0.16.0").file(".zigversion", "0.14.1\n");
        assert_eq!(package(&app), "zig_0_14");
        assert_eq!(app.warnings().len(), 1);
        assert_eq!(package(&app.variable("NIXPACKS_ZIG_VERSION", "0.15")), "zig_0_15");
    }

    #[test]
    fn versions_that_are_not_there_are_errors() {
        let error = minimum("1.0.0").plan::<Zig>().unwrap_err();
        assert_eq!(error.message(), "Zig \"1.0.0\", asked for by build.zig.zon, is not available");
        let error = minimum("newest").plan::<Zig>().unwrap_err();
        assert_eq!(error.message(), "Zig version \"newest\" in build.zig.zon cannot be understood");
        let error = FakeApp::new().variable("NIXPACKS_ZIG_VERSION", "master").plan::<Zig>().unwrap_err();
        assert_eq!(error.message(), "Zig version \"master\" in NIXPACKS_ZIG_VERSION cannot be understood");
    }

    #[test]
    fn the_program_is_the_build_scripts_the_packages_or_the_directorys() {
        let start = |app: &FakeApp| package_and_start(app).1;
        let app = FakeApp::new().named("checkout").file("build.zig", "pub fn build(b: *std.Build) void {}\n");
        assert_eq!(start(&app), "./zig-out/bin/checkout");
        let app = app.file("build.zig.zon", ".{\n    .name = .relay,\n}\n");
        assert_eq!(start(&app), "./zig-out/bin/relay");
        let app = app.file("build.zig", "b.addExecutable(.{\n  .root_module = x,\n  .name = \"served\" });\n");
        assert_eq!(start(&app), "./zig-out/bin/served");
    }

    #[test]
    fn submodules_are_fetched_where_that_can_be_done() {
        let commands = |app: &FakeApp| {
            let plan = app.plan::<Zig>().unwrap().unwrap();
            plan.phases.into_iter().find(|phase| phase.name == "install").unwrap().commands
        };
        let app = FakeApp::new().file(".gitmodules", "");
        assert_eq!(commands(&app), None);
        assert_eq!(app.warnings().len(), 1);
        let app = app.directory(".git");
        assert_eq!(commands(&app), Some(["git submodule update --init"].into_iter().collect()));
    }
}
