//! The app as a site: which generator makes it, and where.

use crate::generators::{GENERATORS, Generator};
use crate::mdbook::Book;
use plugpacks_sdk::{Context, Result, glob};
use serde_json::Value;

/// A site.
#[derive(Debug)]
pub(crate) struct Site {
    pub(crate) generator: &'static Generator,
    /// The file that told it.
    pub(crate) configuration: &'static str,
}

impl Site {
    /// The app as a site, if it is one: a generator's file is there, and no program of another language.
    ///
    /// # Errors
    /// A file of the app cannot be read.
    pub(crate) fn find(context: &Context) -> Result<Option<Self>> {
        for generator in &GENERATORS {
            for sign in generator.signs {
                if !context.app.has_file(sign.file)? || !has(context, sign.file, sign.pattern)? {
                    continue;
                }
                let is_site = !has_program(context, generator)?;
                return Ok(is_site.then_some(Self { generator, configuration: sign.file }));
            }
        }
        Ok(None)
    }

    /// The folder of the file that told the site; `.` for the app directory.
    pub(crate) fn folder(&self) -> &'static str {
        self.configuration.rsplit_once('/').map_or(".", |(folder, _)| folder)
    }

    /// The folder that the site is made in: the one that the configuration names, unless it leaves the app.
    ///
    /// # Errors
    /// The configuration cannot be read.
    pub(crate) fn output(&self, context: &Context) -> Result<String> {
        let output = &self.generator.output;
        let Some(key) = output.key else { return Ok(output.default.to_owned()) };
        let pattern = format!(r#"(?mi)^\s*"?{key}"?\s*[=:]\s*["']?([^"'\s,#]+)"#);
        let found = context.app.search(&glob::literal(self.configuration), &pattern)?;
        let named = found.and_then(|found| found.groups.into_iter().nth(1).flatten());
        let is_below = |folder: &String| !folder.starts_with('/') && folder.split('/').all(|part| part != "..");
        let folder = named.filter(is_below).unwrap_or_else(|| output.default.to_owned());
        Ok(if self.book(context)?.is_some_and(|book| book.has_folders) { format!("{folder}/html") } else { folder })
    }

    /// The site as a book, if it is one.
    ///
    /// # Errors
    /// The configuration cannot be read.
    pub(crate) fn book(&self, context: &Context) -> Result<Option<Book>> {
        if self.generator.name != "mdbook" {
            return Ok(None);
        }
        Book::read(context, self.configuration).map(Some)
    }

    /// Whether the script `build` of `package.json` is not there, or calls the generator, maybe by another script: then only
    /// packages are wanted of it.
    ///
    /// # Errors
    /// The file cannot be read.
    pub(crate) fn is_built_by_node(&self, context: &Context) -> Result<bool> {
        let Some(text) = context.app.read_text_if_file("package.json")? else { return Ok(false) };
        let manifest: Value = serde_json::from_str(&text).unwrap_or_default();
        let scripts = &manifest["scripts"];
        let has_packages = ["dependencies", "devDependencies"].iter().any(|key| manifest[key].is_object());
        let calls_it = || calls(scripts, "build", self.generator.name, MOST_SCRIPTS);
        Ok(has_packages && (scripts["build"].is_null() || calls_it()))
    }
}

/// How many scripts may run each other.
const MOST_SCRIPTS: usize = 5;

/// Whether a script calls a program, itself or by another script.
fn calls(scripts: &Value, script: &str, program: &str, depth: usize) -> bool {
    let Some(command) = scripts[script].as_str().filter(|_| depth > 0) else { return false };
    let words = || command.split([' ', '/']);
    words().any(|word| word == program)
        || words().any(|word| word != script && scripts[word].is_string() && calls(scripts, word, program, depth - 1))
}

fn has(context: &Context, file: &str, pattern: Option<&str>) -> Result<bool> {
    let Some(pattern) = pattern else { return Ok(true) };
    Ok(context.app.search(&glob::literal(file), pattern)?.is_some())
}

/// Manifests of programs, beside which a site is no more than documentation.
const PROGRAMS: [&str; 9] = [
    "Cargo.toml",
    "composer.json",
    "index.php",
    "Gemfile",
    "pom.xml",
    "build.gradle",
    "build.gradle.kts",
    "build.sbt",
    "manage.py",
];

/// Manifests by which an app is Python's.
const PYTHON: [&str; 3] = ["requirements.txt", "pyproject.toml", "Pipfile"];

/// Python's code, at the places where programs and packages have it.
const PYTHON_CODE: &str = "{*.py,src/**/*.py,*/__init__.py,*/main.py,*/app.py,*/manage.py}";

/// Files among it that generators and their helpers read.
const CONFIGURATIONS: [&str; 6] = ["conf.py", "pelicanconf.py", "publishconf.py", "hooks.py", "tasks.py", "noxfile.py"];

/// Whether the app has a program besides the site.
fn has_program(context: &Context, generator: &Generator) -> Result<bool> {
    let app = &context.app;
    let has_go = app.has_file("go.mod")? && app.has_match("{*.go,cmd/**/*.go}")?;
    if app.first_file(&PROGRAMS)?.is_some() || has_go || starts_with_node(context, generator)? {
        return Ok(true);
    }
    if app.has_file("main.py")? {
        return Ok(true);
    }
    let is_code = |path: &String| !CONFIGURATIONS.contains(&path.rsplit('/').next().unwrap_or_default());
    Ok(app.first_file(&PYTHON)?.is_some() && app.find_files(PYTHON_CODE)?.iter().any(is_code))
}

/// Whether `package.json` starts something else than the generator, or makes the site with another one.
fn starts_with_node(context: &Context, generator: &Generator) -> Result<bool> {
    let Some(text) = context.app.read_text_if_file("package.json")? else { return Ok(false) };
    let manifest: Value = serde_json::from_str(&text).unwrap_or_default();
    let scripts: Vec<_> = manifest["scripts"].as_object().into_iter().flatten().collect();
    let calls = |(_, script): &(&String, &Value)| {
        script.as_str().is_some_and(|script| script.split([' ', ':', '/']).any(|word| word == generator.name))
    };
    Ok(!scripts.iter().any(calls) && scripts.iter().any(|(name, _)| ["start", "build"].contains(&name.as_str())))
}
