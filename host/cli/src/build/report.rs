//! What came of a build, for programs.

use crate::exit;
use plugpacks::builder::{Built, ImageName, Redactor};
use plugpacks::digest::sha256;
use plugpacks::error::{Error, Result};
use plugpacks::image::Event;
use plugpacks::plan::Plan;
use plugpacks::planner::Planned;
use plugpacks::provider::ProviderIdentity;
use plugpacks::whole;
use serde_json::{Value, json};
use std::path::Path;
use std::time::{Duration, Instant};

/// What is known of a build so far.
pub(super) struct Report {
    start: Instant,
    plan_digest: Option<String>,
    edition: Option<&'static str>,
    providers: Vec<ProviderIdentity>,
    builder: Option<String>,
    images: Vec<String>,
    image_digest: Option<String>,
    durations: Vec<(&'static str, Duration)>,
}

impl Report {
    /// Nothing yet.
    pub(super) fn new() -> Self {
        Self {
            start: Instant::now(),
            plan_digest: None,
            edition: None,
            providers: Vec::new(),
            builder: None,
            images: Vec::new(),
            image_digest: None,
            durations: Vec::new(),
        }
    }

    /// Runs a part of the work and notes how long it took.
    pub(super) fn timed<T>(&mut self, name: &'static str, work: impl FnOnce() -> Result<T>) -> Result<T> {
        let start = Instant::now();
        let result = work();
        self.durations.push((name, start.elapsed()));
        result
    }

    /// Notes the plan.
    pub(super) fn planned(&mut self, planned: &Planned) {
        self.plan_digest = Some(plan_digest(&planned.plan));
        self.edition = Some(planned.edition.name());
        self.providers.clone_from(&planned.providers);
    }

    /// Notes what happens.
    pub(super) fn note(&mut self, event: &Event) {
        match event {
            Event::Chosen(builder, _, request) => {
                self.builder = Some((*builder).to_owned());
                self.images = request.names.iter().map(ImageName::as_str).map(str::to_owned).collect();
            }
            Event::Ended(work, duration) => self.durations.push((work, *duration)),
            _ => {}
        }
    }

    /// Notes the image.
    pub(super) fn built(&mut self, built: &Built) {
        self.image_digest = built.digest().map(str::to_owned);
    }

    /// Writes what is known, and how it ended.
    ///
    /// # Errors
    /// The file cannot be written.
    pub(super) fn write(&self, file: &Path, result: &Result<()>, redactor: &Redactor) -> Result<()> {
        let mut document = self.document(result.as_ref().err());
        redactor.redact_value(&mut document);
        write_whole(file, &document)
    }

    fn document(&self, error: Option<&Error>) -> Value {
        let durations = self.durations.iter().map(|(name, duration)| ((*name).to_owned(), milliseconds(*duration)));
        let durations = durations.chain([("total".to_owned(), milliseconds(self.start.elapsed()))]);
        let provider = |provider: &ProviderIdentity| json!({ "name": provider.name, "version": provider.version, "digest": provider.digest });
        json!({
            "status": error.map_or("success", |error| error.kind().name()),
            "exitCode": error.map_or(0, |error| exit::code(error.kind())),
            "error": error.map(error_document),
            "version": env!("CARGO_PKG_VERSION"),
            "edition": self.edition,
            "planDigest": self.plan_digest,
            "providers": self.providers.iter().map(provider).collect::<Vec<_>>(),
            "builder": self.builder,
            "images": self.images,
            "imageDigest": self.image_digest,
            "durationsMs": durations.collect::<serde_json::Map<_, _>>(),
        })
    }
}

/// SHA-256 of what `plan` prints, so that `plugpacks plan . | sha256sum` tells the same.
fn plan_digest(plan: &Plan) -> String {
    format!("sha256:{}", sha256(format!("{}\n", plan.to_json())))
}

fn milliseconds(duration: Duration) -> Value {
    u64::try_from(duration.as_millis()).unwrap_or(u64::MAX).into()
}

fn error_document(error: &Error) -> Value {
    let step = error.step();
    json!({
        "message": error.message(),
        "causes": error.cause_texts(),
        "hint": error.hint_text(),
        "phase": step.map(|step| &step.phase),
        "command": step.map(|step| &step.command),
        "commandExitCode": step.and_then(|step| step.exit_code),
        "output": step.map(|step| &step.output),
    })
}

/// Writes a JSON document so that a reader never sees half of it.
///
/// # Errors
/// The file cannot be written.
pub(super) fn write_whole(file: &Path, document: &Value) -> Result<()> {
    let failed = |error: std::io::Error| Error::system(format!("Cannot write `{}`", file.display())).cause(error);
    whole::write(file, format!("{document:#}\n").as_bytes()).map_err(failed)
}
