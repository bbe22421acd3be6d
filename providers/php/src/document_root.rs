//! The folder that nginx serves: the one that has `index.php`.

use crate::composer::Composer;
use plugpacks_sdk::{Context, Result};
use serde_json::Value;

/// The folders that frameworks serve, those of more of them first.
const FOLDERS: [&str; 9] = ["public", "web", "webroot", "pub", "public_html", "htdocs", "docroot", "www", "html"];

/// Places in `composer.json` that name the served folder.
const SETTINGS: [&str; 3] =
    ["/extra/drupal-scaffold/locations/web-root", "/extra/public-dir", "/extra/typo3~1cms/web-dir"];

/// The place in `composer.json` that names the folder of WordPress: the served one is around it.
const WORDPRESS: &str = "/extra/wordpress-install-dir";

/// A folder that a command of the build fills, and what it is made of.
const FILLED: [(&str, &str); 1] = [("frontend/web", "environments/prod/frontend/web/index.php")];

/// Where Apache is told what answers the paths that are no file.
const HTACCESS: &str = ".htaccess";

/// Such a rule.
const FALLBACK: &str = r"(?im)^\s*(RewriteRule\s.*\bindex\.php|FallbackResource\s)";

/// Files by which systems are known whose `index.php`, in the app directory itself, answers every path.
const FRONT_CONTROLLERS: [&str; 4] =
    ["wp-load.php", "wp-config-sample.php", "core/lib/Drupal.php", "system/core/CodeIgniter.php"];

/// What nginx serves.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct DocumentRoot {
    /// Relative to the app directory; empty for the directory itself.
    folder: String,
    /// Whether `index.php` answers the paths that are no file.
    pub(crate) answers_all: bool,
    /// Whether there is, or will be, anything that nginx can answer `/` with.
    pub(crate) has_index: bool,
}

impl DocumentRoot {
    /// The folder that the manifest names, or that has `index.php`; else the app directory.
    ///
    /// # Errors
    /// A file of the app cannot be read.
    pub(crate) fn find(context: &Context, composer: &Composer) -> Result<Self> {
        let because = |reason: String| context.diagnostics.because("document root", reason);
        if let Some(folder) = named(&composer.manifest) {
            because(format!("{folder}, which composer.json names"));
            return Ok(Self { folder, answers_all: true, has_index: true });
        }
        if let Some(folder) = holding(context)? {
            because(format!("{folder} has index.php"));
            return Ok(Self { folder: folder.to_owned(), answers_all: true, has_index: true });
        }
        for (folder, source) in FILLED {
            if context.app.has_file(source)? {
                because(format!("{folder}, which is filled from {source}"));
                return Ok(Self { folder: folder.to_owned(), answers_all: true, has_index: true });
            }
        }
        let has_index = context.app.first_file(&["index.php", "index.html", "index.htm"])?.is_some();
        let answers_all = context.app.first_file(&FRONT_CONTROLLERS)?.is_some() || rewrites(context)?;
        Ok(Self { folder: String::new(), answers_all, has_index })
    }

    /// Whether the app directory itself is served.
    pub(crate) fn is_app(&self) -> bool {
        self.folder.is_empty()
    }

    /// The folder's path in the image; `None` for the app directory, which is the default.
    pub(crate) fn path(&self) -> Option<String> {
        (!self.folder.is_empty()).then(|| format!("/app/{}", self.folder))
    }
}

/// Whether Apache would let `index.php` answer.
fn rewrites(context: &Context) -> Result<bool> {
    let directory = &context.app;
    Ok(directory.has_file("index.php")?
        && directory.has_file(HTACCESS)?
        && directory.search(HTACCESS, FALLBACK)?.is_some())
}

/// The folder that the manifest names.
fn named(manifest: &Value) -> Option<String> {
    let text = |pointer: &str| manifest.pointer(pointer)?.as_str();
    let around = |folder: &str| tidy(folder).rsplit_once('/').map(|(around, _)| around.to_owned());
    let folder = SETTINGS.into_iter().find_map(text).map(tidy);
    folder.or_else(|| around(text(WORDPRESS)?)).filter(|folder| !folder.is_empty())
}

/// A path without what changes nothing; one that leaves the app is none.
fn tidy(folder: &str) -> String {
    let parts: Vec<_> = folder.split('/').filter(|part| !["", "."].contains(part)).collect();
    if folder.starts_with('/') || parts.contains(&"..") { String::new() } else { parts.join("/") }
}

