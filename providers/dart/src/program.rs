//! What the package says: its program, the Dart that it needs, what pub has resolved.

use crate::pubspec::{self, Pubspec};
use crate::versions::{RELEASES, SOURCES};
use crate::{Decisions, Output, frameworks};
use plugpacks_provider_support::install::Inputs;
use plugpacks_provider_support::listening::{Listening, Numbers};
use plugpacks_sdk::{Context, Needs, Result, Start, glob, shell};

const LISTENING: Listening = Listening {
    calls: &["serve(", "HttpServer.bind("],
    numbers: Numbers::BesideAddress,
    port: "Platform.environment['PORT']",
};

/// What pub and what it downloads with read.
const INPUTS: Inputs = Inputs {
    files: &[pubspec::FILE, "pubspec.lock", "pubspec_overrides.yaml"],
    // Packages in other folders of the app.
    signs: &["path:", "workspace:"],
    brought: &[],
    variables: &["PUB_*", "DART_*", "GIT_*"],
};

pub(crate) fn decide(context: &Context) -> Result<Decisions> {
    let pubspec: Pubspec = pubspec::read(context)?;
    let release = RELEASES.at(context).choose(context, &SOURCES, pubspec.required_dart(context)?)?;
    let Made { package, install, tools, build, output } = match frameworks::find(context, &pubspec)? {
        Some(made) => made,
        None => program(context, &pubspec)?,
    };
    Ok(Decisions {
        package: package.unwrap_or(release.package),
        archive: Some(release.archive),
        manifests: manifests(context)?,
        variables: INPUTS.variables,
        // It names places of the machine that made it.
        excluded: &[".dart_tool"],
        install,
        tools,
        build,
        output,
    })
}

/// How an app is built, and into what.
pub(crate) struct Made {
    /// The package that has the tools, unless that is Dart.
    pub(crate) package: Option<&'static str>,
    pub(crate) install: &'static str,
    /// Installs the tools of a framework.
    pub(crate) tools: Option<&'static str>,
    pub(crate) build: Vec<String>,
    pub(crate) output: Output,
}

/// Installs the dependencies of a package.
pub(crate) const INSTALL: &str = "dart pub get";

/// A program in a folder `bin`.
fn program(context: &Context, pubspec: &Pubspec) -> Result<Made> {
    let program = find(context, pubspec)?;
    let source = format!("{program}.dart");
    let (prefix, arguments) = frameworks::around(context, pubspec)?;
    if prefix.is_empty()
        && let Some(code) = context.app.read_text_if_file(&source)?
    {
        LISTENING.warn(context, &source, &code);
    }
    let command = format!("{prefix}{}{arguments}", shell::quoted(&format!("./{program}.exe")));
    Ok(Made {
        package: None,
        install: INSTALL,
        tools: None,
        build: vec![format!("dart compile exe {}", shell::quoted(&source))],
        // A compiled program has Dart's runtime in it.
        output: Output::Program(Start::command(command).needs(Needs::nothing())),
    })
}

/// What `dart pub get` reads; `None`: all of the app.
fn manifests(context: &Context) -> Result<Option<Vec<&'static str>>> {
    let mut text = String::new();
    for file in [pubspec::FILE, "pubspec_overrides.yaml"] {
        text += &context.app.read_text_if_file(file)?.unwrap_or_default();
    }
    INPUTS.of(context, &text)
}

/// The path of the program that is built and started, without its extension: the package's own, or that of the
/// first member of its workspace that has one; else the one that has to be made by then.
fn find(context: &Context, pubspec: &Pubspec) -> Result<String> {
    if let Some(program) = in_folder(context, "bin", &pubspec.name)? {
        return Ok(program);
    }
    for member in &pubspec.workspace {
        let member = member.trim_start_matches("./").trim_end_matches('/');
        for folder in folders(context, member)? {
            let name = folder.rsplit('/').nth(1).unwrap_or_default().to_owned();
            if let Some(program) = in_folder(context, &folder, &name)? {
                return Ok(program);
            }
        }
    }
    context
        .diagnostics
        .warn(format!("There is no bin/{}.dart, the program that is built and started by convention", pubspec.name));
    Ok(format!("bin/{}", pubspec.name))
}

/// The folders `bin` of a member of a workspace, which may be a glob.
fn folders(context: &Context, member: &str) -> Result<Vec<String>> {
    let files = context.app.find_files(&format!("{member}/bin/*.dart"))?;
    let mut folders: Vec<_> = files.iter().filter_map(|file| Some(file.rsplit_once('/')?.0.to_owned())).collect();
    folders.dedup();
    Ok(folders)
}

/// The program in a folder `bin`: the one named like the package; else `server` or `main`, as the templates of
/// Dart call them; else the only one.
fn in_folder(context: &Context, folder: &str, package: &str) -> Result<Option<String>> {
    let because =
        |program: &str, reason: &str| context.diagnostics.because("Dart program", format!("{program} {reason}"));
    for (name, reason) in [
        (package, "is named like the package"),
        ("server", "is what the package calls its program"),
        ("main", "is what the package calls its program"),
    ] {
        let program = format!("{folder}/{name}");
        if context.app.has_file(&format!("{program}.dart"))? {
            because(&program, reason);
            return Ok(Some(program));
        }
    }
    let files = context.app.find_files(&format!("{}/*.dart", glob::literal(folder)))?;
    if let [path] = files.as_slice()
        && let Some(program) = path.strip_suffix(".dart")
    {
        because(program, "is the only program in its folder");
        return Ok(Some(program.to_owned()));
    }
    Ok(None)
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
    fn a_workspace_has_its_program_in_a_member() {
        let app = |members: &str| {
            package(&format!("workspace: [{members}]\n"))
                .file("packages/shared/pubspec.yaml", "name: shared\n")
                .file("packages/api/bin/api.dart", "")
                .file("packages/api/bin/tool.dart", "")
        };
        for members in ["packages/shared, ./packages/api/", "'packages/*'"] {
            let plan = app(members).plan_text::<Dart>();
            assert!(plan.contains("dart compile exe packages/api/bin/api.dart"), "{plan}");
            assert!(plan.contains("./packages/api/bin/api.exe") && !plan.contains("onlyIncludeFiles"), "{plan}");
        }
        assert_eq!(start(&app("packages/shared").file("bin/relay.dart", "")), "./bin/relay.exe");
    }

    #[test]
    fn packages_of_other_folders_are_there_when_pub_resolves() {
        let plan =
            package("dependencies:\n  core:\n    path: ../core\n").file("bin/relay.dart", "").plan_text::<Dart>();
        assert!(!plan.contains("onlyIncludeFiles"), "{plan}");
        let app = package("").file("bin/relay.dart", "").file("pubspec_overrides.yaml", "dependency_overrides: {}\n");
        assert!(app.plan_text::<Dart>().contains("\"pubspec_overrides.yaml\""));
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
