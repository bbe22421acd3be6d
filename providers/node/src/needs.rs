//! What packages that are not pure JavaScript need besides Node.js.

use crate::app::{NPM_LOCKFILE, NodeApp};
use crate::lockfile::LOCKFILES;
use std::collections::BTreeSet;

/// What packages need, in the order in which it is added to the plan.
#[derive(Debug, Default)]
pub(crate) struct Needs {
    /// Nix packages.
    pub(crate) packages: Vec<&'static str>,
    /// Those of them that are needed while the app runs.
    pub(crate) run_time_packages: Vec<&'static str>,
    /// Nix attributes whose libraries are loaded.
    pub(crate) libraries: Vec<&'static str>,
    pub(crate) apt_packages: Vec<&'static str>,
    pub(crate) variables: Vec<(&'static str, &'static str)>,
}

/// Which packages count.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Scope {
    /// All that are installed.
    Installed,
    /// Those that a manifest of the app lists.
    Listed,
    /// Those that the app needs when it runs: no development dependencies.
    AtRunTime,
}

/// What some packages have in common.
struct Need {
    scope: Scope,
    /// Names of npm packages; under the edition `nixpacks` texts that a manifest mentions.
    names: &'static [&'static str],
    packages: &'static [&'static str],
    run_time_packages: &'static [&'static str],
    libraries: &'static [&'static str],
    apt_packages: &'static [&'static str],
    variables: &'static [(&'static str, &'static str)],
}

const NOTHING: Need = Need {
    scope: Scope::Installed,
    names: &[],
    packages: &[],
    run_time_packages: &[],
    libraries: &[],
    apt_packages: &[],
    variables: &[],
};

/// Nixpacks 1.41.
const MENTIONED: &[Need] = &[
    Need { names: &["prisma"], packages: &["openssl"], ..NOTHING },
    Need { names: &["sharp"], libraries: &["gcc-unwrapped"], ..NOTHING },
    Need {
        names: &["puppeteer"],
        apt_packages: &[
            "libnss3",
            "libatk1.0-0",
            "libatk-bridge2.0-0",
            "libcups2",
            "libgbm1",
            "libasound2t64",
            "libpangocairo-1.0-0",
            "libxss1",
            "libgtk-3-0",
            "libxshmfence1",
            "libglu1",
            "chromium",
        ],
        ..NOTHING
    },
    Need { names: &["canvas"], libraries: &["libuuid", "libGL"], ..NOTHING },
];

const PLAYWRIGHT: &str = "playwright";

/// Says that Playwright looks for a browser where it would have put one, unless it is told another.
fn warn_of_browsers(app: &NodeApp) {
    let is_told = app.directory().search("**/*.{js,mjs,cjs,ts}", "executablePath|PLAYWRIGHT_BROWSERS_PATH");
    if matches!(is_told, Ok(None)) {
        app.context.diagnostics.warn(
            "Playwright starts only browsers that `playwright install` has fetched, whose libraries are not in the image. \
             Nix's Chromium is: write launch({ executablePath: process.env.CHROMIUM ?? '/root/.nix-profile/bin/chromium' })",
        );
    }
}

/// What node-gyp calls to compile an addon for which there is no built one.
const COMPILER: &[&str] = &["python3", "gcc", "gnumake", "pkg-config"];

