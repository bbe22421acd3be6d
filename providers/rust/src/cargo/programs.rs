//! The programs of a package, as cargo finds them.

use super::workspace::Member;
use crate::environment;
use crate::manifest::{list, table, text, texts};
use plugpacks_sdk::{Context, Error, Result, glob};
use std::collections::BTreeSet;
use toml::{Table, Value};

/// A program: its name and, as far as known, the file it is made from.
struct Program {
    name: String,
    path: Option<String>,
}

/// The names of the programs that `cargo build` makes of a package: `src/main.rs`, `src/bin/NAME.rs`,
/// `src/bin/NAME/main.rs`, and what `[[bin]]` tables add to them or call differently.
pub(super) fn of(context: &Context, member: &Member) -> Result<Vec<String>> {
    let mut programs = if finds_programs(member) { found(context, member)? } else { Vec::new() };
    let wanted = environment::features(context);
    let features = features_on(member.manifest.table(), &wanted);
    for declared in member.manifest.declared_programs() {
        let Some(name) = text(declared, "name") else { continue };
        let path = text(declared, "path").map(|path| path.trim_start_matches("./").to_owned());
        let same = |program: &Program| program.name == name || path.is_some() && program.path == path;
        let at = programs.iter().position(same);
        let is_built = texts(declared, "required-features").all(|feature| features.contains(feature));
        let program = is_built.then(|| Program { name: name.to_owned(), path });
        match at {
            Some(at) => drop(programs.splice(at..=at, program)),
            None => programs.extend(program),
        }
    }
    Ok(programs.into_iter().map(|program| program.name).collect())
}

/// Whether cargo looks for programs by the names of files: not in packages of the first edition that
/// declare some, unless they say so.
fn finds_programs(member: &Member) -> bool {
    let edition = member.manifest.package().and_then(|package| package.get("edition"));
    let is_first_edition = edition.is_none_or(|edition| edition.as_str() == Some("2015"));
    let declares = member.manifest.declared_programs().next().is_some();
    member.manifest.autobins().unwrap_or(!(is_first_edition && declares))
}

fn found(context: &Context, member: &Member) -> Result<Vec<Program>> {
    let mut programs = Vec::new();
    if context.app.has_file(&member.path("src/main.rs"))? {
        programs.push(Program { name: member.name.clone(), path: Some("src/main.rs".into()) });
    }
    let below = member.path("src/bin/");
    for path in context.app.find_files(&format!("{}{{*.rs,*/main.rs}}", glob::literal(&below)))? {
        let Some(rest) = path.strip_prefix(&below) else { continue };
        let name = rest.strip_suffix("/main.rs").or_else(|| rest.strip_suffix(".rs")).unwrap_or(rest);
        programs.push(Program { name: name.to_owned(), path: Some(format!("src/bin/{rest}")) });
    }
    Ok(programs)
}

/// The features that are on: those that are without being asked for, the wanted ones, and what they
/// turn on.
fn features_on<'m>(manifest: &'m Table, wanted: &'m [String]) -> BTreeSet<&'m str> {
    let mut on = BTreeSet::new();
    let mut wanted: Vec<_> = wanted.iter().map(String::as_str).chain(["default"]).collect();
    let Some(features) = table(manifest, "features") else { return on };
    while let Some(feature) = wanted.pop() {
        if on.insert(feature) {
            wanted.extend(list(features, feature).iter().filter_map(Value::as_str));
        }
    }
    on
}

/// The program that is started: the only one, the one that the user or the manifest names, or the
/// one that is named like its package.
pub(super) fn started(context: &Context, member: &Member, programs: &[String]) -> Result<Option<String>> {
    let because = |reason: String| context.diagnostics.because("Rust program", reason);
    let wanted = context.environment.config("RUST_BIN").filter(|name| !name.is_empty());
    if let [program] = programs {
        if let Some(name) = wanted.filter(|name| name != program) {
            context.diagnostics.warn(format!("NIXPACKS_RUST_BIN is {name:?}, but {program} is the only program"));
        }
        because(format!("{program} is the only one of {}", member.name));
        return Ok(Some(program.clone()));
    }
    if let Some(name) = wanted {
        if programs.contains(&name) {
            because(format!("{name} from NIXPACKS_RUST_BIN"));
            return Ok(Some(name));
        }
        let known = format!("The programs of {} are {}", member.name, programs.join(", "));
        if member.is_root() {
            return Err(Error::new(format!("Could not find binary named {name}")).hint(known));
        }
        // Nixpacks 1.41 does not read the variable for packages of a workspace.
        context.diagnostics.warn(format!("NIXPACKS_RUST_BIN is {name:?}. {known}"));
    }
    let default = member.manifest.package().and_then(|package| text(package, "default-run"));
    if let Some(name) = default.filter(|name| programs.iter().any(|program| program == name)) {
        because(format!("{name} is the default-run of {}", member.name));
        return Ok(Some(name.to_owned()));
    }
    if programs.contains(&member.name) {
        because(format!("of {} the one that is named like its package", programs.join(", ")));
        return Ok(Some(member.name.clone()));
    }
    context.diagnostics.warn(format!(
        "{} has several programs ({}): set NIXPACKS_RUST_BIN, or default-run in its Cargo.toml",
        member.name,
        programs.join(", ")
    ));
    Ok(None)
}

