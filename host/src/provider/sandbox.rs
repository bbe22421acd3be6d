//! What a running provider sees: the contract's imports and an empty WASI, within limits.

use super::limits::{Exceeded, Limit, Limits, Memory, Meter};
use super::runtime;
use super::session::Session;
use super::wasi::{self, Exited, Wasi, WasiView};
use crate::app::App;
use crate::error::{Error, Result};
use std::sync::{Arc, Weak};
use std::time::Instant;
use wasmtime::component::{Component, Linker};
use wasmtime::{Engine, Store, Trap};

/// A provider to be started: what messages call it, and what it may still use up.
#[derive(Clone)]
pub(super) struct Candidate {
    /// Such as `Provider tcl (tcl.wasm)`.
    pub(super) title: String,
    pub(super) limits: Limits,
    pub(super) meter: Arc<Meter>,
}

/// The host's side of one running provider.
pub(super) struct State {
    wasi: Wasi,
    memory: Memory,
    limits: Limits,
    meter: Arc<Meter>,
    session: Weak<Session>,
}

impl State {
    /// Counts bytes that the host keeps for the provider.
    ///
    /// # Errors
    /// They are too many: the provider's call ends.
    pub(super) fn keep(&self, bytes: usize) -> wasmtime::Result<()> {
        Ok(self.meter.keep(bytes as u64, &self.limits)?)
    }

    /// Counts a call and finds the session it belongs to.
    ///
    /// # Errors
    /// The calls are too many, or there is no session: the provider's call ends.
    pub(super) fn enter(&mut self) -> wasmtime::Result<Arc<Session>> {
        self.count_call()?;
        self.session()
    }

    /// The session that the provider runs in.
    ///
    /// # Errors
    /// There is none: the provider's call ends.
    pub(super) fn session(&self) -> wasmtime::Result<Arc<Session>> {
        self.session.upgrade().ok_or_else(|| wasmtime::Error::msg("`describe` must not ask about an app"))
    }

    /// Asks the app something, and counts what the app keeps of question and answer.
    ///
    /// # Errors
    /// As [`Self::enter`] and [`Self::keep`].
    pub(super) fn ask<T>(&mut self, question: impl FnOnce(&App) -> T) -> wasmtime::Result<T> {
        let session = self.enter()?;
        let before = session.app().kept();
        let answer = question(session.app());
        self.keep(session.app().kept().saturating_sub(before))?;
        Ok(answer)
    }
}

impl WasiView for State {
    fn wasi(&mut self) -> &mut Wasi {
        &mut self.wasi
    }

    fn count_call(&mut self) -> wasmtime::Result<()> {
        Ok(self.meter.count_host_call(&self.limits)?)
    }
}

/// A store for one instance.
pub(super) fn store(engine: &Engine, session: Weak<Session>, candidate: &Candidate) -> Store<State> {
    let limits = candidate.limits;
    let meter = Arc::clone(&candidate.meter);
    let memory = Memory::new(limits, Arc::clone(&meter));
    let mut store = Store::new(engine, State { wasi: Wasi::new(), memory, limits, meter, session });
    store.limiter(|state| &mut state.memory);
    store.set_hostcall_fuel(limits.result);
    store
}

/// A linker with as much of WASI in it as a component imports, since all of it takes longer to define
/// than a small app to plan; the contract's own functions come from the contract's adapter.
///
/// # Errors
/// Never in practice: the names are fixed.
pub(super) fn linker(engine: &Engine, component: &Component) -> wasmtime::Result<Linker<State>> {
    let mut linker = Linker::new(engine);
    wasi::add_to_linker(&mut linker, engine, component)?;
    Ok(linker)
}

/// Runs something of a provider's within what is left of its time.
///
/// # Errors
/// The provider fails, or goes beyond a limit.
pub(super) fn timed<T>(
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
    result.map_err(|error| explain(&error, candidate, store.data()))
}

/// The error of a provider that went beyond a limit.
pub(super) fn over(limit: Limit, title: &str, limits: &Limits) -> Error {
    Error::provider(format!("{title} {}", limits.exceeded(limit))).maybe_hint(limit.hint())
}

/// The reason for which a call into a provider ended early, in words.
fn explain(error: &wasmtime::Error, candidate: &Candidate, state: &State) -> Error {
    if let Some(of_other_provider) = error.downcast_ref::<Error>() {
        return of_other_provider.clone();
    }
    let Candidate { title, limits, .. } = candidate;
    let crashed = || Error::provider(format!("{title} crashed"));
    let explained = match (limit(error), error.downcast_ref::<Exited>(), error.downcast_ref::<Trap>()) {
        (Some(limit), ..) => over(limit, title, limits),
        (_, Some(exited), _) => Error::provider(format!("{title} {exited}")),
        (.., Some(Trap::StackOverflow)) => Error::provider(format!("{title} exhausted its stack")),
        (.., Some(trap @ Trap::MemoryOutOfBounds)) => {
            crashed().cause(trap).hint("A guest's stack that overflows also shows up like this")
        }
        (.., Some(trap)) => crashed().cause(trap),
        (.., None) => crashed().causes(error.chain().map(ToString::to_string)),
    };
    let printed = state.wasi.stderr();
    if printed.is_empty() { explained } else { explained.cause(printed) }
}

/// The limit that ended a call, if one did.
fn limit(error: &wasmtime::Error) -> Option<Limit> {
    if let Some(Exceeded(limit)) = error.downcast_ref::<Exceeded>() {
        return Some(*limit);
    }
    if let Some(Trap::Interrupt) = error.downcast_ref::<Trap>() {
        return Some(Limit::Time);
    }
    // Limits that wasmtime reports as plain messages.
    let mentions = |text: &str| error.chain().any(|message| message.to_string().contains(text));
    if mentions("resource limit exceeded") {
        Some(Limit::Instances)
    } else {
        mentions("hostcall").then_some(Limit::Result)
    }
}
