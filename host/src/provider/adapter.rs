//! Which version of the contract a component speaks.

use super::description::Descriptions;
use super::sandbox::Limits;
use super::session::Session;
use super::{Guest, runtime, v0_1, wasi};
use crate::error::{Error, Result};
use std::sync::Weak;
use wasmtime::component::Component;

/// One version of the contract.
pub(super) trait Adapter {
    /// The interface that a component of this version exports.
    fn export(&self) -> &'static str;

    /// The interfaces, besides WASI, that such a component may import.
    fn imports(&self) -> &'static [&'static str];

    /// Asks a component who it is.
    fn describe(&self, component: &Component, limits: Limits) -> Result<Descriptions>;

    /// Starts a component for a session.
    fn instantiate(
        &self,
        component: &Component,
        provider: &str,
        session: Weak<Session>,
        limits: Limits,
    ) -> Result<Box<dyn Guest>>;
}

/// Every version this host supports, newest first.
const ADAPTERS: &[&dyn Adapter] = &[&v0_1::V0_1];

/// The prefix of the interface that every version's components export.
const GUEST: &str = "plugpacks:provider/provider-guest@";

fn adapter_of(component: &Component, name: &str) -> Result<&'static dyn Adapter> {
    let engine = runtime::engine().map_err(engine_failure)?;
    let component_type = component.component_type();
    let exports: Vec<&str> = component_type.exports(engine).map(|(name, _)| name).collect();
    let adapter = ADAPTERS.iter().find(|adapter| exports.contains(&adapter.export())).ok_or_else(|| {
        let supported: Vec<_> = ADAPTERS.iter().filter_map(|adapter| adapter.export().strip_prefix(GUEST)).collect();
        match exports.iter().find_map(|export| export.strip_prefix(GUEST)) {
            Some(version) => Error::provider(format!(
                "{name} is written for version {version} of the provider contract"
            ))
            .hint(format!(
                "This host supports {}; use a newer host, or ask the provider's author for a build for one of these",
                supported.join(", ")
            )),
            None => Error::provider(format!("{name} is a component, but not a provider"))
                .cause(format!("it does not export {GUEST}{}", supported.join(", or of version "))),
        }
    })?;
    let unknown: Vec<&str> = component_type
        .imports(engine)
        .map(|(name, _)| name)
        .filter(|import| !adapter.imports().contains(import) && !wasi::is_wasi(import))
        .collect();
    if unknown.is_empty() {
        return Ok(*adapter);
    }
    Err(Error::provider(format!("{name} wants what the sandbox does not give"))
        .cause(format!("it imports {}", unknown.join(", ")))
        .hint("A provider may import the provider contract and WASI 0.2 without HTTP"))
}

/// Who a component is, under every edition. `name` is what messages call it.
///
/// # Errors
/// It is not a provider for this host, or it fails.
pub(super) fn describe(component: &Component, name: &str, limits: Limits) -> Result<Descriptions> {
    adapter_of(component, name)?.describe(component, limits)
}

/// Starts a provider for a session.
///
/// # Errors
/// It is not a provider for this host, or it fails while starting.
pub(super) fn instantiate(
    component: &Component,
    provider: &str,
    session: Weak<Session>,
    limits: Limits,
) -> Result<Box<dyn Guest>> {
    adapter_of(component, provider)?.instantiate(component, provider, session, limits)
}

/// The engine itself could not be made: a defect of this build, or a machine without memory.
// Taken by value, as `map_err` hands it over.
#[allow(clippy::needless_pass_by_value)]
pub(super) fn engine_failure(error: wasmtime::Error) -> Error {
    Error::system("The WebAssembly engine could not be started").causes(error.chain().map(ToString::to_string))
}
