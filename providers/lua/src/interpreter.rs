//! Which Lua runs the app.

use crate::rockspec::Rockspec;
use crate::versions::{self, RELEASES, SOURCES};
use plugpacks_provider_support::release::{NIXPKGS_26_05, Request, Sources};
use plugpacks_provider_support::requirement;
use plugpacks_provider_support::version::Range;
use plugpacks_sdk::{Context, Result};

/// How LuaJIT is asked for: by name, or by asking for the tool.
const LUAJIT: &str = "luajit";
const LUAJIT_SOURCES: Sources = Sources { variable: "LUA_VERSION", files: &[], tools: &[LUAJIT] };

/// An interpreter and LuaRocks for it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Interpreter {
    pub(crate) package: &'static str,
    pub(crate) luarocks: &'static str,
    pub(crate) archive: &'static str,
    /// The command that runs a script.
    pub(crate) command: &'static str,
    /// The version of the language, which module folders are named after.
    series: &'static str,
}

/// LuaJIT speaks Lua 5.1.
const JIT: Interpreter = Interpreter {
    package: LUAJIT,
    luarocks: "luajitPackages.luarocks",
    archive: NIXPKGS_26_05,
    command: LUAJIT,
    series: "5.1",
};

impl Interpreter {
    /// The interpreter that is asked for, else the preferred one of those that the rockspec allows.
    pub(crate) fn choose(context: &Context, rockspec: Option<&Rockspec>) -> Result<Self> {
        if let Some(request) = jit_request(context)? {
            context.diagnostics.because("Lua version", format!("LuaJIT because {} asks for it", request.source));
            return Ok(JIT);
        }
        let release = RELEASES.at(context).choose(context, &SOURCES, allowed(context, rockspec)?)?;
        Ok(Self {
            package: release.package,
            luarocks: versions::luarocks(release),
            archive: release.archive,
            command: "lua",
            series: release.version,
        })
    }

    /// The values of `LUA_PATH` and `LUA_CPATH` for modules in `lua_modules`; `;;` stands for the usual ones.
    pub(crate) fn module_paths(self) -> (String, String) {
        let folder = |kind: &str| format!("/app/lua_modules/{kind}/lua/{}", self.series);
        let (modules, native) = (folder("share"), folder("lib"));
        (format!("{modules}/?.lua;{modules}/?/init.lua;;"), format!("{native}/?.so;;"))
    }
}

/// The request for LuaJIT: a version that says so, or the tool's own line.
fn jit_request(context: &Context) -> Result<Option<Request>> {
    if let Some(request) = SOURCES.find(context)? {
        return Ok(Some(request).filter(|request| request.text.to_lowercase().starts_with(LUAJIT)));
    }
    LUAJIT_SOURCES.find(context)
}

/// What the rockspec says about Lua.
fn allowed(context: &Context, rockspec: Option<&Rockspec>) -> Result<Option<(Request, Range)>> {
    let Some(rockspec) = rockspec else { return Ok(None) };
    let Some(request) = rockspec.lua().and_then(|text| Request::new(text, rockspec.path.as_str())) else {
        return Ok(None);
    };
    let range = requirement::list(&request.text).ok_or_else(|| RELEASES.at(context).malformed(&request))?;
    Ok(Some((request, range)))
}
