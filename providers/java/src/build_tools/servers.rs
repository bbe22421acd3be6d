//! How the program of a Maven project is told its port.

use super::pom::Pom;
use super::reactor::{Reactor, in_folder};
use plugpacks_provider_support::jvm::{self, Framework};
use plugpacks_sdk::{Context, Result, glob};

/// What stands around the start command so that a program listens on `$PORT`.
#[derive(Debug, Default, PartialEq, Eq)]
pub(super) struct Server {
    /// A variable before `java`, with a blank behind it.
    pub(super) variable: String,
    /// Options of `java`, with a blank before each.
    pub(super) options: String,
    /// What follows the program, with a blank before it.
    pub(super) arguments: String,
}

/// Parts of the names of libraries that answer HTTP requests.
const WEB: [&str; 24] = [
    "starter-web",
    "starter-jersey",
    "starter-graphql",
    "cloud-starter-gateway",
    "quarkus-rest",
    "quarkus-resteasy",
    "quarkus-vertx-http",
    "http-server",
    "helidon-webserver",
    "helidon-microprofile",
    "vertx-web",
    "javalin",
    "jooby",
    "dropwizard-core",
    "ktor-server",
    "undertow",
    "jetty-server",
    "tomcat-embed",
    "spark-core",
    "ratpack",
    "armeria",
    "pekko-http",
    "akka-http",
    "grizzly",
];

/// Places of Dropwizard's configuration, likelier ones first.
const DROPWIZARD_FILES: [&str; 8] = [
    "config.yml",
    "config.yaml",
    "configuration.yml",
    "dropwizard.yml",
    "config/config.yml",
    "config/config.yaml",
    "conf/config.yml",
    "src/main/resources/config.yml",
];

/// How a program with this framework is told its port; `folder` is its project's.
pub(super) fn of(context: &Context, framework: Option<&Framework>, folder: &str) -> Result<Server> {
    let Some(framework) = framework else { return Ok(Server::default()) };
    context.diagnostics.because("framework", framework.name);
    match framework.name {
        "Dropwizard" => dropwizard(context, folder),
        "Ktor" => ktor(context, folder),
        _ => Ok(Server { variable: framework.variable(), options: framework.options(), arguments: String::new() }),
    }
}

/// The framework of a Maven project.
pub(super) fn framework(reactor: &Reactor, pom: &Pom) -> Option<&'static Framework> {
    Framework::find(|group| reactor.has_group(pom, group))
}

/// Dropwizard does nothing without `server`; a property changes a port only where the file has a list of ports, or
/// the server is a simple one.
fn dropwizard(context: &Context, folder: &str) -> Result<Server> {
    let places = DROPWIZARD_FILES.iter().flat_map(|name| [in_folder(folder, name), (*name).to_owned()]);
    let mut file = None;
    for path in places {
        if file.is_none() && context.app.has_file(&path)? {
            file = Some(path);
        }
    }
    let text = file.as_deref().map(|path| context.app.read_text(path)).transpose()?.unwrap_or_default();
    let options = if text.contains("applicationConnectors:") {
        r#" "-Ddw.server.applicationConnectors[0].port=${PORT:-8080}""#
    } else if text.lines().any(|line| line.starts_with("server:")) && text.contains("connector:") {
        " -Ddw.server.connector.port=${PORT:-8080}"
    } else {
        " -Ddw.server.type=simple -Ddw.server.applicationContextPath=/ -Ddw.server.connector.type=http \
         -Ddw.server.connector.port=${PORT:-8080}"
    };
    let arguments = file.map_or_else(|| " server".to_owned(), |path| format!(" server {path}"));
    Ok(Server { variable: String::new(), options: options.into(), arguments })
}

/// Ktor's EngineMain takes the port as an argument, whatever its configuration says.
fn ktor(context: &Context, folder: &str) -> Result<Server> {
    let is_engine = context.app.search(&sources(folder), "EngineMain")?.is_some();
    let arguments = if is_engine { " -port=${PORT:-8080}".to_owned() } else { String::new() };
    Ok(Server { arguments, ..Server::default() })
}

/// Whether the project itself names a library that answers HTTP requests.
pub(super) fn is_web(pom: &Pom) -> bool {
    let mut names = pom.dependencies.iter().filter(|dependency| dependency.is_at_run_time());
    names.any(|dependency| WEB.iter().any(|part| dependency.artifact.contains(part)))
}

/// Whether the project's code answers requests, as far as that can be seen.
pub(super) fn listens(context: &Context, pom: &Pom) -> bool {
    jvm::mains(context, &[in_folder(&pom.folder, "src/main")]).is_ok_and(|mains| mains.iter().any(|main| main.serves))
}

/// Warns if the program hears only its own machine.
pub(super) fn warn_of_loopback(context: &Context, reactor: &Reactor, pom: &Pom) -> Result<()> {
    let names = reactor.dependencies(pom).map(|dependency| format!("{}:{}", dependency.group, dependency.artifact));
    jvm::warn_of_loopback(context, &names.collect::<Vec<_>>().join("\n"), &sources(&pom.folder))
}

/// The glob of a project's code and configuration.
pub(super) fn sources(folder: &str) -> String {
    format!("{}/**/*.{{java,kt,groovy,conf,yaml}}", glob::literal(&in_folder(folder, "src/main")))
}
