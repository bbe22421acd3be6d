//! Providers: where they come from, how they are run, and what they may do.
//!
//! A [`Catalog`] holds every provider; a [`Session`] runs those that matter for one app, each in a
//! sandbox, through the adapter of the contract's version it was written for.

mod adapter;
mod builtin;
mod cache;
mod catalog;
mod description;
mod engine;
mod inspect;
mod limits;
mod pack;
pub mod remote;
mod runtime;
mod sandbox;
mod session;
mod v0_1;
mod v0_2;
mod wasi;

pub use cache::{CacheEntry, ComponentCache, Inspection, Usable};
pub use catalog::{Catalog, Listed, Source};
pub use description::{Description, Marker, Remedy, Tools, VariableUse};
pub use inspect::Form;
pub use limits::{Budget, Limits, Usage};
pub use session::{Detection, Diagnostics, Environment, Session};

use crate::error::Result;
use crate::plan::{PartialPlan, Requirements};
use std::fmt;

/// A running provider, whichever version of the contract it speaks.
trait Guest: Send {
    /// Whether the app is this provider's.
    fn detect(&mut self) -> Result<bool>;

    /// How the app is built; `None` declines.
    fn plan(&mut self) -> Result<Option<ProviderPlan>>;
}

/// A provider that took part in a plan: which one exactly.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ProviderIdentity {
    /// Its name.
    pub name: String,
    /// Its own version.
    pub version: String,
    /// SHA-256 of its component: `sha256:` and 64 hexadecimal digits; absent where only a saved plan
    /// tells of it.
    pub digest: Option<String>,
}

impl fmt::Display for ProviderIdentity {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} {}", self.name, self.version)?;
        self.digest.as_ref().map_or(Ok(()), |digest| write!(f, " {digest}"))
    }
}

/// What a provider says about an app.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct ProviderPlan {
    /// Its part of the plan, but for what the running app needs.
    pub plan: PartialPlan,
    /// What the running app needs.
    pub requirements: Requirements,
    /// What else the app is, for `NIXPACKS_METADATA`.
    pub labels: Vec<String>,
}
