//! How the program is started, and what it needs for that.

use super::Code;
use crate::PROGRAM;
use plugpacks_sdk::{Context, Result, Start, sources};

/// Files of Go that have a meaning before the start only.
const MANIFESTS: [&str; 5] = ["go.mod", "go.sum", "go.work", "go.work.sum", ".go-version"];

/// The program and what it refers to: nothing of Go's, but with C code libraries.
pub(super) fn start(context: &Context, code: &Code) -> Result<Option<Start>> {
    if code.files.is_empty() {
        return Ok(None);
    }
    let start = Start::command(PROGRAM).packages([""; 0]);
    let is_alone = !links_c_code(context) && sources::only_the_program_is_needed(context, ".go", &MANIFESTS)?;
    Ok(Some(if is_alone {
        context.diagnostics.because("image", "only the program is copied, since the app is nothing but Go code");
        start.only_include_files([PROGRAM])
    } else {
        start
    }))
}

/// Whether C libraries may be linked in: Go leaves them out for `0` only.
fn links_c_code(context: &Context) -> bool {
    context.environment.get("CGO_ENABLED").is_some_and(|value| value != "0")
}

#[cfg(test)]
mod tests {
    use crate::Go;
    use plugpacks_sdk::testing::FakeApp;
    use plugpacks_sdk::{ListEdit, Start};

    fn app() -> FakeApp {
        FakeApp::new().file("go.mod", "").file("main.go", "package main\n").file("shop/shop.go", "package shop\n")
    }

    fn start(app: &FakeApp) -> Start {
        app.plan::<Go>().unwrap().unwrap().start.unwrap()
    }

    #[test]
    fn no_package_is_needed() {
        for app in [app(), app().variable("CGO_ENABLED", "1")] {
            let start = start(&app);
            assert_eq!(start.nix_packages, Some(ListEdit::Replace(Vec::new())));
            assert_eq!(start.run_image, None);
        }
    }

    #[test]
    fn pure_go_code_leaves_only_the_program() {
        let start = start(&app().file("README.md", "").file("shop/shop_test.go", ""));
        assert_eq!(start.only_include_files, Some(ListEdit::Replace(vec!["./out".into()])));
    }

    #[test]
    fn anything_else_may_be_wanted_at_run_time() {
        let all = |app: &FakeApp| start(app).only_include_files.is_none();
        assert!(all(&app().file("static/app.css", "")));
        for (value, expected) in [("1", true), ("true", true), ("0", false)] {
            assert_eq!(all(&app().variable("CGO_ENABLED", value)), expected, "{value}");
        }
    }

    #[test]
    fn nothing_is_started_without_go_files() {
        assert_eq!(FakeApp::new().file("go.mod", "").plan::<Go>().unwrap().unwrap().start, None);
    }
}
