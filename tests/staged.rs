//! What images of the edition 2026.11 are like: small, cached, without secrets, not root. Built and run
//! by a real engine; without one these tests say that they were skipped.

#![allow(clippy::unwrap_used, clippy::disallowed_methods)]

mod support;

use std::path::Path;
use std::process::{Command, Output};
use support::engine::{self, Build, Container, skipped};
use support::{Workbench, repository};

const NIXPACKS: &str = "nixpacks";
const E2026_11: &str = "2026.11";

/// A text that is nowhere else.
const CANARY: &str = "canary-6f1d0b3e5a";

fn docker(arguments: &[&str]) -> Output {
    Command::new("docker").args(arguments).output().unwrap()
}

fn text(output: &Output) -> String {
    format!("{}{}", String::from_utf8_lossy(&output.stdout), String::from_utf8_lossy(&output.stderr))
}

/// What a command prints in a new container of an image.
fn run(image: &str, arguments: &[&str]) -> String {
    let output = docker(&[&["run", "--rm", "--network", "none", image], arguments].concat());
    assert!(output.status.success(), "{}", text(&output));
    String::from_utf8(output.stdout).unwrap().trim().to_owned()
}

/// An example app, copied to where it can be changed.
fn copy_of(example: &str, bench: &Workbench) -> std::path::PathBuf {
    let app = bench.path(example);
    let from = repository().join("examples/apps").join(example);
    assert!(Command::new("cp").arg("-r").arg(from).arg(&app).status().unwrap().success());
    app
}

#[test]
fn the_app_is_not_root_and_hears_sigterm() {
    for (example, groups) in [("node-npm", ["node"]), ("python-flask", ["python"]), ("static-site", ["static"])] {
        if skipped("the_app_is_not_root_and_hears_sigterm", &groups) {
            continue;
        }
        let image = Build::example(example, E2026_11).built();
        assert_eq!(run(&image, &["echo $UID $HOME; echo x > $HOME/x && echo x > /app/x"]), "10001 /home/app");
        let container = Container::run(&image);
        container.ask("/");
        // The time that engines give unless they are told otherwise.
        docker(&["stop", "--time", "10", container.id()]);
        let code = docker(&["inspect", "--format", "{{.State.ExitCode}}", container.id()]);
        // 137 is that of a container that did not end by itself.
        assert_ne!(String::from_utf8(code.stdout).unwrap().trim(), "137", "{example}");
    }
}

#[test]
fn an_app_that_handles_sigterm_ends_as_it_says() {
    if skipped("an_app_that_handles_sigterm_ends_as_it_says", &["node"]) {
        return;
    }
    let bench = Workbench::new();
    let app = copy_of("node-npm", &bench);
    let server = "const server = require('http').createServer((_, answer) => answer.end('up'));\n\
                  process.on('SIGTERM', () => server.close(() => process.exit(0)));\nserver.listen(process.env.PORT);\n";
    std::fs::write(app.join("graceful.cjs"), server).unwrap();
    // A shell that waits for the app ends as the signal says; the app alone, as it says itself.
    for (name, command, expected) in
        [("simple", "node graceful.cjs", "0"), ("compound", "node graceful.cjs; exit 3", "143")]
    {
        let image = Build::new(&app, name, E2026_11).with("graceful", &["--start-cmd", command]).built();
        let container = Container::run(&image);
        container.ask("/");
        docker(&["stop", "--time", "10", container.id()]);
        let code = docker(&["inspect", "--format", "{{.State.ExitCode}}", container.id()]);
        assert_eq!(String::from_utf8(code.stdout).unwrap().trim(), expected, "{command}");
    }
}

#[test]
fn what_a_developers_machine_installed_stays_there() {
    if skipped("what_a_developers_machine_installed_stays_there", &["node"]) {
        return;
    }
    let bench = Workbench::new();
    let app = copy_of("node-npm", &bench);
    std::fs::create_dir_all(app.join("node_modules/left-over")).unwrap();
    std::fs::write(app.join("node_modules/left-over/index.js"), "").unwrap();
    let build = |name: &str| Build::new(&app, "developer", E2026_11).with(name, &[]).built();
    let left_over = "test -e node_modules/left-over && echo there || echo absent";
    assert_eq!(run(&build("excluded"), &[left_over]), "absent");
    std::fs::write(app.join(".dockerignore"), "!node_modules\n").unwrap();
    assert_eq!(run(&build("included"), &[left_over]), "there");
}

