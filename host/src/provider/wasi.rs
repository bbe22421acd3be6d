//! A WASI 0.2 in which there is nothing: no files, no network, no variables, no arguments, no input. Time stands
//! still but for waits, which are over at once and put the clock forward; "random" bytes are the same at every run;
//! standard output is lost, and the end of standard error is kept for messages.
//!
//! A component links whatever the patch version of its WASI is, and whichever functions of an interface it imports:
//! they are read off the component, and those that no provider can call, since they need a file, a socket or a
//! terminal that nobody hands out, end the call.

use std::collections::VecDeque;
use std::fmt;
use wasmtime::component::types::ComponentItem;
use wasmtime::component::{
    Component, ComponentNamedList, ComponentType, Lift, Linker, LinkerInstance, Lower, Resource, ResourceTable,
    ResourceType, Val,
};
use wasmtime::{Engine, Error, Result, StoreContextMut};

/// How much of what a provider prints is kept, in bytes: its panic message is last.
const STDERR_CAPACITY: usize = 64 << 10;

/// How many bytes a provider may write, or ask of the random numbers, at once.
const AT_ONCE: u64 = 1 << 20;

/// How many pollables a provider may hold.
const POLLABLES: usize = 1 << 16;

/// What a provider's WASI remembers.
pub(super) struct Wasi {
    /// Nanoseconds. Not 0 at the start: Go takes that for a broken clock.
    now: u64,
    last_random: u8,
    stderr: VecDeque<u8>,
    pollables: ResourceTable,
}

/// A store's state that has a WASI in it.
pub(super) trait WasiView: 'static {
    fn wasi(&mut self) -> &mut Wasi;

    /// Counts a call to the host.
    ///
    /// # Errors
    /// It is one too many: the provider's call ends.
    fn count_call(&mut self) -> Result<()>;
}

/// The provider ended its own program.
#[derive(Debug)]
pub(super) struct Exited {
    pub(super) code: u8,
}

impl fmt::Display for Exited {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "ended itself with exit code {}", self.code)
    }
}

impl std::error::Error for Exited {}

/// Something to wait on.
struct Pollable {
    /// When the wait is over.
    due: u64,
}

/// Standard input.
struct InputStream;

/// Standard output or standard error, by its number.
struct OutputStream;

const STDOUT: u32 = 1;
const STDERR: u32 = 2;

/// What went wrong with a stream: nothing ever does.
struct StreamFailure;

/// Files, sockets, terminals: there are none. The network is one, too, but can only be handed back.
struct Nobody;

#[derive(ComponentType, Lower)]
#[component(variant)]
enum StreamError {
    #[component(name = "last-operation-failed")]
    #[allow(dead_code, reason = "part of the interface's type")]
    LastOperationFailed(Resource<StreamFailure>),
    #[component(name = "closed")]
    Closed,
}

#[derive(Default, ComponentType, Lower)]
#[component(record)]
struct Datetime {
    #[component(name = "seconds")]
    seconds: u64,
    #[component(name = "nanoseconds")]
    nanoseconds: u32,
}

impl Wasi {
    pub(super) fn new() -> Self {
        let mut pollables = ResourceTable::new();
        pollables.set_max_capacity(POLLABLES);
        Self { now: 1, last_random: u8::MAX, stderr: VecDeque::new(), pollables }
    }

    /// The end of what was written to standard error.
    pub(super) fn stderr(&self) -> String {
        let bytes: Vec<u8> = self.stderr.iter().copied().collect();
        let text = String::from_utf8_lossy(&bytes);
        // What Rust's panics end with is of no use here: a provider has no variables.
        let told = text.lines().filter(|line| !line.starts_with("note: run with `RUST_BACKTRACE="));
        told.collect::<Vec<_>>().join("\n").trim().to_owned()
    }

    fn write(&mut self, stream: &Resource<OutputStream>, bytes: &[u8]) {
        if stream.rep() == STDERR {
            self.stderr.extend(bytes);
            self.stderr.drain(..self.stderr.len().saturating_sub(STDERR_CAPACITY));
        }
    }

    fn random_bytes(&mut self, count: u64) -> Result<Vec<u8>> {
        if count > AT_ONCE {
            return Err(Error::msg(format!("wants {count} random bytes at once; it may have {AT_ONCE}")));
        }
        Ok((0..count).map(|_| self.random_byte()).collect())
    }

