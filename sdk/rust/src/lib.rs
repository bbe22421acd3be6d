//! What the author of a Plugpacks provider uses.
//!
//! A provider implements [`Provider`] and names itself in [`export_provider!`]; compiled for
//! `wasm32-wasip2` it is a component that `plugpacks --provider FILE` loads. The contract itself,
//! with the meaning of every field, is `wit/provider.wit`.
//!
//! ```
//! use plugpacks_sdk::{Context, Description, Edition, Marker, PartialPlan, Phase, Provider, Result, Start};
//!
//! struct Lua;
//!
//! impl Provider for Lua {
//!     fn describe(_: Edition) -> Description {
//!         Description::new("lua", env!("CARGO_PKG_VERSION"), "Lua scripts").marker(Marker::file("main.lua"))
//!     }
//!
//!     fn detect(context: &Context) -> Result<bool> {
//!         context.app.has_file("main.lua")
//!     }
//!
//!     fn plan(_: &Context) -> Result<Option<PartialPlan>> {
//!         Ok(Some(
//!             PartialPlan::new()
//!                 .phase(Phase::setup(["lua5_4"]))
//!                 .start(Start::command("lua main.lua")),
//!         ))
//!     }
//! }
//!
//! plugpacks_sdk::export_provider!(Lua);
//! # fn main() {}
//! ```

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

pub use bindings::plugpacks::provider::app::{AccessError, EntryKind, Occurrence, SearchError};
pub use bindings::plugpacks::provider::types::{
    Description, Extension, ListEdit, Marker, Needed, Needs, PartialPlan, Phase, RunTime, Start, StartFile, Variable,
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
