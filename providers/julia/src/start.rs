//! How the app is started.

use crate::app::JuliaApp;
use plugpacks_provider_support::release::Release;
use plugpacks_provider_support::version::parse_numbers;
use plugpacks_sdk::{Context, Result, shell};

/// Scripts that are taken to be the program, in this order.
const SCRIPTS: [&str; 4] = ["main.jl", "app.jl", "server.jl", "src/main.jl"];

/// The declaration of a package's entry point, and the first Julia that runs it by the package's
/// name.
const ENTRY_POINT: &str = r"\(\s*@main\s*\)";
const FIRST_WITH_MODULES: [u64; 2] = [1, 12];

/// A script, or the package's entry point; `None`, with a warning, if there is neither.
pub(crate) fn command(context: &Context, app: &JuliaApp, julia: &Release) -> Result<Option<String>> {
    if let Some(script) = context.app.first_file(&SCRIPTS)? {
        context.diagnostics.because("Julia program", format!("{script} is there"));
        return Ok(Some(format!("julia --project=. {script}")));
    }
    if let Some(package) = app.package()
        && has_entry_point(context, package)?
    {
        if runs_modules(julia) {
            context.diagnostics.because("Julia program", format!("{package} has an entry point (@main)"));
            return Ok(Some(format!("julia --project=. -m {}", shell::quoted(package))));
        }
        context
            .diagnostics
            .warn(format!("{package} has an entry point (@main), which Julia {} cannot run by name", julia.version));
    }
    context.diagnostics.warn(format!("There is no start command: add one of {}", SCRIPTS.join(", ")));
    Ok(None)
}

fn has_entry_point(context: &Context, package: &str) -> Result<bool> {
    let file = format!("src/{package}.jl");
    Ok(context.app.has_file(&file)? && context.app.search(&plugpacks_sdk::glob::literal(&file), ENTRY_POINT)?.is_some())
}

fn runs_modules(julia: &Release) -> bool {
    parse_numbers(julia.version).is_some_and(|numbers| numbers.as_slice() >= FIRST_WITH_MODULES.as_slice())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::versions::RELEASES;
    use plugpacks_sdk::testing::FakeApp;

    fn command(app: &FakeApp, julia: &str) -> Option<String> {
        let julia = RELEASES.of(plugpacks_sdk::Edition::DEFAULT).exactly(julia).unwrap();
        app.with(|context| super::command(context, &JuliaApp::read(context).unwrap(), julia).unwrap())
    }

    #[test]
    fn a_script_is_started() {
        let app = FakeApp::new().file("src/main.jl", "").file("app.jl", "");
        assert_eq!(command(&app, "1.12").as_deref(), Some("julia --project=. app.jl"));
        let app = FakeApp::new();
        assert_eq!(command(&app, "1.12"), None);
        assert_eq!(app.warnings().len(), 1);
    }

    #[test]
    fn a_packages_entry_point_is_started_where_julia_can() {
        let app = || {
            let code = "module Relay\nfunction (@main)(args)\nend\nend\n";
            FakeApp::new().file("Project.toml", "name = \"Relay\"\n").file("src/Relay.jl", code)
        };
        assert_eq!(command(&app(), "1.12").as_deref(), Some("julia --project=. -m Relay"));
        let older = app();
        assert_eq!(command(&older, "1.10"), None);
        assert_eq!(older.warnings().len(), 2);
        assert_eq!(command(&app().file("src/Relay.jl", "module Relay end"), "1.12"), None);
    }
}