    fn random_number(&mut self) -> u64 {
        u64::from_le_bytes(std::array::from_fn(|_| self.random_byte()))
    }

    fn random_byte(&mut self) -> u8 {
        self.last_random = self.last_random.wrapping_add(1);
        self.last_random
    }

    fn pollable(&mut self, due: u64) -> Result<Resource<Pollable>> {
        Ok(self.pollables.push(Pollable { due })?)
    }

    fn due(&self, pollable: &Resource<Pollable>) -> Result<u64> {
        Ok(self.pollables.get(pollable)?.due)
    }

    /// Waits until the first of several is due, and says which ones are then.
    fn poll(&mut self, pollables: &[Resource<Pollable>]) -> Result<Vec<u32>> {
        let due: Vec<u64> = pollables.iter().map(|pollable| self.due(pollable)).collect::<Result<_>>()?;
        let first = due.iter().min().ok_or_else(|| Error::msg("waits for nothing"))?;
        self.now = self.now.max(*first);
        Ok((0..).zip(&due).filter(|(_, due)| **due <= self.now).map(|(index, _)| index).collect())
    }
}

/// The interfaces that a component may import.
const INTERFACES: &[&str] = &[
    "wasi:cli/environment",
    "wasi:cli/exit",
    "wasi:cli/stderr",
    "wasi:cli/stdin",
    "wasi:cli/stdout",
    "wasi:cli/terminal-input",
    "wasi:cli/terminal-output",
    "wasi:cli/terminal-stderr",
    "wasi:cli/terminal-stdin",
    "wasi:cli/terminal-stdout",
    "wasi:clocks/monotonic-clock",
    "wasi:clocks/wall-clock",
    "wasi:filesystem/preopens",
    "wasi:filesystem/types",
    "wasi:io/error",
    "wasi:io/poll",
    "wasi:io/streams",
    "wasi:random/insecure",
    "wasi:random/insecure-seed",
    "wasi:random/random",
    "wasi:sockets/instance-network",
    "wasi:sockets/ip-name-lookup",
    "wasi:sockets/network",
    "wasi:sockets/tcp",
    "wasi:sockets/tcp-create-socket",
    "wasi:sockets/udp",
    "wasi:sockets/udp-create-socket",
];

/// The name of a WASI interface that an import, such as `wasi:io/poll@0.2.3`, asks for.
fn interface(import: &str) -> Option<&str> {
    let (interface, version) = import.split_once('@')?;
    (version.starts_with("0.2.") && INTERFACES.contains(&interface)).then_some(interface)
}

/// Whether an import is part of the empty WASI.
pub(super) fn is_wasi(import: &str) -> bool {
    interface(import).is_some()
}

/// Defines what a component imports of WASI, and no more: all of it takes longer to define than a small app
/// to plan.
///
/// # Errors
/// Never in practice: each name is defined once.
pub(super) fn add_to_linker<T: WasiView>(linker: &mut Linker<T>, engine: &Engine, component: &Component) -> Result<()> {
    for (import, item) in component.component_type().imports(engine) {
        let ComponentItem::ComponentInstance(imported) = &item.ty else { continue };
        let Some(interface) = interface(import) else { continue };
        let mut instance = linker.instance(import)?;
        for (name, item) in imported.exports(engine) {
            match item.ty {
                ComponentItem::Resource(_) => define_resource(&mut instance, name)?,
                ComponentItem::ComponentFunc(_) => define_function(&mut instance, interface, name)?,
                _ => {}
            }
        }
    }
    Ok(())
}

fn define_resource<T: WasiView>(instance: &mut LinkerInstance<'_, T>, name: &str) -> Result<()> {
    let kind = match name {
        "error" => ResourceType::host::<StreamFailure>(),
        "input-stream" => ResourceType::host::<InputStream>(),
        "output-stream" => ResourceType::host::<OutputStream>(),
        "pollable" => {
            return instance.resource(name, ResourceType::host::<Pollable>(), |mut store, rep| {
                store.data_mut().wasi().pollables.delete(Resource::<Pollable>::new_own(rep))?;
                Ok(())
            });
        }
        _ => ResourceType::host::<Nobody>(),
    };
    instance.resource(name, kind, |_, _| Ok(()))
}

