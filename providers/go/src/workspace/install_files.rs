//! Which files downloading the modules needs: so that nothing else runs it again.

use super::{Code, programs};
use plugpacks_sdk::{Context, Result};

/// Variables that Go and what it downloads with read.
pub(crate) const VARIABLES: &[&str] = &["GO*", "CGO_*", "GIT_*"];

/// The manifests of all modules; all of the app (`None`) where a module is replaced by a place in it.
pub(super) fn manifests(context: &Context, code: &Code) -> Result<Option<Vec<String>>> {
    let of_root = context.app.files_of(&["go.work", "go.work.sum", "go.mod", "go.sum"])?;
    let mut files: Vec<_> = of_root.into_iter().map(str::to_owned).collect();
    for module in programs::used_modules(code) {
        let manifest = format!("{module}/go.mod");
        if module.starts_with(['.', '/']) || !context.app.has_file(&manifest)? {
            return Ok(None);
        }
        files.push(manifest);
        let sums = format!("{module}/go.sum");
        if context.app.has_file(&sums)? {
            files.push(sums);
        }
    }
    for file in files.iter().filter(|file| !file.ends_with(".sum")) {
        if context.app.search(file, r"=>\s*[./]")?.is_some() {
            return Ok(None);
        }
    }
    Ok(Some(files))
}

#[cfg(test)]
mod tests {
    use super::*;
    use plugpacks_sdk::testing::FakeApp;

    fn files(app: &FakeApp) -> Option<Vec<String>> {
        app.with(|context| manifests(context, &Code::read(context).unwrap()).unwrap())
    }

    #[test]
    fn modules_bring_their_manifests() {
        let app = FakeApp::new().file("go.mod", "module a\nreplace b => example.com/b v1.0.0\n").file("go.sum", "");
        assert_eq!(files(&app).unwrap(), ["go.mod", "go.sum"]);
        let app = FakeApp::new().file("go.work", "use (\n\t.\n\t./api\n)\n").file("go.mod", "").file("api/go.mod", "");
        assert_eq!(files(&app.file("api/go.sum", "")).unwrap(), ["go.work", "go.mod", "api/go.mod", "api/go.sum"]);
    }

    #[test]
    fn places_need_the_app() {
        assert_eq!(files(&FakeApp::new().file("go.mod", "replace (\n\tb => ./b\n)\n")), None);
        assert_eq!(files(&FakeApp::new().file("go.mod", "replace b v1.2.3 => ../b\n")), None);
        assert_eq!(files(&FakeApp::new().file("go.work", "use ./api\n")), None);
        assert_eq!(files(&FakeApp::new().file("go.work", "use ../api\n")), None);
    }
}
