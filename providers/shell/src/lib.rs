//! The provider `shell`: apps that are started by a script and are nothing else.

#![cfg_attr(test, allow(clippy::unwrap_used, reason = "a test fails by panicking"))]

mod interpreter;
#[cfg(test)]
mod tests;

use interpreter::Shebang;
use plugpacks_provider_support::manifests;
use plugpacks_provider_support::release::NIXPKGS_26_05;
use plugpacks_sdk::{
    Context, Description, Edition, Error, Marker, Needs, PartialPlan, Phase, Provider, Result, Start, shell,
};

/// Apps that are started by a script and are nothing else.
pub struct Shell;

/// The first edition with this provider; Nixpacks has none like it.
const FIRST_EDITION: Edition = Edition::E2026_11;

/// The scripts that start an app, the first one first.
const SCRIPTS: [&str; 2] = ["start.sh", "run.sh"];

impl Provider for Shell {
    fn describe(edition: Edition) -> Description {
        Description::new("shell", env!("CARGO_PKG_VERSION"), "Apps started by a shell script")
            .last_resort()
            .markers(SCRIPTS.map(Marker::file))
            .variable("NIXPACKS_SHELL_SCRIPT", "The script that starts the app, such as `bin/serve.sh`.")
            .since(FIRST_EDITION, edition)
    }

    fn detect(context: &Context) -> Result<bool> {
        Ok(context.environment.edition() >= FIRST_EDITION
            && context.app.first_file(&SCRIPTS)?.is_some()
            && !has_app_below(context)?)
    }

    fn plan(context: &Context) -> Result<Option<PartialPlan>> {
        context.environment.require("shell", FIRST_EDITION)?;
        let script = script(context)?;
        let shebang = Shebang::of(&context.app.read_text(&script)?);
        let packages = interpreter::packages(context, &script, &shebang);
        let plan = PartialPlan::new()
            .phase(Phase::setup(packages.clone()).archive(NIXPKGS_26_05))
            .start(Start::command(command(&shebang, &script)).needs(Needs::packages(packages)));
        Ok(Some(plan))
    }
}

plugpacks_sdk::export_provider!(Shell);

/// Whether the app's only directory is an app of a language: that is what is built then, as without this
/// provider.
fn has_app_below(context: &Context) -> Result<bool> {
    let directories = context.app.find_directories("*")?;
    let mut visible = directories.iter().filter(|name| !name.starts_with('.'));
    let (Some(only), None) = (visible.next(), visible.next()) else { return Ok(false) };
    let manifests = manifests::LANGUAGES.map(|manifest| format!("{only}/{manifest}"));
    Ok(context.app.first_file(&manifests.each_ref().map(String::as_str))?.is_some())
}

/// The script that starts the app: the one that is asked for, else the first of [`SCRIPTS`].
fn script(context: &Context) -> Result<String> {
    if let Some(script) = context.environment.config("SHELL_SCRIPT").filter(|script| !script.is_empty()) {
        if context.app.has_file(&script)? {
            context.diagnostics.because("script", format!("{script} from NIXPACKS_SHELL_SCRIPT"));
            return Ok(script);
        }
        return Err(Error::new(format!("There is no file {script:?}, asked for by NIXPACKS_SHELL_SCRIPT"))
            .hint("Give a path relative to the app"));
    }
    let script = context.app.first_file(&SCRIPTS)?.ok_or_else(|| {
        Error::new(format!("There is neither {} nor {}", SCRIPTS[0], SCRIPTS[1]))
            .hint("Name the script in NIXPACKS_SHELL_SCRIPT")
    })?;
    context.diagnostics.because("script", format!("{script} is there"));
    Ok(script.to_owned())
}

/// The interpreter is named rather than the script run: the script need not be executable, and the
/// interpreter is where Nix puts it, not where the first line says.
fn command(shebang: &Shebang, script: &str) -> String {
    let words = shebang.options.iter().map(String::as_str).chain([script]);
    words.fold(shebang.interpreter.clone(), |command, word| format!("{command} {}", shell::quoted(word)))
}
