//! The real builders, where they are.

use super::CANARY;
use crate::support::engine::{Container, skip, skipped};
use crate::support::{Workbench, on_terminal, repository};
use serde_json::Value;
use std::path::{Path, PathBuf};
use std::process::{Command, Output};
use std::sync::{Mutex, MutexGuard, PoisonError};

/// A builder that is really there.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Real {
    Docker,
    Buildctl,
    Buildah,
}

impl Real {
    const ALL: [Self; 3] = [Self::Docker, Self::Buildctl, Self::Buildah];

    const fn name(self) -> &'static str {
        match self {
            Self::Docker => "docker",
            Self::Buildctl => "buildctl",
            Self::Buildah => "buildah",
        }
    }

    /// Whether it takes secrets from variables. The rig's `buildctl` hands them to buildah 1.28 as
    /// files without a type, in whose place buildah takes an empty value.
    fn takes_variables(self) -> bool {
        let version = Command::new(self.name()).arg("--version").output().unwrap();
        !String::from_utf8_lossy(&version.stdout).contains("stand-in")
    }

    /// The program, told to build an app with this builder; `None`, said aloud, if it is not there.
    fn command(self, test: &str, app: &Path) -> Option<Command> {
        let test = format!("{test} by {}", self.name());
        let variable = |name: &str| std::env::var(name).ok();
        let Some(registry) = variable("RIG_REGISTRY") else {
            skip(&test, "RIG_REGISTRY is not set");
            return None;
        };
        if skipped(&test, &[]) {
            return None;
        }
        if let Err(error) = Command::new(self.name()).arg("--version").output() {
            skip(&test, &format!("{} cannot be run: {error}", self.name()));
            return None;
        }
        let mut command = Command::new(env!("CARGO_BIN_EXE_plugpacks"));
        command.arg("build").arg(app).args(["--builder", self.name(), "--insecure-registry"]);
        command.args(["--name", &format!("{registry}/plugpacks-test/{}", self.name())]);
        if let Some(host) = variable("RIG_ADD_HOST") {
            command.args(["--add-host", &host, "--network", "host"]);
        }
        if let Some(address) = variable("RIG_BUILDKIT_HOST") {
            command.env("BUILDKIT_HOST", address);
        }
        configure_buildah(&mut command);
        Some(command)
    }
}

/// Lets tests with real builders run one after the other: buildah does not find layers that another process
/// removes from its store meanwhile.
fn turn() -> MutexGuard<'static, ()> {
    static TURN: Mutex<()> = Mutex::new(());
    TURN.lock().unwrap_or_else(PoisonError::into_inner)
}

/// The image that a builder made and pushed; forgotten by builder and engine when this goes away.
struct Pushed {
    builder: Real,
    name: String,
}

impl Pushed {
    fn new(builder: Real, output: &Output) -> Self {
        Self { builder, name: String::from_utf8(output.stdout.clone()).unwrap().trim().to_owned() }
    }
}

impl Drop for Pushed {
    fn drop(&mut self) {
        docker(&["rmi", "--force", &self.name]);
        if self.builder != Real::Docker {
            let mut buildah = Command::new("buildah");
            configure_buildah(&mut buildah);
            let _ = buildah.args(["rmi", "--force", &self.name]).output();
        }
    }
}

/// Tells buildah where the rig has its images and registries.
fn configure_buildah(command: &mut Command) {
    if let Some(directory) = std::env::var_os("RIG_DIR").map(|directory| PathBuf::from(directory).join("buildah")) {
        command.env("CONTAINERS_REGISTRIES_CONF", directory.join("registries.conf"));
        command.env("CONTAINERS_STORAGE_CONF", directory.join("storage.conf"));
    }
}

fn log(output: &Output) -> String {
    String::from_utf8_lossy(&output.stderr).into_owned()
}

