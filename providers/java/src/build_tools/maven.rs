//! Apps built by Maven.

use super::archive::Archive;
use super::container::Container;
use super::maven_java;
use super::output::{self, Output};
use super::pom::Pom;
use super::reactor::{Reactor, in_folder};
use super::servers::{self, Server};
use super::{java, running};
use crate::Decisions;
use plugpacks_provider_support::install::reading;
use plugpacks_provider_support::jdk;
use plugpacks_provider_support::release::{NIXPKGS_26_05, Release};
use plugpacks_sdk::{Context, Error, Package, Phase, Result, Start};

/// Where Maven keeps what it downloads.
const CACHE: &str = "/root/.m2/repository";

/// Options of every call: nobody answers questions, tests are not run.
const OPTIONS: &str = "-B -DskipTests";

/// What JHipster leaves beside the poms that it makes.
const JHIPSTER: &str = ".yo-rc.json";

/// Variables that Maven and what it downloads with read.
const VARIABLES: [&str; 3] = ["MAVEN_*", "MVNW_*", "JAVA_*"];

/// Names of modules that servers often have.
const NAMES: [&str; 8] = ["server", "web", "api", "app", "application", "service", "backend", "boot"];

/// The module that is started, and what it is built into.
struct Program<'r> {
    pom: &'r Pom,
    output: Output,
}

pub(super) fn decide(context: &Context) -> Result<Decisions> {
    let reactor = Reactor::read(context)?;
    let wrapper = Wrapper::find(context)?;
    if !wrapper.is_there {
        refuse_newer_model(&reactor)?;
    }
    let release = java::choose(context, &maven_java::needs(context, &reactor)?)?;
    let mut packages = vec![release.package.into(), maven(release)];
    packages.extend(wrapper.is_there.then(|| "unzip".into()));
    let program = program(context, &reactor, jdk::number(release))?;
    let container = program.as_ref().and_then(|program| program.output.container());
    let mut decisions = Decisions {
        archive: release.archive,
        install: Some(fetch(context, &reactor, &wrapper, container)?),
        build: vec![build(context, &reactor, &wrapper, release, program.as_ref())?],
        cache: CACHE,
        variables: super::VARIABLES.to_vec(),
        asset: container.and_then(Container::asset),
        start: None,
        packages,
    };
    match &program {
        Some(program) => start(context, &reactor, program, release, &mut decisions)?,
        None => decisions.start = Some(unknown(context, &reactor, &decisions.packages)?),
    }
    Ok(decisions)
}

/// Starts the jar that the build leaves, where nothing says whether that is a program: a pom in another language, or
/// one whose parent brings the plugin that makes it one.
fn unknown(context: &Context, reactor: &Reactor, packages: &[Package]) -> Result<Start> {
    let Server { variable, options, arguments } = match reactor.poms.first() {
        Some(pom) => servers::of(context, servers::framework(reactor, pom), "")?,
        None => Server::default(),
    };
    let jar = output::first_jar("target/*.jar");
    Ok(running(format!("{variable}java{options} $JAVA_OPTS -jar {jar}{arguments}"), packages))
}

