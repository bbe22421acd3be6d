//! Builders: what turns a Dockerfile into an image.
//!
//! A [`BuildRequest`] says what is wanted in no builder's own words; a [`Builder`] turns it into
//! commands, which are run here or written to a script.

mod buildah;
mod buildctl;
mod context;
mod docker;
mod failure;
mod fields;
mod interrupt;
mod labels;
mod process;
mod request;
mod script;
mod secret;
mod select;
mod source;
mod transcript;

pub use buildah::{Buildah, BuildahProgram};
pub use buildctl::{Buildctl, BuildkitAddress};
pub use context::BuildContext;
pub use docker::{Docker, DockerConnection};
pub use labels::annotations;
pub use process::{ChildOutput, Console, Invocation, Screen};
pub use request::{
    AddedHost, BuildRequest, CacheLocation, CacheSpecification, Delivery, ImageName, InlineCache, Label, LayerCache,
    Network, Output, OutputKind, OwnCache, Platform, Progress, Registries, StepLimits,
};
pub use script::script;
pub use secret::{Redactor, Secret};
pub use select::{BuilderChoice, Connections, Selected};

use crate::error::{Error, ErrorKind, Result};
use source::Source;
use std::borrow::Cow;
use std::io;
use std::path::Path;
use std::time::{Duration, Instant};

/// A builder.
#[derive(Clone, Debug)]
pub enum Builder {
    /// `docker build`, with BuildKit.
    Docker(Docker),
    /// A BuildKit daemon, through `buildctl`.
    Buildctl(Buildctl),
    /// buildah, or podman, which has its options.
    Buildah(Buildah),
}

/// One command of a build.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Step {
    /// The command.
    pub invocation: Invocation,
    /// What it is for.
    pub purpose: Purpose,
}

/// What a command of a build is for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Purpose {
    /// It builds the image.
    Build,
    /// It pushes this name.
    Push(ImageName),
    /// It writes the image to this place.
    Export(String),
}

/// Facts about an image, in the words of BuildKit's metadata file.
pub type Metadata = serde_json::Map<String, serde_json::Value>;

/// What came of a build.
#[derive(Debug)]
pub struct Built {
    /// Facts about the image.
    pub metadata: Metadata,
    /// How long building, and then pushing and writing, took.
    pub durations: Vec<(&'static str, Duration)>,
}

/// The variable with the time of files and image, in seconds since 1970, so that a build can be repeated
/// to the bit (reproducible-builds.org).
pub const SOURCE_DATE_EPOCH: &str = "SOURCE_DATE_EPOCH";

/// The key of an image's digest.
const DIGEST: &str = "containerimage.digest";

/// The key of the digest of an image's configuration, by which engines call images.
const CONFIG_DIGEST: &str = "containerimage.config.digest";

impl Built {
    /// The image's digest, where the builder tells it.
    pub fn digest(&self) -> Option<&str> {
        self.metadata.get(DIGEST)?.as_str()
    }
}

impl Builder {
    /// Its name in `--builder`.
    pub const fn name(&self) -> &'static str {
        match self {
            Self::Docker(_) => "docker",
            Self::Buildctl(_) => "buildctl",
            Self::Buildah(buildah) => buildah.program().name(),
        }
    }

    /// Checks that this builder can do what is asked.
    ///
    /// # Errors
    /// It cannot; the hint names one that can.
    pub fn check(&self, request: &BuildRequest) -> Result<()> {
        match self {
            Self::Docker(docker) => docker.check(request),
            Self::Buildctl(_) => Buildctl::check(request),
            Self::Buildah(buildah) => buildah.check(request),
        }
    }

    /// A Dockerfile's text as this builder reads it rightly.
    pub fn adapt<'a>(&self, dockerfile: &'a str) -> Cow<'a, str> {
        match self {
            Self::Docker(_) | Self::Buildctl(_) => Cow::Borrowed(dockerfile),
            Self::Buildah(_) => buildah::adapt(dockerfile),
        }
    }

    /// The commands that do what is asked. They leave what they know about the image in a
    /// directory, if there is one.
    pub fn steps(&self, context: &BuildContext, request: &BuildRequest, reports: Option<&Path>) -> Vec<Step> {
        match self {
            Self::Docker(docker) => docker.steps(context, request, reports),
            Self::Buildctl(buildctl) => buildctl.steps(context, request, reports),
            Self::Buildah(buildah) => buildah.steps(context, request, reports),
        }
    }

    /// Does what is asked.
    ///
    /// # Errors
    /// The builder cannot be run or fails; the kind says whose fault it is.
    // The context's Dockerfile is generated, not the app's.
    #[allow(clippy::disallowed_methods)]
    pub fn build(&self, context: &BuildContext, request: &BuildRequest, console: &Console) -> Result<Built> {
        let reports = tempfile::Builder::new()
            .prefix("plugpacks.")
            .tempdir()
            .map_err(|error| Error::system("Cannot make a temporary directory").cause(error))?;
        let dockerfile = std::fs::read_to_string(context.dockerfile())
            .map_err(|error| Error::system(format!("Cannot read `{}`", context.dockerfile().display())).cause(error))?;
        let source = Source::parse(&dockerfile);
        interrupt::watch();
        let mut durations: Vec<(&'static str, Duration)> = Vec::new();
        for Step { invocation, purpose } in self.steps(context, request, Some(reports.path())) {
            let start = Instant::now();
            let finished = invocation.run(console).map_err(|error| missing(invocation.program, &error))?;
            if interrupt::is_wanted() {
                return Err(Error::new(ErrorKind::Interrupted, "The build was interrupted"));
            }
            if !finished.status.success() {
                return Err(failure::explain(invocation.program, &purpose, &finished, &source));
            }
            match durations.iter_mut().find(|(name, _)| *name == purpose.name()) {
                Some((_, duration)) => *duration += start.elapsed(),
                None => durations.push((purpose.name(), start.elapsed())),
            }
        }
        let mut metadata = match self {
            Self::Docker(docker) => docker.metadata(request, reports.path()),
            Self::Buildctl(_) => read_metadata(reports.path()),
            Self::Buildah(_) => buildah::metadata(reports.path()),
        };
        metadata.entry("image.name").or_insert_with(|| request.all_names().into());
        Ok(Built { metadata, durations })
    }
}

impl Purpose {
    /// Its name among the durations.
    const fn name(&self) -> &'static str {
        match self {
            Self::Build => "build",
            Self::Push(_) => "push",
            Self::Export(_) => "export",
        }
    }
}

/// Where BuildKit is told to write what it knows about the image.
fn metadata_file(reports: &Path) -> String {
    reports.join("metadata.json").display().to_string()
}

/// What BuildKit wrote.
fn read_metadata(reports: &Path) -> Metadata {
    report(reports, "metadata.json").and_then(|text| serde_json::from_str(&text).ok()).unwrap_or_default()
}

/// A report of a builder's, trimmed.
// It is a file of our own.
#[allow(clippy::disallowed_methods)]
fn report(reports: &Path, name: &str) -> Option<String> {
    let text = std::fs::read_to_string(reports.join(name)).ok()?;
    Some(text.trim().to_owned()).filter(|text| !text.is_empty())
}

/// A program that cannot be run.
fn missing(program: &str, error: &io::Error) -> Error {
    Error::unavailable(format!("Please install {} to build the app", failure::title(program)))
        .cause(format!("{program}: {error}"))
        .hint("`--builder` chooses docker, buildctl, buildah or podman; `--out DIR` writes the files without any")
}

#[cfg(test)]
mod tests;
