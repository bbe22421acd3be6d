//! Which package is built, as cargo would choose it.

use super::programs;
use crate::manifest::{Manifest, texts};
use plugpacks_sdk::{Context, Error, Result};
use toml::Table;

/// A package of the app.
#[derive(Clone)]
pub(super) struct Member {
    /// Where it stands; empty for the app directory.
    directory: String,
    pub(super) name: String,
    pub(super) manifest: Manifest,
}

impl Member {
    /// Whether it stands in the app directory.
    pub(super) fn is_root(&self) -> bool {
        self.directory.is_empty()
    }

    /// The path of one of its files.
    pub(super) fn path(&self, file: &str) -> String {
        within(&self.directory, file)
    }
}

/// What is built and started.
#[derive(Default)]
pub(super) struct Selection {
    /// The manifest of the package, unless it is the app directory's.
    pub(super) package: Option<Manifest>,
    /// The package that cargo has to be told.
    pub(super) argument: Option<String>,
    pub(super) programs: Vec<String>,
    pub(super) started: Option<String>,
}

/// The package that the user names; else the first one with a program among the workspace's default
/// members, or among all of them.
pub(super) fn select(context: &Context, root: &Manifest) -> Result<Selection> {
    let wanted = context.environment.config("CARGO_WORKSPACE").filter(|name| !name.is_empty());
    let mut candidates = match &wanted {
        Some(name) => named(context, root, name)?,
        None => candidates(context, root)?,
    };
    report(context, &candidates);
    match (candidates.is_empty(), wanted) {
        (false, _) => selected(context, candidates.swap_remove(0)),
        (true, Some(name)) => Ok(unknown(context, name)),
        (true, None) => {
            context.diagnostics.warn("Cargo.toml names no package with a program: nothing is built");
            Ok(Selection::default())
        }
    }
}

/// A package and its programs.
type Candidate = (Member, Vec<String>);

/// The members of this name or in this directory, if they have programs.
fn named(context: &Context, root: &Manifest, name: &str) -> Result<Vec<Candidate>> {
    let mut members = all_members(context, root)?;
    members.retain(|member| member.name == name || member.directory == name);
    with_programs(context, &members)
}

/// The default members that have programs, else all members that have; else those that are no
/// library either (as in Nixpacks 1.41), since their sources may be made before the build.
fn candidates(context: &Context, root: &Manifest) -> Result<Vec<Candidate>> {
    let found = with_programs(context, &default_members(context, root)?)?;
    if !found.is_empty() || root.workspace().is_none() {
        return Ok(found);
    }
    let members = all_members(context, root)?;
    let found = with_programs(context, &members)?;
    if !found.is_empty() {
        return Ok(found);
    }
    let mut assumed = Vec::new();
    for member in members.into_iter().filter(|member| !member.is_root()) {
        if !member.manifest.table().contains_key("lib") && !context.app.has_file(&member.path("src/lib.rs"))? {
            let program = member.name.clone();
            assumed.push((member, vec![program]));
        }
    }
    Ok(assumed)
}

fn with_programs(context: &Context, members: &[Member]) -> Result<Vec<Candidate>> {
    let mut found = Vec::new();
    for member in members {
        let programs = programs::of(context, member)?;
        if !programs.is_empty() {
            found.push((member.clone(), programs));
        }
    }
    Ok(found)
}

fn selected(context: &Context, (member, programs): Candidate) -> Result<Selection> {
    let started = programs::started(context, &member, &programs)?;
    let is_root = member.is_root();
    Ok(Selection {
        argument: (!is_root).then_some(member.name),
        package: (!is_root).then_some(member.manifest),
        programs,
        started,
    })
}

/// A package that is no member, but may be a dependency within the app: its program is taken to
/// have its name (Nixpacks 1.41: always).
fn unknown(context: &Context, name: String) -> Selection {
    context.diagnostics.warn(format!("NIXPACKS_CARGO_WORKSPACE is {name:?}, which is no member with a program"));
    Selection { package: None, programs: vec![name.clone()], started: Some(name.clone()), argument: Some(name) }
}

fn report(context: &Context, candidates: &[Candidate]) {
    if let [(first, _), others @ ..] = candidates {
        context.diagnostics.because("Rust package", format!("{} is the first one with a program", first.name));
        if !others.is_empty() {
            let others: Vec<_> = others.iter().map(|(member, _)| member.name.as_str()).collect();
            context.diagnostics.warn(format!(
                "Several packages have a program: {} is built, {} not; name another one in NIXPACKS_CARGO_WORKSPACE",
                first.name,
                others.join(", ")
            ));
        }
    }
}

