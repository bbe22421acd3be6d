//! What a Maven project is built into, and how that is started.

use super::container::Container;
use super::pom::{Plugin, Pom};
use super::reactor::{Reactor, in_folder};
use plugpacks_provider_support::jvm::{self, Main};
use plugpacks_sdk::{Context, Result};

/// What a project's folder `target` has after the build.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Output {
    /// Quarkus' folder: a jar that starts, libraries beside it.
    QuarkusApp,
    /// A jar or war that Spring Boot has made runnable.
    SpringBoot {
        /// `jar` or `war`.
        ending: &'static str,
        /// Whether Spring Boot can take it apart again: since 3.3.
        extracts: bool,
    },
    /// A jar with a main class and all libraries, by this name or glob.
    WholeJar(String),
    /// Classes and libraries, and the class that has `main`.
    Classes(String),
    /// A start script beside its libraries.
    Scripts,
    /// A war, and the jar of a server that the build puts beside it.
    ServedWar(String),
    /// A war without a server: one for it, as far as there is one.
    BareWar(Option<Container>),
    /// Classes of which none, or none for sure, has a `main`.
    Library(Vec<String>),
}

/// Properties that name the class with `main`.
const MAIN_PROPERTIES: [&str; 6] =
    ["exec.mainClass", "mainClass", "main.class", "start-class", "main-class", "app.main.class"];

/// Parents whose jars run, with the libraries beside them: they name Helidon's own class with `main`.
const HELIDON: &str = "io.helidon.applications";

/// Jars of servers that serve a war: what the name of their artifact begins with.
const WAR_SERVERS: [&str; 4] = ["webapp-runner", "jetty-runner", "payara-micro", "jetty-home"];

impl Output {
    /// What a project is built into, as its pom says: a library where no class with `main` is named. `java` is the number
    /// of the Java that runs it.
    ///
    /// # Errors
    /// A file of the project cannot be read.
    pub(super) fn declared(context: &Context, reactor: &Reactor, pom: &Pom, java: u64) -> Result<Self> {
        let packaging = reactor.packaging(pom);
        let plugin = |name: &str| reactor.plugin(pom, name);
        if packaging == "pom" {
            return Ok(Self::Library(Vec::new()));
        }
        if packaging == "quarkus" || plugin("quarkus-maven-plugin").is_some() {
            return quarkus(context, reactor, pom);
        }
        if let Some(plugin) = plugin("spring-boot-maven-plugin") {
            let ending = if packaging == "war" { "war" } else { "jar" };
            let extracts = ending == "jar" && extracts(reactor, pom, plugin);
            return Ok(Self::SpringBoot { ending, extracts });
        }
        if packaging == "war" {
            return match served_war(reactor, pom) {
                Some(server) => Ok(Self::ServedWar(server)),
                None => Ok(Self::BareWar(Container::of(context, reactor, pom, java)?)),
            };
        }
        if plugin("appassembler-maven-plugin").is_some_and(|plugin| plugin.goals.iter().any(|goal| goal == "assemble"))
        {
            return Ok(Self::Scripts);
        }
        if let Some(jar) = whole_jar(reactor, pom) {
            return Ok(Self::WholeJar(jar));
        }
        if let Some(main) = named_main(reactor, pom) {
            return Ok(Self::Classes(main));
        }
        if reactor.has_group(pom, HELIDON) {
            return Ok(Self::WholeJar(format!("{}.jar", pom.artifact)));
        }
        Ok(Self::Library(Vec::new()))
    }

    /// What a project is built into whose pom does not say it: by the class with `main` in its sources.
    ///
    /// # Errors
    /// The app cannot be searched.
    pub(super) fn scanned(context: &Context, reactor: &Reactor, pom: &Pom) -> Result<Self> {
        if reactor.packaging(pom) == "pom" {
            return Ok(Self::Library(Vec::new()));
        }
        let mains = jvm::mains(context, &[in_folder(&pom.folder, "src/main")])?;
        Ok(match jvm::choose(&mains) {
            Some(Main { class, .. }) => Self::Classes(class.clone()),
            None => Self::Library(mains.into_iter().map(|main| main.class).collect()),
        })
    }

    /// The classes with `main` of which none is meant for sure.
    pub(super) fn unclear_mains(&self) -> Option<&[String]> {
        match self {
            Self::Library(classes) => Some(classes),
            _ => None,
        }
    }

    /// The path of the jar in a folder beside which an archive of its classes can be, without its ending; `None` where the
    /// classes are no jars.
    pub(super) fn jar(&self, folder: &str) -> Option<String> {
        match self {
            Self::SpringBoot { extracts: true, .. } => Some(in_folder(folder, "target/extracted/app/app")),
            Self::WholeJar(_) => Some(in_folder(folder, "target/app")),
            _ => None,
        }
    }

    /// The servlet container that has to be fetched.
    pub(super) const fn container(&self) -> Option<Container> {
        match self {
            Self::BareWar(container) => *container,
            _ => None,
        }
    }

