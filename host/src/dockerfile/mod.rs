//! From a plan to what a builder needs: a Dockerfile and the files that it refers to.
//!
//! The Dockerfile is data ([`Dockerfile`]): builders adapt it, one renderer writes it.

mod cache;
mod deliver;
mod document;
mod encode;
mod image_path;
mod nix;
mod nixpacks;
mod render;
mod secret;
mod staged;
mod values;

pub(crate) use cache::CacheMount;
pub use cache::{CacheIds, CacheImage, CacheKey, CacheKeys, CacheMounts};
pub use deliver::FileDelivery;
pub(crate) use document::{Action, Copy, CopySource, FileSet, Instruction, Run};
pub use document::{Dockerfile, Origin, Parcel, PhaseName, Stage, Step};
pub(crate) use image_path::ImagePath;
pub use render::{Rendered, RenderedStep};
pub(crate) use secret::SecretMount;
pub use secret::{SecretKeys, declared as declared_secrets};

use crate::config::Mirrors;
use crate::edition::ImageRules;
use crate::error::{Error, ErrorKind, Result};
use crate::plan::{Phase, Plan};
use document::File;
use nix::{LibraryPath, NixEnvironment};
use std::collections::{BTreeMap, BTreeSet};

/// The directory, within the build context, of everything that is generated.
pub const GENERATED: &str = ".nixpacks";

/// How a Dockerfile is to be written.
#[derive(Clone, Debug)]
pub struct DockerfileOptions {
    /// How cache directories are mounted.
    pub cache: CacheMounts,
    /// How generated files reach the image.
    pub delivery: FileDelivery,
    /// Where archives are fetched from.
    pub mirrors: Mirrors,
    /// The nixpkgs commit of packages that name none.
    pub nixpkgs_archive: &'static str,
    /// What the image is like.
    pub image: ImageRules,
    /// The secrets given to this build.
    pub secrets: SecretKeys,
    /// Variables that mean something to the build only: names, or prefixes that end in `*`.
    pub build_variables: Vec<String>,
    /// Names of installed files in which paths of packages stand that the running app needs, as `find -name` has them.
    pub references: Vec<String>,
}

impl DockerfileOptions {
    /// A command of a phase, with the caches and secrets that it sees.
    fn run(&self, plan: &Plan, phase: &Phase<Vec<String>>, command: &str) -> Instruction {
        Instruction::Run(Run {
            caches: self.cache.of(Phase::elements(&phase.cache_directories)),
            secrets: self.secrets.of_phase(plan, phase),
            parcel: None,
            actions: vec![Action::Shell(command.to_owned())],
        })
    }
}

/// Files that are generated for a plan: text by name.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
struct Generated {
    /// Nix files of the build's packages.
    nix: BTreeMap<String, String>,
    /// Nix files of the packages needed at run time.
    runtime: BTreeMap<String, String>,
    /// Static assets.
    assets: BTreeMap<String, String>,
    /// Plugpacks' own scripts.
    scripts: BTreeMap<String, String>,
    /// Commands of the app's processes.
    processes: BTreeMap<String, String>,
}

impl Generated {
    /// The files as they lie below [`GENERATED`].
    fn into_paths(self) -> BTreeMap<String, String> {
        let below = |directory: &'static str, files: BTreeMap<String, String>| {
            files.into_iter().map(move |(name, text)| (format!("{directory}/{name}"), text))
        };
        let assets = below("assets", self.assets);
        let own = below("scripts", self.scripts).chain(below("processes", self.processes));
        self.nix.into_iter().chain(self.runtime).chain(assets).chain(own).collect()
    }

    /// The static assets as a stage gets them.
    fn asset_files(&self) -> FileSet {
        let file = |(name, text): (&String, &String)| File {
            path: ImagePath::new(format!("/assets/{name}")),
            text: text.clone(),
        };
        FileSet {
            name: "assets".to_owned(),
            context: vec![format!("{GENERATED}/assets")],
            to: ImagePath::new("/assets/"),
            files: self.assets.iter().map(file).collect(),
        }
    }
}

/// A Dockerfile and the files that it refers to.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct BuildFiles {
    /// The Dockerfile.
    pub dockerfile: Dockerfile,
    /// Text of each generated file by its path below [`GENERATED`].
    pub generated: BTreeMap<String, String>,
    /// What a builder hands to the steps that write generated files, if they are delivered so.
    pub parcels: Vec<Parcel>,
    /// A second Dockerfile, whose image keeps the cache directories.
    pub cache_dockerfile: Option<Dockerfile>,
    /// Patterns of what does not belong to the build context unless the app's `.dockerignore` says
    /// that it does.
    pub excluded: BTreeSet<String>,
    /// Patterns of what never belongs to the build context: names at the app's root, or after `**/`
    /// anywhere.
    pub ignore: &'static [&'static str],
    /// Generated files that the Dockerfile copies out of the context nevertheless.
    pub needed: Vec<String>,
    /// The Nix file of what a build image has, for a builder without images.
    pub base: String,
}

