//! The version table.

use plugpacks_provider_support::release::{NIXPKGS_26_05, Release, Releases, Sources};
use plugpacks_sdk::Since;

/// 5.4 goes first: most modules work with it, while 5.5 is young. The others have had their last release, on the
/// day that stands here.
pub(crate) static RELEASES: Since<Releases> = Since::always(Releases {
    language: "Lua",
    default: "5.4",
    all: &[
        Release::current("5.4", "lua5_4", NIXPKGS_26_05),
        Release::current("5.5", "lua5_5", NIXPKGS_26_05),
        Release::ended("5.3", "lua5_3", NIXPKGS_26_05, "2020-09-25"),
        Release::ended("5.2", "lua5_2", NIXPKGS_26_05, "2015-03-07"),
        Release::ended("5.1", "lua5_1", NIXPKGS_26_05, "2012-02-17"),
    ],
});

/// Where a version is looked for, apart from the rockspec.
pub(crate) const SOURCES: Sources = Sources { variable: "LUA_VERSION", files: &[".lua-version"], tools: &["lua"] };

/// The LuaRocks that installs modules for a release.
pub(crate) fn luarocks(release: &Release) -> &'static str {
    match release.version {
        "5.1" => "lua51Packages.luarocks",
        "5.2" => "lua52Packages.luarocks",
        "5.3" => "lua53Packages.luarocks",
        "5.5" => "lua55Packages.luarocks",
        _ => "lua54Packages.luarocks",
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_table_contains_its_default_and_each_release_has_its_own_luarocks() {
        assert_eq!(RELEASES.of(plugpacks_sdk::Edition::DEFAULT).default_release().package, "lua5_4");
        for release in RELEASES.of(plugpacks_sdk::Edition::DEFAULT).all {
            let digits = release.version.replace('.', "");
            assert_eq!(luarocks(release), format!("lua{digits}Packages.luarocks"));
        }
    }
}