const NAMED: &[Need] = &[
    Need { names: &["prisma", "@prisma/client"], packages: &["openssl"], run_time_packages: &["openssl"], ..NOTHING },
    Need { names: &["sharp"], libraries: &["gcc-unwrapped"], ..NOTHING },
    // They download a browser, or have Puppeteer do so; `puppeteer-core` does not, and is among the
    // packages of many tools. Nix has Chromium for every base image. Fonts are data that any distribution has.
    Need {
        scope: Scope::Listed,
        names: &["puppeteer", "puppeteer-extra", "whatsapp-web.js", "md-to-pdf", "html-pdf-node"],
        packages: &["chromium"],
        run_time_packages: &["chromium"],
        apt_packages: &["fontconfig", "fonts-liberation"],
        variables: &[
            ("PUPPETEER_EXECUTABLE_PATH", "/root/.nix-profile/bin/chromium"),
            ("PUPPETEER_SKIP_DOWNLOAD", "true"),
        ],
        ..NOTHING
    },
    // Its browsers come by a command of its own, for one distribution, with libraries that are not there.
    Need {
        scope: Scope::AtRunTime,
        names: &[PLAYWRIGHT, "playwright-extra", "patchright"],
        packages: &["chromium"],
        run_time_packages: &["chromium"],
        apt_packages: &["fontconfig", "fonts-liberation"],
        ..NOTHING
    },
    Need {
        scope: Scope::AtRunTime,
        names: &["selenium-webdriver"],
        packages: &["chromium", "chromedriver"],
        run_time_packages: &["chromium", "chromedriver"],
        apt_packages: &["fontconfig", "fonts-liberation"],
        ..NOTHING
    },
    Need { names: &["canvas"], packages: COMPILER, libraries: &["libuuid", "libGL"], ..NOTHING },
    Need { names: &["libpq", "pg-native"], packages: &["libpq.pg_config"], libraries: &["libpq"], ..NOTHING },
    Need {
        names: &[
            "@discordjs/opus",
            "@mongodb-js/zstd",
            "@serialport/bindings-cpp",
            "argon2",
            "bcrypt",
            "better-sqlite3",
            "classic-level",
            "cpu-features",
            "deasync",
            "farmhash",
            "ffi-napi",
            "hiredis",
            "ibm_db",
            "integer",
            "isolated-vm",
            "kerberos",
            "leveldown",
            "libpq",
            "microtime",
            "node-expat",
            "node-gyp",
            "node-pty",
            "node-rdkafka",
            "node-sass",
            "pg-native",
            "re2",
            "ref-napi",
            "rocksdb",
            "snappy",
            "sodium-native",
            "sqlite3",
            "tree-sitter",
            "usb",
            "zeromq",
            "zlib-sync",
        ],
        packages: COMPILER,
        libraries: &["gcc-unwrapped"],
        ..NOTHING
    },
];

impl Needs {
    fn of(applying: impl Iterator<Item = &'static Need>) -> Self {
        let mut needs = Self::default();
        for need in applying {
            extend(&mut needs.packages, need.packages);
            extend(&mut needs.run_time_packages, need.run_time_packages);
            extend(&mut needs.libraries, need.libraries);
            extend(&mut needs.apt_packages, need.apt_packages);
            extend(&mut needs.variables, need.variables);
        }
        needs
    }
}

/// Appends what is not there yet.
fn extend<T: Copy + PartialEq>(list: &mut Vec<T>, elements: &[T]) {
    for element in elements {
        if !list.contains(element) {
            list.push(*element);
        }
    }
}

/// Nixpacks 1.41: a word that stands anywhere in the manifest or a lockfile. Files that are missing
/// or not UTF-8 mention nothing.
pub(crate) fn mentioned(app: &NodeApp) -> Needs {
    const FILES: [&str; 4] = ["package.json", "package-lock.json", "yarn.lock", "pnpm-lock.yaml"];
    let texts: Vec<String> = FILES.iter().filter_map(|path| app.directory().read_text(path).ok()).collect();
    let applies = |need: &&Need| need.names.iter().any(|word| texts.iter().any(|text| text.contains(word)));
    Needs::of(MENTIONED.iter().filter(applies))
}

/// Names of dependencies in any manifest, and of installed packages in a lockfile. Lockfiles that are
/// missing or not UTF-8 have none.
pub(crate) fn named(app: &NodeApp) -> Needs {
    let known: BTreeSet<&str> = NAMED.iter().flat_map(|need| need.names).copied().collect();
    let listed: BTreeSet<&str> = known.iter().copied().filter(|name| app.any_depends_on(name)).collect();
    let mut found = listed.clone();
    for (path, scan) in LOCKFILES {
        let mut add = |package: &str| found.extend(known.get(package));
        if *path == NPM_LOCKFILE {
            app.npm_lockfile().into_iter().for_each(|text| scan(text, &mut add));
        } else if let Ok(text) = app.directory().read_text(path) {
            scan(&text, &mut add);
        }
    }
    let is_dependency = |name: &str| app.package.dependencies.as_ref().is_some_and(|map| map.contains_key(name));
    let counts = |scope: Scope, name: &str| match scope {
        Scope::Installed => found.contains(name),
        Scope::Listed => listed.contains(name),
        Scope::AtRunTime => listed.contains(name) && is_dependency(name),
    };
    let applies = |need: &&Need| need.names.iter().any(|name| counts(need.scope, name));
    if is_dependency(PLAYWRIGHT) {
        warn_of_browsers(app);
    }
    let applying: Vec<_> = NAMED.iter().filter(applies).collect();
    if !applying.is_empty() {
        let names: Vec<_> =
            applying.iter().flat_map(|need| need.names).filter(|name| found.contains(*name)).copied().collect();
        app.context.diagnostics.because("native packages", format!("needed by {}", names.join(", ")));
    }
    Needs::of(applying.into_iter())
}

