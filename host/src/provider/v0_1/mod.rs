//! Version 0.1 of the contract, `plugpacks:provider@0.1.0`.

mod convert;
mod imports;

use super::adapter::{Adapter, Version, engine_failure};
use super::description::Descriptions;
use super::sandbox::{self, Candidate, State};
use super::session::Session;
use super::{Guest, ProviderPlan, runtime};
use crate::edition::Edition;
use crate::error::{Error, Result};
use bindings::exports::plugpacks::provider::provider_guest::Guest as GuestInterface;
use std::sync::Weak;
use std::time::Instant;
use wasmtime::Store;
use wasmtime::component::{Component, HasSelf};

#[allow(missing_docs, unreachable_pub, unused_qualifications, clippy::all, clippy::pedantic)]
mod bindings {
    wasmtime::component::bindgen!({
        path: "../wit",
        world: "provider",
        imports: { default: trappable },
    });
}

/// The adapter.
pub(super) struct V0_1;

impl Adapter for V0_1 {
    fn version(&self) -> Version {
        Version { major: 0, minor: 1 }
    }

    fn imports(&self) -> &'static [&'static str] {
        &[
            "plugpacks:provider/types",
            "plugpacks:provider/app",
            "plugpacks:provider/environment",
            "plugpacks:provider/diagnostics",
            "plugpacks:provider/catalog",
        ]
    }

    fn describe(&self, component: &Component, candidate: Candidate) -> Result<Descriptions> {
        let mut running = Running::start(component, candidate, Weak::new())?;
        let of = |edition: Edition| {
            running.call(|guest, store| guest.call_describe(store, edition.name())).map(convert::description)
        };
        let descriptions = Edition::ALL.into_iter().map(of).collect::<Result<Vec<_>>>()?;
        Ok(descriptions.try_into().expect("there is one for each edition"))
    }

    fn instantiate(
        &self,
        component: &Component,
        candidate: Candidate,
        session: Weak<Session>,
    ) -> Result<Box<dyn Guest>> {
        Ok(Box::new(Running::start(component, candidate, session)?))
    }
}

/// An instance of a component.
struct Running {
    candidate: Candidate,
    store: Store<State>,
    provider: bindings::Provider,
}

impl Running {
    fn start(component: &Component, candidate: Candidate, session: Weak<Session>) -> Result<Self> {
        let engine = runtime::engine().map_err(engine_failure)?;
        let mut linker = sandbox::linker(engine, component).map_err(engine_failure)?;
        bindings::Provider::add_to_linker::<_, HasSelf<_>>(&mut linker, |state| state).map_err(engine_failure)?;
        let linked = linker.instantiate_pre(component).and_then(bindings::ProviderPre::new);
        let linked = linked.map_err(|error| does_not_fit(&error, &candidate))?;
        let mut store = sandbox::store(engine, session, &candidate);
        let provider = timed(&mut store, &candidate, |store| linked.instantiate(store))?;
        Ok(Self { candidate, store, provider })
    }

    fn call<T>(&mut self, run: impl FnOnce(&GuestInterface, &mut Store<State>) -> wasmtime::Result<T>) -> Result<T> {
        let guest = self.provider.plugpacks_provider_provider_guest();
        timed(&mut self.store, &self.candidate, |store| run(guest, store))
    }
}

/// Runs something of a provider's within what is left of its time.
fn timed<T>(
    store: &mut Store<State>,
    candidate: &Candidate,
    run: impl FnOnce(&mut Store<State>) -> wasmtime::Result<T>,
) -> Result<T> {
    let left = candidate.limits.time.saturating_sub(candidate.meter.time());
    let ticks = left.as_nanos() / runtime::TICK.as_nanos();
    // One tick more, since the current one has partly passed.
    store.set_epoch_deadline(u64::try_from(ticks).unwrap_or(u64::MAX - 1) + 1);
    let started = Instant::now();
    let result = run(store);
    candidate.meter.add_time(started.elapsed());
    result.map_err(|error| sandbox::explain(&error, candidate, store.data()))
}

/// The error of a component whose interfaces have other types than the contract's.
fn does_not_fit(error: &wasmtime::Error, candidate: &Candidate) -> Error {
    Error::provider(format!("{} does not fit the provider contract {}", candidate.title, V0_1.version()))
        .causes(error.chain().map(ToString::to_string))
        .hint("Build it with the SDK, or the file provider.wit, of this version of Plugpacks")
}

impl Guest for Running {
    fn detect(&mut self) -> Result<bool> {
        self.call(|guest, store| guest.call_detect(store))?.map_err(convert::failure)
    }

    fn plan(&mut self) -> Result<Option<ProviderPlan>> {
        let plan = self.call(|guest, store| guest.call_plan(store))?.map_err(convert::failure)?;
        plan.map(|plan| convert::provider_plan(plan, &self.candidate.title)).transpose()
    }
}
