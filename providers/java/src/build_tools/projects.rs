//! The projects of a Gradle build, and which of them is the app.

use crate::frameworks::Framework;
use plugpacks_sdk::{Context, Result};

/// A project's build file, and the build's settings: Groovy or Kotlin.
const BUILD_FILES: [&str; 2] = ["build.gradle", "build.gradle.kts"];
const SETTINGS: [&str; 2] = ["settings.gradle", "settings.gradle.kts"];

/// The versions of libraries and plugins, which may name a plugin where the build file has only an alias.
const CATALOG: &str = "gradle/libs.versions.toml";

/// How a build file that has the plugin `application`, or one that brings it, shows that, apart from lines of
/// their own.
const APPLICATION: [&str; 9] = [
    "id 'application'",
    "id \"application\"",
    "id(\"application\")",
    "id('application')",
    "plugin: 'application'",
    "plugin: \"application\"",
    "plugin = \"application\"",
    "io.ktor.plugin",
    "io.micronaut.application",
];

/// How a Kotlin build shows that it makes no jar that runs by itself: it compiles Kotlin …
const KOTLIN: [&str; 2] = ["kotlin(\"jvm\")", "org.jetbrains.kotlin.jvm"];

/// … and has none of these, which make one.
const RUNNABLE_JARS: [&str; 3] = ["Main-Class", "shadow", "quarkus"];

/// The build files of a build.
pub(super) struct Build {
    projects: Vec<Project>,
    catalog: String,
}

/// A project: the root, or one that the settings include.
struct Project {
    /// Empty, or ends in `/`.
    folder: String,
    script: String,
}

/// What the app is built into.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Packaging {
    /// A jar, which may listen on a port.
    Jar(Option<Framework>),
    /// A folder with a start script and all libraries, made by the plugin `application`.
    Distribution,
}

impl Build {
    pub(super) fn read(context: &Context) -> Result<Self> {
        let settings = texts(context, "", &SETTINGS)?;
        let folders = std::iter::once(String::new()).chain(included(&settings));
        let projects = folders.map(|folder| Ok(Project { script: texts(context, &folder, &BUILD_FILES)?, folder }));
        Ok(Self {
            projects: projects.collect::<Result<_>>()?,
            catalog: context.app.read_text_if_file(CATALOG)?.unwrap_or_default(),
        })
    }

    /// The text of all files.
    pub(super) fn text(&self) -> String {
        let scripts = self.projects.iter().map(|project| project.script.as_str());
        scripts.chain([self.catalog.as_str()]).collect::<Vec<_>>().join("\n")
    }

    /// The folder of the project that is the app, and what it is built into. Without a sign of one it is the
    /// root's jar.
    pub(super) fn app(&self, context: &Context) -> (&str, Packaging) {
        let because = |folder: &str, what: &str| {
            let place = if folder.is_empty() { "the root project" } else { folder.trim_end_matches('/') };
            context.diagnostics.because("app", format!("{place}, because of {what}"));
        };
        if let Some(Project { folder, .. }) = self.projects.iter().find(|project| project.has_spring_boot()) {
            because(folder, "Spring Boot");
            return (folder, Packaging::Jar(Some(Framework::SpringBoot)));
        }
        // Only an alias stands in the build file, which may be any word.
        if let Some(framework) = Framework::of_gradle_build(&self.catalog) {
            because("", "Spring Boot in the version catalog");
            return ("", Packaging::Jar(Some(framework)));
        }
        if let Some(Project { folder, .. }) = self.projects.iter().find(|project| project.is_application()) {
            because(folder, "the plugin application");
            return (folder, Packaging::Distribution);
        }
        self.warn_of_plain_kotlin(context);
        ("", Packaging::Jar(None))
    }

    /// The jar of a plain Kotlin build has neither a main class nor Kotlin's own library.
    fn warn_of_plain_kotlin(&self, context: &Context) {
        let text = self.text();
        let has = |words: &[&str]| words.iter().any(|word| text.contains(word));
        if has(&KOTLIN) && !has(&RUNNABLE_JARS) {
            context.diagnostics.warn(
                "The Kotlin build makes no jar that runs by itself: apply Gradle's plugin `application` and set \
                 its mainClass",
            );
        }
    }
}

