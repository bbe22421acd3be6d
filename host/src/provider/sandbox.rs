//! What a running provider sees: the contract's imports and an empty WASI, within limits.

use super::session::Session;
use super::wasi::{self, Exited, Wasi, WasiView};
use crate::error::Error;
use std::sync::Weak;
use std::time::Duration;
use wasmtime::component::{Component, Linker};
use wasmtime::{Engine, Store, StoreLimits, StoreLimitsBuilder, Trap};

/// What a provider may use up.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Limits {
    /// Of one call.
    pub time: Duration,
    /// Of linear memory, in bytes.
    pub memory: usize,
    /// Of what one call hands over to the host, in bytes.
    pub result: usize,
    /// Of calls from the provider to the host.
    pub host_calls: u64,
}

impl Limits {
    /// Far more than any sensible provider needs, and little enough for a worker to survive.
    pub const DEFAULT: Self =
        Self { time: Duration::from_secs(10), memory: 256 << 20, result: 4 << 20, host_calls: 1_000_000 };
}

/// The host's side of one running provider.
pub(super) struct State {
    wasi: Wasi,
    memory: StoreLimits,
    host_calls_left: u64,
    pub(super) session: Weak<Session>,
}

impl State {
    /// Counts a call to the host.
    ///
    /// # Errors
    /// The limit is reached: the provider's call ends.
    pub(super) fn count_host_call(&mut self) -> wasmtime::Result<()> {
        self.host_calls_left =
            self.host_calls_left.checked_sub(1).ok_or_else(|| wasmtime::Error::new(TooManyHostCalls))?;
        Ok(())
    }
}

impl WasiView for State {
    fn wasi(&mut self) -> &mut Wasi {
        &mut self.wasi
    }
}

#[derive(Debug)]
struct TooManyHostCalls;

impl std::fmt::Display for TooManyHostCalls {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("too many calls to the host")
    }
}

impl std::error::Error for TooManyHostCalls {}

/// A store for one instance.
pub(super) fn store(engine: &Engine, session: Weak<Session>, limits: &Limits) -> Store<State> {
    let state = State {
        wasi: Wasi::new(),
        memory: StoreLimitsBuilder::new().memory_size(limits.memory).trap_on_grow_failure(true).build(),
        host_calls_left: limits.host_calls,
        session,
    };
    let mut store = Store::new(engine, state);
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

/// The reason for which a call into a provider ended early, in words.
pub(super) fn explain(error: &wasmtime::Error, provider: &str, limits: &Limits, state: &State) -> Error {
    if let Some(of_other_provider) = error.downcast_ref::<Error>() {
        return of_other_provider.clone();
    }
    let exceeded = |what: String| Error::provider(format!("Provider {provider} {what}"));
    let stack_hint = "A guest's stack that overflows also shows up like this";
    let printed = state.wasi.stderr();
    let explained = if error.is::<TooManyHostCalls>() {
        exceeded(format!("made more than {} calls to the host", limits.host_calls))
    } else if let Some(exited) = error.downcast_ref::<Exited>() {
        exceeded(exited.to_string())
    } else {
        match error.downcast_ref::<Trap>() {
            Some(Trap::Interrupt) => exceeded(format!("took longer than {} seconds", limits.time.as_secs_f64())),
            Some(Trap::StackOverflow) => exceeded("exhausted its stack".into()),
            Some(trap @ Trap::MemoryOutOfBounds) => exceeded("crashed".into()).cause(trap).hint(stack_hint),
            Some(trap) => exceeded("crashed".into()).cause(trap),
            None => classify_untyped(error, &exceeded, limits),
        }
    };
    if printed.is_empty() { explained } else { explained.cause(printed) }
}

/// Limits that wasmtime reports as plain messages.
fn classify_untyped(error: &wasmtime::Error, exceeded: &dyn Fn(String) -> Error, limits: &Limits) -> Error {
    let chain: Vec<String> = error.chain().map(ToString::to_string).collect();
    let mentions = |text: &str| chain.iter().any(|message| message.contains(text));
    if mentions("forcing trap when growing memory") {
        exceeded(format!("wanted more than {} MiB of memory", limits.memory >> 20))
    } else if mentions("hostcall") {
        exceeded(format!("handed over more than {} MiB at once", limits.result >> 20))
    } else {
        exceeded("crashed".into()).causes(chain)
    }
}
