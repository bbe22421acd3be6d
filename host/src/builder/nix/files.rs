//! App files and generated files as file systems of steps.

use super::cache::{Cache, Key, cannot_write};
use super::oci::BlobWriter;
use crate::app::DockerIgnore;
use crate::error::{Error, Result};
use std::collections::BTreeMap;
use std::fs::{self, File, Metadata, Permissions};
use std::io;
use std::os::unix::fs::{MetadataExt as _, PermissionsExt as _, symlink};
use std::path::{Path, PathBuf};

/// What of the app may be copied.
pub(super) struct Context<'a> {
    root: &'a Path,
    ignored: DockerIgnore,
}

/// App files, by their paths in the image.
#[derive(Debug, Default)]
pub(super) struct Copied {
    files: BTreeMap<PathBuf, Source>,
}

/// An app file.
#[derive(Debug)]
struct Source {
    path: PathBuf,
    metadata: Metadata,
    /// What is in it, or where a link leads.
    content: String,
}

/// The time of the app's files, by which a layer can be made again to the bit: of those that are as they were
/// checked out their own, of those that phases made the newest of the others.
#[derive(Clone, Debug, Default)]
pub(super) struct Times {
    /// Size and time, in seconds since 1970, by path in the app.
    own: BTreeMap<PathBuf, (u64, u64)>,
    newest: u64,
}

impl<'a> Context<'a> {
    pub(super) fn new(root: &'a Path, ignored: &str) -> Self {
        Self { root, ignored: DockerIgnore::parse(ignored) }
    }

    pub(super) fn root(&self) -> &Path {
        self.root
    }

    /// What copying a path brings to a place, as `COPY` does: of a directory its content.
    ///
    /// # Errors
    /// There is no such file, or it cannot be read.
    pub(super) fn take(&self, path: &str, to: &str) -> Result<Copied> {
        let relative = path.trim_start_matches("./").trim_matches('/');
        let relative = if relative == "." { "" } else { relative };
        let unreadable = |error: io::Error| {
            Error::app(format!("Cannot read `{path}` of the app"))
                .cause(error)
                .hint("Look whether the app has this file, and whether an ignore file leaves it out")
        };
        let from = self.root.join(relative);
        let is_inside = from.canonicalize().map_err(unreadable)?.starts_with(self.root);
        if !is_inside {
            return Err(unreadable(io::Error::new(io::ErrorKind::NotFound, "it leads out of the app")));
        }
        let metadata = fs::metadata(&from).map_err(unreadable)?;
        if !relative.is_empty() && self.ignored.leaves_out(relative) && !metadata.is_dir() {
            return Err(unreadable(io::Error::new(io::ErrorKind::NotFound, "an ignore file leaves it out")));
        }
        let mut copied = Copied::default();
        let name = from.file_name().filter(|_| to.ends_with('/') && !metadata.is_dir());
        let mut place = PathBuf::from(to.trim_end_matches("/.").trim_start_matches('/'));
        place.extend(name);
        if metadata.is_dir() {
            self.add_directory(&from, relative, &place, &mut copied).map_err(unreadable)?;
        } else {
            copied.add(from, place, metadata).map_err(unreadable)?;
        }
        Ok(copied)
    }

    fn add_directory(&self, from: &Path, relative: &str, to: &Path, copied: &mut Copied) -> io::Result<()> {
        for entry in fs::read_dir(from)? {
            let entry = entry?;
            let name = entry.file_name();
            let below = match (relative, name.to_string_lossy()) {
                ("", name) => name.into_owned(),
                (directory, name) => format!("{directory}/{name}"),
            };
            let is_left_out = self.ignored.leaves_out(&below);
            let kind = entry.file_type()?;
            if kind.is_dir() {
                if is_left_out && !self.ignored.brings_back() {
                    continue;
                }
                if !is_left_out {
                    copied.add(entry.path(), to.join(&name), entry.metadata()?)?;
                }
                self.add_directory(&entry.path(), &below, &to.join(&name), copied)?;
            } else if !is_left_out && (kind.is_file() || kind.is_symlink()) {
                copied.add(entry.path(), to.join(&name), entry.metadata()?)?;
            }
        }
        Ok(())
    }
}

impl Copied {
    fn add(&mut self, path: PathBuf, to: PathBuf, metadata: Metadata) -> io::Result<()> {
        let content = if metadata.is_dir() {
            String::new()
        } else if metadata.is_symlink() {
            fs::read_link(&path)?.to_string_lossy().into_owned()
        } else {
            let mut writer = BlobWriter::new(io::sink());
            io::copy(&mut File::open(&path)?, &mut writer)?;
            writer.finish().1
        };
        self.files.insert(to, Source { path, metadata, content });
        Ok(())
    }

    /// What phases can tell apart: names, permissions and content.
    pub(super) fn content(&self) -> Key {
        Key::of("files", self.files.iter().flat_map(|(path, source)| source.parts(path)))
    }

    /// The same and the files' times, which end in the image.
    fn content_and_times(&self) -> Key {
        let times = self.files.values().map(|source| source.metadata.mtime().to_string().into_bytes());
        Key::of("copy", [self.content().as_ref().to_vec()].into_iter().chain(times))
    }

