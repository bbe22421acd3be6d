//! What crates need of the system: those that compile or link a library of another language.

use crate::manifest::Manifest;
use plugpacks_provider_support::native::{self, Native};
use plugpacks_sdk::{Context, Result};
use std::collections::BTreeSet;

/// Where tools and the linker find what Nix installs: the profile of the packages of all phases.
const PATHS: [(&str, &str); 2] = [
    ("PKG_CONFIG_PATH", "/root/.nix-profile/lib/pkgconfig:/root/.nix-profile/share/pkgconfig"),
    ("LIBRARY_PATH", "/root/.nix-profile/lib"),
];

/// Where libclang is, and the headers that it reads.
const CLANG: [(&str, &str); 2] =
    [("LIBCLANG_PATH", "/root/.nix-profile/lib"), ("BINDGEN_EXTRA_CLANG_ARGS", "-isystem /root/.nix-profile/include")];

/// The package of libclang.
const LIBCLANG: &str = "libclang.lib";

/// What the crates need. A row with libraries is linked dynamically, and so is the whole program: a
/// library of nixpkgs does not go into a program for musl.
static TABLE: [Native; 25] = [
    Native {
        build: &["protobuf"],
        ..Native::of(&["prost-build", "tonic-build", "tonic-prost-build", "protobuf-codegen", "grpcio-compiler"])
    },
    Native { build: &["capnproto"], ..Native::of(&["capnpc"]) },
    Native { build: &["cmake"], ..Native::of(&["cmake"]) },
    Native { build: &["nasm"], ..Native::of(&["mozjpeg-sys", "turbojpeg-sys", "rav1e"]) },
    Native { build: &["perl", "gnumake"], ..Native::of(&["openssl-src"]) },
    Native { build: &["gnumake"], ..Native::of(&["tikv-jemalloc-sys", "jemalloc-sys", "libsodium-sys-stable"]) },
    Native { build: &["gnumake", "zlib.dev", "zlib"], ..Native::of(&["rdkafka-sys"]) },
    Native { build: &[LIBCLANG, "glibc.dev"], ..Native::of(&["bindgen", "clang-sys"]) },
    // These compile C++, or download a program of glibc.
    Native {
        libraries: &["stdenv.cc.cc.lib"],
        ..Native::of(&["librocksdb-sys", "libduckdb-sys", "link-cplusplus", "ort-sys", "v8", "esaxx-rs"])
    },
    Native {
        unless: &["pq-src"],
        build: &["pkg-config", "libpq", "libpq.dev", "libpq.pg_config"],
        libraries: &["libpq"],
        ..Native::of(&["pq-sys"])
    },
    Native {
        unless: &["mysqlclient-src"],
        build: &["pkg-config", "libmysqlclient", "libmysqlclient.dev"],
        libraries: &["libmysqlclient"],
        ..Native::of(&["mysqlclient-sys"])
    },
    // SQLx compiles SQLite itself.
    Native {
        unless: &["sqlx-sqlite"],
        build: &["pkg-config", "sqlite.dev", "sqlite.out"],
        libraries: &["sqlite"],
        ..Native::of(&["libsqlite3-sys"])
    },
    Native {
        build: &["pkg-config", "alsa-lib", "alsa-lib.dev"],
        libraries: &["alsa-lib"],
        ..Native::of(&["alsa-sys"])
    },
    Native { build: &["pkg-config", "dbus.dev", "dbus.lib"], libraries: &["dbus.lib"], ..Native::of(&["libdbus-sys"]) },
    Native {
        build: &["pkg-config", "udev.dev", "udev"],
        libraries: &["udev"],
        ..Native::of(&["libudev-sys", "hidapi"])
    },
    Native {
        build: &["pkg-config", "libusb1", "libusb1.dev"],
        libraries: &["libusb1"],
        ..Native::of(&["libusb1-sys"])
    },
    Native { build: &["libpcap"], libraries: &["libpcap.lib"], ..Native::of(&["pcap"]) },
    Native {
        build: &["pkg-config", "libsodium", "libsodium.dev"],
        libraries: &["libsodium"],
        ..Native::of(&["libsodium-sys"])
    },
    Native {
        build: &["pkg-config", "ffmpeg.dev", "ffmpeg.lib", LIBCLANG, "glibc.dev"],
        libraries: &["ffmpeg.lib"],
        ..Native::of(&["ffmpeg-sys-next", "ffmpeg-sys", "rusty_ffmpeg"])
    },
    Native {
        build: &["pkg-config", "fontconfig.dev", "fontconfig.lib"],
        libraries: &["fontconfig.lib"],
        ..Native::of(&["yeslogic-fontconfig-sys", "servo-fontconfig-sys"])
    },
    Native { build: &["pkg-config", "zeromq"], libraries: &["zeromq"], ..Native::of(&["zmq-sys"]) },
    Native {
        build: &["pkg-config", "libkrb5", "libkrb5.dev", LIBCLANG, "glibc.dev"],
        libraries: &["libkrb5"],
        ..Native::of(&["libgssapi-sys"])
    },
    Native {
        build: &["pkg-config", "leptonica", "tesseract", LIBCLANG, "glibc.dev"],
        libraries: &["leptonica", "tesseract"],
        ..Native::of(&["leptonica-sys", "tesseract-sys"])
    },
    Native {
        build: &["pkg-config", "imagemagick.dev", "imagemagick", LIBCLANG, "glibc.dev"],
        libraries: &["imagemagick"],
        ..Native::of(&["magick_rust"])
    },
    Native { build: &["pkg-config", "glib.dev", "glib.out"], libraries: &["glib"], ..Native::of(&["glib-sys"]) },
];

