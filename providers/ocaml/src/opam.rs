//! The dependencies: opam makes a switch, a directory with a compiler and packages, in the app.

use plugpacks_provider_support::release::Sources;
use plugpacks_provider_support::requirement;
use plugpacks_provider_support::version::{Interval, Version};
use plugpacks_sdk::{Context, Error, Phase, Result};
use std::ops::Bound;

/// Where a version of OCaml is asked for, apart from opam files, which opam reads itself.
const SOURCES: Sources = Sources { variable: "OCAML_VERSION", files: &[".ocaml-version"], tools: &["ocaml"] };

/// Says yes to every question, that of installing system packages included.
const YES: &str = "--confirm-level=unsafe-yes";

/// What opam knows about the app.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Package {
    /// There is no opam file.
    Missing,
    /// Dune makes this one of what `dune-project` says.
    Generated(String),
    /// There is at least one.
    Described,
    /// One of them has a variant that pins every dependency.
    Locked,
}

impl Package {
    /// Looks for `NAME.opam`, `opam` and their variants with the ending `.locked` at the app's root.
    ///
    /// # Errors
    /// The app directory cannot be read.
    pub(crate) fn find(context: &Context) -> Result<Self> {
        let files = [context.app.find_files("*.opam")?, context.app.find_files("opam")?].concat();
        if files.is_empty() {
            if let Some(file) = generated(context)? {
                context.diagnostics.because("OCaml dependencies", format!("Dune makes {file}, which is not committed"));
                return Ok(Self::Generated(file));
            }
            context.diagnostics.warn(
                "There is no opam file: no dependency but Dune is installed; commit NAME.opam, which \
                 (generate_opam_files) in dune-project makes",
            );
            return Ok(Self::Missing);
        }
        for file in files {
            if context.app.has_file(&format!("{file}.locked"))? {
                context.diagnostics.because("OCaml dependencies", format!("{file}.locked pins them"));
                return Ok(Self::Locked);
            }
        }
        Ok(Self::Described)
    }
}

/// The opam file that Dune makes of the first package in `dune-project`, if it is told to.
fn generated(context: &Context) -> Result<Option<String>> {
    let text = context.app.read_text_if_file(crate::PROJECT)?.unwrap_or_default();
    let packages = text.split("(package").skip(1).filter(|rest| rest.starts_with(char::is_whitespace));
    let names = packages.filter_map(|rest| rest.split_once("(name")?.1.split(')').next());
    let name = names.map(str::trim).find(|name| name.chars().all(|c| c.is_alphanumeric() || "_-".contains(c)));
    Ok(name.filter(|_| text.contains("(generate_opam_files")).map(|name| format!("{name}.opam")))
}

/// The constraint, in opam's notation, on the compiler that somebody asks for; `None`: opam takes
/// the newest one that the opam files allow.
///
/// # Errors
/// The version is not understood; a version file cannot be read.
pub(crate) fn requested_compiler(context: &Context) -> Result<Option<String>> {
    let Some(request) = SOURCES.find(context)? else {
        context.diagnostics.because("OCaml version", "opam takes the newest one that the opam files allow");
        return Ok(None);
    };
    let range = requirement::list(&request.text).ok_or_else(|| {
        Error::new(format!("OCaml version {:?} in {} cannot be understood", request.text, request.source))
            .hint("Write a version such as 5.3")
    })?;
    context.diagnostics.because("OCaml version", format!("{} because {} asks for it", request.text, request.source));
    let alternatives: Vec<_> = range.intervals().iter().map(constraint).collect();
    Ok((!alternatives.is_empty()).then(|| alternatives.join(" | ")))
}

/// `"ocaml-base-compiler" {>= "5.1.0" & < "5.2.0~"}`.
fn constraint(interval: &Interval) -> String {
    // In opam `~` sorts before nothing: `5.2.0~` is before the pre-releases of 5.2.0.
    let version = |version: &Version| {
        let [major, minor, patch] = version.numbers;
        let before = if matches!(version.stage, plugpacks_provider_support::version::Stage::Floor) { "~" } else { "" };
        format!("\"{major}.{minor}.{patch}{before}\"")
    };
    let bound = |bound: &Bound<Version>, including: &str, excluding: &str| match bound {
        Bound::Included(at) => Some(format!("{including} {}", version(at))),
        Bound::Excluded(at) => Some(format!("{excluding} {}", version(at))),
        Bound::Unbounded => None,
    };
    let bounds = [bound(&interval.lower, ">=", ">"), bound(&interval.upper, "<=", "<")];
    let bounds: Vec<_> = bounds.into_iter().flatten().collect();
    let compiler = "\"ocaml-base-compiler\"";
    if bounds.is_empty() { compiler.to_owned() } else { format!("{compiler} {{{}}}", bounds.join(" & ")) }
}

