//! How the app is fetched, built and started under the edition 2026.11.

use crate::build_tool::BuildTool;
use crate::deps;
use crate::java::Java;
use crate::rules::Steps;
use plugpacks_sdk::{Context, Needs, Phase, Result, Start};

/// Where libraries are kept, those from repositories of Git too.
const CACHES: [&str; 2] = ["/root/.m2/repository", "/root/.gitlibs"];

/// Variables that the tools and what they download with read.
pub(crate) const BUILD_VARIABLES: [&str; 4] = ["LEIN_*", "CLJ_*", "JAVA_*", "GIT_*"];

/// Names of functions of a `build.clj` that make a jar with everything in it, likelier ones first.
const FUNCTIONS: [&str; 6] = ["uber", "uberjar", "build-uber", "uber-jar", "build", "all"];

/// What is built and how.
struct Recipe {
    /// Fetches libraries, and the files that this needs.
    fetch: String,
    manifests: Vec<&'static str>,
    build: String,
    /// The shell words that name the jar.
    jar: String,
    /// Whether the jar knows the class with `main`.
    has_main: bool,
}

pub(crate) fn steps(context: &Context, tool: BuildTool, java: &Java) -> Result<Steps> {
    let recipe = match tool {
        BuildTool::Leiningen => leiningen(context, tool)?,
        BuildTool::ToolsBuild => tools_build(context)?,
        BuildTool::Nothing => return deps::steps(context, java),
    };
    let files = context.app.files_of(&recipe.manifests)?;
    let fetch = format!("{} || echo 'Not all could be fetched: the build tries again'", recipe.fetch);
    let install = Phase::install().command(fetch).cache_directories(CACHES).only_include_files(files);
    Ok(Steps {
        install: Some(install.only_variables_and_proxies(BUILD_VARIABLES)),
        build: recipe.build.clone(),
        caches: &CACHES,
        start: Start::command(start(context, &recipe)?).needs(Needs::packages([java.package])),
        variables: &[("LANG", "C.UTF-8")],
    })
}

fn leiningen(context: &Context, tool: BuildTool) -> Result<Recipe> {
    let project = text(context, "project.clj");
    let named = quoted_after(&project, ":uberjar-name");
    Ok(Recipe {
        fetch: "lein with-profile uberjar deps".into(),
        manifests: vec!["project.clj", "profiles.clj", "deps.edn"],
        build: format!("{} && {}", tool.compile(context)?, crate::MOVE),
        jar: format!("$(find target -name '{}' | head -n 1)", named.unwrap_or("*-standalone.jar")),
        has_main: project.contains(":main ") || project.contains(":main\n") || project.contains("lein-ring"),
    })
}

fn tools_build(context: &Context) -> Result<Recipe> {
    let build = text(context, "build.clj");
    let functions: Vec<_> = build.match_indices("(defn ").map(|(at, word)| name(&build[at + word.len()..])).collect();
    let known = FUNCTIONS.iter().find(|known| functions.contains(*known));
    if known.is_none() {
        context.diagnostics.warn(format!(
            "build.clj has no function `uber` or `uberjar`, but {}: call the one that makes the jar `uber`",
            if functions.is_empty() { "none at all".to_owned() } else { functions.join(", ") }
        ));
    }
    let alias = alias(&text(context, "deps.edn")).unwrap_or_else(|| "build".into());
    let function = known.unwrap_or(&FUNCTIONS[0]);
    context.diagnostics.because("build function", format!("{function} of build.clj, by the alias {alias}"));
    let jar = match quoted_after(&build, "uber-file").filter(|path| path.ends_with(".jar") && !path.contains('%')) {
        Some(path) => path.to_owned(),
        None => "$( (find target -name '*-standalone.jar'; find target -maxdepth 1 -name '*.jar') | head -n 1)".into(),
    };
    Ok(Recipe {
        fetch: format!("clojure -P && clojure -P -T:{alias}"),
        manifests: vec!["deps.edn"],
        build: format!("clojure -T:{alias} {function}"),
        jar,
        has_main: build.contains(":main "),
    })
}

