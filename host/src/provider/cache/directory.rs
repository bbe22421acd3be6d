//! A directory in which compiled or fetched components are kept. Code from it runs as part of this program, so it is
//! used only where nobody but the user can have written it.

use crate::error::{Error, Result};
use std::fmt;
use std::fs::{self, File, Metadata};
use std::io::{Read as _, Write as _};
use std::path::{Path, PathBuf};
use std::time::{Duration, SystemTime};

/// An entry that was not used for so long is removed.
const MAX_AGE: Duration = Duration::from_secs(30 * 24 * 60 * 60);

/// All entries together take up at most so much, in bytes; those that were not used longest go first.
const MAX_SIZE: u64 = 1 << 30;

/// How exactly the time of the last use is known.
const USE_PRECISION: Duration = Duration::from_secs(24 * 60 * 60);

/// The suffixes of an entry's files: the code, and who it is.
pub(super) const CODE: &str = "cwasm";
pub(super) const RECORD: &str = "json";

/// A directory that is the user's own.
#[derive(Clone, Debug)]
pub(in crate::provider) struct Directory(PathBuf);

/// Why a directory is not used.
#[derive(Debug)]
pub(in crate::provider) enum Unusable {
    /// It cannot be made or looked at.
    Unreachable(PathBuf, std::io::Error),
    /// It is a link, or no directory.
    NoDirectory(PathBuf),
    /// It belongs to somebody else.
    OfSomebodyElse(PathBuf),
    /// Others may write into it.
    OpenToOthers(PathBuf),
}

impl fmt::Display for Unusable {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Unreachable(path, error) => {
                write!(f, "`{}`: {error}. XDG_CACHE_HOME names another directory for caches", path.display())
            }
            Self::NoDirectory(path) => write!(f, "`{}` is no directory of its own. Remove it", path.display()),
            Self::OfSomebodyElse(path) => {
                write!(
                    f,
                    "`{0}` belongs to another user, whose code would run here. Remove it, or `chown` it",
                    path.display()
                )
            }
            Self::OpenToOthers(path) => {
                write!(
                    f,
                    "others may write into `{0}`, and their code would run here. Run `chmod go-w {0}`",
                    path.display()
                )
            }
        }
    }
}

/// A file of an entry, as far as a listing shows it.
pub(in crate::provider) struct StoredFile {
    pub(in crate::provider) path: PathBuf,
    pub(in crate::provider) size: u64,
    pub(in crate::provider) used: SystemTime,
}

impl Directory {
    /// Makes a directory, unless it is there, and checks that it and the one around it are the user's own.
    ///
    /// # Errors
    /// It cannot be used: why.
    pub(in crate::provider) fn open(path: &Path) -> std::result::Result<Self, Unusable> {
        make(path).map_err(|error| Unusable::Unreachable(path.to_owned(), error))?;
        for directory in [path.parent().unwrap_or(path), path] {
            let metadata =
                fs::symlink_metadata(directory).map_err(|error| Unusable::Unreachable(directory.to_owned(), error))?;
            if !metadata.is_dir() {
                return Err(Unusable::NoDirectory(directory.to_owned()));
            }
            if !is_own(&metadata) {
                return Err(Unusable::OfSomebodyElse(directory.to_owned()));
            }
            if is_open_to_others(&metadata) {
                return Err(Unusable::OpenToOthers(directory.to_owned()));
            }
        }
        Ok(Self(path.to_owned()))
    }

    /// An entry's file, open, if it is there and the user's own.
    pub(in crate::provider) fn file(&self, key: &str, suffix: &str) -> Option<File> {
        let path = self.0.join(key).with_extension(suffix);
        // Opening a named pipe would wait for its other end.
        if !fs::symlink_metadata(&path).ok()?.is_file() {
            return None;
        }
        let file = File::open(path).ok()?;
        let metadata = file.metadata().ok()?;
        let is_trusted = metadata.is_file() && is_own(&metadata) && !is_open_to_others(&metadata);
        is_trusted.then_some(file)
    }

    /// The content of an entry's file.
    pub(in crate::provider) fn read(&self, key: &str, suffix: &str) -> Option<Vec<u8>> {
        let mut bytes = Vec::new();
        self.file(key, suffix)?.read_to_end(&mut bytes).ok()?;
        Some(bytes)
    }

    /// Writes an entry's file, which appears whole and under its final name, so that runs at the same time do
    /// no harm.
    ///
    /// # Errors
    /// The disk is full, or the directory is gone.
    pub(in crate::provider) fn write(&self, key: &str, suffix: &str, content: &[u8]) -> std::io::Result<()> {
        let mut temporary = tempfile::NamedTempFile::new_in(&self.0)?;
        temporary.write_all(content)?;
        temporary.persist(self.0.join(key).with_extension(suffix))?;
        Ok(())
    }

    /// Notes that an entry is used.
    pub(in crate::provider) fn touch(file: &File) {
        let now = SystemTime::now();
        let is_known = |used: SystemTime| now.duration_since(used).is_ok_and(|since| since < USE_PRECISION);
        if !file.metadata().and_then(|metadata| metadata.modified()).is_ok_and(is_known) {
            // A read-only cache is still one.
            let _ = file.set_modified(now);
        }
    }

    /// Removes entries that were not used for long, then those that are too many, then what ended runs left.
    pub(in crate::provider) fn prune(&self) {
        self.prune_to(MAX_SIZE, SystemTime::now());
    }