/// The phase that makes the switch. System packages are looked up in lists that opam refreshes,
/// since base images come without.
pub(crate) fn install(package: &Package, compiler: Option<&str>) -> Phase {
    let mut switch = "opam switch create .".to_owned();
    match package {
        Package::Missing | Package::Generated(_) => {}
        Package::Described => switch.push_str(" --deps-only"),
        Package::Locked => switch.push_str(" --deps-only --locked"),
    }
    if let Some(compiler) = compiler {
        switch.push_str(&format!(" --formula '{compiler}'"));
    }
    let dune = || format!("opam install dune {YES}");
    let later = match package {
        Package::Missing => vec![dune()],
        Package::Generated(file) => {
            vec![dune(), format!("opam exec -- dune build {file}"), format!("opam install . --deps-only {YES}")]
        }
        Package::Described | Package::Locked => Vec::new(),
    };
    Phase::install()
        .command("opam init --bare --no-setup --disable-sandboxing --yes")
        .command("opam update --depexts --yes")
        .command(format!("{switch} {YES}"))
        .commands(later)
}

#[cfg(test)]
mod tests {
    use super::*;
    use plugpacks_sdk::testing::FakeApp;

    fn compiler(app: &FakeApp) -> Result<Option<String>> {
        app.with(requested_compiler)
    }

    #[test]
    fn a_requested_version_becomes_opams_constraint() {
        for (text, expected) in [
            ("5.1", r#""ocaml-base-compiler" {>= "5.1.0" & < "5.2.0~"}"#),
            ("5.1.1", r#""ocaml-base-compiler" {>= "5.1.1" & <= "5.1.1"}"#),
            (">= 4.14", r#""ocaml-base-compiler" {>= "4.14.0"}"#),
            ("*", r#""ocaml-base-compiler""#),
        ] {
            let app = FakeApp::new().file(".ocaml-version", text);
            assert_eq!(compiler(&app).unwrap().as_deref(), Some(expected), "{text}");
        }
        assert_eq!(compiler(&FakeApp::new()).unwrap(), None);
    }

    #[test]
    fn the_variable_comes_before_the_files() {
        let app = FakeApp::new().file(".tool-versions", "ocaml 5.1.1\n").file(".ocaml-version", "5.2.1");
        assert!(compiler(&app).unwrap().unwrap().contains("5.2.1"));
        let app = app.variable("NIXPACKS_OCAML_VERSION", "4.14");
        assert!(compiler(&app).unwrap().unwrap().contains("4.14.0"));
        let error = compiler(&app.variable("NIXPACKS_OCAML_VERSION", "trunk")).unwrap_err();
        assert_eq!(error.message(), "OCaml version \"trunk\" in NIXPACKS_OCAML_VERSION cannot be understood");
    }

    #[test]
    fn locked_dependencies_are_taken_as_they_are() {
        let find = |app: FakeApp| app.with(Package::find).unwrap();
        assert_eq!(find(FakeApp::new()), Package::Missing);
        assert_eq!(find(FakeApp::new().file("lib/relay.opam", "")), Package::Missing);
        assert_eq!(find(FakeApp::new().file("relay.opam", "")), Package::Described);
        assert_eq!(find(FakeApp::new().file("opam", "")), Package::Described);
        let locked = FakeApp::new().file("a.opam", "").file("b.opam", "").file("b.opam.locked", "");
        assert_eq!(find(locked), Package::Locked);
    }

    #[test]
    fn the_switch_is_made_for_the_package_and_the_compiler() {
        let switch = |package: Package, compiler| {
            let commands = install(&package, compiler).commands;
            plugpacks_provider_support::javascript::elements(commands.as_ref())[2..].join("; ")
        };
        assert_eq!(
            switch(Package::Locked, Some("\"c\" {>= \"5\"}")),
            "opam switch create . --deps-only --locked --formula '\"c\" {>= \"5\"}' --confirm-level=unsafe-yes"
        );
        assert_eq!(
            switch(Package::Missing, None),
            "opam switch create . --confirm-level=unsafe-yes; opam install dune --confirm-level=unsafe-yes"
        );
    }
}
