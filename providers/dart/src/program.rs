//! What the package says: its program, the Dart that it needs, what pub has resolved.

use crate::pubspec::{self, Pubspec};
use crate::versions::{RELEASES, SOURCES};
use crate::{Decisions, start};
use plugpacks_sdk::{Context, Needs, Result};

/// What pub has resolved.
const LOCK_FILE: &str = "pubspec.lock";

/// Variables that pub and what it downloads with read.
const VARIABLES: [&str; 3] = ["PUB_*", "DART_*", "GIT_*"];

pub(crate) fn decide(context: &Context) -> Result<Decisions> {
    let pubspec: Pubspec = pubspec::read(context)?;
    let release = RELEASES.at(context).choose(context, &SOURCES, pubspec.required_dart(context)?)?;
    let lock_file = context.app.has_file(LOCK_FILE)?.then_some(LOCK_FILE);
    let program = program(context, &pubspec)?;
    Ok(Decisions {
        package: release.package,
        archive: Some(release.archive),
        manifests: [pubspec::FILE].into_iter().chain(lock_file).collect(),
        variables: &VARIABLES,
        // It names places of the machine that made it.
        excluded: &[".dart_tool"],
        // A compiled program has Dart's runtime in it.
        start: start(&program).needs(Needs::nothing()),
        program,
    })
}

/// The program in `bin`: the one named like the package; else `server` or `main`, as the templates of
/// Dart call them; else the only one; else the one that has to be made by then.
fn program(context: &Context, pubspec: &Pubspec) -> Result<String> {
    let because =
        |program: &str, reason: &str| context.diagnostics.because("Dart program", format!("{program} {reason}"));
    for (name, reason) in [
        (pubspec.name.as_str(), "is named like the package"),
        ("server", "is what the package calls its program"),
        ("main", "is what the package calls its program"),
    ] {
        if context.app.has_file(&format!("bin/{name}.dart"))? {
            because(name, reason);
            return Ok(name.to_owned());
        }
    }
    let files = context.app.find_files("bin/*.dart")?;
    if let [path] = files.as_slice()
        && let Some(name) = path.strip_prefix("bin/").and_then(|name| name.strip_suffix(".dart"))
    {
        because(name, "is the only program in bin");
        return Ok(name.to_owned());
    }
    context
        .diagnostics
        .warn(format!("There is no bin/{}.dart, the program that is built and started by convention", pubspec.name));
    Ok(pubspec.name.clone())
}

#[cfg(test)]
mod tests {
    use crate::Dart;
    use plugpacks_sdk::testing::FakeApp;

    fn package(more: &str) -> FakeApp {
        FakeApp::new().file("pubspec.yaml", format!("name: relay\n{more}"))
    }

    fn start(app: &FakeApp) -> String {
        app.plan::<Dart>().unwrap().unwrap().start.unwrap().command.unwrap()
    }

    #[test]
    fn the_program_is_the_packages_or_has_a_usual_name() {
        let app = package("").file("bin/a.dart", "");
        assert_eq!(start(&app), "./bin/a.exe");
        let app = app.file("bin/main.dart", "").file("bin/server.dart", "");
        assert_eq!(start(&app), "./bin/server.exe");
        let app = app.file("bin/relay.dart", "");
        assert_eq!(start(&app), "./bin/relay.exe");
        assert_eq!(app.warnings(), [""; 0]);
    }

    #[test]
    fn a_program_that_is_not_there_gets_a_warning() {
        let app = package("").file("bin/a.dart", "").file("bin/b.dart", "");
        assert_eq!(start(&app), "./bin/relay.exe");
        assert_eq!(app.warnings().len(), 1);
    }

    #[test]
    fn null_safe_packages_run_on_dart_3() {
        for sdk in ["^3.4.0", "'>=2.16.1 <3.0.0'", "^2.12.0", "any", "'>=2.7.0 <4.0.0'"] {
            assert!(package(&format!("environment:\n  sdk: {sdk}\n")).plan::<Dart>().is_ok(), "{sdk}");
        }
        for environment in ["", "environment:\n", "environment: {flutter: '>=3.0.0'}\n"] {
            assert!(package(environment).plan::<Dart>().is_ok(), "{environment}");
        }
        let error = package("environment:\n  sdk: '>=2.7.0 <3.0.0'\n").plan::<Dart>().unwrap_err();
        assert_eq!(error.message(), "Dart \">=2.7.0 <3.0.0\", asked for by pubspec.yaml, is not available");
        let error = package("environment:\n  sdk: newest\n").plan::<Dart>().unwrap_err();
        assert_eq!(error.message(), "Dart version \"newest\" in pubspec.yaml cannot be understood");
    }

    #[test]
    fn a_variable_names_the_version() {
        assert!(package("").variable("NIXPACKS_DART_VERSION", "3.5").plan::<Dart>().is_ok());
        let error = package("").variable("NIXPACKS_DART_VERSION", "2").plan::<Dart>().unwrap_err();
        assert_eq!(error.message(), "Dart \"2\", asked for by NIXPACKS_DART_VERSION, is not available");
    }
}
