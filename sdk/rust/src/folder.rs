//! A folder of the app, seen as if it were the app.

use crate::context::Host;
use crate::{AccessError, Context, Edition, EntryKind, Occurrence, PartialPlan, SearchError};

/// A folder of the app. A context over it asks about `package.json` and is told about
/// `web/package.json`; variables, edition, diagnostics and other providers are the app's.
///
/// A package manager's rules, say, can so be applied to a front end that has a folder of its own.
pub struct Folder<'h> {
    host: &'h dyn Host,
    path: String,
}

impl<'h> Folder<'h> {
    pub(crate) const fn new(host: &'h dyn Host, path: String) -> Self {
        Self { host, path }
    }

    /// The folder as an app of its own.
    pub fn context(&self) -> Context<'_> {
        Context::new(self)
    }

    fn outer(&self, path: &str) -> String {
        format!("{}/{path}", self.path)
    }

    fn inner(&self, path: String) -> String {
        path.strip_prefix(&*self.path).and_then(|path| path.strip_prefix('/')).map(str::to_owned).unwrap_or(path)
    }

    fn inner_all(&self, paths: Vec<String>) -> Vec<String> {
        paths.into_iter().map(|path| self.inner(path)).collect()
    }
}

impl Host for Folder<'_> {
    fn app_name(&self) -> String {
        self.path.rsplit('/').next().unwrap_or_default().to_owned()
    }
    fn entry(&self, path: &str) -> Result<EntryKind, AccessError> {
        self.host.entry(&self.outer(path))
    }
    fn is_executable(&self, path: &str) -> Result<bool, AccessError> {
        self.host.is_executable(&self.outer(path))
    }
    fn read_text(&self, path: &str) -> Result<String, AccessError> {
        self.host.read_text(&self.outer(path))
    }
    fn find_files(&self, glob: &str) -> Result<Vec<String>, AccessError> {
        Ok(self.inner_all(self.host.find_files(&self.outer(glob))?))
    }
    fn find_directories(&self, glob: &str) -> Result<Vec<String>, AccessError> {
        Ok(self.inner_all(self.host.find_directories(&self.outer(glob))?))
    }
    fn search(&self, glob: &str, pattern: &str) -> Result<Option<Occurrence>, SearchError> {
        let found = self.host.search(&self.outer(glob), pattern)?;
        Ok(found.map(|found| Occurrence { path: self.inner(found.path), ..found }))
    }
    fn variable(&self, name: &str) -> Option<String> {
        self.host.variable(name)
    }
    fn edition(&self) -> Edition {
        self.host.edition()
    }
    fn architecture(&self) -> String {
        self.host.architecture()
    }
    fn warn(&self, message: &str) {
        self.host.warn(message);
    }
    fn because(&self, decision: &str, reason: &str) {
        self.host.because(decision, reason);
    }
    fn plan_of(&self, name: &str) -> Result<Option<PartialPlan>, crate::bindings::plugpacks::provider::types::Failure> {
        self.host.plan_of(name)
    }
}

#[cfg(test)]
#[cfg(feature = "testing")]
mod tests {
    use crate::testing::FakeApp;

    #[test]
    fn a_folder_is_seen_as_an_app() {
        let app = FakeApp::new().file("web/package.json", "{}").file("web/src/a.js", "x = 1").file("b.js", "");
        let app = app.variable("NIXPACKS_A", "1");
        app.with(|context| {
            let folder = context.folder("web");
            let inner = folder.context();
            assert_eq!(inner.app.name(), "web");
            assert!(inner.app.has_file("package.json").unwrap() && !inner.app.has_file("b.js").unwrap());
            assert_eq!(inner.app.find_files("**/*.js").unwrap(), ["src/a.js"]);
            assert_eq!(inner.app.search("**/*.js", "x = .").unwrap().unwrap().path, "src/a.js");
            assert_eq!(inner.app.read_text("src/a.js").unwrap(), "x = 1");
            assert_eq!(inner.environment.config("A").as_deref(), Some("1"));
        });
    }
}
