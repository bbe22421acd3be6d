//! Every file and directory of the app, from one walk, and patterns over them.

use super::{AccessError, EntryKind};
use crate::edition::SearchRules;
use globset::{Glob, GlobBuilder, GlobMatcher};
use ignore::WalkBuilder;
use std::borrow::Cow;
use std::cell::OnceCell;
use std::fs::{self, DirEntry, FileType};
use std::path::Path;

/// Directories that are not entered under [`SearchRules::Pruned`] besides those that languages' tools make: version
/// control, and what this program writes.
const PRUNED: [&str; 4] = [".git", ".hg", ".svn", ".nixpacks"];

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
    pub(super) fn walk(root: &Path, rules: SearchRules, generated: &[Cow<str>]) -> Self {
        let mut index = Self { entries: Vec::new() };
        match rules {
            SearchRules::Nixpacks => index.walk_with_ignore_files(root),
            SearchRules::Pruned => index.walk_pruned(root, "", generated),
        }
        index
    }

    fn walk_with_ignore_files(&mut self, root: &Path) {
        let mut walk = WalkBuilder::new(root);
        walk.sort_by_file_name(Ord::cmp).hidden(false);
        if !root.ancestors().any(|directory| directory.join(".git").exists()) {
            // The user's own excludes count in a work tree only; elsewhere git's configuration, which
            // costs more to read than a small app, is left alone.
            walk.git_global(false);
        }
        // Nixpacks 1.41 waits forever for an ignore file that is a named pipe. Such a directory's files count
        // without ignore files at the root, and not at all below it.
        if !has_readable_ignore_files(root) {
            walk.ignore(false).git_ignore(false);
        }
        walk.filter_entry(|entry| {
            !entry.file_type().is_some_and(|file_type| file_type.is_dir()) || has_readable_ignore_files(entry.path())
        });
        let entry = |entry: ignore::DirEntry| {
            let kind = kind(entry.file_type()?);
            let path = entry.path().strip_prefix(root).ok()?.to_str()?;
            (!path.is_empty()).then(|| IndexEntry { path: path.to_owned(), kind })
        };
        self.entries.extend(walk.build().flatten().filter_map(entry));
    }

    /// Adds the entries of a directory, whose path in the app is `prefix`: empty, or with a `/` at its end.
    fn walk_pruned(&mut self, directory: &Path, prefix: &str, generated: &[Cow<str>]) {
        let Ok(entries) = fs::read_dir(directory) else { return };
        let named = |entry: DirEntry| Some((entry.file_name().into_string().ok()?, entry.file_type().ok()?));
        let mut entries: Vec<(String, FileType)> = entries.flatten().filter_map(named).collect();
        entries.sort_unstable_by(|(one, _), (other, _)| one.cmp(other));
        for (name, file_type) in entries {
            let path = format!("{prefix}{name}");
            if !file_type.is_dir() {
                self.entries.push(IndexEntry { path, kind: kind(file_type) });
            } else if !PRUNED.contains(&&*name) && !generated.iter().any(|folder| *folder == name) {
                self.entries.push(IndexEntry { path, kind: Some(EntryKind::Directory) });
                self.walk_pruned(&directory.join(&name), &format!("{prefix}{name}/"), generated);
            }
        }
    }

    /// The entries below a directory, where the root is empty: they stand together.
    pub(super) fn below(&self, directory: &str) -> &[IndexEntry] {
        if directory.is_empty() {
            return &self.entries;
        }
        let is_before = |entry: &IndexEntry| entry.path.split('/').le(directory.split('/'));
        let is_below =
            |entry: &IndexEntry| entry.path.strip_prefix(directory).is_some_and(|rest| rest.starts_with('/'));
        let rest = &self.entries[self.entries.partition_point(is_before)..];
        &rest[..rest.partition_point(is_below)]
    }
}

/// Whether the ignore files of a directory, as far as there are any, can be read without waiting.
fn has_readable_ignore_files(directory: &Path) -> bool {
    let is_readable = |name| fs::metadata(directory.join(name)).map_or(true, |file| file.is_file() || file.is_dir());
    [".gitignore", ".ignore"].into_iter().all(is_readable)
}

fn kind(file_type: FileType) -> Option<EntryKind> {
    if file_type.is_symlink() {
        None
    } else if file_type.is_file() {
        Some(EntryKind::File)
    } else if file_type.is_dir() {
        Some(EntryKind::Directory)
    } else {
        Some(EntryKind::Other)
    }
}

/// What a glob matches; paths are relative to the app root.
pub(super) struct Matcher {
    /// The directory in which all that matches lies; empty for the root.
    pub(super) directory: String,
    form: Form,
}

