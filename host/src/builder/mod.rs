//! Builders: what turns a Dockerfile into an image.
//!
//! A [`BuildRequest`] says what is wanted in no builder's own words; a [`Builder`] turns it into
//! commands, which are run here or written to a script. A further builder is a file like `docker.rs`, with
//! its [`Registration`], and a row in the table of [`select`].

mod buildah;
mod buildctl;
mod context;
mod docker;
mod drawing;
mod failure;
mod fields;
mod interrupt;
mod labels;
#[cfg(target_os = "linux")]
mod nix;
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
pub use interrupt::{Interrupt, Orphans};
pub use labels::annotations;
#[cfg(target_os = "linux")]
pub use nix::Nix;
pub use process::{ChildOutput, Console, Invocation, Screen};
pub use request::{
    AddedHost, BuildRequest, CacheLocation, CacheSpecification, Delivery, HealthCheck, ImageName, InlineCache, Label,
    LayerCache, Network, Output, OutputKind, OwnCache, Platform, Progress, Registries, StepLimits,
};
pub use script::script;
pub use secret::{Redactor, Secret};
pub use select::{BuilderChoice, Connections, Registration, Selected};

use crate::dockerfile::{CacheImage, Dockerfile, FileDelivery};
use crate::error::{Error, Result};
use std::fmt;
use std::io;
use std::path::Path;
use std::time::{Duration, Instant};

/// A builder: what it is told, and what it tells. [`select`] has the table of those that there are.
pub trait Builder: fmt::Debug {
    /// Its name in `--builder`.
    fn name(&self) -> &'static str;

    /// Checks that its program is there.
    ///
    /// # Errors
    /// The program cannot be run.
    fn probe(&self) -> Result<()>;

    /// Why it can be taken where nobody chose one; `earlier` says why others cannot.
    ///
    /// # Errors
    /// It cannot: why.
    fn answers(&self, earlier: &[String]) -> std::result::Result<String, String>;

    /// Checks that this builder can do what is asked.
    ///
    /// # Errors
    /// It cannot; the hint names one that can.
    fn check(&self, request: &BuildRequest) -> Result<()>;

    /// How generated files must be delivered to it, where the app's directory is left as it is.
    fn delivery(&self) -> FileDelivery {
        FileDelivery::Parcels
    }

    /// Changes a Dockerfile to one that this builder reads rightly.
    fn adapt(&self, _dockerfile: &mut Dockerfile) {}

    /// The commands that do what is asked. They leave what they know about the image in a
    /// directory, if there is one.
    fn steps(&self, context: &BuildContext, request: &BuildRequest, reports: Option<&Path>) -> Vec<Step>;

    /// Does what is asked.
    ///
    /// # Errors
    /// The builder cannot be run or fails; the kind says whose fault it is.
    fn build(&self, context: &BuildContext, request: &BuildRequest, console: &Console) -> Result<Built> {
        let reports = reports_directory()?;
        let commands = self.steps(context, request, Some(reports.path()));
        let durations = run_steps(&commands, context, request, console)?;
        let mut metadata = self.metadata(request, reports.path());
        metadata.entry("image.name").or_insert_with(|| request.all_names().into());
        Ok(Built { metadata, durations })
    }

    /// What is known about the image that was built; `reports` has what the commands left.
    fn metadata(&self, request: &BuildRequest, reports: &Path) -> Metadata;

    /// Whether it keeps cached directories between builds in an image, rather than steps in a registry.
    fn keeps_directories(&self) -> bool {
        false
    }

    /// Whether the image with cached directories is there, if it keeps such.
    fn cache_image(&self, _reference: &str) -> Option<CacheImage> {
        None
    }

    /// The program that runs an image which this builder keeps.
    fn runs_with(&self) -> Option<&'static str> {
        None
    }

    /// What a user should know of this request though nothing is wrong with it.
    fn notices(&self, _request: &BuildRequest) -> Vec<String> {
        Vec::new()
    }
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

/// The directory that commands leave what they know in; removed when it goes away.
fn reports_directory() -> Result<tempfile::TempDir> {
    let made = tempfile::Builder::new().prefix("plugpacks.").tempdir();
    made.map_err(|error| Error::system("Cannot make a temporary directory").cause(error))
}

/// Runs the commands of a build and tells how long each kind of them took.
fn run_steps(
    steps: &[Step],
    context: &BuildContext,
    request: &BuildRequest,
    console: &Console,
) -> Result<Vec<(&'static str, Duration)>> {
    let mut durations: Vec<(&'static str, Duration)> = Vec::new();
    for Step { invocation, purpose } in steps {
        let start = Instant::now();
        let finished =
            invocation.run(console, context.source()).map_err(|error| missing(invocation.program, &error))?;
        console.interrupt.check()?;
        if !finished.status.success() {
            let remedies = &request.tools.remedies;
            return Err(failure::explain(invocation.program, purpose, &finished, context.source(), remedies));
        }
        match durations.iter_mut().find(|(name, _)| *name == purpose.name()) {
            Some((_, duration)) => *duration += start.elapsed(),
            None => durations.push((purpose.name(), start.elapsed())),
        }
    }
    Ok(durations)
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
        .hint(format!("`--builder` chooses one of {}; `--out DIR` writes the files without any", select::names()))
}

#[cfg(test)]
mod tests;
