//! Gems that change the plan, and the native libraries they need.

use crate::bundle::Bundle;

/// A gem, or several that need the same.
pub(crate) struct Gem {
    /// The text by which Nixpacks 1.41 knows it.
    text: Text,
    /// The gems' names.
    names: &'static [&'static str],
    /// What it needs.
    pub(crate) needs: Needs,
}

/// A text, and where Nixpacks 1.41 looks for it.
enum Text {
    InGemfile(&'static str),
    InEither(&'static str),
}

/// Native libraries.
pub(crate) struct Needs {
    /// For a Ruby that is compiled: packages of Ubuntu.
    pub(crate) apt_packages: &'static [&'static str],
    /// Programs that come from Nix in any case.
    pub(crate) programs: &'static [&'static str],
    /// For a Ruby of Nix: what the gem is compiled with.
    pub(crate) packages: &'static [&'static str],
    /// For a Ruby of Nix: what it loads when it runs.
    pub(crate) libraries: &'static [&'static str],
}

const NOTHING: Needs = Needs { apt_packages: &[], programs: &[], packages: &[], libraries: &[] };

/// The gems with native libraries, in the order in which Nixpacks 1.41 lists their packages.
pub(crate) const NATIVE: &[Gem] = &[
    Gem {
        text: Text::InGemfile("pg"),
        names: &["pg"],
        needs: Needs {
            apt_packages: &["libpq-dev"],
            packages: &["libpq", "libpq.dev", "libpq.pg_config"],
            libraries: &["libpq"],
            ..NOTHING
        },
    },
    Gem {
        text: Text::InGemfile("mysql"),
        names: &["mysql2", "mysql"],
        needs: Needs {
            apt_packages: &["default-libmysqlclient-dev"],
            packages: &["libmysqlclient.dev"],
            libraries: &["libmysqlclient"],
            ..NOTHING
        },
    },
    Gem {
        text: Text::InEither("magick"),
        names: &["rmagick", "mini_magick"],
        needs: Needs {
            apt_packages: &["libmagickwand-dev"],
            programs: &["imagemagick"],
            packages: &["imagemagick.dev"],
            ..NOTHING
        },
    },
    Gem {
        text: Text::InEither("vips"),
        names: &["ruby-vips", "vips"],
        needs: Needs { apt_packages: &["libvips-dev"], libraries: &["vips", "glib"], ..NOTHING },
    },
    Gem {
        text: Text::InEither("charlock_holmes"),
        names: &["charlock_holmes"],
        needs: Needs { apt_packages: &["libicu-dev"], packages: &["icu.dev"], libraries: &["icu"], ..NOTHING },
    },
];

pub(crate) const EXECJS: Gem = Gem { text: Text::InEither("execjs"), names: &["execjs"], needs: NOTHING };
pub(crate) const BOOTSNAP: Gem = Gem { text: Text::InEither("bootsnap"), names: &["bootsnap"], needs: NOTHING };
pub(crate) const SPROCKETS: Gem =
    Gem { text: Text::InEither("sprockets"), names: &["sprockets", "sprockets-rails"], needs: NOTHING };
pub(crate) const PROPSHAFT: Gem = Gem { text: Text::InEither("propshaft"), names: &["propshaft"], needs: NOTHING };

/// Nixpacks 1.41: whether the text occurs, be it in a word such as `pghero`.
pub(crate) fn mentioned(bundle: &Bundle, gem: &Gem) -> bool {
    match gem.text {
        Text::InGemfile(text) => bundle.gemfile.contains(text),
        Text::InEither(text) => bundle.mentions(text),
    }
}

/// Whether the app depends on one of the names.
pub(crate) fn named(bundle: &Bundle, gem: &Gem) -> bool {
    gem.names.iter().any(|name| bundle.depends_on(name))
}