impl Project {
    fn has_spring_boot(&self) -> bool {
        Framework::of_gradle_build(&applied(&self.script)).is_some() || self.script.contains("libs.plugins.spring.boot")
    }

    fn is_application(&self) -> bool {
        let script = applied(&self.script);
        let has_line = script.lines().map(str::trim).any(|line| {
            matches!(line.trim_matches('`'), "application") || line.replace(' ', "").starts_with("application{")
        });
        has_line || APPLICATION.iter().any(|piece| script.contains(piece))
    }
}

/// A build file without comments and plugins that it names but leaves to other projects.
fn applied(script: &str) -> String {
    let lines = script.lines().map(|line| line.split("//").next().unwrap_or(line));
    lines.filter(|line| !line.contains("apply false") && !line.contains("apply(false)")).collect::<Vec<_>>().join("\n")
}

/// The texts of those of several files of a folder that are there.
fn texts(context: &Context, folder: &str, names: &[&str]) -> Result<String> {
    let texts = names.iter().map(|name| context.app.read_text_if_file(&format!("{folder}{name}")));
    Ok(texts.collect::<Result<Vec<_>>>()?.into_iter().flatten().collect::<Vec<_>>().join("\n"))
}

/// The folders of the projects that the settings include: `include("app", ":tools:cli")`, `include 'app'`.
fn included(settings: &str) -> Vec<String> {
    let code = applied(settings);
    let mut folders = Vec::new();
    for (at, word) in code.match_indices("include") {
        let begins_line = code[..at].trim_end_matches(' ').chars().next_back().is_none_or(|c| matches!(c, '\n' | ';'));
        if let Some(arguments) = arguments(&code[at + word.len()..]).filter(|_| begins_line) {
            let names = arguments.split(['"', '\'']).skip(1).step_by(2);
            let paths = names.map(|name| name.trim_matches(':').replace(':', "/"));
            folders
                .extend(paths.filter(|path| !path.is_empty() && !path.contains("..")).map(|path| format!("{path}/")));
        }
    }
    folders
}

/// The arguments of a call in brackets, or in Groovy without, to the line's end; `None` if a longer word
/// goes on here.
fn arguments(text: &str) -> Option<&str> {
    let text = text.trim_start_matches(' ');
    match text.strip_prefix('(') {
        Some(inside) => inside.split(')').next(),
        None => text.lines().next().filter(|line| line.starts_with(['"', '\''])),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_projects_that_settings_include() {
        for (settings, expected) in [
            ("rootProject.name = \"relay\"\ninclude(\"app\", \":tools:cli\")\n", &["app/", "tools/cli/"][..]),
            ("include 'app', 'lib'\nincludeBuild 'build-logic'\n", &["app/", "lib/"]),
            ("include(\n    \"app\",\n    \"lib\",\n)\ninclude(\"x\")", &["app/", "lib/", "x/"]),
            ("// include(\"no\")\nincludeBuild(\"build-logic\")\nx.include(\"no\")", &[]),
            ("include 'app'\nx('no')\n", &["app/"]),
            ("include(\"../outside\")", &[]),
            ("include(names)", &[]),
            ("", &[]),
        ] {
            assert_eq!(included(settings), expected, "{settings}");
        }
    }

    #[test]
    fn the_plugin_application() {
        let is_application = |script: &str| Project { folder: String::new(), script: script.into() }.is_application();
        for script in [
            "plugins {\n    kotlin(\"jvm\")\n    application\n}",
            "plugins { id 'application' }",
            "apply plugin: 'application'",
            "plugins { id(\"my.kotlin-application\") }\napplication {\n mainClass = \"A\"\n}",
            "plugins { id(\"io.ktor.plugin\") version \"3.0.0\" }",
        ] {
            assert!(is_application(script), "{script}");
        }
        for script in ["plugins { id(\"com.android.application\") }", "// application", "application apply false", ""] {
            assert!(!is_application(script), "{script}");
        }
    }
}