/// Adds how a program starts, and what the build does for that after Maven.
fn start(
    context: &Context,
    reactor: &Reactor,
    program: &Program,
    release: &Release,
    decisions: &mut Decisions,
) -> Result<()> {
    let Program { pom, output } = program;
    let server = servers::of(context, servers::framework(reactor, pom), &pom.folder)?;
    servers::warn_of_loopback(context, reactor, pom)?;
    let Server { variable, options, arguments } = server;
    let archive = Archive::wanted(context, output.jar(&pom.folder).as_deref(), release);
    let with = |added: &str| output::command(output, &pom.folder, &format!("{added}{options}"), &arguments);
    let Some(command) = with(archive.as_ref().map_or("", |archive| &archive.option)) else {
        context.diagnostics.warn(
            "The project is packaged as a war that needs an application server, and none is started: a servlet container \
             has only servlets. Use Spring Boot, or let maven-dependency-plugin copy payara-micro to target/dependency",
        );
        return Ok(());
    };
    let making = archive.as_ref().and_then(|archive| Some(archive.step(&with(&archive.making)?)));
    let steps: Vec<_> = output::after_build(output, &pom.folder).into_iter().chain(making).collect();
    // One step: an archive must not be older than its jar.
    decisions.build.extend((!steps.is_empty()).then(|| steps.join(" && ")));
    let start = running(format!("{variable}{command}"), &decisions.packages);
    let layers = output::layers(output, &pom.folder);
    let own: Vec<_> = reactor.poms.iter().map(|pom| pom.folder.as_str()).collect();
    decisions.start = Some(if layers.is_empty() {
        start
    } else {
        start.only_app_files(layers).only_app_files(super::run_time_files(context, &own)?)
    });
    Ok(())
}

/// Maven's wrapper: a script that downloads Maven.
struct Wrapper {
    is_there: bool,
}

impl Wrapper {
    fn find(context: &Context) -> Result<Self> {
        let is_there =
            context.app.has_file("mvnw")? && context.app.has_file(".mvn/wrapper/maven-wrapper.properties")?;
        Ok(Self { is_there })
    }

    /// How Maven is called. A wrapper written on Windows has line ends that no shell understands.
    const fn maven(&self) -> &'static str {
        if self.is_there { r"sed -i 's/\r$//' mvnw && chmod +x ./mvnw && ./mvnw" } else { "mvn" }
    }
}

/// Refuses a pom that only Maven 4 reads.
fn refuse_newer_model(reactor: &Reactor) -> Result<()> {
    let Some(pom) = reactor.poms.iter().find(|pom| !matches!(&*pom.model, "" | "4.0.0")) else { return Ok(()) };
    let file = in_folder(&pom.folder, "pom.xml");
    Err(Error::new(format!(
        "{file} has modelVersion {:?}, which Maven 4 reads and the packaged Maven 3 does not",
        pom.model
    ))
    .hint("Add Maven's wrapper (`mvn wrapper:wrapper -Dmaven=4.0.0`), or write modelVersion 4.0.0"))
}

/// Maven on the app's JDK: by itself it runs on the one that nixpkgs was made with, which cannot
/// compile for a newer Java.
fn maven(release: &Release) -> Package {
    let maven = Package::new("maven");
    if release.archive == NIXPKGS_26_05 { maven.overriding("jdk_headless", release.package) } else { maven }
}

/// Fetches what the poms name, before the sources are there. What is missing after it, the build fetches.
fn fetch(context: &Context, reactor: &Reactor, wrapper: &Wrapper, container: Option<Container>) -> Result<Phase> {
    let mut files: Vec<_> = reactor.files().collect();
    files.extend(context.app.find_files(".mvn/**")?);
    files.extend(wrapper.is_there.then(|| "mvnw".to_owned()));
    let command = format!(
        "{} -B dependency:go-offline || echo 'Not all could be fetched: the build tries again'",
        wrapper.maven()
    );
    let container = container.map(|container| format!("{} {}", wrapper.maven(), container.fetch()));
    let phase = Phase::install().command(command).commands(container).cache_directories([CACHE]);
    // Poms in other languages, and their extensions, may be anywhere.
    Ok(reading(phase, (!reactor.poms.is_empty()).then_some(files), &VARIABLES))
}

