//! Where a builder finds Dockerfile, generated files and app.

use crate::dockerfile::{BuildFiles, Delivery, GENERATED};
use crate::error::{Error, Result};
use std::fs;
use std::path::{Path, PathBuf};
use tempfile::TempDir;

/// A Dockerfile on disk and the directory it is built from.
pub struct BuildContext {
    /// What `COPY .` copies.
    root: PathBuf,
    /// The Dockerfile.
    dockerfile: PathBuf,
    /// Holds the Dockerfile where it must not lie in the app; removed when this goes away.
    _temporary: Option<TempDir>,
}

impl BuildContext {
    /// The app directory itself is the context: nothing is copied, and nothing is written to it.
    /// The Dockerfile must carry the generated files itself ([`Delivery::Inline`]).
    ///
    /// # Errors
    /// There is no temporary directory to write to.
    pub fn beside_app(app: &Path, files: &BuildFiles) -> Result<Self> {
        let temporary = tempfile::Builder::new()
            .prefix("plugpacks.")
            .tempdir()
            .map_err(|error| Error::system("Cannot make a temporary directory").cause(error))?;
        let dockerfile = temporary.path().join("Dockerfile");
        write(&dockerfile, &files.dockerfile)?;
        write_ignore_file(app, &dockerfile, files)?;
        Ok(Self { root: app.to_owned(), dockerfile, _temporary: Some(temporary) })
    }

    /// A directory that holds [`GENERATED`], be it the app itself or one of its own.
    ///
    /// # Errors
    /// The directory cannot be written to.
    pub fn in_directory(root: &Path, files: &BuildFiles) -> Result<Self> {
        let generated = root.join(GENERATED);
        for (path, text) in &files.generated {
            write(&generated.join(path), text)?;
        }
        let dockerfile = generated.join("Dockerfile");
        write(&dockerfile, &files.dockerfile)?;
        write_ignore_file(root, &dockerfile, files)?;
        Ok(Self { root: root.to_owned(), dockerfile, _temporary: None })
    }

    /// How generated files must be delivered for [`Self::beside_app`].
    pub const BESIDE_APP: Delivery = Delivery::Inline;

    /// The directory that the builder copies from.
    pub fn root(&self) -> &Path {
        &self.root
    }

    /// The Dockerfile's path.
    pub fn dockerfile(&self) -> &Path {
        &self.dockerfile
    }

    /// The same context with another Dockerfile, written beside the first.
    ///
    /// # Errors
    /// The directory cannot be written to.
    pub fn with_dockerfile(&self, name: &str, text: &str) -> Result<Self> {
        let ignored = self.dockerfile.with_file_name("Dockerfile.dockerignore");
        let dockerfile = self.write_beside(name, text)?;
        if ignored.exists() {
            let copy = dockerfile.with_file_name(format!("{name}.dockerignore"));
            fs::copy(&ignored, &copy)
                .map_err(|error| Error::system(format!("Cannot write `{}`", copy.display())).cause(error))?;
        }
        Ok(Self { root: self.root.clone(), dockerfile, _temporary: None })
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
}

/// Writes `<Dockerfile>.dockerignore`, which BuildKit reads instead of the context's `.dockerignore`:
/// what the phases make anew, the rules of that file, then what never belongs to an image.
// The context is the builder's business, be it the app or a directory with generated files.
#[allow(clippy::disallowed_methods)]
fn write_ignore_file(root: &Path, dockerfile: &Path, files: &BuildFiles) -> Result<()> {
    if files.ignore.is_empty() && files.excluded.is_empty() {
        return Ok(());
    }
    let of_context = root.join(".dockerignore");
    let own = match fs::read_to_string(&of_context) {
        Ok(text) => text,
        Err(error) if error.kind() == std::io::ErrorKind::NotFound => String::new(),
        Err(error) => return Err(Error::app(format!("Cannot read `{}`", of_context.display())).cause(error)),
    };
    let excluded = files.excluded.iter().map(String::as_str);
    let lines = excluded.chain(own.lines()).chain(files.ignore.iter().copied());
    let text = lines.fold(String::new(), |text, line| text + line + "\n");
    write(&dockerfile.with_file_name("Dockerfile.dockerignore"), &text)
}

fn write(path: &Path, text: &str) -> Result<()> {
    let directory = path.parent().unwrap_or(Path::new("."));
    fs::create_dir_all(directory)
        .and_then(|()| fs::write(path, text))
        .map_err(|error| Error::system(format!("Cannot write `{}`", path.display())).cause(error))
}
