//! The provider `crystal`: apps with a `shard.yml`.

#![cfg_attr(test, allow(clippy::unwrap_used, reason = "a test fails by panicking"))]

mod frameworks;
mod install_files;
mod native;
mod rules;
mod shard;
mod versions;

use install_files::INPUTS;
use plugpacks_provider_support::install::reading;
use plugpacks_provider_support::native::each_once;
use plugpacks_sdk::{
    Context, Description, Edition, Error, Marker, PartialPlan, Phase, Provider, Result, ResultExt, Start,
};
use rules::RULES;
use shard::Shard;

/// Apps with a `shard.yml`.
pub struct Crystal;

impl Provider for Crystal {
    fn describe(edition: Edition) -> Description {
        let description = Description::new("crystal", env!("CARGO_PKG_VERSION"), "Crystal programs built by Shards")
            .marker(Marker::file(shard::FILE));
        (RULES.of(edition).describe)(description)
    }

    fn detect(context: &Context) -> Result<bool> {
        context.app.has_file(shard::FILE)
    }

    fn plan(context: &Context) -> Result<Option<PartialPlan>> {
        let rules = RULES.at(context);
        let shard = (rules.shard)(context).context(format!("Reading {}", shard::FILE))?;
        let compiler = (rules.compiler)(context)?;
        let needs = (rules.needs)(context)?;
        let libraries = each_once(&needs, |shard| shard.libraries);
        let setup = Phase::setup([compiler.package, "shards"])
            .packages(each_once(&needs, |shard| shard.build))
            .optional_archive(compiler.archive);
        let program = Program::find(context, &shard)?;
        let framework = (rules.framework)(context)?;
        let (prefix, arguments) = framework.map_or(("", ""), |framework| (framework.prefix, framework.arguments));
        let start = (rules.start)(Start::command(format!("{prefix}./bin/{}{arguments}", program.name())));
        let setup = if libraries.is_empty() { setup } else { setup.libraries(libraries.iter().copied()) };
        let install = Phase::install().command("shards install");
        let plan = PartialPlan::new()
            .variables(native::PATHS.into_iter().filter(|_| !libraries.is_empty()))
            .variables(framework.map(|framework| framework.variable))
            .phase(setup)
            .phase(reading(install, (rules.install_files)(context)?, INPUTS.variables))
            .phase(Phase::build().command(program.build(rules.build)))
            .start(start);
        Ok(Some(plan))
    }
}

plugpacks_sdk::export_provider!(Crystal);

/// The program that is started.
enum Program {
    /// The first target in the order of the file (Nixpacks 1.41 takes any, by chance).
    Target(String),
    /// That of a shard without targets: its name, and where it begins.
    Source(String, String),
}

impl Program {
    fn find(context: &Context, shard: &Shard) -> Result<Self> {
        let [target, others @ ..] = shard.targets.names() else { return Self::without_target(context, shard) };
        context.diagnostics.because("Crystal program", format!("{target} is the first target of {}", shard::FILE));
        if !others.is_empty() {
            context.diagnostics.warn(format!(
                "{} has several targets, of which the first, {target}, is started; the others are {}",
                shard::FILE,
                others.join(", ")
            ));
        }
        Ok(Self::Target(target.clone()))
    }

    fn without_target(context: &Context, shard: &Shard) -> Result<Self> {
        let source = shard.source.clone().unwrap_or_default();
        if source.is_empty() || !context.app.has_file(&source)? {
            return Err(Error::new("Unable to get executable name")
                .hint(format!("Name the program below `targets` in {}", shard::FILE)));
        }
        context.diagnostics.because("Crystal program", format!("{source}, as {} has no targets", shard::FILE));
        Ok(Self::Source(shard.name.clone(), source))
    }

    fn name(&self) -> &str {
        match self {
            Self::Target(name) | Self::Source(name, _) => name,
        }
    }

