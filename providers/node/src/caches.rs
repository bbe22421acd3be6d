//! What an app itself wants kept between builds.

use crate::app::NodeApp;
use crate::typescript;

/// `cacheDirectories` of `package.json`, and the TypeScript compiler's file (Nixpacks 1.41).
pub(crate) fn nixpacks(app: &NodeApp) -> Vec<String> {
    declared(app).cloned().chain(typescript::build_info(app)).collect()
}

/// `cacheDirectories` of `package.json`. A file is not kept: the directory that would be mounted in its
/// place hides it, and whatever writes it fails.
pub(crate) fn directories(app: &NodeApp) -> Vec<String> {
    let (files, directories): (Vec<&String>, _) = declared(app).partition(|path| app.has(path));
    for file in files {
        let warning = format!("`{file}` in cacheDirectories of package.json is a file; only directories are kept");
        app.context.diagnostics.warn(warning);
    }
    directories.into_iter().cloned().collect()
}

fn declared<'a>(app: &'a NodeApp) -> impl Iterator<Item = &'a String> {
    app.package.cache_directories.iter().flatten()
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
                let app = NodeApp::read(context).unwrap();
                (app.rules.own_caches)(&app)
            })
        };
        assert_eq!(caches(Edition::NIXPACKS), ["a.bin", "cache", "tsconfig.tsbuildinfo"]);
        assert_eq!(caches(Edition::E2026_11), ["cache"]);
    }
}
