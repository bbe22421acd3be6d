//! Which Python the app gets.

use crate::project::Project;
use crate::specifiers;
use crate::versions::{FREE_THREADED, NIXPACKS, NOVEMBER_2026};
use plugpacks_sdk::release::{Release, Releases, Request, Sources, tool_versions};
use plugpacks_sdk::version::Range;
use plugpacks_sdk::{Context, Error, Result};

/// Where a version may be asked for, apart from the manifests.
pub(crate) const SOURCES: Sources =
    Sources { variable: "PYTHON_VERSION", files: &[".python-version", "runtime.txt"], tools: &["python"] };

/// Nixpacks 1.41: the first source *that exists* decides, even one that says nothing, and what is not
/// in the table becomes the default.
pub(crate) fn nixpacks(project: &Project) -> Result<&'static Release> {
    let context = project.context;
    let request = nixpacks_request(context)?;
    let release = request.as_ref().and_then(|request| NIXPACKS.exactly(&nixpacks_series(&request.text)?));
    match (&request, release) {
        (Some(request), Some(release)) => {
            let reason = format!("{} because {} asks for {:?}", release.version, request.source, request.text);
            context.diagnostics.because("Python version", reason);
        }
        (Some(request), None) => context.diagnostics.warn(format!(
            "{} asks for Python {:?}, which is not known; the default is used",
            request.source, request.text
        )),
        (None, _) => context.diagnostics.because("Python version", "the default: nothing asks for one"),
    }
    let release = release.unwrap_or_else(|| NIXPACKS.default_release());
    NIXPACKS.warn_if_ended(context, release);
    Ok(release)
}

/// The source that decides under Nixpacks 1.41: the variable only where none of the files below
/// `.python-version` is there.
fn nixpacks_request(context: &Context) -> Result<Option<Request>> {
    let app = &context.app;
    let variable = context.environment.config(SOURCES.variable);
    if variable.is_none() && app.has_file(".python-version")? {
        Ok(Request::new(&app.read_text(".python-version")?, ".python-version"))
    } else if let Some(text) = app.read_text_if_file("runtime.txt")? {
        Ok(Request::new(&text, "runtime.txt"))
    } else if let Some(text) = app.read_text_if_file("Pipfile")? {
        Ok(pipfile_version(&text).and_then(|version| Request::new(version, "Pipfile")))
    } else if let Some(text) = app.read_text_if_file(".tool-versions")? {
        asdf_version(context, &text)
    } else {
        Ok(variable.and_then(|version| Request::new(&version, "NIXPACKS_PYTHON_VERSION")))
    }
}

/// The first version in a Pipfile's text, written with one blank on each side of `=`.
fn pipfile_version(text: &str) -> Option<&str> {
    text.match_indices("python_").find_map(|(at, _)| {
        let rest = &text[at..];
        let rest = rest.strip_prefix("python_version = ").or_else(|| rest.strip_prefix("python_full_version = "))?;
        let version = rest.strip_prefix(['\'', '"'])?;
        let end = version.find(|c: char| !c.is_ascii_digit() && c != '.').unwrap_or(version.len());
        Some(&version[..end])
    })
}

/// The last `python` line of a `.tool-versions`, cut to two numbers (Nixpacks 1.41 crashes where
/// there is one).
fn asdf_version(context: &Context, text: &str) -> Result<Option<Request>> {
    let Some((_, version)) = tool_versions(text).into_iter().rev().find(|(tool, _)| *tool == "python") else {
        return Ok(None);
    };
    let message = format!(
        "Could not find a python version string in the format x.y.z or x.y from .tool-versions. Found {version}. Skipping"
    );
    let mut parts = version.splitn(3, '.');
    let (Some(major), Some(minor)) = (parts.next(), parts.next()) else {
        return Err(Error::new(message).hint("Write a version such as 3.13"));
    };
    if parts.next().is_some_and(|patch| patch.contains('.')) {
        context.diagnostics.warn(message);
    }
    Ok(Request::new(&format!("{major}.{minor}"), ".tool-versions"))
}

/// The series that Nixpacks 1.41 reads out of a text: blanks, letters, `-` and quotes may precede it,
/// a patch and a quote follow.
fn nixpacks_series(text: &str) -> Option<String> {
    let is_preamble = |c: char| c.is_whitespace() || c.is_ascii_alphabetic() || matches!(c, '-' | '"' | '\'');
    let text = text.trim().trim_start_matches(is_preamble);
    let (major, text) = split_digits(text);
    let (minor, text) = split_digits(text.trim_start_matches('.'));
    let (_, text) = split_digits(text.trim_start_matches('.'));
    matches!(text, "" | "\"" | "'").then(|| format!("{major}.{minor}"))
}

