//! The projects of a Gradle build, and which of them is the app.

use super::output;
use plugpacks_provider_support::jvm::Framework;
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

/// Pieces of a build that uses Spring Boot.
const SPRING_BOOT: [&str; 3] = ["org.springframework.boot", "spring-boot-gradle-plugin", "org.grails:grails-"];

/// Plugins of projects that are no programs for a server.
const OTHER_PLATFORMS: [&str; 4] = [
    "com.android.application",
    "com.android.library",
    "com.android.kotlin.multiplatform.library",
    "org.jetbrains.kotlin.multiplatform",
];

/// Vert.x' own class with `main`.
const LAUNCHER: &str = "io.vertx.core.Launcher";

/// The glob of all jars.
const ANY_JAR: &str = "*.jar";

/// How a Kotlin build shows that it makes no jar that runs by itself: it compiles Kotlin …
const KOTLIN: [&str; 2] = ["kotlin(\"jvm\")", "org.jetbrains.kotlin.jvm"];

/// … and has none of these, which make one.
const RUNNABLE_JARS: [&str; 3] = ["Main-Class", "shadow", "quarkus"];

/// The build files of a build.
pub(super) struct Build {
    settings: String,
    projects: Vec<Project>,
    catalog: String,
}

/// A project: the root, or one that the settings include.
struct Project {
    /// Empty, or ends in `/`.
    folder: String,
    script: String,
}

/// The project that is the app.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct App<'b> {
    /// Its folder: empty, or ends in `/`.
    pub(super) folder: &'b str,
    pub(super) packaging: Packaging,
    /// What Vert.x' launcher, as the class with `main`, has to be told to run.
    pub(super) verticle: Option<&'b str>,
    pub(super) framework: Option<&'static Framework>,
}

/// What the app is built into.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Packaging {
    /// A jar in `build/libs`, of this name or glob.
    Jar(String),
    /// A folder with a start script and all libraries, made by the plugin `application`.
    Distribution,
    /// Quarkus' folder.
    Quarkus,
    /// Spring Boot's jar, which takes itself apart.
    SpringBoot,
}

impl Build {
    pub(super) fn read(context: &Context) -> Result<Self> {
        let settings = texts(context, "", &SETTINGS)?;
        let included = included(&settings).into_iter().map(|folder| moved(&settings, &folder).unwrap_or(folder));
        let folders = std::iter::once(String::new()).chain(included);
        let projects = folders.map(|folder| Ok(Project { script: texts(context, &folder, &BUILD_FILES)?, folder }));
        Ok(Self {
            projects: projects.collect::<Result<_>>()?,
            settings,
            catalog: context.app.read_text_if_file(CATALOG)?.unwrap_or_default(),
        })
    }

    /// The folders of all projects.
    pub(super) fn folders(&self) -> Vec<&str> {
        self.projects.iter().map(|project| project.folder.as_str()).collect()
    }

    /// The folders of the builds that this one includes, such as one with plugins: `includeBuild("build-logic")`.
    pub(super) fn included_builds(&self) -> Vec<String> {
        let code = applied(&self.settings);
        let calls = code.match_indices("includeBuild").filter_map(|(at, word)| arguments(&code[at + word.len()..]));
        let folders = calls.filter_map(|arguments| arguments.split(['"', '\'']).nth(1).map(str::to_owned));
        folders.filter(|folder| !folder.contains("..")).collect()
    }

    /// The text of all files.
    pub(super) fn text(&self) -> String {
        let scripts = self.projects.iter().map(|project| project.script.as_str());
        scripts.chain([self.catalog.as_str()]).collect::<Vec<_>>().join("\n")
    }

    /// The project that is the app, and what it is built into. Without a sign of one it is the root's jar.
    pub(super) fn app(&self, context: &Context) -> App<'_> {
        let app = |project: Option<&'_ Project>, packaging, what: &str| {
            let folder = project.map_or("", |project| &project.folder);
            let place = if folder.is_empty() { "the root project" } else { folder.trim_end_matches('/') };
            context.diagnostics.because("app", format!("{place}, because of {what}"));
            (folder.to_owned(), packaging, what.to_owned())
        };
        let find = |is_it: fn(&Project) -> bool| self.projects.iter().find(|project| is_it(project));
        let (folder, packaging, _) = if let Some(project) = find(Project::has_spring_boot) {
            app(Some(project), self.of_spring_boot(), "Spring Boot")
        } else if self.catalog.contains("org.springframework.boot") {
            // Only an alias stands in the build file, which may be any word.
            app(None, self.of_spring_boot(), "Spring Boot in the version catalog")
        } else if let Some(project) = find(Project::has_quarkus) {
            app(Some(project), Packaging::Quarkus, "Quarkus")
        } else if let Some(project) = find(Project::is_application) {
            app(Some(project), Packaging::Distribution, "the plugin application")
        } else if let Some((project, jar)) = self.projects.iter().find_map(|project| Some((project, project.jar()?))) {
            app(Some(project), Packaging::Jar(jar), "a jar with a main class")
        } else {
            self.warn_of_plain_kotlin(context);
            app(None, Packaging::Jar(ANY_JAR.into()), "nothing that says otherwise")
        };
        let project = self.projects.iter().find(|project| project.folder == folder);
        let has =
            |group: &str| project.is_some_and(|project| project.script.contains(group)) || self.catalog.contains(group);
        App {
            folder: project.map_or("", |project| &project.folder),
            packaging,
            verticle: project.and_then(Project::verticle),
            framework: Framework::find(has),
        }
    }

    /// Whether projects are built for phones or browsers, too, whose tools are not there.
    pub(super) fn has_other_platforms(&self) -> bool {
        let text = self.text();
        OTHER_PLATFORMS.iter().any(|plugin| text.contains(plugin))
    }

    /// What Spring Boot makes, by its version: the number behind its name, or the catalog's.
    fn of_spring_boot(&self) -> Packaging {
        let text = self.text();
        let lines = text.lines().filter(|line| {
            line.contains("org.springframework.boot")
                || line.to_lowercase().replace(['-', '_'], "").starts_with("springboot")
        });
        let mut texts = lines.flat_map(|line| line.split(['"', '\'']).skip(1).step_by(2));
        let version = texts.find(|text| text.starts_with(|c: char| c.is_ascii_digit()));
        if version.is_some_and(output::takes_itself_apart) {
            Packaging::SpringBoot
        } else {
            Packaging::Jar(ANY_JAR.into())
        }
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

impl App<'_> {
    /// The project's path before the name of a task: `:server:`; empty for the root.
    pub(super) fn path(&self) -> String {
        let path = self.folder.replace('/', ":");
        if path.is_empty() { path } else { format!(":{path}") }
    }
}

