//! Libraries that build files and package managers' manifests ask for, and where compilers find what Nix
//! installs.

use plugpacks_provider_support::native::Native;
use plugpacks_sdk::{Context, Error, Result};
use serde_json::Value;

/// Where compilers, CMake and pkg-config look for libraries: the profile that the packages of all phases are
/// installed into. The base image names it by `~`, which none of them understands.
pub(crate) const PATHS: [(&str, &str); 4] = [
    ("CMAKE_PREFIX_PATH", "/root/.nix-profile"),
    ("CPATH", "/root/.nix-profile/include"),
    ("LIBRARY_PATH", "/root/.nix-profile/lib"),
    ("PKG_CONFIG_PATH", "/root/.nix-profile/lib/pkgconfig:/root/.nix-profile/share/pkgconfig"),
];

/// A library that is part of what it is compiled into: nothing is loaded.
const fn headers(names: &'static [&'static str], build: &'static [&'static str]) -> Native {
    Native { build, ..Native::of(names) }
}

/// The libraries, by their names for CMake's `find_package`, for pkg-config, for Meson, for vcpkg and for Conan,
/// in lower case.
static LIBRARIES: [Native; 34] = [
    Native::library(&["curl", "libcurl"], &["curl.dev", "curl.out"], &["curl"]),
    Native::library(&["openssl", "libssl", "libcrypto"], &["openssl.dev", "openssl.out"], &["openssl"]),
    Native::library(&["sqlite3"], &["sqlite.dev", "sqlite.out"], &["sqlite"]),
    Native::library(&["zlib"], &["zlib.dev", "zlib.out"], &["zlib"]),
    Native::library(&["fmt"], &["fmt.dev", "fmt"], &["fmt"]),
    Native::library(&["spdlog"], &["spdlog.dev", "spdlog", "fmt.dev", "fmt"], &["spdlog", "fmt"]),
    Native::library(&["boost"], &["boost.dev", "boost.out"], &["boost"]),
    Native::library(&["libpq", "postgresql"], &["libpq.dev", "libpq"], &["libpq"]),
    Native::library(&["libpqxx"], &["libpqxx.dev", "libpqxx", "libpq.dev", "libpq"], &["libpqxx", "libpq"]),
    Native::library(&["hiredis"], &["hiredis"], &["hiredis"]),
    Native::library(&["redis-plus-plus", "redis++"], &["redis-plus-plus", "hiredis"], &["redis-plus-plus", "hiredis"]),
    Native::library(&["yaml-cpp"], &["yaml-cpp"], &["yaml-cpp"]),
    Native::library(&["jsoncpp"], &["jsoncpp.dev", "jsoncpp"], &["jsoncpp"]),
    Native::library(&["tinyxml2"], &["tinyxml-2"], &["tinyxml-2"]),
    Native::library(&["pugixml"], &["pugixml"], &["pugixml"]),
    Native::library(&["libuv"], &["libuv.dev", "libuv"], &["libuv"]),
    Native::library(&["libevent"], &["libevent.dev", "libevent"], &["libevent"]),
    Native::library(&["protobuf"], &["protobuf"], &["protobuf"]),
    Native::library(&["grpc"], &["grpc", "protobuf"], &["grpc", "protobuf"]),
    Native::library(&["abseil", "absl"], &["abseil-cpp"], &["abseil-cpp"]),
    Native::library(&["poco"], &["poco.dev", "poco"], &["poco"]),
    Native::library(&["libsodium"], &["libsodium.dev", "libsodium"], &["libsodium"]),
    Native::library(&["zstd", "libzstd"], &["zstd.dev", "zstd.out"], &["zstd"]),
    Native::library(&["lz4", "liblz4"], &["lz4.dev", "lz4.lib"], &["lz4.lib"]),
    Native::library(&["zeromq", "libzmq"], &["zeromq"], &["zeromq"]),
    Native::library(&["libxml2"], &["libxml2.dev", "libxml2"], &["libxml2"]),
    Native::library(&["drogon"], &["drogon", "trantor", "jsoncpp.dev", "jsoncpp"], &["drogon", "trantor", "jsoncpp"]),
    headers(&["nlohmann-json", "nlohmann_json"], &["nlohmann_json"]),
    headers(&["cpp-httplib", "httplib"], &["httplib"]),
    headers(&["asio"], &["asio"]),
    headers(&["crow"], &["crow", "asio"]),
    headers(&["cxxopts"], &["cxxopts"]),
    headers(&["cli11"], &["cli11"]),
    headers(&["eigen3", "eigen"], &["eigen"]),
];

/// What comes with the compiler, and what only tests are built with.
const NOT_NEEDED: [&str; 9] =
    ["threads", "openmp", "atomic", "gtest", "catch2", "doctest", "benchmark", "vcpkg-cmake", "vcpkg-cmake-config"];