#[test]
fn an_image_without_bash_can_be_the_last_stages() {
    if skipped("an_image_without_bash_can_be_the_last_stages", &["node"]) {
        return;
    }
    let bench = Workbench::new();
    let app = copy_of("node-npm", &bench);
    let base = std::env::var("RIG_RUN_IMAGE").unwrap_or_else(|_| "ubuntu:noble".to_owned());
    std::fs::write(bench.path("Dockerfile"), format!("FROM {base}\nRUN rm /usr/bin/bash\nUSER nobody\n")).unwrap();
    let directory = bench.path("");
    let made = docker(&["build", "--quiet", "--tag", "plugpacks-test-no-bash", &directory.display().to_string()]);
    assert!(made.status.success(), "{}", text(&made));
    std::fs::write(app.join("nixpacks.toml"), "[start]\nrunImage = 'plugpacks-test-no-bash'\n").unwrap();
    let image = Build::new(&app, "dash", E2026_11).with("image", &[]).built();
    assert_eq!(run(&image, &["echo $HOME; id -u; test -r $TZDIR/UTC && echo zones"]), "/home/app\n10001\nzones");
    let container = Container::run(&image);
    container.ask("/");
    docker(&["stop", "--time", "10", container.id()]);
    let code = docker(&["inspect", "--format", "{{.State.ExitCode}}", container.id()]);
    assert_ne!(String::from_utf8(code.stdout).unwrap().trim(), "137");
}

#[test]
fn a_build_tool_that_a_process_calls_is_there() {
    if skipped("a_build_tool_that_a_process_calls_is_there", &["go"]) {
        return;
    }
    let bench = Workbench::new();
    let app = copy_of("go-http", &bench);
    std::fs::write(app.join("Procfile"), "version: go version\n").unwrap();
    let image = Build::new(&app, "go", E2026_11).with("tool", &[]).built();
    assert!(run(&image, &["version"]).starts_with("go version go"));
}

#[test]
fn images_are_a_fraction_of_those_of_nixpacks() {
    let size = |example: &str, edition: &str| {
        // Nixpacks knows no start command for Flask.
        let build = Build::example(example, edition).with("size", &["--no-error-without-start"]);
        let image = build.built();
        let output = docker(&["image", "inspect", "--format", "{{.Size}}", &image]);
        String::from_utf8(output.stdout).unwrap().trim().parse::<u64>().unwrap()
    };
    // A stand-in's newer Python brings a second C run time, 8 MB that nixpkgs' one has not.
    for (example, group, percent) in [("node-npm", "node", 40), ("python-flask", "python", 21)] {
        if skipped("images_are_a_fraction_of_those_of_nixpacks", &[group]) {
            continue;
        }
        let (ours, upstream) = (size(example, E2026_11), size(example, NIXPACKS));
        assert!(ours * 100 <= upstream * percent, "{example}: {ours} of {upstream} bytes");
    }
}

/// The steps that run again, `npm ci` for instance.
fn rerun(app: &Path, name: &str, arguments: &[&str]) -> String {
    let build = Build::new(app, name, E2026_11).with("changed", arguments);
    let output = build.run();
    assert!(output.status.success(), "{}", text(&output));
    engine::steps_not_cached(&String::from_utf8_lossy(&output.stderr)).join("\n")
}

