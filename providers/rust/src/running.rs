//! How the program is started, and what it needs for that.

use crate::Output;
use crate::target::Target;
use plugpacks_provider_support::sources;
use plugpacks_sdk::{Context, Needs, Result, Start};

/// The image that programs without dynamic libraries run in (Nixpacks 1.41).
const RUN_IMAGE: &str = "ubuntu:noble";

/// Files of cargo that have a meaning before the start only.
const MANIFESTS: [&str; 7] = [
    "Cargo.toml",
    "Cargo.lock",
    "rust-toolchain",
    "rust-toolchain.toml",
    ".rust-version",
    "rustfmt.toml",
    "clippy.toml",
];

/// Nixpacks 1.41: nothing but a program without dynamic libraries, else the whole build.
pub(crate) fn nixpacks(output: &Output, target: &Target) -> Option<Start> {
    let command = command(output)?;
    let start = Start::command(&command);
    Some(if target.is_self_contained() { start.on_image(RUN_IMAGE).only_app_files([command]) } else { start })
}

/// The program and the libraries it refers to; the whole app, unless that is nothing but Rust code.
pub(crate) fn slim(context: &Context, output: &Output, libraries: Vec<&str>) -> Result<Option<Start>> {
    let Some(command) = command(output) else { return Ok(None) };
    let needs = Needs::nothing();
    let needs = if libraries.is_empty() { needs } else { needs.only_libraries(libraries) };
    let start = Start::command(&command).needs(needs);
    Ok(Some(if sources::only_the_program_is_needed(context, ".rs", &MANIFESTS)? {
        context.diagnostics.because("image", "only the program is copied, since the app is nothing but Rust code");
        start.only_app_files([command])
    } else {
        start
    }))
}

fn command(output: &Output) -> Option<String> {
    Some(format!("./bin/{}", output.start.as_ref()?))
}

#[cfg(test)]
mod tests {
    use crate::Rust;
    use plugpacks_sdk::testing::FakeApp;
    use plugpacks_sdk::{Needs, RunTime, Start, StartFile};

    fn app() -> FakeApp {
        FakeApp::new().file("Cargo.toml", "[package]\nname = \"shop\"\n").file("src/main.rs", "")
    }

    fn start(app: &FakeApp) -> Start {
        app.plan::<Rust>().unwrap().unwrap().start.unwrap()
    }

    #[test]
    fn no_package_is_needed_whatever_the_target() {
        for app in [app(), app().variable("NIXPACKS_NO_MUSL", "1")] {
            let start = start(&app);
            assert_eq!(start.run_time.needs().unwrap().nix_packages, [""; 0]);
            assert_eq!(start.files, [StartFile::App("./bin/shop".into())]);
        }
    }

    #[test]
    fn openssl_is_needed_without_its_headers() {
        let app = app().file("Cargo.lock", "[[package]]\nname = \"openssl-sys\"\n");
        assert_eq!(start(&app).run_time, RunTime::Only(Needs::nothing().only_libraries(["openssl"])));
    }

    #[test]
    fn an_app_with_other_files_keeps_them() {
        assert_eq!(start(&app().file("templates/index.html", "")).files, [StartFile::WholeApp]);
        assert_eq!(start(&app().file("Rocket.toml", "")).files, [StartFile::WholeApp]);
    }
}