/// The manifest of vcpkg.
const VCPKG: &str = "vcpkg.json";

/// The manifest of Conan, in its form without code.
const CONAN: &str = "conanfile.txt";

/// The libraries among an app's dependencies, as its build files and manifests of package managers name
/// them. What a build file names and is not known here is left to the user, with a reason rather than a
/// warning, since it may be optional or part of the app; what a manifest names is a warning.
///
/// # Errors
/// A manifest cannot be read.
pub(crate) fn of(context: &Context, dependencies: &[String]) -> Result<Vec<&'static Native>> {
    let mut found = Found::default();
    for (file, names) in [(VCPKG, vcpkg(context)?), (CONAN, conan(context)?)] {
        let unknown: Vec<_> = names.into_iter().filter(|name| !found.add(context, name)).collect();
        if !unknown.is_empty() {
            context.diagnostics.warn(format!(
                "{file} names {}, for which no package of nixpkgs is known here: add it to phases.setup.nixPkgs. The \
                 package manager itself is not run",
                unknown.join(", ")
            ));
        }
    }
    for dependency in dependencies {
        if !found.add(context, dependency) {
            let advice = "if the build needs it, add its package to phases.setup.nixPkgs";
            context.diagnostics.because("library", format!("none for {dependency}: {advice}"));
        }
    }
    Ok(found.0)
}

#[derive(Default)]
struct Found(Vec<&'static Native>);

impl Found {
    /// Adds the library of a name; whether it is known, or nothing is needed.
    fn add(&mut self, context: &Context, name: &str) -> bool {
        let lower = name.to_lowercase();
        // Parts of Boost are packages of their own.
        let whole = if lower.starts_with("boost-") { "boost" } else { &*lower };
        if NOT_NEEDED.contains(&whole) {
            return true;
        }
        let Some(library) = LIBRARIES.iter().find(|library| library.names.contains(&whole)) else { return false };
        if !self.0.contains(&library) {
            let packages = if library.libraries.is_empty() { library.build } else { library.libraries };
            context.diagnostics.because("library", format!("{} for {name}", packages.join(", ")));
            self.0.push(library);
        }
        true
    }
}

/// The names among vcpkg's dependencies.
fn vcpkg(context: &Context) -> Result<Vec<String>> {
    let Some(text) = context.app.read_text_if_file(VCPKG)? else { return Ok(Vec::new()) };
    let manifest: Value = serde_json::from_str(&text)
        .map_err(|error| Error::new(error.to_string()).context(format!("Error reading {VCPKG} as JSON")))?;
    let dependencies = manifest.get("dependencies").and_then(Value::as_array).into_iter().flatten();
    let name = |dependency: &Value| dependency.as_str().or_else(|| dependency.get("name")?.as_str()).map(str::to_owned);
    Ok(dependencies.filter_map(name).collect())
}

/// The names among Conan's requirements: `fmt` of `fmt/11.0.2`.
fn conan(context: &Context) -> Result<Vec<String>> {
    let text = context.app.read_text_if_file(CONAN)?.unwrap_or_default();
    let lines = text.lines().map(str::trim).skip_while(|line| *line != "[requires]").skip(1);
    let requirements = lines.take_while(|line| !line.starts_with('['));
    Ok(requirements.filter_map(|line| line.split_once('/')).map(|(name, _)| name.to_owned()).collect())
}

#[cfg(test)]
mod tests {
    use super::*;
    use plugpacks_provider_support::native::assert_names;
    use plugpacks_sdk::testing::FakeApp;

    /// What is needed to build, or the error.
    fn needed(app: &FakeApp) -> String {
        let found = app.with(|context| of(context, &[]));
        match found {
            Ok(found) => found.iter().flat_map(|library| library.build).copied().collect::<Vec<_>>().join(" "),
            Err(error) => error.to_string(),
        }
    }

    #[test]
    fn packages_are_spelled_as_nixpkgs_does() {
        assert_names(&LIBRARIES);
    }

    #[test]
    fn manifests_of_package_managers_name_libraries() {
        let vcpkg = r#"{"dependencies": ["fmt", {"name": "cpp-httplib"}, "boost-asio", "boost-json", "gtest"]}"#;
        assert_eq!(needed(&FakeApp::new().file(VCPKG, vcpkg)), "fmt.dev fmt httplib boost.dev boost.out");
        let conan = FakeApp::new().file(CONAN, "[requires]\nfmt/11.0.2\nunheard/1.0\n[generators]\nCMakeDeps\n");
        assert_eq!(needed(&conan), "fmt.dev fmt");
        assert!(conan.warnings()[0].starts_with("conanfile.txt names unheard, "), "{:?}", conan.warnings());
        assert!(needed(&FakeApp::new().file(VCPKG, "{")).starts_with("Error reading vcpkg.json"));
    }
}
