//! What packages of Hex need of the system: those that compile or call something of another language.

use crate::mix::Mix;
use plugpacks_provider_support::native::{self, Native};
use plugpacks_sdk::{Context, Result};

static TABLE: [Native; 7] = [
    Native {
        build: &["gnumake"],
        ..Native::of(&[
            "elixir_make",
            "bcrypt_elixir",
            "argon2_elixir",
            "pbkdf2_elixir",
            "exqlite",
            "jiffy",
            "picosat_elixir",
        ])
    },
    Native { build: &["cargo", "rustc"], ..Native::of(&["rustler"]) },
    Native { build: &["cmake", "gnumake"], ..Native::of(&["fast_html", "cmark", "snappyer"]) },
    Native { build: &["libsodium.dev"], libraries: &["libsodium"], ..Native::of(&["enacl", "kcl"]) },
    Native { programs: &["imagemagick"], ..Native::of(&["mogrify"]) },
    Native { programs: &["ffmpeg"], ..Native::of(&["ffmpex", "xav"]) },
    Native { programs: &["chromium"], ..Native::of(&["chromic_pdf"]) },
];

/// What the app's packages need: of those that are locked, or that `mix.exs` names.
///
/// # Errors
/// The lock file cannot be read.
pub(crate) fn needs(context: &Context, mix: &Mix) -> Result<Vec<&'static Native>> {
    let lock = context.app.read_text_if_file("mix.lock")?.unwrap_or_default();
    Ok(native::needed(&TABLE, |name| lock.contains(&format!("\"{name}\":")) || mix.depends_on(name)))
}

#[cfg(test)]
mod tests {
    use crate::Elixir;
    use plugpacks_provider_support::native::assert_names;
    use plugpacks_sdk::testing::FakeApp;

    #[test]
    fn packages_are_spelled_as_nixpkgs_does() {
        assert_names(&super::TABLE);
    }

    #[test]
    fn what_packages_compile_or_call_is_there() {
        let plan = |app: FakeApp| app.plan_text::<Elixir>();
        assert!(plan(FakeApp::new().file("mix.exs", "[{:bcrypt_elixir, \"~> 3.0\"}]")).contains("\"gnumake\""));
        let locked = FakeApp::new().file("mix.exs", "").file("mix.lock", "\"chromic_pdf\": {:hex, :chromic_pdf");
        assert_eq!(plan(locked).matches("\"chromium\"").count(), 2);
        assert!(!plan(FakeApp::new().file("mix.exs", "[{:bcrypt_elixir_other, 1}]")).contains("gnumake"));
    }
}
