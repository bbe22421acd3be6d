//! Frameworks whose port is set on the command line.

/// Pieces of a Gradle build that uses Spring Boot.
const SPRING_BOOT_IN_GRADLE: [&str; 3] =
    ["org.springframework.boot", "spring-boot-gradle-plugin", "org.grails:grails-"];

/// A framework whose port is set on the command line.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Framework {
    SpringBoot,
    WildflySwarm,
}

impl Framework {
    /// The framework that a Gradle build uses.
    pub(crate) fn of_gradle_build(text: &str) -> Option<Self> {
        SPRING_BOOT_IN_GRADLE.iter().any(|piece| text.contains(piece)).then_some(Self::SpringBoot)
    }

    /// The framework that a `pom.xml` uses.
    pub(crate) fn of_pom(text: &str) -> Option<Self> {
        if text.contains("<groupId>org.wildfly.swarm") {
            Some(Self::WildflySwarm)
        } else if text.contains("<groupId>org.springframework.boot") && text.contains("<artifactId>spring-boot") {
            Some(Self::SpringBoot)
        } else {
            None
        }
    }

    /// The property that sets its port.
    pub(crate) const fn port_property(self) -> &'static str {
        match self {
            Self::SpringBoot => "server.port",
            Self::WildflySwarm => "swarm.http.port",
        }
    }
}
