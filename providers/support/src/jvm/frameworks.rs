//! Frameworks that answer HTTP requests: how each is told its port, and which hear only their own machine.

use plugpacks_sdk::{Context, Result};

/// A framework.
#[derive(Debug, PartialEq, Eq)]
pub struct Framework {
    /// Its name in messages.
    pub name: &'static str,
    /// How the groups of its libraries begin, which also stand in the build files of Gradle and sbt.
    pub groups: &'static [&'static str],
    /// How it is told its port.
    pub port: Port,
}

/// How a framework is told its port.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Port {
    /// By a system property.
    Property(&'static str),
    /// By a variable of its own.
    Variable(&'static str),
    /// It reads `PORT` itself, or the app's code decides.
    OfApp,
}

const fn framework(name: &'static str, groups: &'static [&'static str], port: Port) -> Framework {
    Framework { name, groups, port }
}

/// All that are known. What stands on another one comes before it.
pub const FRAMEWORKS: &[Framework] = &[
    framework("WildFly Swarm", &["org.wildfly.swarm", "io.thorntail"], Port::Property("swarm.http.port")),
    framework("Quarkus", &["io.quarkus"], Port::Variable("QUARKUS_HTTP_PORT")),
    framework("Micronaut", &["io.micronaut"], Port::Variable("MICRONAUT_SERVER_PORT")),
    framework("Helidon", &["io.helidon"], Port::Property("server.port")),
    framework("Jooby", &["io.jooby"], Port::Property("server.port")),
    framework("Dropwizard", &["io.dropwizard"], Port::OfApp),
    framework("Play", &["org.playframework", "com.typesafe.play"], Port::Property("http.port")),
    framework("Ratpack", &["io.ratpack"], Port::OfApp),
    framework("Spring Boot", &["org.springframework.boot"], Port::Property("server.port")),
    framework("Ktor", &["io.ktor"], Port::OfApp),
    framework("Vert.x", &["io.vertx"], Port::OfApp),
    framework("Javalin", &["io.javalin"], Port::OfApp),
    framework("Spark", &["com.sparkjava"], Port::OfApp),
    framework("http4s", &["org.http4s"], Port::OfApp),
    framework("zio-http", &["dev.zio"], Port::OfApp),
    framework("Pekko HTTP", &["org.apache.pekko"], Port::OfApp),
    framework("Akka HTTP", &["com.typesafe.akka"], Port::OfApp),
    framework("Tapir", &["com.softwaremill.sttp.tapir"], Port::OfApp),
    framework("Jetty", &["org.eclipse.jetty"], Port::OfApp),
    framework("Undertow", &["io.undertow"], Port::OfApp),
    framework("Armeria", &["com.linecorp.armeria"], Port::OfApp),
];

impl Framework {
    /// The first framework of the table for which `has` says that a group of it is there.
    pub fn find(has: impl Fn(&str) -> bool) -> Option<&'static Self> {
        FRAMEWORKS.iter().find(|framework| framework.groups.iter().any(|group| has(group)))
    }

    /// What stands before `java` in the start command, with a blank behind it.
    pub fn variable(&self) -> String {
        match self.port {
            Port::Variable(name) => format!("{name}=${{PORT:-8080}} "),
            _ => String::new(),
        }
    }

    /// The options of `java`, with a blank before each.
    pub fn options(&self) -> String {
        match self.port {
            Port::Property(name) => format!(" -D{name}=${{PORT:-8080}}"),
            _ => String::new(),
        }
    }
}

/// A library that hears only its own machine unless the code says otherwise, so that nothing outside of the container
/// reaches it.
struct Deaf {
    name: &'static str,
    /// A word of the build file.
    evidence: &'static [&'static str],
    /// An expression that the code has to have, or must not have.
    code: Code,
    cure: &'static str,
}

