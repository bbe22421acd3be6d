//! Providers that were fetched, kept by digest in the user's cache directory.

use super::ContentDigest;
use super::{Client, Pin, Settings};
use crate::error::{Error, ErrorKind, Result};
use crate::machine::Machine;
use crate::provider::cache::Directory;
use std::path::{Path, PathBuf};

/// The suffix of a kept provider.
const WASM: &str = "wasm";

/// Whether what is not kept may be fetched.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Network {
    /// It may.
    #[default]
    Online,
    /// It may not.
    Offline,
}

/// Where fetched providers are kept.
pub struct Store {
    /// Absent if it cannot be used.
    directory: Option<(PathBuf, Directory)>,
    /// Why nothing is kept.
    complaint: Option<String>,
}

impl Store {
    /// A store in the user's cache directory; without one, nothing is kept.
    pub fn of_user(machine: &Machine) -> Self {
        match &machine.caches {
            Some(caches) => Self::in_directory(&caches.join("plugpacks/providers")),
            None => Self { directory: None, complaint: Some("neither HOME nor XDG_CACHE_HOME is set".to_owned()) },
        }
    }

    /// A store in a directory of choice.
    pub fn in_directory(path: &Path) -> Self {
        match Directory::open(path) {
            Ok(directory) => Self { directory: Some((path.to_owned(), directory)), complaint: None },
            Err(unusable) => Self { directory: None, complaint: Some(unusable.to_string()) },
        }
    }

    /// Why nothing is kept, if that is so.
    pub fn complaint(&self) -> Option<String> {
        let why = self.complaint.as_ref()?;
        Some(format!("Fetched providers are not kept, and each run fetches them again: {why}"))
    }

    /// A pinned provider: as it is kept, else fetched and kept. Its digest was compared with the pin.
    ///
    /// # Errors
    /// It is not to be had, or it is another one than is pinned.
    pub fn provide(&self, pin: &Pin, settings: Settings, network: Network) -> Result<Vec<u8>> {
        if let Some(wasm) = self.kept(pin)? {
            return Ok(wasm);
        }
        if network == Network::Offline {
            return Err(Error::new(ErrorKind::Registry, format!("The provider `{}` is not on this machine", pin.name))
                .cause(format!("`{}` is not fetched with `--offline`", pin.reference))
                .hint("Run once without `--offline`"));
        }
        let fetched = Client::new(settings).fetch_exactly(&pin.reference, &pin.sha256);
        let wasm = fetched.map_err(|error| error.context(format!("Cannot fetch the provider `{}`", pin.name)))?;
        pin.verify(&wasm, &format!("`{}`", pin.reference), UPDATE)?;
        self.keep(&pin.sha256, &wasm);
        Ok(wasm)
    }

    /// Keeps a provider, where that is possible; without, it is fetched again next time.
    pub fn keep(&self, digest: &ContentDigest, wasm: &[u8]) {
        if let Some((_, directory)) = &self.directory {
            let _ = directory.write(digest.as_str(), WASM, wasm);
            directory.prune();
        }
    }

    /// Where what is kept lies, if something is kept: how many providers, and how many bytes.
    pub fn contents(&self) -> Option<(&Path, usize, u64)> {
        let (path, directory) = self.directory.as_ref()?;
        let files = directory.files();
        let size = files.iter().map(|file| file.size).sum();
        (!files.is_empty()).then_some((path.as_path(), files.len(), size))
    }

    /// Removes everything that is kept; how many bytes that were.
    ///
    /// # Errors
    /// A file cannot be removed.
    pub fn clear(&self) -> Result<u64> {
        self.directory.as_ref().map_or(Ok(0), |(_, directory)| directory.clear())
    }

    fn kept(&self, pin: &Pin) -> Result<Option<Vec<u8>>> {
        let Some((path, directory)) = &self.directory else { return Ok(None) };
        let key = pin.sha256.as_str();
        let Some(wasm) = directory.read(key, WASM) else { return Ok(None) };
        let place = path.join(key).with_extension(WASM);
        pin.verify(
            &wasm,
            &format!("`{}`", place.display()),
            "Somebody changed the file; remove it, or run `plugpacks cache clear`, and it is fetched anew",
        )?;
        directory.file(key, WASM).iter().for_each(Directory::touch);
        Ok(Some(wasm))
    }
}

/// What to do about a provider that has changed where it comes from.
const UPDATE: &str = "Find out why it has changed; `plugpacks provider update` shows what is there now, and pins it";
