//! The provider `nim`: programs that Nimble builds.

#![cfg_attr(test, allow(clippy::unwrap_used, reason = "a test fails by panicking"))]

mod install_files;
mod manifest;

use install_files::INPUTS;
use manifest::Manifest;
use plugpacks_provider_support::install::reading;
use plugpacks_provider_support::manifests;
use plugpacks_provider_support::release::NIXPKGS_26_05;
use plugpacks_sdk::{
    Context, Description, Edition, Error, Marker, Needs, PartialPlan, Phase, Provider, Result, Start, shell,
};

/// The files that make an app a Nimble package.
const MANIFESTS: &str = "*.nimble";

/// The edition that this provider came with.
const FIRST: Edition = Edition::E2026_11;

/// Nim, which brings a C compiler of its own; the other one is for a Nim that Nimble fetches.
const PACKAGES: [&str; 3] = ["nim", "nimble", "gcc"];

/// Where settings for the compiler are found, and the setting that makes programs load OpenSSL when
/// they run.
const SETTINGS: &str = "*.{nimble,nims,cfg}";
const USES_OPENSSL: &str = r"(?:\bdefine|-d)\b\W{1,4}ssl\b";

/// Apps with a `.nimble` file.
pub struct Nim;

impl Provider for Nim {
    fn describe(edition: Edition) -> Description {
        Description::new("nim", env!("CARGO_PKG_VERSION"), "Nim programs built by Nimble")
            .marker(Marker::anywhere(MANIFESTS))
            .variable("NIXPACKS_NIM_BIN", "The program that is started: one of `bin`.")
            .since(FIRST, edition)
    }

    fn detect(context: &Context) -> Result<bool> {
        Ok(context.app.first_file(&manifests::STATIC_SITE)?.is_none() && context.app.has_match(MANIFESTS)?)
    }

    fn plan(context: &Context) -> Result<Option<PartialPlan>> {
        context.environment.require("nim", FIRST)?;
        let manifest = Manifest::read(context)?;
        let program = manifest.as_ref().map(|manifest| program(context, manifest)).transpose()?.flatten();
        let files = manifest.map(|manifest| install_files::find(context, &manifest.file)).transpose()?.flatten();
        let openssl = context.app.search(SETTINGS, USES_OPENSSL)?.map(|_| "openssl");
        let setup = Phase::setup(PACKAGES).archive(NIXPKGS_26_05);
        let build = program.as_ref().map(|_| "nimble build -d:release --accept");
        Ok(Some(
            PartialPlan::new()
                .phase(if openssl.is_some() { setup.libraries(openssl) } else { setup })
                .phase(install(files))
                .phase(Phase::build().commands(build).cache_directories(["/root/.cache/nim"]))
                .start(program.map(|path| start(&path))),
        ))
    }
}

plugpacks_sdk::export_provider!(Nim);

/// Installs the dependencies, with these files of the app or with all.
fn install(files: Option<Vec<String>>) -> Phase {
    reading(Phase::install().command("nimble install --depsOnly --accept"), files, INPUTS.variables)
}

/// The program is native: what it refers to is found in it, and nothing else of the build is needed.
fn start(path: &str) -> Start {
    Start::command(shell::quoted(&format!("./{path}"))).needs(Needs::nothing())
}

/// The path of the program that is started: the one the user names, the one that is named like the
/// package, else the first.
///
/// # Errors
/// The user names none of the programs.
fn program(context: &Context, manifest: &Manifest) -> Result<Option<String>> {
    let Some(first) = manifest.programs.first() else {
        context.diagnostics.warn(format!(
            "{} has no `bin`: the package is a library, of which nothing is built or started",
            manifest.file
        ));
        return Ok(None);
    };
    if let Some(name) = context.environment.config("NIM_BIN").filter(|name| !name.is_empty()) {
        if !manifest.programs.contains(&name) {
            return Err(Error::new(format!("NIXPACKS_NIM_BIN is {name:?}, which {} does not have", manifest.file))
                .hint(format!("Programs: {}", manifest.programs.join(", "))));
        }
        return Ok(Some(manifest.path(&name)));
    }
    let program = manifest.programs.iter().find(|program| **program == manifest.name).unwrap_or(first);
    context.diagnostics.because("Nim program", format!("{program} is in `bin` of {}", manifest.file));
    if manifest.programs.len() > 1 {
        context.diagnostics.warn(format!(
            "Several Nim programs: of {} {program} is started; name another one in NIXPACKS_NIM_BIN",
            manifest.programs.join(", ")
        ));
    }
    Ok(Some(manifest.path(program)))
}

