//! Which package of a workspace is built.

use super::read;
use crate::manifest::{DEPENDENCIES, Manifest, is_inherited, list, table};
use plugpacks_sdk::{Context, EntryKind, Error, Result, glob};
use toml::{Table, Value};

/// The package that the variable names, else the first member with a program.
pub(super) fn package(context: &Context, root: Option<&Manifest>) -> Result<Option<String>> {
    if let Some(name) = context.environment.config("CARGO_WORKSPACE") {
        return Ok(Some(name));
    }
    let Some(workspace) = root.and_then(Manifest::workspace) else { return Ok(None) };
    let excluded = list(workspace, "exclude");
    for entry in ["default-members", "members"].into_iter().flat_map(|key| list(workspace, key)) {
        let Some(path) = entry.as_str().filter(|_| !excluded.contains(entry)) else { continue };
        for directory in directories(context, path)? {
            if let Some(name) = program(context, &directory, workspace)? {
                return Ok(Some(name));
            }
        }
    }
    Ok(None)
}

/// The directories of a member: every one that matches a pattern, whether it is a package or not.
fn directories(context: &Context, path: &str) -> Result<Vec<String>> {
    if path.contains(['*', '?']) { context.app.find_directories(path) } else { Ok(vec![path.to_owned()]) }
}

/// The name of the package in a directory, if it has a program, or is no library either.
fn program(context: &Context, directory: &str, workspace: &Table) -> Result<Option<String>> {
    let manifest = read(context, &format!("{directory}/Cargo.toml"))?;
    check_inheritance(&manifest, workspace)?;
    let Some(name) = manifest.name() else { return Ok(None) };
    // Nixpacks 1.41 goes by the names in `src`, be they files or directories.
    let has_source = |name: &str| -> Result<bool> {
        Ok(context.app.entry(&format!("{directory}/src/{name}.rs"))? != EntryKind::Missing)
    };
    let is_program = if manifest.autobins() == Some(false) {
        manifest.declared_programs().next().is_some()
    } else {
        manifest.declared_programs().any(|program| program.contains_key("path"))
            || has_source("main")?
            || has_source_below_bin(context, directory)?
    };
    let is_library = manifest.table().contains_key("lib") || has_source("lib")?;
    Ok((is_program || !is_library).then(|| name.to_owned()))
}

/// Whether there is a `src/bin/NAME.rs` or a `src/bin/NAME/main.rs`.
fn has_source_below_bin(context: &Context, directory: &str) -> Result<bool> {
    let below = format!("{}/src/bin/", directory.trim_start_matches("./").trim_end_matches('/'));
    let files = context.app.find_files(&format!("{}**/*.rs", glob::literal(&below)))?;
    Ok(files.iter().filter_map(|path| path.strip_prefix(&below)).any(|path| match path.split_once('/') {
        None => true,
        Some((folder, file)) => file == "main.rs" && !folder.ends_with(".rs"),
    }))
}

/// What a package may take over from `workspace.package`.
const INHERITABLE: [&str; 16] = [
    "authors",
    "categories",
    "description",
    "documentation",
    "edition",
    "exclude",
    "homepage",
    "include",
    "keywords",
    "license",
    "license-file",
    "publish",
    "readme",
    "repository",
    "rust-version",
    "version",
];

/// Checks that the workspace has everything that a member takes over from it.
///
/// Nixpacks 1.41 looks into the workspace only if the package or its own dependencies, not those
/// for a target, take something over; then it checks all of them.
fn check_inheritance(member: &Manifest, workspace: &Table) -> Result<()> {
    let inherits = |dependencies: &Table| dependencies.values().any(is_inherited);
    let package = member.package();
    let takes_over = package
        .is_some_and(|package| INHERITABLE.iter().any(|key| package.get(*key).is_some_and(is_inherited)))
        || dependencies(member.table()).any(inherits);
    if !takes_over && member.workspace().is_none() {
        return Ok(());
    }
    let workspace = member.workspace().unwrap_or(workspace);
    let targets = table(member.table(), "target").into_iter().flat_map(Table::values).filter_map(Value::as_table);
    for dependencies in dependencies(member.table()).chain(targets.flat_map(dependencies)) {
        check_dependencies(dependencies, table(workspace, "dependencies"))?;
    }
    let Some((name, package)) = member.name().zip(package) else { return Ok(()) };
    let template = table(workspace, "package");
    // `publish` and `readme` have a value even if the workspace does not say one.
    let is_there =
        |key: &str| template.is_some_and(|template| template.contains_key(key) || ["publish", "readme"].contains(&key));
    if INHERITABLE.iter().any(|key| package.get(*key).is_some_and(is_inherited) && !is_there(key)) {
        return Err(Error::new(format!("not all fields of `{name}` have been present in workspace.package")));
    }
    Ok(())
}

