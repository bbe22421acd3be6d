//! The app as the provider sees it: every manifest read once.

use crate::json5;
use crate::manager::Manager;
use crate::package_json::PackageJson;
use crate::rules::{RULES, Rules};
use crate::scripts::{self, Invocation};
use plugpacks_sdk::{App, Context, Error, Result};
use std::cell::OnceCell;

/// What the paths of installed packages have in common.
const INSTALLED: &str = "node_modules";

/// npm's lockfile.
pub(crate) const NPM_LOCKFILE: &str = "package-lock.json";

const PACKAGE_JSON: &str = "package.json";
const PACKAGE_YAML: &str = "package.yaml";

/// What the app is.
pub(crate) struct NodeApp<'a> {
    pub(crate) context: &'a Context<'a>,
    pub(crate) rules: &'static Rules,
    /// The root manifest; without one, all of it is absent.
    pub(crate) package: PackageJson,
    /// Whether there is a root manifest: another provider may ask for a plan without one.
    pub(crate) has_manifest: bool,
    /// The manifests below the root.
    pub(crate) members: Vec<Member>,
    pub(crate) manager: Manager,
    manager_reason: &'static str,
    /// Whether the app does not lie in a folder of installed packages.
    is_own: bool,
    started: OnceCell<Vec<Invocation>>,
    pub(crate) has_server: OnceCell<bool>,
    npm_lockfile: OnceCell<Option<String>>,
}

/// A package below the root.
pub(crate) struct Member {
    /// Its folder.
    pub(crate) directory: String,
    pub(crate) package: PackageJson,
}

impl<'a> NodeApp<'a> {
    /// Reads the manifests.
    pub(crate) fn read(context: &'a Context) -> Result<Self> {
        let app = Self::root(context)?;
        let manager = app.manager;
        let members = members(context, app.rules)?;
        context.diagnostics.because("package manager", format!("{} because of {}", manager.name(), app.manager_reason));
        Ok(Self { members, ..app })
    }

    /// Reads the root manifest alone: for detection, which must not walk the tree.
    pub(crate) fn root(context: &'a Context) -> Result<Self> {
        let rules = RULES.at(context);
        let manifest = manifest(context, rules)?;
        let has_manifest = manifest.is_some();
        let (path, package) = match manifest {
            Some((path, text)) => (path, (rules.package_json)(path, &text, context.diagnostics)?),
            None => (PACKAGE_JSON, PackageJson::default()),
        };
        let (manager, manager_reason) = match path {
            PACKAGE_JSON => (rules.manager)(context.app, &package)?,
            _ => (Manager::Pnpm, "package.json5, which pnpm alone reads"),
        };
        Ok(Self::new(context, rules, package, (manager, manager_reason), has_manifest))
    }

    /// A package of a workspace, seen as an app of its own that the workspace's manager installs; `context`
    /// is that of its folder.
    pub(crate) fn of_member(context: &'a Context, workspace: &NodeApp, member: &Member) -> Self {
        let manager = (workspace.manager, workspace.manager_reason);
        Self::new(context, workspace.rules, member.package.clone(), manager, true)
    }

    /// An app without members. One in a folder of installed packages has no manifests (Nixpacks 1.41: looks at the whole
    /// path; more than the last folder of it is not known here).
    fn new(
        context: &'a Context,
        rules: &'static Rules,
        package: PackageJson,
        (manager, manager_reason): (Manager, &'static str),
        has_manifest: bool,
    ) -> Self {
        Self {
            context,
            rules,
            package,
            has_manifest,
            members: Vec::new(),
            manager,
            manager_reason,
            is_own: !context.app.name().contains(INSTALLED),
            started: OnceCell::new(),
            has_server: OnceCell::new(),
            npm_lockfile: OnceCell::new(),
        }
    }

    pub(crate) const fn directory(&self) -> App<'a> {
        self.context.app
    }

    /// What the start script runs.
    pub(crate) fn started(&self) -> &[Invocation] {
        self.started.get_or_init(|| scripts::invocations(&self.package, "start"))
    }

