//! Erlang apps without Elixir: rebar3 makes a release of them.

use plugpacks_provider_support::install::{Inputs, reading};
use plugpacks_provider_support::release::{NIXPKGS_26_05, Release, Releases, Sources};
use plugpacks_sdk::{Context, Description, Error, Marker, Needs, PartialPlan, Phase, Result, Since, Start};

/// rebar3's manifest.
const MANIFEST: &str = "rebar.config";

/// Code that changes the manifest when it is read.
const SCRIPT: &str = "rebar.config.script";

const SOURCES: Sources = Sources { variable: "ERLANG_VERSION", files: &[".erlang-version"], tools: &["erlang"] };

static RELEASES: Since<Releases> = Since::always(Releases {
    language: "Erlang/OTP",
    default: "28",
    all: &[
        Release::current("29", "beam29Packages.erlang", NIXPKGS_26_05),
        Release::current("28", "beam28Packages.erlang", NIXPKGS_26_05),
        Release::current("27", "beam27Packages.erlang", NIXPKGS_26_05),
    ],
});

/// What rebar3 reads while it fetches dependencies.
const INPUTS: Inputs = Inputs {
    files: &[MANIFEST, "rebar.lock"],
    signs: &["file:", "{path,", "escript_main_app"],
    brought: &["_checkouts"],
    variables: &["REBAR_*", "HEX_*", "ERL_*", "GIT_*"],
};

/// What the start script of a release calls and the image lacks.
const OF_SCRIPTS: &str = "gawk";

/// What an app of rebar3 is started as.
#[derive(Debug, PartialEq, Eq)]
enum Program {
    /// The release of this name.
    Release(String),
    /// The application of this name, out of what is compiled.
    Application(String),
}

/// Adds what such apps are known by.
pub(crate) fn describe(description: Description) -> Description {
    description
        .marker(Marker::file(MANIFEST))
        .variable("NIXPACKS_ERLANG_VERSION", "The version of Erlang/OTP for an app of rebar3, such as 28.")
}

/// Whether the app is one.
///
/// # Errors
/// The operating system refuses.
pub(crate) fn detect(context: &Context) -> Result<bool> {
    context.app.has_file(MANIFEST)
}

/// How the app is built.
///
/// # Errors
/// A file cannot be read, the wanted Erlang is not available, or there is nothing to start.
pub(crate) fn plan(context: &Context) -> Result<PartialPlan> {
    let manifest = context.app.read_text(MANIFEST)?;
    let erlang = release(context)?;
    let set = erlang.package.split_once('.').map_or("", |(set, _)| set);
    let program = Program::find(context, &manifest)?;
    let files = if context.app.has_file(SCRIPT)? { None } else { INPUTS.of(context, &manifest)? };
    let install = Phase::install().command("rebar3 as prod get-deps").exclude_files(["_build"]);
    let setup = Phase::setup([erlang.package.to_owned(), format!("{set}.rebar3")])
        .packages(["gcc", "gnumake"])
        .libraries(["stdenv.cc.cc.lib"])
        .archive(erlang.archive);
    let needs = Needs::packages([erlang.package]).and(program.tools());
    let start = Start::command(program.start(context)?).needs(needs);
    Ok(PartialPlan::new()
        .variable("ERL_FLAGS", "+fnu")
        .phase(setup)
        .phase(reading(install, files, INPUTS.variables))
        .phase(Phase::build().command(program.build()))
        .start(start))
}

fn release(context: &Context) -> Result<&'static Release> {
    let releases = RELEASES.at(context);
    let Some(request) = SOURCES.find(context)? else { return Ok(releases.choose_default(context)) };
    let range = releases.range(&request)?;
    releases.select(context, &request, &range)
}

impl Program {
    /// The first release of the manifest; else the first application that has something to start.
    fn find(context: &Context, manifest: &str) -> Result<Self> {
        if let Some(name) = release_name(manifest) {
            context.diagnostics.because("release", format!("{name} of {MANIFEST}"));
            return Ok(Self::Release(name));
        }
        for path in context.app.find_files("{src,apps/*/src,lib/*/src}/*.app.src")? {
            let text = context.app.read_text(&path)?;
            if text.contains("{mod,") {
                let file = path.rsplit('/').next().unwrap_or(&path);
                let name = file.trim_end_matches(".app.src").to_owned();
                context.diagnostics.because("start command", format!("{path} starts by itself; there is no release"));
                return Ok(Self::Application(name));
            }
        }
        Err(Error::new(format!("There is nothing to start: {MANIFEST} has no release, and no application a `mod`"))
            .hint("Write `{relx, [{release, {NAME, \"0.1.0\"}, [NAME, sasl]}]}` into rebar.config"))
    }

