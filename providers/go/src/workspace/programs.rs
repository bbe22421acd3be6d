//! Which of an app's programs is built.

use super::Code;
use crate::nixpacks;
use plugpacks_sdk::{Context, Result, glob};

/// The build command: the program that the user names, the one at the root, the first one below
/// `cmd/`, the first one of the workspace's modules; else what Nixpacks 1.41 would build.
pub(super) fn build(context: &Context, code: &Code) -> Result<Option<String>> {
    if let Some(name) = context.environment.config("GO_BIN").filter(|name| !name.is_empty()) {
        return named(context, &name).map(Some);
    }
    if is_program(context, code, "")? {
        let command = if code.module.is_some() { "go build -o out" } else { "go build -o out main.go" };
        context.diagnostics.because("Go program", "the one in the app directory");
        return Ok(Some(command.into()));
    }
    let mut programs = below_cmd(context, code, "")?;
    for module in used_modules(code) {
        if is_program(context, code, &module)? {
            programs.push(module);
        } else {
            programs.extend(below_cmd(context, code, &format!("{module}/"))?);
        }
    }
    match programs.split_first() {
        Some((first, others)) => {
            report(context, first, others);
            Ok(Some(format!("go build -o out ./{first}")))
        }
        None => nixpacks::unnamed_build(context, code.module.as_ref(), &code.files),
    }
}

/// The program that `NIXPACKS_GO_BIN` names: a directory below `cmd/`, or one of the app.
fn named(context: &Context, name: &str) -> Result<String> {
    let below_cmd = format!("cmd/{name}");
    let directory = if context.app.has_directory(&below_cmd)? {
        &below_cmd
    } else if context.app.has_directory(name)? {
        name.trim_start_matches("./")
    } else {
        context.diagnostics.warn(format!("NIXPACKS_GO_BIN is {name:?}, but neither cmd/{name} nor {name} is there"));
        &below_cmd
    };
    context.diagnostics.because("Go program", format!("{directory} from NIXPACKS_GO_BIN"));
    Ok(format!("go build -o out ./{directory}"))
}

fn report(context: &Context, first: &str, others: &[String]) {
    context.diagnostics.because("Go program", format!("{first} is the first one"));
    if !others.is_empty() {
        context.diagnostics.warn(format!(
            "Several Go programs: {first} is built, {} {} not; name another one in NIXPACKS_GO_BIN",
            others.join(", "),
            if others.len() == 1 { "is" } else { "are" }
        ));
    }
}

/// The directories of programs directly below a `cmd/`; if there are none, those further down.
fn below_cmd(context: &Context, code: &Code, module: &str) -> Result<Vec<String>> {
    let below = format!("{module}cmd/");
    let mut programs = Vec::new();
    for directory in code.files.directories() {
        if directory.starts_with(&below) && is_program(context, code, directory)? {
            programs.push(directory.to_owned());
        }
    }
    if programs.iter().any(|directory| !directory[below.len()..].contains('/')) {
        programs.retain(|directory| !directory[below.len()..].contains('/'));
    }
    Ok(programs)
}

/// The directories of the modules that `go.work` uses, apart from the app itself.
pub(super) fn used_modules(code: &Code) -> Vec<String> {
    let used = code.workspace.iter().flat_map(|workspace| workspace.arguments("use"));
    let tidy = |path: &str| path.trim_start_matches("./").trim_end_matches('/').to_owned();
    used.map(tidy).filter(|path| !path.is_empty() && path != ".").collect()
}

/// Whether the Go files directly in a directory are a program: `package main`, without counting
/// tests and files that are no part of the package.
fn is_program(context: &Context, code: &Code, directory: &str) -> Result<bool> {
    for path in code.files.directly_in(directory).filter(|path| !path.ends_with("_test.go")) {
        let glob = glob::literal(path);
        if context.app.search(&glob, r"(?m)^package\s+main\b")?.is_some()
            && context.app.search(&glob, r"(?m)^//\s*(go:build|\+build)\s+ignore\b")?.is_none()
        {
            return Ok(true);
        }
    }
    Ok(false)
}

