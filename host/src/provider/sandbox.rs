//! What a running provider sees: the contract's imports and an empty WASI, within limits.

use super::session::Session;
use crate::error::Error;
use std::sync::Weak;
use std::time::Duration;
use wasmtime::component::{Component, HasData, Linker, Resource, ResourceTable};
use wasmtime::{Engine, Store, StoreLimits, StoreLimitsBuilder, Trap};
use wasmtime_wasi::cli::{WasiCli, WasiCliView as _};
use wasmtime_wasi::clocks::{WasiClocks, WasiClocksView as _};
use wasmtime_wasi::filesystem::{WasiFilesystem, WasiFilesystemView as _};
use wasmtime_wasi::p2::bindings::sockets::{instance_network, ip_name_lookup, network, tcp_create_socket};
use wasmtime_wasi::p2::bindings::sync::sockets::{tcp, udp, udp_create_socket};
use wasmtime_wasi::p2::bindings::sync::{filesystem, io};
use wasmtime_wasi::p2::bindings::{cli, clocks, random};
use wasmtime_wasi::p2::pipe::MemoryOutputPipe;
use wasmtime_wasi::p2::{DynPollable, Pollable, subscribe};
use wasmtime_wasi::random::{WasiRandom, WasiRandomView as _};
use wasmtime_wasi::sockets::{WasiSockets, WasiSocketsView as _};
use wasmtime_wasi::{Deterministic, HostMonotonicClock, HostWallClock, WasiCtx, WasiCtxView, WasiView};
use wasmtime_wasi_io::bindings::wasi::io::error;

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

/// How much of what a provider prints is kept, in bytes: its panic message is last.
const STDERR_CAPACITY: usize = 64 << 10;

/// The host's side of one running provider.
pub(super) struct State {
    wasi: WasiCtx,
    table: ResourceTable,
    memory: StoreLimits,
    stderr: MemoryOutputPipe,
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
    fn ctx(&mut self) -> WasiCtxView<'_> {
        WasiCtxView { ctx: &mut self.wasi, table: &mut self.table }
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
    let stderr = MemoryOutputPipe::new(STDERR_CAPACITY);
    let wasi = WasiCtx::builder()
        .wall_clock(FixedClock)
        .monotonic_clock(FixedClock)
        .secure_random(seeded())
        .insecure_random(seeded())
        .insecure_random_seed(0)
        .allow_tcp(false)
        .allow_udp(false)
        .stderr(stderr.clone())
        .build();
    let state = State {
        wasi,
        table: ResourceTable::new(),
        memory: StoreLimitsBuilder::new().memory_size(limits.memory).trap_on_grow_failure(true).build(),
        stderr,
        host_calls_left: limits.host_calls,
        session,
    };
    let mut store = Store::new(engine, state);
    store.limiter(|state| &mut state.memory);
    store.set_hostcall_fuel(limits.result);
    store
}

/// Defines the functions of an interface.
type Define = fn(&mut Linker<State>) -> wasmtime::Result<()>;

/// The interfaces of WASI 0.2 that a component may import; all of them lead nowhere. Waiting is done
/// in the host, where no epoch ends it, so nobody waits.
const WASI: &[(&str, Define)] = &[
    ("wasi:cli/environment", |linker| cli::environment::add_to_linker::<_, WasiCli>(linker, State::cli)),
    ("wasi:cli/exit", |linker| cli::exit::add_to_linker::<_, WasiCli>(linker, State::cli)),
    ("wasi:cli/stderr", |linker| cli::stderr::add_to_linker::<_, WasiCli>(linker, State::cli)),
    ("wasi:cli/stdin", |linker| cli::stdin::add_to_linker::<_, WasiCli>(linker, State::cli)),
    ("wasi:cli/stdout", |linker| cli::stdout::add_to_linker::<_, WasiCli>(linker, State::cli)),
    ("wasi:cli/terminal-input", |linker| cli::terminal_input::add_to_linker::<_, WasiCli>(linker, State::cli)),
    ("wasi:cli/terminal-output", |linker| cli::terminal_output::add_to_linker::<_, WasiCli>(linker, State::cli)),
    ("wasi:cli/terminal-stderr", |linker| cli::terminal_stderr::add_to_linker::<_, WasiCli>(linker, State::cli)),
    ("wasi:cli/terminal-stdin", |linker| cli::terminal_stdin::add_to_linker::<_, WasiCli>(linker, State::cli)),
    ("wasi:cli/terminal-stdout", |linker| cli::terminal_stdout::add_to_linker::<_, WasiCli>(linker, State::cli)),
    ("wasi:clocks/monotonic-clock", |linker| {
        clocks::monotonic_clock::add_to_linker::<_, ImpatientClock>(linker, |state| Impatient(&mut state.table))
    }),
    ("wasi:clocks/wall-clock", |linker| clocks::wall_clock::add_to_linker::<_, WasiClocks>(linker, State::clocks)),
    ("wasi:filesystem/preopens", |linker| {
        filesystem::preopens::add_to_linker::<_, WasiFilesystem>(linker, State::filesystem)
    }),
    ("wasi:filesystem/types", |linker| {
        filesystem::types::add_to_linker::<_, WasiFilesystem>(linker, State::filesystem)
    }),
    ("wasi:io/error", |linker| error::add_to_linker::<_, Io>(linker, |state| &mut state.table)),
    ("wasi:io/poll", |linker| io::poll::add_to_linker::<_, Io>(linker, |state| &mut state.table)),
    ("wasi:io/streams", |linker| io::streams::add_to_linker::<_, Io>(linker, |state| &mut state.table)),
    ("wasi:random/insecure", |linker| random::insecure::add_to_linker::<_, WasiRandom>(linker, State::random)),
    ("wasi:random/insecure-seed", |linker| {
        random::insecure_seed::add_to_linker::<_, WasiRandom>(linker, State::random)
    }),
    ("wasi:random/random", |linker| random::random::add_to_linker::<_, WasiRandom>(linker, State::random)),
    ("wasi:sockets/instance-network", |linker| {
        instance_network::add_to_linker::<_, WasiSockets>(linker, State::sockets)
    }),
    ("wasi:sockets/ip-name-lookup", |linker| ip_name_lookup::add_to_linker::<_, WasiSockets>(linker, State::sockets)),
    ("wasi:sockets/network", |linker| {
        network::add_to_linker::<_, WasiSockets>(linker, &Default::default(), State::sockets)
    }),
    ("wasi:sockets/tcp", |linker| tcp::add_to_linker::<_, WasiSockets>(linker, State::sockets)),
    ("wasi:sockets/tcp-create-socket", |linker| {
        tcp_create_socket::add_to_linker::<_, WasiSockets>(linker, State::sockets)
    }),
    ("wasi:sockets/udp", |linker| udp::add_to_linker::<_, WasiSockets>(linker, State::sockets)),
    ("wasi:sockets/udp-create-socket", |linker| {
        udp_create_socket::add_to_linker::<_, WasiSockets>(linker, State::sockets)
    }),
];

