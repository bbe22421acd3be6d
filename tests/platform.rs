//! What a platform does that ships with Nixpacks today: it prints a plan, adds `curl` and `wget` to it, has
//! the Dockerfile of the changed plan written into the app, builds that with the engine alone, the plan's variables
//! being build arguments, and asks for the app's health by these programs inside the container. Another one builds
//! the image by name and copies the files to publish out of a container that it only creates.

#![allow(clippy::unwrap_used, clippy::disallowed_methods, reason = "a test fails by panicking")]

mod support;

use serde_json::{Value, json};
use std::path::{Path, PathBuf};
use std::process::Command;
use support::engine::{Container, skipped};
use support::{Workbench, repository};

/// The programs that ask for the app's health.
const PROGRAMS: [&str; 2] = ["curl", "wget"];

/// Example apps and the groups of packages that a stand-in must have.
const APPS: [(&str, &str); 5] = [
    ("node-npm", "node"),
    ("node-spa", "node"),
    ("python-flask", "python"),
    ("static-site", "static"),
    ("go-http", "go-new"),
];

/// An example app, copied to where files can be written beside it.
fn copy_of(example: &str, bench: &Workbench) -> PathBuf {
    let app = bench.path(example);
    let from = repository().join("examples/apps").join(example);
    assert!(Command::new("cp").arg("-r").arg(from).arg(&app).status().unwrap().success());
    app
}

/// Plans an app and writes the plan with further packages to a file beside it.
fn edited_plan(example: &str, bench: &Workbench) -> PathBuf {
    let mut plan = bench.run(&["plan", "-f", "json", example]).plan();
    let packages = &mut plan["phases"]["setup"]["aptPkgs"];
    if packages.is_null() {
        *packages = json!([]);
    }
    packages.as_array_mut().unwrap().extend(PROGRAMS.map(Value::from));
    let file = bench.path(&format!("{example}.json"));
    std::fs::write(&file, plan.to_string()).unwrap();
    file
}

/// Writes the Dockerfile of an edited plan into the app itself.
fn write_dockerfile(app: &Path, plan: &Path, bench: &Workbench) -> PathBuf {
    let [app, plan] = [app, plan].map(|path| path.to_str().unwrap());
    let arguments = ["build", "-c", plan, "--no-error-without-start", "-n", "shop", app, "-o", app];
    let outcome = bench.run(&arguments);
    assert_eq!(outcome.code, Some(0), "{}", outcome.stderr);
    Path::new(app).join(".nixpacks/Dockerfile")
}

/// A plan's variables as the engine takes them.
fn build_arguments(plan: &Path) -> Vec<String> {
    let plan: Value = serde_json::from_str(&std::fs::read_to_string(plan).unwrap()).unwrap();
    let variables = plan["variables"].as_object().unwrap();
    variables.iter().map(|(name, value)| format!("--build-arg={name}={}", value.as_str().unwrap())).collect()
}

#[test]
fn what_a_platform_adds_is_in_the_last_stage() {
    let bench = Workbench::new();
    for (example, _) in APPS {
        let app = copy_of(example, &bench);
        let dockerfile = write_dockerfile(&app, &edited_plan(example, &bench), &bench);
        let text = std::fs::read_to_string(dockerfile).unwrap();
        let (_, last_stage) = text.rsplit_once("\nFROM ").unwrap();
        for program in PROGRAMS {
            assert!(
                last_stage.lines().any(|line| line.contains("apt-get install") && line.contains(program)),
                "{text}"
            );
        }
    }
}

#[test]
fn a_platform_finds_the_app_healthy() {
    for (example, group) in APPS {
        if skipped("a_platform_finds_the_app_healthy", &[group]) {
            continue;
        }
        let bench = Workbench::new();
        let app = copy_of(example, &bench);
        let plan = edited_plan(example, &bench);
        let dockerfile = write_dockerfile(&app, &plan, &bench);
        let image = format!("plugpacks-test-platform-{example}");
        let mut build = Command::new("docker");
        build.args(["build", "--tag", &image, "--file"]).arg(dockerfile);
        build.args(build_arguments(&plan));
        if let Ok(host) = std::env::var("RIG_ADD_HOST") {
            build.args(["--add-host", &host, "--network", "host"]);
        }
        let built = build.arg(&app).output().unwrap();
        assert!(built.status.success(), "{example}: {}", String::from_utf8_lossy(&built.stderr));
        let container = Container::run(&image);
        container.ask("/");
        for ask in ["curl --fail --silent --show-error --output /dev/null", "wget --quiet --output-document=/dev/null"]
        {
            let command = format!("{ask} http://localhost:$PORT/");
            let asked = Command::new("docker").args(["exec", container.id(), "sh", "-c", &command]).output().unwrap();
            assert!(asked.status.success(), "{example}: {command}: {}", String::from_utf8_lossy(&asked.stderr));
        }
    }
}

/// Apps, with arguments and the groups of packages that a stand-in must have; a file of the folder that is published,
/// and what it contains.
const PUBLISHED: [(&str, &[&str], &str, &str, &str); 4] = [
    ("static-site", &[], "static", "/app/index.html", "Hello from static-site"),
    ("node-spa", &[], "node", "/app/dist/index.html", "Hello from node-spa"),
    // Nobody says how it starts.
    ("pages", &["--no-error-without-start"], "node", "/app/dist/index.html", "Hello from a build script"),
    (
        "pages",
        &["--no-error-without-start", "--edition", "nixpacks"],
        "node",
        "/app/dist/index.html",
        "Hello from a build script",
    ),
];

/// An app whose build writes pages, and which starts nothing.
fn pages(bench: &Workbench) -> PathBuf {
    let build = "mkdir -p dist && echo Hello from a build script, $GREETING > dist/index.html";
    let manifest = json!({ "name": "pages", "version": "1.0.0", "scripts": { "build": build } });
    bench.app("pages", &[("package.json", &manifest.to_string())])
}

#[test]
fn a_platform_copies_the_files_to_publish_out_of_an_image() {
    for (number, (example, arguments, group, file, text)) in PUBLISHED.into_iter().enumerate() {
        if skipped("a_platform_copies_the_files_to_publish_out_of_an_image", &[group]) {
            continue;
        }
        let bench = Workbench::new();
        let app = if example == "pages" { pages(&bench) } else { copy_of(example, &bench) };
        let name = format!("plugpacks-test-publish-{number}");
        let mut build = vec!["build", app.to_str().unwrap(), "--name", &name, "--env", "GREETING=good morning"];
        build.extend(arguments);
        let host = std::env::var("RIG_ADD_HOST");
        if let Ok(host) = &host {
            build.extend(["--add-host", host, "--network", "host"]);
        }
        let built = bench.run(&build);
        assert_eq!(built.code, Some(0), "{example}: {}", built.stderr);
        let docker = |arguments: &[&str]| {
            let output = Command::new("docker").args(arguments).output().unwrap();
            assert!(output.status.success(), "{example}: {}", String::from_utf8_lossy(&output.stderr));
            String::from_utf8(output.stdout).unwrap().trim().to_owned()
        };
        let container = docker(&["create", &name]);
        let (folder, page) = file.rsplit_once('/').unwrap();
        let published = bench.path("published");
        docker(&["cp", &format!("{container}:{folder}/."), published.to_str().unwrap()]);
        docker(&["rm", &container]);
        let page = std::fs::read_to_string(published.join(page)).unwrap();
        assert!(page.contains(text), "{example}: {page}");
    }
}