#[test]
fn only_what_a_change_concerns_runs_again() {
    if skipped("only_what_a_change_concerns_runs_again", &["node"]) {
        return;
    }
    let bench = Workbench::new();
    let app = copy_of("node-npm", &bench);
    let name = "caching";
    // The engine may have steps of an earlier run of this test.
    let unique = bench.path("").display().to_string();
    rerun(&app, name, &[]);
    assert_eq!(rerun(&app, name, &[]), "");

    let elsewhere = bench.path("elsewhere");
    std::fs::rename(&app, &elsewhere).unwrap();
    assert_eq!(rerun(&elsewhere, name, &[]), "", "another path");
    std::fs::create_dir_all(elsewhere.join(".git/objects")).unwrap();
    std::fs::write(elsewhere.join(".git/HEAD"), "ref: refs/heads/main\n").unwrap();
    assert_eq!(rerun(&elsewhere, name, &[]), "", "a commit");
    for path in ["README.md", "server.js"] {
        let old = std::fs::read_to_string(elsewhere.join(path)).unwrap_or_default();
        std::fs::write(elsewhere.join(path), format!("// {unique}\n{old}")).unwrap();
        let steps = rerun(&elsewhere, name, &[]);
        assert!(steps.contains("COPY . /app/.") && !steps.contains("npm ci"), "{path}: {steps}");
    }
    let steps = rerun(&elsewhere, name, &["--env", "GREETING=hello"]);
    assert!(!steps.contains("npm ci") && !steps.contains("nix-env"), "a variable: {steps}");
    let manifest = std::fs::read_to_string(elsewhere.join("package.json")).unwrap();
    let manifest = manifest.replacen('{', &format!("{{\n  \"homepage\": \"{unique}\","), 1);
    std::fs::write(elsewhere.join("package.json"), manifest).unwrap();
    let steps = rerun(&elsewhere, name, &[]);
    assert!(steps.contains("npm ci") && !steps.contains("nix-env"), "the manifest: {steps}");
}

/// The digests of an image's layers.
fn layers(image: &str) -> Vec<String> {
    let output = docker(&["image", "inspect", "--format", "{{json .RootFS.Layers}}", image]);
    serde_json::from_slice(&output.stdout).unwrap()
}

#[test]
fn an_edit_makes_the_layer_of_the_app_new_and_no_other() {
    if skipped("an_edit_makes_the_layer_of_the_app_new_and_no_other", &["node"]) {
        return;
    }
    let bench = Workbench::new();
    let app = copy_of("node-npm", &bench);
    rerun(&app, "layers", &[]);
    let image = Build::new(&app, "layers", E2026_11).with("changed", &[]).image();
    let before = layers(&image);
    let server = std::fs::read_to_string(app.join("server.js")).unwrap();
    std::fs::write(app.join("server.js"), format!("{server}// {}\n", bench.path("").display())).unwrap();
    rerun(&app, "layers", &[]);
    let after = layers(&image);
    assert_eq!(before.len(), after.len());
    let changed: Vec<_> = (0..after.len()).filter(|&number| before[number] != after[number]).collect();
    assert_eq!(changed, [after.len() - 1]);
    assert_eq!(run(&image, &["echo x > /app/x && ls node_modules | grep -x express"]), "express");
}

#[test]
fn a_page_that_caddy_serves_is_installed_once() {
    if skipped("a_page_that_caddy_serves_is_installed_once", &["node"]) {
        return;
    }
    let bench = Workbench::new();
    let app = copy_of("node-spa", &bench);
    rerun(&app, "caching-spa", &[]);
    std::fs::write(app.join("README.md"), bench.path("").display().to_string()).unwrap();
    let steps = rerun(&app, "caching-spa", &["--env", "GREETING=hello"]);
    assert!(steps.contains("npm run build") && !steps.contains("npm ci") && !steps.contains("caddy fmt"), "{steps}");
}