enum Form {
    /// Most globs are of this form, and building a regular expression for one costs more than a small
    /// app's whole walk.
    Names(Vec<Name>),
    /// Anything else; its regular expression is built when there is a path to match.
    Glob(Glob, OnceCell<GlobMatcher>),
}

/// One of a glob's alternatives.
enum Name {
    /// A path.
    Whole { path: String, depth: Depth },
    /// Paths that end in a certain way, within a path component.
    Ending { suffix: String, depth: Depth },
    /// Paths of certain parts.
    Parts(Vec<Part>),
}

/// A part of a glob whose stars stay within a path component.
#[derive(Debug, PartialEq, Eq)]
enum Part {
    Text(String),
    /// `*`: any part of a component.
    Star,
    /// `**/`: any number of components.
    Folders,
    /// `**` at the end: everything.
    Rest,
}

/// How deep a match may lie.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Depth {
    Any,
    Root,
}

impl Matcher {
    /// Reads a glob. A leading `/` means the root, too (Nixpacks 1.41: such a pattern matches at any
    /// place, since all paths have a leading part).
    pub(super) fn new(glob: &str, rules: SearchRules) -> Result<Self, AccessError> {
        let glob = glob.trim_start_matches('/');
        let literal = &glob[..glob.find(SIGNS).unwrap_or(glob.len())];
        let directory = literal.rsplit_once('/').map_or("", |(directory, _)| directory).to_owned();
        let (depth, name) = glob.strip_prefix("**/").map_or((Depth::Root, glob), |name| (Depth::Any, name));
        let names: Option<Vec<Name>> =
            alternatives(name).and_then(|names| names.into_iter().map(|name| Name::new(name, depth, rules)).collect());
        if let Some(names) = names {
            return Ok(Self { directory, form: Form::Names(names) });
        }
        let invalid = |error: globset::Error| AccessError::InvalidPattern(error.to_string());
        let glob = GlobBuilder::new(glob).literal_separator(rules == SearchRules::Pruned).build().map_err(invalid)?;
        Ok(Self { directory, form: Form::Glob(glob, OnceCell::new()) })
    }

    pub(super) fn is_match(&self, path: &str) -> bool {
        match &self.form {
            Form::Names(names) => names.iter().any(|name| name.is_match(path)),
            Form::Glob(glob, matcher) => matcher.get_or_init(|| glob.compile_matcher()).is_match(path),
        }
    }
}

/// What means more in a glob than itself.
const SIGNS: [char; 7] = ['*', '?', '[', ']', '{', '}', '\\'];

/// What a glob with one pair of braces or none stands for; `None` if it has more.
fn alternatives(glob: &str) -> Option<Vec<String>> {
    let Some((before, rest)) = glob.split_once('{') else { return Some(vec![glob.to_owned()]) };
    let (choices, after) = rest.split_once('}')?;
    Some(choices.split(',').map(|choice| format!("{before}{choice}{after}")).collect())
}

impl Name {
    /// Reads a glob without braces that has no sign but a star in front.
    fn new(glob: String, depth: Depth, rules: SearchRules) -> Option<Self> {
        let is_plain = |text: &str| !text.contains(SIGNS);
        match glob.strip_prefix('*') {
            Some(suffix) if is_plain(suffix) && !suffix.contains('/') => {
                let depth = if rules == SearchRules::Nixpacks { Depth::Any } else { depth };
                Some(Self::Ending { suffix: suffix.to_owned(), depth })
            }
            None if is_plain(&glob) && !glob.is_empty() => Some(Self::Whole { path: glob, depth }),
            _ if rules == SearchRules::Pruned => parts(&glob, depth).map(Self::Parts),
            _ => None,
        }
    }

    fn is_match(&self, path: &str) -> bool {
        match self {
            Self::Whole { path: whole, depth: Depth::Root } => path == whole,
            Self::Whole { path: whole, depth: Depth::Any } => {
                path.strip_suffix(whole.as_str()).is_some_and(|before| before.is_empty() || before.ends_with('/'))
            }
            Self::Ending { suffix, depth } => {
                path.ends_with(suffix.as_str()) && (*depth == Depth::Any || !path.contains('/'))
            }
            Self::Parts(parts) => have_parts(parts, path),
        }
    }
}

/// So many stars are tried at each place; trying more could take long.
const MAX_STARS: usize = 4;