    /// The files as the file system of a step.
    ///
    /// # Errors
    /// They cannot be copied.
    pub(super) fn lay_down(&self, cache: &Cache) -> Result<PathBuf> {
        cache.make_step(&self.content_and_times(), |directory| {
            for (path, source) in &self.files {
                let to = directory.join(path);
                source.copy(&to).map_err(|error| cannot_write(&to, error))?;
            }
            Ok(())
        })
    }

    /// Notes the times of files below the app's directory.
    pub(super) fn add_times(&self, times: &mut Times) {
        for (path, source) in &self.files {
            let Ok(path) = path.strip_prefix("app") else { continue };
            if source.metadata.is_file() {
                let time = u64::try_from(source.metadata.mtime()).unwrap_or_default();
                times.own.insert(path.to_owned(), (source.metadata.len(), time));
                times.newest = times.newest.max(time);
            }
        }
    }
}

impl Source {
    fn parts(&self, path: &Path) -> [Vec<u8>; 3] {
        use std::os::unix::ffi::OsStrExt as _;
        let mode = format!("{:o}", self.metadata.mode()).into_bytes();
        [path.as_os_str().as_bytes().to_vec(), mode, self.content.clone().into_bytes()]
    }

    fn copy(&self, to: &Path) -> io::Result<()> {
        fs::create_dir_all(to.parent().unwrap_or(to))?;
        if self.metadata.is_dir() {
            fs::create_dir_all(to)?;
            return fs::set_permissions(to, Permissions::from_mode(self.metadata.mode() & 0o7777 | 0o700));
        }
        if self.metadata.is_symlink() {
            return symlink(&self.content, to);
        }
        fs::copy(&self.path, to)?;
        File::open(to)?.set_modified(self.metadata.modified()?)
    }
}

impl Times {
    /// The time of a file in the app.
    pub(super) fn of(&self, path: &Path, size: u64) -> u64 {
        match self.own.get(path) {
            Some((own, time)) if *own == size => *time,
            _ => self.newest,
        }
    }

    /// By which a layer with these times is known.
    pub(super) fn key(&self) -> Key {
        Key::of("times", self.own.iter().map(|(path, times)| format!("{} {times:?}", path.display())))
    }
}

/// Text files as the file system of a step: paths without the first slash, and texts.
///
/// # Errors
/// They cannot be written.
pub(super) fn lay_down_texts(cache: &Cache, files: &[(String, &str)]) -> Result<(Key, PathBuf)> {
    let key = Key::of("texts", files.iter().flat_map(|(path, text)| [path.as_str(), text]));
    let place = cache.make_step(&key, |directory| {
        for (path, text) in files {
            let to = directory.join(path);
            let write = || {
                fs::create_dir_all(to.parent().unwrap_or(&to))?;
                fs::write(&to, text)
            };
            write().map_err(|error| cannot_write(&to, error))?;
        }
        Ok(())
    })?;
    Ok((key, place))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn app() -> tempfile::TempDir {
        let app = tempfile::tempdir().unwrap();
        for (path, text) in [
            ("package.json", "{}"),
            ("src/a.js", "1"),
            ("node_modules/x/i.js", "2"),
            ("keep/me", "3"),
            ("keep/not", "4"),
        ] {
            fs::create_dir_all(app.path().join(path).parent().unwrap()).unwrap();
            fs::write(app.path().join(path), text).unwrap();
        }
        symlink("src/a.js", app.path().join("link")).unwrap();
        app
    }

    fn names(copied: &Copied) -> Vec<String> {
        copied.files.keys().map(|path| path.display().to_string()).collect()
    }

    #[test]
    fn a_directory_brings_its_content_without_what_is_ignored() {
        let app = app();
        let context = Context::new(app.path(), "**/node_modules\nkeep\n!keep/me\n");
        let copied = context.take(".", "/app/.").unwrap();
        assert_eq!(names(&copied), ["app/keep/me", "app/link", "app/package.json", "app/src", "app/src/a.js"]);
        assert_eq!(names(&context.take("package.json", "/app/package.json").unwrap()), ["app/package.json"]);
        assert_eq!(names(&context.take("./package.json", "/opt/").unwrap()), ["opt/package.json"]);
        assert!(context.take("keep/not", "/app/keep/not").is_err() && context.take("none", "/app/none").is_err());
    }

    #[test]
    fn content_and_not_time_tells_files_apart_for_phases() {
        let app = app();
        let context = Context::new(app.path(), "");
        let keys =
            || context.take("src", "/app/src").map(|copied| (copied.content(), copied.content_and_times())).unwrap();
        let before = keys();
        let file = File::options().write(true).open(app.path().join("src/a.js")).unwrap();
        file.set_modified(std::time::SystemTime::UNIX_EPOCH).unwrap();
        let touched = keys();
        assert!(before.0 == touched.0 && before.1 != touched.1);
        fs::write(app.path().join("src/a.js"), "9").unwrap();
        assert_ne!(keys().0, touched.0);
    }

    #[test]
    fn what_phases_made_gets_the_newest_time() {
        let app = app();
        let mut times = Times::default();
        Context::new(app.path(), "").take(".", "/app/.").unwrap().add_times(&mut times);
        let own = fs::metadata(app.path().join("src/a.js")).unwrap().mtime() as u64;
        assert_eq!(times.of(Path::new("src/a.js"), 1), own);
        assert_eq!(times.of(Path::new("dist/made.js"), 1), times.newest);
    }
}
