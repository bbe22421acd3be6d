//! What builds the app.

use crate::rules::RULES;
use plugpacks_sdk::{Context, Result};

/// What builds the app.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum BuildTool {
    ToolsBuild,
    Leiningen,
    /// Nothing: the sources are started, beside the libraries of `deps.edn`.
    Nothing,
}

impl BuildTool {
    /// The tool of an app: a `build.clj` goes before a `project.clj`.
    pub(crate) fn of(context: &Context) -> Result<Self> {
        let (tool, reason) = match context.app.first_file(&crate::BUILDS)? {
            Some("build.clj") => (Self::ToolsBuild, "tools.build, because there is a build.clj"),
            None if (RULES.at(context).detects_more)(context)? => {
                (Self::Nothing, "none, because there is only a deps.edn")
            }
            _ => (Self::Leiningen, "Leiningen, because there is no build.clj"),
        };
        context.diagnostics.because("build tool", reason);
        Ok(tool)
    }

    /// Its Nix package.
    pub(crate) const fn package(self) -> &'static str {
        match self {
            Self::ToolsBuild | Self::Nothing => "clojure",
            Self::Leiningen => "leiningen",
        }
    }

    /// The command that makes a jar with everything in it.
    pub(crate) fn compile(self, context: &Context) -> Result<&'static str> {
        Ok(match self {
            Self::ToolsBuild | Self::Nothing => "clojure -T:build uber",
            Self::Leiningen if has_ring_plugin(context)? => "lein ring uberjar",
            Self::Leiningen => "lein uberjar",
        })
    }
}

/// Whether `project.clj` names the plugin for Ring, upper or lower case. A file that is no text does
/// not (Nixpacks 1.41).
fn has_ring_plugin(context: &Context) -> Result<bool> {
    let is_there = context.app.has_file("project.clj")?;
    let text = is_there.then(|| context.app.read_text("project.clj").ok()).flatten();
    Ok(text.is_some_and(|text| text.to_lowercase().contains("[lein-ring ")))
}
