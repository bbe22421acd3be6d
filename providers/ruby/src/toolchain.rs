//! A Ruby in place: the phase `setup`, and what later phases have to know of it.

use plugpacks_sdk::Phase;

/// Ubuntu's packages that a Ruby is compiled with (Nixpacks 1.41).
const BUILD_PACKAGES: [&str; 14] = [
    "git",
    "curl",
    "autoconf",
    "bison",
    "build-essential",
    "libssl-dev",
    "libyaml-dev",
    "libreadline6-dev",
    "zlib1g-dev",
    "libncurses5-dev",
    "libffi-dev",
    "libgdbm6",
    "libgdbm-dev",
    "libdb-dev",
];

/// A Ruby in place.
pub(crate) struct Toolchain {
    /// Installs it, and Bundler.
    pub(crate) setup: Phase,
    /// Where its programs and those of gems are.
    pub(crate) paths: Vec<String>,
    pub(crate) variables: Vec<(&'static str, String)>,
    /// The packages needed at run time, where that is certain.
    pub(crate) run_time: Option<Vec<&'static str>>,
}

/// What a Ruby is compiled with, the libraries of native gems among it.
pub(crate) fn apt_packages<'a>(native: impl Iterator<Item = &'a &'static str>) -> Vec<&'static str> {
    ["procps"].into_iter().chain(native.copied()).chain(BUILD_PACKAGES).collect()
}

/// The argument of `gem install` for the wanted Bundler.
pub(crate) fn bundler_gem(version: Option<&str>) -> String {
    version.map_or_else(|| "bundler".to_owned(), |version| format!("bundler:{version}"))
}
