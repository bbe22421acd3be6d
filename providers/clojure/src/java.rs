//! Which JDK the app gets.

use plugpacks_provider_support::jdk;
use plugpacks_provider_support::release::Releases;
use plugpacks_sdk::{Context, Package, Result, Since};

/// A JDK.
pub(crate) struct Java {
    pub(crate) package: &'static str,
    /// The nixpkgs commit; `None`: the edition's default.
    pub(crate) archive: Option<&'static str>,
}

static RELEASES: Since<Releases> = Since::always(Releases { language: "Java", default: "25", all: jdk::RELEASES });

impl Java {
    /// A build tool, running on this JDK: by itself it runs on the one that nixpkgs was made with.
    pub(crate) fn tool_package(&self, name: &str) -> Package {
        match self.archive {
            Some(_) => Package::new(name).overriding("jdk", self.package),
            None => Package::new(name),
        }
    }
}

/// Nixpacks 1.41: three packages; whatever is not known is Java 8.
pub(crate) fn nixpacks(context: &Context) -> Result<Java> {
    let version = match context.environment.config("JDK_VERSION") {
        Some(version) => Some(version),
        None if context.app.has_file(".jdk-version")? => Some(context.app.read_text(".jdk-version")?),
        None => None,
    };
    let package = match version.as_deref().map(str::trim) {
        Some("latest") => "jdk",
        Some("11") => "jdk11",
        _ => "jdk8",
    };
    context.diagnostics.because(
        "Java version",
        match version {
            Some(version) => format!("{package} for {:?}", version.trim()),
            None => format!("{package} is the default"),
        },
    );
    Ok(Java { package, archive: None })
}

pub(crate) fn requested(context: &Context) -> Result<Java> {
    let release = jdk::choose(RELEASES.at(context), context)?;
    Ok(Java { package: release.package, archive: Some(release.archive) })
}
