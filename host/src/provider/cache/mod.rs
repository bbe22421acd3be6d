//! Third-party components, compiled once: a cache by content and engine in the user's cache
//! directory.

// Providers and their cache are no part of the app.
#![allow(clippy::disallowed_methods)]

mod directory;
mod listing;

pub use listing::{CacheEntry, Usable};

use super::adapter::{self, Adapter};
use super::description::Descriptions;
use super::inspect::{self, Form};
use super::limits::{Limit, Limits, Meter};
use super::remote::{ContentDigest, Pin};
use super::sandbox::{self, Candidate};
use super::{pack, runtime};
use crate::digest::sha256;
use crate::error::{Error, Result};
use crate::machine::Machine;
pub(super) use directory::Directory;
use directory::{CODE, RECORD, Unusable};
use serde::{Deserialize, Serialize};
use std::fmt;
use std::fs::{self, File};
use std::io::{Read as _, Seek as _};
use std::path::{Path, PathBuf};
use std::sync::{Mutex, PoisonError, mpsc};
use std::time::Duration;
use wasmtime::Engine;
use wasmtime::component::Component;

/// Where compiled components are kept.
#[derive(Debug)]
pub struct ComponentCache {
    path: Option<PathBuf>,
    /// Absent if it cannot be used.
    directory: Option<Directory>,
    limits: Limits,
    /// Why nothing is kept, until somebody takes it.
    complaint: Mutex<Option<String>>,
}

/// A third-party component, compiled.
pub(super) struct CachedComponent {
    /// Where it comes from.
    pub(super) origin: Origin,
    /// SHA-256 of the file, in hexadecimal digits.
    pub(super) digest: String,
    /// Who it is, under every edition.
    pub(super) descriptions: Descriptions,
    /// What speaks its version of the contract.
    pub(super) adapter: &'static dyn Adapter,
    /// How long it took to say who it is.
    pub(super) time: Duration,
    code: Code,
}

/// Where a third party's component comes from.
pub(super) enum Origin {
    /// A `.wasm` file.
    File(PathBuf),
    /// A place elsewhere, pinned by digest.
    Pinned(Box<Pin>),
}

impl fmt::Display for Origin {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::File(path) => path.display().fmt(f),
            Self::Pinned(pin) => pin.reference.fmt(f),
        }
    }
}

/// What a provider's file is, beyond what the provider says of itself.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Inspection {
    /// Component or core module.
    pub form: Form,
    /// How large the file is, in bytes.
    pub size: u64,
    /// SHA-256 of the file, in hexadecimal digits.
    pub digest: String,
    /// The version of the contract that it is written for.
    pub contract: String,
    /// The interfaces that it imports.
    pub imports: Vec<String>,
    /// The interfaces that it exports.
    pub exports: Vec<String>,
}

enum Code {
    /// In a cache file, whose content was checked.
    File(StoredCode),
    /// In memory: there is no cache, or it cannot be written.
    Memory(Vec<u8>),
}

/// A cache file with compiled code, open.
struct StoredCode {
    file: File,
    /// SHA-256 of its content, in hexadecimal digits.
    digest: String,
}

/// What stands beside a piece of compiled code.
#[derive(Serialize, Deserialize)]
struct Record {
    /// SHA-256 of the code, to tell a damaged file from a whole one.
    code: String,
    /// Absent if the component failed to say who it is: it is asked again, not compiled again.
    descriptions: Option<Descriptions>,
}

impl ComponentCache {
    /// A cache in the user's cache directory; without one, nothing is kept.
    pub fn of_user(machine: &Machine, limits: Limits) -> Self {
        Self::new(machine.caches.as_ref().map(|caches| caches.join("plugpacks/components")), limits)
    }

    /// A cache in a directory of choice.
    pub fn in_directory(directory: PathBuf, limits: Limits) -> Self {
        Self::new(Some(directory), limits)
    }