/// The first folder that has `index.php`. One in the app directory itself is served from there, unless
/// it does no more than run that of a folder, as CakePHP's does.
fn holding(context: &Context) -> Result<Option<&'static str>> {
    let directory = &context.app;
    for folder in FOLDERS {
        if !directory.has_file(&format!("{folder}/index.php"))? {
            continue;
        }
        if !directory.has_file("index.php")? {
            return Ok(Some(folder));
        }
        let runs = format!(r#"\b(?:require|include)(?:_once)?\b[^;]*\b{folder}\b[^;]*\bindex\.php"#);
        if directory.search("index.php", &runs)?.is_some() {
            return Ok(Some(folder));
        }
    }
    Ok(None)
}

#[cfg(test)]
mod tests {
    use crate::app::PhpApp;
    use plugpacks_sdk::PartialPlan;
    use plugpacks_sdk::testing::FakeApp;

    /// The served folder, and whether its `index.php` answers every path.
    fn root(app: FakeApp) -> (String, bool) {
        let app = app.plan_of("node", PartialPlan::new());
        let root = app.with(|context| PhpApp::read(context).unwrap().document_root).unwrap();
        (root.path().unwrap_or_else(|| "/app".to_owned()), root.answers_all)
    }

    fn expect(app: FakeApp, folder: &str, answers_all: bool) {
        assert_eq!(root(app), (folder.to_owned(), answers_all));
    }

    #[test]
    fn the_folder_of_index_php_is_served() {
        for folder in super::FOLDERS {
            let app = FakeApp::new().file("composer.json", "{}").file(&format!("{folder}/index.php"), "");
            expect(app, &format!("/app/{folder}"), true);
        }
        expect(FakeApp::new().file("index.php", "").file("public/index.php", ""), "/app", false);
        expect(FakeApp::new().file("composer.json", "{}"), "/app", false);
    }

    #[test]
    fn an_index_that_runs_another_one_is_not_served() {
        for script in [
            "require 'webroot' . DIRECTORY_SEPARATOR . 'index.php';",
            "<?php include_once __DIR__ . '/webroot/index.php';",
        ] {
            expect(FakeApp::new().file("index.php", script).file("webroot/index.php", ""), "/app/webroot", true);
        }
        let script = "<a href='webroot/index.php'>";
        expect(FakeApp::new().file("index.php", script).file("webroot/index.php", ""), "/app", false);
    }

    #[test]
    fn the_manifest_may_name_a_folder_that_installing_fills() {
        for (manifest, folder) in [
            (r#"{"extra": {"drupal-scaffold": {"locations": {"web-root": "docs/web/"}}}}"#, "/app/docs/web"),
            (r#"{"extra": {"wordpress-install-dir": "web/wp"}}"#, "/app/web"),
            (r#"{"extra": {"typo3/cms": {"web-dir": "./public"}}}"#, "/app/public"),
            (r#"{"extra": {"public-dir": "htdocs"}}"#, "/app/htdocs"),
        ] {
            expect(FakeApp::new().file("composer.json", manifest), folder, true);
        }
        for manifest in [
            r#"{"extra": {"wordpress-install-dir": "wp"}}"#,
            r#"{"extra": {"public-dir": "../elsewhere"}}"#,
            r#"{"extra": {"public-dir": 3}}"#,
        ] {
            expect(FakeApp::new().file("composer.json", manifest), "/app", false);
        }
    }

    #[test]
    fn a_rule_of_apache_is_followed() {
        let app = |rule: &str| FakeApp::new().file("index.php", "").file(".htaccess", rule);
        expect(app("RewriteEngine On\nRewriteRule ^ index.php [QSA,L]\n"), "/app", true);
        expect(app("FallbackResource /index.php\n"), "/app", true);
        expect(app("RewriteRule ^old$ /new [R=301]\n"), "/app", false);
    }

    #[test]
    fn a_folder_that_the_build_fills_is_served() {
        let app = FakeApp::new().file("composer.json", "{}").file("environments/prod/frontend/web/index.php", "");
        expect(app, "/app/frontend/web", true);
    }

    #[test]
    fn wordpress_answers_every_path() {
        expect(FakeApp::new().file("index.php", "").file("wp-load.php", ""), "/app", true);
    }
}
