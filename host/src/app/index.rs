use super::{AccessError, EntryKind};
use crate::edition::SearchRules;
use globset::{GlobBuilder, GlobMatcher};
use ignore::WalkBuilder;
use std::path::Path;

/// Directories that are not entered under [`SearchRules::Pruned`]: version control, installed
/// dependencies, build results. None of them holds what a language is recognised by.
const PRUNED: &[&str] = &[
    ".git",
    ".hg",
    ".svn",
    "node_modules",
    "bower_components",
    "vendor",
    "target",
    ".venv",
    "venv",
    "__pycache__",
    ".tox",
    ".nox",
    ".mypy_cache",
    ".pytest_cache",
    "site-packages",
    "_build",
    "deps",
    ".next",
    ".nuxt",
    ".output",
    ".turbo",
    ".cache",
    ".gradle",
    ".nixpacks",
    "zig-cache",
    ".zig-cache",
    "dist-newstyle",
    ".stack-work",
];

/// Entries of the app in walk order: a directory's entries in byte order of their names, a
/// subdirectory's entries right after it.
pub(super) struct Index {
    entries: Vec<IndexEntry>,
}

pub(super) struct IndexEntry {
    /// Relative to the app root.
    pub(super) path: String,
    /// Absent for a symbolic link.
    pub(super) kind: Option<EntryKind>,
}

impl Index {
    /// Walks the tree once. What cannot be read is passed over, as Nixpacks 1.41 does; entries
    /// whose names are not UTF-8 cannot be named in a plan and are passed over too.
    pub(super) fn walk(root: &Path, rules: SearchRules) -> Self {
        let mut walk = WalkBuilder::new(root);
        walk.sort_by_file_name(Ord::cmp).hidden(false);
        if !root.ancestors().any(|directory| directory.join(".git").exists()) {
            // The user's own excludes count in a work tree only; elsewhere git's configuration, which
            // costs more to read than a small app, is left alone.
            walk.git_global(false);
        }
        if rules == SearchRules::Pruned {
            walk.standard_filters(false).filter_entry(|entry| {
                let is_directory = entry.file_type().is_some_and(|file_type| file_type.is_dir());
                // The app directory itself may have any name.
                entry.depth() == 0
                    || !is_directory
                    || entry.file_name().to_str().is_none_or(|name| !PRUNED.contains(&name))
            });
        }
        let entry = |entry: ignore::DirEntry| {
            let file_type = entry.file_type()?;
            let path = entry.path().strip_prefix(root).ok()?.to_str()?;
            let kind = if file_type.is_symlink() {
                None
            } else if file_type.is_file() {
                Some(EntryKind::File)
            } else if file_type.is_dir() {
                Some(EntryKind::Directory)
            } else {
                Some(EntryKind::Other)
            };
            (!path.is_empty()).then(|| IndexEntry { path: path.to_owned(), kind })
        };
        Self { entries: walk.build().flatten().filter_map(entry).collect() }
    }

    pub(super) fn entries(&self) -> impl Iterator<Item = &IndexEntry> {
        self.entries.iter()
    }
}

/// What a glob matches; paths are relative to the app root.
pub(super) enum Matcher {
    /// Paths with this ending, at any depth or only in the app root: most globs are of this form, and
    /// building a regular expression for one costs more than a small app's whole walk.
    Ending { suffix: String, depth: Depth },
    /// Anything else.
    Glob(GlobMatcher),
}

/// How deep a match may lie.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Depth {
    Any,
    Root,
}

impl Matcher {
    /// Reads a glob. A leading `/` means the root, too (Nixpacks 1.41: such a pattern matches at any
    /// place, since all paths have a leading part).
    pub(super) fn new(glob: &str, rules: SearchRules) -> Result<Self, AccessError> {
        let glob = glob.trim_start_matches('/');
        let is_plain = |text: &str| !text.contains(['*', '?', '[', ']', '{', '}', '/', '\\']);
        let (anywhere, name) = glob.strip_prefix("**/").map_or((false, glob), |name| (true, name));
        if let Some(suffix) = name.strip_prefix('*').filter(|suffix| is_plain(suffix)) {
            let depth = if anywhere || rules == SearchRules::Nixpacks { Depth::Any } else { Depth::Root };
            return Ok(Self::Ending { suffix: suffix.to_owned(), depth });
        }
        let invalid = |error: globset::Error| AccessError::InvalidPattern(error.to_string());
        let glob = GlobBuilder::new(glob).literal_separator(rules == SearchRules::Pruned).build().map_err(invalid)?;
        Ok(Self::Glob(glob.compile_matcher()))
    }

    pub(super) fn is_match(&self, path: &str) -> bool {
        match self {
            Self::Ending { suffix, depth } => {
                path.ends_with(suffix.as_str()) && (*depth == Depth::Any || !path.contains('/'))
            }
            Self::Glob(glob) => glob.is_match(path),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    proptest! {
        /// The short way says what the regular expression says.
        #[test]
        fn an_ending_matches_what_its_glob_matches(
            glob in "(\\*\\*/)?\\*[.ab]{0,3}",
            path in "[.ab]{1,3}(/[.ab]{1,3}){0,2}",
        ) {
            for rules in [SearchRules::Nixpacks, SearchRules::Pruned] {
                let matcher = Matcher::new(&glob, rules).unwrap();
                let is_ending = matches!(matcher, Matcher::Ending { .. });
                prop_assert!(is_ending);
                let slow = GlobBuilder::new(&glob).literal_separator(rules == SearchRules::Pruned).build().unwrap();
                prop_assert_eq!(matcher.is_match(&path), slow.compile_matcher().is_match(&path));
            }
        }
    }
}
