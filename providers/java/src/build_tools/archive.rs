//! An archive of loaded classes, made by starting the app once in the build: later starts are quicker.

use plugpacks_provider_support::jdk;
use plugpacks_provider_support::release::Release;
use plugpacks_sdk::Context;

/// An archive of loaded classes.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Archive {
    path: String,
    /// The option of `java` that uses it, with a blank before it.
    pub(super) option: String,
    /// The options of `java` that make it.
    pub(super) making: String,
}

/// How long an app that does not end by itself runs for its archive, in seconds.
const SECONDS: u32 = 60;

impl Archive {
    /// The archive that the user wants, beside the jar that has this path without its ending; `None` where the app is not
    /// made of jars. JDK 25 and newer make an AOT cache, older ones a CDS archive.
    pub(super) fn wanted(context: &Context, jar: Option<&str>, release: &Release) -> Option<Self> {
        if !context.environment.is_set("JVM_AOT") {
            return None;
        }
        let number = jdk::number(release);
        let Some(jar) = jar.filter(|_| number >= 17) else {
            context.diagnostics.warn("NIXPACKS_JVM_AOT is set, but no archive of classes can be made of this app");
            return None;
        };
        let (ending, using, making) = match number {
            25.. => ("aot", "AOTCache", "AOTCacheOutput"),
            _ => ("jsa", "SharedArchiveFile", "ArchiveClassesAtExit"),
        };
        let path = format!("{jar}.{ending}");
        context.diagnostics.because("start", format!("the app is started once in the build, for {path}"));
        Some(Self {
            option: format!(" -XX:{using}={path}"),
            making: format!(" -XX:{making}={path} -Dspring.context.exit=onRefresh"),
            path,
        })
    }

    /// The step that makes it: by a start of the app, which may fail.
    pub(super) fn step(&self, command: &str) -> String {
        let path = &self.path;
        format!(
            "{{ timeout {SECONDS} {command} || true; }} && rm -f {path}.config && {{ test -s {path} || \
             echo 'warning: the app could not be started in the build, so that it starts without {path}'; }}"
        )
    }
}