/// What the app's crates need of the system.
#[derive(Debug, Default)]
pub(crate) struct Needs(Vec<&'static Native>);

impl Needs {
    /// Looks the crates of the lock file up; without one, those that the package itself names.
    ///
    /// # Errors
    /// The lock file cannot be read.
    pub(crate) fn read(context: &Context, manifests: &[Manifest]) -> Result<Self> {
        let locked = locked(context)?;
        let has = |name: &str| locked.contains(name) || manifests.iter().any(|manifest| manifest.depends_on(name));
        let mut rows = native::needed(&TABLE, has);
        if rows.iter().any(|row| row.names.contains(&SQLITE)) && is_bundled(context)? {
            rows.retain(|row| !row.names.contains(&SQLITE));
        }
        for row in &rows {
            let crates = row.names.iter().copied().filter(|name| has(name)).collect::<Vec<_>>().join(", ");
            let packages = row.packages().collect::<BTreeSet<_>>().into_iter().collect::<Vec<_>>().join(", ");
            context.diagnostics.because("system library", format!("{packages} for {crates}"));
        }
        Ok(Self(rows))
    }

    /// Whether the program refers to libraries that are not part of it.
    pub(crate) fn links_dynamically(&self) -> bool {
        self.0.iter().any(|row| !row.libraries.is_empty())
    }

    /// What building needs.
    pub(crate) fn build_packages(&self) -> Vec<&'static str> {
        native::each_once(&self.0, |row| row.build)
    }

    /// What the program loads.
    pub(crate) fn libraries(&self) -> Vec<&'static str> {
        native::each_once(&self.0, |row| row.libraries)
    }

    /// The variables that lead the build to it.
    pub(crate) fn variables(&self) -> impl Iterator<Item = (&'static str, &'static str)> {
        let build = self.build_packages();
        let paths = PATHS.into_iter().filter(|_| self.links_dynamically());
        paths.chain(CLANG.into_iter().filter(move |_| build.contains(&LIBCLANG)))
    }
}

/// The crate of SQLite, which compiles the library itself where a feature says so.
const SQLITE: &str = "libsqlite3-sys";

/// Whether a manifest asks for the library to be compiled: the lock file does not tell features.
fn is_bundled(context: &Context) -> Result<bool> {
    Ok(context.app.search("{Cargo.toml,*/Cargo.toml,*/*/Cargo.toml}", r#""bundled(?:-[\w-]+)?""#)?.is_some())
}

/// The crates of the lock file.
fn locked(context: &Context) -> Result<BTreeSet<String>> {
    let text = context.app.read_text_if_file("Cargo.lock")?.unwrap_or_default();
    let names = text.lines().filter_map(|line| line.strip_prefix("name = \"")?.strip_suffix('"'));
    Ok(names.map(str::to_owned).collect())
}

#[cfg(test)]
mod tests {
    use crate::Rust;
    use plugpacks_provider_support::native::assert_names;
    use plugpacks_sdk::testing::FakeApp;
    use plugpacks_sdk::{Needs, RunTime};

    fn app(locked: &[&str]) -> FakeApp {
        let lock: String = locked.iter().map(|name| format!("[[package]]\nname = \"{name}\"\n\n")).collect();
        FakeApp::new()
            .file("Cargo.toml", "[package]\nname = \"shop\"\nedition = \"2024\"\n")
            .file("src/main.rs", "")
            .file("Cargo.lock", lock)
    }

    #[test]
    fn packages_are_spelled_as_nixpkgs_does() {
        assert_names(&super::TABLE);
    }

    #[test]
    fn a_tool_of_the_build_leaves_the_program_without_dynamic_libraries() {
        let plan = app(&["prost-build"]).plan_text::<Rust>();
        assert!(plan.contains("\"protobuf\"") && plan.contains("-linux-musl"), "{plan}");
        assert!(!plan.contains("PKG_CONFIG_PATH"), "{plan}");
    }

    #[test]
    fn a_library_is_linked_dynamically_and_is_there_when_the_program_runs() {
        let app = app(&["pq-sys"]);
        let start = app.plan::<Rust>().unwrap().unwrap().start.unwrap();
        assert_eq!(start.run_time, RunTime::Only(Needs::nothing().only_libraries(["libpq"])));
        let plan = app.plan_text::<Rust>();
        assert!(
            !plan.contains("musl") && plan.contains("libpq.pg_config") && plan.contains("PKG_CONFIG_PATH"),
            "{plan}"
        );
        assert!(super::tests::app(&["pq-sys", "pq-src"]).plan_text::<Rust>().contains("-linux-musl"));
    }

    #[test]
    fn sqlite_is_compiled_where_a_feature_says_so() {
        let locked = ["libsqlite3-sys"];
        assert!(app(&locked).plan_text::<Rust>().contains("sqlite.dev"));
        let bundled =
            "[package]\nname = \"shop\"\n[dependencies]\nrusqlite = { version = \"1\", features = [\"bundled\"] }\n";
        assert!(!app(&locked).file("Cargo.toml", bundled).plan_text::<Rust>().contains("sqlite.dev"));
        assert!(!app(&["libsqlite3-sys", "sqlx-sqlite"]).plan_text::<Rust>().contains("sqlite.dev"));
    }

    #[test]
    fn bindgen_is_told_where_libclang_is() {
        let plan = app(&["bindgen"]).plan_text::<Rust>();
        assert!(plan.contains("LIBCLANG_PATH") && plan.contains("libclang.lib"), "{plan}");
    }
}
