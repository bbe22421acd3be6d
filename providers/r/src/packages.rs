//! Which R packages the app needs. They come from nixpkgs, where each brings the system libraries
//! it is linked with.

use plugpacks_provider_support::text::trailing_word;
use plugpacks_sdk::{Context, Result};
use serde::Deserialize;
use std::collections::{BTreeMap, BTreeSet};

/// What comes with R itself, and renv, whose work nixpkgs does.
const PROVIDED: [&str; 16] = [
    "R",
    "base",
    "compiler",
    "datasets",
    "grDevices",
    "graphics",
    "grid",
    "methods",
    "parallel",
    "renv",
    "splines",
    "stats",
    "stats4",
    "tcltk",
    "tools",
    "utils",
];

/// Names that are words of Nix; nixpkgs puts a prefix to them.
const WORDS_OF_NIX: [&str; 8] = ["assert", "if", "import", "in", "inherit", "let", "rec", "with"];

/// The calls in R code that name a package, and what ends its name.
const CALLS: [&str; 4] = ["library(", "require(", "requireNamespace(", "loadNamespace("];

/// The names of packages.
#[derive(Debug, Default, PartialEq, Eq)]
pub(crate) struct Packages(BTreeSet<String>);

impl Packages {
    /// Those of `renv.lock`, else of `DESCRIPTION`, else those that the code names.
    ///
    /// # Errors
    /// `renv.lock` is not JSON, or a file cannot be read.
    pub(crate) fn find(context: &Context) -> Result<Self> {
        let (names, source) = if context.app.has_file("renv.lock")? {
            (locked(context)?, "renv.lock")
        } else if let Some(text) = context.app.read_text_if_file("DESCRIPTION")? {
            (described(&text), "DESCRIPTION")
        } else {
            (named_in_code(context)?, "the code")
        };
        context.diagnostics.because("R packages", format!("those that {source} names"));
        Ok(Self(names.into_iter().filter(|name| !PROVIDED.contains(&&**name)).collect()))
    }

    /// Adds a package.
    pub(crate) fn add(&mut self, name: Option<&str>) {
        self.0.extend(name.map(str::to_owned));
    }

    /// The attributes of nixpkgs' `rPackages`, in alphabetical order of the names.
    pub(crate) fn attributes(&self) -> impl Iterator<Item = String> {
        self.0.iter().map(|name| {
            let prefix = if WORDS_OF_NIX.contains(&&**name) { "r_" } else { "" };
            format!("{prefix}{}", name.replace('.', "_"))
        })
    }
}

/// The packages of `renv.lock`.
fn locked(context: &Context) -> Result<Vec<String>> {
    #[derive(Deserialize)]
    struct Lock {
        #[serde(rename = "Packages", default)]
        packages: BTreeMap<String, Entry>,
    }

    #[derive(Deserialize)]
    struct Entry {
        #[serde(rename = "Source")]
        source: Option<String>,
    }

    let lock: Lock = context.app.read_json("renv.lock")?;
    context
        .diagnostics
        .warn("The versions in renv.lock are not taken into account: R and its packages are those of nixpkgs 26.05");
    let is_elsewhere =
        |entry: &Entry| !matches!(entry.source.as_deref(), None | Some("Repository" | "Bioconductor" | "CRAN"));
    let elsewhere: Vec<_> =
        lock.packages.iter().filter(|(_, entry)| is_elsewhere(entry)).map(|(name, _)| &**name).collect();
    if !elsewhere.is_empty() {
        context.diagnostics.warn(format!(
            "renv.lock has packages from outside CRAN and Bioconductor; nixpkgs may not have them: {}",
            elsewhere.join(", ")
        ));
    }
    Ok(lock.packages.into_keys().collect())
}