impl Project {
    /// The verticle that a build of Vert.x' starter names, whose class with `main` is the launcher.
    fn verticle(&self) -> Option<&str> {
        if !self.script.contains(LAUNCHER) {
            return None;
        }
        let (_, value) = self.script.split_once("mainVerticleName")?;
        value.trim_start().strip_prefix('=')?.trim_start().split(['"', '\'']).nth(1)
    }

    fn has_spring_boot(&self) -> bool {
        let script = applied(&self.script);
        SPRING_BOOT.iter().any(|piece| script.contains(piece)) || self.script.contains("libs.plugins.spring.boot")
    }

    fn has_quarkus(&self) -> bool {
        applied(&self.script).contains("io.quarkus\"") || applied(&self.script).contains("'io.quarkus'")
    }

    /// The jar that has a main class: the plugin Shadow's, or that of a task with a name of its own.
    fn jar(&self) -> Option<String> {
        let script = applied(&self.script);
        if script.contains("com.gradleup.shadow") || script.contains("johnrengelman.shadow") {
            return Some("*-all.jar".into());
        }
        let (_, behind) = script.split_once("Main-Class")?;
        let names = ["archiveFileName", "archiveName"].iter().flat_map(|key| script.match_indices(key));
        // Names before the main class belong to its task if they are the last ones.
        let (at, key) =
            names.filter(|(at, _)| *at < script.len() - behind.len()).max_by_key(|(at, _)| *at).or_else(|| {
                let at = script.find("archiveFileName").or_else(|| script.find("archiveName"))?;
                Some((at, "archiveFileName"))
            })?;
        let value = script[at + key.len()..].split(['\'', '"']).nth(1)?;
        (value.ends_with(".jar") && !value.contains('$')).then(|| value.to_owned())
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

/// The folder that the settings move a project to: `project(':server').projectDir = file('services/server')`.
fn moved(settings: &str, folder: &str) -> Option<String> {
    let path = folder.trim_end_matches('/').replace('/', ":");
    let code = applied(settings);
    let mut lines = code.lines().filter(|line| line.contains("projectDir"));
    let names = |line: &str| line.split(['"', '\'']).nth(1).is_some_and(|name| name.trim_start_matches(':') == path);
    let line = lines.rfind(|line| names(line))?;
    let (_, value) = line.split_once("projectDir")?;
    let place = value.split(['"', '\'']).nth(1)?.trim_start_matches("./").trim_matches('/');
    (!place.is_empty() && !place.contains("..")).then(|| format!("{place}/"))
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
    fn settings_may_move_a_project() {
        let settings = "include 'server', 'a:b'\nproject(':server').projectDir = file('services/server')\n\
                        project(\":a:b\").projectDir = File(\"../out\")\n";
        assert_eq!(moved(settings, "server/").as_deref(), Some("services/server/"));
        assert_eq!(moved(settings, "a/b/"), None);
        assert_eq!(moved(settings, "other/"), None);
    }

    #[test]
    fn the_jar_with_a_main_class() {
        let jar = |script: &str| Project { folder: String::new(), script: script.into() }.jar();
        let task = "tasks.register('service', Jar) {\n archiveFileName = 'service.jar'\n manifest { attributes 'Main-Class': 'a.B' }\n}";
        assert_eq!(jar(task).as_deref(), Some("service.jar"));
        assert_eq!(jar("plugins { id 'com.gradleup.shadow' version '9' }").as_deref(), Some("*-all.jar"));
        assert_eq!(jar("jar { archiveFileName = 'a.jar' }"), None);
    }

    #[test]
    fn the_verticle_that_the_launcher_runs() {
        let verticle = |script: &str| {
            let project = Project { folder: String::new(), script: script.into() };
            project.verticle().map(str::to_owned)
        };
        let starter = "val mainVerticleName = \"a.MainVerticle\"\nval launcherClassName = \"io.vertx.core.Launcher\"";
        assert_eq!(verticle(starter).as_deref(), Some("a.MainVerticle"));
        assert_eq!(verticle("val mainVerticleName = \"a.MainVerticle\""), None);
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