#[cfg(test)]
mod tests {
    use crate::Rust;
    use plugpacks_sdk::testing::FakeApp;

    fn package(more: &str) -> FakeApp {
        let manifest = format!("[package]\nname = \"shop\"\nedition = \"2024\"\n{more}");
        FakeApp::new().file("Cargo.toml", manifest).file("src/main.rs", "")
    }

    /// The copied programs, and the started one or the error.
    fn programs(app: &FakeApp) -> (Vec<String>, String) {
        let plan = app.plan_text::<Rust>();
        let copied =
            plan.split("release/").skip(1).filter_map(|rest| rest.split_once(" bin")).map(|(name, _)| name.into());
        let started = match app.plan::<Rust>() {
            Ok(plan) => plan.unwrap().start.map_or("none".into(), |start| start.command.unwrap()),
            Err(error) => error.to_string(),
        };
        (copied.collect(), started)
    }

    fn expect(app: &FakeApp, copied: &[&str], started: &str) {
        assert_eq!(programs(app), (copied.iter().map(|name| (*name).to_owned()).collect(), started.to_owned()));
    }

    #[test]
    fn files_are_programs_where_cargo_looks_for_them() {
        let app = package("")
            .file("src/bin/tool/main.rs", "")
            .file("src/bin/tool/util.rs", "")
            .file("src/bin/a.b.rs", "")
            .file("src/bin/notes.txt", "");
        expect(&app, &["shop", "a.b", "tool"], "./bin/shop");
        expect(&package("autobins = false\n").file("src/bin/a.rs", ""), &[], "none");
    }

    #[test]
    fn tables_add_and_rename_programs() {
        let app = package("[[bin]]\nname = \"server\"\npath = \"src/main.rs\"\n");
        expect(&app, &["server"], "./bin/server");
        let app = package("[[bin]]\nname = \"a\"\npath = \"./src/bin/x.rs\"\n[[bin]]\nname = \"b\"\npath = \"b.rs\"\n")
            .file("src/bin/x.rs", "");
        expect(&app, &["shop", "a", "b"], "./bin/shop");
        let first_edition = "[package]\nname = \"shop\"\n[[bin]]\nname = \"shop\"\n";
        let app = FakeApp::new().file("Cargo.toml", first_edition).file("src/main.rs", "").file("src/bin/x.rs", "");
        expect(&app, &["shop"], "./bin/shop");
    }

    #[test]
    fn a_program_that_needs_features_is_built_if_they_are_on() {
        let bin = "[[bin]]\nname = \"admin\"\npath = \"a.rs\"\nrequired-features = [\"cli\"]\n";
        expect(&package(bin), &["shop"], "./bin/shop");
        let app = package(&format!("{bin}[features]\ndefault = [\"full\"]\nfull = [\"cli\", \"full\"]\ncli = []\n"));
        expect(&app, &["shop", "admin"], "./bin/shop");
    }

    #[test]
    fn the_user_or_the_manifest_names_the_program_that_is_started() {
        let app = package("default-run = \"tool\"\n").file("src/bin/tool.rs", "");
        expect(&app, &["shop", "tool"], "./bin/tool");
        let app = app.variable("NIXPACKS_RUST_BIN", "shop");
        expect(&app, &["shop", "tool"], "./bin/shop");
        let app = app.variable("NIXPACKS_RUST_BIN", "gone");
        expect(&app, &[], "Could not find binary named gone");
        let app = package("").variable("NIXPACKS_RUST_BIN", "gone");
        expect(&app, &["shop"], "./bin/shop");
        assert_eq!(app.warnings(), ["NIXPACKS_RUST_BIN is \"gone\", but shop is the only program"]);
    }

    #[test]
    fn several_programs_of_other_names_are_a_warning() {
        let app = FakeApp::new()
            .file("Cargo.toml", "[package]\nname = \"shop\"\n")
            .file("src/bin/a.rs", "")
            .file("src/bin/b.rs", "");
        expect(&app, &["a", "b"], "none");
        assert_eq!(
            app.warnings(),
            ["shop has several programs (a, b): set NIXPACKS_RUST_BIN, or default-run in its Cargo.toml"]
        );
    }
}
