//! Which Elixir the app gets.

use crate::mix::Mix;
use crate::versions::{NIXPACKS, RELEASES, otp};
use plugpacks_provider_support::release::{Release, Request, Sources, nixpacks_series};
use plugpacks_sdk::{Context, Result};

const SOURCES: Sources = Sources { variable: "ELIXIR_VERSION", files: &[".elixir-version"], tools: &["elixir"] };

/// Nixpacks 1.41: the variable, `.elixir-version`, or a number out of `mix.exs`; whatever cannot be
/// read or is not there becomes the default.
pub(crate) fn nixpacks(context: &Context, mix: &Mix) -> Result<&'static Release> {
    let wanted = match context.environment.config("ELIXIR_VERSION") {
        Some(text) => Some((text, "NIXPACKS_ELIXIR_VERSION")),
        None => match context.app.read_text_if_file(".elixir-version")? {
            Some(text) => Some((text, ".elixir-version")),
            None => mix.last_number().map(|text| (text.to_owned(), "mix.exs")),
        },
    };
    let (text, source) = wanted.unwrap_or_default();
    let found = nixpacks_series(&text).and_then(|series| NIXPACKS.exactly(&series));
    let release = found.unwrap_or_else(|| NIXPACKS.default_release());
    let reason = if found.is_some() { source } else { "the default" };
    context.diagnostics.because("Elixir version", format!("{} from {reason}", release.package));
    NIXPACKS.warn_if_ended(context, release);
    Ok(release)
}

/// The order of [`Sources`], then `mix.exs`; what is asked for and not there is an error.
pub(crate) fn requested(context: &Context, mix: &Mix) -> Result<&'static Release> {
    let releases = RELEASES.at(context);
    let request = match SOURCES.find(context)? {
        Some(request) => Some(request),
        None => mix.requirement().and_then(|text| Request::new(text, "mix.exs")),
    };
    let Some(request) = request else { return Ok(releases.choose_default(context)) };
    let range = releases.range(&request)?;
    let release = releases.select(context, &request, &range)?;
    warn_of_other_otp(context, &request, release);
    Ok(release)
}

/// Says so where a version such as `1.18.4-otp-28` asks for an Erlang that this Elixir is not built with.
fn warn_of_other_otp(context: &Context, request: &Request, release: &Release) {
    let wanted = request.text.split_once("-otp-").map(|(_, otp)| otp);
    if let (Some(wanted), Some(otp)) = (wanted, otp(release))
        && wanted != otp
    {
        context.diagnostics.warn(format!(
            "{} asks for Erlang/OTP {wanted}; Elixir {} comes with {otp}",
            request.source, release.version
        ));
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::rules::RULES;
    use plugpacks_sdk::testing::FakeApp;

    /// The Nix attribute of the chosen Elixir, or the error.
    fn package(app: &FakeApp) -> String {
        app.with(|context| {
            let mix = Mix::read(context).unwrap_or_default();
            match (RULES.at(context).interpreter)(context, &mix) {
                Ok(release) => release.package.to_owned(),
                Err(error) => error.to_string(),
            }
        })
    }

    fn mix(app: FakeApp, line: &str) -> String {
        package(&app.file("mix.exs", format!("[\n  app: :shop,\n  {line}\n]\n")))
    }

    #[test]
    fn nixpacks_takes_the_last_number_of_the_line() {
        let nixpacks = |line| mix(FakeApp::nixpacks(), line);
        for (line, expected) in [
            ("elixir: \"~> 1.14\",", "elixir_1_14"),
            ("elixir: \"~>1.15.2\"", "elixir_1_15"),
            ("elixir: \">= 1.11.0 and < 1.13.0\"", "elixir_1_13"),
            ("elixir:\n    \"~> 1.12\",", "elixir_1_12"),
            ("other_elixir: \"~> 1.10\"", "elixir_1_10"),
            ("elixir: \"1.13\"", "elixir"),
            ("elixir: \"~> 1.13\", deps: []", "elixir"),
            ("elixir:\"~> 1.13\"", "elixir"),
            ("elixir: \"~> 1.18\"", "elixir"),
            ("deps: []", "elixir"),
        ] {
            assert_eq!(nixpacks(line), expected, "{line:?}");
        }
    }

    #[test]
    fn under_nixpacks_the_first_source_decides_even_if_it_cannot_be_read() {
        let app =
            || FakeApp::nixpacks().file("mix.exs", "elixir: \"~> 1.14\"").file(".elixir-version", "1.15.1-otp-26");
        assert_eq!(package(&app()), "elixir");
        assert_eq!(package(&app().variable("NIXPACKS_ELIXIR_VERSION", "v1.16")), "elixir_1_16");
        assert_eq!(
            package(&FakeApp::nixpacks().file(".elixir-version", [0xff])).split(':').next(),
            Some("Error reading .elixir-version")
        );
    }

    #[test]
    fn requirements_are_those_of_mix() {
        let requested = |line| mix(FakeApp::new(), line);
        for (line, expected) in [
            ("elixir: \"~> 1.14\",", "beam28Packages.elixir_1_20"),
            ("elixir: \"~> 1.18.0\",", "beam27Packages.elixir_1_18"),
            ("elixir:\"1.13\"", "elixir_1_13"),
            ("elixir: \">= 1.11.0 and < 1.19.0\"", "beam27Packages.elixir_1_18"),
            ("elixir: \"~> 1.16.0 or ~> 1.17.0\"", "beam27Packages.elixir_1_17"),
            ("# elixir: \"~> 1.13.0\"", "beam28Packages.elixir_1_20"),
            ("elixirc_paths: []", "beam28Packages.elixir_1_20"),
            ("elixir: \"~> 2.0\"", "Elixir \"~> 2.0\", asked for by mix.exs, is not available"),
            ("elixir: \"newest\"", "Elixir version \"newest\" in mix.exs cannot be understood"),
        ] {
            assert_eq!(requested(line), expected, "{line:?}");
        }
    }

    #[test]
    fn sources_have_one_order() {
        let app = || FakeApp::new().file("mix.exs", "elixir: \"~> 1.14.0\"");
        assert_eq!(package(&app()), "elixir_1_14");
        let asdf = || app().file(".tool-versions", "erlang 27.1\nelixir 1.19.3-otp-27\n");
        assert_eq!(package(&asdf()), "beam28Packages.elixir_1_19");
        let file = || asdf().file(".elixir-version", "1.18\n");
        assert_eq!(package(&file()), "beam27Packages.elixir_1_18");
        assert_eq!(package(&file().variable("NIXPACKS_ELIXIR_VERSION", "1.17")), "beam27Packages.elixir_1_17");
    }

    #[test]
    fn an_old_elixir_and_another_erlang_come_with_a_warning() {
        let app = FakeApp::new().file(".elixir-version", "1.13.4");
        assert_eq!(package(&app), "elixir_1_13");
        assert!(app.warnings()[0].contains("no security fixes since 2024-12-19"));
        let app = FakeApp::new().file(".elixir-version", "1.19.3-otp-27");
        package(&app);
        assert_eq!(app.warnings(), [".elixir-version asks for Erlang/OTP 27; Elixir 1.19 comes with 28"]);
    }
}
