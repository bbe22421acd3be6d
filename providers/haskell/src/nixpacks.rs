//! The rules of the edition `nixpacks`: those of Nixpacks 1.41.

use crate::package::{CODE, HPACK, Programs};
use crate::{Decisions, SystemPackages};
use plugpacks_sdk::{Context, Error, PartialPlan, Result};

const SYSTEM_PACKAGES: SystemPackages = SystemPackages {
    everywhere: &["libgmp-dev", "gcc", "binutils", "make", "zlib1g-dev"],
    aarch64: &[
        "libnuma1",
        "libnuma-dev",
        "libtinfo-dev",
        "libtinfo5",
        "libc6-dev",
        "libtinfo6",
        "llvm-11",
        "clang",
        "ninja-build",
        "zlib1g-dev",
    ],
};

pub(crate) fn detect(context: &Context) -> Result<bool> {
    Ok(context.app.has_file(HPACK)? && context.app.has_match(CODE)?)
}

pub(crate) fn plan(context: &Context) -> Result<PartialPlan> {
    let text = context.app.read_text(HPACK)?;
    // Nixpacks 1.41 shows the parser's message alone.
    let programs: Programs = plugpacks_sdk::yaml::parse(&text)
        .map_err(|error| error.hint(format!("Correct {HPACK}: the programs are named below `executables`")))?;
    let program = programs.executables.into_keys().next().ok_or_else(|| {
        Error::new("Failed to get executable name").hint(format!("Name the program below `executables` in {HPACK}"))
    })?;
    context.diagnostics.because("Haskell program", format!("{program} is the first of {HPACK} by name"));
    Ok(Decisions { program, prefix: "", archive: None, system_packages: SYSTEM_PACKAGES }.into_plan(context))
}

#[cfg(test)]
mod tests {
    use crate::Haskell;
    use plugpacks_sdk::testing::FakeApp;

    fn message(text: &str) -> String {
        let error = FakeApp::nixpacks().file("package.yaml", text).plan::<Haskell>().unwrap_err();
        error.message().to_owned()
    }

    #[test]
    fn errors_are_the_parsers() {
        assert_eq!(message("name: relay\n"), "missing field `executables`");
        assert_eq!(message("executables: {}\n"), "Failed to get executable name");
        assert!(message("executables:\n  relay: x\n").starts_with("executables.relay: invalid type"));
        let error = FakeApp::nixpacks().plan::<Haskell>().unwrap_err();
        assert_eq!(error.message(), "Error reading package.yaml");
    }
}
