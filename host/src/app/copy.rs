//! The app directory, copied to where it is built.

use super::App;
use ignore::{DirEntry, WalkBuilder};
use std::fs;
use std::io::{Error, ErrorKind, Result};
use std::path::{Path, PathBuf};

impl App {
    /// Copies everything of the app into a directory that is absent or empty: files with their
    /// permissions, links as links. It appears there as a whole or not at all.
    ///
    /// # Arguments
    /// `left_out`: what is not copied: names at the app's root, or after `**/` anywhere.
    ///
    /// # Errors
    /// The directory has something in it or is the app, or something can't be read or written.
    pub fn copy_to(&self, directory: &Path, left_out: &[&str]) -> Result<()> {
        fs::create_dir_all(directory)?;
        let directory = directory.canonicalize()?;
        if fs::read_dir(&directory)?.next().is_some() {
            return Err(Error::new(ErrorKind::AlreadyExists, "it is not empty"));
        }
        let parent = directory.parent().ok_or(ErrorKind::InvalidInput)?;
        let incomplete = tempfile::Builder::new().prefix(".plugpacks.").tempdir_in(parent)?;
        let (anywhere, at_root): (Vec<&str>, Vec<&str>) = left_out.iter().partition(|name| name.starts_with("**/"));
        let names: Vec<String> = anywhere.iter().map(|name| name.trim_start_matches("**/").to_owned()).collect();
        let mut paths: Vec<PathBuf> = at_root.iter().map(|name| self.root.join(name)).collect();
        // The copy does not copy itself.
        paths.extend([directory.clone(), incomplete.path().to_owned()]);
        let is_wanted = move |entry: &DirEntry| {
            !paths.iter().any(|path| path == entry.path()) && !names.iter().any(|name| **name == *entry.file_name())
        };
        let mut walk = WalkBuilder::new(&self.root);
        for entry in walk.standard_filters(false).filter_entry(is_wanted).build() {
            let entry = entry.map_err(Error::other)?;
            let below = entry.path().strip_prefix(&self.root).map_err(Error::other)?;
            copy_entry(&entry, &incomplete.path().join(below))
                .map_err(|error| Error::new(error.kind(), format!("`{}`: {error}", below.display())))?;
        }
        // A temporary directory is its owner's alone.
        fs::set_permissions(incomplete.path(), fs::metadata(&self.root)?.permissions())?;
        // An empty directory gives way.
        fs::rename(incomplete.path(), &directory)
    }
}

/// Copies one entry; sockets, named pipes and devices are nothing that a build could copy either.
fn copy_entry(entry: &DirEntry, to: &Path) -> Result<()> {
    let Some(file_type) = entry.file_type() else { return Ok(()) };
    if file_type.is_dir() {
        return if entry.depth() == 0 { Ok(()) } else { fs::create_dir(to) };
    }
    if file_type.is_symlink() {
        return link(&fs::read_link(entry.path())?, to);
    }
    if file_type.is_file() { fs::copy(entry.path(), to).map(drop) } else { Ok(()) }
}

#[cfg(unix)]
fn link(target: &Path, to: &Path) -> Result<()> {
    std::os::unix::fs::symlink(target, to)
}

#[cfg(not(unix))]
fn link(target: &Path, _: &Path) -> Result<()> {
    Err(Error::new(ErrorKind::Unsupported, format!("a link to `{}` cannot be copied here", target.display())))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::edition::SearchRules;

    fn app_in(directory: &Path) -> App {
        fs::create_dir_all(directory.join("src/.hidden")).unwrap();
        fs::create_dir_all(directory.join(".git")).unwrap();
        fs::write(directory.join("src/main.js"), "1").unwrap();
        fs::write(directory.join(".gitignore"), "src").unwrap();
        App::open(directory, SearchRules::Pruned, Vec::new).unwrap()
    }

    #[test]
    fn everything_but_what_is_left_out_is_copied() {
        let place = tempfile::tempdir().unwrap();
        let app = app_in(&place.path().join("app"));
        let copy = place.path().join("new/copy");
        fs::create_dir_all(app.root().join("sub/.git")).unwrap();
        app.copy_to(&copy, &["**/.git", ".hidden"]).unwrap();
        assert_eq!(fs::read_to_string(copy.join("src/main.js")).unwrap(), "1");
        assert!(copy.join("src/.hidden").is_dir() && copy.join(".gitignore").is_file());
        assert!(!copy.join(".git").exists() && copy.join("sub").is_dir() && !copy.join("sub/.git").exists());
        // Nothing else is left beside it.
        assert_eq!(fs::read_dir(place.path().join("new")).unwrap().count(), 1);
    }

    #[cfg(unix)]
    #[test]
    fn links_stay_links_and_permissions_are_kept() {
        use std::os::unix::fs::PermissionsExt as _;
        let place = tempfile::tempdir().unwrap();
        let app = app_in(&place.path().join("app"));
        std::os::unix::fs::symlink("/etc/passwd", app.root().join("outside")).unwrap();
        std::os::unix::fs::symlink("nowhere", app.root().join("dangling")).unwrap();
        fs::set_permissions(app.root().join("src/main.js"), fs::Permissions::from_mode(0o750)).unwrap();
        let copy = place.path().join("copy");
        app.copy_to(&copy, &[]).unwrap();
        assert_eq!(fs::read_link(copy.join("outside")).unwrap(), Path::new("/etc/passwd"));
        assert_eq!(fs::read_link(copy.join("dangling")).unwrap(), Path::new("nowhere"));
        assert_eq!(fs::metadata(copy.join("src/main.js")).unwrap().permissions().mode() & 0o777, 0o750);
    }

    #[test]
    fn a_copy_within_the_app_does_not_copy_itself() {
        let place = tempfile::tempdir().unwrap();
        let app = app_in(place.path());
        let copy = place.path().join("out/copy");
        app.copy_to(&copy, &[]).unwrap();
        assert!(copy.join("src/main.js").is_file() && !copy.join("out/copy").exists());
    }

    #[test]
    fn what_is_in_the_directory_is_not_touched() {
        let place = tempfile::tempdir().unwrap();
        let app = app_in(&place.path().join("app"));
        for directory in [place.path(), app.root()] {
            let error = app.copy_to(directory, &[]).unwrap_err();
            assert_eq!(error.kind(), ErrorKind::AlreadyExists);
        }
        assert_eq!(fs::read_dir(place.path()).unwrap().count(), 1);
    }
}
