//! Programs that stand in for builders, and note what they are told.

use crate::support::{Workbench, on_terminal, plugpacks};
use serde_json::Value;
use std::process::Command;

/// What every stand-in does first: it notes its name and arguments, one a line.
const NOTE: &str = "#!/bin/sh\nprintf '%s\\n' \"== ${0##*/}\" >> \"$NOTES\"\nprintf '%s\\n' \"$@\" >> \"$NOTES\"\n";

/// A Docker client without buildx whose engine answers; `BUILD` and `PUSH` stand for what it does.
const DOCKER: &str = r#"
case "$1 $2" in
  "version --format") echo "20.10.24 20.10.24"; exit ;;
  "buildx version") exit 1 ;;
  "image inspect") echo '["registry.example/shop@sha256:feed"]'; exit ;;
  "push "*) PUSH ;;
  "build "*)
    while [ $# -gt 0 ]; do
      case "$1" in
        --iidfile) echo sha256:cafe > "$2" ;;
        -f) dockerfile=$2 ;;
      esac
      shift
    done
    BUILD ;;
esac
"#;

/// An app, and stand-ins for builders on an otherwise empty PATH.
pub(crate) struct Stage {
    pub(crate) bench: Workbench,
}

/// How a run ended, and what it left.
pub(crate) struct Run {
    pub(crate) code: Option<i32>,
    pub(crate) stdout: String,
    pub(crate) stderr: String,
    /// The stand-ins' notes.
    pub(crate) notes: String,
    /// The result file.
    pub(crate) result: Value,
}

impl Stage {
    pub(crate) fn new() -> Self {
        let bench = Workbench::new();
        bench.app("app", &[("package.json", r#"{"scripts":{"build":"b","start":"s"}}"#), ("package-lock.json", "{}")]);
        std::fs::create_dir(bench.path("bin")).unwrap();
        Self { bench }
    }

    /// A program that stands in for a builder.
    pub(crate) fn with(self, name: &str, script: &str) -> Self {
        use std::os::unix::fs::PermissionsExt as _;
        let path = self.bench.path("bin").join(name);
        std::fs::write(&path, format!("{NOTE}{script}")).unwrap();
        std::fs::set_permissions(path, std::fs::Permissions::from_mode(0o755)).unwrap();
        self
    }

    /// A Docker client that builds and pushes like this.
    pub(crate) fn with_docker(self, build: &str, push: &str) -> Self {
        self.with("docker", &DOCKER.replace("BUILD", build).replace("PUSH", push))
    }

    pub(crate) fn run(&self, arguments: &[&str], variables: &[(&str, &str)]) -> Run {
        let mut command = self.command(arguments);
        self.finished(command.envs(variables.iter().copied()))
    }

    /// On a terminal, where standard output and standard error are one.
    pub(crate) fn run_on_terminal(&self, arguments: &[&str], variables: &[(&str, &str)]) -> Run {
        let mut command = self.command(arguments);
        self.finished(&mut on_terminal(command.envs(variables.iter().copied())))
    }

    fn command(&self, arguments: &[&str]) -> Command {
        let mut command = plugpacks(&self.bench.path("cache"));
        command.current_dir(self.bench.path(""));
        command.env("PATH", self.bench.path("bin")).env("NOTES", self.bench.path("notes"));
        command.args(["build", "app", "--cache-key", "k", "--result", "result.json"]).args(arguments);
        command
    }

    fn finished(&self, command: &mut Command) -> Run {
        let output = command.output().unwrap();
        let text = |bytes: &[u8]| String::from_utf8_lossy(bytes).into_owned();
        let read = |name: &str| std::fs::read_to_string(self.bench.path(name)).unwrap_or_default();
        Run {
            code: output.status.code(),
            stdout: text(&output.stdout),
            stderr: text(&output.stderr),
            notes: read("notes"),
            result: serde_json::from_str(&read("result.json")).unwrap_or_default(),
        }
    }
}

impl Run {
    /// The error's report.
    pub(crate) fn error(&self) -> &str {
        self.stderr.split_once("Error: ").unwrap_or_else(|| panic!("no error:\n{}", self.stderr)).1
    }

    /// Whether a stand-in was called with these arguments in a row.
    pub(crate) fn was_told(&self, arguments: &[&str]) -> bool {
        format!("\n{}", self.notes).contains(&format!("\n{}\n", arguments.join("\n")))
    }

    pub(crate) fn expect(&self, code: i32, status: &str) -> &Self {
        assert_eq!(self.code, Some(code), "{}", self.stderr);
        assert_eq!((&self.result["exitCode"], &self.result["status"]), (&code.into(), &status.into()));
        self
    }
}
