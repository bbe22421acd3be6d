//! The app directory: the host's only reader of it.
//!
//! Every answer is recorded, nothing outside the directory is reachable, and each file is read at
//! most once; the tree is walked when the first glob asks for it, and once.

// The one place that reads the app.
#![allow(clippy::disallowed_methods)]

mod checkout;
mod copy;
mod docker_ignore;
mod folder;
mod index;
mod path;
mod pattern;
mod reads;

pub use checkout::Checkout;
pub use docker_ignore::DockerIgnore;
pub use path::AppPath;
pub use reads::{Read, Reads};

use crate::edition::SearchRules;
use index::{Index, IndexEntry, Matcher};
use pattern::Pattern;
use std::borrow::Cow;
use std::collections::HashMap;
use std::fs::{self, File, Metadata};
use std::io::{ErrorKind, Read as _};
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, OnceLock, PoisonError};

/// The largest file that is read, in bytes. Lockfiles of large monorepos have some 10 MB.
pub const MAX_FILE_SIZE: u64 = 64 << 20;

/// What stands at a path, symbolic links within the app followed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum EntryKind {
    /// Nothing.
    Missing,
    /// A regular file.
    File,
    /// A directory.
    Directory,
    /// A socket, a named pipe, a device.
    Other,
}

/// Why something could not be read.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum AccessError {
    /// Nothing stands at the path.
    Missing,
    /// The path is not a regular file.
    NotAFile,
    /// The path leaves the app directory.
    OutsideApp,
    /// The file is not UTF-8.
    NotText,
    /// The file has more bytes than this limit.
    TooLarge(u64),
    /// The glob or regular expression is wrong: how.
    InvalidPattern(String),
    /// The operating system refused: its message.
    Unreadable(String),
}

impl std::fmt::Display for AccessError {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::Missing => f.write_str("No such file or directory (os error 2)"),
            Self::NotAFile => f.write_str("not a regular file"),
            Self::OutsideApp => f.write_str("the path leaves the app directory"),
            Self::NotText => f.write_str("stream did not contain valid UTF-8"),
            Self::TooLarge(limit) => write!(f, "the file is larger than {limit} bytes"),
            Self::InvalidPattern(message) | Self::Unreadable(message) => f.write_str(message),
        }
    }
}

impl From<std::io::Error> for AccessError {
    fn from(error: std::io::Error) -> Self {
        match error.kind() {
            ErrorKind::NotFound | ErrorKind::NotADirectory => Self::Missing,
            _ => Self::Unreadable(error.to_string()),
        }
    }
}

/// The first place where a regular expression was found.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Occurrence {
    /// The file.
    pub path: String,
    /// The whole match, then each capture group.
    pub groups: Vec<Option<String>>,
}

/// A failed search: the error, and at which file.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SearchError {
    /// Absent if the glob or the expression is at fault.
    pub path: Option<String>,
    /// What is wrong.
    pub error: AccessError,
}

/// A text that was read, or why not; both are remembered.
type Text = Result<Arc<str>, AccessError>;

/// Names of folders, wherever these lie.
pub type FolderNames = Vec<Cow<'static, str>>;

/// An app directory.
pub struct App {
    root: PathBuf,
    rules: SearchRules,
    /// Gives the names of folders that are no part of the app's sources.
    generated: Box<dyn Fn() -> FolderNames + Send + Sync>,
    top_level: OnceLock<HashMap<String, EntryKind>>,
    index: OnceLock<Index>,
    texts: Mutex<HashMap<AppPath, Text>>,
    reads: Mutex<Reads>,
    /// How much texts and reads take up, in bytes.
    kept: AtomicUsize,
}

impl App {
    /// Opens an app directory. Under [`SearchRules::Pruned`] the folders that `generated` names, which some language's
    /// tools make, are not searched; it is asked when the tree is walked.
    ///
    /// # Errors
    /// The path is not a directory, or not a readable one.
    pub fn open(
        directory: &Path,
        rules: SearchRules,
        generated: impl Fn() -> FolderNames + Send + Sync + 'static,
    ) -> std::io::Result<Self> {
        let root = directory.canonicalize()?;
        if !root.is_dir() {
            return Err(std::io::Error::new(ErrorKind::NotADirectory, "Not a directory (os error 20)"));
        }
        Ok(Self {
            root,
            rules,
            generated: Box::new(generated),
            top_level: OnceLock::new(),
            index: OnceLock::new(),
            texts: Mutex::default(),
            reads: Mutex::default(),
            kept: AtomicUsize::new(0),
        })
    }