/// What is in an app directory and never in an image: history, and what a build itself generates.
const NOT_IN_IMAGE: &[&str] = &["**/.git", GENERATED];

/// Writes the Dockerfile of a plan.
///
/// # Errors
/// Phases wait for each other, a static asset's name leaves its directory, or a value cannot be written
/// where it belongs.
pub fn generate(plan: &Plan, options: &DockerfileOptions) -> Result<BuildFiles> {
    let phases = plan.ordered_phases()?;
    values::check(plan, options)?;
    let environments = NixEnvironment::of_plan(plan)?;
    let source = nix::Source {
        mirrors: &options.mirrors,
        default_archive: options.nixpkgs_archive,
        library_path: match options.image {
            ImageRules::OneStage => LibraryPath::Always,
            ImageRules::Staged => LibraryPath::WhereNeeded,
        },
    };
    let mut generated = Generated::default();
    for environment in &environments {
        generated.nix.insert(environment.file_name(), environment.to_nix(&source));
    }
    for (name, text) in plan.static_assets.iter().flatten() {
        generated.assets.insert(asset_name(name)?, text.clone());
    }
    let (mut dockerfile, ignore) = match options.image {
        ImageRules::OneStage => (nixpacks::write(plan, &phases, &environments, &generated, options), [].as_slice()),
        ImageRules::Staged => {
            check_cache_directories(plan)?;
            for environment in NixEnvironment::at_run_time(plan, &environments, options.nixpkgs_archive) {
                generated.runtime.insert(environment.runtime_file_name(), environment.to_runtime_nix(&source));
            }
            generated.scripts = staged::scripts(plan, &options.references);
            generated.processes = staged::processes(plan);
            (staged::write(plan, &phases, &environments, &generated, options), NOT_IN_IMAGE)
        }
    };
    let parcels = dockerfile.deliver(options.delivery);
    let excluded = plan.phases.values().flat_map(|phase| Phase::elements(&phase.exclude_files)).cloned().collect();
    let base = NixEnvironment::of_base(&environments, options.nixpkgs_archive).to_base_nix(&source);
    let generated = generated.into_paths();
    let is_copied = options.delivery == FileDelivery::Context && !ignore.is_empty();
    let needed = generated.keys().filter(|_| is_copied).map(|path| format!("{GENERATED}/{path}")).collect();
    let cache_dockerfile = cache_dockerfile(&dockerfile, plan, options);
    Ok(BuildFiles { dockerfile, generated, parcels, cache_dockerfile, excluded, ignore, needed, base })
}

/// The Dockerfile with a last stage that keeps cache directories, if an image is to keep them.
fn cache_dockerfile(dockerfile: &Dockerfile, plan: &Plan, options: &DockerfileOptions) -> Option<Dockerfile> {
    let directories: BTreeSet<&str> =
        plan.phases.values().flat_map(|phase| Phase::elements(&phase.cache_directories)).map(String::as_str).collect();
    let steps = options.cache.keep(&directories.into_iter().collect::<Vec<_>>())?;
    let step = |instruction| Step { origin: Origin::Start, notes: Vec::new(), instruction };
    let mut with_stage = dockerfile.clone();
    with_stage.stages.push(Stage { steps: steps.into_iter().map(step).collect() });
    Some(with_stage)
}

/// A cache over everything would hide the image.
fn check_cache_directories(plan: &Plan) -> Result<()> {
    for (name, phase) in &plan.phases {
        let directories = Phase::elements(&phase.cache_directories);
        if let Some(directory) = directories.iter().find(|directory| directory.trim_matches(['/', ' ']).is_empty()) {
            return Err(Error::configuration(format!("Phase {name} cannot cache the directory `{directory}`"))
                .hint("`cacheDirectories` has directories such as `/root/.npm` or, below the app, `.next/cache`"));
        }
    }
    Ok(())
}

/// A static asset's name, if it stays within the assets' directory.
fn asset_name(name: &str) -> Result<String> {
    let path = crate::app::AppPath::new(name).filter(|path| !path.as_str().is_empty());
    path.map(|path| path.as_str().to_owned()).ok_or_else(|| {
        Error::new(ErrorKind::Configuration, format!("The static asset `{name}` leaves /assets"))
            .hint("`staticAssets` has relative names such as `nginx.conf` or `conf/site.conf`")
    })
}

#[cfg(test)]
mod tests;