/// The command that builds the app.
///
/// # Errors
/// The operating system refuses.
fn build(
    context: &Context,
    reactor: &Reactor,
    wrapper: &Wrapper,
    release: &Release,
    program: Option<&Program>,
) -> Result<String> {
    let mut options = OPTIONS.to_owned();
    if context.app.has_file(JHIPSTER)? {
        // Its default is the profile for developers.
        options.push_str(" -Pprod");
    }
    let has_plugin = |name: &str| reactor.poms.iter().any(|pom| reactor.plugin(pom, name).is_some());
    if has_plugin("git-commit-id-maven-plugin") || has_plugin("git-commit-id-plugin") {
        // The plugin stops where there is no repository, and the image has none.
        options.push_str(" -Dmaven.gitcommitid.skip=true");
    }
    if jdk::number(release) >= 23 && maven_java::has_processors(reactor) {
        // Since then processors of the class path do not run by themselves.
        options.push_str(" -Dmaven.compiler.proc=full");
    }
    let goals = match program {
        Some(Program { pom, output: Output::Classes(_) }) => format!(
            "clean package dependency:copy-dependencies -DincludeScope=runtime && mkdir -p {}",
            // The plugin makes no folder for an app without dependencies.
            in_folder(&pom.folder, "target/dependency")
        ),
        _ => "clean package".to_owned(),
    };
    Ok(format!("{} {options} {goals}", wrapper.maven()))
}

/// The module that is started. Says so if there is none, or none for sure.
fn program<'r>(context: &Context, reactor: &'r Reactor, java: u64) -> Result<Option<Program<'r>>> {
    let mut programs = Vec::new();
    for pom in &reactor.poms {
        let output = Output::declared(context, reactor, pom, java)?;
        let is_scanned = !output.is_program() && (reactor.poms.len() == 1 || servers::is_web(pom));
        programs
            .push(Program { pom, output: if is_scanned { Output::scanned(context, reactor, pom)? } else { output } });
    }
    if programs.iter().all(|program| !program.output.is_program()) {
        for program in programs.iter_mut().filter(|program| !reactor.is_used(program.pom)) {
            program.output = Output::scanned(context, reactor, program.pom)?;
        }
    }
    let unclear: Vec<_> =
        programs.iter().filter_map(|program| program.output.unclear_mains()).flatten().cloned().collect();
    programs.retain(|program| program.output.is_program());
    if programs.is_empty() && !reactor.poms.is_empty() {
        let what = match unclear.as_slice() {
            [] => "no class has a main method, and no plugin makes a jar that runs".to_owned(),
            classes => format!("several classes have one: {}", classes.join(", ")),
        };
        context.diagnostics.warn(format!(
            "No main class is known ({what}): name it as <mainClass> of maven-jar-plugin, or as the property exec.mainClass"
        ));
    }
    Ok(of_several(context, reactor, programs))
}

fn of_several<'r>(context: &Context, reactor: &Reactor, mut programs: Vec<Program<'r>>) -> Option<Program<'r>> {
    if programs.len() < 2 {
        return programs.pop();
    }
    let root = reactor.poms.first().map(|pom| pom.artifact.as_str()).unwrap_or_default();
    let rank = |program: &Program| {
        let name = program.pom.artifact.as_str();
        let by_name = || NAMES.iter().position(|known| name == *known || name.ends_with(&format!("-{known}")));
        let serves = servers::is_web(program.pom) || servers::listens(context, program.pom);
        (!serves, if name == root { 0 } else { by_name().map_or(usize::MAX, |at| at + 1) })
    };
    let ranks: Vec<_> = programs.iter().map(rank).collect();
    let best = ranks.iter().min()?;
    let at = ranks.iter().position(|rank| rank == best)?;
    let folder = |program: &Program| in_folder(&program.pom.folder, "").trim_end_matches('/').to_owned();
    let names: Vec<_> = programs.iter().map(folder).collect();
    if ranks.iter().filter(|(is_silent, _)| *is_silent == best.0).count() > 1 {
        context.diagnostics.warn(format!(
            "Several modules are programs: {}. {} is started; another one can be with `--start-cmd`",
            names.join(", "),
            names[at]
        ));
    }
    context.diagnostics.because("app", format!("{}, the module that serves", names[at]));
    Some(programs.swap_remove(at))
}
