//! Packages that cabal builds, with a compiler of nixpkgs.

use crate::compiler;
use crate::description::{self, Package};
use crate::{listening, native};
use plugpacks_provider_support::native::each_once;
use plugpacks_sdk::{Context, Error, Needs, PartialPlan, Phase, Result, Start};

/// Describes a project of one or several packages.
pub(crate) const PROJECT: &str = "cabal.project";

/// Where cabal keeps the list of Hackage's packages, and what it builds of them.
const CACHES: [&str; 3] = ["/root/.cache/cabal", "/root/.local/state/cabal", "/root/.cabal"];

/// A project file, or a package in the app directory.
pub(crate) fn detect(context: &Context) -> Result<bool> {
    Ok(context.app.has_file(PROJECT)? || context.app.has_match(description::AT_THE_ROOT)?)
}

pub(crate) fn plan(context: &Context) -> Result<PartialPlan> {
    let packages = description::find(context)?;
    let program = program(context, &packages)?;
    let release = compiler::choose(context, &packages)?;
    let needs = native::needs(&packages);
    let libraries = each_once(&needs, |row| row.libraries);
    let setup = Phase::setup([release.package, "cabal-install"])
        .packages(each_once(&needs, |row| row.build))
        .archive(release.archive);
    let setup = if libraries.is_empty() { setup } else { setup.libraries(libraries) };
    let index = Index::needed_by(&packages);
    let build =
        Phase::build().commands(index.build(&program)).cache_directories(["dist-newstyle"].into_iter().chain(CACHES));
    let plan = PartialPlan::new()
        .variables(native::PATHS.into_iter().filter(|_| !needs.is_empty()))
        .phase(setup)
        // Haskell's own libraries are part of the program.
        .start(Start::command(format!("{}./bin/{program}", listening::prefix(context)?)).needs(Needs::nothing()));
    Ok(match index {
        Index::Hackage => plan.phase(Phase::install().command("cabal update").cache_directories(CACHES)).phase(build),
        Index::None => plan.phase(build.depends_on("setup")),
    })
}

/// Where packages come from that are neither the compiler's nor the app's own.
enum Index {
    Hackage,
    None,
}

impl Index {
    fn needed_by(packages: &[Package]) -> Self {
        if description::is_self_contained(packages) { Self::None } else { Self::Hackage }
    }

    /// Builds the program and puts it where the start command finds it: what cabal builds lies in a cache.
    fn build(&self, program: &str) -> [String; 2] {
        let cabal = match self {
            Self::Hackage => "cabal",
            // Without a list of packages cabal asks Hackage for one, unless its configuration has no Hackage.
            Self::None => "cabal --config-file=/dev/null",
        };
        [
            format!("{cabal} build exe:{program}"),
            format!("mkdir -p bin && cp -f \"$({cabal} list-bin exe:{program})\" bin/{program}"),
        ]
    }
}

/// The first program of the packages, in the order of their paths.
fn program(context: &Context, packages: &[Package]) -> Result<String> {
    let programs: Vec<&str> = packages.iter().flat_map(Package::programs).collect();
    let [program, others @ ..] = &*programs else {
        return Err(Error::new("Failed to get executable name")
            .hint("Describe a program, as `executable NAME` in a .cabal file"));
    };
    context.diagnostics.because("Haskell program", format!("{program} is the first executable of the .cabal files"));
    if !others.is_empty() {
        context.diagnostics.warn(format!(
            "There are several executables, of which the first, {program}, is built and started; the others are {}",
            others.join(", ")
        ));
    }
    Ok((*program).to_owned())
}

#[cfg(test)]
mod tests {
    use crate::Haskell;
    use plugpacks_sdk::testing::FakeApp;

    const CABAL: &str = "cabal-version: 3.0\nname: relay\nversion: 0.1.0.0\n\nexecutable relay-web\n  main-is: Main.hs\n  build-depends: base ^>=4.20.2.0, text\n";

    #[test]
    fn a_package_without_dependencies_asks_hackage_for_nothing() {
        let app = FakeApp::new().file("relay.cabal", CABAL).file("Main.hs", "");
        assert!(app.detect::<Haskell>().unwrap());
        insta::assert_snapshot!(app.plan_text::<Haskell>(), @r#"
        {
          "phases": {
            "build": {
              "cacheDirectories": [
                "/root/.cabal",
                "/root/.cache/cabal",
                "/root/.local/state/cabal",
                "dist-newstyle"
              ],
              "cmds": [
                "cabal --config-file=/dev/null build exe:relay-web",
                "mkdir -p bin && cp -f \"$(cabal --config-file=/dev/null list-bin exe:relay-web)\" bin/relay-web"
              ],
              "dependsOn": [
                "install",
                "setup"
              ]
            },
            "setup": {
              "nixOverlays": [],
              "nixPkgs": [
                "ghc",
                "cabal-install"
              ],
              "nixpkgsArchive": "b25309931cfda5f0b8805f462a29897eeae50168"
            }
          },
          "start": {
            "cmd": "./bin/relay-web",
            "nixPkgs": []
          }
        }
        "#);
        assert_eq!(app.warnings(), [""; 0]);
    }

    #[test]
    fn packages_of_a_project_lie_in_folders() {
        let app = FakeApp::new()
            .file("cabal.project", "packages: core server\n")
            .file("core/core.cabal", "name: core\nlibrary\n  build-depends: base\n")
            .file(
                "server/server.cabal",
                "name: server\nexecutable server\n  build-depends:\n    core,\n    warp >= 3\nexecutable tool\n",
            );
        assert!(app.detect::<Haskell>().unwrap());
        let plan = app.plan_text::<Haskell>();
        assert!(plan.contains("cabal update") && plan.contains("./bin/server"), "{plan}");
        assert_eq!(app.warnings().len(), 1, "{:?}", app.warnings());
    }

    #[test]
    fn stack_and_nixpacks_come_first() {
        let app = FakeApp::new().file("relay.cabal", CABAL).file("stack.yaml", "");
        assert!(app.plan_text::<Haskell>().contains("stack install"));
        assert!(!FakeApp::nixpacks().file("relay.cabal", CABAL).detect::<Haskell>().unwrap());
    }

    #[test]
    fn a_library_alone_has_nothing_to_start() {
        let error = FakeApp::new().file("relay.cabal", "name: relay\nlibrary\n").plan::<Haskell>().unwrap_err();
        assert_eq!(error.message(), "Failed to get executable name");
    }
}
