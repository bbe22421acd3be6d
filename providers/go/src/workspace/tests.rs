//! Whole plans of the edition 2026.11.

use crate::Go;
use plugpacks_sdk::testing::FakeApp;
use plugpacks_sdk::{ListEdit, Needed, Needs, PartialPlan, Phase, RunTime, Start, StartFile};

const PROGRAM: &str = "// A program.\npackage main\n";
const SERVER: &str = "package main\n\nimport \"net/http\"\n\nfunc main() { http.ListenAndServe(\":1\", nil) }\n";

fn module() -> FakeApp {
    FakeApp::new().file("go.mod", "module example.com/shop/v2\n")
}

fn plan(app: &FakeApp) -> PartialPlan {
    app.plan::<Go>().unwrap().unwrap()
}

fn start(app: &FakeApp) -> Start {
    plan(app).start.unwrap()
}

fn commands(app: &FakeApp, name: &str) -> Vec<String> {
    let phase = plan(app).phases.into_iter().find(|phase| phase.name == name);
    match phase.and_then(|phase| phase.commands) {
        Some(ListEdit::Replace(commands)) => commands,
        _ => Vec::new(),
    }
}

/// The last command of the build.
fn built(app: &FakeApp) -> String {
    commands(app, "build").pop().unwrap_or_else(|| "nothing".into())
}

fn variable(app: &FakeApp, name: &str) -> Option<String> {
    plan(app).variables.into_iter().find(|(known, _)| known == name).map(|(_, value)| value)
}

#[test]
fn a_workspace_is_a_go_app_unless_another_manifest_stands_beside_it() {
    let app = || FakeApp::new().file("go.work", "go 1.26\nuse ./api\n").file("api/main.go", "package main\n");
    assert!(app().detect::<Go>().unwrap());
    assert!(!app().file("package.json", "{}").detect::<Go>().unwrap());
    assert!(app().file("package.json", "{}").file("go.mod", "").detect::<Go>().unwrap());
}

