//! What is kept between builds, in the user's cache directory. Everything appears under its final name whole,
//! so that builds at the same time and builds that are killed do no harm.

use crate::digest::hex;
use crate::error::{Error, Result};
use sha2::{Digest as _, Sha256};
use std::fmt;
use std::fs::{self, File, Permissions};
use std::io::{self, Write as _};
use std::os::unix::fs::PermissionsExt as _;
use std::path::{Path, PathBuf};
use tempfile::NamedTempFile;

/// Stands for everything that something is made from.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Key(String);

impl Key {
    /// The key of something of this kind that is made from these parts, which cannot run into each other.
    pub(super) fn of<P: AsRef<[u8]>>(kind: &str, parts: impl IntoIterator<Item = P>) -> Self {
        let mut hasher = Sha256::new();
        hasher.update(kind);
        for part in parts {
            let part = part.as_ref();
            hasher.update(part.len().to_be_bytes());
            hasher.update(part);
        }
        Self(hex(&hasher.finalize()[..16]))
    }
}

impl AsRef<[u8]> for Key {
    fn as_ref(&self) -> &[u8] {
        self.0.as_bytes()
    }
}

impl fmt::Display for Key {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

/// The builder's directory.
#[derive(Debug)]
pub(super) struct Cache {
    root: PathBuf,
    /// This build's own; goes away with it.
    scratch: PathBuf,
    /// Held as long as the build runs.
    _lock: File,
}

/// File systems of steps. The name is short, since the kernel takes one page of names at a time.
const STEPS: &str = "l";
const PACKAGES: &str = "packages";
const MOUNTS: &str = "mounts";
const MEMOS: &str = "memos";
const SCRATCH: &str = "tmp";
const LOCK: &str = "lock";

impl Cache {
    /// The one in the user's cache directory.
    ///
    /// # Errors
    /// There is none, or it cannot be written to.
    pub(super) fn open(caches: Option<&Path>) -> Result<Self> {
        let caches = caches.ok_or_else(|| {
            Error::system("There is no directory for what the build keeps")
                .cause("neither HOME nor XDG_CACHE_HOME is set")
                .hint("Set XDG_CACHE_HOME to a directory on a local disk")
        })?;
        Self::in_directory(&caches.join("plugpacks/nix"))
    }

    /// One in this directory.
    ///
    /// # Errors
    /// It cannot be written to.
    pub(super) fn in_directory(root: &Path) -> Result<Self> {
        for name in [STEPS, PACKAGES, MOUNTS, MEMOS, SCRATCH] {
            let directory = root.join(name);
            fs::create_dir_all(&directory).map_err(|error| cannot_write(&directory, error))?;
        }
        fs::set_permissions(root, Permissions::from_mode(0o700)).map_err(|error| cannot_write(root, error))?;
        sweep(&root.join(SCRATCH));
        let made = tempfile::Builder::new().prefix("build.").tempdir_in(root.join(SCRATCH));
        let scratch = made.map_err(|error| cannot_write(root, error))?.keep();
        let lock = File::create(scratch.join(LOCK)).and_then(|file| file.lock().map(|()| file));
        let lock = lock.map_err(|error| cannot_write(&scratch, error))?;
        Ok(Self { root: root.to_owned(), scratch, _lock: lock })
    }

    pub(super) fn root(&self) -> &Path {
        &self.root
    }

    /// The file system that a step left, or will.
    pub(super) fn step(&self, key: &Key) -> PathBuf {
        self.root.join(STEPS).join(&key.0)
    }

    /// What is known of some packages.
    pub(super) fn packages(&self, key: &Key) -> PathBuf {
        self.root.join(PACKAGES).join(&key.0)
    }

    /// A directory that outlives builds.
    ///
    /// # Errors
    /// It cannot be made.
    pub(super) fn mount(&self, id: &str) -> Result<PathBuf> {
        let path = self.root.join(MOUNTS).join(id);
        fs::create_dir_all(&path).map_err(|error| cannot_write(&path, error))?;
        Ok(path)
    }

    /// A note under a key.
    pub(super) fn memo(&self, key: &Key) -> Option<String> {
        fs::read_to_string(self.root.join(MEMOS).join(&key.0)).ok()
    }

    /// Keeps a note.
    ///
    /// # Errors
    /// It cannot be written.
    pub(super) fn keep_memo(&self, key: &Key, text: &str) -> Result<()> {
        write_whole(&self.root.join(MEMOS).join(&key.0), text.as_bytes())
    }

    /// A new directory of this build's own.
    ///
    /// # Errors
    /// It cannot be made.
    pub(super) fn new_directory(&self) -> Result<PathBuf> {
        let made = tempfile::Builder::new().prefix("d.").tempdir_in(&self.scratch);
        let directory = made.map_err(|error| cannot_write(&self.scratch, error))?.keep();
        fs::set_permissions(&directory, Permissions::from_mode(0o755))
            .map_err(|error| cannot_write(&directory, error))?;
        Ok(directory)
    }

    /// A new file of this build's own.
    ///
    /// # Errors
    /// It cannot be made.
    pub(super) fn new_file(&self) -> Result<NamedTempFile> {
        NamedTempFile::new_in(&self.scratch).map_err(|error| cannot_write(&self.scratch, error))
    }

