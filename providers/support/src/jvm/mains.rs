//! The classes that programs begin with, found in the sources.

use plugpacks_sdk::{Context, Result};

/// A class with a `main`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Main {
    /// Its whole name: `org.depot.Loft`.
    pub class: String,
    /// Whether its file answers requests, as far as that can be seen.
    pub serves: bool,
}

/// Signs of a server in a file.
const SERVING: [&str; 30] = [
    "HttpServer.create",
    "Javalin.create",
    "Javalin.start",
    "SpringApplication.run",
    "SpringBootApplication",
    "Micronaut.",
    "Quarkus.run",
    "embeddedServer",
    "EngineMain",
    "Spark.",
    "spark.Spark",
    "Vertx",
    "new Server(",
    "ServerBuilder",
    "EmberServer",
    "MainRoutes",
    "cask.Main",
    "newServerAt",
    "Undertow",
    "Tomcat",
    "runApp(",
    "RatpackServer",
    "WebServer",
    "Server.serve",
    "Server.start",
    "ServerSocket",
    "NettySyncServer",
    "jetty",
    "http-kit",
    "\"PORT\"",
];

/// Names that the class of a server often has.
const NAMES: [&str; 8] = ["Main", "App", "Application", "Server", "MainKt", "AppKt", "ApplicationKt", "ServerKt"];

/// The classes with a `main` in Java, Kotlin, Groovy and Scala files below these folders.
///
/// # Errors
/// The app cannot be searched.
pub fn mains(context: &Context, folders: &[String]) -> Result<Vec<Main>> {
    let mut found: Vec<Main> = Vec::new();
    for folder in folders {
        for path in context.app.find_files(&format!("{folder}/**/*.{{java,kt,groovy,scala}}"))? {
            // A file that is no text has no class.
            let Ok(text) = context.app.read_text(&path) else { continue };
            let serves = SERVING.iter().any(|sign| text.contains(sign));
            let classes = classes(&path, &text).into_iter().map(|class| Main { class, serves });
            found
                .extend(classes.filter(|main| found.iter().all(|known| known.class != main.class)).collect::<Vec<_>>());
        }
    }
    Ok(found)
}

/// The class that is meant: the only one, the only one that serves, or the one that is called like a server.
pub fn choose(mains: &[Main]) -> Option<&Main> {
    let serving: Vec<_> = mains.iter().filter(|main| main.serves).collect();
    match (mains, serving.as_slice()) {
        ([only], _) => Some(only),
        (_, [only]) => Some(*only),
        (all, serving) => {
            let candidates: Vec<&Main> = if serving.is_empty() { all.iter().collect() } else { serving.to_vec() };
            let simple = |main: &Main| main.class.rsplit('.').next().unwrap_or_default().to_owned();
            NAMES.iter().find_map(|name| candidates.iter().find(|main| simple(main) == *name).copied())
        }
    }
}

/// The classes with a `main` in a file.
fn classes(path: &str, text: &str) -> Vec<String> {
    let (stem, ending) = path.rsplit('/').next().and_then(|name| name.rsplit_once('.')).unwrap_or_default();
    let package = package(text);
    let named = |class: &str| if package.is_empty() { class.to_owned() } else { format!("{package}.{class}") };
    match ending {
        "kt" if has_function_at_the_top(text) => vec![named(&format!("{}Kt", capitalised(stem)))],
        "scala" => scala_classes(text).iter().map(|class| named(class)).collect(),
        _ if has_static_main(text) || text.contains("@JvmStatic\n    fun main(") => vec![named(stem)],
        _ => Vec::new(),
    }
}

/// The package of a file: that of all `package` lines of Scala, one inside of the other.
fn package(text: &str) -> String {
    let lines = text.lines().filter_map(|line| line.strip_prefix("package "));
    let names = lines.map(|name| name.split([';', ':', '{']).next().unwrap_or_default().trim().to_owned());
    names.filter(|name| !name.starts_with("object")).collect::<Vec<_>>().join(".")
}

fn capitalised(stem: &str) -> String {
    let mut letters = stem.chars();
    letters.next().map(|first| first.to_uppercase().chain(letters).collect()).unwrap_or_default()
}

/// Whether a Java file has `static void main(`, its modifiers in any order.
fn has_static_main(text: &str) -> bool {
    text.match_indices("void main").any(|(at, word)| {
        let line = text[..at].lines().next_back().unwrap_or_default();
        line.contains("static") && text[at + word.len()..].trim_start().starts_with('(')
    })
}

fn has_function_at_the_top(text: &str) -> bool {
    text.lines().any(|line| line.starts_with("fun main(") || line.starts_with("suspend fun main("))
}

/// The objects of a Scala file that are programs, and its `@main` functions.
fn scala_classes(text: &str) -> Vec<String> {
    let mut classes = Vec::new();
    let mut object = "";
    for line in text.lines().map(str::trim) {
        let line = line.strip_prefix("case ").unwrap_or(line);
        if let Some(rest) = line.strip_prefix("object ") {
            object = word(rest);
            let extends = ["extends App", "extends IOApp", "extends ZIOAppDefault", "extends cask.Main", "with App"];
            if extends.iter().any(|phrase| rest.contains(phrase)) {
                classes.push(object.to_owned());
            }
        } else if line.contains("def main(") && !object.is_empty() {
            classes.push(object.to_owned());
        } else if let Some(function) = line.strip_prefix("@main def ") {
            classes.push(word(function).to_owned());
        }
    }
    classes.dedup();
    classes
}

fn word(text: &str) -> &str {
    let end = text.find(|c: char| !c.is_alphanumeric() && c != '_').unwrap_or(text.len());
    &text[..end]
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn classes_with_a_main() {
        for (path, text, expected) in [
            (
                "a/Loft.java",
                "package org.depot;\nclass Loft {\n  public static void main(String[] a) {}\n}",
                &["org.depot.Loft"][..],
            ),
            ("a/Page.java", "package a; class Page { void main() {} }", &[]),
            ("a/app.kt", "package org.example\nfun main() { }", &["org.example.AppKt"]),
            ("a/Main.scala", "object Main {\n  def main(args: Array[String]): Unit = ()\n}", &["Main"]),
            (
                "a/T.scala",
                "package tools\n\nobject ImportTides extends App {\n}\n@main def other() = ()",
                &["tools.ImportTides", "tools.other"],
            ),
        ] {
            assert_eq!(classes(path, text), expected, "{path}");
        }
    }

    #[test]
    fn the_one_that_serves_is_meant() {
        let main = |class: &str, serves| Main { class: class.into(), serves };
        let chosen = |mains: &[Main]| choose(mains).map(|main| main.class.clone());
        assert_eq!(chosen(&[main("a.Tool", false)]).as_deref(), Some("a.Tool"));
        assert_eq!(chosen(&[main("a.Tool", false), main("a.Site", true)]).as_deref(), Some("a.Site"));
        assert_eq!(chosen(&[main("a.Tool", true), main("a.Main", true)]).as_deref(), Some("a.Main"));
        assert_eq!(chosen(&[main("a.B", true), main("a.C", true)]), None);
    }
}
