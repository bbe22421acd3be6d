//! Third-party components, compiled once: a cache by content and engine in the user's cache
//! directory.

// Providers and their cache are no part of the app.
#![allow(clippy::disallowed_methods)]

use super::description::Descriptions;
use super::sandbox::Limits;
use super::{adapter, runtime};
use crate::error::{Error, Result};
use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};
use std::io::Write as _;
use std::path::{Path, PathBuf};
use std::{env, fs};
use wasmtime::Engine;
use wasmtime::component::Component;

/// Where compiled components are kept.
#[derive(Clone, Debug)]
pub struct ComponentCache {
    directory: Option<PathBuf>,
    limits: Limits,
}

/// A third-party component, compiled.
pub(super) struct CachedComponent {
    /// The `.wasm` file.
    pub(super) path: PathBuf,
    /// SHA-256 of the file, in hexadecimal digits.
    pub(super) digest: String,
    /// Who it is, under every edition.
    pub(super) descriptions: Descriptions,
    code: Code,
}

enum Code {
    /// In a cache file, whose content was checked.
    File(PathBuf),
    /// In memory: there is no cache, or it cannot be written.
    Memory(Vec<u8>),
}

/// What stands beside a piece of compiled code.
#[derive(Serialize, Deserialize)]
struct Record {
    /// SHA-256 of the code, to tell a damaged file from a whole one.
    code: String,
    descriptions: Descriptions,
}

impl ComponentCache {
    /// A cache in the user's cache directory; without one, nothing is kept.
    pub fn of_user(limits: Limits) -> Self {
        Self { directory: user_caches().map(|caches| caches.join("plugpacks/components")), limits }
    }

    /// A cache in a directory of choice.
    pub const fn in_directory(directory: PathBuf, limits: Limits) -> Self {
        Self { directory: Some(directory), limits }
    }

    /// The component in a `.wasm` file, compiled now or at an earlier time.
    ///
    /// # Errors
    /// The file cannot be read, is not a component, or is not a provider for this host.
    pub(super) fn component(&self, path: &Path) -> Result<CachedComponent> {
        let shown = path.display();
        let wasm = fs::read(path)
            .map_err(|error| Error::configuration(format!("Cannot read the provider `{shown}`")).cause(error))?;
        let fingerprint = runtime::fingerprint().map_err(adapter::engine_failure)?;
        let digest = hex(&Sha256::digest(&wasm));
        let key = format!("{digest}-{fingerprint:016x}");
        if let Some((descriptions, file)) = self.lookup(&key) {
            return Ok(CachedComponent { path: path.to_owned(), digest, descriptions, code: Code::File(file) });
        }
        let code = compile(&wasm, path)?;
        let engine = runtime::engine().map_err(adapter::engine_failure)?;
        // SAFETY: the bytes come from this process's own compiler.
        let component = unsafe { Component::deserialize(engine, &code) }.map_err(adapter::engine_failure)?;
        let descriptions = adapter::describe(&component, &format!("The provider `{shown}`"), self.limits)?;
        check_names(&descriptions, path)?;
        let stored = self.store(&key, &code, &descriptions);
        let code = stored.map_or(Code::Memory(code), Code::File);
        Ok(CachedComponent { path: path.to_owned(), digest, descriptions, code })
    }

    /// What an earlier run stored under a key, if it is whole.
    fn lookup(&self, key: &str) -> Option<(Descriptions, PathBuf)> {
        let directory = self.directory.as_ref()?;
        let record = fs::read(directory.join(key).with_extension("json")).ok()?;
        let record: Record = serde_json::from_slice(&record).ok()?;
        let file = directory.join(key).with_extension("cwasm");
        let code = fs::read(&file).ok()?;
        (hex(&Sha256::digest(&code)) == record.code).then_some((record.descriptions, file))
    }

    /// Stores compiled code. Files appear whole and under their final name, the record last, so
    /// that runs at the same time do no harm; a cache that cannot be written is no error.
    fn store(&self, key: &str, code: &[u8], descriptions: &Descriptions) -> Option<PathBuf> {
        let directory = self.directory.as_ref()?;
        fs::create_dir_all(directory).ok()?;
        let record = Record { code: hex(&Sha256::digest(code)), descriptions: descriptions.clone() };
        let record = serde_json::to_vec(&record).ok()?;
        let file = directory.join(key).with_extension("cwasm");
        for (content, path) in [(code, file.clone()), (&record, directory.join(key).with_extension("json"))] {
            let mut temporary = tempfile::NamedTempFile::new_in(directory).ok()?;
            temporary.write_all(content).ok()?;
            temporary.persist(path).ok()?;
        }
        Some(file)
    }
}

impl CachedComponent {
    /// The code, ready to be instantiated.
    ///
    /// # Errors
    /// The cache file vanished or does not load.
    pub(super) fn load(&self, engine: &Engine) -> Result<Component> {
        let loaded = match &self.code {
            // SAFETY: written by this user's own host for this very engine; its digest was checked.
            Code::File(path) => unsafe { Component::deserialize_file(engine, path) },
            // SAFETY: the bytes come from this process's own compiler.
            Code::Memory(code) => unsafe { Component::deserialize(engine, code) },
        };
        loaded.map_err(|error| {
            Error::provider(format!("Cannot load the provider `{}`", self.path.display()))
                .causes(error.chain().map(ToString::to_string))
        })
    }
}

/// Where programs of the user keep what can be made again.
fn user_caches() -> Option<PathBuf> {
    let from_variable = if cfg!(windows) { "LOCALAPPDATA" } else { "XDG_CACHE_HOME" };
    // The XDG specification: a relative path counts as unset.
    let named = env::var_os(from_variable).map(PathBuf::from).filter(|path| path.is_absolute());
    let usual = if cfg!(target_os = "macos") { "Library/Caches" } else { ".cache" };
    named.or_else(|| Some(env::home_dir()?.join(usual)))
}

fn compile(wasm: &[u8], path: &Path) -> Result<Vec<u8>> {
    let compiler = runtime::compiler().map_err(adapter::engine_failure)?;
    compiler.precompile_component(wasm).map_err(|error| {
        Error::provider(format!("`{}` is not a WebAssembly component", path.display()))
            .causes(error.chain().map(ToString::to_string))
            .hint("Compile the provider for wasm32-wasip2, or turn the module into a component")
    })
}

/// A provider must have the same usable name under every edition.
fn check_names(descriptions: &Descriptions, path: &Path) -> Result<()> {
    let name = &descriptions[0].name;
    let is_name = !name.is_empty() && !name.contains([' ', ',', ':', '\n']) && name != "..." && name != "@auto";
    if is_name && descriptions.iter().all(|description| description.name == *name) {
        return Ok(());
    }
    let names: Vec<_> = descriptions.iter().map(|description| format!("{:?}", description.name)).collect();
    Err(Error::provider(format!("The provider `{}` has no usable name", path.display()))
        .cause(format!("it calls itself {}", names.join(" and ")))
        .hint("A name has no blanks, commas or colons and is the same under every edition"))
}

fn hex(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}
