//! What all versions of the contract have alike. Each version compiles this folder with bindings of its own, since
//! types of two packages are different types, however equal they look.

pub(super) mod convert;
mod imports;

use super::bindings::exports::plugpacks::provider::provider_guest::Guest as GuestInterface;
use super::bindings::{Provider, ProviderPre};
use super::{VERSION, description};
use crate::edition::Edition;
use crate::error::{Error, Result};
use crate::provider::adapter::{Adapter, Version, engine_failure};
use crate::provider::description::Descriptions;
use crate::provider::sandbox::{self, Candidate, State};
use crate::provider::session::Session;
use crate::provider::{Guest, ProviderPlan, runtime};
use std::sync::Weak;
use wasmtime::Store;
use wasmtime::component::{Component, HasSelf};

/// The adapter of this version.
pub(in crate::provider) struct Contract;

impl Adapter for Contract {
    fn version(&self) -> Version {
        VERSION
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
        let of =
            |edition: Edition| running.call(|guest, store| guest.call_describe(store, edition.name())).map(description);
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
    provider: Provider,
}

impl Running {
    fn start(component: &Component, candidate: Candidate, session: Weak<Session>) -> Result<Self> {
        let engine = runtime::engine().map_err(engine_failure)?;
        let mut linker = sandbox::linker(engine, component).map_err(engine_failure)?;
        Provider::add_to_linker::<_, HasSelf<_>>(&mut linker, |state| state).map_err(engine_failure)?;
        let linked = linker.instantiate_pre(component).and_then(ProviderPre::new);
        let linked = linked.map_err(|error| does_not_fit(&error, &candidate))?;
        let mut store = sandbox::store(engine, session, &candidate);
        let provider = sandbox::timed(&mut store, &candidate, |store| linked.instantiate(store))?;
        Ok(Self { candidate, store, provider })
    }

    fn call<T>(&mut self, run: impl FnOnce(&GuestInterface, &mut Store<State>) -> wasmtime::Result<T>) -> Result<T> {
        let guest = self.provider.plugpacks_provider_provider_guest();
        sandbox::timed(&mut self.store, &self.candidate, |store| run(guest, store))
    }
}

/// The error of a component whose interfaces have other types than the contract's.
fn does_not_fit(error: &wasmtime::Error, candidate: &Candidate) -> Error {
    Error::provider(format!("{} does not fit the provider contract {VERSION}", candidate.title))
        .causes(error.chain().map(ToString::to_string))
        .hint(format!("Build it with an SDK, or with wit/{VERSION}/provider.wit of this version of Plugpacks"))
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
