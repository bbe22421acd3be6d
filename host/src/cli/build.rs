use super::options::{GivenOptions, PlanOptions};
use super::{NOTHING_HINT, Reasons, print, say, show};
use crate::app::App;
use crate::builder::{BuildContext, Docker, DockerConnection, DockerFlag, DockerOptions};
use crate::config::{Mirrors, Variables};
use crate::dockerfile::{CacheIds, CacheImage, CacheKey, CacheMounts, Delivery, DockerfileOptions, SecretKeys};
use crate::edition::{Edition, ImageRules};
use crate::error::{Error, Result};
use crate::plan::{PartialPlan, Plan};
use crate::planner::{self, Nothing, PlanRequest, Planned};
use crate::provider::Diagnostics;
use crate::shell::shell_words;
use crate::{dockerfile, table};
use clap::Args;
use std::io::Read as _;
use std::path::{Path, PathBuf};
use std::sync::Arc;

#[derive(Args)]
pub(super) struct Arguments {
    #[command(flatten)]
    pub(super) options: PlanOptions,
    /// App directory
    path: PathBuf,
    /// Name of the image [default: a random one]
    #[arg(short, long)]
    name: Option<String>,
    /// Write the build's files to a directory instead of building
    #[arg(short, long, value_name = "DIR")]
    out: Option<PathBuf>,
    /// Print the Dockerfile instead of building
    #[arg(short, long)]
    dockerfile: bool,
    /// Build a saved plan as it is, without detection; `-` reads standard input
    #[arg(long, value_name = "FILE", conflicts_with_all = ["json_plan", "config"])]
    plan: Option<PathBuf>,
    /// Further name of the image [repeatable]
    #[arg(short, long)]
    tag: Vec<String>,
    /// Label of the image [repeatable]
    #[arg(short, long, value_name = "KEY=VALUE")]
    label: Vec<String>,
    /// Platform of the image [repeatable]
    #[arg(long)]
    platform: Vec<String>,
    /// Namespace of cached directories [default: from the app's path]
    #[arg(long, value_name = "KEY")]
    cache_key: Option<String>,
    /// Write the build's files into the app directory and build there
    #[arg(long)]
    current_dir: bool,
    /// Use no cache at all
    #[arg(long)]
    no_cache: bool,
    /// Image that carries cached directories from build to build
    #[arg(long, value_name = "IMAGE")]
    incremental_cache_image: Option<String>,
    /// Image whose layers serve as cache
    #[arg(long, value_name = "IMAGE")]
    cache_from: Option<String>,
    /// Docker engine to talk to
    #[arg(long, value_name = "URL")]
    docker_host: Option<String>,
    /// Whether to verify the engine's certificate
    #[arg(long, value_name = "0|1")]
    docker_tls_verify: Option<String>,
    /// Directory of the certificates for the engine
    #[arg(long, value_name = "DIR")]
    docker_cert_path: Option<String>,
    /// Entry for /etc/hosts during the build; the build then uses the host's network [repeatable]
    #[arg(long, value_name = "HOST:IP")]
    add_host: Vec<String>,
    /// Output of the build, as for docker build --output [repeatable]
    #[arg(long, value_name = "SPEC")]
    docker_output: Vec<String>,
    /// Let the image carry what it needs to be a cache
    #[arg(long)]
    inline_cache: bool,
    /// Build even if nothing says how the app starts
    #[arg(long)]
    no_error_without_start: bool,
    /// CPU quota of build steps, in microseconds
    #[arg(long, value_name = "MICROSECONDS")]
    cpu_quota: Option<String>,
    /// Memory limit of build steps
    #[arg(long, value_name = "BYTES")]
    memory: Option<String>,
    /// Show every line that the build prints
    #[arg(short, long)]
    verbose: bool,
}

