//! How the app starts.

use crate::cpanfile::Cpanfile;
use plugpacks_sdk::{Context, Result, shell};

/// PSGI files at their usual places: at the root, and where Dancer2 puts it.
const PSGI: [&str; 2] = ["app.psgi", "bin/app.psgi"];

/// Servers for PSGI apps that `plackup` starts by name; without one it is Plack's own.
const SERVERS: [&str; 5] = ["Starman", "Gazelle", "Starlet", "Twiggy", "Feersum"];

/// Where the script of a Mojolicious app is looked for.
const MOJOLICIOUS_SCRIPTS: [&str; 2] = ["script/*", "*.pl"];

/// What such a script has: a whole app's starts the app's class, a small one is the app.
const MOJOLICIOUS: &str = r"Mojolicious::Commands|(?m)^\s*use\s+Mojolicious::Lite|->start_app\b";

/// Scripts that are started as they are, the first one first.
const SCRIPTS: [&str; 6] = ["app.pl", "main.pl", "server.pl", "start.pl", "bin/app.pl", "bin/server.pl"];

/// The start command. `None`, with a warning, if nothing is there that could be started.
pub(crate) fn command(context: &Context, cpanfile: &Cpanfile) -> Result<Option<String>> {
    let command = match mojolicious(context, cpanfile)? {
        Some(command) => Some(command),
        None => match psgi(context, cpanfile)? {
            Some(command) => Some(command),
            None => script(context, cpanfile)?,
        },
    };
    if command.is_none() {
        context.diagnostics.warn(
            "There is no app.psgi and no script such as app.pl: set a start command (start.cmd in nixpacks.toml)",
        );
    }
    Ok(command)
}

/// Mojolicious's own server with several processes, which is meant for production.
fn mojolicious(context: &Context, cpanfile: &Cpanfile) -> Result<Option<String>> {
    if !cpanfile.needs("Mojolicious") {
        return Ok(None);
    }
    for glob in MOJOLICIOUS_SCRIPTS {
        if let Some(occurrence) = context.app.search(glob, MOJOLICIOUS)? {
            context.diagnostics.because("start command", format!("{} starts Mojolicious", occurrence.path));
            let script = shell::quoted(&occurrence.path);
            return Ok(Some(format!("perl {script} prefork --mode production --listen \"http://*:${{PORT:-3000}}\"")));
        }
    }
    Ok(None)
}

/// `plackup`, for a PSGI app.
fn psgi(context: &Context, cpanfile: &Cpanfile) -> Result<Option<String>> {
    let usual = context.app.first_file(&PSGI)?.map(str::to_owned);
    let Some(file) = usual.or(context.app.find_files("*.psgi")?.into_iter().next()) else { return Ok(None) };
    let server = SERVERS.into_iter().find(|server| cpanfile.needs(server));
    let reason = format!("{file}, served by {}", server.unwrap_or("Plack's own server"));
    context.diagnostics.because("start command", reason);
    let server = server.map(|server| format!(" --server {server}")).unwrap_or_default();
    let address = "--host 0.0.0.0 --port ${PORT:-3000}";
    Ok(Some(format!("plackup{server} --env production {address} {}", shell::quoted(&file))))
}

/// A script; that of an app of the first Dancer with its options.
fn script(context: &Context, cpanfile: &Cpanfile) -> Result<Option<String>> {
    let Some(script) = context.app.first_file(&SCRIPTS)? else { return Ok(None) };
    context.diagnostics.because("start command", format!("{script} is there"));
    let options = if cpanfile.needs("Dancer") { " --environment production --port ${PORT:-3000}" } else { "" };
    Ok(Some(format!("perl {script}{options}")))
}
