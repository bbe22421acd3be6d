//! Which Python the app gets.

use crate::app::PythonApp;
use crate::specifiers;
use crate::versions::{FREE_THREADED, NIXPACKS, RELEASES};
use plugpacks_provider_support::release::{Release, Releases, Request, Sources, nixpacks_series, tool_versions};
use plugpacks_provider_support::version::Range;
use plugpacks_sdk::{Context, Error, Result};

/// Where a version may be asked for, apart from the manifests.
const SOURCES: Sources =
    Sources { variable: "PYTHON_VERSION", files: &[".python-version", "runtime.txt"], tools: &["python"] };

/// Nixpacks 1.41: the first source *that exists* decides, even one that says nothing, and what is not
/// in the table becomes the default.
pub(crate) fn nixpacks(app: &PythonApp) -> Result<&'static Release> {
    let context = app.context;
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

/// The order of [`Sources`], then the manifests; what is asked for and not there is an error.
pub(crate) fn requested(app: &PythonApp) -> Result<&'static Release> {
    let context = app.context;
    let releases = RELEASES.at(context);
    if let Some(request) = SOURCES.find(context)? {
        let is_variable = request.source.starts_with("NIXPACKS_");
        match Notation::of(&request.text) {
            Notation::Whatever => {}
            // pyenv-virtualenv keeps the names of its environments in `.python-version`.
            Notation::Name if !is_variable => context.diagnostics.warn(format!(
                "{} names {:?}, which is not a Python version; write one such as {}",
                request.source, request.text, releases.default
            )),
            Notation::Version { specifier, build } => return select(context, &request, specifier, build),
            Notation::Name => return Err(releases.malformed(&request)),
        }
    }
    if let Some(request) = manifest_request(app) {
        return select(context, &request, &request.text, Build::Ordinary);
    }
    Ok(releases.choose_default(context))
}

