//! Layers: files of the build as compressed archives, the same to the bit whenever they are the same.

use super::cache::Cache;
use super::files::Times;
use super::oci::{BlobWriter, Descriptor, Layer, Layout};
use super::store::STORE;
use super::tree::Node;
use crate::error::{Error, Result};
use flate2::{Compression, GzBuilder, write::GzEncoder};
use std::collections::BTreeSet;
use std::fs::{self, File, Permissions};
use std::io::{self, BufWriter};
use std::os::unix::ffi::OsStrExt as _;
use std::os::unix::fs::{MetadataExt as _, PermissionsExt as _};
use std::path::{Path, PathBuf};

/// The time of what nobody edits, in seconds since 1970: that of files in a Nix store.
const FIXED_TIME: u64 = 1;

/// Whose files are: numbers of user and group.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) struct Owner {
    pub(super) user: u64,
    pub(super) group: u64,
}

/// What is left out of a package.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Stripping {
    /// Pages of manuals.
    Manuals,
    /// Those, and headers.
    ManualsAndHeaders,
}

impl Stripping {
    /// By which a layer's content is known.
    pub(super) const fn name(self) -> &'static str {
        match self {
            Self::Manuals => "manuals",
            Self::ManualsAndHeaders => "manuals and headers",
        }
    }

    fn leaves_out(self, below: &Path) -> bool {
        let manuals = ["share/doc", "share/man", "share/info", "share/gtk-doc"];
        manuals.iter().any(|directory| below == Path::new(directory))
            || self == Self::ManualsAndHeaders && below == Path::new("include")
    }
}

/// The time of files.
#[derive(Clone, Copy, Debug)]
pub(super) enum Clock<'a> {
    /// Always the same.
    Fixed,
    /// That of the app's files.
    App(&'a Times),
    /// This one.
    At(u64),
}

/// A layer that is being written.
pub(super) struct LayerWriter {
    archive: tar::Builder<BlobWriter<GzEncoder<BlobWriter<BufWriter<tempfile::NamedTempFile>>>>>,
    /// Packages that stand in the files as links to themselves.
    packages: BTreeSet<String>,
}

impl LayerWriter {
    /// An empty one.
    ///
    /// # Errors
    /// There is no place to write to.
    pub(super) fn new(cache: &Cache) -> Result<Self> {
        let file = BlobWriter::new(BufWriter::with_capacity(1 << 18, cache.new_file()?));
        let compressed = GzBuilder::new().mtime(0).write(file, Compression::default());
        Ok(Self { archive: tar::Builder::new(BlobWriter::new(compressed)), packages: BTreeSet::new() })
    }

    /// Adds the content of a directory of the build, and that directory under another path. Packages in it are
    /// noted and not added.
    ///
    /// # Errors
    /// It cannot be read or written.
    pub(super) fn add_tree(&mut self, node: &Node, to: &Path, owner: Owner, clock: Clock<'_>) -> io::Result<()> {
        if !to.as_os_str().is_empty() {
            self.add(&node.path, &node.metadata, to, owner, clock)?;
        }
        if !node.metadata.is_dir() {
            return Ok(());
        }
        for (name, child) in node.children()? {
            let path = to.join(&name);
            if let Some(package) = package_of_link(&child, &path)? {
                self.packages.insert(package);
            } else {
                self.add_tree(&child, &path, owner, clock)?;
            }
        }
        Ok(())
    }

    /// Adds a package as it lies in the store.
    ///
    /// # Errors
    /// It cannot be read or written.
    pub(super) fn add_package(&mut self, place: &Path, path: &str, stripping: Stripping) -> io::Result<()> {
        let to = PathBuf::from(path.trim_start_matches('/'));
        self.add_package_part(place, &to, Path::new(""), stripping)
    }

    fn add_package_part(&mut self, place: &Path, to: &Path, below: &Path, stripping: Stripping) -> io::Result<()> {
        let metadata = fs::symlink_metadata(place)?;
        self.add(place, &metadata, to, Owner::default(), Clock::Fixed)?;
        if !metadata.is_dir() {
            return Ok(());
        }
        let mut names: Vec<_> =
            fs::read_dir(place)?.map(|entry| entry.map(|entry| entry.file_name())).collect::<io::Result<_>>()?;
        names.sort();
        for name in names {
            let below = below.join(&name);
            if !stripping.leaves_out(&below) {
                self.add_package_part(&place.join(&name), &to.join(&name), &below, stripping)?;
            }
        }
        Ok(())
    }

    fn add(
        &mut self,
        from: &Path,
        metadata: &fs::Metadata,
        to: &Path,
        owner: Owner,
        clock: Clock<'_>,
    ) -> io::Result<()> {
        let mut header = tar::Header::new_gnu();
        header.set_mode(metadata.mode() & 0o7777);
        header.set_uid(owner.user);
        header.set_gid(owner.group);
        header.set_mtime(time(metadata, to, clock));
        header.set_size(0);
        let kind = metadata.file_type();
        if kind.is_dir() {
            header.set_entry_type(tar::EntryType::Directory);
            self.archive.append_data(&mut header, to.join(""), io::empty())
        } else if kind.is_symlink() {
            header.set_entry_type(tar::EntryType::Symlink);
            header.set_mode(0o777);
            self.archive.append_link(&mut header, to, fs::read_link(from)?)
        } else if kind.is_file() {
            header.set_size(metadata.len());
            self.archive.append_data(&mut header, to, File::open(from)?)
        } else {
            // A socket or named pipe belongs to a process that is gone.
            Ok(())
        }
    }

    /// The layer, in its place among the blobs, and the packages that were noted.
    ///
    /// # Errors
    /// It cannot be written.
    pub(super) fn finish(self, layout: &Layout) -> Result<(Layer, BTreeSet<String>)> {
        let finish = || -> io::Result<Layer> {
            let (compressed, diff_id, _) = self.archive.into_inner()?.finish();
            let (file, digest, size) = compressed.finish()?.finish();
            let file = file.into_inner().map_err(io::IntoInnerError::into_error)?;
            file.as_file().set_permissions(Permissions::from_mode(0o644))?;
            let blob = Descriptor::of_layer(digest, size);
            file.persist(layout.place(&blob))?;
            Ok(Layer { blob, diff_id })
        };
        let packages = self.packages;
        finish().map(|layer| (layer, packages)).map_err(|error| super::cache::cannot_write(layout.root(), error))
    }
}

/// The time of a file.
fn time(metadata: &fs::Metadata, to: &Path, clock: Clock<'_>) -> u64 {
    match (clock, to.strip_prefix("app")) {
        (Clock::App(times), Ok(below)) if metadata.is_file() => times.of(below, metadata.len()),
        (Clock::At(time), _) => time,
        _ => FIXED_TIME,
    }
}

/// The store path that a link in a store leads to, if it leads to itself.
fn package_of_link(node: &Node, to: &Path) -> io::Result<Option<String>> {
    let path = Path::new("/").join(to);
    if !node.metadata.is_symlink() || path.parent() != Path::new(STORE.trim_end_matches('/')).into() {
        return Ok(None);
    }
    let is_itself = fs::read_link(&node.path)? == path;
    Ok(is_itself.then(|| String::from_utf8_lossy(path.as_os_str().as_bytes()).into_owned()))
}

/// The error that a layer cannot be made.
pub(super) fn cannot_make(what: &str, error: io::Error) -> Error {
    match error.kind() {
        io::ErrorKind::StorageFull | io::ErrorKind::QuotaExceeded => super::cache::cannot_write(Path::new(what), error),
        _ => Error::system(format!("Cannot make the layer with `{what}`")).cause(error),
    }
}