    fn prune_to(&self, max_size: u64, now: SystemTime) {
        let mut files = self.files();
        files.sort_by_key(|file| file.used);
        let mut size: u64 = files.iter().map(|file| file.size).sum();
        for file in files {
            let is_old = now.duration_since(file.used).is_ok_and(|age| age > MAX_AGE);
            if (is_old || size > max_size) && fs::remove_file(&file.path).is_ok() {
                size -= file.size;
            }
        }
    }

    /// Removes everything in the directory; how many bytes that were.
    ///
    /// # Errors
    /// A file cannot be removed.
    pub(in crate::provider) fn clear(&self) -> Result<u64> {
        let files = self.files();
        for file in &files {
            match fs::remove_file(&file.path) {
                Err(error) if error.kind() != std::io::ErrorKind::NotFound => {
                    return Err(Error::system(format!("Cannot remove `{}`", file.path.display())).cause(error));
                }
                _ => {}
            }
        }
        Ok(files.iter().map(|file| file.size).sum())
    }

    /// Everything in the directory, be it of an entry or left by a run that was ended.
    pub(in crate::provider) fn files(&self) -> Vec<StoredFile> {
        let stored = |entry: fs::DirEntry| {
            let metadata = entry.metadata().ok().filter(Metadata::is_file)?;
            Some(StoredFile { path: entry.path(), size: metadata.len(), used: metadata.modified().ok()? })
        };
        fs::read_dir(&self.0).into_iter().flatten().flatten().filter_map(stored).collect()
    }
}

#[cfg(unix)]
fn make(path: &Path) -> std::io::Result<()> {
    use std::os::unix::fs::DirBuilderExt as _;
    if let Some(parent) = path.parent().and_then(Path::parent) {
        fs::create_dir_all(parent)?;
    }
    fs::DirBuilder::new().recursive(true).mode(0o700).create(path)
}

#[cfg(not(unix))]
fn make(path: &Path) -> std::io::Result<()> {
    fs::create_dir_all(path)
}

#[cfg(unix)]
fn is_own(metadata: &Metadata) -> bool {
    use std::os::unix::fs::MetadataExt as _;
    metadata.uid() == own_user()
}

#[cfg(target_os = "linux")]
fn own_user() -> u32 {
    rustix::process::geteuid().as_raw()
}

/// Whom a file belongs to that this process made.
#[cfg(all(unix, not(target_os = "linux")))]
fn own_user() -> u32 {
    use std::os::unix::fs::MetadataExt as _;
    let made = tempfile::tempfile().and_then(|file| file.metadata());
    made.map_or(u32::MAX, |metadata| metadata.uid())
}

#[cfg(not(unix))]
fn is_own(_: &Metadata) -> bool {
    true
}

#[cfg(unix)]
fn is_open_to_others(metadata: &Metadata) -> bool {
    use std::os::unix::fs::MetadataExt as _;
    metadata.mode() & 0o022 != 0
}

#[cfg(not(unix))]
fn is_open_to_others(_: &Metadata) -> bool {
    false
}

#[cfg(test)]
mod tests {
    use super::*;

    fn directory() -> (tempfile::TempDir, Directory) {
        let temporary = tempfile::tempdir().unwrap();
        let directory = Directory::open(&temporary.path().join("plugpacks/components")).unwrap();
        (temporary, directory)
    }

    #[test]
    fn what_was_not_used_for_long_is_removed_and_then_what_is_too_much() {
        let (_temporary, directory) = directory();
        let day = Duration::from_secs(24 * 60 * 60);
        let now = SystemTime::now();
        for (key, days) in [("a", 40), ("b", 20), ("c", 10), ("d", 0)] {
            directory.write(key, CODE, &[0; 100]).unwrap();
            directory.file(key, CODE).unwrap().set_modified(now - day * days).unwrap();
        }
        let left = || {
            let name = |file: StoredFile| file.path.file_stem().unwrap().to_str().unwrap().to_owned();
            let mut names: Vec<_> = directory.files().into_iter().map(name).collect();
            names.sort();
            names.concat()
        };
        directory.prune();
        assert_eq!(left(), "bcd");
        Directory::touch(&directory.file("b", CODE).unwrap());
        directory.prune_to(250, now);
        assert_eq!(left(), "bd");
    }

    #[cfg(unix)]
    #[test]
    fn what_others_may_write_is_not_read() {
        use std::os::unix::fs::PermissionsExt as _;
        let (temporary, directory) = directory();
        let mode = |path: &Path, mode| fs::set_permissions(path, fs::Permissions::from_mode(mode)).unwrap();
        directory.write("a", CODE, b"code").unwrap();
        assert_eq!(directory.read("a", CODE).unwrap(), b"code");
        mode(&directory.0.join("a.cwasm"), 0o666);
        assert!(directory.read("a", CODE).is_none());
        std::os::unix::fs::symlink("a.cwasm", directory.0.join("b.cwasm")).unwrap();
        assert!(directory.read("b", CODE).is_none());

        let outer = temporary.path().join("plugpacks");
        for path in [&outer, &directory.0] {
            assert!(Directory::open(&directory.0).is_ok());
            mode(path, 0o777);
            let error = Directory::open(&directory.0).unwrap_err();
            assert!(matches!(&error, Unusable::OpenToOthers(open) if open == path), "{error}");
            mode(path, 0o700);
        }
        fs::write(outer.join("file"), "").unwrap();
        assert!(matches!(
            Directory::open(&outer.join("file")),
            Err(Unusable::Unreachable(..) | Unusable::NoDirectory(_))
        ));
    }
}
