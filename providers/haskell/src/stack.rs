//! Packages as Stack builds them, described for hpack or for Cabal.

use crate::description::AT_THE_ROOT;
use crate::package::{CODE, HPACK, Package};
use crate::{Decisions, SystemPackages, listening};
use plugpacks_provider_support::release::NIXPKGS_26_05;
use plugpacks_sdk::{Context, Error, PartialPlan, Result, ResultExt};

/// The configuration of Stack.
pub(crate) const STACK: &str = "stack.yaml";

/// Names that both Ubuntu and Debian have.
const SYSTEM_PACKAGES: SystemPackages = SystemPackages {
    everywhere: &["libgmp-dev", "gcc", "binutils", "make", "zlib1g-dev"],
    aarch64: &["libnuma-dev", "libncurses-dev"],
};

/// A package for hpack and some code, as for Nixpacks 1.41; or a package for Cabal that Stack builds.
pub(crate) fn detect(context: &Context) -> Result<bool> {
    if context.app.has_file(HPACK)? && context.app.has_match(CODE)? {
        return Ok(true);
    }
    Ok(context.app.has_file(STACK)? && context.app.has_match(AT_THE_ROOT)?)
}

pub(crate) fn plan(context: &Context) -> Result<PartialPlan> {
    let decisions = Decisions {
        program: program(context)?,
        prefix: listening::prefix(context)?,
        archive: Some(NIXPKGS_26_05),
        system_packages: SYSTEM_PACKAGES,
    };
    Ok(decisions.into_plan(context))
}

/// The first program by name of `package.yaml`, or the first one of a Cabal file.
fn program(context: &Context) -> Result<String> {
    let because =
        |program: &str, reason: &str| context.diagnostics.because("Haskell program", format!("{program} {reason}"));
    if context.app.has_file(HPACK)? {
        let package: Package = context.app.read_yaml(HPACK).context(format!("Reading {HPACK}"))?;
        if let Some(program) = named_by_hpack(package) {
            because(&program, &format!("is the first of {HPACK} by name"));
            return Ok(program);
        }
    }
    for path in context.app.find_files(AT_THE_ROOT)? {
        if let Some(occurrence) =
            context.app.search(&plugpacks_sdk::glob::literal(&path), r"(?mi)^executable\s+(\S+)")?
            && let Some(Some(program)) = occurrence.groups.into_iter().nth(1)
        {
            because(&program, &format!("is the first executable of {path}"));
            return Ok(program);
        }
    }
    Err(Error::new("Failed to get executable name")
        .hint(format!("Describe a program: below `executables` in {HPACK}, or as `executable NAME` in a .cabal file")))
}

fn named_by_hpack(package: Package) -> Option<String> {
    let only = package.name.filter(|_| package.executable.is_some());
    only.or_else(|| package.executables.into_keys().next())
}

#[cfg(test)]
mod tests {
    use super::SYSTEM_PACKAGES;
    use crate::Haskell;
    use plugpacks_sdk::testing::FakeApp;

    fn start(app: &FakeApp) -> String {
        app.plan::<Haskell>().unwrap().unwrap().start.unwrap().command.unwrap()
    }

    #[test]
    fn a_cabal_file_is_enough_for_stack() {
        let cabal = "name: relay\n\nlibrary\n  exposed-modules: Relay\n\nExecutable relay-web\n  main-is: Main.hs\n";
        let app = FakeApp::new().file("relay.cabal", cabal).file("stack.yaml", "");
        assert!(app.detect::<Haskell>().unwrap());
        assert_eq!(start(&app), "/root/.local/bin/relay-web");
        assert!(!FakeApp::new().file("sub/relay.cabal", cabal).file("stack.yaml", "").detect::<Haskell>().unwrap());
        assert!(!FakeApp::nixpacks().file("relay.cabal", cabal).file("stack.yaml", "").detect::<Haskell>().unwrap());
    }

    #[test]
    fn hpack_has_two_ways_to_name_a_program() {
        let app = |text: &str| FakeApp::new().file("package.yaml", text);
        assert_eq!(start(&app("name: relay\nexecutable:\n  main: Main.hs\n")), "/root/.local/bin/relay");
        assert_eq!(start(&app("name: relay\nexecutables:\n  b: x\n  a:\n")), "/root/.local/bin/a");
    }

    #[test]
    fn a_port_is_told_or_said() {
        let yesod = FakeApp::new()
            .file("package.yaml", "name: relay\nexecutable:\n  main: Main.hs\n")
            .file("config/settings.yml", "port: \"_env:YESOD_PORT:3000\"\n");
        assert_eq!(start(&yesod), "YESOD_PORT=${PORT:-3000} /root/.local/bin/relay");
        let scotty = FakeApp::new()
            .file("package.yaml", "name: relay\nexecutable:\n  main: Main.hs\n")
            .file("app/Main.hs", "main = scotty 3000 $ do\n");
        start(&scotty);
        assert_eq!(scotty.warnings().len(), 1);
    }

    #[test]
    fn an_app_without_a_program_is_an_error() {
        for text in ["name: relay\n", "name: relay\nexecutables: {}\n"] {
            let error = FakeApp::new().file("package.yaml", text).plan::<Haskell>().unwrap_err();
            assert_eq!(error.message(), "Failed to get executable name");
        }
        let error = FakeApp::new().file("package.yaml", "[").plan::<Haskell>().unwrap_err();
        assert_eq!(error.message(), "Reading package.yaml");
    }

    #[test]
    fn arm_needs_more_of_the_system() {
        assert_eq!(SYSTEM_PACKAGES.on("x86_64").count(), 5);
        assert_eq!(SYSTEM_PACKAGES.on("aarch64").last(), Some("libncurses-dev"));
    }
}