    /// Whether something can be started.
    pub(super) const fn is_program(&self) -> bool {
        !matches!(self, Self::Library(_))
    }
}

fn quarkus(context: &Context, reactor: &Reactor, pom: &Pom) -> Result<Output> {
    const KEYS: [&str; 2] = ["quarkus.package.jar.type", "quarkus.package.type"];
    let path = in_folder(&pom.folder, "src/main/resources/application.properties");
    let text = context.app.read_text_if_file(&path).ok().flatten().unwrap_or_default();
    let of_file = text.lines().filter_map(|line| line.split_once('='));
    let of_file =
        of_file.filter(|(key, _)| KEYS.contains(&key.trim())).map(|(_, value)| value.trim().to_owned()).next();
    let kind = of_file.or_else(|| KEYS.iter().find_map(|key| reactor.property(pom, key)));
    Ok(match kind.as_deref() {
        Some("uber-jar" | "legacy-jar") => Output::WholeJar("*-runner.jar".into()),
        _ => Output::QuarkusApp,
    })
}

/// Whether the jars of the app's Spring Boot take themselves apart.
fn extracts(reactor: &Reactor, pom: &Pom, plugin: &Plugin) -> bool {
    let poms = || std::iter::once(pom).chain(reactor.parents(pom));
    let is_boot = |group: &str| group == "org.springframework.boot";
    let of_parent = poms().filter_map(|pom| pom.parent.as_ref()).find(|parent| is_boot(&parent.group));
    let imported = poms().flat_map(|pom| &pom.imported).find(|import| is_boot(&import.group));
    let version = of_parent.map(|parent| parent.version.clone());
    let version = version.or_else(|| plugin.version.clone()).or_else(|| imported?.version.clone());
    let version = version.and_then(|version| reactor.resolve(pom, &version)).unwrap_or_default();
    takes_itself_apart(&version)
}

/// Whether the jars of a version of Spring Boot take themselves apart: since 3.3.
pub(super) fn takes_itself_apart(version: &str) -> bool {
    let mut numbers = version.split('.').map(|number| number.parse::<u32>().unwrap_or(0));
    (numbers.next().unwrap_or(0), numbers.next().unwrap_or(0)) >= (3, 3)
}

/// The jar of a server that the build puts beside the war.
fn served_war(reactor: &Reactor, pom: &Pom) -> Option<String> {
    let plugins = std::iter::once(pom).chain(reactor.parents(pom)).flat_map(|pom| &pom.plugins);
    for item in plugins.flat_map(|plugin| plugin.element.all("artifactItem")) {
        let artifact = item.text_of("artifactId").unwrap_or_default();
        if WAR_SERVERS.iter().any(|server| artifact.starts_with(server)) {
            let name = item.text_of("destFileName").map_or_else(|| format!("{artifact}-*.jar"), str::to_owned);
            let folder = item.text_of("outputDirectory").and_then(|folder| reactor.resolve(pom, folder));
            let folder = folder.and_then(|folder| folder.split_once("target/").map(|(_, rest)| rest.to_owned()));
            return Some(format!("{}/{name}", folder.as_deref().unwrap_or("dependency")));
        }
    }
    None
}

/// The jar with everything in it that a plugin makes, as far as one does.
fn whole_jar(reactor: &Reactor, pom: &Pom) -> Option<String> {
    let bound = |plugin: &&Plugin| !plugin.goals.is_empty();
    let base = final_name(reactor, pom);
    let from_micronaut =
        reactor.has_group(pom, "io.micronaut.platform") || reactor.has_group(pom, "io.micronaut.maven");
    if let Some(shade) = reactor.plugin(pom, "maven-shade-plugin").filter(bound) {
        let text = |name: &str| shade.element.first_text(name).and_then(|text| reactor.resolve(pom, text));
        // The folder is `target`, however it is spelled.
        let file = shade.element.first_text("outputFile").and_then(|file| file.rsplit('/').next());
        if let Some(file) = file.and_then(|file| reactor.resolve(pom, file)) {
            return Some(file);
        }
        let name = text("finalName").unwrap_or(base);
        let classifier = shade.element.first_text("shadedArtifactAttached").filter(|value| *value == "true");
        let suffix = classifier.map(|_| text("shadedClassifierName").unwrap_or_else(|| "shaded".into()));
        return Some(format!("{name}{}.jar", suffix.map(|suffix| format!("-{suffix}")).unwrap_or_default()));
    }
    if let Some(assembly) = reactor.plugin(pom, "maven-assembly-plugin").filter(bound) {
        return Some(assembled(reactor, pom, assembly, &base));
    }
    from_micronaut.then(|| format!("{base}.jar"))
}

fn assembled(reactor: &Reactor, pom: &Pom, assembly: &Plugin, base: &str) -> String {
    let text = |name: &str| assembly.element.first_text(name).and_then(|text| reactor.resolve(pom, text));
    let name = text("finalName").unwrap_or_else(|| base.to_owned());
    let id = text("descriptorRef").unwrap_or_else(|| "*".into());
    match text("appendAssemblyId").as_deref() {
        Some("false") => format!("{name}.jar"),
        _ => format!("{name}-{id}.jar"),
    }
}

