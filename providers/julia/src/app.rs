//! What `Project.toml` and `Manifest.toml` say.

use plugpacks_provider_support::release::Request;
use plugpacks_sdk::{Context, Result};
use serde::Deserialize;
use serde::de::IgnoredAny;
use std::collections::BTreeMap;

/// The names of a project's file; Julia prefers the last.
pub(crate) const PROJECTS: [&str; 2] = ["Project.toml", "JuliaProject.toml"];

/// The names of the file that pins the dependencies.
const MANIFESTS: [&str; 2] = ["JuliaManifest.toml", "Manifest.toml"];

/// What the app is: a project, and what its dependencies were resolved to.
#[derive(Debug, Default)]
pub(crate) struct JuliaApp {
    file: &'static str,
    fields: Fields,
    pub(crate) manifest: Option<Manifest>,
}

#[derive(Debug, Default, Deserialize)]
#[serde(default)]
struct Fields {
    name: Option<String>,
    deps: BTreeMap<String, IgnoredAny>,
    compat: BTreeMap<String, String>,
    /// Where dependencies come from, if not from a registry.
    sources: BTreeMap<String, IgnoredAny>,
    workspace: Option<IgnoredAny>,
}

/// What is read of a manifest.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct Manifest {
    pub(crate) file: &'static str,
    pub(crate) julia_version: Option<String>,
    /// Whether a dependency is a folder of the app.
    has_local_packages: bool,
}

impl JuliaApp {
    /// Reads both files.
    ///
    /// # Errors
    /// The project's is not TOML or has fields of other types.
    pub(crate) fn read(context: &Context) -> Result<Self> {
        let manifest = Manifest::read(context)?;
        let [usual, preferred] = PROJECTS;
        let Some(file) = context.app.first_file(&[preferred, usual])?.and_then(known) else {
            return Ok(Self { manifest, ..Self::default() });
        };
        Ok(Self { file, fields: context.app.read_toml(file)?, manifest })
    }

    /// The name of the package that the project is.
    pub(crate) fn package(&self) -> Option<&str> {
        self.fields.name.as_deref()
    }

    /// Whether the project depends on a package.
    pub(crate) fn depends_on(&self, package: &str) -> bool {
        self.fields.deps.contains_key(package)
    }

    /// The versions of Julia that the project is made for.
    pub(crate) fn compatible_julia(&self) -> Option<Request> {
        Request::new(self.fields.compat.get("julia")?, self.file)
    }

    /// The files without which packages cannot be installed; `None` if that may be any: the app is a
    /// package itself, or has others in its folders.
    pub(crate) fn install_files(&self) -> Option<Vec<&'static str>> {
        let needs_code = self.fields.name.is_some()
            || !self.fields.sources.is_empty()
            || self.fields.workspace.is_some()
            || self.manifest.as_ref().is_some_and(|manifest| manifest.has_local_packages);
        let files =
            [Some(self.file).filter(|file| !file.is_empty()), self.manifest.as_ref().map(|manifest| manifest.file)];
        (!needs_code).then(|| files.into_iter().flatten().collect())
    }
}

fn known(file: &str) -> Option<&'static str> {
    PROJECTS.into_iter().find(|known| *known == file)
}

impl Manifest {
    fn read(context: &Context) -> Result<Option<Self>> {
        for file in MANIFESTS {
            if let Some(text) = context.app.read_text_if_file(file)? {
                return Ok(Some(Self::parse(file, &text)));
            }
        }
        Ok(None)
    }

    /// Reads lines, since the file is made by Julia alone, may have thousands of them, and two keys
    /// are wanted.
    fn parse(file: &'static str, text: &str) -> Self {
        let value = |key: &str| {
            text.lines().find_map(|line| line.trim_start().strip_prefix(key)?.trim_start().strip_prefix('='))
        };
        let julia_version = value("julia_version").map(|text| text.trim().trim_matches('"').to_owned());
        Self { file, julia_version, has_local_packages: value("path").is_some() }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use plugpacks_sdk::testing::FakeApp;

    fn files(app: &FakeApp) -> Option<Vec<&'static str>> {
        app.with(JuliaApp::read).unwrap().install_files()
    }

    #[test]
    fn packages_are_installed_from_the_manifests_alone() {
        let app = || FakeApp::new().file("Project.toml", "[deps]\n");
        assert_eq!(files(&app()), Some(vec!["Project.toml"]));
        assert_eq!(files(&app().file("Manifest.toml", "")), Some(vec!["Project.toml", "Manifest.toml"]));
        assert_eq!(files(&app().file("JuliaProject.toml", "")), Some(vec!["JuliaProject.toml"]));
    }

    #[test]
    fn packages_in_the_app_are_installed_from_all_of_it() {
        let project = |text: &str| FakeApp::new().file("Project.toml", text);
        assert_eq!(files(&project("name = \"Relay\"\n")), None);
        assert_eq!(files(&project("[sources]\nA = {path = \"A\"}\n")), None);
        assert_eq!(files(&project("[workspace]\nprojects = [\"test\"]\n")), None);
        assert_eq!(files(&project("").file("Manifest.toml", "[[deps.A]]\npath = \"A\"\n")), None);
    }

    #[test]
    fn a_manifest_names_its_julia() {
        let manifest = Manifest::parse("Manifest.toml", "# made\n\njulia_version = \"1.11.2\"\n[[deps.A]]\n");
        assert_eq!(manifest.julia_version.as_deref(), Some("1.11.2"));
        assert_eq!(Manifest::parse("Manifest.toml", "[[A]]\n").julia_version, None);
    }

    #[test]
    fn a_broken_project_is_an_error() {
        let error = FakeApp::new().file("Project.toml", "[").with(|context| JuliaApp::read(context).unwrap_err());
        assert_eq!(error.message(), "Error reading Project.toml as TOML");
    }
}
