//! Libraries that build files ask for, and where compilers find what Nix installs.

use plugpacks_sdk::Context;

/// Where compilers, CMake and pkg-config look for libraries: the profile that the packages of all phases are
/// installed into. The base image names it by `~`, which none of them understands.
pub(crate) const PATHS: [(&str, &str); 4] = [
    ("CMAKE_PREFIX_PATH", "/root/.nix-profile"),
    ("CPATH", "/root/.nix-profile/include"),
    ("LIBRARY_PATH", "/root/.nix-profile/lib"),
    ("PKG_CONFIG_PATH", "/root/.nix-profile/lib/pkgconfig:/root/.nix-profile/share/pkgconfig"),
];

/// A library of nixpkgs.
#[derive(Debug)]
pub(crate) struct Library {
    /// Its names for CMake's `find_package`, for pkg-config and for Meson, in lower case.
    names: &'static [&'static str],
    /// What it is compiled and linked with.
    pub(crate) packages: &'static [&'static str],
    /// What a program that was linked with it loads.
    pub(crate) runtime: &'static str,
}

const LIBRARIES: [Library; 4] = [
    Library { names: &["curl", "libcurl"], packages: &["curl.dev", "curl.out"], runtime: "curl" },
    Library {
        names: &["openssl", "libssl", "libcrypto"],
        packages: &["openssl.dev", "openssl.out"],
        runtime: "openssl",
    },
    Library { names: &["sqlite3"], packages: &["sqlite.dev", "sqlite.out"], runtime: "sqlite" },
    Library { names: &["zlib"], packages: &["zlib.dev", "zlib.out"], runtime: "zlib" },
];

/// What comes with the compiler.
const WITH_THE_COMPILER: [&str; 3] = ["threads", "openmp", "atomic"];

/// The libraries among an app's dependencies. What is not known here is left to the user, with a reason rather
/// than a warning, since the dependency may be optional or part of the app.
pub(crate) fn of(context: &Context, dependencies: &[String]) -> Vec<&'static Library> {
    let mut found: Vec<&'static Library> = Vec::new();
    for dependency in dependencies {
        let lower = dependency.to_lowercase();
        let library = LIBRARIES.iter().find(|library| library.names.contains(&&*lower));
        match library {
            Some(library) if found.iter().all(|known| known.runtime != library.runtime) => {
                context.diagnostics.because("library", format!("{} for {dependency}", library.runtime));
                found.push(library);
            }
            None if !WITH_THE_COMPILER.contains(&&*lower) => context.diagnostics.because(
                "library",
                format!("none for {dependency}: if the build needs it, add its package to phases.setup.nixPkgs"),
            ),
            _ => {}
        }
    }
    found
}
