//! Where a builder finds Dockerfile, generated files and app.

use super::fields::Fields;
use crate::app::{AccessError, App};
use crate::dockerfile::{BuildFiles, Dockerfile, GENERATED, Parcel, Rendered};
use crate::error::{Error, Result};
use std::io::Write as _;
use std::path::{Path, PathBuf};
use std::{fs, io};
use tempfile::{NamedTempFile, TempDir};

/// A Dockerfile on disk and the directory it is built from.
pub struct BuildContext {
    /// What `COPY .` copies.
    root: PathBuf,
    /// The Dockerfile.
    dockerfile: PathBuf,
    /// What is in it.
    source: Rendered,
    /// The same as data.
    document: Dockerfile,
    /// What a builder without images starts from, as a Nix file.
    base: String,
    /// The rules of what does not belong to the context.
    ignored: String,
    /// What the builder hands to steps: names and files.
    parcels: Vec<(String, PathBuf)>,
    /// Holds the Dockerfile where it must not lie in the app; removed when this goes away.
    _temporary: Option<TempDir>,
}

impl BuildContext {
    /// The app directory itself is the context: nothing is copied, and nothing is written to it.
    /// Generated files must not be expected in it: [`Builder::delivery`](super::Builder::delivery).
    ///
    /// # Errors
    /// There is no temporary directory to write to.
    pub fn beside_app(app: &App, files: &BuildFiles) -> Result<Self> {
        let temporary = tempfile::Builder::new()
            .prefix("plugpacks.")
            .tempdir()
            .map_err(|error| Error::system("Cannot make a temporary directory").cause(error))?;
        let context = Self::written(app.root(), temporary.path(), app, files)?;
        let parcels = write_parcels(temporary.path(), &files.parcels)?;
        Ok(Self { parcels, _temporary: Some(temporary), ..context })
    }

    /// A directory that holds [`GENERATED`], be it the app itself or one of its own.
    ///
    /// # Errors
    /// The directory cannot be written to, or what is there leads elsewhere.
    pub fn in_directory(root: &Path, app: &App, files: &BuildFiles) -> Result<Self> {
        let generated = root.join(GENERATED);
        for path in [""].into_iter().chain(files.generated.keys().map(String::as_str)) {
            refuse_links(&generated, path)?;
        }
        for (path, text) in &files.generated {
            write(&generated.join(path), text)?;
        }
        Self::written(root, &generated, app, files)
    }

    /// A context whose Dockerfile and ignore file are written to a directory.
    fn written(root: &Path, directory: &Path, app: &App, files: &BuildFiles) -> Result<Self> {
        let dockerfile = directory.join("Dockerfile");
        let source = files.dockerfile.render();
        write(&dockerfile, &source.text)?;
        let ignored = write_ignore_file(app, &dockerfile, files)?;
        Ok(Self {
            root: root.to_owned(),
            dockerfile,
            source,
            document: files.dockerfile.clone(),
            base: files.base.clone(),
            ignored,
            parcels: Vec::new(),
            _temporary: None,
        })
    }

    /// The directory that the builder copies from.
    pub fn root(&self) -> &Path {
        &self.root
    }

    /// The Dockerfile's path.
    pub fn dockerfile(&self) -> &Path {
        &self.dockerfile
    }

    /// What is in the Dockerfile.
    pub fn source(&self) -> &Rendered {
        &self.source
    }

    /// The Dockerfile as data.
    pub(super) fn document(&self) -> &Dockerfile {
        &self.document
    }

    /// What a builder without images starts from, as a Nix file.
    pub(super) fn base(&self) -> &str {
        &self.base
    }

    /// What does not belong to the context, in the words of a `.dockerignore`.
    pub(super) fn ignored(&self) -> &str {
        &self.ignored
    }

    /// What the builder hands to steps, as its `--secret` takes it.
    pub(super) fn parcel_arguments(&self) -> impl Iterator<Item = String> {
        self.parcels.iter().map(|(name, path)| {
            Fields::of([("id", name), ("type", "file"), ("src", &path.to_string_lossy())]).to_string()
        })
    }

    /// The same context with another Dockerfile, written beside the first.
    ///
    /// # Errors
    /// The directory cannot be written to.
    pub fn with_dockerfile(&self, name: &str, other: &Dockerfile) -> Result<Self> {
        let ignored = self.dockerfile.with_file_name("Dockerfile.dockerignore");
        let source = other.render();
        let dockerfile = self.write_beside(name, &source.text)?;
        if ignored.exists() {
            let copy = dockerfile.with_file_name(format!("{name}.dockerignore"));
            fs::copy(&ignored, &copy)
                .map_err(|error| Error::system(format!("Cannot write `{}`", copy.display())).cause(error))?;
        }
        Ok(Self {
            root: self.root.clone(),
            dockerfile,
            source,
            document: other.clone(),
            base: self.base.clone(),
            ignored: self.ignored.clone(),
            parcels: self.parcels.clone(),
            _temporary: None,
        })
    }

