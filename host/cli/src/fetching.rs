//! Options about providers that are fetched.

use super::machine::machine;
use super::options::GivenProviders;
use clap::{Args, value_parser};
use plugpacks::error::{Error, Result};
use plugpacks::provider::remote::{
    Client, Network, Pin, PlainHttp, ProviderArgument, Proxies, Reference, Settings, Store,
};
use plugpacks::provider::{Catalog, Limits};
use std::fmt::Display;
use std::path::Path;
use std::sync::Arc;
use std::time::Duration;

/// How providers are fetched; these options come after the name of a command.
#[derive(Args)]
pub(super) struct FetchOptions {
    /// Fetch no provider: use those that were fetched before
    #[arg(long)]
    offline: bool,
    /// Refuse providers that no digest pins
    #[arg(long)]
    locked: bool,
    /// Fetch and push without encryption; within this machine that is done anyway
    #[arg(long)]
    plain_http: bool,
    /// Seconds that one answer of a registry may take [default: 300]
    #[arg(long, value_name = "SECONDS", value_parser = value_parser!(u64).range(1..=3600))]
    fetch_timeout: Option<u64>,
}

/// How long an answer may take, unless somebody says so: 64 MiB over a slow line.
const TIMEOUT: Duration = Duration::from_secs(300);

impl FetchOptions {
    /// No option is given.
    pub(super) const UNSAID: Self = Self { offline: false, locked: false, plain_http: false, fetch_timeout: None };

    /// How servers are asked.
    pub(super) fn settings(&self, limits: Limits) -> Settings {
        Settings {
            plain_http: if self.plain_http { PlainHttp::Everywhere } else { PlainHttp::Loopback },
            proxies: Proxies::OfEnvironment,
            timeout: self.fetch_timeout.map_or(TIMEOUT, Duration::from_secs),
            max_size: limits.file,
            credentials: super::credentials::of,
        }
    }

    /// Whatever asks servers.
    pub(super) fn client(&self, limits: Limits) -> Client {
        if self.offline {
            super::refuse("the argument '--offline' cannot be used with a command that is about fetching or pushing");
        }
        Client::new(self.settings(limits))
    }

    /// Whether what is not kept may be fetched.
    pub(super) fn network(&self) -> Network {
        if self.offline { Network::Offline } else { Network::Online }
    }
}

impl GivenProviders<'_> {
    /// The built-in providers, those these options bring, and pinned ones.
    ///
    /// # Errors
    /// One of them cannot be loaded, or is not pinned and has to be.
    pub(super) fn catalog(&self, pins: &[Pin]) -> Result<Arc<Catalog>> {
        let mut catalog = Catalog::builtin();
        let (directories, arguments) = (self.directories(), self.arguments()?);
        if directories.is_empty() && arguments.is_empty() && pins.is_empty() {
            return Ok(Arc::new(catalog));
        }
        let cache = self.cache();
        for directory in directories {
            self.refuse_if_locked(&directory.display())?;
            catalog.add_directory(directory, &cache)?;
        }
        let mut pinned = Vec::new();
        for argument in arguments {
            match argument {
                ProviderArgument::File(path, Some(sha256)) => catalog.add_exact_file(&path, &sha256, &cache)?,
                ProviderArgument::File(path, None) => {
                    self.refuse_if_locked(&path.display())?;
                    catalog.add_file(&path, &cache)?;
                }
                ProviderArgument::Remote(reference, Some(sha256)) => {
                    pinned.push(Pin { name: reference.to_string(), reference, sha256 });
                }
                ProviderArgument::Remote(reference, None) => {
                    if !pins.iter().any(|pin| pin.reference == reference) {
                        return Err(unpinned(&reference));
                    }
                }
            }
        }
        let store = self.store();
        for pin in pinned.iter().chain(pins) {
            catalog.add_pinned(pin, self.provide(&store, pin)?, &cache)?;
        }
        for notice in catalog.notices() {
            super::say(&format!("Note: {notice}\n"));
        }
        Ok(Arc::new(catalog))
    }

    /// Where fetched providers are kept.
    pub(super) fn store(&self) -> Store {
        let store = Store::of_user(&machine());
        if let Some(complaint) = store.complaint() {
            super::say(&format!("Note: {complaint}\n"));
        }
        store
    }

    /// A pinned provider, fetched if it is not kept.
    ///
    /// # Errors
    /// It is not to be had, or is another one than is pinned.
    pub(super) fn provide(&self, store: &Store, pin: &Pin) -> Result<Vec<u8>> {
        store.provide(pin, self.fetching.settings(self.limits()), self.fetching.network())
    }

    fn arguments(&self) -> Result<Vec<ProviderArgument>> {
        let argument =
            |path: &Path| path.to_str().map_or_else(|| Ok(ProviderArgument::File(path.to_owned(), None)), str::parse);
        self.files().into_iter().map(argument).collect()
    }

    fn refuse_if_locked(&self, place: &dyn Display) -> Result<()> {
        if !self.fetching.locked {
            return Ok(());
        }
        Err(Error::configuration(format!("`{place}` is not pinned, which `--locked` asks for"))
            .hint("Say which file exactly is meant: `--provider FILE#sha256=DIGEST`"))
    }
}

fn unpinned(reference: &Reference) -> Error {
    Error::configuration(format!("The provider `{reference}` is not pinned"))
        .cause("what is there today may be something else tomorrow")
        .hint(format!("Pin it in the app's nixpacks.toml: `plugpacks provider add {reference}`"))
}