/// The start command. A jar without a main class shows a prompt and ends: then the namespace with `-main` is named.
fn start(context: &Context, recipe: &Recipe) -> Result<String> {
    let jar = &recipe.jar;
    if recipe.has_main {
        return Ok(format!("java $JAVA_OPTS -jar {jar}"));
    }
    let namespaces = namespaces_with_main(context)?;
    if let [namespace] = namespaces.as_slice() {
        context.diagnostics.because("start", format!("{namespace}, the only namespace with -main: nothing says :main"));
        return Ok(format!("java $JAVA_OPTS -cp {jar} clojure.main -m {namespace}"));
    }
    context.diagnostics.warn(format!(
        "Nothing says which namespace starts ({}): set `:main`, or the jar shows a prompt and ends",
        if namespaces.is_empty() { "none has -main".to_owned() } else { namespaces.join(", ") }
    ));
    Ok(format!("java $JAVA_OPTS -jar {jar}"))
}

/// The namespaces in `src` that have a function `-main`.
///
/// # Errors
/// The app cannot be searched.
pub(crate) fn namespaces_with_main(context: &Context) -> Result<Vec<String>> {
    let mut namespaces = Vec::new();
    for path in context.app.find_files("src/**/*.{clj,cljc}")? {
        let code = text(context, &path);
        if code.contains("(defn -main") {
            namespaces.extend(code.find("(ns ").map(|at| name(&code[at + 4..]).to_owned()));
        }
    }
    Ok(namespaces)
}

/// A file's text without comments; empty where there is none, or it is no text.
pub(crate) fn text(context: &Context, path: &str) -> String {
    let text = context.app.read_text_if_file(path).ok().flatten().unwrap_or_default();
    text.lines().filter(|line| !line.trim_start().starts_with(';')).collect::<Vec<_>>().join("\n")
}

/// The symbol that a text begins with, behind metadata such as `^:private`.
pub(crate) fn name(text: &str) -> &str {
    let mut words =
        text.split(|c: char| c.is_whitespace() || matches!(c, '[' | '(' | ')')).filter(|word| !word.is_empty());
    words.find(|word| !word.starts_with('^')).unwrap_or_default()
}

/// The text in quotes right behind a word.
fn quoted_after<'t>(text: &'t str, word: &str) -> Option<&'t str> {
    text.match_indices(word).find_map(|(at, word)| {
        let rest = text[at + word.len()..].trim_start().strip_prefix('"')?;
        rest.split('"').next().filter(|value| !value.is_empty())
    })
}

/// The alias of `deps.edn` that has tools.build: the last keyword before it that opens a map and is none of the keys of
/// an alias.
fn alias(deps: &str) -> Option<String> {
    let before = &deps[..deps.find("io.github.clojure/tools.build")?];
    let keywords = before.match_indices(':').map(|(at, _)| &before[at + 1..]);
    let mut names = keywords.filter_map(|rest| {
        let name = name(rest);
        let is_map = rest[name.len()..].trim_start().starts_with('{');
        (is_map && !name.ends_with("deps") && name != "aliases").then(|| name.to_owned())
    });
    names.next_back()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_alias_of_the_build() {
        let deps = "{:deps {a/a {:mvn/version \"1\"}}\n :aliases {:dev {:extra-paths [\"dev\"]}\n  :package {:deps {io.github.clojure/tools.build {:mvn/version \"0.10\"}}}}}";
        assert_eq!(alias(deps).as_deref(), Some("package"));
        assert_eq!(alias("{}"), None);
    }

    #[test]
    fn symbols_and_texts() {
        assert_eq!(name(" ^:private uber [_]"), "uber");
        assert_eq!(name("tally.core\n  (:gen-class))"), "tally.core");
        assert_eq!(quoted_after("(def uber-file \"target/app.jar\")", "uber-file"), Some("target/app.jar"));
        assert_eq!(quoted_after(":uber-file jar-file", "uber-file"), None);
    }
}