    fn new(path: Option<PathBuf>, limits: Limits) -> Self {
        let (directory, complaint) = match path.as_deref().map(Directory::open) {
            Some(Ok(directory)) => (Some(directory), None),
            Some(Err(unusable)) => (None, Some(not_kept(&unusable))),
            None => (None, Some(not_kept("neither HOME nor XDG_CACHE_HOME is set"))),
        };
        Self { path, directory, limits, complaint: Mutex::new(complaint) }
    }

    /// Why nothing is kept, if that is so and was not asked before.
    pub fn take_complaint(&self) -> Option<String> {
        self.complaint.lock().unwrap_or_else(PoisonError::into_inner).take()
    }

    /// The component in a `.wasm` file, compiled now or at an earlier time.
    ///
    /// # Errors
    /// The file cannot be read, is not a component, or is not a provider for this host.
    pub(super) fn component(&self, path: &Path) -> Result<CachedComponent> {
        let wasm = self.read(path, &title(path.display()))?;
        self.component_of(wasm, Origin::File(path.to_owned()))
    }

    /// As [`Self::component`], of a file whose digest is known.
    pub(super) fn exact_component(&self, path: &Path, sha256: &ContentDigest) -> Result<CachedComponent> {
        let place = format!("`{}`", path.display());
        let wasm = self.read(path, &title(path.display()))?;
        sha256.check(&wasm, &place, "the file", "Find out why it has changed before you use it")?;
        self.component_of(wasm, Origin::File(path.to_owned()))
    }

    /// The component that these bytes are, compiled now or at an earlier time.
    ///
    /// # Errors
    /// They are no component, or no provider for this host.
    pub(super) fn component_of(&self, wasm: Vec<u8>, origin: Origin) -> Result<CachedComponent> {
        let title = title(&origin);
        let interfaces = inspect::interfaces(&wasm, &title)?;
        let adapter = adapter::of(&interfaces, &title)?;
        let fingerprint = runtime::fingerprint().map_err(adapter::engine_failure)?;
        let digest = sha256(&wasm);
        let key = format!("{digest}-{fingerprint:016x}");
        let (code, known) = match self.lookup(&key) {
            Some((stored, descriptions)) => (Code::File(stored), descriptions),
            None => {
                let component = into_component(wasm, interfaces.form, &title)?;
                (self.compile_and_store(component, &key, &title)?, None)
            }
        };
        let (descriptions, time) = match known {
            Some(descriptions) => (descriptions, Duration::ZERO),
            None => self.describe(&code, adapter, &origin, &key, &title)?,
        };
        Ok(CachedComponent { origin, digest, descriptions, adapter, time, code })
    }

    /// Looks at the provider in a `.wasm` file, without compiling it.
    ///
    /// # Errors
    /// The file cannot be read, or is not a provider for this host.
    pub fn inspect(&self, path: &Path) -> Result<Inspection> {
        self.inspect_bytes(&self.read(path, &title(path.display()))?, path.display())
    }

    /// Looks at a provider that lies at a place, without compiling it.
    ///
    /// # Errors
    /// It is not a provider for this host.
    pub fn inspect_bytes(&self, wasm: &[u8], place: impl fmt::Display) -> Result<Inspection> {
        let title = title(place);
        let interfaces = inspect::interfaces(wasm, &title)?;
        let adapter = adapter::of(&interfaces, &title)?;
        Ok(Inspection {
            form: interfaces.form,
            size: wasm.len() as u64,
            digest: sha256(wasm),
            contract: adapter.version().to_string(),
            imports: interfaces.imports,
            exports: interfaces.exports,
        })
    }

    /// The provider in a `.wasm` file as a component: a core module is packed into one.
    ///
    /// # Errors
    /// The file cannot be read, or is not a provider for this host.
    pub fn packed(&self, path: &Path) -> Result<Vec<u8>> {
        let title = title(path.display());
        let wasm = self.read(path, &title)?;
        let interfaces = inspect::interfaces(&wasm, &title)?;
        adapter::of(&interfaces, &title)?;
        into_component(wasm, interfaces.form, &title)
    }

