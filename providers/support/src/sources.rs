//! Apps that are nothing but code: what of them a compiled program may want at run time.

use plugpacks_sdk::{Context, Result};

/// Files of any app that have a meaning before the start only.
const NOT_NEEDED: [&str; 9] = [
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

/// Variables by which the user gives commands of his own.
pub const COMMANDS: [&str; 2] = ["NIXPACKS_BUILD_CMD", "NIXPACKS_START_CMD"];

/// Whether nothing but the compiled program can be wanted at run time: all files have the
/// `extension` of the language (`.go`) or are among its `manifests`, and the provider's own commands
/// are used.
///
/// Asks for the files of the app directory first, so that a large app is rarely listed as a whole.
///
/// # Errors
/// The app cannot be searched.
pub fn only_the_program_is_needed(context: &Context, extension: &str, manifests: &[&str]) -> Result<bool> {
    let is_not_needed = |path: &String| {
        let is_known = |name: &str| manifests.contains(&name) || NOT_NEEDED.contains(&name);
        path.ends_with(extension) || is_known(path.rsplit('/').next().unwrap_or(path))
    };
    let has_commands = COMMANDS.iter().any(|name| context.environment.get(name).is_some());
    if has_commands || !context.app.find_files("*")?.iter().all(is_not_needed) {
        return Ok(false);
    }
    let files = context.app.find_files("**/*")?;
    if !files.iter().all(is_not_needed) {
        return Ok(false);
    }
    // A folder without code may be one that is not searched.
    let is_code_in = |path: &String, folder: &str| {
        path.strip_prefix(folder).is_some_and(|rest| rest.starts_with('/')) && path.ends_with(extension)
    };
    let folders = context.app.find_directories("*")?;
    Ok(folders.iter().all(|folder| files.iter().any(|path| is_code_in(path, folder))))
}

#[cfg(test)]
mod tests {
    use super::*;
    use plugpacks_sdk::testing::FakeApp;

    fn app() -> FakeApp {
        FakeApp::new().file("go.mod", "").file("main.go", "").file("shop/data/shop.go", "").file("README.md", "")
    }

    fn only(app: &FakeApp) -> bool {
        app.with(|context| {
            only_the_program_is_needed(context, ".go", &["go.mod"]).expect("an app that can be searched")
        })
    }

    #[test]
    fn code_and_manifests_are_not_wanted_at_run_time() {
        assert!(only(&app()));
        assert!(only(&app().file("shop/go.mod", "")));
    }

    #[test]
    fn anything_else_may_be() {
        assert!(!only(&app().file("static/app.css", "")));
        assert!(!only(&app().file("shop/shop.sql", "")));
        assert!(!only(&app().file("Procfile", "")));
        assert!(!only(&app().directory("data")));
        assert!(!only(&app().variable("NIXPACKS_START_CMD", "./bin/shop")));
        assert!(!only(&app().variable("NIXPACKS_BUILD_CMD", "make")));
    }
}