pub(super) fn run(arguments: &Arguments, options: &GivenOptions) -> Result<()> {
    if let (Some(_), Some(option)) = (&arguments.plan, options.conflict_with_saved_plan()) {
        super::refuse(&format!("the argument '--plan <FILE>' cannot be used with '{option}'"));
    }
    let mut request = options.request(&arguments.path)?;
    request.platform = arguments.platform.first().cloned();
    let planned = match &arguments.plan {
        Some(file) => saved(file, &request)?,
        None => planner::plan(&request, &options.catalog()?)?,
    };
    show(&planned.diagnostics, Reasons::Hidden);
    if let Some(subdirectory) = &planned.subdirectory {
        say(&format!("Using subdirectory \"{subdirectory}\"\n"));
    }
    check(&planned, arguments)?;

    let docker = Docker::new(DockerConnection {
        host: arguments.docker_host.clone(),
        tls_verify: arguments.docker_tls_verify.clone(),
        cert_path: arguments.docker_cert_path.clone(),
    });
    let cache = cache_mounts(arguments, &planned, &docker);
    let write = |delivery| {
        let options = DockerfileOptions {
            cache: cache.clone(),
            delivery,
            mirrors: planned.mirrors.clone(),
            image: planned.edition.rules().image,
            secrets: SecretKeys::default(),
        };
        dockerfile::generate(&planned.plan, &options)
    };
    if arguments.dockerfile {
        return print(&write(Delivery::Context)?.dockerfile);
    }
    let docker_options = docker_options(arguments, options.is_verbose());
    if let Some(out) = &arguments.out {
        let context = BuildContext::in_directory(out, &write(Delivery::Context)?)?;
        return save(&context, &docker_options, &planned.plan);
    }
    docker.probe()?;
    let (files, context) = if arguments.current_dir {
        let files = write(Delivery::Context)?;
        let context = BuildContext::in_directory(planned.app.root(), &files)?;
        (files, context)
    } else {
        let files = write(BuildContext::BESIDE_APP)?;
        let context = BuildContext::beside_app(planned.app.root(), &files)?;
        (files, context)
    };
    let variables = planned.plan.variables.as_ref();
    docker.build(&context, &docker_options, variables)?;
    if let (Some(text), Some(image)) = (&files.cache_dockerfile, &arguments.incremental_cache_image) {
        let context = context.with_dockerfile("cache.Dockerfile", text)?;
        let options =
            DockerOptions { name: image.clone(), tags: Vec::new(), outputs: Vec::new(), ..docker_options.clone() };
        docker
            .build(&context, &options, variables)
            .map_err(|error| error.context("Creating incremental cache image failed"))?;
        say(&format!("Incremental cache image created: {image}\n"));
    }
    say(&format!("\n=== Successfully Built! ===\n\nRun:\n  docker run -it {}\n", docker_options.name));
    print(&format!("{}\n", docker_options.name))
}

/// A plan that was saved earlier, for the app it is built with now.
// The user names this file; it may lie anywhere.
#[allow(clippy::disallowed_methods)]
fn saved(file: &Path, request: &PlanRequest) -> Result<Planned> {
    let shown = file.display();
    let unreadable =
        |error: std::io::Error| Error::configuration(format!("Cannot read the plan `{shown}`")).cause(error);
    let text = if file.as_os_str() == "-" {
        let mut text = String::new();
        std::io::stdin().read_to_string(&mut text).map_err(unreadable)?;
        text
    } else {
        std::fs::read_to_string(file).map_err(unreadable)?
    };
    let no_plan = |cause: String| {
        Error::configuration(format!("`{shown}` is not a plan"))
            .cause(cause)
            .hint("`plugpacks plan DIR > FILE` writes one")
    };
    let partial = PartialPlan::from_json(&text).map_err(|error| no_plan(error.to_string()))?;
    if partial.phases.is_none() {
        return Err(no_plan("it has no `phases`".to_owned()));
    }
    let edition = request.edition.unwrap_or(Edition::DEFAULT);
    let app = App::open(&request.directory, edition.rules().search).map_err(|error| {
        Error::configuration("Failed to read app source directory")
            .cause(format!("`{}`: {error}", request.directory.display()))
    })?;
    Ok(Planned {
        app: Arc::new(app),
        subdirectory: None,
        plan: planner::replay(partial, edition),
        nothing: None,
        edition,
        variables: Variables::default(),
        mirrors: Mirrors { ..request.mirrors.clone() },
        diagnostics: Diagnostics::default(),
    })
}

