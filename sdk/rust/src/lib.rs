#![doc = include_str!("../README.md")]

#[doc(hidden)]
pub mod bindings;
mod context;
mod edition;
mod error;
mod folder;
pub mod glob;
pub mod jsonc;
pub mod nixpkgs;
mod plan;
mod provider;
pub mod shell;
mod start;
#[cfg(feature = "testing")]
pub mod testing;
#[cfg(feature = "yaml")]
pub mod yaml;

pub use bindings::plugpacks::provider::app::{AccessError, EntryKind, Occurrence, SearchError};
pub use bindings::plugpacks::provider::types::{
    Description, Extension, ListEdit, Marker, Needed, Needs, PartialPlan, Phase, Remedy, RunTime, Start, StartFile,
    Tools, Variable,
};
pub use context::{App, Catalog, Context, Diagnostics, Environment, Host};
pub use edition::{Edition, Since};
pub use error::{Error, ResultExt};
pub use folder::Folder;
pub use plan::Package;
pub use provider::Provider;

/// The result of everything that can fail in a provider.
pub type Result<T> = std::result::Result<T, Error>;

#[doc(hidden)]
pub fn __describe<P: Provider>(edition: &str) -> Description {
    P::describe(Edition::from_name(edition))
}

#[doc(hidden)]
pub fn __detect<P: Provider>() -> std::result::Result<bool, bindings::plugpacks::provider::types::Failure> {
    P::detect(&Context::new(&context::Imports)).map_err(Error::into_failure)
}

#[doc(hidden)]
pub fn __plan<P: Provider>() -> std::result::Result<Option<PartialPlan>, bindings::plugpacks::provider::types::Failure>
{
    P::plan(&Context::new(&context::Imports)).map_err(Error::into_failure)
}