    /// Asks a component who it is, and keeps the answer. Also returns how long the component took.
    fn describe(
        &self,
        code: &Code,
        adapter: &dyn Adapter,
        origin: &Origin,
        key: &str,
        title: &str,
    ) -> Result<(Descriptions, Duration)> {
        let engine = runtime::engine().map_err(adapter::engine_failure)?;
        let meter = Meter::after(Duration::ZERO);
        let candidate = Candidate { title: title.to_owned(), limits: self.limits, meter: meter.clone() };
        let descriptions = adapter.describe(&code.load(engine, origin)?, candidate)?;
        super::description::check(&descriptions, title)?;
        if let (Some(directory), Code::File(StoredCode { digest, .. })) = (&self.directory, code) {
            let record = Record { code: digest.clone(), descriptions: Some(descriptions.clone()) };
            // Without the record the component is asked again, which is no error.
            let _ = directory.write(key, RECORD, &json(&record));
        }
        Ok((descriptions, meter.time()))
    }

    fn read(&self, path: &Path, title: &str) -> Result<Vec<u8>> {
        let unreadable = |error: std::io::Error| {
            Error::configuration(format!("Cannot read the provider `{}`", path.display())).cause(error)
        };
        if !path.metadata().map_err(unreadable)?.is_file() {
            return Err(Error::configuration(format!("The provider `{}` is not a regular file", path.display()))
                .hint("Name a .wasm file; `--provider-dir` takes all of a directory"));
        }
        let mut wasm = Vec::new();
        let file = File::open(path).map_err(unreadable)?;
        file.take(self.limits.file + 1).read_to_end(&mut wasm).map_err(unreadable)?;
        if wasm.len() as u64 > self.limits.file {
            return Err(sandbox::over(Limit::File, title, &self.limits));
        }
        Ok(wasm)
    }

    /// What an earlier run stored under a key, if it is whole.
    fn lookup(&self, key: &str) -> Option<(StoredCode, Option<Descriptions>)> {
        let directory = self.directory.as_ref()?;
        let record: Record = serde_json::from_slice(&directory.read(key, RECORD)?).ok()?;
        let stored = stored_code(directory, key, record.code)?;
        Directory::touch(&stored.file);
        Some((stored, record.descriptions))
    }

    /// Compiles a component, and keeps the code where that is possible.
    fn compile_and_store(&self, wasm: Vec<u8>, key: &str, title: &str) -> Result<Code> {
        let code = compile(wasm, title, &self.limits)?;
        let Some(directory) = &self.directory else { return Ok(Code::Memory(code)) };
        let record = Record { code: sha256(&code), descriptions: None };
        // The record last: without one, code counts as damaged.
        let stored = directory.write(key, CODE, &code).and_then(|()| directory.write(key, RECORD, &json(&record)));
        directory.prune();
        if let Err(error) = stored {
            let unusable = Unusable::Unreachable(self.path.clone().unwrap_or_default(), error);
            *self.complaint.lock().unwrap_or_else(PoisonError::into_inner) = Some(not_kept(&unusable));
            return Ok(Code::Memory(code));
        }
        // What another run may have put into its place meanwhile is not what was compiled here.
        Ok(stored_code(directory, key, record.code).map_or(Code::Memory(code), Code::File))
    }
}

/// Says why nothing is kept.
fn not_kept(why: impl fmt::Display) -> String {
    format!("Compiled providers are not kept, and each run compiles them again: {why}")
}

/// What messages call the provider in a file, before it says its name.
fn title(place: impl fmt::Display) -> String {
    format!("The provider `{place}`")
}

fn into_component(wasm: Vec<u8>, form: Form, title: &str) -> Result<Vec<u8>> {
    match form {
        Form::Component => Ok(wasm),
        Form::CoreModule => pack::component(&wasm, title),
    }
}

impl Code {
    /// The code, ready to be instantiated.
    ///
    /// # Errors
    /// It does not load.
    fn load(&self, engine: &Engine, origin: &Origin) -> Result<Component> {
        let loaded = match self {
            Self::File(stored) => load_file(engine, &stored.file),
            // SAFETY: the bytes come from this process's own compiler.
            Self::Memory(code) => unsafe { Component::deserialize(engine, code) },
        };
        loaded.map_err(|error| {
            Error::provider(format!("Cannot load the provider `{origin}`"))
                .causes(error.chain().map(ToString::to_string))
        })
    }
}

