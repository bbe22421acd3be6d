//! `build`: arguments become a request, the request is checked, then it runs.

mod advice;
mod arguments;
mod cache;
mod report;
mod request;
mod saved;

pub(super) use arguments::Arguments;

use super::options::GivenOptions;
use super::{NOTHING_HINT, Reasons, print, say, show, terminal, warn};
use plugpacks::builder::{
    BuildContext, BuildRequest, Builder, Console, Delivery, ImageName, InlineCache, LayerCache, OwnCache, Progress,
    Redactor, Screen, Secret, Selected, script,
};
use plugpacks::dockerfile::{BuildFiles, CacheMounts, Dockerfile, DockerfileOptions, FileDelivery, SecretKeys};
use plugpacks::edition::ImageRules;
use plugpacks::error::{Error, Result};
use plugpacks::planner::{self, Nothing, Planned};
use plugpacks::{dockerfile, table};
use report::{Report, write_whole};
use std::io::IsTerminal as _;

pub(super) fn run(arguments: &Arguments, options: &GivenOptions) -> Result<()> {
    if let (Some(_), Some(option)) = (&arguments.plan, options.conflict_with_saved_plan()) {
        super::refuse(&format!("the argument '--plan <FILE>' cannot be used with '{option}'"));
    }
    let mut report = Report::new();
    let secrets = request::secrets(arguments);
    let redactor = secrets.as_ref().map_or_else(|_| Redactor::default(), |secrets| Redactor::new(secrets));
    super::hide(redactor.clone());
    let result = secrets.and_then(|secrets| plan_and_build(arguments, options, secrets, &redactor, &mut report));
    if let Some(file) = &arguments.result {
        match (report.write(file, &result, &redactor), &result) {
            (Err(error), Ok(())) => return Err(error),
            (Err(error), Err(_)) => warn(&error.to_string()),
            (Ok(()), _) => {}
        }
    }
    result
}

fn plan_and_build(
    arguments: &Arguments,
    options: &GivenOptions,
    secrets: Vec<Secret>,
    redactor: &Redactor,
    report: &mut Report,
) -> Result<()> {
    let planned = report.timed("plan", || plan(arguments, options))?;
    report.planned(&planned);
    check(&planned, arguments)?;
    advice::about_plan(&planned).iter().for_each(|text| warn(text));
    let mut request = arguments.request(options, &planned, secrets)?;
    let choice = arguments.builder.choice(options, &planned)?;
    let connections = arguments.builder.connections()?;
    if arguments.dockerfile || arguments.out.is_some() {
        // Files must not depend on what there is on this machine.
        let builder = connections.unprobed(choice);
        cache::add_incremental(arguments, &*builder, &mut request)?;
        let cache = cache::mounts(arguments, &planned, None);
        return write_files(arguments, &planned, &*builder, &request, cache);
    }
    advice::check_secrets(&planned.plan, &request)?;
    let selected = connections.select(choice)?;
    if let Some(reason) = &selected.reason {
        say(&format!("Builder: {} ({reason})\n", selected.builder.name()));
    }
    report.asked(&selected, &request);
    cache::add_incremental(arguments, &*selected.builder, &mut request)?;
    advice::about_request(&*selected.builder, &request).iter().for_each(|text| warn(text));
    let screen = screen(&mut request)?;
    selected.builder.check(&request)?;
    let console = Console { screen, redactor, write: &say };
    build(arguments, &planned, &selected, &request, &console, report)
}

fn plan(arguments: &Arguments, options: &GivenOptions) -> Result<Planned> {
    let mut request = options.request(&arguments.path)?;
    request.platform = request::platforms(arguments)?.first().map(|platform| platform.as_str().to_owned());
    let planned = match &arguments.plan {
        Some(file) => saved::saved(file, &request, &options.catalog()?)?,
        None => planner::plan(&request, &options.catalog()?)?,
    };
    show(&planned.diagnostics, Reasons::Hidden);
    if let Some(subdirectory) = &planned.subdirectory {
        say(&format!("Using subdirectory \"{subdirectory}\"\n"));
    }
    Ok(planned)
}

/// Shows the plan and checks that an image can come of it.
fn check(planned: &Planned, arguments: &Arguments) -> Result<()> {
    let plan = &planned.plan;
    if plan.phases.is_empty() {
        return Err(nothing_to_build(planned.nothing.as_ref()));
    }
    if let Some(hidden) = super::hidden(planned) {
        let lines: Vec<_> = planned.hidden.iter().map(|file| format!("`!{file}`")).collect();
        return Err(Error::app(hidden).hint(format!("Add {} as the last line of `.dockerignore`", lines.join(", "))));
    }
    let phases = plan.ordered_phases()?;
    say(&table::render(concat!("Plugpacks v", env!("CARGO_PKG_VERSION")), plan, &phases));
    if plan.start_command().is_none() && !arguments.no_error_without_start {
        return Err(Error::app("No start command could be found").hint(
            "Say how the app starts: `--start-cmd COMMAND`, `[start] cmd` in nixpacks.toml, or a Procfile \
             with `web: COMMAND`; `--no-error-without-start` builds without",
        ));
    }
    Ok(())
}

