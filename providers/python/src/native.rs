//! What is installed besides Python: the phase `setup`.

use crate::app::PythonApp;
use crate::dependencies::Library;
use crate::stack::Stack;
use crate::system_libraries::SystemLibraries;
use plugpacks_provider_support::release::{NIXPKGS_26_05, Release};
use plugpacks_sdk::Phase;

/// What an app needs of the system: packages of nixpkgs.
#[derive(Debug, Default)]
pub(crate) struct SystemNeeds {
    /// Programs and headers.
    packages: Vec<&'static str>,
    /// What the app loads.
    libraries: Vec<&'static str>,
    /// Those of the packages that the running app calls.
    pub(crate) programs: Vec<&'static str>,
    /// What leads compilers to the packages.
    pub(crate) variables: Vec<(&'static str, &'static str)>,
}

const PYDUB: Library = Library { word: "pydub", names: &[] };
const PDF2IMAGE: Library = Library { word: "pdf2image", names: &[] };
const CAIRO: Library = Library { word: "cairo", names: &[] };

/// Nixpacks 1.41: five libraries, by words in the manifests.
pub(crate) fn nixpacks(app: &PythonApp, _: &Release, stack: &Stack) -> SystemNeeds {
    let uses = |library: &Library| app.dependencies.uses(library);
    let packages = [
        (stack.postgres, "postgresql_16.dev"),
        (stack.mysql, "libmysqlclient.dev"),
        (app.manifests.pipfile.is_some(), "pipenv"),
        (uses(&PYDUB), "ffmpeg-headless"),
        (uses(&PDF2IMAGE), "poppler_utils"),
    ];
    let packages = packages.into_iter().filter(|(wanted, _)| *wanted).map(|(_, package)| package).collect();
    SystemNeeds { packages, libraries: uses(&CAIRO).then_some("cairo").into_iter().collect(), ..SystemNeeds::default() }
}

/// The libraries of databases, then those of a table of packages. Older nixpkgs have no `pg_config` of
/// its own; a pure Python `psycopg` loads libpq.
pub(crate) fn by_dependencies(app: &PythonApp, python: &Release, stack: &Stack) -> SystemNeeds {
    let others = SystemLibraries::of(app, python, stack);
    let mut needs =
        SystemNeeds { programs: others.programs(), variables: others.variables().collect(), ..SystemNeeds::default() };
    if stack.postgres && python.archive == NIXPKGS_26_05 {
        needs.packages.extend(["libpq", "libpq.dev", "libpq.pg_config"]);
        needs.libraries.push("libpq");
    } else if stack.postgres {
        needs.packages.push("postgresql_16.dev");
    }
    if stack.mysql {
        needs.packages.push("libmysqlclient.dev");
    }
    needs.packages.extend(needs.programs.iter().copied().chain(others.build()));
    needs.libraries.extend(others.libraries());
    needs
}

/// Python, a compiler, and what the dependencies need.
pub(crate) fn setup(python: &Release, needs: &SystemNeeds) -> Phase {
    Phase::setup([python.package])
        .packages(needs.packages.iter().copied())
        .packages(["gcc"])
        .libraries(needs.libraries.iter().copied())
        .libraries(["zlib", "stdenv.cc.cc.lib"])
        .archive(python.archive)
}
