//! Build tools, and what their files say about an app.

use crate::{cmake, make, meson};
use plugpacks_sdk::{Context, Result};

/// The files that Make reads, the first one first.
pub(crate) const MAKEFILES: [&str; 3] = ["GNUmakefile", "makefile", "Makefile"];

/// What builds an app.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum BuildTool {
    CMake,
    Meson,
    /// Make, and the file it reads.
    Make(&'static str),
}

/// How an app is built.
pub(crate) struct Build {
    /// The packages of the build tool.
    pub(crate) tools: &'static [&'static str],
    pub(crate) commands: Vec<String>,
    pub(crate) programs: Programs,
    /// Names of libraries, as the build tool knows them.
    pub(crate) dependencies: Vec<String>,
}

/// The programs that a build makes.
#[derive(Debug, Default, PartialEq, Eq)]
pub(crate) struct Programs {
    /// The project's name.
    pub(crate) project: Option<String>,
    /// In the order of the files.
    pub(crate) all: Vec<Program>,
    /// Where programs stand of which nothing else is known.
    pub(crate) directory: &'static str,
}

/// A program that a build makes.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Program {
    pub(crate) name: String,
    /// Relative to the app.
    pub(crate) path: String,
}

impl BuildTool {
    /// The app's build tool. CMake and Meson go before Make, whose file is often there only to call them.
    pub(crate) fn find(context: &Context) -> Result<Option<Self>> {
        if context.app.has_file(cmake::FILE)? {
            return Ok(Some(Self::CMake));
        }
        if context.app.has_file(meson::FILE)? {
            return Ok(Some(Self::Meson));
        }
        Ok(context.app.first_file(&MAKEFILES)?.map(Self::Make))
    }

    /// What the tool's files say.
    pub(crate) fn read(self, context: &Context) -> Result<Build> {
        let (name, file) = match self {
            Self::CMake => ("CMake", cmake::FILE),
            Self::Meson => ("Meson", meson::FILE),
            Self::Make(file) => ("Make", file),
        };
        context.diagnostics.because("build tool", format!("{name}, because of {file}"));
        match self {
            Self::CMake => cmake::read(context),
            Self::Meson => meson::read(context),
            Self::Make(file) => make::read(context, file),
        }
    }
}

/// Whether a relative path leads to nowhere but the app.
pub(crate) fn stays_in_app(path: &str) -> bool {
    !path.starts_with('/') && path.split('/').all(|part| part != "..")
}