    fn build(&self) -> &'static str {
        match self {
            Self::Release(_) => "rebar3 as prod release",
            Self::Application(_) => "rebar3 as prod compile",
        }
    }

    fn tools(&self) -> Option<&'static str> {
        matches!(self, Self::Release(_)).then_some(OF_SCRIPTS)
    }

    fn start(&self, context: &Context) -> Result<String> {
        Ok(match self {
            Self::Release(name) => format!("./_build/prod/rel/{name}/bin/{name} foreground"),
            Self::Application(name) => {
                let has_configuration = context.app.has_file("config/sys.config")?;
                let configuration = if has_configuration { " -config config/sys" } else { "" };
                let run = format!("{{ok, _}} = application:ensure_all_started({name})");
                format!("erl -noshell -pa _build/prod/lib/*/ebin{configuration} -eval '{run}'")
            }
        })
    }
}

/// The name of the first `{release, {NAME, VERSION}, …}`.
fn release_name(manifest: &str) -> Option<String> {
    let code: String = manifest.lines().filter(|line| !line.trim_start().starts_with('%')).collect();
    let code: String = code.split_whitespace().collect();
    let (_, rest) = code.split_once("{release,{")?;
    let name = rest.split(',').next()?.trim_matches('\'');
    (!name.is_empty()).then(|| name.to_owned())
}

#[cfg(test)]
mod tests {
    use crate::Elixir;
    use plugpacks_sdk::testing::FakeApp;

    const RELEASE: &str = "{deps, [{cowboy, \"2.12.0\"}]}.\n%% {release, {old, \"1\"}}\n{relx, [\n  {release, {shop, \"0.1.0\"},\n   \
                           [shop, sasl]}]}.\n";

    fn start(app: &FakeApp) -> String {
        app.plan::<Elixir>().unwrap().unwrap().start.unwrap().command.unwrap()
    }

    #[test]
    fn an_app_of_rebar3_is_ours() {
        let app = FakeApp::new().file("rebar.config", RELEASE);
        assert!(app.detect::<Elixir>().unwrap());
        assert!(!FakeApp::nixpacks().file("rebar.config", RELEASE).detect::<Elixir>().unwrap());
    }

    #[test]
    fn a_release_is_made_and_started() {
        let app = FakeApp::new().file("rebar.config", RELEASE).file("rebar.lock", "");
        assert_eq!(start(&app), "./_build/prod/rel/shop/bin/shop foreground");
        let text = app.plan_text::<Elixir>();
        for part in ["rebar3 as prod get-deps", "rebar3 as prod release", "\"rebar.lock\"", "\"beam28Packages.rebar3\""]
        {
            assert!(text.contains(part), "{part}: {text}");
        }
    }

    #[test]
    fn an_application_without_a_release_is_started_by_erlang() {
        let app = || FakeApp::new().file("rebar.config", "").file("src/shop.app.src", "{mod, {shop_app, []}}");
        let expected = "erl -noshell -pa _build/prod/lib/*/ebin -eval '{ok, _} = application:ensure_all_started(shop)'";
        assert_eq!(start(&app()), expected);
        assert!(start(&app().file("config/sys.config", "[].")).contains(" -config config/sys -eval"));
        let library = FakeApp::new().file("rebar.config", "").file("src/shop.app.src", "{application, shop, []}");
        assert!(library.plan::<Elixir>().unwrap_err().message().contains("nothing to start"));
    }

    #[test]
    fn a_manifest_of_mix_counts_first() {
        let app = FakeApp::new().file("rebar.config", RELEASE).file("mix.exs", "");
        assert_eq!(start(&app), "mix run --no-halt");
    }

    #[test]
    fn the_version_may_be_chosen() {
        let app = FakeApp::new().file("rebar.config", RELEASE).file(".tool-versions", "erlang 27.2\n");
        let text = app.plan_text::<Elixir>();
        assert!(text.contains("\"beam27Packages.rebar3\""), "{text}");
    }
}