/// Shows the plan and checks that an image can come of it.
fn check(planned: &Planned, arguments: &Arguments) -> Result<()> {
    let plan = &planned.plan;
    if plan.phases.is_empty() {
        return Err(nothing_to_build(planned.nothing.as_ref()));
    }
    let phases = plan.ordered_phases().map_err(|cycle| planner::circular(&cycle.phases))?;
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

fn cache_mounts(arguments: &Arguments, planned: &Planned, docker: &Docker) -> CacheMounts {
    if let Some(reference) = &arguments.incremental_cache_image {
        // Files that are only written must not depend on what an engine has.
        let is_present = arguments.out.is_none() && !arguments.dockerfile && docker.has_image(reference);
        let state = if is_present { CacheImage::Present } else { CacheImage::Absent };
        return CacheMounts::Image { reference: reference.clone(), state };
    }
    let (ids, default_key): (_, fn(&Planned) -> CacheKey) = match planned.edition.rules().image {
        ImageRules::OneStage => (CacheIds::Nixpacks, |planned| CacheKey::of_directory(planned.app.root())),
        ImageRules::Staged => (CacheIds::Distinct, identity),
    };
    match &arguments.cache_key {
        _ if arguments.no_cache || planned.variables.is_set("NO_CACHE") => CacheMounts::Off,
        Some(key) => CacheMounts::Keyed(CacheKey::new(key.clone()), ids),
        None => CacheMounts::Keyed(default_key(planned), ids),
    }
}

/// The key of an app wherever it lies: what its files are called.
fn identity(planned: &Planned) -> CacheKey {
    let names = planned.app.top_level_names().unwrap_or_default();
    CacheKey::of_identity(names.iter().map(String::as_str).filter(|name| !name.starts_with('.')))
}

fn docker_options(arguments: &Arguments, verbose: bool) -> DockerOptions {
    let flags = [
        (verbose || arguments.verbose, DockerFlag::PlainProgress),
        (arguments.no_cache, DockerFlag::NoCache),
        (arguments.inline_cache, DockerFlag::InlineCache),
    ];
    DockerOptions {
        name: arguments.name.clone().unwrap_or_else(|| uuid::Uuid::new_v4().to_string()),
        tags: arguments.tag.clone(),
        labels: arguments.label.clone(),
        platforms: arguments.platform.clone(),
        add_hosts: arguments.add_host.clone(),
        cache_from: arguments.cache_from.clone(),
        outputs: arguments.docker_output.clone(),
        cpu_quota: arguments.cpu_quota.clone(),
        memory: arguments.memory.clone(),
        flags: flags.into_iter().filter(|(is_set, _)| *is_set).map(|(_, flag)| flag).collect(),
    }
}

/// Writes the script that would build the image.
fn save(context: &BuildContext, options: &DockerOptions, plan: &Plan) -> Result<()> {
    let arguments = options.arguments(context, plan.variables.as_ref());
    let words = ["DOCKER_BUILDKIT=1", "docker"].into_iter().chain(arguments.iter().map(String::as_str));
    let script = context.write_beside("build.sh", &format!("#!/bin/sh\n{}\n", shell_words(words)))?;
    restrict(&script)?;
    say("\nSaved output to:\n");
    print(&format!("{}\n", context.root().display()))
}

/// The script holds the values of variables, so nobody else may read it.
#[cfg(unix)]
fn restrict(script: &Path) -> Result<()> {
    use std::os::unix::fs::PermissionsExt as _;
    std::fs::set_permissions(script, std::fs::Permissions::from_mode(0o700))
        .map_err(|error| Error::system(format!("Cannot protect `{}`", script.display())).cause(error))
}

#[cfg(not(unix))]
fn restrict(_: &Path) -> Result<()> {
    Ok(())
}
