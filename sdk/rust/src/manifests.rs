//! Files by which other providers know their apps, for the providers that are asked after them.

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