    fn build(&self, targets: &str) -> String {
        match self {
            Self::Target(_) => targets.to_owned(),
            Self::Source(name, source) => format!("mkdir -p bin && crystal build --release -o bin/{name} {source}"),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::Crystal;
    use plugpacks_sdk::testing::{FakeApp, assert_page_matches};

    const SHARD: &str = "name: relay\nversion: 0.1.0\ntargets:\n  relay:\n    main: src/relay.cr\n";

    #[test]
    fn the_page_names_everything() {
        assert_page_matches::<Crystal>(include_str!("../README.md"));
    }

    #[test]
    fn a_shard_under_nixpacks() {
        let app = FakeApp::nixpacks().file("shard.yml", SHARD);
        assert!(app.detect::<Crystal>().unwrap());
        insta::assert_snapshot!(app.plan_text::<Crystal>(), @r#"
        {
          "phases": {
            "build": {
              "cmds": [
                "shards build"
              ],
              "dependsOn": [
                "install"
              ]
            },
            "install": {
              "cmds": [
                "shards install"
              ],
              "dependsOn": [
                "setup"
              ]
            },
            "setup": {
              "nixOverlays": [],
              "nixPkgs": [
                "crystal",
                "shards"
              ]
            }
          },
          "start": {
            "cmd": "./bin/relay"
          }
        }
        "#);
    }

    #[test]
    fn a_shard_under_2026_11() {
        let app = FakeApp::new().file("shard.yml", SHARD);
        assert!(app.detect::<Crystal>().unwrap());
        insta::assert_snapshot!(app.changes_since_nixpacks::<Crystal>(), @r#"
        phases.build.cmds: ["shards build"] -> ["shards build --release"]
        phases.install.onlyIncludeFiles: nothing -> ["shard.yml"]
        phases.install.onlyVariables: nothing -> ["SHARDS_*","CRYSTAL_*","GIT_*","HTTP_PROXY","HTTPS_PROXY","NO_PROXY"]
        phases.setup.nixPkgs: ["crystal","shards"] -> ["crystal_1_19","shards"]
        phases.setup.nixpkgsArchive: nothing -> "b25309931cfda5f0b8805f462a29897eeae50168"
        start.nixPkgs: nothing -> []
        "#);
        assert_eq!(app.warnings(), [""; 0]);
    }

    #[test]
    fn a_shard_without_targets_is_built_from_its_source() {
        let app = FakeApp::new().file("shard.yml", "name: relay\n").file("src/relay.cr", "");
        let text = app.plan_text::<Crystal>();
        assert!(text.contains("crystal build --release -o bin/relay src/relay.cr"), "{text}");
        assert!(FakeApp::new().file("shard.yml", "name: relay\n").plan::<Crystal>().is_err());
        let nixpacks = FakeApp::nixpacks().file("shard.yml", "name: relay\n").file("src/relay.cr", "");
        assert!(nixpacks.plan::<Crystal>().is_err());
    }

    #[test]
    fn frameworks_are_in_production_and_told_the_port() {
        let start = |shard: &str, code: &str| {
            let text = format!("{SHARD}dependencies:\n  {shard}:\n    github: x/{shard}\n");
            let app = FakeApp::new().file("shard.yml", text).file("src/relay.cr", code);
            app.plan::<Crystal>().unwrap().unwrap().start.unwrap().command.unwrap()
        };
        assert_eq!(start("kemal", "Kemal.run"), "./bin/relay --port ${PORT:-3000}");
        assert_eq!(start("kemal", "OptionParser.parse"), "./bin/relay");
        assert_eq!(start("lucky", ""), "PORT=${PORT:-3000} ./bin/relay");
    }

    #[test]
    fn of_several_targets_the_first_is_started_with_a_warning() {
        let text = "name: relay\ntargets:\n  worker:\n    main: a.cr\n  admin:\n    main: b.cr\n";
        for app in [FakeApp::nixpacks(), FakeApp::new()] {
            let app = app.file("shard.yml", text);
            let start = app.plan::<Crystal>().unwrap().unwrap().start.unwrap();
            assert_eq!(start.command.as_deref(), Some("./bin/worker"));
            assert!(app.warnings()[0].ends_with("the others are admin"));
        }
    }

    #[test]
    fn a_shard_without_a_program_is_an_error() {
        for app in [FakeApp::nixpacks(), FakeApp::new()] {
            let error = app.file("shard.yml", "name: relay\ntargets:\n").plan::<Crystal>().unwrap_err();
            assert_eq!(error.message(), "Unable to get executable name");
        }
        for text in ["name: relay\n", "targets:\n  a: {}\n", "[", "name: relay\ntargets: [a]\n"] {
            let error = FakeApp::nixpacks().file("shard.yml", text).plan::<Crystal>().unwrap_err();
            assert_eq!(error.message(), "Reading shard.yml", "{text:?}");
        }
        assert_eq!(FakeApp::nixpacks().plan::<Crystal>().unwrap_err().message(), "Reading shard.yml");
    }

    #[test]
    fn the_version_comes_from_the_variable_a_file_or_the_shard() {
        let package = |app: &FakeApp| {
            let plan = app.plan_text::<Crystal>();
            plan.lines().find(|line| line.contains("\"crystal")).unwrap().trim().trim_matches(['"', ',']).to_owned()
        };
        let app = |crystal: &str| FakeApp::new().file("shard.yml", format!("{SHARD}crystal: \"{crystal}\"\n"));
        assert_eq!(package(&app("1.4.1")), "crystal_1_19");
        assert_eq!(package(&app(">= 1.10, < 1.17")), "crystal_1_16");
        assert_eq!(package(&app("~> 1.15.0")), "crystal_1_15");
        assert_eq!(package(&app("~> 1.15.0").file(".crystal-version", "1.18.2")), "crystal_1_18");
        let pinned = app("*").variable("NIXPACKS_CRYSTAL_VERSION", "1.9");
        assert_eq!(package(&pinned), "crystal");
        assert_eq!(pinned.warnings().len(), 1);
        assert_eq!(
            app("< 1.0").plan::<Crystal>().unwrap_err().message(),
            "Crystal \"< 1.0\", asked for by shard.yml, is not available"
        );
        assert_eq!(
            app("nightly").plan::<Crystal>().unwrap_err().message(),
            "Crystal version \"nightly\" in shard.yml cannot be understood"
        );
    }
}
