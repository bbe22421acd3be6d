//! Which files downloading the modules needs: so that nothing else runs it again.

use super::modules::{Modules, in_folder};
use plugpacks_sdk::{Context, Result};

/// Variables that Go and what it downloads with read.
pub(crate) const VARIABLES: &[&str] = &["GO*", "CGO_*", "GIT_*"];

/// The manifests of all modules that the program is built from; all of the app (`None`) where a module is replaced
/// by a place in it.
pub(super) fn manifests(context: &Context, modules: &Modules, nested: Option<&str>) -> Result<Option<Vec<String>>> {
    let of_root = context.app.files_of(&["go.work", "go.work.sum", "go.mod", "go.sum"])?;
    let mut files: Vec<_> = of_root.into_iter().map(str::to_owned).collect();
    for module in modules.used().into_iter().chain(nested.map(str::to_owned)) {
        let manifest = in_folder(&module, "go.mod");
        if module.starts_with(['.', '/']) || !context.app.has_file(&manifest)? {
            return Ok(None);
        }
        files.push(manifest);
        let sums = in_folder(&module, "go.sum");
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
