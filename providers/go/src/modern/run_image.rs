//! How the program is started, and what of the app is needed beside it.

use super::Code;
use crate::{PROGRAM, RUN_IMAGE};
use plugpacks_sdk::{Context, Result, Start};

/// Files that have a meaning before the start only.
const NOT_NEEDED: [&str; 14] = [
    "go.mod",
    "go.sum",
    "go.work",
    "go.work.sum",
    ".go-version",
    ".tool-versions",
    ".gitignore",
    ".gitattributes",
    ".dockerignore",
    ".editorconfig",
    "Dockerfile",
    "LICENSE",
    "README.md",
    "CHANGELOG.md",
];

pub(super) fn start(context: &Context, code: &Code) -> Result<Option<Start>> {
    if code.files.is_empty() {
        return Ok(None);
    }
    let start = Start::command(PROGRAM);
    if links_c_code(context) {
        context.diagnostics.because("run image", "none, since CGO_ENABLED lets the program need C libraries");
        return Ok(Some(start));
    }
    let start = start.run_image(RUN_IMAGE);
    Ok(Some(if only_the_program_is_needed(context, code)? {
        context.diagnostics.because("run image", "only the program is copied, since the app is nothing but Go code");
        start.only_include_files([PROGRAM])
    } else {
        start
    }))
}

/// Whether C libraries may be linked in: Go leaves them out for `0` only.
fn links_c_code(context: &Context) -> bool {
    context.environment.get("CGO_ENABLED").is_some_and(|value| value != "0")
}

/// Whether nothing but the program can be wanted at run time: all files are Go code or among
/// [`NOT_NEEDED`], and the provider's own commands are used.
///
/// Asks for the files of the app directory first, so that a large app is rarely listed as a whole.
fn only_the_program_is_needed(context: &Context, code: &Code) -> Result<bool> {
    let has_commands = ["BUILD_CMD", "START_CMD"].iter().any(|name| context.environment.config(name).is_some());
    if has_commands || !all_not_needed(&context.app.find_files("*")?) {
        return Ok(false);
    }
    let with_code = code.files.directories();
    let has_code = |directory: &String| {
        let below = format!("{directory}/");
        with_code.iter().any(|other| other == directory || other.starts_with(&below))
    };
    Ok(context.app.find_directories("*")?.iter().all(has_code) && all_not_needed(&context.app.find_files("**/*")?))
}

fn all_not_needed(files: &[String]) -> bool {
    files.iter().all(|path| path.ends_with(".go") || NOT_NEEDED.contains(&path.rsplit('/').next().unwrap_or(path)))
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
    fn pure_go_code_leaves_only_the_program() {
        let start = start(&app().file("README.md", "").file("shop/shop_test.go", ""));
        assert_eq!(start.run_image.as_deref(), Some("ubuntu:noble"));
        assert_eq!(start.only_include_files, Some(ListEdit::Replace(vec!["./out".into()])));
    }

    #[test]
    fn anything_else_may_be_wanted_at_run_time() {
        let all = |app: &FakeApp| start(app).only_include_files.is_none();
        assert!(all(&app().file("static/app.css", "")));
        assert!(all(&app().file("shop/shop.sql", "")));
        assert!(all(&app().file("Procfile", "")));
        assert!(all(&app().variable("NIXPACKS_START_CMD", "./bin/shop")));
        assert!(all(&app().variable("NIXPACKS_BUILD_CMD", "make")));
    }

    #[test]
    fn c_code_keeps_the_build_image() {
        for (value, image) in [("1", None), ("true", None), ("0", Some("ubuntu:noble"))] {
            assert_eq!(start(&app().variable("CGO_ENABLED", value)).run_image.as_deref(), image, "{value}");
        }
    }

    #[test]
    fn nothing_is_started_without_go_files() {
        assert_eq!(FakeApp::new().file("go.mod", "").plan::<Go>().unwrap().unwrap().start, None);
    }
}