/// The parts of a glob without braces; `None` if it has other signs than stars, or too many of these.
fn parts(glob: &str, depth: Depth) -> Option<Vec<Part>> {
    if glob.is_empty() || glob.contains(['?', '[', ']', '{', '}', '\\']) {
        return None;
    }
    let mut parts = Vec::new();
    if depth == Depth::Any {
        parts.push(Part::Folders);
    }
    let mut components = glob.split('/').peekable();
    while let Some(component) = components.next() {
        let is_last = components.peek().is_none();
        match component {
            "**" => parts.push(if is_last { Part::Rest } else { Part::Folders }),
            component if component.contains("**") => return None,
            component => {
                for (at, text) in component.split('*').enumerate() {
                    parts.extend((at > 0).then_some(Part::Star));
                    parts.extend((!text.is_empty()).then(|| Part::Text(text.to_owned())));
                }
                parts.extend((!is_last).then(|| Part::Text("/".to_owned())));
            }
        }
    }
    let stars = parts.iter().filter(|part| !matches!(part, Part::Text(_))).count();
    (stars <= MAX_STARS).then_some(parts)
}

fn have_parts(parts: &[Part], path: &str) -> bool {
    let Some((first, rest)) = parts.split_first() else { return path.is_empty() };
    match first {
        Part::Text(text) => path.strip_prefix(text.as_str()).is_some_and(|path| have_parts(rest, path)),
        Part::Star => {
            let end = path.find('/').unwrap_or(path.len());
            (0..=end).any(|at| path.get(at..).is_some_and(|path| have_parts(rest, path)))
        }
        Part::Folders => {
            have_parts(rest, path) || path.match_indices('/').any(|(at, _)| have_parts(rest, &path[at + 1..]))
        }
        Part::Rest => true,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    proptest! {
        /// The short way says what the regular expression says.
        #[test]
        fn names_match_what_their_glob_matches(
            glob in "(\\*\\*/)?(\\*[.ab]{0,3}|[.ab]{1,2}(/[ab])?|\\*?[.a]?\\{[ab]{1,2},\\*?[.ab]\\}b?|([ab*]{1,3}|\\*\\*)(/([.ab*]{1,2}|\\*\\*)){0,2})",
            path in "[.ab]{1,3}(/[.ab]{1,3}){0,2}",
        ) {
            for rules in [SearchRules::Nixpacks, SearchRules::Pruned] {
                let slow = GlobBuilder::new(&glob).literal_separator(rules == SearchRules::Pruned).build().unwrap();
                let matcher = Matcher::new(&glob, rules).unwrap();
                prop_assert_eq!(matcher.is_match(&path), slow.compile_matcher().is_match(&path));
            }
        }
    }

    #[test]
    fn the_usual_globs_need_no_regular_expression() {
        for glob in [
            "**/*.csproj",
            "*.py",
            "**/package.json",
            "main.py",
            "**/*.{ts,tsx,js,jsx}",
            "{a.lock,b.lock}",
            "src/*.rs",
            "{*,src/*}.rs",
            "a/**/*.b",
            "src/**",
        ] {
            let matcher = Matcher::new(glob, SearchRules::Pruned).unwrap();
            assert!(matches!(matcher.form, Form::Names(_)), "{glob}");
        }
        for glob in ["a?", "**/[a]", "{a,{b,c}}", "**/", "a**", "*a*b*c*d*e"] {
            let matcher = Matcher::new(glob, SearchRules::Pruned).unwrap();
            assert!(matches!(matcher.form, Form::Glob(..)), "{glob}");
        }
        assert!(Matcher::new("{a", SearchRules::Pruned).is_err());
    }

    #[test]
    fn a_glob_is_looked_for_in_its_directory_only() {
        for (glob, directory) in
            [("*.py", ""), ("a.py", ""), ("src/a.py", "src"), ("a/b/{c,d}/e", "a/b"), ("a/b[c]/d", "a"), ("**/a/b", "")]
        {
            assert_eq!(Matcher::new(glob, SearchRules::Pruned).unwrap().directory, directory, "{glob}");
        }
        let paths = ["a", "a-b", "a-b/c", "a/b", "a/b/c", "a/b.d", "ab", "b"];
        let mut paths: Vec<_> = paths.iter().map(|path| path.split('/').collect::<Vec<_>>()).collect();
        paths.sort();
        let entries = paths.iter().map(|path| IndexEntry { path: path.join("/"), kind: None }).collect();
        let index = Index { entries };
        let below = |directory| index.below(directory).iter().map(|entry| &*entry.path).collect::<Vec<_>>();
        assert_eq!(below("a"), ["a/b", "a/b/c", "a/b.d"]);
        assert_eq!(below("a/b"), ["a/b/c"]);
        assert_eq!(below("a/c"), [""; 0]);
        assert_eq!(below("").len(), 8);
    }
}
