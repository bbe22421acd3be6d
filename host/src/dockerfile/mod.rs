//! From a plan to what a builder needs: a Dockerfile and the files that it refers to.

mod cache;
mod image_path;
mod instruction;
mod nix;
mod nixpacks;
mod secret;
mod staged;

pub use cache::{CacheIds, CacheImage, CacheKey, CacheKeys, CacheMounts};
pub use secret::{SecretKeys, declared as declared_secrets, without_exports};

use crate::config::Mirrors;
use crate::edition::ImageRules;
use crate::error::{Error, ErrorKind, Result};
use crate::plan::{Phase, Plan};
use instruction::Mounts;
use nix::{LibraryPath, NixEnvironment};
use secret::SecretMount;
use std::collections::{BTreeMap, BTreeSet};

/// The directory, within the build context, of everything that is generated.
pub const GENERATED: &str = ".nixpacks";

/// How generated files reach the image.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum FileDelivery {
    /// They lie in [`GENERATED`] in the build context.
    Context,
    /// The Dockerfile itself carries them, so that the context is the app and nothing else.
    Inline,
}

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
}

impl DockerfileOptions {
    /// The caches and secrets that the commands of a phase see.
    fn mounts(&self, plan: &Plan, phase: &Phase<Vec<String>>) -> Mounts {
        let caches = self.cache.of(Phase::elements(&phase.cache_directories));
        let secrets = self.secrets.of_phase(plan, phase);
        let flags = caches.iter().map(ToString::to_string).chain(secrets.iter().map(SecretMount::mount)).collect();
        Mounts { flags, exports: secrets.iter().map(SecretMount::export).collect() }
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
    /// Scripts and processes that the image has.
    image: BTreeMap<String, String>,
}

impl Generated {
    /// The files as they lie below [`GENERATED`].
    fn into_paths(self) -> BTreeMap<String, String> {
        let assets = self.assets.into_iter().map(|(name, text)| (format!("assets/{name}"), text));
        self.nix.into_iter().chain(self.runtime).chain(assets).collect()
    }
}

/// A Dockerfile and the files that it refers to, if they are delivered in the context.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct BuildFiles {
    /// The Dockerfile's text.
    pub dockerfile: String,
    /// Text of each generated file by its path below [`GENERATED`].
    pub generated: BTreeMap<String, String>,
    /// The text of a second Dockerfile, whose image keeps the cache directories.
    pub cache_dockerfile: Option<String>,
    /// Patterns of what does not belong to the build context unless the app's `.dockerignore` says
    /// that it does.
    pub excluded: BTreeSet<String>,
    /// Patterns of what never belongs to the build context: names at the app's root, or after `**/`
    /// anywhere.
    pub ignore: &'static [&'static str],
}

impl BuildFiles {
    /// The names of the Dockerfile's stages, as far as they have some.
    pub fn stages(&self) -> impl Iterator<Item = &str> {
        let stages = self.dockerfile.lines().filter_map(|line| line.strip_prefix("FROM "));
        stages.filter_map(|stage| stage.split_once(" AS ")).map(|(_, name)| name)
    }
}

/// What is in an app directory and never in an image: history, and what a build itself generates.
const NOT_IN_IMAGE: &[&str] = &["**/.git", GENERATED];

/// Writes the Dockerfile of a plan.
///
/// # Errors
/// Phases wait for each other, or a static asset's name leaves its directory.
pub fn generate(plan: &Plan, options: &DockerfileOptions) -> Result<BuildFiles> {
    let phases = plan.ordered_phases()?;
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
    let (dockerfile, ignore) = match options.image {
        ImageRules::OneStage => (nixpacks::write(plan, &phases, &environments, &generated, options), [].as_slice()),
        ImageRules::Staged => {
            check_cache_directories(plan)?;
            for environment in NixEnvironment::at_run_time(plan, &environments, options.nixpkgs_archive) {
                generated.runtime.insert(environment.runtime_file_name(), environment.to_runtime_nix(&source));
            }
            generated.image = staged::files(plan);
            (staged::write(plan, &phases, &environments, &generated, options), NOT_IN_IMAGE)
        }
    };
    let cached: BTreeSet<&str> =
        plan.phases.values().flat_map(|phase| Phase::elements(&phase.cache_directories)).map(String::as_str).collect();
    let cache_stage = options.cache.keep(&cached.into_iter().collect::<Vec<_>>());
    let cache_dockerfile = cache_stage.map(|stage| format!("{dockerfile}{stage}\n"));
    let excluded = plan.phases.values().flat_map(|phase| Phase::elements(&phase.exclude_files)).cloned().collect();
    Ok(BuildFiles { dockerfile, generated: generated.into_paths(), cache_dockerfile, excluded, ignore })
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
