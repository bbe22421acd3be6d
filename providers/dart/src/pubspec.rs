//! What `pubspec.yaml` says.

use crate::versions::RELEASES;
use plugpacks_provider_support::release::Request;
use plugpacks_provider_support::requirement;
use plugpacks_provider_support::version::{Range, Version};
use plugpacks_sdk::{Context, Result, ResultExt};
use serde::Deserialize;
use serde::de::{DeserializeOwned, IgnoredAny};
use std::collections::BTreeMap;
use std::ops::Bound;

pub(crate) const FILE: &str = "pubspec.yaml";

/// The fields that Nixpacks 1.41 requires.
#[derive(Debug, Deserialize)]
pub(crate) struct VersionedPackage {
    pub(crate) name: String,
    #[serde(rename = "version")]
    _version: String,
}

/// The fields that matter.
#[derive(Debug, Deserialize)]
pub(crate) struct Pubspec {
    pub(crate) name: String,
    environment: Option<Constraints>,
    /// The folders of the packages that are resolved together with this one; some may be globs.
    #[serde(default)]
    pub(crate) workspace: Vec<String>,
    #[serde(default)]
    dependencies: Option<BTreeMap<String, IgnoredAny>>,
    /// What Jaspr makes of the package.
    pub(crate) jaspr: Option<Jaspr>,
}

/// Jaspr's settings.
#[derive(Debug, Deserialize)]
pub(crate) struct Jaspr {
    /// `static`, `server` or `client`.
    #[serde(default)]
    pub(crate) mode: String,
}

/// What the package is made for.
#[derive(Debug, Deserialize)]
struct Constraints {
    sdk: Option<String>,
}

/// The file in the shape of `T`.
pub(crate) fn read<T: DeserializeOwned>(context: &Context) -> Result<T> {
    context.app.read_yaml(FILE).context(format!("Reading {FILE}"))
}

impl Pubspec {
    /// Whether the package depends on another one.
    pub(crate) fn depends_on(&self, name: &str) -> bool {
        self.dependencies.as_ref().is_some_and(|dependencies| dependencies.contains_key(name))
    }

    /// The versions of Dart that the package is made for.
    pub(crate) fn required_dart(&self, context: &Context) -> Result<Option<(Request, Range)>> {
        let sdk = self.environment.as_ref().and_then(|constraints| constraints.sdk.as_deref());
        let Some(request) = sdk.and_then(|sdk| Request::new(sdk, FILE)) else { return Ok(None) };
        let range = match request.text.as_str() {
            "any" => Range::any(),
            text => requirement::list(text).ok_or_else(|| RELEASES.at(context).malformed(&request))?,
        };
        let range = if runs_on_dart_3(&range) { range.unite(dart_3()) } else { range };
        Ok(Some((request, range)))
    }
}

fn dart_3() -> Range {
    Range::parse_series("3").unwrap_or_default()
}

/// Whether Dart 3 takes a package that is limited to Dart 2: it does if the package is null safe, which
/// it is from 2.12 on.
fn runs_on_dart_3(range: &Range) -> bool {
    range.intervals().iter().any(|interval| {
        let lower = match &interval.lower {
            Bound::Included(version) | Bound::Excluded(version) => version,
            Bound::Unbounded => return false,
        };
        let ends_with_dart_2 = interval.upper == Bound::Excluded(Version::floor(3, 0, 0));
        ends_with_dart_2 && *lower >= Version::new(2, 12, 0)
    })
}
