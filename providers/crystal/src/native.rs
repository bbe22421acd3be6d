//! What shards need of the system: those that link a library of another language.

use crate::shard::FILE;
use plugpacks_provider_support::native::{self, Native};
use plugpacks_sdk::{Context, Result};

/// Where the linker finds what Nix installs: the profile of the packages of all phases.
pub(crate) const PATHS: [(&str, &str); 2] = [
    ("LIBRARY_PATH", "/root/.nix-profile/lib"),
    ("PKG_CONFIG_PATH", "/root/.nix-profile/lib/pkgconfig:/root/.nix-profile/share/pkgconfig"),
];

/// By the names of shards. What the standard library links comes with the compiler.
static TABLE: [Native; 7] = [
    Native::library(&["sqlite3"], &["sqlite.dev", "sqlite.out"], &["sqlite"]),
    Native::library(&["vips", "crystal-vips"], &["vips"], &["vips"]),
    Native::library(&["magickwand-crystal", "magickwand"], &["imagemagick.dev", "imagemagick"], &["imagemagick"]),
    Native::library(&["sodium"], &["libsodium.dev", "libsodium"], &["libsodium"]),
    Native::library(&["rdkafka", "kafka"], &["rdkafka"], &["rdkafka"]),
    Native::library(&["zeromq", "zmq"], &["zeromq"], &["zeromq"]),
    Native::library(&["lz4"], &["lz4.dev", "lz4.lib"], &["lz4.lib"]),
];

/// What the app's shards need, those of `shard.lock` among them.
///
/// # Errors
/// A manifest cannot be read.
pub(crate) fn needs(context: &Context) -> Result<Vec<&'static Native>> {
    let manifest = context.app.read_text(FILE)?;
    let lock = context.app.read_text_if_file("shard.lock")?.unwrap_or_default();
    let names: Vec<_> = manifest.lines().chain(lock.lines()).filter_map(key).collect();
    Ok(native::needed(&TABLE, |name| names.contains(&name)))
}

/// The key that an indented line sets, as dependencies are: `sqlite3` of `  sqlite3:`.
fn key(line: &str) -> Option<&str> {
    let key = line.trim_end().strip_suffix(':')?;
    key.starts_with(' ').then(|| key.trim_start())
}

#[cfg(test)]
mod tests {
    use crate::Crystal;
    use plugpacks_provider_support::native::assert_names;
    use plugpacks_sdk::testing::FakeApp;

    #[test]
    fn packages_are_spelled_as_nixpkgs_does() {
        assert_names(&super::TABLE);
    }

    #[test]
    fn a_shard_gets_the_library_that_it_links() {
        let shard = "name: tube\ntargets:\n  tube:\n    main: a.cr\n";
        let app = |more: &str| FakeApp::new().file("shard.yml", format!("{shard}{more}"));
        let plan = app("dependencies:\n  sqlite3:\n    github: crystal-lang/crystal-sqlite3\n");
        let setup = plan.plan::<Crystal>().unwrap().unwrap().phases.swap_remove(0);
        assert_eq!(setup.nix_libraries, Some(["sqlite"].into_iter().collect()));
        assert!(plan.plan_text::<Crystal>().contains("sqlite.dev"));
        let locked = app("").file("shard.lock", "shards:\n  sqlite3:\n    git: x\n");
        assert!(locked.plan_text::<Crystal>().contains("sqlite.dev"));
        assert!(!app("").plan_text::<Crystal>().contains("LIBRARY_PATH"));
    }
}
