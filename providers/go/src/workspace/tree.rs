//! The packages of an app, read when they are asked for.

use super::constraint::Target;
use super::source::GoFile;
use crate::code::{GoFiles, Manifest};
use plugpacks_sdk::Context;
use std::cell::RefCell;
use std::collections::{BTreeMap, BTreeSet};
use std::ops::Range;
use std::rc::Rc;

/// The Go files of one folder that take part in a build.
pub(crate) type Package = Vec<GoFile>;

/// Folders that Go passes over wherever they stand.
const PASSED_OVER: [&str; 2] = ["testdata", "vendor"];

/// Whether a file has a function `main` that is not empty.
fn has_main(text: &str) -> bool {
    let mut bodies = text.match_indices("func main()").map(|(at, head)| text[at + head.len()..].trim_start());
    bodies.any(|body| body.strip_prefix('{').is_some_and(|inside| !inside.trim_start().starts_with('}')))
}

/// Whether a file may take part, by its name and those of the folders around it.
fn takes_part(target: &Target, folder: &str, path: &str) -> bool {
    let is_passed_over = |name: &str| PASSED_OVER.contains(&name) || name.starts_with(['_', '.']);
    target.allows_name(path) && !folder.split('/').any(is_passed_over)
}

/// A folder of Go files.
#[derive(Clone, Copy)]
pub(crate) struct Folder<'t> {
    /// Its path; the empty one is the app itself.
    pub(crate) name: &'t str,
    /// The files' paths.
    files: &'t [&'t str],
}

impl Folder<'_> {
    /// Whether there is a file of this name.
    pub(crate) fn has(&self, name: &str) -> bool {
        self.names().any(|file| file == name)
    }

    /// The files' names.
    pub(crate) fn names(&self) -> impl Iterator<Item = &str> {
        let start = if self.name.is_empty() { 0 } else { self.name.len() + 1 };
        self.files.iter().map(move |path| &path[start..])
    }
}

/// The packages of an app.
pub(crate) struct Tree<'c> {
    context: &'c Context<'c>,
    target: Target,
    /// The Go files that may take part, those of a folder beside each other.
    files: Vec<&'c str>,
    /// The folders that have any, by their names.
    folders: Vec<(&'c str, Range<usize>)>,
    /// Paths of modules of the app, each with its folder; the longest path first.
    modules: Vec<(String, String)>,
    packages: RefCell<BTreeMap<String, Rc<Package>>>,
}

impl<'c> Tree<'c> {
    /// A tree over the files; `modules` are the manifests of the app's modules, each with its folder.
    pub(crate) fn new(
        context: &'c Context<'c>,
        target: Target,
        files: &'c GoFiles,
        modules: &[(String, Manifest)],
    ) -> Self {
        let parts = files.iter().map(|path| (path.rsplit_once('/').map_or("", |(folder, _)| folder), path));
        let mut parts: Vec<_> = parts.filter(|(folder, path)| takes_part(&target, folder, path)).collect();
        parts.sort_by_key(|(folder, _)| *folder);
        let mut folders: Vec<(&str, Range<usize>)> = Vec::new();
        for (at, (folder, _)) in parts.iter().enumerate() {
            match folders.last_mut() {
                Some((last, range)) if last == folder => range.end = at + 1,
                _ => folders.push((folder, at..at + 1)),
            }
        }
        let files = parts.into_iter().map(|(_, path)| path).collect();
        let named = modules.iter().filter_map(|(folder, manifest)| Some((manifest.directive("module")?, folder)));
        let mut modules: Vec<_> = named.map(|(path, folder)| (path.to_owned(), folder.clone())).collect();
        modules.sort_by_key(|(path, _)| std::cmp::Reverse(path.len()));
        Self { context, target, files, folders, modules, packages: RefCell::default() }
    }

    /// Every folder with Go files that may take part, with their paths.
    pub(crate) fn folders(&self) -> impl Iterator<Item = Folder<'_>> {
        self.folders.iter().map(|(name, range)| Folder { name, files: &self.files[range.clone()] })
    }

    /// The paths of a folder's Go files.
    pub(crate) fn files_of(&self, folder: &str) -> &[&'c str] {
        let at = self.folders.binary_search_by_key(&folder, |(name, _)| name);
        at.map_or(&[], |at| &self.files[self.folders[at].1.clone()])
    }

    /// The package in a folder; a file that cannot be read is left out.
    pub(crate) fn package(&self, folder: &str) -> Rc<Package> {
        if let Some(package) = self.packages.borrow().get(folder) {
            return Rc::clone(package);
        }
        let read = |path: &&str| {
            let file = GoFile::parse(self.context.app.read_text(path).ok()?, &self.target)?;
            Some(GoFile { path: (*path).to_owned(), ..file })
        };
        let package: Rc<Package> = Rc::new(self.files_of(folder).iter().filter_map(read).collect());
        self.packages.borrow_mut().insert(folder.to_owned(), Rc::clone(&package));
        package
    }

    /// Whether the package in a folder is a program.
    pub(crate) fn is_program(&self, folder: &str) -> bool {
        self.package(folder).iter().any(|file| file.package == "main")
    }

    /// Whether the package in a folder has a `main` that does something: one without holds directives for tools.
    pub(crate) fn has_main(&self, folder: &str) -> bool {
        self.package(folder).iter().any(|file| has_main(&file.text))
    }

    /// The packages that a program consists of as far as they are the app's: its own first, each once.
    pub(crate) fn graph<'t>(&'t self, program: &str) -> impl Iterator<Item = Rc<Package>> + 't {
        let mut known = BTreeSet::from([program.to_owned()]);
        let mut waiting = std::collections::VecDeque::from([program.to_owned()]);
        std::iter::from_fn(move || {
            let package = self.package(&waiting.pop_front()?);
            for path in package.iter().flat_map(|file| &file.imports) {
                if let Some(folder) = self.folder_of(path).filter(|folder| !known.contains(folder)) {
                    known.insert(folder.clone());
                    waiting.push_back(folder);
                }
            }
            Some(package)
        })
    }

    /// The folder of a package of the app, if that has Go files.
    fn folder_of(&self, path: &str) -> Option<String> {
        self.place_of(path).filter(|folder| !self.files_of(folder).is_empty())
    }

    /// The folder that a package of one of the app's modules has to lie in.
    pub(crate) fn place_of(&self, path: &str) -> Option<String> {
        let (module, folder) = self.modules.iter().find(|(module, _)| {
            path.strip_prefix(module.as_str()).is_some_and(|rest| rest.is_empty() || rest.starts_with('/'))
        })?;
        let inside = path[module.len()..].trim_start_matches('/');
        let folder =
            [folder.as_str(), inside].into_iter().filter(|part| !part.is_empty()).collect::<Vec<_>>().join("/");
        Some(folder)
    }
}
