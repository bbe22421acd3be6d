//! A Scala build, as far as its text says what it makes.

use plugpacks_provider_support::jvm::{self, Main};
use plugpacks_sdk::{Context, Result};

/// A project of a build.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Project {
    /// The name of its `lazy val`; empty for the root of a build without one.
    pub(crate) id: String,
    /// Its folder: empty for the app itself, else it ends in `/`.
    pub(crate) folder: String,
    /// What the build says of it.
    pub(crate) text: String,
}

/// What makes a program of a project.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Packager {
    /// sbt-native-packager: a start script beside all libraries.
    Native,
    /// Play, which brings sbt-native-packager.
    Play,
    /// sbt-assembly: a jar with all libraries.
    Assembly,
    /// None: the plan adds sbt-native-packager.
    Missing,
}

/// A build of sbt.
#[derive(Debug, Default)]
pub(crate) struct Build {
    pub(crate) projects: Vec<Project>,
    /// The texts of all files of the build, without comments.
    pub(crate) text: String,
    /// The text of the files in `project`, which bring the plugins.
    pub(crate) plugins: String,
    /// The version of sbt.
    pub(crate) version: Option<String>,
}

impl Build {
    /// Reads the build.
    ///
    /// # Errors
    /// A file cannot be read.
    pub(crate) fn read(context: &Context) -> Result<Self> {
        let read = |glob: &str| -> Result<String> {
            let texts = context.app.find_files(glob)?.into_iter().map(|path| context.app.read_text(&path));
            Ok(code(&texts.collect::<Result<Vec<_>>>()?.join("\n")))
        };
        let root = read("*.sbt")?;
        let plugins = read("project/*.{sbt,scala}")?;
        let properties = context.app.read_text_if_file("project/build.properties")?.unwrap_or_default();
        let mut projects = projects(&root);
        for project in projects.iter_mut().filter(|project| !project.folder.is_empty()) {
            let own = format!("{}build.sbt", project.folder);
            project.text.push_str(&code(&context.app.read_text_if_file(&own)?.unwrap_or_default()));
        }
        if projects.iter().all(|project| !project.folder.is_empty()) {
            projects.insert(0, Project { id: String::new(), folder: String::new(), text: bare(&root) });
        }
        let version =
            properties.lines().filter_map(|line| line.split_once('=')).find(|(key, _)| key.trim() == "sbt.version");
        Ok(Self { projects, text: root, plugins, version: version.map(|(_, version)| version.trim().to_owned()) })
    }

    /// Whether sbt's major version is 2 or newer, which has other folders.
    pub(crate) fn is_sbt_2(&self) -> bool {
        self.version
            .as_deref()
            .and_then(|version| version.split('.').next()?.parse::<u32>().ok())
            .is_some_and(|major| major >= 2)
    }

    /// What makes a program of a project.
    pub(crate) fn packager(&self, project: &Project) -> Packager {
        let enables = |words: &[&str]| words.iter().any(|word| project.text.contains(word));
        let has = |word: &str| self.plugins.contains(word);
        if enables(&["PlayScala", "PlayJava", "PlayService", "PlayMinimal"]) {
            Packager::Play
        } else if enables(&["JavaAppPackaging", "JavaServerAppPackaging", "AshScriptPlugin", "DockerPlugin"]) {
            Packager::Native
        } else if has("sbt-assembly") {
            Packager::Assembly
        } else if has("sbt-native-packager") {
            // A plugin of the build's own enables it.
            Packager::Native
        } else {
            Packager::Missing
        }
    }

    /// The project that is the app: the only one with a packager, the one that serves, or the root.
    ///
    /// # Errors
    /// The app cannot be searched.
    pub(crate) fn app(&self, context: &Context) -> Result<&Project> {
        let packaged = |project: &&Project| matches!(self.packager(project), Packager::Native | Packager::Play);
        let packaged: Vec<_> = self.projects.iter().filter(packaged).collect();
        let candidates = if packaged.is_empty() { self.projects.iter().collect() } else { packaged };
        if let [only] = candidates.as_slice() {
            return Ok(only);
        }
        let mut serving = Vec::new();
        for project in &candidates {
            let mains = mains(context, project)?;
            if mains.iter().any(|main| main.serves) {
                serving.push(*project);
            }
        }
        let by_name = |project: &&&Project| ["server", "web", "api", "app", "backend"].contains(&&*project.id);
        let chosen = match serving.as_slice() {
            [only] => only,
            several => several.iter().find(|project| by_name(project)).unwrap_or(&candidates[0]),
        };
        let names = candidates.iter().map(|project| if project.id.is_empty() { "the root" } else { &project.id });
        let names = names.collect::<Vec<_>>().join(", ");
        context.diagnostics.because("app", format!("{} of the projects {names}", chosen.id));
        if serving.len() != 1 {
            context.diagnostics.warn(format!("Several projects may be the app: {names}. {} is started", chosen.id));
        }
        Ok(chosen)
    }
}

