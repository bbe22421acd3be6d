//! What is installed besides Python: the phase `setup`.

use crate::app::PythonApp;
use crate::dependencies::Library;
use crate::stack::Stack;
use plugpacks_provider_support::release::{NIXPKGS_26_05, Release};
use plugpacks_sdk::Phase;

/// What native libraries and tools are called in a nixpkgs.
pub(crate) struct NativePackages {
    postgres: &'static [&'static str],
    /// What a program that uses PostgreSQL loads when it runs.
    postgres_libraries: &'static [&'static str],
    mysql: &'static [&'static str],
    pipenv: &'static [&'static str],
    ffmpeg: &'static [&'static str],
    poppler: &'static [&'static str],
}

/// The names in the nixpkgs of Nixpacks 1.41.
pub(crate) const OLDER_NIXPKGS: NativePackages = NativePackages {
    postgres: &["postgresql_16.dev"],
    postgres_libraries: &[],
    mysql: &["libmysqlclient.dev"],
    pipenv: &["pipenv"],
    ffmpeg: &["ffmpeg-headless"],
    poppler: &["poppler_utils"],
};

/// Pythons of older nixpkgs, under an edition in which pipenv is installed beside the dependencies.
const OLDER_NIXPKGS_WITHOUT_PIPENV: NativePackages = NativePackages { pipenv: &[], ..OLDER_NIXPKGS };

/// `pg_config` is a package of its own here, and a pure Python `psycopg` loads libpq.
const CURRENT_NIXPKGS: NativePackages = NativePackages {
    postgres: &["libpq", "libpq.dev", "libpq.pg_config"],
    postgres_libraries: &["libpq"],
    mysql: &["libmysqlclient.dev"],
    pipenv: &[],
    ffmpeg: &["ffmpeg-headless"],
    poppler: &["poppler-utils"],
};

/// The names in the nixpkgs that a Python comes from.
pub(crate) fn by_python(python: &Release) -> &'static NativePackages {
    if python.archive == NIXPKGS_26_05 { &CURRENT_NIXPKGS } else { &OLDER_NIXPKGS_WITHOUT_PIPENV }
}

const PYDUB: Library = Library { word: "pydub", names: &["pydub"] };
const PDF2IMAGE: Library = Library { word: "pdf2image", names: &["pdf2image"] };
const CAIRO: Library = Library { word: "cairo", names: &["pycairo", "cairocffi", "cairosvg"] };

/// Python, a compiler, and the native libraries that the dependencies need.
pub(crate) fn setup(app: &PythonApp, python: &Release, stack: &Stack) -> Phase {
    let native = (app.rules.native_packages)(python);
    let uses = |library: &Library| app.dependencies.uses(library);
    let packages = [
        (stack.postgres, native.postgres),
        (stack.mysql, native.mysql),
        (app.manifests.pipfile.is_some(), native.pipenv),
        (uses(&PYDUB), native.ffmpeg),
        (uses(&PDF2IMAGE), native.poppler),
    ];
    let libraries = [(stack.postgres, native.postgres_libraries), (uses(&CAIRO), &["cairo"][..])];
    Phase::setup([python.package])
        .packages(wanted(&packages))
        .packages(["gcc"])
        .libraries(wanted(&libraries))
        .libraries(["zlib", "stdenv.cc.cc.lib"])
        .archive(python.archive)
}

/// Programs that the running app calls.
pub(crate) fn run_time_packages(app: &PythonApp, python: &Release) -> Vec<&'static str> {
    let native = (app.rules.native_packages)(python);
    let uses = |library: &Library| app.dependencies.uses(library);
    wanted(&[(uses(&PYDUB), native.ffmpeg), (uses(&PDF2IMAGE), native.poppler)])
}

fn wanted(groups: &[(bool, &'static [&'static str])]) -> Vec<&'static str> {
    groups.iter().filter(|(wanted, _)| *wanted).flat_map(|(_, names)| names.iter().copied()).collect()
}
