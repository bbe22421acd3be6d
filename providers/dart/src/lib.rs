//! The provider `dart`: apps with a `pubspec.yaml`.

#![cfg_attr(test, allow(clippy::unwrap_used, reason = "a test fails by panicking"))]

mod frameworks;
mod nixpacks;
mod program;
mod pubspec;
mod rules;
mod versions;

use plugpacks_provider_support::file_server::FileServer;
use plugpacks_provider_support::install::reading;
use plugpacks_sdk::{Context, Description, Edition, Marker, PartialPlan, Phase, Provider, Result, Start};
use rules::RULES;

/// Apps with a `pubspec.yaml`.
pub struct Dart;

impl Provider for Dart {
    fn describe(edition: Edition) -> Description {
        let description =
            Description::new("dart", env!("CARGO_PKG_VERSION"), "Dart programs").marker(Marker::file(pubspec::FILE));
        (RULES.of(edition).describe)(description)
    }

    fn detect(context: &Context) -> Result<bool> {
        context.app.has_file(pubspec::FILE)
    }

    fn plan(context: &Context) -> Result<Option<PartialPlan>> {
        let decisions = (RULES.at(context).decide)(context)?;
        Ok(Some(decisions.into_plan()))
    }
}

plugpacks_sdk::export_provider!(Dart);

/// Everything that is decided about an app.
struct Decisions {
    package: &'static str,
    /// The nixpkgs commit; `None`: the edition's default.
    archive: Option<&'static str>,
    /// What `dart pub get` reads; `None`: all of the app.
    manifests: Option<Vec<&'static str>>,
    /// Variables that `dart pub get` reads; none: all.
    variables: &'static [&'static str],
    /// What `pub` makes anew.
    excluded: &'static [&'static str],
    /// The command that installs dependencies, and one that installs a framework's tools.
    install: &'static str,
    tools: Option<&'static str>,
    build: Vec<String>,
    output: Output,
}

/// What the build makes.
enum Output {
    Program(Start),
    Files(FileServer),
}

impl Decisions {
    fn into_plan(self) -> PartialPlan {
        let install =
            Phase::install().command(self.install).commands(self.tools).exclude_files(self.excluded.iter().copied());
        let install = match self.manifests {
            Some(manifests) if self.variables.is_empty() => install.only_include_files(manifests),
            manifests => reading(install, manifests, self.variables),
        };
        let plan = PartialPlan::new()
            .phase(Phase::setup([self.package]).optional_archive(self.archive))
            .phase(install)
            .phase(Phase::build().commands(self.build));
        match self.output {
            Output::Program(start) => plan.start(start),
            Output::Files(server) => server.add_to(plan),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::Dart;
    use plugpacks_sdk::testing::{FakeApp, assert_page_matches};

    const PUBSPEC: &str = "name: relay\nversion: 1.0.0\nenvironment:\n  sdk: ^3.4.0\n";

    #[test]
    fn the_page_names_everything() {
        assert_page_matches::<Dart>(include_str!("../README.md"));
    }

    #[test]
    fn a_package_under_nixpacks() {
        let app = FakeApp::nixpacks().file("pubspec.yaml", PUBSPEC).file("pubspec.lock", "");
        assert!(app.detect::<Dart>().unwrap());
        insta::assert_snapshot!(app.plan_text::<Dart>(), @r#"
        {
          "phases": {
            "build": {
              "cmds": [
                "dart compile exe bin/relay.dart"
              ],
              "dependsOn": [
                "install"
              ]
            },
            "install": {
              "cmds": [
                "dart pub get"
              ],
              "dependsOn": [
                "setup"
              ],
              "onlyIncludeFiles": [
                "pubspec.yaml"
              ]
            },
            "setup": {
              "nixOverlays": [],
              "nixPkgs": [
                "dart"
              ]
            }
          },
          "start": {
            "cmd": "./bin/relay.exe"
          }
        }
        "#);
    }

    #[test]
    fn a_package_under_2026_11() {
        let app = FakeApp::new()
            .file("pubspec.yaml", PUBSPEC)
            .file("pubspec.lock", "")
            .file("bin/relay.dart", "")
            .file("bin/server.dart", "");
        assert!(app.detect::<Dart>().unwrap());
        insta::assert_snapshot!(app.changes_since_nixpacks::<Dart>(), @r#"
        phases.install.excludeFiles: nothing -> [".dart_tool"]
        phases.install.onlyIncludeFiles: ["pubspec.yaml"] -> ["pubspec.yaml","pubspec.lock"]
        phases.install.onlyVariables: nothing -> ["PUB_*","DART_*","GIT_*","HTTP_PROXY","HTTPS_PROXY","NO_PROXY"]
        phases.setup.nixpkgsArchive: nothing -> "b25309931cfda5f0b8805f462a29897eeae50168"
        start.nixPkgs: nothing -> []
        "#);
    }

    #[test]
    fn what_nixpacks_requires_is_an_error_if_it_is_missing() {
        for text in ["version: 1.0.0\n", "name: relay\n", "", "[", "name: [a]\nversion: 1.0.0\n"] {
            let error = FakeApp::nixpacks().file("pubspec.yaml", text).plan::<Dart>().unwrap_err();
            assert_eq!(error.message(), "Reading pubspec.yaml", "{text:?}");
        }
        assert_eq!(FakeApp::nixpacks().plan::<Dart>().unwrap_err().message(), "Reading pubspec.yaml");
    }
}
