//! Apps built by Mill.

use crate::Decisions;
use plugpacks_provider_support::jvm;
use plugpacks_sdk::{Context, Needs, Package, Phase, Result, Start};

/// The files any of which is a build of Mill's.
pub(crate) const FILES: [&str; 3] = ["build.mill", "build.mill.scala", "build.sc"];

/// Where Mill and what it downloads are kept.
const CACHES: [&str; 2] = ["/root/.cache/coursier", "/root/.cache/mill"];

/// Kinds of modules that hold code.
const KINDS: [&str; 6] = ["ScalaModule", "SbtModule", "JavaModule", "MavenModule", "KotlinModule", "RootModule"];

pub(crate) fn decide(context: &Context) -> Result<Decisions> {
    let path = context.app.first_file(&FILES)?.unwrap_or(FILES[0]);
    let text = context.app.read_text(path)?;
    let java = crate::java::of_text(context, &text)?;
    let module = module(context, &text)?;
    let has_wrapper = context.app.has_file("mill")?;
    let mill = if has_wrapper { "chmod +x ./mill && ./mill" } else { "mill" };
    let mut files = context
        .app
        .find_files("{build.mill*,build.sc,**/package.mill,.mill-version,.config/mill-version,.mill-jvm-version}")?;
    files.extend(has_wrapper.then(|| "mill".to_owned()));
    let fetch =
        format!("{mill} --no-daemon __.prepareOffline || echo 'Not all could be fetched: the build tries again'");
    let (task, folder) = match module.as_str() {
        "" => ("assembly".to_owned(), "out".to_owned()),
        module => (format!("{module}.assembly"), format!("out/{}", module.replace('.', "/"))),
    };
    // The wrapper is a script that downloads Mill.
    let tool = Package::new(if has_wrapper { "curl" } else { "mill" });
    jvm::warn_of_loopback(context, &text, "**/*.{scala,java,kt,conf}")?;
    Ok(Decisions {
        setup: Phase::setup([Package::new(java.package), tool]).optional_archive(java.archive),
        install: Some(
            Phase::install()
                .command(fetch)
                .cache_directories(CACHES)
                .only_include_files(files)
                .only_variables_and_proxies(["MILL_*", "JAVA_*", "COURSIER_*"]),
        ),
        build: Phase::build()
            .depends_on("setup")
            .command(format!("{mill} --no-daemon {task}"))
            .cache_directories(CACHES),
        start: Start::command(format!("java $JAVA_OPTS -jar {folder}/assembly.dest/out.jar"))
            .needs(Needs::packages([java.package])),
        variables: crate::VARIABLES,
    })
}

/// The module that is the app: the only one with code, the one that serves, or the first, with a warning.
fn module(context: &Context, text: &str) -> Result<String> {
    let modules = modules(text);
    if let [only] = modules.as_slice() {
        return Ok(only.clone());
    }
    for module in &modules {
        let folder = module.replace('.', "/");
        let mains = jvm::mains(context, &[format!("{folder}/src")])?;
        if mains.iter().any(|main| main.serves) {
            context.diagnostics.because("app", format!("the module {module}, which serves"));
            return Ok(module.clone());
        }
    }
    let names = modules.join(", ");
    match modules.first() {
        Some(first) => {
            context.diagnostics.warn(format!("Several modules of Mill may be the app: {names}. {first} is started"));
        }
        None => context.diagnostics.warn("No module of Mill's build is known: its root is assembled"),
    }
    Ok(modules.first().cloned().unwrap_or_default())
}

/// The modules of a build file: `object server extends ScalaModule`, nested ones by their paths, tests left out. The
/// name of a root module is empty.
fn modules(text: &str) -> Vec<String> {
    let mut open: Vec<(usize, String)> = Vec::new();
    let mut found = Vec::new();
    for line in text.lines() {
        let code = line.trim_start();
        let depth = line.len() - code.len();
        let Some(rest) = code.strip_prefix("object ") else { continue };
        let name: String = rest.chars().take_while(|c| c.is_alphanumeric() || matches!(c, '_' | '-' | '`')).collect();
        open.retain(|(outer, _)| *outer < depth);
        let path = open.iter().map(|(_, name)| name.as_str()).chain([name.as_str()]).collect::<Vec<_>>().join(".");
        let is_root = name == "`package`" || (name == "root" && rest.contains("RootModule"));
        let is_code = KINDS.iter().any(|kind| rest.contains(kind)) && !rest.contains("Tests");
        if is_code {
            found.push(if is_root { String::new() } else { path });
        }
        if !is_root {
            open.push((depth, name));
        }
    }
    found
}

#[cfg(test)]
mod tests {
    use super::modules;

    #[test]
    fn modules_of_a_build() {
        let text = "object server extends ScalaModule {\n  object test extends ScalaTests\n}\n\
                    object tools extends Module {\n  object cli extends ScalaModule\n}\n";
        assert_eq!(modules(text), ["server", "tools.cli"]);
        assert_eq!(modules("object `package` extends RootModule with ScalaModule"), [""]);
    }
}