#[cfg(test)]
mod tests {
    use crate::Go;
    use plugpacks_sdk::testing::FakeApp;

    const PROGRAM: &str = "// A program.\npackage main\n";

    fn module() -> FakeApp {
        FakeApp::new().file("go.mod", "module shop\n")
    }

    /// The build command's last word, which is the package.
    fn built(app: &FakeApp) -> String {
        let plan = app.plan::<Go>().unwrap().unwrap();
        let build = plan.phases.into_iter().find(|phase| phase.name == "build").unwrap();
        let commands = format!("{:?}", build.commands);
        commands.split('"').nth(1).unwrap_or("nothing").trim_start_matches("go build -o ").into()
    }

    #[test]
    fn the_root_is_built_if_it_is_a_program() {
        assert_eq!(built(&module().file("server.go", PROGRAM).file("cmd/api/main.go", PROGRAM)), "out");
        assert_eq!(built(&FakeApp::new().file("main.go", PROGRAM).file("cmd/api/main.go", PROGRAM)), "out main.go");
    }

    #[test]
    fn a_library_with_tests_and_generators_at_the_root_is_not() {
        let app = module()
            .file("shop.go", "package shop\n")
            .file("main_test.go", PROGRAM)
            .file("gen[1].go", "//go:build ignore\n\npackage main\n")
            .file("cmd/api/main.go", PROGRAM);
        assert_eq!(built(&app), "out ./cmd/api");
    }

    #[test]
    fn the_first_of_several_programs_is_built_with_a_warning() {
        let app = module()
            .file("cmd/internal/x.go", "package internal\n")
            .file("cmd/worker/main.go", PROGRAM)
            .file("cmd/api/main.go", PROGRAM)
            .file("cmd/api/sub/main.go", PROGRAM);
        assert_eq!(built(&app), "out ./cmd/api");
        assert_eq!(
            app.warnings(),
            ["Several Go programs: cmd/api is built, cmd/worker is not; name another one in NIXPACKS_GO_BIN"]
        );
        let app = app.variable("NIXPACKS_GO_BIN", "worker");
        assert_eq!(built(&app), "out ./cmd/worker");
    }

    #[test]
    fn programs_may_stand_further_down() {
        assert_eq!(built(&module().file("cmd/shop/api/main.go", PROGRAM)), "out ./cmd/shop/api");
    }

    #[test]
    fn the_user_may_name_any_directory() {
        let app = module().file("services/api/main.go", PROGRAM);
        assert_eq!(built(&app.variable("NIXPACKS_GO_BIN", "services/api")), "out ./services/api");
        let app = module().file("main.go", PROGRAM).variable("NIXPACKS_GO_BIN", "gone");
        assert_eq!(built(&app), "out ./cmd/gone");
        assert_eq!(app.warnings(), ["NIXPACKS_GO_BIN is \"gone\", but neither cmd/gone nor gone is there"]);
    }

    #[test]
    fn programs_of_a_workspace() {
        let app = FakeApp::new()
            .file("go.work", "use ./lib\nuse (\n\t./web/\n\t./jobs\n)\n")
            .file("lib/lib.go", "package lib\n")
            .file("web/main.go", PROGRAM)
            .file("jobs/cmd/mail/main.go", PROGRAM);
        assert_eq!(built(&app), "out ./web");
        assert!(app.warnings()[0].contains("jobs/cmd/mail is not"));
    }

    #[test]
    fn without_a_program_the_rules_of_nixpacks_hold() {
        assert_eq!(built(&module()), "out");
        assert_eq!(built(&module().file("main.go", "")), "out");
        assert_eq!(built(&module().file("cmd/a/x.go", "")), "out ./cmd/a");
        assert_eq!(built(&FakeApp::new().file("go.work", "")), "nothing");
    }
}