    /// The directory's canonical path.
    pub fn root(&self) -> &Path {
        &self.root
    }

    /// The directory's own name.
    pub fn name(&self) -> String {
        self.root.file_name().map(|name| name.to_string_lossy().into_owned()).unwrap_or_default()
    }

    /// What the plan depends on so far.
    pub fn reads(&self) -> Reads {
        lock(&self.reads).clone()
    }

    /// Records that a variable was asked for.
    pub fn record_variable(&self, name: &str) {
        self.record(Read::Variable(name.to_owned()));
    }

    fn record(&self, read: Read) {
        let size = read.size();
        if lock(&self.reads).insert(read) {
            self.kept.fetch_add(size, Ordering::Relaxed);
        }
    }

    /// How much is kept of what was asked, in bytes: texts, and what [`Self::reads`] lists.
    pub fn kept(&self) -> usize {
        self.kept.load(Ordering::Relaxed)
    }

    /// What stands at `path`.
    ///
    /// # Errors
    /// The path leaves the app, or the operating system refuses.
    pub fn entry(&self, path: &str) -> Result<EntryKind, AccessError> {
        let path = AppPath::new(path).ok_or(AccessError::OutsideApp)?;
        self.record(Read::Entry(path.clone()));
        self.kind(&path)
    }

    /// Whether the app root has an entry of this name. It is not recorded: no plan may depend on it.
    pub fn has_in_root(&self, name: &str) -> bool {
        self.top_level().is_ok_and(|entries| entries.contains_key(name))
    }

    /// Whether `path` is a regular file with any of the three execute bits.
    ///
    /// # Errors
    /// As [`Self::entry`].
    pub fn is_executable(&self, path: &str) -> Result<bool, AccessError> {
        let path = AppPath::new(path).ok_or(AccessError::OutsideApp)?;
        self.record(Read::Entry(path.clone()));
        match self.metadata(&path) {
            Ok((_, metadata)) => Ok(metadata.is_file() && has_execute_bit(&metadata)),
            Err(AccessError::Missing) => Ok(false),
            Err(error) => Err(error),
        }
    }

    /// The text of a file: UTF-8, `\r\n` turned into `\n`.
    ///
    /// # Errors
    /// The path is not a readable regular file of at most [`MAX_FILE_SIZE`] bytes of UTF-8.
    pub fn read_text(&self, path: &str) -> Text {
        let path = AppPath::new(path).ok_or(AccessError::OutsideApp)?;
        self.record(Read::Text(path.clone()));
        self.text(path)
    }

    fn text(&self, path: AppPath) -> Text {
        if let Some(text) = lock(&self.texts).get(&path) {
            return text.clone();
        }
        let text = self.read_file(&path);
        self.kept.fetch_add(path.as_str().len() + text.as_deref().map_or(0, str::len), Ordering::Relaxed);
        lock(&self.texts).insert(path, text.clone());
        text
    }

    fn read_file(&self, path: &AppPath) -> Text {
        if path.is_top_level() && self.top_level()?.get(path.as_str()).is_none() {
            return Err(AccessError::Missing);
        }
        let (file, metadata) = self.open_file(path)?;
        if metadata.len() > MAX_FILE_SIZE {
            return Err(AccessError::TooLarge(MAX_FILE_SIZE));
        }
        let mut bytes = Vec::with_capacity(metadata.len() as usize + 1);
        file.take(MAX_FILE_SIZE + 1).read_to_end(&mut bytes)?;
        if bytes.len() as u64 > MAX_FILE_SIZE {
            return Err(AccessError::TooLarge(MAX_FILE_SIZE));
        }
        let text = String::from_utf8(bytes).map_err(|_| AccessError::NotText)?;
        Ok(if text.contains("\r\n") { text.replace("\r\n", "\n").into() } else { text.into() })
    }

    /// Opens a regular file.
    fn open_file(&self, path: &AppPath) -> Result<(File, Metadata), AccessError> {
        if let Some(file) = open_without_links(&self.root.join(path.as_str())) {
            let metadata = file.metadata()?;
            return if metadata.is_file() { Ok((file, metadata)) } else { Err(AccessError::NotAFile) };
        }
        let (location, metadata) = self.metadata(path)?;
        if !metadata.is_file() {
            return Err(AccessError::NotAFile);
        }
        Ok((File::open(location)?, metadata))
    }