fn define_function<T: WasiView>(instance: &mut LinkerInstance<'_, T>, interface: &str, name: &str) -> Result<()> {
    let is_defined = match interface {
        "wasi:clocks/monotonic-clock" | "wasi:clocks/wall-clock" => define_clock(instance, interface, name)?,
        "wasi:io/poll" => define_wait(instance, name)?,
        "wasi:io/streams" => define_input(instance, name)? || define_output(instance, name)?,
        "wasi:random/insecure" | "wasi:random/insecure-seed" | "wasi:random/random" => define_random(instance, name)?,
        _ => define_program(instance, name)? || define_absence(instance, name)?,
    };
    if is_defined {
        return Ok(());
    }
    let message = format!("calls {interface}#{name} with something that nobody gave it");
    instance.func_new(name, move |_, _, _, _| Err(Error::msg(message.clone())))
}

/// Defines a function by what it answers.
fn answer<T: WasiView, P, R>(
    instance: &mut LinkerInstance<'_, T>,
    name: &str,
    answer: impl Fn(&mut Wasi, P) -> Result<R> + Send + Sync + 'static,
) -> Result<bool>
where
    P: ComponentNamedList + Lift + 'static,
    R: Lower + 'static,
{
    instance.func_wrap(name, move |mut store: StoreContextMut<'_, T>, parameters: P| {
        store.data_mut().count_call()?;
        Ok((answer(store.data_mut().wasi(), parameters)?,))
    })?;
    Ok(true)
}

/// The same for a function without a result.
fn act<T: WasiView, P>(
    instance: &mut LinkerInstance<'_, T>,
    name: &str,
    act: impl Fn(&mut Wasi, P) -> Result<()> + Send + Sync + 'static,
) -> Result<bool>
where
    P: ComponentNamedList + Lift + 'static,
{
    instance.func_wrap(name, move |mut store: StoreContextMut<'_, T>, parameters: P| {
        store.data_mut().count_call()?;
        act(store.data_mut().wasi(), parameters)
    })?;
    Ok(true)
}

/// Arguments, variables, standard streams, the program's end.
fn define_program<T: WasiView>(instance: &mut LinkerInstance<'_, T>, name: &str) -> Result<bool> {
    match name {
        "get-environment" => answer(instance, name, |_, ()| Ok(Vec::<(String, String)>::new())),
        "get-arguments" => answer(instance, name, |_, ()| Ok(Vec::<String>::new())),
        "initial-cwd" => answer(instance, name, |_, ()| Ok(None::<String>)),
        "get-stdin" => answer(instance, name, |_, ()| Ok(Resource::<InputStream>::new_own(0))),
        "get-stdout" => answer(instance, name, |_, ()| Ok(Resource::<OutputStream>::new_own(STDOUT))),
        "get-stderr" => answer(instance, name, |_, ()| Ok(Resource::<OutputStream>::new_own(STDERR))),
        "exit" => act(instance, name, |_, (status,): (std::result::Result<(), ()>,)| {
            Err(Exited { code: u8::from(status.is_err()) }.into())
        }),
        "exit-with-code" => act(instance, name, |_, (code,): (u8,)| Err(Exited { code }.into())),
        _ => Ok(false),
    }
}

/// No directories, no terminals; the network may be had, and every use of it is denied.
fn define_absence<T: WasiView>(instance: &mut LinkerInstance<'_, T>, name: &str) -> Result<bool> {
    let absence = match name {
        "get-directories" => Val::List(Vec::new()),
        "filesystem-error-code" | "get-terminal-stdin" | "get-terminal-stdout" | "get-terminal-stderr" => {
            Val::Option(None)
        }
        "create-tcp-socket" | "create-udp-socket" | "resolve-addresses" => {
            Val::Result(Err(Some(Box::new(Val::Enum("access-denied".into())))))
        }
        "instance-network" => return answer(instance, name, |_, ()| Ok(Resource::<Nobody>::new_own(0))),
        _ => return Ok(false),
    };
    instance.func_new(name, move |mut store, _, parameters, results| {
        store.data_mut().count_call()?;
        for parameter in parameters {
            if let Val::Resource(lent) = parameter {
                lent.resource_drop(&mut store)?;
            }
        }
        results.fill(absence.clone());
        Ok(())
    })?;
    Ok(true)
}

