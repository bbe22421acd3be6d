//! Every provider there is: the built-in ones, and those the user brings.

use super::adapter::{self, Adapter};
use super::builtin::{self, Builtin};
use super::cache::{CachedComponent, ComponentCache, Origin};
use super::description::{Description, Tools};
use super::remote::{ContentDigest, Pin};
use super::{ProviderIdentity, runtime};
use crate::app::FolderNames;
use crate::edition::Edition;
use crate::error::{Error, ErrorKind, Result};
use std::path::{Path, PathBuf};
use std::sync::{Arc, OnceLock};
use std::time::Duration;
use wasmtime::component::Component;

/// Providers in detection order. Those that the user brings are asked first; one with the name of
/// a built-in provider takes its place instead.
pub struct Catalog {
    entries: Vec<Entry>,
    notices: Vec<String>,
    /// What is true of the tools of all of them, for each edition, once somebody asked.
    tools: [OnceLock<Tools>; Edition::ALL.len()],
}

/// A provider as the catalog has it.
pub struct Listed<'a> {
    /// Who it is.
    pub description: &'a Description,
    /// Which one exactly.
    pub identity: ProviderIdentity,
    /// Where it comes from.
    pub source: Source<'a>,
}

/// Where a provider comes from.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Source<'a> {
    /// It is part of this program.
    BuiltIn,
    /// A file of the user's.
    File(&'a Path),
    /// A place elsewhere.
    Pinned(&'a Pin),
}

/// One provider.
pub(super) enum Entry {
    /// Embedded in this binary.
    Builtin(&'static Builtin),
    /// A file of the user's, compiled.
    External(Box<CachedComponent>),
}

impl Entry {
    /// Who it is under an edition.
    pub(super) fn description(&self, edition: Edition) -> &Description {
        match self {
            Self::Builtin(builtin) => &builtin.descriptions[edition.index()],
            Self::External(external) => &external.descriptions[edition.index()],
        }
    }

    /// Which one it is exactly.
    pub(super) fn identity(&self, edition: Edition) -> ProviderIdentity {
        let Description { name, version, .. } = self.description(edition);
        let digest = match self {
            Self::Builtin(builtin) => builtin.digest,
            Self::External(external) => &external.digest,
        };
        ProviderIdentity {
            name: name.clone().into_owned(),
            version: version.clone().into_owned(),
            digest: Some(format!("sha256:{digest}")),
        }
    }

    /// What messages call it.
    pub(super) fn title(&self) -> String {
        let Description { name, .. } = self.description(Edition::DEFAULT);
        match self {
            Self::Builtin(_) => format!("Provider {name}"),
            Self::External(external) => format!("Provider {name} ({})", external.origin),
        }
    }

    /// The time it took to say who it is.
    pub(super) fn time(&self) -> Duration {
        match self {
            Self::Builtin(_) => Duration::ZERO,
            Self::External(external) => external.time,
        }
    }

    /// What speaks its version of the contract.
    pub(super) fn adapter(&self) -> &'static dyn Adapter {
        match self {
            Self::Builtin(_) => adapter::newest(),
            Self::External(external) => external.adapter,
        }
    }

    /// Its code, ready to be instantiated.
    ///
    /// # Errors
    /// The code does not load on this machine.
    pub(super) fn load(&self) -> Result<Component> {
        let engine = runtime::engine().map_err(adapter::engine_failure)?;
        match self {
            Self::Builtin(builtin) => builtin.load(engine).map_err(adapter::engine_failure),
            Self::External(external) => external.load(engine),
        }
    }
}

impl Catalog {
    /// The built-in providers.
    pub fn builtin() -> Self {
        let entries = builtin::all().iter().map(Entry::Builtin).collect();
        Self { entries, notices: Vec::new(), tools: Default::default() }
    }

    /// Adds the provider in a `.wasm` file.
    ///
    /// # Errors
    /// The file cannot be read or is not a provider for this host.
    pub fn add_file(&mut self, path: &Path, cache: &ComponentCache) -> Result<()> {
        self.add(cache.component(path), cache)
    }

    /// Adds the provider in a `.wasm` file, if it has this digest.
    ///
    /// # Errors
    /// As [`Self::add_file`], or the file has another digest.
    pub fn add_exact_file(&mut self, path: &Path, sha256: &ContentDigest, cache: &ComponentCache) -> Result<()> {
        self.add(cache.exact_component(path, sha256), cache)
    }

    /// Adds a pinned provider, whose digest was compared with the pin.
    ///
    /// # Errors
    /// It is not a provider for this host, or another one has its name.
    pub fn add_pinned(&mut self, pin: &Pin, wasm: Vec<u8>, cache: &ComponentCache) -> Result<()> {
        self.add(cache.component_of(wasm, Origin::Pinned(Box::new(pin.clone()))), cache)
    }

    fn add(&mut self, external: Result<CachedComponent>, cache: &ComponentCache) -> Result<()> {
        self.notices.extend(cache.take_complaint());
        let external = external?;
        self.tools = Default::default();
        let origin = external.origin.to_string();
        let name = |entry: &Entry| entry.description(Edition::DEFAULT).name.clone();
        let entry = Entry::External(Box::new(external));
        let added = name(&entry);
        match self.entries.iter().position(|known| name(known) == added) {
            Some(at) => {
                if let Entry::External(known) = &self.entries[at] {
                    return Err(Error::configuration(format!("Two providers are named {added}"))
                        .cause(&known.origin)
                        .cause(origin)
                        .hint("Leave one of them out"));
                }
                self.notices.push(format!("{origin} takes the place of the built-in provider {added}"));
                self.entries[at] = entry;
            }
            None => {
                let first_builtin = self.entries.iter().position(|entry| matches!(entry, Entry::Builtin(_)));
                let at = first_builtin.unwrap_or(self.entries.len());
                self.entries.insert(at, entry);
            }
        }
        Ok(())
    }

    /// Adds the provider of every `.wasm` file in a directory, in byte order of the names. A file that is not a
    /// provider for this host is left out, with a notice.
    ///
    /// # Errors
    /// The directory cannot be read, or two providers have the same name.
    // Providers are no part of the app.
    #[allow(clippy::disallowed_methods)]
    pub fn add_directory(&mut self, directory: &Path, cache: &ComponentCache) -> Result<()> {
        let unreadable = |error: std::io::Error| {
            Error::configuration(format!("Cannot read the provider directory `{}`", directory.display())).cause(error)
        };
        let entries = std::fs::read_dir(directory).map_err(unreadable)?;
        let mut files: Vec<PathBuf> =
            entries.map(|entry| entry.map(|entry| entry.path())).collect::<std::io::Result<_>>().map_err(unreadable)?;
        files.retain(|path| path.extension().is_some_and(|extension| extension == "wasm"));
        files.sort_unstable();
        if files.is_empty() {
            self.notices.push(format!("{} has no .wasm file", directory.display()));
        }
        for path in &files {
            match self.add_file(path, cache) {
                Err(error) if error.kind() == ErrorKind::Provider => {
                    self.notices.push(format!("{error}. The other providers of {} are used", directory.display()));
                }
                added => added?,
            }
        }
        Ok(())
    }

    /// What the user should know about how the catalog came about.
    pub fn notices(&self) -> &[String] {
        &self.notices
    }

    /// The descriptions of all providers, in detection order.
    pub fn descriptions(&self, edition: Edition) -> impl Iterator<Item = &Description> {
        self.entries.iter().map(move |entry| entry.description(edition))
    }

    /// What is true of the tools of all languages.
    pub fn tools(&self, edition: Edition) -> &Tools {
        let all = || Tools::of_all(self.entries.iter().map(|entry| &entry.description(edition).tools));
        self.tools[edition.index()].get_or_init(all)
    }

    /// Gives, when it is called, the names of folders that tools of any language make.
    pub fn generated(self: &Arc<Self>, edition: Edition) -> impl Fn() -> FolderNames + Send + Sync + 'static {
        let catalog = Arc::clone(self);
        move || {
            let tools = catalog.entries.iter().map(|entry| &entry.description(edition).tools);
            tools.flat_map(|tools| tools.generated.iter().cloned()).collect()
        }
    }

    /// All providers, in detection order.
    pub fn listed(&self, edition: Edition) -> impl Iterator<Item = Listed<'_>> {
        self.entries.iter().map(move |entry| Listed {
            description: entry.description(edition),
            identity: entry.identity(edition),
            source: match entry {
                Entry::Builtin(_) => Source::BuiltIn,
                Entry::External(external) => match &external.origin {
                    Origin::File(path) => Source::File(path),
                    Origin::Pinned(pin) => Source::Pinned(pin),
                },
            },
        })
    }

    pub(super) fn entries(&self) -> impl Iterator<Item = &Entry> {
        self.entries.iter()
    }

    pub(super) fn find(&self, name: &str, edition: Edition) -> Option<&Entry> {
        self.entries.iter().find(|entry| entry.description(edition).name == name)
    }
}
