//! Gems that change the plan, and the native libraries they need.

use crate::bundle::Bundle;
use plugpacks_provider_support::native::Native;

/// A gem, or several that need the same.
pub(crate) struct Gem {
    /// The text by which Nixpacks 1.41 knows it.
    text: Text,
    /// For a Ruby that is compiled: packages of Ubuntu.
    pub(crate) apt_packages: &'static [&'static str],
    /// The gems' names; for a Ruby of Nix, what they are compiled with and load. The programs that they
    /// call come from Nix in any case.
    pub(crate) native: Native,
}

/// A text, and where Nixpacks 1.41 looks for it.
enum Text {
    InGemfile(&'static str),
    InEither(&'static str),
    /// It looks for none.
    Unknown,
}

const fn gem(text: Text, apt_packages: &'static [&'static str], native: Native) -> Gem {
    Gem { text, apt_packages, native }
}

/// The gems with native libraries, in the order in which Nixpacks 1.41 lists their packages.
pub(crate) const NATIVE: &[Gem] = &[
    gem(
        Text::InGemfile("pg"),
        &["libpq-dev"],
        Native { build: &["libpq", "libpq.dev", "libpq.pg_config"], libraries: &["libpq"], ..Native::of(&["pg"]) },
    ),
    gem(
        Text::InGemfile("mysql"),
        &["default-libmysqlclient-dev"],
        Native { build: &["libmysqlclient.dev"], libraries: &["libmysqlclient"], ..Native::of(&["mysql2", "mysql"]) },
    ),
    gem(
        Text::InEither("magick"),
        &["libmagickwand-dev"],
        Native { programs: &["imagemagick"], build: &["imagemagick.dev"], ..Native::of(&["rmagick", "mini_magick"]) },
    ),
    gem(
        Text::InEither("vips"),
        &["libvips-dev"],
        Native { libraries: &["vips", "glib"], ..Native::of(&["ruby-vips", "vips"]) },
    ),
    gem(
        Text::InEither("charlock_holmes"),
        &["libicu-dev"],
        Native { build: &["icu.dev"], libraries: &["icu"], ..Native::of(&["charlock_holmes"]) },
    ),
    gem(
        Text::Unknown,
        &["cmake", "libssh2-1-dev"],
        Native { build: &["cmake", "libssh2.dev"], libraries: &["libssh2", "openssl"], ..Native::of(&["rugged"]) },
    ),
    gem(
        Text::Unknown,
        &["freetds-dev"],
        Native { build: &["freetds"], libraries: &["freetds"], ..Native::of(&["tiny_tds"]) },
    ),
    gem(
        Text::Unknown,
        &["libcurl4-openssl-dev"],
        Native { build: &["curl.dev"], libraries: &["curl"], ..Native::of(&["curb", "patron"]) },
    ),
    gem(
        Text::Unknown,
        &["libxml2-dev"],
        Native { build: &["libxml2.dev"], libraries: &["libxml2"], ..Native::of(&["libxml-ruby"]) },
    ),
    gem(
        Text::Unknown,
        &["libidn11-dev"],
        Native { build: &["libidn.dev"], libraries: &["libidn"], ..Native::of(&["idn-ruby"]) },
    ),
    gem(
        Text::Unknown,
        &["libmagic-dev"],
        Native { build: &["file"], libraries: &["file"], ..Native::of(&["ruby-filemagic"]) },
    ),
    gem(Text::Unknown, &["libsodium-dev"], Native { libraries: &["libsodium"], ..Native::of(&["rbnacl"]) }),
    gem(Text::Unknown, &[], Native { programs: &["ffmpeg"], ..Native::of(&["streamio-ffmpeg"]) }),
    gem(Text::Unknown, &[], Native { programs: &["tesseract"], ..Native::of(&["rtesseract"]) }),
    gem(Text::Unknown, &[], Native { programs: &["chromium"], ..Native::of(&["ferrum", "ferrum_pdf"]) }),
];

/// Gems that run JavaScript: where nothing is locked, those that bring execjs.
pub(crate) const EXECJS: Gem = gem(
    Text::InEither("execjs"),
    &[],
    Native::of(&["execjs", "middleman", "coffee-rails", "coffee-script", "uglifier", "terser", "autoprefixer-rails"]),
);
pub(crate) const BOOTSNAP: Gem = gem(Text::InEither("bootsnap"), &[], Native::of(&["bootsnap"]));
pub(crate) const SPROCKETS: Gem = gem(Text::InEither("sprockets"), &[], Native::of(&["sprockets", "sprockets-rails"]));
pub(crate) const PROPSHAFT: Gem = gem(Text::InEither("propshaft"), &[], Native::of(&["propshaft"]));

/// Nixpacks 1.41: whether the text occurs, be it in a word such as `pghero`.
pub(crate) fn mentioned(bundle: &Bundle, gem: &Gem) -> bool {
    match gem.text {
        Text::InGemfile(text) => bundle.gemfile.contains(text),
        Text::InEither(text) => bundle.mentions(text),
        Text::Unknown => false,
    }
}

/// Whether the app depends on one of the names.
pub(crate) fn named(bundle: &Bundle, gem: &Gem) -> bool {
    gem.native.names.iter().any(|name| bundle.depends_on(name))
}

#[cfg(test)]
mod tests {
    use super::NATIVE;
    use plugpacks_provider_support::native::{Native, assert_names};

    #[test]
    fn packages_are_spelled_as_nixpkgs_does() {
        let rows: Vec<Native> = NATIVE.iter().map(|gem| gem.native).collect();
        assert_names(&rows);
    }
}