impl CachedComponent {
    /// The code, ready to be instantiated.
    ///
    /// # Errors
    /// The code does not load.
    pub(super) fn load(&self, engine: &Engine) -> Result<Component> {
        self.code.load(engine, &self.origin)
    }
}

/// Maps the file that was checked, whatever its name leads to by now.
#[cfg(target_os = "linux")]
fn load_file(engine: &Engine, file: &File) -> wasmtime::Result<Component> {
    use std::os::fd::AsRawFd as _;
    let path = format!("/proc/self/fd/{}", file.as_raw_fd());
    if fs::metadata(&path).is_err() {
        return load_bytes(engine, file);
    }
    // SAFETY: nobody but the user can have written the file (see `Directory::file`), it is replaced and never
    // changed in place, and its digest is the one that the user's own host wrote down beside it.
    unsafe { Component::deserialize_file(engine, path) }
}

#[cfg(not(target_os = "linux"))]
fn load_file(engine: &Engine, file: &File) -> wasmtime::Result<Component> {
    load_bytes(engine, file)
}

fn load_bytes(engine: &Engine, mut file: &File) -> wasmtime::Result<Component> {
    let mut code = Vec::new();
    file.rewind()?;
    file.read_to_end(&mut code)?;
    // SAFETY: as for a file that is mapped.
    unsafe { Component::deserialize(engine, code) }
}

/// The code under a key, if its content has this digest.
fn stored_code(directory: &Directory, key: &str, digest: String) -> Option<StoredCode> {
    let mut file = directory.file(key, CODE)?;
    (digest_of(&mut file)? == digest).then_some(StoredCode { file, digest })
}

fn digest_of(file: &mut File) -> Option<String> {
    let mut code = Vec::new();
    file.rewind().ok()?;
    file.read_to_end(&mut code).ok()?;
    Some(sha256(&code))
}

/// Compiles a component within its time. The compiler cannot be stopped: beyond its time it goes on, unheard, until
/// the process ends.
fn compile(wasm: Vec<u8>, title: &str, limits: &Limits) -> Result<Vec<u8>> {
    let compiler = runtime::compiler().map_err(adapter::engine_failure)?;
    let (sender, receiver) = mpsc::channel();
    let compiling = std::thread::Builder::new().name("compiler".into()).spawn(move || {
        // Nobody listens any more if it took too long.
        let _ = sender.send(compiler.precompile_component(&wasm));
    });
    compiling.map_err(|error| Error::system("Cannot start a thread to compile in").cause(error))?;
    let code = match receiver.recv_timeout(limits.compile_time) {
        Ok(compiled) => compiled.map_err(|error| not_compiled(&error, title))?,
        Err(mpsc::RecvTimeoutError::Timeout) => return Err(sandbox::over(Limit::CompileTime, title, limits)),
        Err(mpsc::RecvTimeoutError::Disconnected) => {
            return Err(Error::provider(format!("{title} makes the compiler fail")));
        }
    };
    if code.len() > limits.code { Err(sandbox::over(Limit::Code, title, limits)) } else { Ok(code) }
}

fn not_compiled(error: &wasmtime::Error, title: &str) -> Error {
    let reasons: Vec<String> = error.chain().map(ToString::to_string).collect();
    if reasons.iter().any(|reason| reason.contains("component model async")) {
        return Error::provider(format!("{title} uses asynchronous features of components, which a provider may not"))
            .causes(reasons)
            .hint("Build it without: componentize-qjs by `--sync`, wit-bindgen and jco without `--async`");
    }
    Error::provider(format!("{title} is not a valid component"))
        .causes(reasons)
        .hint("Compile the provider for wasm32-wasip2, or turn the module into a component")
}

fn json(record: &Record) -> Vec<u8> {
    serde_json::to_vec(record).expect("texts and lists have a JSON form")
}
