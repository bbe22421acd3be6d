//! What an app itself wants kept between builds.

use crate::project::Project;
use crate::typescript;

/// `cacheDirectories` of `package.json`, and the TypeScript compiler's file (Nixpacks 1.41).
pub(crate) fn nixpacks(project: &Project) -> Vec<String> {
    declared(project).cloned().chain(typescript::build_info(project)).collect()
}

/// `cacheDirectories` of `package.json`. A file is not kept: the directory that would be mounted in its
/// place hides it, and whatever writes it fails.
pub(crate) fn november_2026(project: &Project) -> Vec<String> {
    let (files, directories): (Vec<&String>, _) = declared(project).partition(|path| project.has(path));
    for file in files {
        let warning = format!("`{file}` in cacheDirectories of package.json is a file; only directories are kept");
        project.context.diagnostics.warn(warning);
    }
    directories.into_iter().cloned().collect()
}

fn declared<'a>(project: &'a Project) -> impl Iterator<Item = &'a String> {
    project.package.cache_directories.iter().flatten()
}

#[cfg(test)]
mod tests {
    use super::*;
    use plugpacks_sdk::Edition;
    use plugpacks_sdk::testing::FakeApp;

    #[test]
    fn a_file_is_not_kept_from_2026_11_on() {
        let tsconfig = r#"{"compilerOptions": {"incremental": true}}"#;
        let caches = |edition| {
            let app =
                FakeApp::new().edition(edition).file("package.json", r#"{"cacheDirectories": ["a.bin", "cache"]}"#);
            let app = app.file("a.bin", "").file("tsconfig.json", tsconfig).file("tsconfig.tsbuildinfo", "");
            app.with(|context| {
                let project = Project::read(context).unwrap();
                (project.rules.own_caches)(&project)
            })
        };
        assert_eq!(caches(Edition::Nixpacks), ["a.bin", "cache", "tsconfig.tsbuildinfo"]);
        assert_eq!(caches(Edition::November2026), ["cache"]);
    }
}