fn nothing_to_build(nothing: Option<&Nothing>) -> Error {
    let error = Error::app("Plugpacks was unable to generate a build plan for this app").hint(NOTHING_HINT);
    match nothing {
        Some(nothing) => error.cause(nothing),
        None => error.cause("the saved plan has no phases"),
    }
}

/// How the build is shown. The builder itself never draws: nothing could be made of its words.
///
/// # Errors
/// A drawing is asked for, and there is no terminal.
fn screen(request: &mut BuildRequest) -> Result<Screen> {
    let screen = match request.progress {
        Progress::Json => return Ok(Screen::Json),
        Progress::Terminal if !std::io::stderr().is_terminal() => {
            return Err(Error::configuration("`--progress tty` needs a terminal")
                .cause("standard error is none")
                .hint("Use `--progress plain`"));
        }
        Progress::Terminal => Screen::Drawing(terminal::columns),
        Progress::Auto if terminal::can_be_drawn_on() => Screen::Drawing(terminal::columns),
        Progress::Auto | Progress::Plain => Screen::Lines,
    };
    request.progress = Progress::Plain;
    Ok(screen)
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

/// Prints the Dockerfile, or writes everything that would build the image.
fn write_files(
    arguments: &Arguments,
    planned: &Planned,
    builder: &dyn Builder,
    request: &BuildRequest,
    cache: CacheMounts,
) -> Result<()> {
    let out = arguments.out.as_ref().filter(|_| !arguments.dockerfile);
    let delivery = match (out, planned.edition.rules().image) {
        // Nothing comes with it.
        (None, ImageRules::Staged) => FileDelivery::Inline,
        (None, ImageRules::OneStage) | (Some(_), _) => FileDelivery::Context,
    };
    let files = generate(planned, builder, request, cache, delivery)?;
    let Some(out) = out else { return print(&files.dockerfile.render().text) };
    if arguments.copy {
        planned.app.copy_to(out, files.ignore).map_err(|error| {
            Error::configuration(format!("Cannot copy the app to `{}`", out.display()))
                .cause(error)
                .hint("`--copy` needs a directory that is empty or not there yet")
        })?;
    }
    let context = BuildContext::in_directory(out, &planned.app, &files)?;
    context.write_script_beside("build.sh", &script(&builder.steps(&context, request, None)))?;
    say("\nSaved output to:\n");
    print(&format!("{}\n", context.root().display()))
}

fn build(
    arguments: &Arguments,
    planned: &Planned,
    selected: &Selected,
    request: &BuildRequest,
    console: &Console,
    report: &mut Report,
) -> Result<()> {
    let builder = &*selected.builder;
    let (files, context) = report.timed("dockerfile", || {
        let cache = cache::mounts(arguments, planned, Some(builder));
        if arguments.current_dir {
            let files = generate(planned, builder, request, cache, FileDelivery::Context)?;
            let context = BuildContext::in_directory(planned.app.root(), &planned.app, &files)?;
            return Ok((files, context));
        }
        let files = generate(planned, builder, request, cache, builder.delivery())?;
        let context = BuildContext::beside_app(&planned.app, &files)?;
        Ok((files, context))
    })?;
    let built = builder.build(&context, request, console)?;
    report.built(&built);
    if let Some(dockerfile) = &files.cache_dockerfile {
        report.timed("cache", || keep_directories(dockerfile, arguments, &context, builder, request, console))?;
    }
    if let Some(file) = &arguments.metadata_file {
        write_whole(file, &serde_json::Value::Object(built.metadata))?;
    }
    say(&farewell(builder, request));
    if request.writes_to_stdout() {
        return Ok(());
    }
    print(&format!("{}\n", request.name()))
}

/// Builds the image that carries the cached directories to the next build.
fn keep_directories(
    dockerfile: &Dockerfile,
    arguments: &Arguments,
    context: &BuildContext,
    builder: &dyn Builder,
    request: &BuildRequest,
    console: &Console,
) -> Result<()> {
    let Some(reference) = &arguments.cache.incremental_cache_image else { return Ok(()) };
    let context = context.with_dockerfile("cache.Dockerfile", dockerfile)?;
    let mut request = BuildRequest {
        names: vec![ImageName::parse(reference)?],
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
    say(&format!("Incremental cache image created: {reference}\n"));
    Ok(())
}

/// What the user can do with the image.
fn farewell(builder: &dyn Builder, request: &BuildRequest) -> String {
    let name = request.name();
    let next = match (builder.runs_with(), request.delivery) {
        _ if !request.outputs.is_empty() => String::new(),
        (_, Delivery::Push) => request
            .names
            .iter()
            .map(|name| format!("  {name}\n"))
            .fold("\nPushed:\n".to_owned(), |text, line| text + &line),
        (Some(program), _) => format!("\nRun:\n  {program} run -it {name}\n"),
        (None, _) => String::new(),
    };
    format!("\n=== Successfully Built! ===\n{next}")
}
