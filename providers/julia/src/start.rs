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

/// Genie's app is loaded by its own function, whatever files it has.
const GENIE: &str = "julia --project=. -e 'using Genie; Genie.loadapp(); up(parse(Int, get(ENV, \"PORT\", \"8000\")), \
                     \"0.0.0.0\"; async = false)'";

/// What a Genie app has in its folder.
const GENIE_FILES: [&str; 2] = ["routes.jl", "bootstrap.jl"];

/// A call that listens on the machine's own address, unless it is given another one.
const SERVES: &str = r"(?m)^\s*(Oxygen\.)?serve\(";
const SAYS_WHERE: &str = r"\bhost\s*=";

/// Says that a script listens where nothing outside of the container reaches it.
fn warn_of_loopback(context: &Context, app: &JuliaApp, script: &str) -> Result<()> {
    let serves = app.depends_on("Oxygen") && context.app.search(script, SERVES)?.is_some();
    if serves && context.app.search(script, SAYS_WHERE)?.is_none() {
        context.diagnostics.warn(format!(
            "{script} listens on 127.0.0.1, where nothing outside of the container reaches it: write \
             `serve(host = \"0.0.0.0\", port = parse(Int, ENV[\"PORT\"]))`"
        ));
    }
    Ok(())
}

/// A script, or the package's entry point; `None`, with a warning, if there is neither.
pub(crate) fn command(context: &Context, app: &JuliaApp, julia: &Release) -> Result<Option<String>> {
    if app.depends_on("Genie") && context.app.first_file(&GENIE_FILES)?.is_some() {
        context.diagnostics.because("Julia program", "Genie loads the app");
        return Ok(Some(GENIE.to_owned()));
    }
    if let Some(script) = context.app.first_file(&SCRIPTS)? {
        warn_of_loopback(context, app, script)?;
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
    fn frameworks() {
        let project = |name: &str| FakeApp::new().file("Project.toml", format!("[deps]\n{name} = \"x\"\n"));
        let genie = command(&project("Genie").file("routes.jl", ""), "1.12").unwrap();
        assert!(genie.contains("Genie.loadapp(); up(parse(Int, get(ENV, \"PORT\""), "{genie}");
        let oxygen = project("Oxygen").file("main.jl", "using Oxygen\nserve()\n");
        command(&oxygen, "1.12");
        assert!(oxygen.warnings()[0].starts_with("main.jl listens on 127.0.0.1"), "{:?}", oxygen.warnings());
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
