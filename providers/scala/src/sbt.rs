//! Apps built by sbt: what is fetched, built and started.

use crate::build::{self, Build, Packager, Project};
use crate::java::Java;
use crate::play;
use crate::{CACHES, Decisions};
use plugpacks_provider_support::jvm;
use plugpacks_sdk::{Context, Needs, Package, Phase, Result, Start};

/// The packager that a build without one gets.
const PACKAGER: &str = r#"addSbtPlugin("com.github.sbt" % "sbt-native-packager" % "1.11.1")"#;

/// What start scripts call that no image has by itself.
const OF_SCRIPTS: &str = "gawk";

pub(crate) fn decide(context: &Context) -> Result<Decisions> {
    let build = Build::read(context)?;
    let java = crate::java::of_build(context, &build)?;
    let project = build.app(context)?;
    let packager = build.packager(project);
    let added = (packager == Packager::Missing).then(|| add_packager(context));
    jvm::warn_of_loopback(context, &build.text, &format!("{}**/*.{{scala,java,conf}}", project.folder))?;
    let task = match packager {
        Packager::Assembly => "assembly",
        _ => "stage",
    };
    let task = if project.folder.is_empty() { task.to_owned() } else { format!("{}/{task}", project.id) };
    let commands = added.clone().into_iter().chain([format!("sbt {task}")]);
    Ok(Decisions {
        setup: Phase::setup([Package::new("sbt").overriding("jre", java.package)]).optional_archive(java.archive),
        install: Some(fetch(context, added)?),
        build: Phase::build().depends_on("setup").commands(commands).cache_directories(CACHES),
        start: start(context, &build, project, packager, &java)?,
        variables: crate::VARIABLES,
    })
}

/// Lets a build without a packager have one: files of its own, beside those of the app.
fn add_packager(context: &Context) -> String {
    context.diagnostics.warn(
        "The build has no plugin that makes a program of it: sbt-native-packager (JavaAppPackaging) is added. Add it to \
         project/plugins.sbt to choose its version",
    );
    format!(
        "mkdir -p project && echo '{PACKAGER}' > project/added-packager.sbt && \
         echo 'enablePlugins(JavaAppPackaging)' > added-packager.sbt"
    )
}

/// Fetches what the build names, before the sources are there. What is missing after it, the build fetches.
fn fetch(context: &Context, added: Option<String>) -> Result<Phase> {
    let files = context.app.find_files("{*.sbt,*/*.sbt,*/*/*.sbt,project/**/*.{sbt,scala,properties,java}}")?;
    let update = "sbt update || echo 'Not all could be fetched: the build tries again'".to_owned();
    Ok(Phase::install()
        .commands(added.into_iter().chain([update]))
        .cache_directories(CACHES)
        .only_include_files(files)
        .only_variables_and_proxies(["SBT_*", "JAVA_*", "COURSIER_*"]))
}

/// How the program is started.
fn start(context: &Context, build: &Build, project: &Project, packager: Packager, java: &Java) -> Result<Start> {
    let folder = &project.folder;
    if packager == Packager::Assembly {
        let named = build::settings(&build.text, "assemblyJarName").next();
        let name = named.unwrap_or("*-assembly-*.jar");
        let jar = format!("$(find {folder}target -name '{name}' | head -n 1)");
        return Ok(Start::command(format!("java $JAVA_OPTS -jar {jar}")).needs(Needs::packages([java.package])));
    }
    let options = match packager {
        Packager::Play => play::options(context, folder)?,
        _ => main_option(context, project)?,
    };
    let script = script(context, build, project)?;
    let start = Start::command(format!("{script}{options}")).needs(Needs::packages([java.package, OF_SCRIPTS]));
    // Folders beside libraries and scripts are those of `src/universal`, or Play's.
    let has_more = packager == Packager::Play || context.app.has_directory(&format!("{folder}src/universal"))?;
    Ok(if build.is_sbt_2() {
        start.only_app_files([format!("./{folder}target")])
    } else if has_more {
        start.only_app_files([format!("./{folder}target/universal")])
    } else {
        start.only_app_files(["lib", "bin"].map(|name| format!("./{folder}target/universal/stage/{name}")))
    })
}

/// The path of the start script: by its name where the build says it, else whichever there is.
fn script(context: &Context, build: &Build, project: &Project) -> Result<String> {
    let folder = &project.folder;
    let (name, reason) = if let Some(name) = build::settings(&project.text, "executableScriptName").next() {
        (Some(name.to_owned()), "executableScriptName")
    } else if let Some(name) = set_elsewhere(context)? {
        (Some(name), "executableScriptName")
    } else {
        let names: Vec<_> = build::settings(&project.text, "name").collect();
        match names.as_slice() {
            [only] if build.projects.len() == 1 || !project.folder.is_empty() => {
                (Some(build::normalized(only)), "the project's name")
            }
            _ => (None, "the build says no name"),
        }
    };
    context
        .diagnostics
        .because("start script", format!("{}: {reason}", name.as_deref().unwrap_or("the one that is there")));
    Ok(match name {
        Some(name) if !build.is_sbt_2() => format!("./{folder}target/universal/stage/bin/{name}"),
        _ => format!(
            "$(find {}target -path '*/universal/stage/bin/*' ! -name '*.bat' | sort | head -n 1)",
            if folder.is_empty() { "./" } else { folder }
        ),
    })
}

/// The name that one of the files in `project` sets.
fn set_elsewhere(context: &Context) -> Result<Option<String>> {
    let found = context.app.search("project/*.{sbt,scala}", r#"\bexecutableScriptName\s*:=\s*"([^"$]+)""#)?;
    Ok(found.and_then(|occurrence| occurrence.groups.into_iter().nth(1).flatten()))
}

/// The option that names the class with `main`, where there are several: the script has none then.
fn main_option(context: &Context, project: &Project) -> Result<String> {
    if project.text.contains("mainClass") {
        return Ok(String::new());
    }
    let mains = build::mains(context, project)?;
    if mains.len() < 2 {
        return Ok(String::new());
    }
    Ok(match jvm::choose(&mains) {
        Some(main) => {
            context.diagnostics.because("main class", format!("{}, of {}", main.class, mains.len()));
            format!(" -main {}", main.class)
        }
        None => {
            let classes = mains.iter().map(|main| main.class.as_str()).collect::<Vec<_>>().join(", ");
            context
                .diagnostics
                .warn(format!("Several main classes: {classes}. Name one: `Compile / mainClass := Some(\"…\")`"));
            String::new()
        }
    })
}
