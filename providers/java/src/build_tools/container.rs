//! Servlet containers that serve a war: fetched by Maven before the sources are there, so that they are layers of their
//! own.

use super::pom::{Dependency, Pom};
use super::reactor::{Reactor, in_folder};
use super::servers;
use plugpacks_sdk::{Context, Result};

/// A servlet container.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Container {
    /// Tomcat, for the packages `jakarta.*`.
    Tomcat,
    /// webapp-runner, a Tomcat in one jar, for the packages `javax.*` of before.
    WebappRunner,
}

/// Where the containers are kept.
const FOLDER: &str = ".server";

/// Tomcat's folder in its archive.
const TOMCAT: &str = ".server/apache-tomcat-11.0.24";

/// The oldest Java that Tomcat runs on.
const JAVA_OF_TOMCAT: u64 = 17;

/// Packages of Jakarta EE that a servlet container does not have.
const OF_APPLICATION_SERVERS: &str =
    r"import\s+(?:javax|jakarta)\.(?:ejb|enterprise|faces|inject|persistence|transaction|ws\.rs)\b";

/// Artifacts that bring all of Jakarta EE.
const PLATFORMS: [&str; 4] = ["jakarta.jakartaee-api", "jakarta.jakartaee-web-api", "javaee-api", "javaee-web-api"];

impl Container {
    /// The container of a war; `None` where the app needs more than servlets.
    ///
    /// # Errors
    /// The app cannot be searched.
    pub(super) fn of(context: &Context, reactor: &Reactor, pom: &Pom, java: u64) -> Result<Option<Self>> {
        let has = |is_it: &dyn Fn(&Dependency) -> bool| reactor.dependencies(pom).any(is_it);
        if has(&|library| PLATFORMS.contains(&&*library.artifact))
            && context.app.search(&servers::sources(&pom.folder), OF_APPLICATION_SERVERS)?.is_some()
        {
            return Ok(None);
        }
        let is_old = has(&|library| library.group == "javax.servlet" || library.artifact.starts_with("javaee-"));
        Ok(match (is_old, java >= JAVA_OF_TOMCAT) {
            (true, _) => Some(Self::WebappRunner),
            (false, true) => Some(Self::Tomcat),
            (false, false) => None,
        })
    }

    /// The arguments of Maven that fetch it.
    pub(super) const fn fetch(self) -> &'static str {
        match self {
            Self::Tomcat => {
                "-B -N dependency:unpack -Dartifact=org.apache.tomcat:tomcat:11.0.24:tar.gz -DoutputDirectory=.server"
            }
            Self::WebappRunner => {
                "-B -N dependency:copy -Dartifact=com.heroku:webapp-runner:9.0.89.0 -Dmdep.stripVersion=true \
                 -DoutputDirectory=.server"
            }
        }
    }

    /// What follows Maven's build: the war of a folder is unpacked, as Tomcat would do at each start.
    pub(super) fn after_build(self, folder: &str) -> Option<String> {
        let target = in_folder(folder, "target");
        let up = "../".repeat(target.split('/').count() + 2);
        let place = format!("{target}/webapps/ROOT");
        match self {
            Self::Tomcat => {
                Some(format!("mkdir -p {place} && (cd {place} && jar -xf \"$(ls -1 {up}{target}/*.war | head -n 1)\")"))
            }
            Self::WebappRunner => None,
        }
    }

    /// The arguments of `java` that serve the war of a folder.
    pub(super) fn arguments(self, folder: &str) -> String {
        let target = in_folder(folder, "target");
        match self {
            Self::Tomcat => format!(
                "-Dcatalina.home={TOMCAT} -Dport=${{PORT:-8080}} -Dwebapps=/app/{target}/webapps -cp '{TOMCAT}/bin/*' \
                 org.apache.catalina.startup.Bootstrap -config /assets/{SETTINGS} start"
            ),
            Self::WebappRunner => {
                format!("-jar {FOLDER}/webapp-runner.jar --port ${{PORT:-8080}} {target}/*.war")
            }
        }
    }

    /// What of a folder the running app needs, a layer for each.
    pub(super) fn layers(self, folder: &str) -> Vec<String> {
        let target = in_folder(folder, "target");
        let war = match self {
            Self::Tomcat => "webapps",
            Self::WebappRunner => "*.war",
        };
        vec![format!("./{FOLDER}"), format!("./{target}/{war}")]
    }

    /// The configuration that it is started with.
    pub(super) fn asset(self) -> Option<(&'static str, &'static str)> {
        (self == Self::Tomcat).then_some((SETTINGS, include_str!("server.xml")))
    }
}

/// The name of Tomcat's configuration.
const SETTINGS: &str = "server.xml";