    /// Every regular file that matches a glob, in walk order.
    ///
    /// # Errors
    /// The glob is wrong.
    pub fn find_files(&self, glob: &str) -> Result<Vec<String>, AccessError> {
        self.find(glob, EntryKind::File)
    }

    /// Every directory that matches a glob, in walk order.
    ///
    /// # Errors
    /// The glob is wrong.
    pub fn find_directories(&self, glob: &str) -> Result<Vec<String>, AccessError> {
        self.find(glob, EntryKind::Directory)
    }

    /// Whether some regular file matches a glob.
    ///
    /// # Errors
    /// The glob is wrong.
    pub fn has_match(&self, glob: &str) -> Result<bool, AccessError> {
        self.record(Read::Glob(glob.to_owned()));
        let matcher = Matcher::new(glob, self.rules)?;
        let is_match = |entry: &IndexEntry| matcher.is_match(&entry.path) && self.is_kind(entry, EntryKind::File);
        Ok(self.index().below(&matcher.directory).iter().any(is_match))
    }

    /// Whether some regular file in the app root itself matches a glob. Does not walk the tree.
    ///
    /// # Errors
    /// The glob is wrong, or the app root cannot be read.
    pub fn has_top_level_match(&self, glob: &str) -> Result<bool, AccessError> {
        self.record(Read::Glob(glob.to_owned()));
        let matcher = Matcher::new(glob, self.rules)?;
        let is_file = |name: &str| AppPath::new(name).is_some_and(|path| self.kind(&path) == Ok(EntryKind::File));
        Ok(self.top_level()?.keys().any(|name| matcher.is_match(name) && is_file(name)))
    }

    fn find(&self, glob: &str, kind: EntryKind) -> Result<Vec<String>, AccessError> {
        self.record(Read::Glob(glob.to_owned()));
        let matcher = Matcher::new(glob, self.rules)?;
        let matching = self.index().below(&matcher.directory).iter().filter(|entry| matcher.is_match(&entry.path));
        Ok(matching.filter(|entry| self.is_kind(entry, kind)).map(|entry| entry.path.clone()).collect())
    }

    /// Whether an entry is of a kind; where it is a symbolic link, whether its target within the
    /// app is.
    fn is_kind(&self, entry: &IndexEntry, kind: EntryKind) -> bool {
        match entry.kind {
            Some(own) => own == kind,
            None => AppPath::new(&entry.path).is_some_and(|path| self.kind(&path) == Ok(kind)),
        }
    }

    /// The first match of a regular expression in the files that match a glob.
    ///
    /// # Errors
    /// Glob or expression are wrong, or a file cannot be read; one that is not UTF-8 is an error
    /// only under [`SearchRules::Nixpacks`].
    pub fn search(&self, glob: &str, pattern: &str) -> Result<Option<Occurrence>, SearchError> {
        let invalid = |error| SearchError { path: None, error };
        let parsed = Pattern::new(pattern).map_err(invalid)?;
        self.record(Read::Search(glob.to_owned(), pattern.to_owned()));
        for path in self.find_files(glob).map_err(invalid)? {
            // Not kept: a search may pass over more text than memory should hold.
            let known = AppPath::new(&path).ok_or(AccessError::OutsideApp);
            let text = match known.and_then(|known| self.text_for_search(&known)) {
                Ok(text) => text,
                Err(AccessError::NotText | AccessError::TooLarge(_)) if self.rules == SearchRules::Pruned => continue,
                Err(error) => return Err(SearchError { path: Some(path), error }),
            };
            if let Some(groups) = parsed.groups(&text).map_err(invalid)? {
                return Ok(Some(Occurrence { path, groups }));
            }
        }
        Ok(None)
    }

    /// The text of a file without remembering it, unless it is known already.
    fn text_for_search(&self, path: &AppPath) -> Text {
        if let Some(text) = lock(&self.texts).get(path) {
            return text.clone();
        }
        self.read_file(path)
    }