    /// Whether the root manifest has a dependency.
    pub(crate) fn depends_on(&self, package: &str) -> bool {
        (self.rules.depends_on)(&self.package, package)
    }

    /// The folder and content of every manifest.
    pub(crate) fn manifests(&self) -> impl Iterator<Item = (&str, &PackageJson)> {
        let members = self.members.iter().map(|member| (&*member.directory, &member.package));
        [("", &self.package)].into_iter().chain(members).filter(|_| self.is_own)
    }

    /// The text of npm's lockfile, which large apps have some megabytes of; `None` if there is none, or it is no text.
    pub(crate) fn npm_lockfile(&self) -> Option<&str> {
        self.npm_lockfile.get_or_init(|| self.directory().read_text(NPM_LOCKFILE).ok()).as_deref()
    }

    /// Whether any manifest of the app has a dependency.
    pub(crate) fn any_depends_on(&self, package: &str) -> bool {
        self.manifests().any(|(_, manifest)| manifest.lists(package))
    }

    /// The value of a variable that names an app or a task.
    pub(crate) fn setting(&self, name: &str) -> Option<String> {
        self.context.environment.config(name)
    }

    /// Whether a regular file stands at a path that the app itself names, which may lead anywhere.
    pub(crate) fn has(&self, path: &str) -> bool {
        self.directory().has_file(path).unwrap_or(false)
    }

    /// A JSON document; `None` if there is none, or it is broken.
    pub(crate) fn json<T: serde::de::DeserializeOwned>(&self, path: &str) -> Option<T> {
        let text = self.directory().read_text(path).ok()?;
        serde_json::from_str(&(self.rules.json)(&text)).ok()
    }
}

/// The path of the root manifest, which is not read: a broken one is the app's, too.
pub(crate) fn manifest_path(context: &Context, rules: &Rules) -> Result<Option<&'static str>> {
    for path in rules.manifests {
        // Haskell has files of this name as well.
        let is_manifest = *path != PACKAGE_YAML || context.app.has_file("pnpm-lock.yaml")?;
        if is_manifest && context.app.has_file(path)? {
            return Ok(Some(path));
        }
    }
    Ok(None)
}

/// The path and the text of the root manifest, as JSON.
///
/// # Errors
/// The file cannot be read, or is one that pnpm alone understands.
pub(crate) fn manifest(context: &Context, rules: &Rules) -> Result<Option<(&'static str, String)>> {
    let path = manifest_path(context, rules)?;
    path.map(|path| as_json(path, context.app.read_text(path)?)).transpose()
}

fn as_json(path: &'static str, text: String) -> Result<(&'static str, String)> {
    match path {
        PACKAGE_JSON => Ok((path, text)),
        PACKAGE_YAML => Err(Error::new("The manifest is package.yaml, which nothing but pnpm reads")
            .hint("Write it as package.json or package.json5")),
        _ => Ok((path, json5::to_json(&text))),
    }
}

/// The manifests below the root. Under the edition `nixpacks` a broken one is an error.
fn members(context: &Context, rules: &Rules) -> Result<Vec<Member>> {
    let mut members = Vec::new();
    for path in context.app.find_files("**/package.json")? {
        let Some(directory) = path.strip_suffix("/package.json").filter(|path| !path.contains(INSTALLED)) else {
            continue;
        };
        let read = || (rules.package_json)(&path, &context.app.read_text(&path)?, context.diagnostics);
        if let Some(package) = (rules.nested_manifest)(context, read())? {
            members.push(Member { directory: directory.to_owned(), package });
        }
    }
    Ok(members)
}

/// Nixpacks 1.41: a manifest that cannot be read fails the plan, wherever it stands.
pub(crate) fn required(_: &Context, package: Result<PackageJson>) -> Result<Option<PackageJson>> {
    package.map(Some)
}

/// Leaves out a manifest that cannot be read, which may well be a fixture or a template.
pub(crate) fn optional(context: &Context, package: Result<PackageJson>) -> Result<Option<PackageJson>> {
    match package {
        Ok(package) => Ok(Some(package)),
        Err(error) => {
            context.diagnostics.warn(format!("{error}; the file is ignored"));
            Ok(None)
        }
    }
}