    /// Makes a step's file system: `fill` puts it into a directory, which then gets its name.
    ///
    /// # Errors
    /// `fill` fails, or the directory cannot be written to.
    pub(super) fn make_step(&self, key: &Key, fill: impl FnOnce(&Path) -> Result<()>) -> Result<PathBuf> {
        let place = self.step(key);
        if !place.exists() {
            let directory = self.new_directory()?;
            fill(&directory)?;
            self.put(&directory, &place)?;
        }
        Ok(place)
    }

    /// Gives a finished directory its name; another build may have been quicker.
    ///
    /// # Errors
    /// It cannot be written.
    pub(super) fn put(&self, directory: &Path, place: &Path) -> Result<()> {
        match fs::rename(directory, place) {
            Err(_) if place.exists() => Ok(()),
            result => result.map_err(|error| cannot_write(place, error)),
        }
    }
}

impl Drop for Cache {
    fn drop(&mut self) {
        remove(&self.scratch);
    }
}

/// Removes what builds left that were killed.
fn sweep(scratch: &Path) {
    let Ok(entries) = fs::read_dir(scratch) else { return };
    for entry in entries.flatten() {
        let is_dead = match File::open(entry.path().join(LOCK)) {
            Ok(lock) => lock.try_lock().is_ok(),
            // One that begins has none yet.
            Err(_) => entry
                .metadata()
                .and_then(|metadata| metadata.modified())
                .is_ok_and(|time| time.elapsed().is_ok_and(|age| age.as_secs() > 60)),
        };
        if is_dead {
            remove(&entry.path());
        }
    }
}

/// Removes a directory, also one in which others may not look: the next build tries again.
fn remove(directory: &Path) {
    if fs::remove_dir_all(directory).is_err() {
        open_up(directory);
        let _is_left = fs::remove_dir_all(directory).is_err();
    }
}

fn open_up(directory: &Path) {
    let _is_refused = fs::set_permissions(directory, Permissions::from_mode(0o700)).is_err();
    for entry in fs::read_dir(directory).into_iter().flatten().flatten() {
        if entry.file_type().is_ok_and(|kind| kind.is_dir()) {
            open_up(&entry.path());
        }
    }
}

/// Writes a file that nobody sees half of.
///
/// # Errors
/// It cannot be written.
pub(super) fn write_whole(path: &Path, bytes: &[u8]) -> Result<()> {
    let write = || -> io::Result<()> {
        let mut file = NamedTempFile::new_in(path.parent().unwrap_or(Path::new(".")))?;
        file.write_all(bytes)?;
        file.as_file().set_permissions(Permissions::from_mode(0o644))?;
        file.persist(path)?;
        Ok(())
    };
    write().map_err(|error| cannot_write(path, error))
}

/// The error that a path cannot be written.
pub(super) fn cannot_write(path: &Path, error: io::Error) -> Error {
    let hint = match error.kind() {
        io::ErrorKind::StorageFull | io::ErrorKind::QuotaExceeded => {
            "The disk is full. While no build runs, `plugpacks/nix` in your cache directory can be removed"
        }
        io::ErrorKind::PermissionDenied | io::ErrorKind::ReadOnlyFilesystem => {
            "XDG_CACHE_HOME names another directory for what builds keep"
        }
        _ => return Error::system(format!("Cannot write `{}`", path.display())).cause(error),
    };
    Error::system(format!("Cannot write `{}`", path.display())).cause(error).hint(hint)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn parts_of_a_key_do_not_run_into_each_other() {
        assert_ne!(Key::of("k", ["ab", "c"]), Key::of("k", ["a", "bc"]));
        assert_ne!(Key::of("k", ["a"]), Key::of("l", ["a"]));
        assert_eq!(Key::of("k", ["a"]), Key::of("k", ["a"]));
    }

    #[test]
    fn a_build_that_was_killed_leaves_nothing_and_one_that_runs_is_left_alone() {
        let place = tempfile::tempdir().unwrap();
        let running = Cache::in_directory(place.path()).unwrap();
        let killed = Cache::in_directory(place.path()).unwrap();
        let (kept, dead) = (running.scratch.clone(), killed.scratch.clone());
        // Its lock goes as its process does, and nothing is tidied up.
        let Cache { _lock, .. } = &killed;
        _lock.unlock().unwrap();
        std::mem::forget(killed);
        fs::create_dir(dead.join("closed")).unwrap();
        fs::set_permissions(dead.join("closed"), Permissions::from_mode(0o0)).unwrap();
        drop(Cache::in_directory(place.path()).unwrap());
        assert!(kept.exists() && !dead.exists());
    }

    #[test]
    fn a_step_that_fails_leaves_nothing_under_its_name() {
        let place = tempfile::tempdir().unwrap();
        let cache = Cache::in_directory(place.path()).unwrap();
        let key = Key::of("k", ["a"]);
        let fail = |_: &Path| Err(Error::system("no"));
        assert!(cache.make_step(&key, fail).is_err() && !cache.step(&key).exists());
        let made = cache.make_step(&key, |directory| write_whole(&directory.join("f"), b"1")).unwrap();
        assert_eq!(fs::read(made.join("f")).unwrap(), b"1");
        assert!(cache.make_step(&key, fail).is_ok());
    }
}
