//! From a plan to an image: what is asked for is checked, a Dockerfile and its files are made, and a builder builds.

mod advice;
mod cache;
mod request;

pub use request::{FilesPlace, ImageRequest, OwnLabels, StartCommand};

use crate::builder::{
    BuildContext, BuildRequest, Builder, Built, Console, Delivery, ImageName, InlineCache, LayerCache, OwnCache,
    Redactor, script,
};
use crate::dockerfile::{self, BuildFiles, CacheMounts, Dockerfile, DockerfileOptions, FileDelivery, SecretKeys};
use crate::edition::ImageRules;
use crate::error::{Error, Result};
use crate::plan::Phase;
use crate::planner::{NOTHING_HINT, Nothing, Planned};
use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};

/// Something that happens while an image is built.
#[derive(Clone, Copy, Debug)]
#[non_exhaustive]
pub enum Event<'a> {
    /// The plan can be built; its phases in the order in which they run.
    Checked(&'a [(&'a str, &'a Phase<Vec<String>>)]),
    /// Something is allowed, but may not be what was meant.
    Warning(&'a str),
    /// A builder was chosen: its name, why it was taken if nobody asked for it, and what it is asked for.
    Chosen(&'a str, Option<&'a str>, &'a BuildRequest),
    /// The builder, or Plugpacks itself, prints this. It has no values of secrets.
    Output(&'a str),
    /// A part of the work ended after this time.
    Ended(&'static str, Duration),
}

/// Takes what happens.
pub type Events<'a> = &'a dyn Fn(Event<'_>);

/// An image that was built.
#[derive(Debug)]
#[non_exhaustive]
pub struct Image {
    /// What the builder tells of it.
    pub built: Built,
    /// The program that runs it, if it is kept by one.
    pub runs_with: Option<&'static str>,
}

/// Builds an image of a plan.
///
/// ```no_run
/// use plugpacks::builder::{Delivery, ImageName};
/// use plugpacks::image::{self, Event, ImageRequest};
/// use plugpacks::planner::{self, PlanRequest};
/// use plugpacks::provider::Catalog;
/// use std::sync::Arc;
///
/// # fn main() -> plugpacks::error::Result<()> {
/// let planned = planner::plan(&PlanRequest::new("apps/shop"), &Arc::new(Catalog::builtin()))?;
/// let mut request = ImageRequest::new(ImageName::parse("registry.example.org/shop")?);
/// request.builder_request.delivery = Delivery::Push;
/// let image = image::build(&planned, &request, &|event| match event {
///     Event::Output(text) => print!("{text}"),
///     Event::Warning(text) => eprintln!("warning: {text}"),
///     _ => {}
/// })?;
/// println!("{:?}", image.built.digest());
/// # Ok(())
/// # }
/// ```
///
/// # Errors
/// The plan cannot be built, the request says something impossible, no builder can be used, or it fails.
pub fn build(planned: &Planned, request: &ImageRequest, events: Events) -> Result<Image> {
    let mut builder_request = checked(planned, request, events)?;
    let choice = request.choice(planned)?;
    advice::check_secrets(&planned.plan, &builder_request)?;
    let selected = request.connections.select(choice)?;
    let builder = &*selected.builder;
    events(Event::Chosen(builder.name(), selected.reason.as_deref(), &builder_request));
    if let Some(reference) = &request.incremental_cache_image {
        cache::add_incremental(reference, builder, &mut builder_request)?;
    }
    advice::about_request(builder, &builder_request).iter().for_each(|text| events(Event::Warning(text)));
    builder.check(&builder_request)?;
    let redactor = Redactor::new(&builder_request.secrets);
    let write = |text: &str| events(Event::Output(text));
    let console = Console { screen: request.screen, redactor: &redactor, write: &write, interrupt: &request.interrupt };
    let (files, context) = timed("dockerfile", events, || files(planned, request, builder, &builder_request))?;
    let built = builder.build(&context, &builder_request, &console)?;
    built.durations.iter().for_each(|(name, duration)| events(Event::Ended(name, *duration)));
    if let (Some(dockerfile), Some(reference)) = (&files.cache_dockerfile, &request.incremental_cache_image) {
        timed("cache", events, || {
            keep_directories(dockerfile, reference, &context, (builder, &builder_request), &console)
        })?;
    }
    Ok(Image { built, runs_with: builder.runs_with() })
}

/// The Dockerfile of a plan, as a text that needs no other file where the edition allows that.
///
/// ```
/// use plugpacks::builder::ImageName;
/// use plugpacks::image::{self, Event, ImageRequest};
/// use plugpacks::planner::{self, PlanRequest};
/// use plugpacks::provider::Catalog;
/// use std::cell::RefCell;
/// use std::sync::Arc;
///
/// # fn main() -> plugpacks::error::Result<()> {
/// let planned = planner::plan(&PlanRequest::new("../examples/apps/node-npm"), &Arc::new(Catalog::builtin()))?;
/// let phases = RefCell::new(Vec::new());
/// let events = |event: Event<'_>| {
///     if let Event::Checked(ordered) = event {
///         phases.borrow_mut().extend(ordered.iter().map(|(name, _)| (*name).to_owned()));
///     }
/// };
/// let request = ImageRequest::new(ImageName::parse("shop")?);
/// let dockerfile = image::dockerfile(&planned, &request, &events)?;
/// assert!(dockerfile.contains("npm ci"));
/// assert_eq!(phases.into_inner(), ["setup", "install", "build"]);
/// # Ok(())
/// # }
/// ```
///
/// # Errors
/// As of [`build`], as far as no builder is asked.
pub fn dockerfile(planned: &Planned, request: &ImageRequest, events: Events) -> Result<String> {
    let delivery = match planned.edition.rules().image {
        ImageRules::Staged => FileDelivery::Inline,
        ImageRules::OneStage => FileDelivery::Context,
    };
    Ok(unbuilt(planned, request, delivery, events)?.2.dockerfile.render().text)
}

/// Writes Dockerfile, its files and a script that builds them to a directory, which is returned as it is found
/// there.
///
/// # Errors
/// As of [`dockerfile`], or the directory cannot be written to.
pub fn write_files(
    planned: &Planned,
    request: &ImageRequest,
    directory: &Path,
    app: AppCopy,
    events: Events,
) -> Result<PathBuf> {
    let (builder, builder_request, files) = unbuilt(planned, request, FileDelivery::Context, events)?;
    if app == AppCopy::Included {
        planned.app.copy_to(directory, files.ignore).map_err(|error| {
            Error::configuration(format!("Cannot copy the app to `{}`", directory.display()))
                .cause(error)
                .hint("`--copy` needs a directory that is empty or not there yet")
        })?;
    }
    let context = BuildContext::in_directory(directory, &planned.app, &files)?;
    context.write_script_beside("build.sh", &script(&builder.steps(&context, &builder_request, None)))?;
    Ok(context.root().to_owned())
}

/// Whether the app itself is written, too.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum AppCopy {
    /// It is.
    Included,
    /// It is built from where it lies.
    LeftOut,
}

/// What would be built. It must not depend on what there is on this machine, so no builder is asked.
fn unbuilt(
    planned: &Planned,
    request: &ImageRequest,
    delivery: FileDelivery,
    events: Events,
) -> Result<(Box<dyn Builder>, BuildRequest, BuildFiles)> {
    let mut builder_request = checked(planned, request, events)?;
    let builder = request.connections.unprobed(request.choice(planned)?);
    if let Some(reference) = &request.incremental_cache_image {
        cache::add_incremental(reference, &*builder, &mut builder_request)?;
    }
    let cache = cache::mounts(request, planned, None);
    let files = generate(planned, &*builder, &builder_request, cache, delivery)?;
    Ok((builder, builder_request, files))
}

/// Checks that an image can come of a plan, and says what a builder is asked for.
fn checked(planned: &Planned, request: &ImageRequest, events: Events) -> Result<BuildRequest> {
    let plan = &planned.plan;
    if plan.phases.is_empty() {
        return Err(nothing_to_build(planned.nothing.as_ref()));
    }
    if let Some(hidden) = planned.hidden_files() {
        let lines: Vec<_> = planned.hidden.iter().map(|file| format!("`!{file}`")).collect();
        return Err(Error::app(hidden).hint(format!("Add {} as the last line of `.dockerignore`", lines.join(", "))));
    }
    events(Event::Checked(&plan.ordered_phases()?));
    if plan.start_command().is_none() && request.start_command == StartCommand::Required {
        return Err(Error::app("No start command could be found").hint(
            "Say how the app starts: `--start-cmd COMMAND`, `[start] cmd` in nixpacks.toml, or a Procfile \
             with `web: COMMAND`; `--no-error-without-start` builds without",
        ));
    }
    advice::about_plan(planned).iter().for_each(|text| events(Event::Warning(text)));
    request.completed(planned)
}

fn nothing_to_build(nothing: Option<&Nothing>) -> Error {
    let error = Error::app("Plugpacks was unable to generate a build plan for this app").hint(NOTHING_HINT);
    match nothing {
        Some(nothing) => error.cause(nothing),
        None => error.cause("the saved plan has no phases"),
    }
}

/// Does a part of the work and says how long it took.
fn timed<T>(name: &'static str, events: Events, work: impl FnOnce() -> Result<T>) -> Result<T> {
    let start = Instant::now();
    let result = work();
    events(Event::Ended(name, start.elapsed()));
    result
}

/// The build's files, where the builder finds them.
fn files(
    planned: &Planned,
    request: &ImageRequest,
    builder: &dyn Builder,
    builder_request: &BuildRequest,
) -> Result<(BuildFiles, BuildContext)> {
    let cache = cache::mounts(request, planned, Some(builder));
    let delivery = match request.files {
        FilesPlace::InApp => FileDelivery::Context,
        FilesPlace::BesideApp => builder.delivery(),
    };
    let files = generate(planned, builder, builder_request, cache, delivery)?;
    let context = match request.files {
        FilesPlace::InApp => BuildContext::in_directory(planned.app.root(), &planned.app, &files)?,
        FilesPlace::BesideApp => BuildContext::beside_app(&planned.app, &files)?,
    };
    Ok((files, context))
}

fn generate(
    planned: &Planned,
    builder: &dyn Builder,
    request: &BuildRequest,
    cache: CacheMounts,
    delivery: FileDelivery,
) -> Result<BuildFiles> {
    let options = DockerfileOptions {
        cache,
        delivery,
        mirrors: planned.mirrors.clone(),
        nixpkgs_archive: planned.edition.rules().nixpkgs_archive,
        image: planned.edition.rules().image,
        secrets: SecretKeys::new(request.secrets.iter().map(|secret| (secret.name(), secret.fingerprint()))),
        build_variables: planned.tools().build_variables.iter().map(ToString::to_string).collect(),
        references: planned.tools().references.iter().map(ToString::to_string).collect(),
    };
    let mut files = dockerfile::generate(&planned.plan, &options)?;
    builder.adapt(&mut files.dockerfile);
    if let Some(target) = &request.target {
        check_target(target, &files)?;
    }
    Ok(files)
}

/// Checks that there is a stage of this name.
fn check_target(target: &str, files: &BuildFiles) -> Result<()> {
    let stages: Vec<_> = files.dockerfile.stage_names().collect();
    if stages.contains(&target) {
        return Ok(());
    }
    let known = if stages.is_empty() { "none has a name".to_owned() } else { stages.join(", ") };
    Err(Error::configuration(format!("The Dockerfile has no stage `{target}`"))
        .cause(format!("its stages: {known}"))
        .hint("Leave `--target` out to build the last stage"))
}

/// Builds the image that carries the cached directories to the next build.
fn keep_directories(
    dockerfile: &Dockerfile,
    reference: &ImageName,
    context: &BuildContext,
    (builder, request): (&dyn Builder, &BuildRequest),
    console: &Console,
) -> Result<()> {
    let context = context.with_dockerfile("cache.Dockerfile", dockerfile)?;
    let mut request = BuildRequest {
        names: vec![reference.clone()],
        outputs: Vec::new(),
        delivery: Delivery::Keep,
        // Of the image that people run.
        labels: Vec::new(),
        target: None,
        ..request.clone()
    };
    // What was built a moment ago is not built again, and what it left for others stays as it is.
    request.cache =
        LayerCache { own: OwnCache::Used, exports: Vec::new(), inline: InlineCache::Absent, ..request.cache };
    builder
        .build(&context, &request, console)
        .map_err(|error| error.context("Creating incremental cache image failed"))?;
    (console.write)(&format!("Incremental cache image created: {reference}\n"));
    Ok(())
}