/// The packages of the fields `Depends` and `Imports`, without the versions in parentheses. A field
/// goes on in lines that begin with blank space.
fn described(text: &str) -> Vec<String> {
    let mut names = Vec::new();
    let mut in_list = false;
    for line in text.lines() {
        let list = if line.starts_with([' ', '\t']) {
            line
        } else {
            let (field, list) = line.split_once(':').unwrap_or_default();
            in_list = matches!(field, "Depends" | "Imports");
            list
        };
        if in_list {
            let entries = list.split(',').map(|entry| entry.split('(').next().unwrap_or_default().trim());
            names.extend(entries.filter(|name| is_name(name)).map(str::to_owned));
        }
    }
    names
}

/// The packages that R code loads.
fn named_in_code(context: &Context) -> Result<Vec<String>> {
    let mut names = Vec::new();
    for file in context.app.find_files("**/*.R")? {
        let text = context.app.read_text(&file)?;
        names.extend(text.lines().flat_map(|line| loaded(line.split('#').next().unwrap_or_default())));
    }
    Ok(names)
}

/// The packages that a line names: `library(name)` and its like, `name::function`.
fn loaded(line: &str) -> Vec<String> {
    // What is no package must not become one by losing its other letters.
    let in_name = |c: char| c.is_alphanumeric() || c == '.';
    let arguments = CALLS.iter().flat_map(|call| line.match_indices(call)).map(|(at, call)| {
        let argument = line[at + call.len()..].trim_start().trim_start_matches(['"', '\'']);
        &argument[..argument.find(|c| !in_name(c)).unwrap_or(argument.len())]
    });
    let qualifiers = line.match_indices("::").map(|(at, _)| trailing_word(&line[..at], in_name));
    arguments.chain(qualifiers).filter(|name| is_name(name)).map(str::to_owned).collect()
}

/// Whether a word can be a package: a letter, then letters, digits and dots, at least two signs.
fn is_name(word: &str) -> bool {
    (word.len() > 1 || word == "R")
        && word.starts_with(|c: char| c.is_ascii_alphabetic())
        && word.chars().all(|c| c.is_ascii_alphanumeric() || c == '.')
}

#[cfg(test)]
mod tests {
    use super::*;
    use plugpacks_sdk::testing::FakeApp;

    fn attributes(app: &FakeApp) -> Vec<String> {
        app.with(Packages::find).unwrap().attributes().collect()
    }

    #[test]
    fn a_description_lists_packages() {
        let text = "Package: relay\nDepends: R (>= 4.1), methods\nImports:\n    data.table (>= 1.14),\n    shiny\nSuggests: testthat\n";
        assert_eq!(attributes(&FakeApp::new().file("DESCRIPTION", text)), ["data_table", "shiny"]);
    }

    #[test]
    fn code_names_packages() {
        let app = FakeApp::new()
            .file("app.R", "library(shiny)\n# library(old)\nsuppressMessages(require('dplyr'))\nx <- 1\n")
            .file("R/plot.R", "ggplot2::ggplot(d)\nbase:::f()\nlibrary(\"import\")\nlibrary(x, y)\n");
        assert_eq!(attributes(&app), ["dplyr", "ggplot2", "r_import", "shiny"]);
    }

    #[test]
    fn code_may_have_any_letters() {
        let app = FakeApp::new().file("app.R", "Größere::x\nprint('ü::'); é::f(); shiny::y()\nlibrary(Größe)\n");
        assert_eq!(attributes(&app), ["shiny"]);
    }

    #[test]
    fn a_lock_comes_first_and_foreign_packages_are_named() {
        let app = FakeApp::new().file("DESCRIPTION", "Imports: shiny\n").file(
            "renv.lock",
            r#"{"Packages": {"renv": {}, "DBI": {"Source": "Repository"}, "mine": {"Source": "GitHub"}}}"#,
        );
        assert_eq!(attributes(&app), ["DBI", "mine"]);
        assert!(app.warnings()[1].ends_with("may not have them: mine"), "{:?}", app.warnings());
        let broken = FakeApp::new().file("renv.lock", "{");
        let error = broken.with(|context| Packages::find(context).unwrap_err());
        assert_eq!(error.message(), "Error reading renv.lock as JSON");
    }
}
