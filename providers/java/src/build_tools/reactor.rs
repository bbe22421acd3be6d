//! All projects of a Maven build, and what each takes over from its parents.

use super::pom::{Dependency, Plugin, Pom};
use plugpacks_sdk::{Context, Result};

/// The projects of a build: the one of the app directory first.
#[derive(Default)]
pub(super) struct Reactor {
    pub(super) poms: Vec<Pom>,
}

impl Reactor {
    /// Reads the app's pom and those of its modules. Warns where a parent lies outside of the app.
    ///
    /// # Errors
    /// A pom cannot be read.
    pub(super) fn read(context: &Context) -> Result<Self> {
        let mut poms: Vec<Pom> = Vec::new();
        let mut folders = vec![String::new()];
        while let Some(folder) = folders.pop() {
            let Some(pom) = Pom::read(context, &folder)? else { continue };
            let modules = pom.modules.iter().rev().filter_map(|module| folder_of(&folder, module));
            let new = |folder: &String| poms.iter().all(|pom| pom.folder != *folder);
            folders.extend(modules.filter(new).collect::<Vec<_>>());
            poms.push(pom);
        }
        let mut reactor = Self { poms };
        for at in 0..reactor.poms.len() {
            reactor.poms[at].parent_at = reactor.parent_of(&reactor.poms[at]);
        }
        reactor.warn_of_parents(context);
        Ok(reactor)
    }

    /// A pom's parents within the app, the nearest first.
    pub(super) fn parents<'r>(&'r self, pom: &'r Pom) -> impl Iterator<Item = &'r Pom> {
        // A circle of parents ends, too.
        std::iter::successors(self.parent(pom), |pom| self.parent(pom)).take(self.poms.len())
    }

    fn parent(&self, pom: &Pom) -> Option<&Pom> {
        self.poms.get(pom.parent_at?)
    }

    fn parent_of(&self, pom: &Pom) -> Option<usize> {
        let parent = pom.parent.as_ref()?;
        let folder = folder_of(&pom.folder, parent.path.as_deref()?)?;
        self.poms.iter().position(|known| known.folder == folder && known.artifact == parent.artifact)
    }

    /// A pom and its parents.
    fn with_parents<'r>(&'r self, pom: &'r Pom) -> impl Iterator<Item = &'r Pom> {
        std::iter::once(pom).chain(self.parents(pom))
    }

    /// A text of a pom with its properties resolved.
    pub(super) fn resolve(&self, pom: &Pom, text: &str) -> Option<String> {
        if !text.contains("${") {
            return Some(text.to_owned());
        }
        pom.resolve(text, &self.parents(pom).collect::<Vec<_>>())
    }

    /// The value of a pom's property, its own or a parent's.
    pub(super) fn property(&self, pom: &Pom, name: &str) -> Option<String> {
        let value = self.with_parents(pom).find_map(|pom| pom.own_property(name))?;
        self.resolve(pom, value)
    }

    /// What a pom is built into.
    pub(super) fn packaging(&self, pom: &Pom) -> String {
        self.resolve(pom, pom.packaging()).unwrap_or_else(|| pom.packaging().to_owned())
    }

    /// A plugin of a pom, its own or a parent's.
    pub(super) fn plugin<'r>(&'r self, pom: &'r Pom, artifact: &str) -> Option<&'r Plugin> {
        self.with_parents(pom).flat_map(|pom| &pom.plugins).find(|plugin| plugin.artifact == artifact)
    }

    /// The libraries of a pom, its own and its parents'.
    pub(super) fn dependencies<'r>(&'r self, pom: &'r Pom) -> impl Iterator<Item = &'r Dependency> {
        self.with_parents(pom).flat_map(|pom| &pom.dependencies)
    }

    /// Whether the group of a library, of a parent from a repository or of imported versions begins so.
    pub(super) fn has_group(&self, pom: &Pom, group: &str) -> bool {
        let begins = |text: &str| text == group || text.strip_prefix(group).is_some_and(|rest| rest.starts_with('.'));
        self.with_parents(pom).any(|pom| {
            pom.dependencies.iter().any(|dependency| begins(&dependency.group) && dependency.scope() != "test")
                || pom.plugins.iter().any(|plugin| begins(&plugin.group))
                || pom.parent.as_ref().is_some_and(|parent| begins(&parent.group))
        })
    }

    /// The files by which Maven knows the build.
    pub(super) fn files(&self) -> impl Iterator<Item = String> {
        self.poms.iter().map(|pom| in_folder(&pom.folder, "pom.xml"))
    }

    /// Whether another project of the build is among a pom's libraries.
    pub(super) fn is_used(&self, pom: &Pom) -> bool {
        self.poms.iter().any(|other| other.dependencies.iter().any(|dependency| dependency.artifact == pom.artifact))
    }

    fn warn_of_parents(&self, context: &Context) {
        for pom in &self.poms {
            let Some(parent) = &pom.parent else { continue };
            let Some(path) = &parent.path else { continue };
            // A parent of one's own group is rarely in a repository.
            let is_own = pom.group.as_ref().is_none_or(|group| *group == parent.group);
            let is_written = path != "../pom.xml";
            if folder_of(&pom.folder, path).is_none() && (is_own && !is_published(&parent.group) || is_written) {
                context.diagnostics.warn(format!(
                    "The parent of {}, {}:{}, lies at {path}, outside of the app: the build fails unless a repository \
                     has it. Build from the folder that has both",
                    in_folder(&pom.folder, "pom.xml"),
                    parent.group,
                    parent.artifact
                ));
            }
        }
    }
}

/// Whether a group's parents come from a repository: those of frameworks.
fn is_published(group: &str) -> bool {
    plugpacks_provider_support::jvm::FRAMEWORKS
        .iter()
        .any(|framework| framework.groups.iter().any(|known| group.starts_with(known)))
}

/// The path of a file in a folder, of which the empty one is the app.
pub(super) fn in_folder(folder: &str, name: &str) -> String {
    if folder.is_empty() { name.to_owned() } else { format!("{folder}/{name}") }
}

/// The folder that a path names, relative to another one: of a folder, or of a pom in it; `None` if it leaves the app.
fn folder_of(folder: &str, path: &str) -> Option<String> {
    let mut parts: Vec<_> = folder.split('/').filter(|part| !part.is_empty()).collect();
    for part in path.split('/').filter(|part| !matches!(*part, "" | ".")) {
        if part == ".." {
            parts.pop()?;
        } else {
            parts.push(part);
        }
    }
    if parts.last().is_some_and(|last| last.ends_with(".xml")) {
        parts.pop();
    }
    Some(parts.join("/"))
}

#[cfg(test)]
mod tests {
    use super::folder_of;

    #[test]
    fn folders_of_poms() {
        for (folder, path, expected) in [
            ("", "api", Some("api")),
            ("api", "../pom.xml", Some("")),
            ("", "../pom.xml", None),
            ("a/b", "../../parent/pom.xml", Some("parent")),
            ("a", "../c/", Some("c")),
        ] {
            assert_eq!(folder_of(folder, path).as_deref(), expected, "{folder} {path}");
        }
    }
}
