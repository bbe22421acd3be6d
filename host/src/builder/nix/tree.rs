//! Files as a stack of directories shows them: the upper ones hide what lies below, in the way of the kernel's
//! overlay file system.

use std::collections::BTreeMap;
use std::ffi::OsString;
use std::fs::{self, Metadata};
use std::io;
use std::os::unix::fs::{FileTypeExt as _, MetadataExt as _};
use std::path::{Component, Path, PathBuf};

/// A stack of directories.
#[derive(Clone, Debug)]
pub(super) struct Tree {
    /// The uppermost first.
    layers: Vec<PathBuf>,
}

/// A file, directory or link of a tree.
#[derive(Clone, Debug)]
pub(super) struct Node {
    /// Where it lies.
    pub(super) path: PathBuf,
    pub(super) metadata: Metadata,
    /// Of a directory: what it consists of, the uppermost first.
    parts: Vec<PathBuf>,
}

/// How many links are followed before they are taken for a circle.
const MOST_LINKS: usize = 40;

impl Tree {
    /// The tree of these directories, the lowest first.
    pub(super) fn of<'a>(layers: impl DoubleEndedIterator<Item = &'a Path>) -> Self {
        Self { layers: layers.rev().map(Path::to_owned).collect() }
    }

    fn root(&self) -> io::Result<Option<Node>> {
        let Some(top) = self.layers.first() else { return Ok(None) };
        Ok(Some(Node { path: top.clone(), metadata: fs::symlink_metadata(top)?, parts: self.layers.clone() }))
    }

    /// What is at a path; links on the way, and at its end, are followed within the tree.
    ///
    /// # Errors
    /// It cannot be read.
    pub(super) fn find(&self, path: &str) -> io::Result<Option<Node>> {
        self.resolve(Path::new(path), &mut 0)
    }

    fn resolve(&self, path: &Path, links: &mut usize) -> io::Result<Option<Node>> {
        let mut walked = PathBuf::from("/");
        let Some(mut node) = self.root()? else { return Ok(None) };
        for component in path.components() {
            let name = match component {
                Component::Normal(name) => name,
                Component::ParentDir => {
                    walked.pop();
                    let Some(parent) = self.resolve(&walked, links)? else { return Ok(None) };
                    node = parent;
                    continue;
                }
                Component::RootDir | Component::CurDir | Component::Prefix(_) => continue,
            };
            let Some(child) = node.child(name.as_ref())? else { return Ok(None) };
            if child.metadata.is_symlink() {
                *links += 1;
                if *links > MOST_LINKS {
                    return Ok(None);
                }
                let target = walked.join(fs::read_link(&child.path)?);
                let Some(found) = self.resolve(&target, links)? else { return Ok(None) };
                node = found;
                walked = target;
            } else {
                node = child;
                walked.push(name);
            }
        }
        Ok(Some(node))
    }
}

impl Node {
    /// The directories that a directory consists of, by which its content is known.
    pub(super) fn parts(&self) -> &[PathBuf] {
        &self.parts
    }

    /// What a directory has under this name.
    fn child(&self, name: &Path) -> io::Result<Option<Self>> {
        let mut found: Option<Self> = None;
        for part in &self.parts {
            let path = part.join(name);
            let metadata = match fs::symlink_metadata(&path) {
                Ok(metadata) => metadata,
                Err(error) if error.kind() == io::ErrorKind::NotFound => continue,
                Err(error) => return Err(error),
            };
            if is_whiteout(&metadata) {
                break;
            }
            if !metadata.is_dir() {
                // Below a directory it is hidden.
                return Ok(found.or(Some(Self { path, metadata, parts: Vec::new() })));
            }
            let is_last = is_opaque(&path);
            match &mut found {
                Some(directory) => directory.parts.push(path),
                None => found = Some(Self { path: path.clone(), metadata, parts: vec![path] }),
            }
            if is_last {
                break;
            }
        }
        Ok(found)
    }

    /// What a directory has, in the order of names.
    ///
    /// # Errors
    /// It cannot be read.
    pub(super) fn children(&self) -> io::Result<BTreeMap<OsString, Self>> {
        let mut names = std::collections::BTreeSet::new();
        for part in &self.parts {
            for entry in fs::read_dir(part)? {
                names.insert(entry?.file_name());
            }
        }
        let mut children = BTreeMap::new();
        for name in names {
            if let Some(child) = self.child(name.as_ref())? {
                children.insert(name, child);
            }
        }
        Ok(children)
    }
}

/// A character device without number says that what lies below is gone.
fn is_whiteout(metadata: &Metadata) -> bool {
    metadata.file_type().is_char_device() && metadata.rdev() == 0
}

/// Whether a directory hides all of one below it.
fn is_opaque(directory: &Path) -> bool {
    let mut value = [0_u8; 8];
    rustix::fs::lgetxattr(directory, "user.overlay.opaque", &mut value).is_ok_and(|length| value[..length] == *b"y")
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::os::unix::fs::symlink;

    fn write(path: &Path, text: &str) {
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(path, text).unwrap();
    }

    #[test]
    fn upper_directories_add_to_and_hide_what_lies_below() {
        let place = tempfile::tempdir().unwrap();
        let (lower, upper) = (place.path().join("lower"), place.path().join("upper"));
        write(&lower.join("d/a"), "lower");
        write(&lower.join("d/b"), "lower");
        write(&lower.join("hidden/x"), "lower");
        write(&lower.join("becomes-file/x"), "lower");
        write(&upper.join("d/a"), "upper");
        write(&upper.join("d/c"), "upper");
        write(&upper.join("hidden/y"), "upper");
        write(&upper.join("becomes-file"), "upper");
        rustix::fs::lsetxattr(upper.join("hidden"), "user.overlay.opaque", b"y", rustix::fs::XattrFlags::empty())
            .unwrap();
        let tree = Tree::of([lower.as_path(), upper.as_path()].into_iter());
        let names = |path: &str| {
            let node = tree.find(path).unwrap().unwrap();
            node.children().unwrap().into_keys().map(|name| name.into_string().unwrap()).collect::<Vec<_>>()
        };
        assert_eq!(names("/d"), ["a", "b", "c"]);
        assert_eq!(names("/hidden/"), ["y"]);
        let read = |path: &str| fs::read_to_string(tree.find(path).unwrap().unwrap().path).unwrap();
        assert_eq!(
            (read("/d/a"), read("d/b"), read("/becomes-file")),
            ("upper".into(), "lower".into(), "upper".into())
        );
        assert!(tree.find("/becomes-file/x").unwrap().is_none() && tree.find("/none").unwrap().is_none());
    }

    #[test]
    fn links_are_followed_within_the_tree() {
        let place = tempfile::tempdir().unwrap();
        let root = place.path().join("root");
        write(&root.join("app/node_modules/x"), "1");
        fs::create_dir_all(root.join("runtime")).unwrap();
        symlink("/app/node_modules", root.join("runtime/made")).unwrap();
        symlink("../app", root.join("runtime/relative")).unwrap();
        symlink("loop", root.join("loop")).unwrap();
        let tree = Tree::of([root.as_path()].into_iter());
        for path in ["/runtime/made/x", "/runtime/relative/node_modules/x", "/runtime/../app/node_modules/x"] {
            assert_eq!(tree.find(path).unwrap().unwrap().path, root.join("app/node_modules/x"), "{path}");
        }
        assert!(tree.find("/loop").unwrap().is_none());
    }
}
