//! Which builder is taken.

use super::Builder;
use super::buildah::{Buildah, BuildahProgram};
use super::buildctl::{Buildctl, BuildkitAddress};
use super::docker::{Docker, DockerConnection};
use crate::error::{Error, Result};
use std::path::PathBuf;

/// Which builder is wanted.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum BuilderChoice {
    /// The first that can be used.
    Auto,
    /// `docker`.
    Docker,
    /// `buildctl`.
    Buildctl,
    /// `buildah` or `podman`.
    Buildah(BuildahProgram),
}

/// The choices by their names.
const CHOICES: &[(&str, BuilderChoice)] = &[
    ("auto", BuilderChoice::Auto),
    ("docker", BuilderChoice::Docker),
    ("buildctl", BuilderChoice::Buildctl),
    ("buildah", BuilderChoice::Buildah(BuildahProgram::Buildah)),
    ("podman", BuilderChoice::Buildah(BuildahProgram::Podman)),
];

impl BuilderChoice {
    /// The choice of this name; `source` says who made it.
    ///
    /// # Errors
    /// There is no such builder.
    pub fn parse(name: &str, source: &str) -> Result<Self> {
        CHOICES.iter().find(|(known, _)| *known == name).map(|(_, choice)| *choice).ok_or_else(|| {
            let names: Vec<_> = CHOICES.iter().map(|(name, _)| *name).collect();
            Error::configuration(format!("Unknown builder `{name}` in {source}"))
                .hint(format!("Builders: {}", names.join(", ")))
        })
    }
}

/// Where builders are.
#[derive(Clone, Debug, Default)]
pub struct Connections {
    /// The Docker engine.
    pub docker: DockerConnection,
    /// `--buildkit-host`.
    pub buildkit_flag: Option<BuildkitAddress>,
    /// `BUILDKIT_HOST`.
    pub buildkit_variable: Option<BuildkitAddress>,
    /// The directory of the certificates for BuildKit.
    pub buildkit_tls: Option<PathBuf>,
}

/// A builder and why it was taken, if that was not asked for.
#[derive(Debug)]
pub struct Selected {
    /// The builder.
    pub builder: Builder,
    /// Why this one.
    pub reason: Option<String>,
}

impl Connections {
    /// The builder of a choice; [`BuilderChoice::Auto`] asks what there is.
    ///
    /// # Errors
    /// There is none that can be used.
    pub fn select(&self, choice: BuilderChoice) -> Result<Selected> {
        let builder = match choice {
            BuilderChoice::Auto => return self.first_usable(),
            BuilderChoice::Buildah(program) => Builder::Buildah(Buildah::on_this_machine(program)),
            BuilderChoice::Docker | BuilderChoice::Buildctl => self.unprobed(choice),
        };
        match &builder {
            Builder::Docker(docker) => docker.probe()?,
            Builder::Buildctl(_) => Buildctl::probe()?,
            Builder::Buildah(buildah) => buildah.program().probe()?,
        }
        Ok(Selected { builder, reason: None })
    }

    /// The builder of a choice without a look at what there is; docker where that would decide.
    pub fn unprobed(&self, choice: BuilderChoice) -> Builder {
        match choice {
            BuilderChoice::Auto if self.buildkit_flag.is_some() => self.buildctl(),
            BuilderChoice::Auto | BuilderChoice::Docker => Builder::Docker(Docker::new(self.docker.clone())),
            BuilderChoice::Buildctl => self.buildctl(),
            BuilderChoice::Buildah(program) => Builder::Buildah(Buildah::new(program)),
        }
    }

    fn buildctl(&self) -> Builder {
        let address = self.buildkit_flag.clone().or_else(|| self.buildkit_variable.clone());
        Builder::Buildctl(Buildctl::new(address, self.buildkit_tls.clone()))
    }

    /// What a flag names, else Docker, BuildKit, buildah, podman: the first that answers.
    fn first_usable(&self) -> Result<Selected> {
        let taken = |builder, reason: &str| Ok(Selected { builder, reason: Some(reason.to_owned()) });
        if self.buildkit_flag.is_some() {
            Buildctl::probe()?;
            return taken(self.buildctl(), "--buildkit-host is given");
        }
        let docker = Docker::new(self.docker.clone());
        if self.docker.host.is_some() {
            docker.probe()?;
            return taken(Builder::Docker(docker), "--docker-host is given");
        }
        let mut obstacles = Vec::new();
        match docker.answers() {
            Ok(reason) => return taken(Builder::Docker(docker), &reason),
            Err(obstacle) => obstacles.push(format!("docker: {obstacle}")),
        }
        match self.way_to_buildkit() {
            Ok(reason) => return taken(self.buildctl(), reason),
            Err(obstacle) => obstacles.push(format!("buildctl: {obstacle}")),
        }
        for program in [BuildahProgram::Buildah, BuildahProgram::Podman] {
            if program.probe().is_ok() {
                let reason = format!("it is installed; {}", obstacles.join("; "));
                return taken(Builder::Buildah(Buildah::on_this_machine(program)), &reason);
            }
            obstacles.push(format!("{}: not installed", program.name()));
        }
        Err(Error::unavailable("No builder can be used")
            .causes(obstacles)
            .hint("Start one, or name it with `--builder`; `--out DIR` writes the build's files without any"))
    }

    /// Why a BuildKit daemon may be there, or why not.
    fn way_to_buildkit(&self) -> std::result::Result<&'static str, &'static str> {
        let reason = match &self.buildkit_variable {
            Some(_) => "BUILDKIT_HOST is set",
            None if default_daemon_answers() => "a daemon answers at the default address",
            None => return Err("no BUILDKIT_HOST, and no daemon at the default address"),
        };
        Buildctl::probe().map(|()| reason).map_err(|_| "not installed")
    }
}

/// Whether something listens where `buildctl` looks unless it is told otherwise.
#[cfg(unix)]
fn default_daemon_answers() -> bool {
    std::os::unix::net::UnixStream::connect("/run/buildkit/buildkitd.sock").is_ok()
}

#[cfg(not(unix))]
const fn default_daemon_answers() -> bool {
    false
}