/// What cargo builds without being told a package comes first: the default members, else the package
/// in the app directory. Without default members the others follow, since Nixpacks 1.41 may have
/// built one of them.
fn default_members(context: &Context, root: &Manifest) -> Result<Vec<Member>> {
    match root.workspace() {
        Some(workspace) if workspace.contains_key("default-members") => {
            members(context, root, workspace, "default-members")
        }
        _ => all_members(context, root),
    }
}

/// The package in the app directory, if there is one, and all members.
fn all_members(context: &Context, root: &Manifest) -> Result<Vec<Member>> {
    let mut all = Vec::new();
    if root.package().is_some() {
        all.push(root_member(root)?);
    }
    if let Some(workspace) = root.workspace() {
        let others = members(context, root, workspace, "members")?;
        all.extend(others.into_iter().filter(|member| !member.is_root()));
    }
    Ok(all)
}

/// The package in the app directory.
fn root_member(root: &Manifest) -> Result<Member> {
    let name = root.name().ok_or_else(|| {
        Error::new("missing field `name` for key `package`")
            .context("Error reading Cargo.toml as TOML")
            .context("Reading Cargo.toml")
    })?;
    Ok(Member { directory: String::new(), name: name.to_owned(), manifest: root.clone() })
}

/// The packages that one of the workspace's lists names, in its order. One that is not there is passed
/// over: it may be made before the build, and if it is not, cargo says so.
fn members(context: &Context, root: &Manifest, workspace: &Table, list: &str) -> Result<Vec<Member>> {
    let mut members: Vec<Member> = Vec::new();
    for entry in texts(workspace, list) {
        let is_pattern = entry.contains(['*', '?', '[']);
        let directories = if is_pattern { context.app.find_directories(&tidy(entry))? } else { vec![tidy(entry)] };
        for directory in directories {
            if members.iter().any(|member| member.directory == directory) || is_excluded(workspace, &directory) {
                continue;
            }
            let path = within(&directory, "Cargo.toml");
            if !context.app.has_file(&path)? {
                let name = if is_pattern { format!("{directory}, which matches {entry:?},") } else { directory };
                context.diagnostics.warn(format!("The workspace member {name} has no Cargo.toml: passed over"));
                continue;
            }
            let manifest = if directory.is_empty() { root.clone() } else { Manifest::read(context, &path)? };
            if let Some(name) = manifest.name().map(str::to_owned) {
                members.push(Member { directory, name, manifest });
            }
        }
    }
    Ok(members)
}

/// Whether the workspace leaves a directory or one around it out, without having it as a member.
fn is_excluded(workspace: &Table, directory: &str) -> bool {
    let is_within =
        |outer: &str| directory.strip_prefix(outer).is_some_and(|rest| rest.is_empty() || rest.starts_with('/'));
    texts(workspace, "exclude").any(|excluded| is_within(&tidy(excluded)))
        && texts(workspace, "members").all(|member| tidy(member) != directory)
}

/// A path of the manifest without what changes nothing.
fn tidy(path: &str) -> String {
    path.split('/').filter(|component| !["", "."].contains(component)).collect::<Vec<_>>().join("/")
}

/// The path of a file in a directory, which is empty for the app's.
fn within(directory: &str, file: &str) -> String {
    if directory.is_empty() { file.to_owned() } else { format!("{directory}/{file}") }
}

#[cfg(test)]
mod tests {
    use crate::Rust;
    use plugpacks_sdk::testing::FakeApp;

    fn workspace(text: &str) -> FakeApp {
        FakeApp::new().file("Cargo.toml", text)
    }

    trait Packages {
        fn package(self, directory: &str, name: &str, source: &str) -> Self;
    }

    impl Packages for FakeApp {
        fn package(self, directory: &str, name: &str, source: &str) -> Self {
            self.file(&format!("{directory}/Cargo.toml"), format!("[package]\nname = \"{name}\"\nedition = \"2024\"\n"))
                .file(&format!("{directory}/{source}"), "")
        }
    }

    /// The package handed to cargo and the start command, or the error.
    fn chosen(app: &FakeApp) -> String {
        let plan = match app.plan::<Rust>() {
            Ok(plan) => plan.unwrap(),
            Err(error) => return error.to_string(),
        };
        let text = app.plan_text::<Rust>();
        let package = text.split("--package ").nth(1).and_then(|rest| rest.split(' ').next()).unwrap_or("-");
        format!("{package} {}", plan.start.and_then(|start| start.command).unwrap_or_default())
    }

    #[test]
    fn patterns_match_directories_of_one_depth() {
        let app = workspace("[workspace]\nmembers = [\"crates/*\"]\n")
            .package("crates/a", "a", "src/lib.rs")
            .package("crates/b", "server", "src/main.rs")
            .package("crates/c/deep", "deep", "src/main.rs");
        assert_eq!(chosen(&app), "server ./bin/server");
        assert_eq!(
            app.warnings(),
            ["The workspace member crates/c, which matches \"crates/*\", has no Cargo.toml: passed over"]
        );
    }