/// An app whose install command is this.
fn app_with(bench: &Workbench, install: &str) -> PathBuf {
    let toml = format!("[phases.install]\ncmds = ['''{install}''']\n[start]\ncmd = 'true'\n");
    bench.app("app", &[("nixpacks.toml", &toml), ("file", "")])
}

fn docker(arguments: &[&str]) -> Output {
    Command::new("docker").args(arguments).output().unwrap()
}

#[test]
fn every_builder_pushes_an_image_that_runs() {
    let _turn = turn();
    let bench = Workbench::new();
    for builder in Real::ALL {
        let app = repository().join("examples/apps/node-npm");
        let Some(mut command) = builder.command("push", &app) else { continue };
        let result = bench.path("result.json");
        let output = command.arg("--push").arg("--result").arg(&result).output().unwrap();
        assert!(output.status.success(), "{}", log(&output));
        let image = Pushed::new(builder, &output);
        let result: Value = serde_json::from_str(&std::fs::read_to_string(result).unwrap()).unwrap();
        let digest = result["imageDigest"].as_str().unwrap();
        // What the registry has, not what the engine may have kept.
        docker(&["rmi", "--force", &image.name]);
        let reference = format!("{}@{digest}", image.name);
        let pulled = docker(&["pull", &reference]);
        assert!(pulled.status.success(), "{builder:?}: {}", log(&pulled));
        let answer = Container::run(&reference).ask("/").text();
        assert!(answer.contains("Hello from node-npm"), "{builder:?}: {answer}");
        let labels = docker(&["image", "inspect", "--format", "{{json .Config.Labels}}", &reference]);
        let labels = String::from_utf8(labels.stdout).unwrap();
        assert!(labels.contains("\"dev.plugpacks.providers\":\"node "), "{builder:?}: {labels}");
        docker(&["rmi", "--force", &reference]);
    }
}

#[test]
fn every_builders_failure_names_the_phase() {
    let _turn = turn();
    for builder in Real::ALL {
        let bench = Workbench::new();
        let app = app_with(&bench, "echo last words >&2 && exit 9");
        let Some(mut command) = builder.command("failure", &app) else { continue };
        let output = command.arg("--push").output().unwrap();
        let log = log(&output);
        assert_eq!(output.status.code(), Some(1), "{log}");
        let report = log.split_once("Error: Phase ").unwrap_or_else(|| panic!("{builder:?}: {log}")).1;
        assert!(report.starts_with("install failed\n"), "{builder:?}: {report}");
        assert!(report.contains("`echo last words >&2 && exit 9` ended with exit code 9"), "{builder:?}: {report}");
        assert!(report.contains("| last words\n"), "{builder:?}: {report}");
    }
}

#[test]
fn every_builders_failure_names_the_phase_on_a_terminal_too() {
    let _turn = turn();
    for builder in Real::ALL {
        let bench = Workbench::new();
        let app = app_with(&bench, "echo last words >&2 && exit 9");
        let Some(mut command) = builder.command("terminal", &app) else { continue };
        let output = on_terminal(command.arg("--push")).output().unwrap();
        let screen = String::from_utf8_lossy(&output.stdout).replace("\r\n", "\n");
        assert_eq!(output.status.code(), Some(1), "{screen}");
        let report = screen.split_once("Phase install failed\n").unwrap_or_else(|| panic!("{builder:?}: {screen}")).1;
        assert!(report.contains("| last words\n"), "{builder:?}: {report}");
        assert!(screen.contains("install: echo last words"), "{builder:?}: {screen}");
    }
}

