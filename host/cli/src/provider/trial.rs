//! Apps to try providers on.

use plugpacks::error::{Error, Result};
use std::fs;
use std::path::Path;
use tempfile::TempDir;

/// A copy of an app whose entries were made in the opposite order, so that a directory lists them in another one
/// where the file system keeps the order.
///
/// # Errors
/// The app cannot be read, or there is no room for the copy.
pub(super) fn shuffled(app: &Path) -> Result<TempDir> {
    let copy = empty()?;
    // The app's name is part of what a provider sees.
    let name = app.file_name().unwrap_or_default();
    copy_reversed(app, &copy.path().join(name))
        .map_err(|error| Error::system(format!("Cannot copy the app `{}`", app.display())).cause(error))?;
    Ok(copy)
}

/// A new directory.
///
/// # Errors
/// It cannot be made.
pub(super) fn empty() -> Result<TempDir> {
    tempfile::tempdir().map_err(|error| Error::system("Cannot make a temporary directory").cause(error))
}

#[allow(clippy::disallowed_methods)]
fn copy_reversed(from: &Path, to: &Path) -> std::io::Result<()> {
    fs::create_dir_all(to)?;
    let mut entries: Vec<_> = fs::read_dir(from)?.collect::<std::io::Result<_>>()?;
    entries.sort_by_key(|entry| std::cmp::Reverse(entry.file_name()));
    for entry in entries {
        let (from, to) = (entry.path(), to.join(entry.file_name()));
        let kind = entry.file_type()?;
        if kind.is_dir() {
            copy_reversed(&from, &to)?;
        } else if kind.is_symlink() {
            #[cfg(unix)]
            std::os::unix::fs::symlink(fs::read_link(&from)?, &to)?;
        } else if kind.is_file() {
            fs::copy(&from, &to)?;
        }
    }
    Ok(())
}