    #[test]
    fn the_first_of_several_packages_is_built_with_a_warning() {
        let app = workspace("[workspace]\nmembers = [\"./web/\", \"api\", \"web\"]\n")
            .package("api", "api-server", "src/main.rs")
            .package("web", "web", "src/bin/www.rs");
        assert_eq!(chosen(&app), "web ./bin/www");
        assert_eq!(
            app.warnings(),
            ["Several packages have a program: web is built, api-server not; \
              name another one in NIXPACKS_CARGO_WORKSPACE"]
        );
        let app = app.variable("NIXPACKS_CARGO_WORKSPACE", "api-server");
        assert_eq!(chosen(&app), "api-server ./bin/api-server");
        let app = app.variable("NIXPACKS_CARGO_WORKSPACE", "api");
        assert_eq!(chosen(&app), "api-server ./bin/api-server");
        let app = app.variable("NIXPACKS_CARGO_WORKSPACE", "other");
        assert_eq!(chosen(&app), "other ./bin/other");
        let app = workspace("[workspace]\nmembers = [\"api\"]\n")
            .package("api", "api", "src/main.rs")
            .file("api/src/bin/tool.rs", "")
            .variable("NIXPACKS_RUST_BIN", "gone");
        assert_eq!(chosen(&app), "api ./bin/api");
        assert_eq!(app.warnings(), ["NIXPACKS_RUST_BIN is \"gone\". The programs of api are api, tool"]);
    }

    #[test]
    fn default_members_go_before_the_package_beside_the_workspace() {
        let root = "[package]\nname = \"root\"\n[workspace]\nmembers = [\"api\"]\n";
        let app = |more: &str| {
            workspace(&format!("{root}{more}")).file("src/main.rs", "").package("api", "api", "src/main.rs")
        };
        assert_eq!(chosen(&app("")), "- ./bin/root");
        let warned = app("");
        chosen(&warned);
        assert_eq!(
            warned.warnings(),
            ["Several packages have a program: root is built, api not; name another one in NIXPACKS_CARGO_WORKSPACE"]
        );
        assert_eq!(chosen(&app("default-members = [\"api\"]\n")), "api ./bin/api");
    }

    #[test]
    fn members_are_built_where_the_default_has_no_program() {
        let app = workspace("[package]\nname = \"root\"\n[workspace]\nmembers = [\"api\"]\n")
            .file("src/lib.rs", "")
            .package("api", "api", "src/main.rs");
        assert_eq!(chosen(&app), "api ./bin/api");
    }

    #[test]
    fn a_member_without_sources_is_taken_for_a_program() {
        let app = workspace("[workspace]\nmembers = [\"lib\", \"api\"]\n")
            .package("lib", "lib", "src/lib.rs")
            .package("api", "api", "build.rs");
        assert_eq!(chosen(&app), "api ./bin/api");
    }

    #[test]
    fn excluded_directories_are_no_members_unless_they_are_named() {
        let app = |members: &str| {
            workspace(&format!("[workspace]\nmembers = [{members}]\nexclude = [\"old/\"]\n"))
                .package("api", "api", "src/main.rs")
                .package("old", "old", "src/main.rs")
        };
        assert_eq!(chosen(&app("\"*\"")), "api ./bin/api");
        assert_eq!(chosen(&app("\"old\", \"*\"")), "old ./bin/old");
    }

    #[test]
    fn a_member_that_is_not_there_is_passed_over() {
        let app = workspace("[workspace]\nmembers = [\"gone\", \"api\"]\n").package("api", "api", "src/main.rs");
        assert_eq!(chosen(&app), "api ./bin/api");
        assert_eq!(app.warnings(), ["The workspace member gone has no Cargo.toml: passed over"]);
    }

    #[test]
    fn a_package_without_a_name_is_an_error() {
        let app = workspace("[package]\nversion = \"1.0.0\"\n");
        assert!(chosen(&app).starts_with("Reading Cargo.toml: Error reading Cargo.toml as TOML: missing field `name`"));
    }

    #[test]
    fn an_app_without_programs_is_a_warning() {
        let app = workspace("[package]\nname = \"library\"\n").file("src/lib.rs", "");
        assert_eq!(chosen(&app), "- ");
        assert_eq!(app.warnings(), ["Cargo.toml names no package with a program: nothing is built"]);
    }

    #[test]
    fn a_program_of_a_workspace_keeps_its_suffix() {
        let app = workspace("[workspace]\nmembers = [\"api\"]\n")
            .package("api", "api", "src/main.rs")
            .file(".cargo/config.toml", "[build]\ntarget = [\"wasm32-wasi\"]\n");
        assert_eq!(chosen(&app), "api ./bin/api.wasm");
    }
}
