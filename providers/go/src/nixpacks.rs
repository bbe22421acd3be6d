//! The rules of the edition `nixpacks`: those of Nixpacks 1.41.

use crate::code::{GoFiles, Manifest};
use crate::versions::NIXPACKS;
use crate::{Decisions, PROGRAM, download};
use plugpacks_provider_support::release::Release;
use plugpacks_sdk::{Context, Error, Result, Start};

/// The image that statically linked programs run in.
const RUN_IMAGE: &str = "ubuntu:noble";

pub(crate) fn detect(context: &Context) -> Result<bool> {
    Ok(context.app.first_file(&["main.go", "go.mod"])?.is_some())
}

pub(crate) fn decide(context: &Context) -> Result<Decisions> {
    let module = Manifest::read(context, "go.mod")?;
    let files = GoFiles::find(context)?;
    Ok(Decisions {
        release: release(context, module.as_ref())?,
        toolchain: None,
        download: module.is_some().then(download),
        packages: Vec::new(),
        libraries: Vec::new(),
        assets: None,
        build: match context.environment.config("GO_BIN") {
            Some(name) => vec![format!("go build -o out ./cmd/{name}")],
            None => Vec::from_iter(unnamed_build(context, module.as_ref(), &files)?),
        },
        search_path: None,
        start: (!files.is_empty()).then(|| start(context)),
        variables: vec![("CGO_ENABLED", "0".into())],
    })
}

/// The release that the `go` line names exactly, else the default.
fn release(context: &Context, module: Option<&Manifest>) -> Result<Release> {
    let default = NIXPACKS.default_release();
    let Some(line) = module.and_then(Manifest::first_line_with_go) else {
        context.diagnostics.because("Go version", format!("{} is the default", default.version));
        return Ok(*default);
    };
    let wanted = line
        .split_whitespace()
        .nth(1)
        .ok_or_else(|| Error::new(format!("The line {line:?} of go.mod names no version")).hint("Write `go 1.23`"))?;
    let (release, reason) = match NIXPACKS.exactly(wanted) {
        Some(release) => (release, format!("{wanted} from go.mod")),
        None => (default, format!("{} is the default; {wanted:?} of go.mod is not in the table", default.version)),
    };
    context.diagnostics.because("Go version", reason);
    Ok(*release)
}

/// The build command where the user names no program: that of the root, else of the first command.
fn unnamed_build(context: &Context, module: Option<&Manifest>, files: &GoFiles) -> Result<Option<String>> {
    if module.is_some() && files.directly_in("").next().is_some() {
        return Ok(Some("go build -o out".into()));
    }
    if context.app.has_directory("cmd")? {
        // A directory comes before those in it: the first one stands directly below `cmd`.
        let commands = context.app.find_directories("cmd/*")?;
        return Ok(commands.first().map(|directory| format!("go build -o out ./{directory}")));
    }
    if module.is_some() {
        return Ok(Some("go build -o out".into()));
    }
    Ok(context.app.has_file("main.go")?.then(|| "go build -o out main.go".into()))
}

fn start(context: &Context) -> Start {
    let start = Start::command(PROGRAM);
    match context.environment.get("CGO_ENABLED").as_deref() {
        Some("1") => start,
        _ => start.on_image(RUN_IMAGE),
    }
}

#[cfg(test)]
mod tests {
    use crate::Go;
    use plugpacks_sdk::testing::FakeApp;
    use plugpacks_sdk::{ListEdit, PartialPlan, RunTime};

    fn app() -> FakeApp {
        FakeApp::nixpacks()
    }

    fn module(text: &str) -> FakeApp {
        app().file("go.mod", text).file("main.go", "")
    }

    fn plan(app: &FakeApp) -> PartialPlan {
        app.plan::<Go>().unwrap().unwrap()
    }

    fn package(app: &FakeApp) -> ListEdit {
        plan(app).phases.into_iter().find_map(|phase| phase.nix_packages).unwrap()
    }

    fn build(app: &FakeApp) -> Option<ListEdit> {
        plan(app).phases.into_iter().find(|phase| phase.name == "build").unwrap().commands
    }

    fn only(text: &str) -> ListEdit {
        [text].into_iter().collect()
    }

    #[test]
    fn the_go_line_has_to_be_in_the_table_exactly() {
        for (line, expected) in [
            ("go 1.18", "go_1_18"),
            ("\tgo\t1.23 // c", "go_1_23"),
            ("go 1.22", "go"),
            ("go 1.21.0", "go"),
            ("go 1.24", "go"),
            ("godebug default=go1.21\ngo 1.18", "go"),
            ("golang 1.19", "go_1_19"),
            ("", "go"),
        ] {
            assert_eq!(package(&module(line)), only(expected), "{line:?}");
        }
    }

    #[test]
    fn a_go_line_without_a_version_is_an_error() {
        let error = module("module x\ngo\n").plan::<Go>().unwrap_err();
        assert_eq!(error.message(), "The line \"go\" of go.mod names no version");
    }

    #[test]
    fn the_first_rule_that_fits_builds() {
        let built = |app: &FakeApp| build(app);
        let with_commands = app().file("cmd/b/main.go", "").file("cmd/a/sub/x.go", "");
        assert_eq!(built(&with_commands), Some(only("go build -o out ./cmd/a")));
        let with_commands = with_commands.file("go.mod", "");
        assert_eq!(built(&with_commands), Some(only("go build -o out ./cmd/a")));
        let with_test = with_commands.file("main_test.go", "");
        assert_eq!(built(&with_test), Some(only("go build -o out")));
        let with_name = with_test.variable("NIXPACKS_GO_BIN", "b");
        assert_eq!(built(&with_name), Some(only("go build -o out ./cmd/b")));
        assert_eq!(built(&app().file("go.mod", "").file("cmd/x.go", "")), None);
        assert_eq!(built(&app().file("go.mod", "")), Some(only("go build -o out")));
        assert_eq!(built(&app().file("main.go", "")), Some(only("go build -o out main.go")));
        assert_eq!(built(&app()), None);
    }

    #[test]
    fn only_go_files_and_no_c_code_give_a_run_image() {
        assert_eq!(plan(&app().file("go.mod", "")).start, None);
        let image = |app: &FakeApp| plan(app).start.unwrap().run_time;
        let ubuntu = RunTime::OtherImage("ubuntu:noble".into());
        assert_eq!(image(&module("")), ubuntu);
        assert_eq!(image(&module("").variable("CGO_ENABLED", "true")), ubuntu);
        assert_eq!(image(&module("").variable("CGO_ENABLED", "1")), RunTime::WholeBuild);
    }

    #[test]
    fn a_workspace_file_is_not_a_marker() {
        assert!(!app().file("go.work", "").detect::<Go>().unwrap());
        assert!(app().file("main.go", "").detect::<Go>().unwrap());
    }
}