fn define_clock<T: WasiView>(instance: &mut LinkerInstance<'_, T>, interface: &str, name: &str) -> Result<bool> {
    match (interface, name) {
        ("wasi:clocks/wall-clock", "now") => answer(instance, name, |_, ()| Ok(Datetime::default())),
        ("wasi:clocks/wall-clock", "resolution") => {
            answer(instance, name, |_, ()| Ok(Datetime { seconds: 0, nanoseconds: 1 }))
        }
        (_, "now") => answer(instance, name, |wasi, ()| Ok(wasi.now)),
        (_, "resolution") => answer(instance, name, |_, ()| Ok(1_u64)),
        (_, "subscribe-instant") => answer(instance, name, |wasi, (due,): (u64,)| wasi.pollable(due)),
        (_, "subscribe-duration") => {
            answer(instance, name, |wasi, (wait,): (u64,)| wasi.pollable(wasi.now.saturating_add(wait)))
        }
        _ => Ok(false),
    }
}

fn define_wait<T: WasiView>(instance: &mut LinkerInstance<'_, T>, name: &str) -> Result<bool> {
    match name {
        "[method]pollable.ready" => {
            answer(instance, name, |wasi, (pollable,): (Resource<Pollable>,)| Ok(wasi.due(&pollable)? <= wasi.now))
        }
        "[method]pollable.block" => {
            act(instance, name, |wasi, (pollable,): (Resource<Pollable>,)| wasi.poll(&[pollable]).map(drop))
        }
        "poll" => answer(instance, name, |wasi, (pollables,): (Vec<Resource<Pollable>>,)| wasi.poll(&pollables)),
        _ => Ok(false),
    }
}

fn define_random<T: WasiView>(instance: &mut LinkerInstance<'_, T>, name: &str) -> Result<bool> {
    match name {
        "get-random-bytes" | "get-insecure-random-bytes" => {
            answer(instance, name, |wasi, (count,): (u64,)| wasi.random_bytes(count))
        }
        "get-random-u64" | "get-insecure-random-u64" => answer(instance, name, |wasi, ()| Ok(wasi.random_number())),
        "insecure-seed" => answer(instance, name, |_, ()| Ok((0_u64, 0_u64))),
        _ => Ok(false),
    }
}

/// What an operation on a stream answers.
type Streamed<V> = std::result::Result<V, StreamError>;

/// Standard input, which is at its end.
fn define_input<T: WasiView>(instance: &mut LinkerInstance<'_, T>, name: &str) -> Result<bool> {
    match name {
        "[method]input-stream.read" | "[method]input-stream.blocking-read" => {
            answer(instance, name, |_, _: (Resource<InputStream>, u64)| {
                Ok(Streamed::<Vec<u8>>::Err(StreamError::Closed))
            })
        }
        "[method]input-stream.skip" | "[method]input-stream.blocking-skip" => {
            answer(instance, name, |_, _: (Resource<InputStream>, u64)| Ok(Streamed::<u64>::Err(StreamError::Closed)))
        }
        "[method]input-stream.subscribe" => {
            answer(instance, name, |wasi, _: (Resource<InputStream>,)| wasi.pollable(0))
        }
        _ => Ok(false),
    }
}

/// Standard output and standard error, which take everything at once.
fn define_output<T: WasiView>(instance: &mut LinkerInstance<'_, T>, name: &str) -> Result<bool> {
    match name {
        "[method]output-stream.check-write" => {
            answer(instance, name, |_, _: (Resource<OutputStream>,)| Ok(Streamed::Ok(AT_ONCE)))
        }
        "[method]output-stream.write" | "[method]output-stream.blocking-write-and-flush" => {
            answer(instance, name, |wasi, (stream, bytes): (Resource<OutputStream>, Vec<u8>)| {
                wasi.write(&stream, &bytes);
                Ok(Streamed::Ok(()))
            })
        }
        "[method]output-stream.flush" | "[method]output-stream.blocking-flush" => {
            answer(instance, name, |_, _: (Resource<OutputStream>,)| Ok(Streamed::Ok(())))
        }
        // Zeros are nothing that a message could show.
        "[method]output-stream.write-zeroes" | "[method]output-stream.blocking-write-zeroes-and-flush" => {
            answer(instance, name, |_, _: (Resource<OutputStream>, u64)| Ok(Streamed::Ok(())))
        }
        "[method]output-stream.splice" | "[method]output-stream.blocking-splice" => {
            answer(instance, name, |_, _: (Resource<OutputStream>, Resource<InputStream>, u64)| {
                Ok(Streamed::<u64>::Err(StreamError::Closed))
            })
        }
        "[method]output-stream.subscribe" => {
            answer(instance, name, |wasi, _: (Resource<OutputStream>,)| wasi.pollable(0))
        }
        _ => Ok(false),
    }
}