/// The release for a request.
fn select(context: &Context, request: &Request, specifier: &str, build: Build) -> Result<&'static Release> {
    let releases: &'static Releases = match build {
        Build::FreeThreaded => &FREE_THREADED,
        Build::Ordinary | Build::PyPy => RELEASES.at(context),
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
fn manifest_request(app: &PythonApp) -> Option<Request> {
    let manifests = &app.manifests;
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

#[cfg(test)]
mod tests {
    use super::*;
    use plugpacks_sdk::testing::FakeApp;

    /// The Nix attribute of the chosen Python, or the error.
    fn package(app: &FakeApp) -> String {
        let context = Context::new(app);
        let app = PythonApp::read(&context).unwrap();
        match (app.rules.interpreter)(&app) {
            Ok(release) => release.package.to_owned(),
            Err(error) => error.to_string(),
        }
    }

    fn nixpacks_file(text: &str) -> String {
        package(&FakeApp::nixpacks().file(".python-version", text))
    }

    fn requested_file(text: &str) -> String {
        package(&FakeApp::new().file(".python-version", text))
    }

    #[test]
    fn nixpacks_reads_a_series_behind_any_letters() {
        for text in ["3.12", "python-3.12.1\n", "\"3.12\"", "v3.12", "pypy3.12", "3..12", "python\n3.12", "3.12."] {
            assert_eq!(nixpacks_file(text), "python312", "{text:?}");
        }
        for text in ["", "3", "312", ">=3.12", "3.12.1.2", "3.12rc1", "3.12\n3.11", "3.14", "3 12"] {
            assert_eq!(nixpacks_file(text), "python3", "{text:?}");
        }
    }

    #[test]
    fn under_nixpacks_the_first_source_that_exists_decides() {
        let variable = || FakeApp::nixpacks().variable("NIXPACKS_PYTHON_VERSION", "3.9");
        assert_eq!(package(&variable().file(".python-version", "3.11")), "python39");
        assert_eq!(package(&variable().file("runtime.txt", "python-3.11.4")), "python311");
        assert_eq!(package(&variable().file("Pipfile", "")), "python3");
        assert_eq!(package(&variable().file(".tool-versions", "nodejs 20")), "python3");
        let both = FakeApp::nixpacks().file("Pipfile", "python_full_version = '3.8.1'").file("runtime.txt", "3.10");
        assert_eq!(package(&both), "python310");
    }

    #[test]
    fn nixpacks_wants_one_blank_on_each_side_of_a_pipfiles_sign() {
        let pipfile = |text: &str| package(&FakeApp::nixpacks().file("Pipfile", text));
        assert_eq!(pipfile("# python_version = \"3.9"), "python39");
        assert_eq!(pipfile("python_version=\"3.9\""), "python3");
        assert_eq!(pipfile("python_version = 3.9"), "python3");
    }

    #[test]
    fn nixpacks_cuts_an_asdf_version_to_two_numbers() {
        let asdf = |text: &str| package(&FakeApp::nixpacks().file(".tool-versions", text));
        assert_eq!(asdf("python 3.11.4\npython 3.10.2"), "python310");
        assert_eq!(asdf("python 3.12 3.11"), "python3");
        assert!(asdf("python system").starts_with("Could not find a python version string"));
        let odd = FakeApp::nixpacks().file(".tool-versions", "python 3.12.3 3.11.1");
        assert_eq!(package(&odd), "python312");
        assert!(odd.warnings()[0].ends_with("Found 3.12.3 3.11.1. Skipping"));
    }

    #[test]
    fn nixpacks_does_not_know_a_file_that_is_not_text() {
        assert_eq!(
            package(&FakeApp::nixpacks().file("runtime.txt", [0xe9])),
            "Error reading runtime.txt: stream did not contain valid UTF-8"
        );
    }

    #[test]
    fn sources_have_one_order() {
        let manifests = || {
            FakeApp::new().file(
                "pyproject.toml",
                "[project]\nrequires-python = '~=3.11.0'\n[tool.poetry.dependencies]\npython = '^3.9'",
            )
        };
        assert_eq!(package(&manifests()), "python311");
        let pipfile = || manifests().file("Pipfile", "[requires]\npython_version='3.12'\n");
        assert_eq!(package(&pipfile()), "python312");
        let asdf = || pipfile().file(".tool-versions", "python 3.14.1 3.9");
        assert_eq!(package(&asdf()), "python314");
        let runtime = || asdf().file("runtime.txt", "python-3.11.9");
        assert_eq!(package(&runtime()), "python311");
        let pyenv = || runtime().file(".python-version", "# ours\n3.12.3\n3.9\n");
        assert_eq!(package(&pyenv()), "python312");
        assert_eq!(package(&pyenv().variable("NIXPACKS_PYTHON_VERSION", "3.13")), "python313");
    }

    #[test]
    fn version_files_have_many_notations() {
        for text in ["3.12", "3.12.1", "python-3.12.1", "cpython@3.12", "3.12.0rc1", "3.12-dev", "3.12.*", "3.12 # why"]
        {
            assert_eq!(requested_file(text), "python312", "{text:?}");
        }
        for text in ["3", "3.x", ">=3.10", "latest", "system", ">=3.9,<3.14"] {
            assert_eq!(requested_file(text), "python313", "{text:?}");
        }
        assert_eq!(requested_file("3.14t"), "python314FreeThreading");
        assert_eq!(requested_file("3.13.1+freethreaded"), "python313FreeThreading");
        assert_eq!(requested_file("<=3.12"), "python311");
        assert_eq!(requested_file("3.12.1/envs/shop"), "python312");
    }

    #[test]
    fn an_environments_name_is_passed_over_with_a_warning() {
        let app =
            FakeApp::new().file(".python-version", "shop-env").file("Pipfile", "[requires]\npython_version='3.11'");
        assert_eq!(package(&app), "python311");
        assert!(app.warnings()[0].contains("\"shop-env\""));
    }

    #[test]
    fn an_old_python_comes_with_a_warning() {
        let app = FakeApp::new().file("runtime.txt", "python-2");
        assert_eq!(package(&app), "python27");
        assert!(app.warnings()[0].contains("no security fixes since 2020-01-01"));
        let pypy = FakeApp::new().file(".tool-versions", "python pypy3.10-7.3.12");
        assert_eq!(package(&pypy), "python310");
        assert!(pypy.warnings()[0].contains("PyPy is not available"));
    }

    #[test]
    fn what_is_not_there_is_an_error_that_says_what_is() {
        let app = FakeApp::new().variable("NIXPACKS_PYTHON_VERSION", "3.6").file("main.py", "");
        insta::assert_snapshot!(app.plan_text::<crate::Python>(), @r#"
        {
          "causes": [],
          "error": "Python \"3.6\", asked for by NIXPACKS_PYTHON_VERSION, is not available",
          "hint": "Available versions: 2.7, 3.7, 3.8, 3.9, 3.10, 3.11, 3.12, 3.13, 3.14, 3.15"
        }
        "#);
        let app = FakeApp::new().variable("NIXPACKS_PYTHON_VERSION", "newest").file("main.py", "");
        insta::assert_snapshot!(app.plan_text::<crate::Python>(), @r#"
        {
          "causes": [],
          "error": "Python version \"newest\" in NIXPACKS_PYTHON_VERSION cannot be understood",
          "hint": "Write a version such as 3.13"
        }
        "#);
    }
}
