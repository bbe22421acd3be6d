//! The modules of an app, and what in their manifests stops a build.

use crate::code::{GoFiles, Manifest};
use plugpacks_sdk::{Context, Error, Result, shell};

/// The modules of an app.
pub(super) struct Modules {
    pub(super) workspace: Option<Manifest>,
    /// Every module whose manifest is read, with its folder: the root's (empty), the workspace's, nested ones.
    all: Vec<(String, Manifest)>,
    /// The folders of all modules.
    folders: Vec<String>,
    /// The Go files of an app without modules.
    files: Vec<String>,
    /// The app directory's name.
    app: String,
}

impl Modules {
    /// Reads the manifests.
    ///
    /// # Errors
    /// A manifest cannot be read, or the workspace lists a folder that is no module.
    pub(super) fn read(context: &Context, files: &GoFiles) -> Result<Self> {
        let workspace = Manifest::read(context, "go.work")?;
        let mut folders = context.app.find_files("**/go.mod")?;
        for path in &mut folders {
            *path = path.trim_end_matches("go.mod").trim_end_matches('/').to_owned();
        }
        let mut all = Vec::new();
        for folder in &folders {
            if let Some(manifest) = Manifest::read(context, in_folder(folder, "go.mod"))? {
                all.push((folder.clone(), manifest));
            }
        }
        let modules = Self {
            workspace,
            all,
            folders,
            files: files.directly_in("").map(str::to_owned).collect(),
            app: context.app.name(),
        };
        modules.check(context)?;
        Ok(modules)
    }

    /// Whether there is neither a module nor a workspace at the root.
    pub(super) fn is_empty(&self) -> bool {
        self.root().is_none() && self.workspace.is_none()
    }

    /// The module of the app directory.
    pub(super) fn root(&self) -> Option<&Manifest> {
        self.all.iter().find(|(folder, _)| folder.is_empty()).map(|(_, manifest)| manifest)
    }

    /// The manifests that say which Go is needed: the workspace's, and those of modules that are built.
    pub(super) fn manifests(&self) -> impl Iterator<Item = &Manifest> {
        let used = self.used();
        let is_built = move |folder: &String| folder.is_empty() || used.contains(folder);
        let modules = self.all.iter().filter(move |(folder, _)| is_built(folder)).map(|(_, manifest)| manifest);
        self.workspace.iter().chain(modules)
    }

    /// All modules with their folders.
    pub(super) fn all(&self) -> &[(String, Manifest)] {
        &self.all
    }

    /// The manifest of the module that a folder belongs to.
    pub(super) fn manifest_of(&self, folder: &str) -> Option<&Manifest> {
        let module = self.folder_of(folder)?;
        self.all.iter().find(|(folder, _)| folder == module).map(|(_, manifest)| manifest)
    }

    /// The module's name: the last part of its path that is no major version; else the app directory's name.
    pub(super) fn name(&self) -> &str {
        let path = self.root().and_then(|manifest| manifest.directive("module"));
        let is_version = |part: &&str| part.strip_prefix('v').is_some_and(|rest| rest.parse::<u32>().is_ok());
        path.and_then(|path| path.rsplit('/').find(|part| !is_version(part))).unwrap_or(&self.app)
    }

    /// The folders of the modules that the workspace uses, apart from the app itself.
    pub(super) fn used(&self) -> Vec<String> {
        let used = self.workspace.iter().flat_map(|workspace| workspace.arguments("use"));
        let tidy = |path: &str| path.trim_start_matches("./").trim_end_matches('/').to_owned();
        used.map(tidy).filter(|path| !path.is_empty() && path != ".").collect()
    }

    /// Whether `go build` in the app directory builds the package in this folder.
    pub(super) fn is_built_from_the_root(&self, folder: &str) -> bool {
        self.nested(folder).is_none()
    }

    /// The folder of the module that a package belongs to, if it is neither the root's nor the workspace's.
    pub(super) fn nested(&self, folder: &str) -> Option<&str> {
        let module = self.folder_of(folder).filter(|module| !module.is_empty())?;
        (!self.used().iter().any(|used| used == module)).then_some(module)
    }

    fn folder_of(&self, folder: &str) -> Option<&str> {
        let is_above = |module: &&String| {
            folder
                .strip_prefix(module.as_str())
                .is_some_and(|rest| module.is_empty() || rest.is_empty() || rest.starts_with('/'))
        };
        self.folders.iter().filter(is_above).max_by_key(|module| module.len()).map(String::as_str)
    }

    /// The files of a program without a module, as the arguments of `go build`; tests are none.
    pub(super) fn files(&self, folder: &str) -> String {
        if !folder.is_empty() {
            return format!("./{}", shell::quoted(folder));
        }
        let files = self.files.iter().filter(|path| !path.ends_with("_test.go"));
        files.map(|path| shell::quoted(path)).collect::<Vec<_>>().join(" ")
    }

    fn check(&self, context: &Context) -> Result<()> {
        for folder in self.used() {
            if !folder.starts_with("..") && !context.app.has_file(&in_folder(&folder, "go.mod"))? {
                return Err(Error::new(format!("go.work uses ./{folder}, where there is no go.mod"))
                    .hint(format!("Remove `use ./{folder}` from go.work, or add the module")));
            }
        }
        let relevant = self.all.iter().filter(|(folder, _)| folder.is_empty() || self.used().contains(folder));
        for (folder, manifest) in relevant {
            for (module, place) in manifest.replacements_by_places() {
                if leaves_the_app(folder, place) {
                    let file = in_folder(folder, "go.mod");
                    return Err(Error::new(format!(
                        "{file} replaces {module} by {place}, which is outside of the app"
                    ))
                    .hint("Build from the folder that has both, or require a released version of the module"));
                }
            }
        }
        Ok(())
    }
}

/// The path of a file in a folder, of which the empty one is the app.
pub(super) fn in_folder(folder: &str, name: &str) -> String {
    if folder.is_empty() { name.to_owned() } else { format!("{folder}/{name}") }
}

/// Whether a path that begins in a folder of the app ends outside of it.
fn leaves_the_app(folder: &str, path: &str) -> bool {
    let mut depth = folder.split('/').filter(|part| !part.is_empty()).count();
    for part in path.split('/').filter(|part| !matches!(*part, "" | ".")) {
        match (part, depth) {
            ("..", 0) => return true,
            ("..", _) => depth -= 1,
            _ => depth += 1,
        }
    }
    path.starts_with('/')
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn paths_that_leave_the_app() {
        for (folder, path, expected) in [
            ("", "./lib", false),
            ("", "../lib", true),
            ("cmd/a", "../../lib", false),
            ("cmd/a", "../../../lib", true),
            ("", "/usr/lib", true),
        ] {
            assert_eq!(leaves_the_app(folder, path), expected, "{folder} {path}");
        }
    }
}
