//! Files by which other providers know their apps.
//!
//! A provider that knows more files than Nixpacks 1.41 does must not take an app that another
//! provider builds there.

use plugpacks_sdk::{Context, Result};

/// What makes an app a static site, whatever folders it has.
pub const STATIC_SITE: [&str; 2] = ["Staticfile", "index.html"];

/// Manifests of languages: a directory with one of them is an app of its own. They are those that
/// Nixpacks 1.41 goes by, save those that it looks for at any depth.
pub const LANGUAGES: [&str; 26] = [
    "Cargo.toml",
    "Gemfile",
    "Package.swift",
    "Pipfile",
    "build.clj",
    "build.sbt",
    "composer.json",
    "deno.json",
    "deno.jsonc",
    "gleam.toml",
    "go.mod",
    "gradlew",
    "haunt.scm",
    "index.html",
    "index.php",
    "main.go",
    "main.py",
    "mix.exs",
    "package.json",
    "package.yaml",
    "pom.xml",
    "project.clj",
    "pubspec.yaml",
    "pyproject.toml",
    "requirements.txt",
    "shard.yml",
];

/// Files by which Nixpacks 1.41 recognises apps, with the folders of the providers to which they
/// belong, in the order in which these are asked.
const MANIFESTS: [(&str, &str); 15] = [
    ("go", "go.mod"),
    ("go", "main.go"),
    ("java", "pom.xml"),
    ("java", "gradlew"),
    ("scala", "build.sbt"),
    ("php", "composer.json"),
    ("php", "index.php"),
    ("ruby", "Gemfile"),
    ("node", "package.json"),
    ("python", "main.py"),
    ("python", "requirements.txt"),
    ("python", "pyproject.toml"),
    ("python", "Pipfile"),
    ("rust", "Cargo.toml"),
    ("swift", "Package.swift"),
];

/// Whether the app has a manifest of a language that is asked after `provider`; one that is not in the
/// table is taken to be asked first.
///
/// # Errors
/// The operating system refuses.
pub fn has_later(context: &Context, provider: &str) -> Result<bool> {
    let own = MANIFESTS.iter().rposition(|(other, _)| *other == provider);
    let later = &MANIFESTS[own.map_or(0, |at| at + 1)..];
    let files: Vec<_> = later.iter().map(|(_, file)| *file).collect();
    Ok(context.app.first_file(&files)?.is_some())
}

#[cfg(test)]
mod tests {
    use super::*;
    use plugpacks_sdk::testing::FakeApp;

    #[test]
    fn languages_that_are_asked_earlier_do_not_count() {
        let has =
            |provider: &str, file: &str| FakeApp::new().file(file, "").with(|context| has_later(context, provider));
        assert_eq!(has("go", "go.mod"), Ok(false));
        assert_eq!(has("go", "gradlew"), Ok(true));
        assert_eq!(has("java", "main.go"), Ok(false));
        assert_eq!(has("java", "Package.swift"), Ok(true));
        assert_eq!(has("deno", "go.mod"), Ok(true));
        assert_eq!(has("swift", "Package.swift"), Ok(false));
    }
}
