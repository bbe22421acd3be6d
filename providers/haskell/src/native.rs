//! What packages need of the system: those that link a library of another language.

use crate::description::Package;
use plugpacks_provider_support::native::{self, Native};

/// Where compiler and linker find what Nix installs: the profile of the packages of all phases.
pub(crate) const PATHS: [(&str, &str); 3] = [
    ("C_INCLUDE_PATH", "/root/.nix-profile/include"),
    ("LIBRARY_PATH", "/root/.nix-profile/lib"),
    ("PKG_CONFIG_PATH", "/root/.nix-profile/lib/pkgconfig:/root/.nix-profile/share/pkgconfig"),
];

/// By the names of packages, and of the libraries in `extra-libraries` and `pkgconfig-depends`.
static TABLE: [Native; 9] = [
    Native::library(
        &["postgresql-libpq", "postgresql-simple", "persistent-postgresql", "hasql", "beam-postgres", "pq", "libpq"],
        &["pkg-config", "libpq", "libpq.dev", "libpq.pg_config"],
        &["libpq"],
    ),
    Native::library(
        &["zlib", "http-client", "wai-extra", "warp-tls", "servant-server", "scotty", "yesod", "z"],
        &["pkg-config", "zlib", "zlib.dev"],
        &["zlib"],
    ),
    Native::library(
        &["HsOpenSSL", "ssl", "crypto", "openssl", "libssl"],
        &["pkg-config", "openssl", "openssl.dev"],
        &["openssl"],
    ),
    Native::library(&["text-icu", "icuuc", "icu-uc"], &["pkg-config", "icu", "icu.dev"], &["icu"]),
    Native::library(
        &["mysql", "mysql-simple", "persistent-mysql", "mysqlclient"],
        &["libmysqlclient", "libmysqlclient.dev"],
        &["libmysqlclient"],
    ),
    Native::library(&["magic"], &["file"], &["file"]),
    Native::library(&["saltine", "libsodium", "sodium"], &["pkg-config", "libsodium", "libsodium.dev"], &["libsodium"]),
    Native::library(&["zeromq4-haskell", "libzmq", "zmq"], &["pkg-config", "zeromq"], &["zeromq"]),
    Native::library(&["hw-kafka-client", "rdkafka"], &["pkg-config", "rdkafka"], &["rdkafka"]),
];

/// What the packages and libraries that the app names need.
pub(crate) fn needs(packages: &[Package]) -> Vec<&'static Native> {
    let names: Vec<&str> = packages
        .iter()
        .flat_map(|package| package.dependency_names().chain(package.libraries.iter().map(String::as_str)))
        .collect();
    native::needed(&TABLE, |name| names.contains(&name))
}

#[cfg(test)]
mod tests {
    use crate::Haskell;
    use plugpacks_provider_support::native::assert_names;
    use plugpacks_sdk::testing::FakeApp;

    #[test]
    fn packages_are_spelled_as_nixpkgs_does() {
        assert_names(&super::TABLE);
    }

    #[test]
    fn a_package_gets_the_library_that_it_links() {
        let app = |fields: &str| FakeApp::new().file("a.cabal", format!("name: a\nexecutable a\n  {fields}\n"));
        for fields in
            ["build-depends: base, postgresql-simple >= 0.7", "extra-libraries: pq", "pkgconfig-depends: libpq"]
        {
            let plan = app(fields).plan_text::<Haskell>();
            assert!(plan.contains("libpq.pg_config") && plan.contains("PKG_CONFIG_PATH"), "{fields}: {plan}");
        }
        assert!(!app("build-depends: base").plan_text::<Haskell>().contains("LIBRARY_PATH"));
    }
}