#[test]
fn a_workspace() {
    let app = FakeApp::new()
        .file("go.work", "go 1.27.1\n\nuse (\n\t./lib\n\t./api\n)\n")
        .file("lib/go.mod", "module lib\n")
        .file("lib/lib.go", "package lib\n")
        .file("api/go.mod", "module api\n")
        .file("api/main.go", "package main\n");
    insta::assert_snapshot!(app.plan_text::<Go>(), @r#"
    {
      "phases": {
        "build": {
          "cacheDirectories": [
            "/root/.cache/go-build"
          ],
          "cmds": [
            "go build -o out ./api"
          ],
          "dependsOn": [
            "install",
            "setup"
          ]
        },
        "install": {
          "cacheDirectories": [
            "/root/.cache/go-build"
          ],
          "cmds": [
            "go mod download"
          ],
          "dependsOn": [
            "setup"
          ],
          "onlyIncludeFiles": [
            "go.work",
            "lib/go.mod",
            "api/go.mod"
          ],
          "onlyVariables": [
            "GO*",
            "CGO_*",
            "GIT_*",
            "HTTP_PROXY",
            "HTTPS_PROXY",
            "NO_PROXY"
          ]
        },
        "setup": {
          "nixOverlays": [],
          "nixPkgs": [
            "go_1_27"
          ],
          "nixpkgsArchive": "b25309931cfda5f0b8805f462a29897eeae50168"
        }
      },
      "start": {
        "cmd": "./out",
        "nixPkgs": [],
        "onlyIncludeFiles": [
          "./out"
        ]
      },
      "variables": {
        "CGO_ENABLED": "0",
        "GOFLAGS": "-trimpath",
        "GOTOOLCHAIN": "auto"
      }
    }
    "#);
    assert_eq!(app.warnings(), [] as [&str; 0]);
}

#[test]
fn the_root_is_built_if_it_is_a_program() {
    assert_eq!(built(&module().file("server.go", PROGRAM).file("cmd/api/main.go", PROGRAM)), "go build -o out");
    let app = FakeApp::new().file("main.go", PROGRAM).file("hours.go", PROGRAM).file("main_test.go", PROGRAM);
    assert_eq!(built(&app), "go build -o out hours.go main.go");
    let app = app.file("page.go", "package main\nimport \"github.com/gorilla/mux\"\n");
    assert_eq!(commands(&app, "build"), ["go mod init app", "go mod tidy", "go build -o out"]);
}

#[test]
fn what_is_no_program_is_not_built() {
    let app = module()
        .file("shop.go", "package shop\n")
        .file("main_test.go", PROGRAM)
        .file("magefile.go", "//go:build mage\n\npackage main\n")
        .file("gen_windows.go", PROGRAM)
        .file("cmd/api/main.go", PROGRAM);
    assert_eq!(built(&app), "go build -o out ./cmd/api");
    let library = module().file("shop.go", "package shop\n");
    assert_eq!((built(&library), plan(&library).start), ("nothing".into(), None));
    assert!(library.warnings()[0].starts_with("No Go program is built"));
}

#[test]
fn programs_stand_anywhere() {
    for folder in ["cmd", "src", "internal/cmd/hub", "server", "cmd/shop/api", "app/deep"] {
        let app = module().file("lib/lib.go", "package lib\n").file(&format!("{folder}/main.go"), PROGRAM);
        let app = app.file("examples/demo/main.go", PROGRAM);
        assert_eq!(built(&app), format!("go build -o out ./{folder}"));
        assert_eq!(app.warnings(), [""; 0], "{folder}");
    }
    assert_eq!(built(&module().file("odd/start.go", PROGRAM)), "go build -o out ./odd");
    assert_eq!(built(&module().file("examples/base/main.go", PROGRAM)), "go build -o out ./examples/base");
}

#[test]
fn of_several_programs_the_one_that_serves_is_built() {
    let app = module()
        .file("cmd/agent/main.go", PROGRAM)
        .file("cmd/ctl/main.go", PROGRAM)
        .file("cmd/watch/main.go", "package main\n\nimport _ \"example.com/shop/v2/routes\"\n")
        .file("routes/routes.go", SERVER.replace("main\n", "routes\n"));
    assert_eq!(built(&app), "go build -o out ./cmd/watch");
    assert_eq!(app.warnings(), [""; 0]);
}

#[test]
fn a_package_that_holds_directives_is_no_program() {
    let directives = ["package main\n\n//go:generate go run ./x\n", "package main\n\nfunc main() {}\n"];
    for text in directives {
        let app = module().file("generate.go", text).file("cmd/site/main.go", SERVER);
        assert_eq!(built(&app), "go build -o out ./cmd/site", "{text}");
    }
}

#[test]
fn a_tool_within_internal_is_not_what_the_app_is_for() {
    let tool = "package main\n\nfunc main() { println() }\n";
    let app = module().file("internal/types/main.go", tool).file("examples/base/main.go", SERVER);
    assert_eq!(built(&app), "go build -o out ./examples/base");
    let app = module().file("internal/types/main.go", tool).file("internal/cmd/site/main.go", tool);
    assert_eq!(built(&app), "go build -o out ./internal/cmd/site");
}

#[test]
fn of_client_and_daemon_the_daemon_serves() {
    let app = module().file("cmd/shop/main.go", SERVER).file("cmd/shopd/main.go", SERVER);
    assert_eq!(built(&app), "go build -o out ./cmd/shopd");
}

#[test]
fn of_several_servers_the_name_decides() {
    let servers =
        |names: &[&str]| names.iter().fold(module(), |app, name| app.file(&format!("cmd/{name}/main.go"), SERVER));
    assert_eq!(built(&servers(&["api", "server", "shop"])), "go build -o out ./cmd/shop");
    assert_eq!(built(&servers(&["agent", "api", "server"])), "go build -o out ./cmd/server");
    let app = servers(&["red", "blue"]);
    assert_eq!(built(&app), "go build -o out ./cmd/blue");
    assert_eq!(
        app.warnings(),
        ["Several Go programs: cmd/blue is built, cmd/red is not; name another one in NIXPACKS_GO_BIN"]
    );
    assert_eq!(built(&app.variable("NIXPACKS_GO_BIN", "red")), "go build -o out ./cmd/red");
}

#[test]
fn the_user_may_name_any_directory() {
    let app = module().file("services/api/main.go", PROGRAM);
    assert_eq!(built(&app.variable("NIXPACKS_GO_BIN", "services/api")), "go build -o out ./services/api");
    let app = module().file("main.go", PROGRAM).variable("NIXPACKS_GO_BIN", "gone");
    assert_eq!(built(&app), "go build -o out ./cmd/gone");
    assert_eq!(app.warnings(), ["NIXPACKS_GO_BIN is \"gone\", but neither cmd/gone nor gone is there"]);
}

#[test]
fn programs_of_a_workspace() {
    let app = FakeApp::new()
        .file("go.work", "use ./lib\nuse (\n\t./web/\n\t./jobs\n)\n")
        .file("lib/go.mod", "module lib\n")
        .file("lib/lib.go", "package lib\n")
        .file("web/go.mod", "module web\n")
        .file("web/main.go", SERVER)
        .file("jobs/go.mod", "module jobs\n")
        .file("jobs/cmd/mail/main.go", PROGRAM);
    assert_eq!(built(&app), "go build -o out ./web");
    let error = app.file("go.work", "use ./gone\n").plan::<Go>().unwrap_err();
    assert_eq!(error.message(), "go.work uses ./gone, where there is no go.mod");
}

#[test]
fn a_module_of_its_own_is_built_in_its_folder() {
    let app = module().file("shop.go", "package shop\n").file("cmd/server/go.mod", "module server\n");
    let app = app.file("cmd/server/main.go", PROGRAM);
    assert_eq!(built(&app), "go build -C cmd/server -o ../../out");
    assert_eq!(commands(&app, "install"), ["go mod download -C cmd/server"]);
    // One that is built from the root goes first.
    assert_eq!(built(&app.file("cmd/api/main.go", PROGRAM)), "go build -o out ./cmd/api");
}

#[test]
fn a_procfile_names_the_program() {
    let app = module().file("cmd/web/main.go", SERVER).file("cmd/worker/main.go", SERVER);
    let run = app.clone().file("Procfile", "web: go run ./cmd/worker -addr :$PORT\n");
    assert_eq!(built(&run), "go build -o out ./cmd/worker");
    assert_eq!(
        run.warnings(),
        ["The Procfile starts the app with `go run`, but Go is not in the image: write `web: ./out -addr :$PORT`"]
    );
    let file = app.file("Procfile", "web: bin/worker\n");
    assert_eq!(built(&file), "go build -o bin/worker ./cmd/worker");
    assert_eq!(start(&file).command.as_deref(), Some("./bin/worker"));
}

#[test]
fn modules_outside_of_the_app_are_said_before_the_build() {
    let app = module().file("go.mod", "module shop\nreplace lib => ../lib\n").file("main.go", PROGRAM);
    assert_eq!(app.plan::<Go>().unwrap_err().message(), "go.mod replaces lib by ../lib, which is outside of the app");
    let app = FakeApp::new().file("encore.app", "{}").file("go.mod", "module a\n");
    assert!(app.plan::<Go>().unwrap_err().message().contains("Encore"));
}

#[test]
fn vendored_modules_are_not_downloaded() {
    let app = FakeApp::new().file("go.mod", "module a\nrequire b.example/b v1.0.0\n").file("main.go", PROGRAM);
    assert_eq!(commands(&app.clone().file("vendor/modules.txt", ""), "install"), [""; 0]);
    assert_eq!(variable(&app, "GOFLAGS").as_deref(), Some("-trimpath -mod=mod"));
    let app = app.file("go.sum", "");
    assert_eq!(commands(&app, "install"), ["go mod download"]);
    assert_eq!(variable(&app, "GOFLAGS").as_deref(), Some("-trimpath"));
}

#[test]
fn c_code_is_compiled_where_a_module_has_some() {
    let app = |module: &str| {
        let manifest = format!("module a\nrequire {module} v1.0.0\n");
        FakeApp::new().file("go.mod", manifest).file("go.sum", "").file("main.go", PROGRAM)
    };
    let sqlite = app("github.com/mattn/go-sqlite3");
    insta::assert_snapshot!(sqlite.changes_since::<Go>(&app("example.com/b")), @r#"
    phases.setup.nixPkgs: ["go_1_26"] -> ["go_1_26","gcc"]
    start.onlyIncludeFiles: ["./out"] -> nothing
    variables.CGO_ENABLED: "0" -> "1"
    "#);
    let sqlite = sqlite.variable("CGO_ENABLED", "0");
    assert_eq!(variable(&sqlite, "CGO_ENABLED").as_deref(), Some("0"));
    assert_eq!(sqlite.warnings(), ["CGO_ENABLED is 0, but github.com/mattn/go-sqlite3 needs C code (cgo) to work"]);
    let vips = app("github.com/davidbyttow/govips/v2");
    let libraries = start(&vips).run_time.needs().map(|needs| needs.nix_libraries.clone());
    assert_eq!(libraries, Some(Needed::Only(vec!["vips".into()])));
    assert!(variable(&vips, "PKG_CONFIG_PATH").is_some());
}

#[test]
fn a_program_is_given_what_it_needs_to_serve() {
    let command = |require: &str, code: &str| {
        let manifest = format!("module a\nrequire {require} v1.0.0\n");
        start(&FakeApp::new().file("go.mod", manifest).file("go.sum", "").file("main.go", code)).command.unwrap()
    };
    let pocketbase = "package main\nfunc main() { pocketbase.New().Start() }\n";
    assert_eq!(command("github.com/pocketbase/pocketbase", pocketbase), "./out serve --http=0.0.0.0:${PORT:-8080}");
    let cobra =
        "package main\nvar root = &cobra.Command{Use: \"hive\"}\nvar s = &cobra.Command{Use: \"serve\", Run: f}\n";
    assert_eq!(command("github.com/spf13/cobra", cobra), "./out serve");
    let acting = cobra.replace("\"hive\"", "\"hive\", Run: f");
    assert_eq!(command("github.com/spf13/cobra", &acting), "./out");
    let urfave =
        "package main\nvar c = &cli.Command{Name: \"a\", Commands: []*cli.Command{{Name: \"serve\", Action: f}}}\n";
    assert_eq!(command("github.com/urfave/cli/v3", urfave), "./out serve");
    let own = "package main\nfunc main() { switch os.Args[1] { case \"serve\": serve() } }\n";
    assert_eq!(command("example.com/a", own), "./out serve");
}

#[test]
fn the_repository_of_a_library_has_its_program() {
    let app = FakeApp::new()
        .file("go.mod", "module github.com/pocketbase/pocketbase\n")
        .file("examples/base/main.go", "package main\nfunc main() { pocketbase.New().Start() }\n");
    assert_eq!(start(&app).command.unwrap(), "./out serve --http=0.0.0.0:${PORT:-8080}");
}

#[test]
fn a_procfile_may_call_a_program_by_its_name_alone() {
    let app = module().file("main.go", SERVER).file("Procfile", "web: shop -migrate\n");
    assert_eq!(built(&app), "go build -o bin/shop");
    let build = plan(&app).phases.into_iter().find(|phase| phase.name == "build").unwrap();
    assert_eq!(build.paths, Some(ListEdit::from_iter(["/app/bin"])));
    let app = module().file("main.go", SERVER).file("Procfile", "web: caddy run\n");
    assert_eq!(built(&app), "go build -o out");
}

#[test]
fn generators_of_other_packages_count_but_not_those_of_tests() {
    let app = module()
        .file("main.go", "package main\n\nimport _ \"example.com/shop/v2/gui\"\n\nfunc main() { serve() }\n")
        .file("gui/doc.go", "package gui\n\n//go:generate go run ../script/assets.go -o files.go ../assets\n");
    assert_eq!(commands(&app, "build"), ["go generate ./gui", "go build -o out"]);
    let app =
        app.file("gui/doc.go", "package gui\n\n//go:generate go run go.uber.org/mock/mockgen -destination a.go\n");
    assert_eq!(commands(&app, "build"), ["go build -o out"]);
}

#[test]
fn generated_code_that_is_not_committed_is_generated() {
    let app = module()
        .file("go.mod", "module a\ntool github.com/a-h/templ/cmd/templ\nrequire github.com/a-h/templ v0.3.1\n")
        .file("go.sum", "")
        .file("main.go", "package main\n\n//go:generate go tool templ generate\n//go:generate stringer -type=gate\n")
        .file("views/notice.templ", "");
    assert_eq!(commands(&app, "build"), ["go tool templ generate", "go build -o out"]);
    assert!(app.warnings()[0].starts_with("gate_string.go, which `//go:generate stringer -type=gate` makes"));
    let app = app.file("views/notice_templ.go", "package views\n").file("gate_string.go", "package main\n");
    assert_eq!(commands(&app, "build"), ["go build -o out"]);
    let app = module().file("main.go", "package main\n//go:generate go run ./gen -o table.go\n");
    assert_eq!(commands(&app, "build"), ["go generate ./", "go build -o out"]);
}

#[test]
fn nothing_is_started_without_go_files() {
    assert_eq!(FakeApp::new().file("go.mod", "").plan::<Go>().unwrap().unwrap().start, None);
}

#[test]
fn pure_go_code_leaves_only_the_program() {
    let app = module().file("main.go", PROGRAM).file("shop/shop.go", "package shop\n").file("README.md", "");
    assert_eq!(start(&app).files, [StartFile::App("./out".into())]);
    let app = app.file("static/app.css", "");
    assert_eq!(start(&app).files, [StartFile::WholeApp]);
    assert_eq!(start(&app).run_time, RunTime::Only(Needs::nothing()));
}

#[test]
fn a_front_end_that_is_embedded_is_built_first() {
    let node = PartialPlan::new()
        .phase(Phase::setup(["nodejs_24"]))
        .phase(Phase::install().command("npm ci"))
        .phase(Phase::build().command("npm run build"));
    let app = module()
        .file("main.go", "package main\n\n//go:embed all:dist\nvar files embed.FS\n")
        .file("package.json", "{\"scripts\": {\"build\": \"node build.mjs\"}}")
        .file("dist/.gitkeep", "")
        .plan_of("node", node);
    let phases: Vec<_> = plan(&app).phases.into_iter().map(|phase| phase.name).collect();
    assert_eq!(phases, ["setup", "build", "install", "node:setup", "node:install", "node:build"]);
    // What is committed is not built.
    let phases = plan(&app.file("dist/index.html", "")).phases.len();
    assert_eq!(phases, 3);
}

#[test]
fn a_program_that_listens_on_a_place_of_its_own_is_said() {
    let app = module().file("main.go", SERVER.replace(":1", ":8080"));
    plan(&app);
    assert!(app.warnings()[0].starts_with("main.go listens on port 8080"), "{:?}", app.warnings());
    let app = module().file("main.go", SERVER.replace(":1", "localhost:8080"));
    plan(&app);
    assert!(app.warnings()[0].starts_with("main.go listens on the machine's own address"), "{:?}", app.warnings());
}

#[test]
fn a_flag_for_the_place_is_given_at_the_start() {
    let code = "package main\n\nimport (\n\t\"flag\"\n\t\"net/http\"\n)\n\nvar addr = flag.String(\"addr\", \"localhost:8080\", \
                \"\")\n\nfunc main() { http.ListenAndServe(*addr, nil) }\n";
    let app = module().file("main.go", code);
    assert_eq!(start(&app).command.unwrap(), "./out -addr=0.0.0.0:${PORT:-8080}");
    assert_eq!(app.warnings(), [""; 0]);
}

#[test]
fn code_that_is_missing_is_generated() {
    let code = "package main\n\nimport \"example.com/shop/v2/internal/db\"\n\nfunc main() { db.New() }\n";
    let app = || module().file("main.go", code);
    assert_eq!(commands(&app().file("sqlc.yaml", ""), "build")[0], "sqlc generate");
    let committed = app().file("sqlc.yaml", "").file("internal/db/db.go", "package db\n");
    assert_eq!(commands(&committed, "build").len(), 1);
    let unknown = app();
    plan(&unknown);
    assert!(unknown.warnings()[0].contains("the package in internal/db"), "{:?}", unknown.warnings());
}

#[test]
fn injectors_of_wire_are_generated() {
    let wire = "//go:build wireinject\n\npackage main\n";
    let app = || module().file("main.go", SERVER).file("wire.go", wire);
    assert_eq!(commands(&app(), "build")[0], "go run github.com/google/wire/cmd/wire@latest ./");
    assert_eq!(commands(&app().file("wire_gen.go", "package main\n"), "build").len(), 1);
}