/// The classes with a `main` of a project.
///
/// # Errors
/// The app cannot be searched.
pub(crate) fn mains(context: &Context, project: &Project) -> Result<Vec<Main>> {
    jvm::mains(context, &[format!("{}src/main", project.folder)])
}

/// The projects of `lazy val NAME = project`, each with the text up to the next one.
fn projects(text: &str) -> Vec<Project> {
    let starts: Vec<_> = text.match_indices("lazy val ").map(|(at, _)| at).chain([text.len()]).collect();
    let parts = starts.windows(2).map(|pair| &text[pair[0]..pair[1]]);
    parts
        .filter_map(|part| {
            let (id, value) = part.strip_prefix("lazy val ")?.split_once('=')?;
            let id = id.split(':').next()?.trim();
            let value = value.trim_start().trim_start_matches('(').trim_start();
            let is_project = ["project", "crossProject"].iter().any(|word| value.starts_with(word));
            let folder = match value.split_once("file(") {
                Some((_, rest)) => rest.split('"').nth(1)?.trim_start_matches("./").trim_matches('/'),
                None => id,
            };
            let folder = if matches!(folder, "." | "") { String::new() } else { format!("{folder}/") };
            is_project.then(|| Project { id: id.to_owned(), folder, text: part.to_owned() })
        })
        .collect()
}

/// The settings that belong to no `lazy val`: those of the root.
fn bare(text: &str) -> String {
    text.split("lazy val ").next().unwrap_or_default().to_owned()
}

/// The text without comments to the end of a line.
fn code(text: &str) -> String {
    let lines = text.lines().map(|line| if line.trim_start().starts_with("//") { "" } else { line });
    lines.collect::<Vec<_>>().join("\n")
}

/// The texts that a setting is given: `key := "text"` or `key := """text"""`, each on one line.
pub(crate) fn settings<'t>(text: &'t str, key: &'static str) -> impl Iterator<Item = &'t str> {
    text.match_indices(key).filter_map(move |(at, _)| {
        let before = text[..at].chars().next_back();
        let value = text[at + key.len()..].trim_start().strip_prefix(":=")?.trim_start();
        let value = value.strip_prefix("\"\"\"").or_else(|| value.strip_prefix('"'))?;
        let is_whole_word = before.is_none_or(|c| !c.is_alphanumeric() && c != '_' && c != '.');
        let (value, _) = value.split_once('"').filter(|(value, _)| is_whole_word && !value.contains(['\n', '$']))?;
        (!value.is_empty()).then_some(value)
    })
}

/// A project's name as sbt normalizes it: lower case, and a hyphen for what is no letter or digit.
pub(crate) fn normalized(name: &str) -> String {
    name.chars().fold(String::new(), |mut normalized, c| {
        if c.is_ascii_alphanumeric() || c == '_' {
            normalized.push(c.to_ascii_lowercase());
        } else if !normalized.ends_with('-') {
            normalized.push('-');
        }
        normalized
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_normalized_as_sbt_does() {
        for (name, expected) in
            [("My App", "my-app"), ("shop", "shop"), ("a -- b", "a-b"), ("x_1.2", "x_1-2"), ("é!", "-")]
        {
            assert_eq!(normalized(name), expected, "{name}");
        }
    }

    #[test]
    fn settings_are_whole_words_with_a_text() {
        let text = "settings(\n  name := \"shop\",\n  moduleName := \"x\",\n  name:=\"\"\"two\"\"\")\n";
        assert_eq!(settings(text, "name").collect::<Vec<_>>(), ["shop", "two"]);
        assert_eq!(settings("name := s\"a\"\nThisBuild / name := \"b$c\"", "name").count(), 0);
    }

    #[test]
    fn projects_have_ids_and_folders() {
        let text = "lazy val api = (project in file(\"services/api\")).settings()\nlazy val core = project\n\
                    lazy val root = project.in(file(\".\"))\nlazy val v = \"1\"\n";
        let found: Vec<_> = projects(text).into_iter().map(|project| (project.id, project.folder)).collect();
        let expected = [("api", "services/api/"), ("core", "core/"), ("root", "")];
        assert_eq!(found, expected.map(|(id, folder)| (id.to_owned(), folder.to_owned())));
    }
}
