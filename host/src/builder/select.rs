//! Which builder is taken.

use super::buildctl::BuildkitAddress;
use super::docker::DockerConnection;
#[cfg(target_os = "linux")]
use super::nix;
use super::{Builder, buildah, buildctl, docker};
use crate::error::{Error, Result};
use crate::machine::Machine;
use std::path::PathBuf;

/// How a builder is chosen, and made.
#[derive(Debug)]
pub struct Registration {
    /// Its name in `--builder`.
    pub(super) name: &'static str,
    /// Makes one that writes files, which must not depend on what there is on this machine.
    pub(super) for_files: fn(&Connections) -> Box<dyn Builder>,
    /// Makes one that builds here.
    pub(super) on_this_machine: fn(&Connections) -> Box<dyn Builder>,
    /// The flag that says where this builder is, if it is given, and by that chooses it.
    pub(super) flag: fn(&Connections) -> Option<&'static str>,
}

/// The builders. The first that answers is taken where nobody chose one.
const BUILDERS: &[Registration] = &[
    docker::REGISTRATION,
    buildctl::REGISTRATION,
    buildah::BUILDAH,
    buildah::PODMAN,
    #[cfg(target_os = "linux")]
    nix::REGISTRATION,
];

/// Their names, as a list to choose from.
pub(super) fn names() -> String {
    BUILDERS.iter().map(|known| known.name).collect::<Vec<_>>().join(", ")
}

/// The name of no builder's that leaves the choice open.
const AUTO: &str = "auto";

/// Which builder is wanted.
#[derive(Clone, Copy, Debug)]
pub enum BuilderChoice {
    /// The first that can be used.
    Auto,
    /// This one.
    Named(&'static Registration),
}

impl BuilderChoice {
    /// The choice of this name; `source` says who made it.
    ///
    /// # Errors
    /// There is no such builder.
    pub fn parse(name: &str, source: &str) -> Result<Self> {
        if name == AUTO {
            return Ok(Self::Auto);
        }
        BUILDERS.iter().find(|known| known.name == name).map(Self::Named).ok_or_else(|| {
            Error::configuration(format!("Unknown builder `{name}` in {source}"))
                .hint(format!("Builders: {AUTO}, {}", names()))
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
    /// The process and machine that build.
    pub machine: Machine,
}

/// A builder and why it was taken, if that was not asked for.
#[derive(Debug)]
pub struct Selected {
    /// The builder.
    pub builder: Box<dyn Builder>,
    /// Why this one.
    pub reason: Option<String>,
}

impl Connections {
    /// The builder of a choice; [`BuilderChoice::Auto`] asks what there is.
    ///
    /// # Errors
    /// There is none that can be used.
    pub fn select(&self, choice: BuilderChoice) -> Result<Selected> {
        let (registration, reason) = match (choice, self.flagged()) {
            (BuilderChoice::Named(registration), _) => (registration, None),
            (BuilderChoice::Auto, Some((registration, flag))) => (registration, Some(format!("{flag} is given"))),
            (BuilderChoice::Auto, None) => return self.first_usable(),
        };
        let builder = (registration.on_this_machine)(self);
        builder.probe()?;
        Ok(Selected { builder, reason })
    }

    /// The builder of a choice without a look at what there is; the first of all where that would decide.
    pub fn unprobed(&self, choice: BuilderChoice) -> Box<dyn Builder> {
        let registration = match choice {
            BuilderChoice::Named(registration) => registration,
            BuilderChoice::Auto => self.flagged().map_or(&BUILDERS[0], |(registration, _)| registration),
        };
        (registration.for_files)(self)
    }

    /// The builder that a flag points to. Of several, that of the builder which is asked later counts: nobody
    /// would name it in vain.
    fn flagged(&self) -> Option<(&'static Registration, &'static str)> {
        BUILDERS.iter().rev().find_map(|registration| Some((registration, (registration.flag)(self)?)))
    }

    /// The first that answers.
    fn first_usable(&self) -> Result<Selected> {
        let mut obstacles = Vec::new();
        for registration in BUILDERS {
            let builder = (registration.on_this_machine)(self);
            match builder.answers(&obstacles) {
                Ok(reason) => return Ok(Selected { builder, reason: Some(reason) }),
                Err(obstacle) => obstacles.push(format!("{}: {obstacle}", registration.name)),
            }
        }
        Err(Error::unavailable("No builder can be used")
            .causes(obstacles)
            .hint("Start one, or name it with `--builder`; `--out DIR` writes the build's files without any"))
    }
}
