//! What the tests at the boundary share: running the program, making apps, compiling guests.

// Each test program uses its own part.
#![allow(dead_code)]

pub(crate) mod engine;
pub(crate) mod http;
pub(crate) mod network;
pub(crate) mod planning;
pub(crate) mod registry;
pub(crate) mod wasm;

use std::path::{Path, PathBuf};
use std::process::{Command, Output, Stdio};
use tempfile::TempDir;

/// The repository.
pub(crate) fn repository() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).ancestors().nth(2).unwrap().to_owned()
}

/// The program, with a clean environment and a cache of its own.
pub(crate) fn plugpacks(cache: &Path) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_plugpacks"));
    command.env_clear().env("PATH", std::env::var_os("PATH").unwrap_or_default());
    command.env("HOME", cache).env("XDG_CACHE_HOME", cache).env("NO_COLOR", "1");
    command
}

/// A command on a terminal of 60 columns of its own.
pub(crate) fn on_terminal(command: &Command) -> Command {
    let words = [command.get_program()].into_iter().chain(command.get_args());
    let words: Vec<_> = words.map(|word| format!("'{}'", word.to_str().unwrap())).collect();
    let mut terminal = Command::new("/usr/bin/script");
    terminal.args(["--quiet", "--return", "--command"]);
    terminal.arg(format!("/bin/stty cols 60; {}", words.join(" "))).arg("/dev/null");
    terminal.stdin(Stdio::null()).env("TERM", "xterm").env("SHELL", "/bin/sh");
    terminal.envs(command.get_envs().filter_map(|(name, value)| Some((name, value?))));
    if let Some(directory) = command.get_current_dir() {
        terminal.current_dir(directory);
    }
    terminal
}

/// A directory of apps, and the program's cache beside them.
pub(crate) struct Workbench(TempDir);

impl Workbench {
    pub(crate) fn new() -> Self {
        Self(TempDir::new().unwrap())
    }

    pub(crate) fn path(&self, name: &str) -> PathBuf {
        self.0.path().join(name)
    }

    /// Makes an app of these files.
    pub(crate) fn app(&self, name: &str, files: &[(&str, &str)]) -> PathBuf {
        let app = self.path(name);
        std::fs::create_dir_all(&app).unwrap();
        for (path, content) in files {
            let path = app.join(path);
            std::fs::create_dir_all(path.parent().unwrap()).unwrap();
            std::fs::write(path, content).unwrap();
        }
        app
    }

    /// Runs the program with the bench as working directory.
    pub(crate) fn run(&self, arguments: &[&str]) -> Outcome {
        self.run_with(&[], arguments)
    }

    /// Runs the program with these variables in its process.
    pub(crate) fn run_with(&self, variables: &[(&str, &str)], arguments: &[&str]) -> Outcome {
        let mut command = plugpacks(&self.path("cache"));
        let output =
            command.current_dir(self.0.path()).envs(variables.iter().copied()).args(arguments).output().unwrap();
        Outcome::new(&output, self.0.path())
    }
}

/// How a run ended; the bench's path is written `[BENCH]`.
pub(crate) struct Outcome {
    pub(crate) code: Option<i32>,
    pub(crate) stdout: String,
    pub(crate) stderr: String,
}

impl Outcome {
    fn new(output: &Output, bench: &Path) -> Self {
        let bench = bench.canonicalize().unwrap();
        let text = |bytes: &[u8]| String::from_utf8_lossy(bytes).replace(bench.to_str().unwrap(), "[BENCH]");
        Self { code: output.status.code(), stdout: text(&output.stdout), stderr: text(&output.stderr) }
    }

    /// Exit code, standard output and standard error, for snapshots.
    pub(crate) fn whole(&self) -> String {
        format!("exit code: {:?}\n--- stdout\n{}--- stderr\n{}", self.code, self.stdout, self.stderr)
    }

    /// Standard output of a run that must have succeeded.
    pub(crate) fn success(&self) -> &str {
        assert_eq!(self.code, Some(0), "{}", self.whole());
        &self.stdout
    }

    /// The plan on standard output of a run that must have succeeded.
    pub(crate) fn plan(&self) -> serde_json::Value {
        serde_json::from_str(self.success()).unwrap()
    }

    /// Standard error of a run that must have failed without a crash, by the fault of the app, the
    /// configuration or a provider.
    pub(crate) fn failure(&self) -> &str {
        assert!(matches!(self.code, Some(1 | 3 | 6)), "{}", self.whole());
        assert_eq!(self.stdout, "");
        assert!(self.stderr.starts_with("Error: ") || self.stderr.contains("\nError: "), "{}", self.stderr);
        &self.stderr
    }
}

/// Runs cargo on the crate of a provider, as a third party would.
pub(crate) fn guest_cargo(arguments: &[&str], manifest: &Path) -> Output {
    Command::new(env!("CARGO"))
        .args(arguments)
        .arg("--manifest-path")
        .arg(manifest)
        .arg("--target-dir")
        .arg(repository().join("target/guests"))
        .env_remove("RUSTC_WORKSPACE_WRAPPER")
        .env_remove("RUSTFLAGS")
        .env_remove("CARGO_ENCODED_RUSTFLAGS")
        .output()
        .unwrap()
}

/// Compiles the crate of a provider, and returns the `.wasm` file.
pub(crate) fn component(crate_directory: &str) -> PathBuf {
    let manifest = repository().join(crate_directory).join("Cargo.toml");
    let build = ["build", "--release", "--target", "wasm32-wasip2", "--message-format", "json"];
    let output = guest_cargo(&build, &manifest);
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    let messages = String::from_utf8(output.stdout).unwrap();
    let mut files = messages.lines().flat_map(|line| {
        let message: serde_json::Value = serde_json::from_str(line).unwrap();
        let files = message["filenames"].as_array().cloned().unwrap_or_default();
        files.into_iter().filter_map(|file| file.as_str().map(PathBuf::from))
    });
    files.rfind(|file| file.extension().is_some_and(|extension| extension == "wasm")).unwrap()
}