    /// Writes a file beside the Dockerfile.
    ///
    /// # Errors
    /// The directory cannot be written to.
    pub fn write_beside(&self, name: &str, text: &str) -> Result<PathBuf> {
        let path = self.dockerfile.with_file_name(name);
        write(&path, text)?;
        Ok(path)
    }

    /// Writes a script beside the Dockerfile that nobody else may read.
    ///
    /// # Errors
    /// The directory cannot be written to.
    pub fn write_script_beside(&self, name: &str, text: &str) -> Result<()> {
        write_as(&self.dockerfile.with_file_name(name), text, Readers::OwnScript)
    }
}

/// Writes what the builder hands to steps.
fn write_parcels(directory: &Path, parcels: &[Parcel]) -> Result<Vec<(String, PathBuf)>> {
    let write_one = |Parcel { name, script }: &Parcel| {
        let path = directory.join(format!("{name}.sh"));
        write(&path, script).map(|()| (name.clone(), path))
    };
    parcels.iter().map(write_one).collect()
}

/// A directory of the app's could be a link to anywhere.
fn refuse_links(generated: &Path, path: &str) -> Result<()> {
    let directories = path.match_indices('/').map(|(at, _)| generated.join(&path[..at]));
    let mut all = [generated.to_owned()].into_iter().chain(directories);
    match all.find(|directory| directory.is_symlink()) {
        Some(link) => Err(Error::configuration(format!("`{}` is a symbolic link", link.display()))
            .cause("files of the build are written there")
            .hint("Remove it, or name another directory with `--out`")),
        None => Ok(()),
    }
}

/// Writes `<Dockerfile>.dockerignore`, which BuildKit reads instead of the context's `.dockerignore`:
/// what the phases make anew, the rules of that file, then what never belongs to an image, apart from the
/// generated files that the Dockerfile copies. Gives what it wrote.
fn write_ignore_file(app: &App, dockerfile: &Path, files: &BuildFiles) -> Result<String> {
    if files.ignore.is_empty() && files.excluded.is_empty() {
        return Ok(String::new());
    }
    let own = match app.read_text(".dockerignore") {
        Ok(text) => text,
        Err(AccessError::Missing) => String::new().into(),
        Err(error) => return Err(Error::app("Cannot read the app's `.dockerignore`").cause(error)),
    };
    let excluded = files.excluded.iter().map(String::as_str);
    let needed = files.needed.iter().map(|path| format!("!{path}"));
    // Who writes so wants the history: for a version that is read off tags, for one.
    let brings_git =
        own.lines().any(|line| matches!(line.trim().trim_end_matches('/'), "!.git" | "!/.git" | "!**/.git"));
    let never = files.ignore.iter().copied().filter(|pattern| !(brings_git && *pattern == "**/.git"));
    let lines = excluded.chain(own.lines()).chain(never).map(str::to_owned).chain(needed);
    let text = lines.fold(String::new(), |text, line| text + &line + "\n");
    write(&dockerfile.with_file_name("Dockerfile.dockerignore"), &text)?;
    Ok(text)
}

/// Who may read a file.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Readers {
    /// Whoever may by default.
    Everybody,
    /// The user alone, who may also run it.
    OwnScript,
}

fn write(path: &Path, text: &str) -> Result<()> {
    write_as(path, text, Readers::Everybody)
}

/// Puts a file in place as a whole, instead of what is there.
fn write_as(path: &Path, text: &str, readers: Readers) -> Result<()> {
    let write = || -> io::Result<()> {
        let directory = path.parent().unwrap_or(Path::new("."));
        fs::create_dir_all(directory)?;
        let mut file = NamedTempFile::new_in(directory)?;
        file.write_all(text.as_bytes())?;
        allow(&file, readers)?;
        file.persist(path)?;
        Ok(())
    };
    write().map_err(|error| Error::system(format!("Cannot write `{}`", path.display())).cause(error))
}

/// A temporary file is its owner's alone.
#[cfg(unix)]
fn allow(file: &NamedTempFile, readers: Readers) -> io::Result<()> {
    use std::os::unix::fs::PermissionsExt as _;
    let mode = match readers {
        Readers::Everybody => 0o644,
        Readers::OwnScript => 0o700,
    };
    file.as_file().set_permissions(fs::Permissions::from_mode(mode))
}

#[cfg(not(unix))]
fn allow(_: &NamedTempFile, _: Readers) -> io::Result<()> {
    Ok(())
}