#[cfg(test)]
mod tests {
    use super::Nim;
    use plugpacks_sdk::testing::{FakeApp, assert_page_matches};

    fn app(manifest: &str) -> FakeApp {
        FakeApp::new().file("relay.nimble", manifest)
    }

    fn start(app: &FakeApp) -> Option<String> {
        app.plan::<Nim>().unwrap().unwrap().start.and_then(|start| start.command)
    }

    #[test]
    fn the_page_names_everything() {
        assert_page_matches::<Nim>(include_str!("../README.md"));
    }

    #[test]
    fn nixpacks_knows_no_nim() {
        assert!(app("").detect::<Nim>().unwrap());
        assert!(!app("").file("index.html", "").detect::<Nim>().unwrap());
        assert!(!FakeApp::new().file("lib/relay.nimble", "").detect::<Nim>().unwrap());
        let app = FakeApp::nixpacks().file("relay.nimble", "bin = @[\"relay\"]");
        assert!(!app.detect::<Nim>().unwrap());
        assert_eq!(app.plan::<Nim>().unwrap_err().message(), "Provider nim not found");
    }

    #[test]
    fn a_program() {
        let app = app("srcDir = \"src\"\nbin = @[\"relay\"]\n");
        insta::assert_snapshot!(app.plan_text::<Nim>(), @r#"
        {
          "phases": {
            "build": {
              "cacheDirectories": [
                "/root/.cache/nim"
              ],
              "cmds": [
                "nimble build -d:release --accept"
              ],
              "dependsOn": [
                "install"
              ]
            },
            "install": {
              "cmds": [
                "nimble install --depsOnly --accept"
              ],
              "dependsOn": [
                "setup"
              ],
              "onlyIncludeFiles": [
                "relay.nimble"
              ],
              "onlyVariables": [
                "NIMBLE_*",
                "NIM_*",
                "GIT_*",
                "HTTP_PROXY",
                "HTTPS_PROXY",
                "NO_PROXY"
              ]
            },
            "setup": {
              "nixOverlays": [],
              "nixPkgs": [
                "nim",
                "nimble",
                "gcc"
              ],
              "nixpkgsArchive": "b25309931cfda5f0b8805f462a29897eeae50168"
            }
          },
          "start": {
            "cmd": "./relay",
            "nixPkgs": []
          }
        }
        "#);
        assert_eq!(app.warnings(), [""; 0]);
    }

    #[test]
    fn of_several_programs_the_packages_is_started() {
        let app = app("binDir = \"out\"\nbin = @[\"admin\", \"relay\"]\n");
        assert_eq!(start(&app).as_deref(), Some("./out/relay"));
        assert_eq!(app.warnings().len(), 1);
        let app = app.variable("NIXPACKS_NIM_BIN", "admin");
        assert_eq!(start(&app).as_deref(), Some("./out/admin"));
        let error = app.variable("NIXPACKS_NIM_BIN", "web").plan::<Nim>().unwrap_err();
        assert_eq!(error.message(), "NIXPACKS_NIM_BIN is \"web\", which relay.nimble does not have");
    }

    #[test]
    fn a_library_is_neither_built_nor_started() {
        let app = app("version = \"1.0.0\"\n");
        assert_eq!(start(&app), None);
        assert_eq!(app.warnings().len(), 1);
    }

    #[test]
    fn programs_that_load_openssl_find_it() {
        let libraries = |app: FakeApp| {
            let plan = app.plan::<Nim>().unwrap().unwrap();
            plan.phases.into_iter().find(|phase| phase.name == "setup").unwrap().nix_libraries
        };
        assert_eq!(libraries(app("bin = @[\"relay\"]")), None);
        for (file, text) in [
            ("config.nims", "switch(\"define\", \"ssl\")"),
            ("config.nims", "--define:ssl"),
            ("nim.cfg", "-d:ssl\n"),
            ("nim.cfg", "define = \"ssl\""),
        ] {
            let libraries = libraries(app("").file(file, text));
            assert_eq!(libraries, Some(["openssl"].into_iter().collect()), "{text}");
        }
        assert_eq!(libraries(app("").file("nim.cfg", "-d:sslVersion=3")), None);
    }
}