    /// The directories directly in the app root, sorted; symbolic links included, but for those to the
    /// app root itself.
    ///
    /// # Errors
    /// The app root cannot be read.
    pub fn top_level_directories(&self) -> Result<Vec<String>, AccessError> {
        self.record(Read::Glob("*".to_owned()));
        let is_directory = |name: &&String| {
            let target = AppPath::new(name).and_then(|path| self.metadata(&path).ok());
            target.is_some_and(|(location, metadata)| metadata.is_dir() && location != self.root)
        };
        let mut names: Vec<_> = self.top_level()?.keys().filter(is_directory).cloned().collect();
        names.sort_unstable();
        Ok(names)
    }

    /// The names of all entries of the app root, directories with a trailing `/`, sorted.
    ///
    /// # Errors
    /// The app root cannot be read.
    pub fn top_level_names(&self) -> Result<Vec<String>, AccessError> {
        let directories = self.top_level_directories()?;
        let name = |name: &String| {
            if directories.contains(name) { format!("{name}/") } else { name.clone() }
        };
        let mut names: Vec<_> = self.top_level()?.keys().map(name).collect();
        names.sort_unstable();
        Ok(names)
    }

    /// One read of the app root answers for most of what providers ask.
    fn top_level(&self) -> Result<&HashMap<String, EntryKind>, AccessError> {
        if let Some(entries) = self.top_level.get() {
            return Ok(entries);
        }
        let mut entries = HashMap::new();
        for entry in fs::read_dir(&self.root)? {
            let entry = entry?;
            // A name that is not UTF-8 cannot be asked for.
            let Ok(name) = entry.file_name().into_string() else { continue };
            let file_type = entry.file_type()?;
            let kind = if file_type.is_symlink() {
                // Missing stands for "look again": a link's target decides.
                EntryKind::Missing
            } else if file_type.is_file() {
                EntryKind::File
            } else if file_type.is_dir() {
                EntryKind::Directory
            } else {
                EntryKind::Other
            };
            entries.insert(name, kind);
        }
        Ok(self.top_level.get_or_init(|| entries))
    }

    fn index(&self) -> &Index {
        self.index.get_or_init(|| Index::walk(&self.root, self.rules, &(self.generated)()))
    }

    fn kind(&self, path: &AppPath) -> Result<EntryKind, AccessError> {
        if path.is_top_level() {
            match self.top_level()?.get(path.as_str()) {
                None => return Ok(EntryKind::Missing),
                Some(EntryKind::Missing) => {}
                Some(kind) => return Ok(*kind),
            }
        }
        match self.metadata(path) {
            Ok((_, metadata)) if metadata.is_file() => Ok(EntryKind::File),
            Ok((_, metadata)) if metadata.is_dir() => Ok(EntryKind::Directory),
            Ok(_) => Ok(EntryKind::Other),
            Err(AccessError::Missing) => Ok(EntryKind::Missing),
            Err(error) => Err(error),
        }
    }

    /// Where a path really is, and what stands there.
    fn metadata(&self, path: &AppPath) -> Result<(PathBuf, Metadata), AccessError> {
        let location = self.root.join(path.as_str());
        let metadata = fs::symlink_metadata(&location)?;
        if path.is_top_level() && !metadata.is_symlink() {
            return Ok((location, metadata));
        }
        let target = location.canonicalize()?;
        if !target.starts_with(&self.root) {
            return Err(AccessError::OutsideApp);
        }
        let metadata = fs::symlink_metadata(&target)?;
        Ok((target, metadata))
    }
}

/// Opens what stands at a path if no symbolic link leads there: one system call instead of one for each
/// part of the path. `None`: look closer. Does not wait for the other end of a named pipe.
#[cfg(target_os = "linux")]
fn open_without_links(location: &Path) -> Option<File> {
    use rustix::fs::{CWD, Mode, OFlags, ResolveFlags, openat2};
    let flags = OFlags::RDONLY | OFlags::CLOEXEC | OFlags::NONBLOCK | OFlags::NOCTTY;
    openat2(CWD, location, flags, Mode::empty(), ResolveFlags::NO_SYMLINKS).ok().map(File::from)
}

#[cfg(not(target_os = "linux"))]
fn open_without_links(_: &Path) -> Option<File> {
    None
}

#[cfg(unix)]
fn has_execute_bit(metadata: &Metadata) -> bool {
    use std::os::unix::fs::PermissionsExt;
    metadata.permissions().mode() & 0o111 != 0
}

#[cfg(not(unix))]
fn has_execute_bit(_: &Metadata) -> bool {
    true
}

/// A lock whose holder panicked still guards valid data here: every change is a single insertion.
fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

#[cfg(test)]
mod tests;
