//! Apps with a `deps.edn` and no build: their sources run beside their libraries.

use crate::java::Java;
use crate::program::{self, BUILD_VARIABLES};
use crate::rules::Steps;
use plugpacks_provider_support::text::inside_braces;
use plugpacks_sdk::{Context, Needs, Phase, Result, Start};

/// Names of aliases that start an app, likelier ones first.
const ALIASES: [&str; 9] = ["run", "start", "serve", "server", "main", "prod", "app", "web", "run-m"];

/// Where libraries are kept in the app, so that they are in the image.
const LIBRARIES: &str = "/app/.m2/repository";
const GIT_LIBRARIES: (&str, &str) = ("GITLIBS", "/app/.gitlibs");

/// Where the build writes the class path.
const CLASS_PATH: &str = "target/class-path";

/// What starts an app.
#[derive(Debug, Default, PartialEq, Eq)]
struct Entry {
    /// The alias with the libraries and paths that this needs.
    alias: Option<String>,
    /// The arguments of `java` behind the class path.
    arguments: String,
}

pub(crate) fn steps(context: &Context, java: &Java) -> Result<Steps> {
    let deps = program::text(context, "deps.edn");
    let entry = entry(context, &deps)?;
    let alias = entry.alias.map(|name| format!(" -A:{name}")).unwrap_or_default();
    let clojure = format!("clojure -Sdeps '{{:mvn/local-repo \"{LIBRARIES}\"}}'{alias}");
    let fetch = Phase::install()
        .command(format!("{clojure} -P"))
        .only_include_files(["deps.edn"])
        .only_variables_and_proxies(BUILD_VARIABLES);
    // Libraries in folders of the app are not there before the sources are.
    let has_local = deps.contains(":local/root");
    Ok(Steps {
        install: (!has_local).then_some(fetch),
        build: format!("mkdir -p target && {clojure} -Spath > {CLASS_PATH}"),
        caches: &[],
        start: Start::command(format!("java $JAVA_OPTS -cp \"$(cat {CLASS_PATH})\" {}", entry.arguments))
            .needs(Needs::packages([java.package])),
        variables: &[("LANG", "C.UTF-8"), GIT_LIBRARIES],
    })
}

/// What starts the app: an alias with options or a function, else the only namespace with `-main`.
fn entry(context: &Context, deps: &str) -> Result<Entry> {
    for name in ALIASES {
        let Some(arguments) = map_of(deps, name).and_then(|alias| main_options(alias).or_else(|| function(alias)))
        else {
            continue;
        };
        context.diagnostics.because("start", format!("the alias {name} of deps.edn"));
        return Ok(Entry { alias: Some(name.to_owned()), arguments });
    }
    let namespaces = program::namespaces_with_main(context)?;
    if let [namespace] = namespaces.as_slice() {
        context.diagnostics.because("start", format!("{namespace}, the only namespace with -main"));
    } else {
        context.diagnostics.warn(format!(
            "Nothing says which namespace starts ({}): add an alias `:run {{:main-opts [\"-m\" \"NAMESPACE\"]}}` to deps.edn",
            if namespaces.is_empty() { "none has -main".to_owned() } else { namespaces.join(", ") }
        ));
    }
    let main = namespaces.first().map(|namespace| format!(" -m {namespace}")).unwrap_or_default();
    Ok(Entry { alias: None, arguments: format!("clojure.main{main}") })
}

/// The inside of the map that follows a keyword.
fn map_of<'t>(text: &'t str, keyword: &str) -> Option<&'t str> {
    let keyword = format!(":{keyword}");
    text.match_indices(&keyword).find_map(|(at, _)| {
        let map = text[at + keyword.len()..].trim_start().strip_prefix('{')?;
        inside_braces(map)
    })
}

/// The arguments of `:main-opts ["-m" "app.core"]`.
fn main_options(alias: &str) -> Option<String> {
    let (_, behind) = alias.split_once(":main-opts")?;
    let vector = behind.trim_start().strip_prefix('[')?.split(']').next()?;
    let words: Vec<_> = vector.split('"').skip(1).step_by(2).collect();
    let is_main = matches!(words.first(), Some(&"-m" | &"--main"));
    is_main.then(|| {
        format!(
            "clojure.main {}",
            words.iter().map(|word| plugpacks_sdk::shell::quoted(word)).collect::<Vec<_>>().join(" ")
        )
    })
}

/// The call of `:exec-fn app.core/start`.
fn function(alias: &str) -> Option<String> {
    let (_, behind) = alias.split_once(":exec-fn")?;
    let name = program::name(behind);
    let arguments = map_of(alias, "exec-args").filter(|map| !map.contains(['\'', '\n']));
    name.contains('/').then(|| {
        format!("clojure.main -e '((requiring-resolve (quote {name})) {{{}}})'", arguments.unwrap_or_default())
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_aliases_start() {
        let deps = "{:deps {a/a {:mvn/version \"1\"}}\n :aliases {:run {:main-opts [\"-m\" \"shop.core\"]}\n  \
                    :serve {:exec-fn shop.core/start :exec-args {:port 8080}}}}";
        let alias = |name| map_of(deps, name).expect("an alias");
        assert_eq!(main_options(alias("run")).as_deref(), Some("clojure.main -m shop.core"));
        assert_eq!(
            function(alias("serve")).as_deref(),
            Some("clojure.main -e '((requiring-resolve (quote shop.core/start)) {:port 8080})'")
        );
        assert_eq!(map_of(deps, "dev"), None);
    }
}
