//! The provider `lua`: Lua apps, and the modules that their rockspec names.

#![cfg_attr(test, allow(clippy::unwrap_used, reason = "a test fails by panicking"))]

mod interpreter;
mod rockspec;
#[cfg(test)]
mod tests;
mod versions;

use interpreter::Interpreter;
use plugpacks_provider_support::manifests;
use plugpacks_sdk::{Context, Description, Edition, Marker, Needs, PartialPlan, Phase, Provider, Result, Start, shell};
use rockspec::Rockspec;

/// Lua apps, and the modules that their rockspec names.
pub struct Lua;

/// The first edition with this provider; Nixpacks has none like it.
const FIRST_EDITION: Edition = Edition::E2026_11;

/// The scripts that are an app, the first one first.
const SCRIPTS: [&str; 5] = ["main.lua", "app.lua", "server.lua", "src/main.lua", "bin/main.lua"];

/// The settings of a game for LÖVE, whose `main.lua` plain Lua cannot run.
const LOVE_SETTINGS: &str = "conf.lua";

/// What LuaRocks calls to fetch and to build modules.
const TOOLS: [&str; 4] = ["gcc", "gnumake", "unzip", "curl"];

/// The variables that LuaRocks, compiler and curl heed.
const VARIABLES: [&str; 4] = ["LUA_*", "LUAROCKS_*", "CFLAGS", "LDFLAGS"];

impl Provider for Lua {
    fn describe(edition: Edition) -> Description {
        Description::new("lua", env!("CARGO_PKG_VERSION"), "Lua apps")
            .marker(Marker::anywhere(rockspec::FILES))
            .markers(SCRIPTS.map(Marker::file))
            .variable("NIXPACKS_LUA_VERSION", "The version of Lua, such as 5.4, or `luajit`.")
            .since(FIRST_EDITION, edition)
    }

    fn detect(context: &Context) -> Result<bool> {
        if context.environment.edition() < FIRST_EDITION || context.app.first_file(&manifests::STATIC_SITE)?.is_some() {
            return Ok(false);
        }
        let has_script = context.app.first_file(&SCRIPTS)?.is_some() && !context.app.has_file(LOVE_SETTINGS)?;
        Ok(has_script || context.app.has_match(rockspec::FILES)?)
    }

    fn plan(context: &Context) -> Result<Option<PartialPlan>> {
        context.environment.require("lua", FIRST_EDITION)?;
        let rockspec = Rockspec::read(context)?;
        let interpreter = Interpreter::choose(context, rockspec.as_ref())?;
        let start = start(context, interpreter, rockspec.as_ref())?;
        let setup = Phase::setup([interpreter.package]).archive(interpreter.archive);
        let plan = PartialPlan::new()
            .start(start.map(|command| Start::command(command).needs(Needs::packages([interpreter.package]))));
        let Some(rockspec) = rockspec.filter(Rockspec::needs_modules) else { return Ok(Some(plan.phase(setup))) };
        let install = format!("luarocks install --tree lua_modules --only-deps {}", shell::quoted(&rockspec.path));
        let install = Phase::install()
            .command(install)
            .only_include_files([rockspec.path])
            .only_variables_and_proxies(VARIABLES)
            .cache_directories(["/root/.cache/luarocks"])
            .paths(["/app/lua_modules/bin"]);
        let (modules, native) = interpreter.module_paths();
        Ok(Some(
            plan.phase(setup.packages([interpreter.luarocks]).packages(TOOLS))
                .phase(install)
                .variable("LUA_PATH", modules)
                .variable("LUA_CPATH", native),
        ))
    }
}

plugpacks_sdk::export_provider!(Lua);

/// The configuration of nginx or OpenResty, and what of it has code, or a place for Lapis' settings.
const NGINX: &str = "nginx.conf";
const CODE_IN_NGINX: &str = r"_by_lua|\$\{\{";

/// Whether the app's code runs within nginx.
fn is_for_openresty(context: &Context) -> Result<bool> {
    Ok(context.app.has_file(NGINX)? && context.app.search(NGINX, CODE_IN_NGINX)?.is_some())
}

/// The start command. `None`, with a warning, if there is no script, or one that plain Lua does not run.
fn start(context: &Context, interpreter: Interpreter, rockspec: Option<&Rockspec>) -> Result<Option<String>> {
    let missing = |what: &str| {
        let advice = "set a start command (start.cmd in nixpacks.toml)";
        context.diagnostics.warn(format!("{what}: {advice}"));
        Ok(None)
    };
    if rockspec.is_some_and(|rockspec| rockspec.needs("lapis")) || is_for_openresty(context)? {
        return missing("The app's code runs within OpenResty, which is not installed");
    }
    match context.app.first_file(&SCRIPTS)? {
        Some(script) => {
            context.diagnostics.because("start command", format!("{script} is there"));
            Ok(Some(format!("{} {script}", interpreter.command)))
        }
        None => missing("There is no script such as main.lua"),
    }
}
