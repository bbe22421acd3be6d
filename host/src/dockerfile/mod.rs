//! From a plan to what a builder needs: a Dockerfile and the files that it refers to.

mod cache;
mod image_path;
mod instruction;
mod nix;
mod stages;

pub use cache::{CacheImage, CacheKey, CacheMounts};

use crate::config::Mirrors;
use crate::edition::RunStage;
use crate::error::{Error, ErrorKind, Result};
use crate::plan::{Phase, Plan};
use nix::Environment;
use std::collections::{BTreeMap, BTreeSet};

/// The directory, within the build context, of everything that is generated.
pub const GENERATED: &str = ".nixpacks";

/// How generated files reach the image.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Delivery {
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
    pub delivery: Delivery,
    /// Where archives are fetched from.
    pub mirrors: Mirrors,
    /// What a run image gets.
    pub run_stage: RunStage,
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
}

/// Writes the Dockerfile of a plan.
///
/// # Errors
/// Phases wait for each other, or a static asset's name leaves its directory.
pub fn generate(plan: &Plan, options: &DockerfileOptions) -> Result<BuildFiles> {
    let phases = plan.ordered_phases().map_err(|cycle| crate::planner::circular(&cycle.phases))?;
    let environments = Environment::of_plan(plan);
    let mut generated = BTreeMap::new();
    for environment in &environments {
        generated.insert(environment.file_name(), environment.to_nix(&options.mirrors));
    }
    for (name, text) in plan.static_assets.iter().flatten() {
        generated.insert(format!("assets/{}", asset_name(name)?), text.clone());
    }
    let dockerfile = stages::write(plan, &phases, &environments, &generated, options);
    let cached: BTreeSet<&str> =
        plan.phases.values().flat_map(|phase| Phase::elements(&phase.cache_directories)).map(String::as_str).collect();
    let cache_stage = options.cache.keep(&cached.into_iter().collect::<Vec<_>>());
    let cache_dockerfile = cache_stage.map(|stage| format!("{dockerfile}{stage}\n"));
    Ok(BuildFiles { dockerfile, generated, cache_dockerfile })
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
