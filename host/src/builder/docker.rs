//! The builder `docker`: `docker build` with BuildKit.

use super::BuildContext;
use crate::error::{Error, Result};
use crate::plan::TextMap;
use std::io;
use std::process::{Command, Stdio};

/// How the Docker client finds its engine; absent values are the client's own choice.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct DockerConnection {
    /// `DOCKER_HOST`.
    pub host: Option<String>,
    /// `DOCKER_TLS_VERIFY`.
    pub tls_verify: Option<String>,
    /// `DOCKER_CERT_PATH`.
    pub cert_path: Option<String>,
}

/// What `docker build` is told besides Dockerfile and context.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct DockerOptions {
    /// The image's name.
    pub name: String,
    /// Further names.
    pub tags: Vec<String>,
    /// Labels, `KEY=VALUE`.
    pub labels: Vec<String>,
    /// Platforms, such as `linux/arm64`.
    pub platforms: Vec<String>,
    /// Entries for `/etc/hosts` during the build, `HOST:IP`.
    pub add_hosts: Vec<String>,
    /// An image whose layers serve as cache.
    pub cache_from: Option<String>,
    /// Output specifications of BuildKit.
    pub outputs: Vec<String>,
    /// CFS quota in microseconds.
    pub cpu_quota: Option<String>,
    /// Memory limit, such as `2g`.
    pub memory: Option<String>,
    /// Further flags.
    pub flags: Vec<DockerFlag>,
}

/// A switch of `docker build`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum DockerFlag {
    /// `--progress=plain`.
    PlainProgress,
    /// `--no-cache`.
    NoCache,
    /// `BUILDKIT_INLINE_CACHE=1`: the image carries what it needs to be a cache.
    InlineCache,
}

impl DockerOptions {
    /// The arguments of `docker`, in the order of Nixpacks 1.41.
    pub fn arguments(&self, context: &BuildContext, variables: Option<&TextMap>) -> Vec<String> {
        let has = |flag| self.flags.contains(&flag);
        let mut arguments = vec![
            "build".to_owned(),
            context.root().display().to_string(),
            "-f".to_owned(),
            context.dockerfile().display().to_string(),
            "-t".to_owned(),
            self.name.clone(),
        ];
        let mut add = |words: &[&str]| arguments.extend(words.iter().map(|&word| word.to_owned()));
        if has(DockerFlag::PlainProgress) {
            add(&["--progress=plain"]);
        }
        for host in &self.add_hosts {
            add(&["--add-host", host]);
        }
        // The engine resolves added hosts only where the build shares its network.
        if !self.add_hosts.is_empty() {
            add(&["--network", "host"]);
        }
        if has(DockerFlag::NoCache) {
            add(&["--no-cache"]);
        }
        if let Some(image) = &self.cache_from {
            add(&["--cache-from", image]);
        }
        for output in &self.outputs {
            add(&["--output", output]);
        }
        if has(DockerFlag::InlineCache) {
            add(&["--build-arg", "BUILDKIT_INLINE_CACHE=1"]);
        }
        for (name, value) in variables.into_iter().flatten() {
            add(&["--build-arg", &format!("{name}={value}")]);
        }
        for (option, values) in [("-t", &self.tags), ("--label", &self.labels), ("--platform", &self.platforms)] {
            for value in values {
                add(&[option, value]);
            }
        }
        for (option, value) in [("--cpu-quota", &self.cpu_quota), ("--memory", &self.memory)] {
            if let Some(value) = value {
                add(&[option, value]);
            }
        }
        arguments
    }
}

/// A Docker client.
#[derive(Clone, Debug, Default)]
pub struct Docker {
    connection: DockerConnection,
}

impl Docker {
    /// The client for an engine.
    pub const fn new(connection: DockerConnection) -> Self {
        Self { connection }
    }

    fn command(&self) -> Command {
        let DockerConnection { host, tls_verify, cert_path } = &self.connection;
        let mut command = Command::new("docker");
        command.env("DOCKER_BUILDKIT", "1");
        let variables = [("DOCKER_HOST", host), ("DOCKER_TLS_VERIFY", tls_verify), ("DOCKER_CERT_PATH", cert_path)];
        for (name, value) in variables {
            if let Some(value) = value {
                command.env(name, value);
            }
        }
        command
    }

    /// Checks that there is a Docker client.
    ///
    /// # Errors
    /// `docker` cannot be run.
    pub fn probe(&self) -> Result<()> {
        let mut version = self.command();
        version.arg("--version").stdin(Stdio::null()).stdout(Stdio::null()).stderr(Stdio::null());
        version.status().map(|_| ()).map_err(missing)
    }

    /// Builds an image; the client's output goes to standard error.
    ///
    /// # Errors
    /// `docker` cannot be run, or the build fails.
    pub fn build(&self, context: &BuildContext, options: &DockerOptions, variables: Option<&TextMap>) -> Result<()> {
        self.run(&options.arguments(context, variables)).map_err(|error| {
            error.hint("The output above ends with the command that failed; `--verbose` shows every line of it")
        })
    }

    /// Whether the engine or a registry has an image.
    pub fn has_image(&self, reference: &str) -> bool {
        ["image", "manifest"].iter().any(|kind| {
            let mut inspect = self.command();
            inspect.args([kind, "inspect", reference]);
            let status = inspect.stdin(Stdio::null()).stdout(Stdio::null()).stderr(Stdio::null()).status();
            status.is_ok_and(|status| status.success())
        })
    }

    fn run(&self, arguments: &[String]) -> Result<()> {
        let status = self.command().args(arguments).stdout(io::stderr()).status().map_err(missing)?;
        if status.success() {
            return Ok(());
        }
        Err(Error::builder("Docker build failed").cause(format!("docker ended with {status}")))
    }
}

// Taken by value, as `map_err` hands it over.
#[allow(clippy::needless_pass_by_value)]
fn missing(error: io::Error) -> Error {
    Error::builder("Please install Docker to build the app")
        .cause(format!("docker: {error}"))
        .hint("See https://docs.docker.com/engine/install; `--out DIR` writes the Dockerfile without Docker")
}
