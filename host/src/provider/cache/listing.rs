//! What a cache holds, for people who want to know or to make room.

use super::directory::{RECORD, StoredFile};
use super::{CachedComponent, Code, ComponentCache, Directory, Origin, Record, stored_code};
use crate::edition::Edition;
use crate::error::{Error, Result};
use crate::provider::remote::Pin;
use crate::provider::runtime;
use std::collections::BTreeMap;
use std::path::Path;
use std::time::SystemTime;

/// A compiled component that is kept.
#[derive(Debug)]
pub struct CacheEntry {
    /// Name and version of the provider, if it said who it is.
    pub provider: Option<(String, String)>,
    /// How many bytes it takes up.
    pub size: u64,
    /// When it was last used, to a day.
    pub used: SystemTime,
    /// Whether it would be used.
    pub usable: Usable,
}

/// Whose an entry is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Usable {
    /// This program's.
    Yes,
    /// That of a program with another engine.
    ByAnotherVersion,
    /// Nobody's: it is damaged, or others can write it.
    No,
}

impl ComponentCache {
    /// Where compiled components are kept.
    pub fn path(&self) -> &Path {
        self.path.as_deref().unwrap_or(Path::new(""))
    }

    /// What is kept, by name; what ended runs left counts, too.
    pub fn entries(&self) -> Vec<CacheEntry> {
        let Some(directory) = &self.directory else { return Vec::new() };
        let mut files: BTreeMap<String, Vec<StoredFile>> = BTreeMap::new();
        for file in directory.files() {
            let key = file.path.file_stem().unwrap_or_default().to_string_lossy().into_owned();
            files.entry(key).or_default().push(file);
        }
        let mut entries: Vec<_> = files.into_iter().map(|(key, files)| self.entry(&key, &files)).collect();
        entries.sort_by(|one, other| one.provider.cmp(&other.provider));
        entries
    }

    fn entry(&self, key: &str, files: &[StoredFile]) -> CacheEntry {
        let directory = self.directory.as_ref();
        let record = directory.and_then(|directory| directory.read(key, RECORD));
        let record: Option<Record> = record.and_then(|record| serde_json::from_slice(&record).ok());
        let is_of_this_engine = runtime::fingerprint().is_ok_and(|engine| key.ends_with(&format!("-{engine:016x}")));
        let is_whole = || {
            let code = record.as_ref().map(|record| record.code.clone());
            directory.zip(code).and_then(|(directory, code)| stored_code(directory, key, code)).is_some()
        };
        let usable = match () {
            () if !is_whole() => Usable::No,
            () if is_of_this_engine => Usable::Yes,
            () => Usable::ByAnotherVersion,
        };
        let provider = record.and_then(|record| record.descriptions).map(|mut all| {
            let description = &mut all[Edition::DEFAULT.index()];
            (std::mem::take(&mut description.name).into_owned(), std::mem::take(&mut description.version).into_owned())
        });
        CacheEntry {
            provider,
            size: files.iter().map(|file| file.size).sum(),
            used: files.iter().map(|file| file.used).max().unwrap_or(SystemTime::UNIX_EPOCH),
            usable,
        }
    }

    /// Removes everything that is kept; how many bytes that were.
    ///
    /// # Errors
    /// A file cannot be removed.
    pub fn clear(&self) -> Result<u64> {
        self.directory.as_ref().map_or(Ok(0), Directory::clear)
    }

    /// Compiles the component in a `.wasm` file unless that is done, and keeps it; the provider's name and version.
    ///
    /// # Errors
    /// The file is no provider for this host, or what was compiled cannot be kept.
    pub fn prewarm(&self, path: &Path) -> Result<String> {
        self.prewarmed(self.component(path)?)
    }

    /// As [`Self::prewarm`], of a pinned provider.
    ///
    /// # Errors
    /// As [`Self::prewarm`].
    pub fn prewarm_pinned(&self, pin: &Pin, wasm: Vec<u8>) -> Result<String> {
        self.prewarmed(self.component_of(wasm, Origin::Pinned(Box::new(pin.clone())))?)
    }

    fn prewarmed(&self, component: CachedComponent) -> Result<String> {
        match (component.code, self.take_complaint()) {
            (Code::File(_), _) => {}
            (Code::Memory(_), complaint) => {
                let title = format!("The provider `{}` cannot be kept", component.origin);
                return Err(complaint.into_iter().fold(Error::configuration(title), Error::cause));
            }
        }
        let description = &component.descriptions[Edition::DEFAULT.index()];
        Ok(format!("{} {}", description.name, description.version))
    }
}

#[cfg(test)]
mod tests {
    use super::super::directory::CODE;
    use super::*;
    use crate::provider::Limits;

    #[test]
    fn what_is_left_or_damaged_is_listed_and_removed() {
        let temporary = tempfile::tempdir().unwrap();
        let path = temporary.path().join("plugpacks/components");
        let cache = ComponentCache::in_directory(path.clone(), Limits::DEFAULT);
        for name in [format!("a.{CODE}"), format!("a.{RECORD}"), ".tmpleft".to_owned()] {
            std::fs::write(path.join(name), "content").unwrap();
        }
        let entries = cache.entries();
        assert_eq!(
            entries.iter().map(|entry| (entry.size, entry.usable)).collect::<Vec<_>>(),
            [(7, Usable::No), (14, Usable::No)]
        );
        assert_eq!(cache.clear().unwrap(), 21);
        assert!(cache.entries().is_empty());
    }
}