#[cfg(test)]
mod tests {
    use super::*;
    use plugpacks_sdk::testing::FakeApp;

    fn needs(app: &FakeApp) -> Needs {
        app.with(|context| {
            let app = NodeApp::read(context).unwrap();
            (app.rules.needs)(&app)
        })
    }

    #[test]
    fn nixpacks_looks_for_words_anywhere() {
        let app = FakeApp::nixpacks().file("package.json", r#"{"name": "my-canvas"}"#).file("yarn.lock", "# prismatic");
        let needs = needs(&app.file("pnpm-lock.yaml", "sharpen puppeteers").file("package-lock.json", b"\xff sharp"));
        assert_eq!(needs.packages, ["openssl"]);
        assert_eq!(needs.libraries, ["gcc-unwrapped", "libuuid", "libGL"]);
        assert_eq!(needs.apt_packages.len(), 12);
    }

    #[test]
    fn names_are_compared_whole() {
        let app = FakeApp::new().file(
            "package.json",
            r#"{"name": "canvas", "dependencies": {"canvas-confetti": "1", "x": "npm:sharp@1"}, "description": "prisma"}"#,
        );
        let needs = needs(&app);
        assert!(needs.packages.is_empty() && needs.libraries.is_empty() && needs.apt_packages.is_empty());
    }

    #[test]
    fn dependencies_of_every_manifest_count() {
        let app = FakeApp::new()
            .file("package.json", r#"{"dependencies": {"bcrypt": "5"}}"#)
            .file("packages/db/package.json", r#"{"devDependencies": {"prisma": "6"}}"#);
        let needs = needs(&app);
        assert_eq!(needs.packages, ["openssl", "python3", "gcc", "gnumake", "pkg-config"]);
        assert_eq!(app.reasons().last().unwrap(), "native packages: needed by prisma, bcrypt");
    }

    #[test]
    fn installed_packages_are_found_in_every_form_of_lockfile() {
        for (path, text) in [
            ("package-lock.json", "{\n    \"node_modules/a/node_modules/sharp\": {\n      \"version\": \"1\""),
            ("npm-shrinkwrap.json", "{\n  \"dependencies\": {\n    \"sharp\": {\n      \"version\": \"1\""),
            ("yarn.lock", "x@1:\n\nsharp@^0.33.0:\n  version \"1\""),
            ("yarn.lock", "\"sharp@npm:^0.33.0\":\n  version: 1"),
            ("pnpm-lock.yaml", "packages:\n\n  sharp@0.33.5:\n"),
            ("pnpm-lock.yaml", "packages:\n\n  /sharp@0.32.0:\n"),
            ("pnpm-lock.yaml", "packages:\n\n  /sharp/0.30.0:\n"),
            ("bun.lock", "    \"sharp\": [\"sharp@0.33.5\", \"\""),
        ] {
            let app = FakeApp::new().file("package.json", "{}").file(path, text);
            assert_eq!(needs(&app).libraries, ["gcc-unwrapped"], "{path}: {text}");
        }
    }

    #[test]
    fn packages_that_are_not_installed_do_not_count() {
        for (path, text) in [
            (
                "package-lock.json",
                "      \"peerDependenciesMeta\": {\n        \"canvas\": {\n          \"optional\": true",
            ),
            ("package-lock.json", "      \"peerDependencies\": {\n        \"canvas\": \"^3\""),
            ("yarn.lock", "x@1:\n  dependencies:\n    canvas \"^1\"\ncanvas-confetti@1:\n"),
            ("pnpm-lock.yaml", "  canvas-confetti@1.0.0:\n    peerDependencies:\n      canvas: '*'"),
            ("bun.lock", "    \"x\": [\"x@1\", \"\", { \"optionalPeers\": [\"canvas\"] }"),
        ] {
            let app = FakeApp::new().file("package.json", "{}").file(path, text);
            assert!(needs(&app).libraries.is_empty(), "{path}: {text}");
        }
    }

    #[test]
    fn all_that_is_installed_is_found() {
        let lock = "sharp@1:\n\nprisma@1:\n\nsqlite3@1:\n\n\"@prisma/client@1\":\n";
        let needs = needs(&FakeApp::new().file("package.json", "{}").file("yarn.lock", lock));
        assert_eq!(needs.packages, ["openssl", "python3", "gcc", "gnumake", "pkg-config"]);
        assert_eq!(needs.libraries, ["gcc-unwrapped"]);
    }
}
