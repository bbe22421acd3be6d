//! What the running app needs.

use crate::mix::Mix;
use crate::versions;
use plugpacks_provider_support::native::{Native, each_once};
use plugpacks_provider_support::release::Release;
use plugpacks_sdk::{Context, Description, Needs, Result, Start};

/// Where Mix and Hex keep what they need at run time, too: their own place is the home directory, and
/// the app runs as another user than the build.
pub(crate) const HOMES: [(&str, &str); 2] = [("MIX_HOME", "/opt/mix"), ("HEX_HOME", "/opt/hex")];

/// Code that Mix compiles with other compilers, each time the app starts.
const NATIVE: [&str; 3] = ["elixir_make", "rustler", "zigler"];

/// Adds the variables that name the homes.
pub(crate) fn describe(description: Description) -> Description {
    let summary = |place| format!("Where it keeps what it needs at run time; {place} by default.");
    description.variables(HOMES.map(|(name, place)| (name, summary(place))))
}

/// Elixir, Erlang, Mix's and Hex's homes and the app; whatever the build had, if Mix calls more than
/// that when it starts the app.
pub(crate) fn slim(context: &Context, mix: &Mix, command: &'static str, elixir: &Release) -> Result<Start> {
    let start = Start::command(command);
    if let Some(reason) = other_programs(context, mix)? {
        context.diagnostics.because("image", format!("that of the build, because of {reason}"));
        return Ok(start);
    }
    let home = |(name, place): (&str, &str)| {
        let chosen = context.environment.get(name).filter(|home| home.starts_with('/'));
        chosen.unwrap_or_else(|| place.to_owned())
    };
    let packages = [elixir.package.to_owned()].into_iter().chain(versions::erlang(elixir));
    Ok(start.needs(Needs::packages(packages)).image_files(HOMES.map(home)))
}

/// The start with the programs that packages call, where it does not have those of the build anyway.
pub(crate) fn with_programs(start: Start, needs: &[&'static Native]) -> Start {
    match start.run_time.needs().cloned() {
        Some(known) => start.needs(known.and(each_once(needs, |row| row.programs))),
        None => start,
    }
}

/// What makes Mix call other programs than Elixir and Erlang.
fn other_programs(context: &Context, mix: &Mix) -> Result<Option<&'static str>> {
    // Mix asks Git whether a dependency is the locked one.
    let is_locked_by_git = context.app.read_text_if_file("mix.lock")?.is_some_and(|text| text.contains("{:git,"));
    if is_locked_by_git || mix.mentions("git:") || mix.mentions("github:") {
        return Ok(Some("dependencies from Git"));
    }
    Ok(NATIVE.into_iter().find(|name| mix.mentions(name)))
}

#[cfg(test)]
mod tests {
    use crate::Elixir;
    use plugpacks_sdk::testing::FakeApp;
    use plugpacks_sdk::{Needs, RunTime};

    #[test]
    fn elixir_and_erlang_are_needed_unless_mix_calls_more() {
        let packages = |app: &FakeApp| app.plan::<Elixir>().unwrap().unwrap().start.unwrap().run_time;
        let known = RunTime::Only(Needs::packages(["beam28Packages.elixir_1_20", "beam28Packages.erlang"]));
        let app = || FakeApp::new().file("mix.exs", "{:jason, \"~> 1.4\"}");
        assert_eq!(packages(&app()), known);
        assert_eq!(packages(&app().file("mix.lock", "\"own\": {:git, \"https://example.com\"}")), RunTime::WholeBuild);
        for dependency in ["github: \"a/own\"", "git: \"https://example.com/own\"", "compilers: [:elixir_make]"] {
            assert_eq!(packages(&FakeApp::new().file("mix.exs", dependency)), RunTime::WholeBuild, "{dependency}");
        }
    }
}
