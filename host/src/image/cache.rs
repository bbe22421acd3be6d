//! What a build keeps for the next one, and under which keys.

use super::ImageRequest;
use crate::app::{Checkout, Read};
use crate::builder::{BuildRequest, Builder, CacheLocation, ImageName, OwnCache};
use crate::dockerfile::{CacheIds, CacheImage, CacheKey, CacheKeys, CacheMounts};
use crate::edition::CacheIdentity;
use crate::error::{Error, Result};
use crate::planner::Planned;

/// How cached directories are kept; the builder is asked for the image that has them, if there is one.
pub(super) fn mounts(request: &ImageRequest, planned: &Planned, builder: Option<&dyn Builder>) -> CacheMounts {
    if let Some(reference) = request.incremental_cache_image.as_ref().map(ImageName::as_str)
        && let Some(state) = builder.map_or(Some(CacheImage::Absent), |builder| builder.cache_image(reference))
    {
        return CacheMounts::Image { reference: reference.to_owned(), state };
    }
    let (ids, default_keys): (_, fn(&Planned) -> CacheKeys) = match planned.edition.rules().cache_identity {
        CacheIdentity::Directory => {
            (CacheIds::Nixpacks, |planned| CacheKeys::same(CacheKey::of_directory(planned.app.root())))
        }
        CacheIdentity::Repository => (CacheIds::Distinct, identity),
    };
    match &request.cache_key {
        _ if request.builder_request.cache.own == OwnCache::Ignored || planned.variables.is_set("NO_CACHE") => {
            CacheMounts::Off
        }
        Some(key) => CacheMounts::Keyed(CacheKeys::same(key.clone()), ids),
        None => CacheMounts::Keyed(default_keys(planned), ids),
    }
}

/// The keys of an app wherever it lies: by its repository; without one, tools' directories are those of
/// all apps of its kind, and its own are known by the manifests that its providers read.
fn identity(planned: &Planned) -> CacheKeys {
    if let Some(Checkout { source: Some(source), path, .. }) = Checkout::of(planned.app.root()) {
        return CacheKeys::same(CacheKey::of_identity([source.as_str(), path.as_str()]));
    }
    let providers = planned.providers.iter().map(|provider| provider.name.as_str());
    let read = planned.reads().into_iter().filter_map(|read| match read {
        Read::Text(path) if !path.as_str().contains('/') => planned.app.read_text(path.as_str()).ok(),
        _ => None,
    });
    let manifests: Vec<_> = read.collect();
    // A saved plan was made without this app.
    let plan = if manifests.is_empty() { planned.plan.to_json() } else { String::new() };
    let texts = manifests.iter().map(|text| &**text).chain([plan.as_str()]);
    CacheKeys {
        of_tools: CacheKey::of_identity(providers.clone()),
        of_app: CacheKey::of_identity(providers.chain(texts)),
    }
}

/// Builders that do not keep directories keep steps in the incremental cache image.
///
/// # Errors
/// The image would be one of several platforms, whose directories cannot be kept.
pub(super) fn add_incremental(reference: &ImageName, builder: &dyn Builder, request: &mut BuildRequest) -> Result<()> {
    if !builder.keeps_directories() {
        let location = CacheLocation::Registry(reference.clone());
        request.cache.imports.push(location.clone());
        request.cache.exports.push(location);
        return Ok(());
    }
    if request.platforms.len() > 1 {
        return Err(Error::configuration("An incremental cache image of several platforms cannot be kept")
            .hint("Use `--cache-to` and `--cache-from`, which keep the steps of every platform"));
    }
    Ok(())
}