/// The three tables of dependencies of a package or of one of its targets.
fn dependencies(owner: &Table) -> impl Iterator<Item = &Table> {
    DEPENDENCIES.iter().filter_map(|key| table(owner, key))
}

fn check_dependencies(dependencies: &Table, templates: Option<&Table>) -> Result<()> {
    let is_there = |name: &String| templates.is_some_and(|templates| templates.contains_key(name));
    match dependencies.iter().find(|(name, value)| is_inherited(value) && !is_there(name)) {
        Some((name, _)) => Err(Error::new(format!("workspace dependencies are missing `{name}`"))),
        None => Ok(()),
    }
}

#[cfg(test)]
mod tests {
    use crate::Rust;
    use plugpacks_sdk::testing::FakeApp;

    fn workspace(text: &str) -> FakeApp {
        FakeApp::nixpacks().file("Cargo.toml", format!("[workspace]\n{text}"))
    }

    fn member(name: &str) -> String {
        format!("[package]\nname = \"{name}\"\nversion = \"1.0.0\"\n")
    }

    /// The package in the start command, or the error.
    fn chosen(app: &FakeApp) -> String {
        match app.plan::<Rust>() {
            Ok(plan) => plan.unwrap().start.map_or("none".into(), |start| start.command.unwrap()),
            Err(error) => error.to_string(),
        }
    }

    #[test]
    fn the_first_member_with_a_program_is_built() {
        let app = workspace("members = [\"lib\", \"api\"]\ndefault-members = [\"web\"]\nexclude = [\"web\"]\n")
            .file("lib/Cargo.toml", member("lib"))
            .file("lib/src/lib.rs", "")
            .file("api/Cargo.toml", member("api-server"));
        assert_eq!(chosen(&app), "./bin/api-server");
        assert_eq!(chosen(&app.variable("NIXPACKS_CARGO_WORKSPACE", "any")), "./bin/any");
    }

    #[test]
    fn patterns_reach_into_all_depths_and_each_match_is_a_member() {
        let app = workspace("members = [\"crates/*\"]\n")
            .file("crates/a/Cargo.toml", member("a"))
            .file("crates/a/src/lib.rs", "");
        assert_eq!(chosen(&app), "Error reading crates/a/src/Cargo.toml: No such file or directory (os error 2)");
        assert_eq!(chosen(&app.file("crates/a/src/main.rs", "")), "./bin/a");
    }

    #[test]
    fn a_library_with_a_program_counts() {
        let library = |more: &str| {
            workspace("members = [\"a\"]\n").file("a/Cargo.toml", member("a") + more).file("a/src/lib.rs", "")
        };
        assert_eq!(chosen(&library("")), "none");
        assert_eq!(chosen(&library("[[bin]]\nname = \"x\"\n")), "none");
        assert_eq!(chosen(&library("[[bin]]\nname = \"x\"\npath = \"x.rs\"\n")), "./bin/a");
        assert_eq!(chosen(&library("autobins = false\n[[bin]]\nname = \"x\"\n")), "./bin/a");
        assert_eq!(chosen(&library("autobins = false\n").file("a/src/main.rs", "")), "none");
        assert_eq!(chosen(&library("").file("a/src/bin/x.rs", "")), "./bin/a");
        assert_eq!(chosen(&library("").file("a/src/bin/x/main.rs", "")), "./bin/a");
        assert_eq!(chosen(&library("").file("a/src/bin/x/util.rs", "")), "none");
    }

    #[test]
    fn what_a_member_inherits_has_to_be_there() {
        let app = |workspace_more: &str, member_more: &str| {
            workspace(&format!("members = [\"a\"]\n{workspace_more}"))
                .file("a/Cargo.toml", format!("[package]\nname = \"a\"\n{member_more}"))
        };
        let missing = "not all fields of `a` have been present in workspace.package";
        assert_eq!(chosen(&app("", "edition.workspace = true\n")), missing);
        assert_eq!(chosen(&app("", "publish.workspace = true\n")), missing);
        assert_eq!(chosen(&app("[workspace.package]\n", "publish.workspace = true\n")), "./bin/a");
        assert_eq!(chosen(&app("[workspace.package]\nedition = \"2021\"\n", "edition.workspace = true\n")), "./bin/a");
        let dependency = "[dependencies]\nserde.workspace = true\n";
        assert_eq!(chosen(&app("", dependency)), "workspace dependencies are missing `serde`");
        assert_eq!(chosen(&app("[workspace.dependencies]\nserde = \"1\"\n", dependency)), "./bin/a");
        assert_eq!(chosen(&app("", &format!("[target.x.{}", &dependency[1..]))), "./bin/a");
    }
}
