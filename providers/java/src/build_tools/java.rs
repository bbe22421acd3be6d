//! Which JDK the app gets.

use crate::versions::JDKS;
use plugpacks_provider_support::jdk;
use plugpacks_provider_support::release::{Release, Request};
use plugpacks_sdk::{Context, Result};

/// What a build says about Java.
pub(super) struct Needs {
    /// The Java that a build is compiled and run with, and no other: its number, and where that stands.
    pub(super) exact: Option<(u64, String)>,
    /// The oldest Java that the build can do with: its number, and where that stands.
    pub(super) minimum: Option<(u64, String)>,
    /// The Java where neither the app nor its build asks for one, and why.
    pub(super) default: (u64, String),
    /// The oldest Java that the build tool runs on.
    pub(super) oldest: u64,
    /// The newest Java that the build tool runs on.
    pub(super) newest: u64,
}

/// Below this number a build's own wish is not followed: newer JDKs build for older Java, too, and
/// today's plugins do not run on older ones (Nixpacks 1.41 builds everything with this JDK).
pub(super) const LEAST: u64 = 17;

/// The JDK that is asked for, else the one that the build insists on, else the oldest that it can do with, else
/// the build's default.
pub(super) fn choose(context: &Context, needs: &Needs) -> Result<&'static Release> {
    let jdks = JDKS.at(context);
    if let Some(request) = jdk::requested(context)? {
        let release = jdk::select(jdks, context, &request)?;
        warn_if_too_new(context, release, needs);
        return Ok(release);
    }
    if let Some(release) = exact(context, needs) {
        return Ok(release);
    }
    let (default, why) = &needs.default;
    let because = |text: String| context.diagnostics.because("Java version", text);
    if let Some((minimum, source)) = needs.minimum.as_ref().filter(|(minimum, _)| minimum > default) {
        let request = Request { text: minimum.to_string(), source: source.clone() };
        let release = jdk::at_least(jdks, *minimum).ok_or_else(|| jdks.unavailable(&request))?;
        if jdk::number(release) <= needs.newest {
            because(format!("{} because {source} needs {minimum}", release.version));
            return Ok(release);
        }
    }
    because(format!("{default}: {why}"));
    Ok(jdk::at_least(jdks, *default).unwrap_or_else(|| jdks.default_release()))
}

/// The JDK that the build insists on, if there is a package of it and the build tool runs on it, too.
fn exact(context: &Context, needs: &Needs) -> Option<&'static Release> {
    let (number, source) = needs.exact.as_ref()?;
    let release = JDKS.at(context).exactly(&number.to_string());
    let release = release.filter(|_| (needs.oldest..=needs.newest).contains(number));
    match release {
        Some(_) => context.diagnostics.because("Java version", format!("{number} because {source} asks for just it")),
        None => context.diagnostics.warn(format!(
            "Java {number}, which {source} asks for, cannot be what the build tool runs on: the build has to download \
             it (plugin org.gradle.toolchains.foojay-resolver-convention)"
        )),
    }
    release
}

fn warn_if_too_new(context: &Context, release: &Release, needs: &Needs) {
    if jdk::number(release) > needs.newest {
        context.diagnostics.warn(format!(
            "The app's Gradle does not run on Java {}, but up to {}: update its wrapper",
            release.version, needs.newest
        ));
    }
}