enum Code {
    /// Without this, only the own machine is heard.
    Lacks(&'static str),
    /// With this, only the own machine is heard.
    Has(&'static str),
}

const DEAF: [Deaf; 6] = [
    Deaf {
        name: "Cask",
        evidence: &["\"cask\"", "::cask:"],
        code: Code::Lacks(r"override\s+def\s+host\b"),
        cure: "override def host = \"0.0.0.0\"",
    },
    Deaf {
        name: "http4s' Ember",
        evidence: &["http4s-ember-server"],
        code: Code::Lacks(r"\.withHost\(|0\.0\.0\.0"),
        cure: ".withHost(host\"0.0.0.0\")",
    },
    Deaf {
        name: "Pekko HTTP",
        evidence: &["pekko-http"],
        code: Code::Has(r#"(newServerAt|bindAndHandle)\([^)]*"(localhost|127\.0\.0\.1)"#),
        cure: "newServerAt(\"0.0.0.0\", port)",
    },
    Deaf {
        name: "Akka HTTP",
        evidence: &["akka-http"],
        code: Code::Has(r#"(newServerAt|bindAndHandle)\([^)]*"(localhost|127\.0\.0\.1)"#),
        cure: "newServerAt(\"0.0.0.0\", port)",
    },
    Deaf {
        name: "Ktor",
        evidence: &["io.ktor"],
        code: Code::Has(r#"host\s*=\s*"?(localhost|127\.0\.0\.1)"#),
        cure: "host = \"0.0.0.0\"",
    },
    Deaf {
        name: "The server",
        evidence: &[""],
        code: Code::Has(r#"InetSocketAddress\(\s*"(localhost|127\.0\.0\.1)""#),
        cure: "new InetSocketAddress(port)",
    },
];

/// Libraries whose port stands in the app's code: their names, and a word of the build file.
const OWN_PORTS: [(&str, &str); 10] = [
    ("Javalin", "io.javalin"),
    ("Vert.x", "io.vertx"),
    ("Spark", "com.sparkjava"),
    ("http4s' Ember", "http4s-ember-server"),
    ("zio-http", "zio-http"),
    ("Cask", "\"cask\""),
    ("Pekko HTTP", "pekko-http"),
    ("Akka HTTP", "akka-http"),
    ("Ktor", "io.ktor"),
    ("Undertow", "io.undertow"),
];

/// What shows that the port is not the code's own: the variable, or Ktor's `main`, which is given the port.
const TOLD: &str = r"\bPORT\b|EngineMain";

/// Warns if a library of the build hears only its own machine, or a port that nothing tells it; `sources` is a glob of the app's code
/// and configuration.
///
/// # Errors
/// The app cannot be searched.
pub fn warn_of_loopback(context: &Context, build: &str, sources: &str) -> Result<()> {
    let mut is_said = false;
    for deaf in DEAF.iter().filter(|deaf| deaf.evidence.iter().any(|word| build.contains(word))) {
        let is_deaf = match deaf.code {
            Code::Lacks(expression) => context.app.search(sources, expression)?.is_none(),
            Code::Has(expression) => context.app.search(sources, expression)?.is_some(),
        };
        if is_deaf {
            context.diagnostics.warn(format!(
                "{} listens on 127.0.0.1, where nothing outside of the container reaches it: write `{}`",
                deaf.name, deaf.cure
            ));
            is_said = true;
        }
    }
    let own = OWN_PORTS.iter().find(|(_, word)| build.contains(word)).filter(|_| !is_said);
    if let Some((name, _)) = own
        && context.app.search(sources, TOLD)?.is_none()
    {
        context.diagnostics.warn(format!(
            "Nothing in the code or its configuration reads PORT, so that {name} listens on a port of its own: take \
             `System.getenv(\"PORT\")` there"
        ));
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;
    use plugpacks_sdk::testing::FakeApp;

    #[test]
    fn ports_of_frameworks() {
        let find = |group: &'static str| Framework::find(|known| known == group).expect("a framework");
        assert_eq!(find("io.quarkus").variable(), "QUARKUS_HTTP_PORT=${PORT:-8080} ");
        assert_eq!(find("io.helidon").options(), " -Dserver.port=${PORT:-8080}");
        assert_eq!(find("io.ratpack").options() + &find("io.ratpack").variable(), "");
        assert_eq!(Framework::find(|_| false), None);
    }

    #[test]
    fn what_hears_only_its_own_machine_is_said() {
        let warnings = |build: &str, code: &str| {
            let app = FakeApp::new().file("src/Main.scala", code);
            app.with(|context| warn_of_loopback(context, build, "src/**/*.scala")).expect("a search");
            app.warnings().len()
        };
        assert_eq!(warnings("\"com.lihaoyi\" %% \"cask\" % \"0.11.3\"", "object Main extends cask.MainRoutes"), 1);
        assert_eq!(warnings("\"cask\"", "override def host = \"0.0.0.0\"; sys.env(\"PORT\")"), 0);
        assert_eq!(warnings("io.javalin:javalin", "app.start(7000)"), 1);
        assert_eq!(warnings("io.javalin:javalin", "app.start(Integer.parseInt(System.getenv(\"PORT\")))"), 0);
        assert_eq!(warnings("pekko-http", "Http().newServerAt(\"localhost\", port)"), 1);
        assert_eq!(warnings("pekko-http", "Http().newServerAt(\"0.0.0.0\", sys.env(\"PORT\").toInt)"), 0);
    }
}