/// The name of the project's jar without its ending; a glob where it cannot be known.
fn final_name(reactor: &Reactor, pom: &Pom) -> String {
    let named = pom.final_name.clone().or_else(|| reactor.parents(pom).find_map(|pom| pom.final_name.clone()));
    let version = reactor.resolve(pom, "${project.version}");
    let by_default = || Some(format!("{}-{}", pom.artifact, version.as_deref()?));
    let name = match named {
        Some(name) => reactor.resolve(pom, &name),
        None => by_default(),
    };
    name.unwrap_or_else(|| format!("{}-*", pom.artifact))
}

/// The class with `main` that a plugin or a property names.
fn named_main(reactor: &Reactor, pom: &Pom) -> Option<String> {
    let of_plugin = ["exec-maven-plugin", "maven-jar-plugin"].iter().find_map(|name| {
        let main = reactor.plugin(pom, name)?.element.first_text("mainClass")?;
        reactor.resolve(pom, main)
    });
    of_plugin.or_else(|| MAIN_PROPERTIES.iter().find_map(|name| reactor.property(pom, name)))
}

/// The command that starts what a project is built into; `None` if nothing can be started.
pub(super) fn command(output: &Output, folder: &str, options: &str, arguments: &str) -> Option<String> {
    let target = in_folder(folder, "target");
    let java = |rest: String| Some(format!("java{options} $JAVA_OPTS {rest}{arguments}"));
    match output {
        Output::QuarkusApp => java(format!("-jar {target}/quarkus-app/quarkus-run.jar")),
        Output::SpringBoot { extracts: true, .. } => java(format!("-jar {target}/extracted/app/app.jar")),
        Output::SpringBoot { ending: "war", .. } => java(format!("-jar {target}/*.war")),
        Output::SpringBoot { .. } => java(format!("-jar {}", first_jar(&format!("{target}/*.jar")))),
        Output::WholeJar(name) if name.contains('*') => {
            java(format!("-jar {}", first_jar(&format!("{target}/{name}"))))
        }
        Output::WholeJar(name) => java(format!("-jar {target}/{name}")),
        Output::Classes(main) => java(format!("-cp '{target}/classes:{target}/dependency/*' {main}")),
        Output::Scripts => Some(format!(
            "JAVACMD=$(command -v java) sh $(ls -1 {target}/appassembler/bin/* | grep -v '\\.bat$' | head -n 1)"
        )),
        Output::ServedWar(server) => java(format!("-jar {target}/{server} --port ${{PORT:-8080}} {target}/*.war")),
        Output::BareWar(container) => java(container.as_ref()?.arguments(folder)),
        Output::Library(_) => None,
    }
}

/// The first of several jars that is not made of sources, documentation, tests or of the app without its libraries.
pub(super) fn first_jar(jars: &str) -> String {
    let others = r"(-(sources|javadoc|tests|plain)\.jar$|/original-)";
    format!("$(ls -1 {jars} | grep -vE '{others}' | head -n 1)")
}

/// What follows Maven's command: a war is unpacked, Spring Boot's jar is taken apart. The libraries get a folder of their own, which changes
/// less often than the app.
pub(super) fn after_build(output: &Output, folder: &str) -> Option<String> {
    match output {
        Output::SpringBoot { extracts: true, .. } => {}
        Output::BareWar(container) => return container.as_ref()?.after_build(folder),
        _ => return None,
    }
    let target = in_folder(folder, "target");
    Some(taken_apart(&format!("{target}/*.jar"), &format!("{target}/extracted")))
}

/// The command that takes Spring Boot's jar apart, into `app` and `lib` of a folder.
pub(super) fn taken_apart(jars: &str, place: &str) -> String {
    let jar = first_jar(jars);
    format!(
        "java -Djarmode=tools -jar {jar} extract --force --destination {place}/app && mv {place}/app/*.jar {place}/app/app.jar \
         && mv {place}/app/lib {place}/lib && ln -s ../lib {place}/app/lib"
    )
}

/// What of the folder the running app needs, a layer for each; empty: all of the app.
pub(super) fn layers(output: &Output, folder: &str) -> Vec<String> {
    let in_target = |names: &[&str]| {
        names.iter().map(|name| format!("./{}", in_folder(folder, &format!("target/{name}")))).collect()
    };
    match output {
        Output::QuarkusApp => {
            in_target(&["quarkus-app/lib", "quarkus-app/quarkus", "quarkus-app/app", "quarkus-app/quarkus-run.jar"])
        }
        Output::SpringBoot { extracts: true, .. } => in_target(&["extracted/lib", "extracted/app"]),
        Output::Classes(_) => in_target(&["dependency", "classes"]),
        Output::BareWar(Some(container)) => container.layers(folder),
        _ => Vec::new(),
    }
}