#[test]
fn every_builder_hands_a_secret_to_the_command_only() {
    let _turn = turn();
    for builder in Real::ALL {
        let bench = Workbench::new();
        let show = "echo $TOKEN && cat /run/secrets/FILE && sha256sum /run/secrets/TOKEN > /app/sum";
        // Another command in every run: a step does not run again for the same secret.
        let app = app_with(&bench, &format!("{show} && echo {}", bench.path("").display()));
        let Some(mut command) = builder.command("secret", &app) else { continue };
        std::fs::write(bench.path("token"), CANARY).unwrap();
        std::fs::write(bench.path("file"), format!("file-{CANARY}")).unwrap();
        let from_file = |name: &str, file: &str| format!("--secret={name}={}", bench.path(file).display());
        command.arg("--push").arg(from_file("FILE", "file"));
        if builder.takes_variables() {
            command.arg("--secret=TOKEN").env("TOKEN", CANARY);
        } else {
            command.arg(from_file("TOKEN", "token"));
        }
        let output = command.output().unwrap();
        let log = log(&output);
        assert!(output.status.success(), "{log}");
        assert!(log.contains("[secret TOKEN]") && log.contains("[secret FILE]"), "{builder:?}: {log}");
        assert!(!log.contains(CANARY), "{builder:?}: {log}");
        let pushed = Pushed::new(builder, &output);
        let image = pushed.name.as_str();
        assert!(docker(&["pull", image]).status.success());
        // The command had it ...
        let sum = docker(&["run", "--rm", "--network", "host", image, "echo $(< /app/sum)"]);
        let expected = Command::new("sh").args(["-c", &format!("printf %s {CANARY} | sha256sum")]).output().unwrap();
        assert_eq!(sum.stdout.get(..64), expected.stdout.get(..64), "{builder:?}");
        // ... and the image has not: neither its history and configuration nor a layer.
        let everything =
            [docker(&["history", "--no-trunc", image]), docker(&["inspect", image]), docker(&["save", image])];
        for output in everything {
            assert!(output.status.success());
            assert!(!output.stdout.windows(CANARY.len()).any(|window| window == CANARY.as_bytes()), "{builder:?}");
        }
    }
}

#[test]
fn a_registry_keeps_the_steps_for_another_daemon() {
    let _turn = turn();
    for builder in [Real::Buildctl, Real::Buildah] {
        let bench = Workbench::new();
        let app = app_with(&bench, "echo built");
        let cache =
            format!("{}/plugpacks-test/cache-{}", std::env::var("RIG_REGISTRY").unwrap_or_default(), builder.name());
        for flags in [&["--cache-to", &cache][..], &["--cache-from", &cache], &["--incremental-cache-image", &cache]] {
            let Some(mut command) = builder.command("cache", &app) else { break };
            let output = command.arg("--push").args(flags).output().unwrap();
            assert!(output.status.success(), "{builder:?} {flags:?}: {}", log(&output));
            drop(Pushed::new(builder, &output));
        }
    }
}

#[test]
fn a_registry_that_is_not_there_is_told_apart() {
    let _turn = turn();
    for builder in Real::ALL {
        let bench = Workbench::new();
        let app = app_with(&bench, "true");
        let Some(mut command) = builder.command("registry", &app) else { continue };
        let output = command.args(["--push", "-t", "127.0.0.1:1/refused"]).output().unwrap();
        assert_eq!(output.status.code(), Some(5), "{builder:?}: {}", log(&output));
        // Built and tagged it was.
        drop(Pushed { builder, name: "127.0.0.1:1/refused".to_owned() });
    }
}

#[test]
fn a_daemon_that_is_not_there_is_told_apart() {
    let _turn = turn();
    let bench = Workbench::new();
    let app = app_with(&bench, "true");
    for (builder, flags) in [
        (Real::Docker, ["--docker-host", "unix:///run/plugpacks-gone.sock"]),
        (Real::Buildctl, ["--buildkit-host", "unix:///run/plugpacks-gone.sock"]),
    ] {
        let Some(mut command) = builder.command("daemon", &app) else { continue };
        let output = command.arg("--push").args(flags).output().unwrap();
        assert_eq!(output.status.code(), Some(4), "{builder:?}: {}", log(&output));
    }
}
