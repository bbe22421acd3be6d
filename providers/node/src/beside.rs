//! A `package.json` beside another language's manifest: whose app is it?
//!
//! A Django app whose styles npm builds has a `requirements.txt`, a `manage.py` and a `package.json` with
//! the script `build`. It is Python's: that provider asks for this one's plan and builds the assets by it.

use crate::app::NodeApp;
use crate::servers;
use crate::sites;
use plugpacks_sdk::{App, Context, Result};

/// A language whose apps may have JavaScript tools build what they serve or embed. Those that are asked
/// before this provider need no row.
struct Language {
    name: &'static str,
    /// The files in the app directory that make an app one of this language's, any of them.
    manifests: &'static [&'static str],
    /// Where its programs stand.
    programs: &'static [Program],
}

/// A sign that there is a program, not only tools for development.
enum Program {
    File(&'static str),
    /// A regular expression and the file whose text it is found in.
    Text(&'static str, &'static str),
}

const LANGUAGES: &[Language] = &[
    Language {
        name: "Python",
        manifests: &["requirements.txt", "pyproject.toml", "Pipfile", "setup.py"],
        programs: &[
            Program::File("manage.py"),
            Program::File("main.py"),
            Program::File("app.py"),
            Program::File("api.py"),
            Program::File("server.py"),
            Program::File("run.py"),
            Program::File("wsgi.py"),
            Program::File("asgi.py"),
            Program::File("streamlit_app.py"),
            Program::Text(
                "pyproject.toml",
                r"(?m)^\[(?:project\.scripts|tool\.poetry\.dependencies)\]|^dependencies\s*=",
            ),
        ],
    },
    Language {
        name: "Rust",
        manifests: &["Cargo.toml"],
        programs: &[Program::File("src/main.rs"), Program::Text("Cargo.toml", r"(?m)^\[\[bin\]\]")],
    },
    Language {
        name: "Swift",
        manifests: &["Package.swift"],
        programs: &[Program::Text("Package.swift", "executableTarget")],
    },
    Language { name: "OCaml", manifests: &["dune-project"], programs: &[Program::File("bin/dune")] },
    Language { name: "Perl", manifests: &["cpanfile", "Makefile.PL"], programs: &[Program::File("app.psgi")] },
    Language {
        name: "Julia",
        manifests: &["Project.toml", "JuliaProject.toml"],
        programs: &[Program::File("main.jl")],
    },
    Language { name: "R", manifests: &["app.R", "server.R", "plumber.R"], programs: &[Program::File("app.R")] },
    Language { name: "Zig", manifests: &["build.zig"], programs: &[Program::File("src/main.zig")] },
];

/// Files whose text `node` runs where a manifest says nothing else.
const OWN_FILES: &[&str] = &["server.js", "server.mjs", "server.ts", "index.js"];

/// Whether the app is this provider's.
///
/// # Errors
/// As [`owner`].
pub(crate) fn is_ours(context: &Context) -> Result<bool> {
    for language in LANGUAGES {
        if context.app.first_file(language.manifests)?.is_some() {
            return Ok(owner(&NodeApp::root(context)?)?.is_none());
        }
    }
    Ok(true)
}

/// The language that the app is in, if the `package.json` is only what builds its assets.
///
/// # Errors
/// A file of the app cannot be read.
pub(crate) fn owner(app: &NodeApp) -> Result<Option<&'static str>> {
    let directory = app.directory();
    for language in LANGUAGES {
        if directory.first_file(language.manifests)?.is_none() {
            continue;
        }
        if has_server(app)? {
            return Ok(None);
        }
        if language.has_program(directory)? || !sites::has_site_tool(app)? {
            return Ok(Some(language.name));
        }
    }
    Ok(None)
}

/// Whether `package.json` shows a server of its own.
fn has_server(app: &NodeApp) -> Result<bool> {
    let has_start = app.package.script("start").is_some() && !sites::is_for_development(app)?;
    let has_main = || app.package.main.as_deref().is_some_and(|main| app.has(main));
    Ok(has_start || servers::has_server_package(app) || has_main() || app.directory().first_file(OWN_FILES)?.is_some())
}

impl Language {
    fn has_program(&self, directory: App) -> Result<bool> {
        for program in self.programs {
            let is_there = match program {
                Program::File(path) => directory.has_file(path)?,
                Program::Text(path, pattern) => directory.search(path, pattern)?.is_some(),
            };
            if is_there {
                return Ok(true);
            }
        }
        Ok(false)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::Node;
    use plugpacks_sdk::Edition;
    use plugpacks_sdk::testing::FakeApp;

    fn with(manifest: &str, files: &[&str]) -> FakeApp {
        files.iter().fold(FakeApp::new().file("package.json", manifest), |app, path| app.file(path, ""))
    }

    #[track_caller]
    fn assert_owner(app: &FakeApp, expected: Option<&str>) {
        let found = app.with(|context| owner(&NodeApp::root(context).unwrap()).unwrap());
        assert_eq!(found, expected);
        assert_eq!(app.detect::<Node>().unwrap(), expected.is_none());
    }

    const TAILWIND: &str = r#"{"scripts": {"build": "tailwindcss -o a.css"}, "devDependencies": {"tailwindcss": "4"}}"#;
    const VITE: &str = r#"{"scripts": {"build": "vite build"}, "devDependencies": {"vite": "7", "react": "19"}}"#;

    #[test]
    fn assets_of_another_language_are_its_own() {
        assert_owner(&with(TAILWIND, &[]), None);
        assert_owner(&with(TAILWIND, &["requirements.txt"]), Some("Python"));
        assert_owner(&with(TAILWIND, &["Cargo.toml", "src/main.rs"]), Some("Rust"));
        assert_owner(&with("{}", &["Package.swift"]), Some("Swift"));
        let watch =
            r#"{"scripts": {"start": "webpack --watch", "build": "webpack"}, "devDependencies": {"webpack": "5"}}"#;
        assert_owner(&with(watch, &["requirements.txt", "manage.py"]), Some("Python"));
    }

    #[test]
    fn a_server_of_its_own_makes_it_ours() {
        for manifest in [
            r#"{"scripts": {"start": "node app.js"}}"#,
            r#"{"dependencies": {"express": "5"}}"#,
            r#"{"dependencies": {"next": "16"}}"#,
            r#"{"main": "src/a.js"}"#,
        ] {
            assert_owner(&with(manifest, &["requirements.txt", "main.py", "src/a.js"]), None);
        }
        assert_owner(&with("{}", &["requirements.txt", "server.js"]), None);
    }

    #[test]
    fn a_whole_site_is_ours_unless_there_is_a_program_beside_it() {
        assert_owner(&with(VITE, &["requirements.txt", "index.html"]), None);
        assert_owner(&with(VITE, &["requirements.txt", "index.html", "main.py"]), Some("Python"));
        assert_owner(&with(VITE, &["requirements.txt"]), Some("Python"));
    }

    #[test]
    fn the_edition_nixpacks_looks_at_package_json_alone() {
        let app = with(TAILWIND, &["requirements.txt", "manage.py"]).edition(Edition::NIXPACKS);
        assert!(app.detect::<Node>().unwrap());
    }
}