#[test]
fn a_secret_is_seen_by_its_phase_and_nowhere_else() {
    if skipped("a_secret_is_seen_by_its_phase_and_nowhere_else", &["node"]) {
        return;
    }
    let bench = Workbench::new();
    let app = copy_of("node-npm", &bench);
    let config = "[phases.build]\ncmds = ['printf %s \"$API_TOKEN\" | cmp - /run/secrets/API_TOKEN && echo \"token $API_TOKEN\"']\n\
                  secrets = ['API_TOKEN']\n[phases.check]\ndependsOn = ['build']\ncmds = ['test -z \"$API_TOKEN\"']\n";
    std::fs::write(app.join("nixpacks.toml"), config).unwrap();
    let secret = bench.path("token");
    let secret_argument = format!("API_TOKEN={}", secret.display());
    let arguments = ["--secret", secret_argument.as_str()];
    std::fs::write(&secret, CANARY).unwrap();
    let build = Build::new(&app, "secret", E2026_11).with("canary", &arguments);
    let output = build.run();
    let log = text(&output);
    assert!(output.status.success(), "{log}");
    assert!(log.contains("token "), "{log}");

    let out = bench.path("out");
    let plan = Command::new(env!("CARGO_BIN_EXE_plugpacks")).arg("plan").arg(&app).output().unwrap();
    let mut write = Command::new(env!("CARGO_BIN_EXE_plugpacks"));
    write.arg("build").arg(&app).args(arguments).arg("--out").arg(&out);
    let written = write.output().unwrap();
    assert!(written.status.success(), "{}", text(&written));
    let files = Command::new("grep").args(["-r", CANARY]).arg(&out).output().unwrap();
    let image = build.image();
    let history = docker(&["history", "--no-trunc", &image]);
    let inspect = docker(&["inspect", &image]);
    // Layers are archives without compression.
    let layers = docker(&["save", &image]);
    assert!(layers.status.success());
    for (place, bytes) in [
        ("the build's output", [output.stdout, output.stderr].concat()),
        ("the plan", plan.stdout),
        ("the written files", files.stdout),
        ("history", history.stdout),
        ("inspect", inspect.stdout),
        ("layers", layers.stdout),
    ] {
        assert!(!bytes.windows(CANARY.len()).any(|window| window == CANARY.as_bytes()), "the secret is in {place}");
    }

    // The engine may have steps of an earlier run of this test.
    std::fs::write(&secret, format!("another value, {}", bench.path("").display())).unwrap();
    let output = build.run();
    let steps = engine::steps_not_cached(&String::from_utf8_lossy(&output.stderr)).join("\n");
    assert!(steps.contains("printf %s") && !steps.contains("npm ci"), "{steps}");
}

#[test]
fn every_process_can_be_started_by_name() {
    if skipped("every_process_can_be_started_by_name", &["node"]) {
        return;
    }
    let bench = Workbench::new();
    let app = copy_of("node-npm", &bench);
    std::fs::write(app.join("Procfile"), "web: node server.js\nworker: echo at work; exit 0\nrelease: echo released\n")
        .unwrap();
    let image = Build::new(&app, "processes", E2026_11).built();
    assert_eq!(run(&image, &["worker"]), "at work");
    assert_eq!(run(&image, &["release"]), "released");
    assert_eq!(run(&image, &["node", "-p", "1 + 1"]), "2");
    let worker = Build::new(&app, "processes", E2026_11).with("worker", &["--process", "worker"]).built();
    assert_eq!(run(&worker, &[]), "at work");
}

#[test]
fn a_health_check_and_a_list_of_packages_are_there_on_request() {
    if skipped("a_health_check_and_a_list_of_packages_are_there_on_request", &["node"]) {
        return;
    }
    let build = Build::example("node-npm", E2026_11).with("health", &["--health-check", "/", "--sbom", "true"]);
    let image = build.built();
    let container = Container::run(&image);
    container.ask("/");
    let check = docker(&["exec", container.id(), "/bin/bash", "/etc/plugpacks/health.sh", "/"]);
    assert!(check.status.success(), "{}", text(&check));
    let gone = docker(&["exec", "--env", "PORT=1", container.id(), "/bin/bash", "/etc/plugpacks/health.sh", "/"]);
    assert!(!gone.status.success());
    let list: serde_json::Value = serde_json::from_str(&run(&image, &["cat /etc/plugpacks/sbom.spdx.json"])).unwrap();
    assert_eq!(list["spdxVersion"], "SPDX-2.3");
    let names: Vec<_> =
        list["packages"].as_array().unwrap().iter().map(|package| package["name"].as_str().unwrap()).collect();
    assert!(names.contains(&"nodejs") && names.contains(&"glibc"), "{names:?}");
}

#[test]
fn the_dockerfile_does_not_tell_where_the_app_lies() {
    let bench = Workbench::new();
    let app = copy_of("node-npm", &bench);
    let elsewhere = bench.path("elsewhere/app");
    std::fs::create_dir_all(elsewhere.parent().unwrap()).unwrap();
    let dockerfile = |app: &Path| bench.run(&["build", app.to_str().unwrap(), "--dockerfile"]).success().to_owned();
    let first = dockerfile(&app);
    std::fs::rename(&app, &elsewhere).unwrap();
    assert_eq!(dockerfile(&elsewhere), first);
}
