//! Version 0.1 of the contract, `plugpacks:provider@0.1.0`.

mod convert;
mod imports;

use super::adapter::{Adapter, engine_failure};
use super::description::Descriptions;
use super::sandbox::{self, Limits, State};
use super::session::Session;
use super::{Guest, ProviderPlan, runtime};
use crate::edition::Edition;
use crate::error::Result;
use bindings::exports::plugpacks::provider::provider_guest::Guest as GuestInterface;
use std::sync::Weak;
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
    fn export(&self) -> &'static str {
        "plugpacks:provider/provider-guest@0.1.0"
    }

    fn imports(&self) -> &'static [&'static str] {
        &[
            "plugpacks:provider/types@0.1.0",
            "plugpacks:provider/app@0.1.0",
            "plugpacks:provider/environment@0.1.0",
            "plugpacks:provider/diagnostics@0.1.0",
            "plugpacks:provider/catalog@0.1.0",
        ]
    }

    fn describe(&self, component: &Component, limits: Limits) -> Result<Descriptions> {
        let mut running = Running::start(component, "(new)", Weak::new(), limits)?;
        let of = |edition: Edition| {
            running.call(|guest, store| guest.call_describe(store, edition.name())).map(convert::description)
        };
        let descriptions = Edition::ALL.into_iter().map(of).collect::<Result<Vec<_>>>()?;
        Ok(descriptions.try_into().expect("there is one for each edition"))
    }

    fn instantiate(
        &self,
        component: &Component,
        provider: &str,
        session: Weak<Session>,
        limits: Limits,
    ) -> Result<Box<dyn Guest>> {
        Ok(Box::new(Running::start(component, provider, session, limits)?))
    }
}

/// An instance of a component.
struct Running {
    name: String,
    limits: Limits,
    store: Store<State>,
    provider: bindings::Provider,
}

impl Running {
    fn start(component: &Component, name: &str, session: Weak<Session>, limits: Limits) -> Result<Self> {
        let engine = runtime::engine().map_err(engine_failure)?;
        let mut linker = sandbox::linker(engine, component).map_err(engine_failure)?;
        bindings::Provider::add_to_linker::<_, HasSelf<_>>(&mut linker, |state| state).map_err(engine_failure)?;
        let mut store = sandbox::store(engine, session, &limits);
        start_clock(&mut store, &limits);
        let provider = bindings::Provider::instantiate(&mut store, component, &linker)
            .map_err(|error| sandbox::explain(&error, name, &limits, store.data()))?;
        Ok(Self { name: name.to_owned(), limits, store, provider })
    }

    /// Calls into the component with a time limit of its own.
    fn call<T>(&mut self, run: impl FnOnce(&GuestInterface, &mut Store<State>) -> wasmtime::Result<T>) -> Result<T> {
        start_clock(&mut self.store, &self.limits);
        run(self.provider.plugpacks_provider_provider_guest(), &mut self.store)
            .map_err(|error| sandbox::explain(&error, &self.name, &self.limits, self.store.data()))
    }
}

/// Lets the time limit begin now; one tick more, since the current one has partly passed.
fn start_clock(store: &mut Store<State>, limits: &Limits) {
    let ticks = limits.time.as_nanos() / runtime::TICK.as_nanos();
    store.set_epoch_deadline(u64::try_from(ticks).unwrap_or(u64::MAX - 1) + 1);
}

impl Guest for Running {
    fn detect(&mut self) -> Result<bool> {
        self.call(|guest, store| guest.call_detect(store))?.map_err(convert::failure)
    }

    fn plan(&mut self) -> Result<Option<ProviderPlan>> {
        let plan = self.call(|guest, store| guest.call_plan(store))?.map_err(convert::failure)?;
        plan.map(|plan| convert::provider_plan(plan, &self.name)).transpose()
    }
}