/// A text's leading digits and the rest.
fn split_digits(text: &str) -> (&str, &str) {
    text.split_at(text.find(|c: char| !c.is_ascii_digit()).unwrap_or(text.len()))
}

/// The order of [`Sources`], then the manifests; what is asked for and not there is an error.
pub(crate) fn november_2026(project: &Project) -> Result<&'static Release> {
    let context = project.context;
    if let Some(request) = SOURCES.find(context)? {
        let is_variable = request.source.starts_with("NIXPACKS_");
        match Notation::of(&request.text) {
            Notation::Whatever => {}
            // pyenv-virtualenv keeps the names of its environments in `.python-version`.
            Notation::Name if !is_variable => context.diagnostics.warn(format!(
                "{} names {:?}, which is not a Python version; write one such as {}",
                request.source, request.text, NOVEMBER_2026.default
            )),
            Notation::Version { specifier, build } => return select(context, &request, specifier, build),
            Notation::Name => return Err(NOVEMBER_2026.malformed(&request)),
        }
    }
    if let Some(request) = manifest_request(project) {
        return select(context, &request, &request.text, Build::Ordinary);
    }
    let release = NOVEMBER_2026.default_release();
    context.diagnostics.because("Python version", format!("{}, the default: nothing asks for one", release.version));
    Ok(release)
}

/// The release for a request.
fn select(context: &Context, request: &Request, specifier: &str, build: Build) -> Result<&'static Release> {
    let releases: &'static Releases = match build {
        Build::FreeThreaded => &FREE_THREADED,
        Build::Ordinary | Build::PyPy => &NOVEMBER_2026,
    };
    let range = specifiers::parse(specifier).ok_or_else(|| releases.malformed(request))?;
    if matches!(build, Build::PyPy) {
        context.diagnostics.warn(format!(
            "{} asks for {:?}; PyPy is not available, the CPython of the same version is used",
            request.source, request.text
        ));
    }
    let whole = specifiers::whole_series(&range);
    let has = |range: &Range| releases.all.iter().any(|release| range.overlaps(&release.interval()));
    releases.select(context, request, if has(&whole) { &whole } else { &range })
}

/// What the manifests ask for: Pipfile, then the standard's and Poetry's part of `pyproject.toml`.
fn manifest_request(project: &Project) -> Option<Request> {
    let manifests = &project.manifests;
    let pipfile = manifests.pipfile.as_ref().and_then(|pipfile| {
        let exact = pipfile.text_at(&["requires", "python_full_version"]);
        Request::new(exact.or_else(|| pipfile.text_at(&["requires", "python_version"]))?, "Pipfile")
    });
    pipfile.or_else(|| {
        let pyproject = manifests.pyproject.as_ref()?;
        let poetry = ["tool", "poetry", "dependencies", "python"];
        let python = pyproject.text_at(&["project", "requires-python"]).or_else(|| pyproject.text_at(&poetry));
        Request::new(python?, "pyproject.toml")
    })
}

/// How a text in a version file is meant.
#[derive(Debug, PartialEq, Eq)]
enum Notation<'t> {
    /// A version or a specifier.
    Version { specifier: &'t str, build: Build },
    /// Any version: `latest`, or `system`, that of the machine.
    Whatever,
    /// A name: of a virtual environment, or of a Python that is not CPython.
    Name,
}

/// Which build of a Python version is meant.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Build {
    Ordinary,
    /// Without the global interpreter lock: `3.14t`.
    FreeThreaded,
    /// Another implementation: `pypy3.11`.
    PyPy,
}

impl<'t> Notation<'t> {
    fn of(text: &'t str) -> Self {
        let text = text.split(['#', '/']).next().unwrap_or(text).trim().trim_matches(['"', '\'']);
        let (build, text) = match text.strip_prefix("pypy") {
            Some(rest) => (Build::PyPy, rest),
            None => (Build::Ordinary, text.strip_prefix("cpython").or(text.strip_prefix("python")).unwrap_or(text)),
        };
        let text = text.trim_start_matches(['-', '@']);
        if matches!(text, "" | "latest" | "system" | "stable") {
            return Self::Whatever;
        }
        if text.trim_start_matches('v').starts_with(|c: char| c.is_alphabetic()) {
            return Self::Name;
        }
        if build == Build::PyPy {
            return Self::Version { specifier: text.split('-').next().unwrap_or(text), build };
        }
        match text.strip_suffix('t').or_else(|| text.strip_suffix("+freethreaded")) {
            Some(specifier) => Self::Version { specifier, build: Build::FreeThreaded },
            None => Self::Version { specifier: text, build },
        }
    }
}