/// The name of a WASI interface that an import, such as `wasi:io/poll@0.2.3`, asks for.
fn interface(import: &str) -> Option<&str> {
    import.split_once('@').filter(|(_, version)| version.starts_with("0.2.")).map(|(interface, _)| interface)
}

/// Whether an import is part of the empty WASI.
pub(super) fn is_wasi(import: &str) -> bool {
    interface(import).is_some_and(|interface| WASI.iter().any(|(name, _)| *name == interface))
}

/// A linker with as much of WASI in it as a component imports, since all of it takes longer to define
/// than a small app to plan; the contract's own functions come from the contract's adapter.
///
/// # Errors
/// Never in practice: the names are fixed.
pub(super) fn linker(engine: &Engine, component: &Component) -> wasmtime::Result<Linker<State>> {
    let mut linker = Linker::new(engine);
    let component_type = component.component_type();
    let imported: Vec<&str> = component_type.imports(engine).filter_map(|(import, _)| interface(import)).collect();
    for (_, define) in WASI.iter().filter(|(name, _)| imported.contains(name)) {
        define(&mut linker)?;
    }
    Ok(linker)
}

/// Time stands still at the Unix epoch, so that plans do not depend on it.
struct FixedClock;

impl HostWallClock for FixedClock {
    fn resolution(&self) -> Duration {
        Duration::from_nanos(1)
    }
    fn now(&self) -> Duration {
        Duration::ZERO
    }
}

impl HostMonotonicClock for FixedClock {
    fn resolution(&self) -> u64 {
        1
    }
    fn now(&self) -> u64 {
        0
    }
}

/// The same "random" bytes at every run.
fn seeded() -> Deterministic {
    Deterministic::new((0..=u8::MAX).collect())
}

/// Streams and pollables live in the table.
struct Io;

impl HasData for Io {
    type Data<'a> = &'a mut ResourceTable;
}

/// The clock to wait on: every wait is over at once.
struct Impatient<'a>(&'a mut ResourceTable);

struct ImpatientClock;

impl HasData for ImpatientClock {
    type Data<'a> = Impatient<'a>;
}

impl Impatient<'_> {
    fn over(&mut self) -> wasmtime::Result<Resource<DynPollable>> {
        let over = self.0.push(Over)?;
        subscribe(self.0, over)
    }
}

impl clocks::monotonic_clock::Host for Impatient<'_> {
    fn now(&mut self) -> wasmtime::Result<u64> {
        Ok(0)
    }
    fn resolution(&mut self) -> wasmtime::Result<u64> {
        Ok(1)
    }
    fn subscribe_instant(&mut self, _: u64) -> wasmtime::Result<Resource<DynPollable>> {
        self.over()
    }
    fn subscribe_duration(&mut self, _: u64) -> wasmtime::Result<Resource<DynPollable>> {
        self.over()
    }
}

struct Over;

#[wasmtime_wasi::async_trait]
impl Pollable for Over {
    async fn ready(&mut self) {}
}

/// The reason for which a call into a provider ended early, in words.
pub(super) fn explain(error: &wasmtime::Error, provider: &str, limits: &Limits, state: &State) -> Error {
    if let Some(of_other_provider) = error.downcast_ref::<Error>() {
        return of_other_provider.clone();
    }
    let exceeded = |what: String| Error::provider(format!("Provider {provider} {what}"));
    let stack_hint = "A guest's stack that overflows also shows up like this";
    let printed = String::from_utf8_lossy(&state.stderr.contents()).trim().to_owned();
    let explained = if error.is::<TooManyHostCalls>() {
        exceeded(format!("made more than {} calls to the host", limits.host_calls))
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
