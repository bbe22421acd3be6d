//! Whole plans, detection, versions and start commands.

use crate::Lua;
use plugpacks_sdk::ListEdit;
use plugpacks_sdk::testing::{FakeApp, assert_page_matches};

fn start(app: &FakeApp) -> Option<String> {
    app.plan::<Lua>().unwrap().unwrap().start.and_then(|start| start.command)
}

/// The interpreter's package.
fn package(app: &FakeApp) -> String {
    match app.plan::<Lua>().unwrap().unwrap().phases.swap_remove(0).nix_packages.unwrap() {
        ListEdit::Replace(mut packages) => packages.swap_remove(0),
        extended @ ListEdit::Extend(_) => panic!("{extended:?}"),
    }
}

fn script() -> FakeApp {
    FakeApp::new().file("main.lua", "")
}

#[test]
fn the_page_names_everything() {
    assert_page_matches::<Lua>(include_str!("../README.md"));
}

#[test]
fn a_rockspec_or_a_script_makes_an_app() {
    for file in ["relay-1.0-1.rockspec", "main.lua", "app.lua", "server.lua", "src/main.lua", "bin/main.lua"] {
        assert!(FakeApp::new().file(file, "").detect::<Lua>().unwrap(), "{file}");
        assert!(!FakeApp::nixpacks().file(file, "").detect::<Lua>().unwrap(), "{file}");
        assert!(!FakeApp::new().file(file, "").file("index.html", "").detect::<Lua>().unwrap(), "{file}");
    }
    assert!(!FakeApp::new().file("vendor/x/x-1-1.rockspec", "").detect::<Lua>().unwrap());
    assert!(!FakeApp::new().file("init.lua", "").detect::<Lua>().unwrap(), "the settings of an editor");
    assert!(!script().file("conf.lua", "").detect::<Lua>().unwrap(), "a game");
}

#[test]
fn a_script() {
    insta::assert_snapshot!(script().plan_text::<Lua>(), @r#"
    {
      "phases": {
        "setup": {
          "nixOverlays": [],
          "nixPkgs": [
            "lua5_4"
          ],
          "nixpkgsArchive": "b25309931cfda5f0b8805f462a29897eeae50168"
        }
      },
      "start": {
        "cmd": "lua main.lua",
        "nixPkgs": [
          "lua5_4"
        ]
      }
    }
    "#);
}

#[test]
fn a_script_with_modules() {
    let app = FakeApp::new().file("app.lua", "").file(
        "relay-dev-1.rockspec",
        "package = \"relay\"\ndependencies = {\n  \"lua >= 5.1\",\n  \"luasocket >= 3.0\",\n}\n",
    );
    insta::assert_snapshot!(app.plan_text::<Lua>(), @r#"
    {
      "phases": {
        "install": {
          "cacheDirectories": [
            "/root/.cache/luarocks"
          ],
          "cmds": [
            "luarocks install --tree lua_modules --only-deps relay-dev-1.rockspec"
          ],
          "dependsOn": [
            "setup"
          ],
          "onlyIncludeFiles": [
            "relay-dev-1.rockspec"
          ],
          "onlyVariables": [
            "LUA_*",
            "LUAROCKS_*",
            "CFLAGS",
            "LDFLAGS",
            "HTTP_PROXY",
            "HTTPS_PROXY",
            "NO_PROXY"
          ],
          "paths": [
            "/app/lua_modules/bin"
          ]
        },
        "setup": {
          "nixOverlays": [],
          "nixPkgs": [
            "lua5_4",
            "lua54Packages.luarocks",
            "gcc",
            "gnumake",
            "unzip",
            "curl"
          ],
          "nixpkgsArchive": "b25309931cfda5f0b8805f462a29897eeae50168"
        }
      },
      "start": {
        "cmd": "lua app.lua",
        "nixPkgs": [
          "lua5_4"
        ]
      },
      "variables": {
        "LUA_CPATH": "/app/lua_modules/lib/lua/5.4/?.so;;",
        "LUA_PATH": "/app/lua_modules/share/lua/5.4/?.lua;/app/lua_modules/share/lua/5.4/?/init.lua;;"
      }
    }
    "#);
    assert_eq!(
        app.reasons(),
        ["Lua version: 5.4 because relay-dev-1.rockspec asks for \">= 5.1\"", "start command: app.lua is there"]
    );
}

#[test]
fn under_nixpacks_there_is_no_such_provider() {
    insta::assert_snapshot!(FakeApp::nixpacks().file("main.lua", "").plan_text::<Lua>(), @r#"
    {
      "causes": [],
      "error": "Provider lua not found",
      "hint": "It is known from edition 2026.11 on; this is edition nixpacks"
    }
    "#);
}

#[test]
fn luajit_is_asked_for_by_name() {
    for app in [
        script().variable("NIXPACKS_LUA_VERSION", "luajit"),
        script().file(".lua-version", "LuaJIT-2.1.0\n"),
        script().file(".tool-versions", "luaJIT 2.4.4\nluajit 2.1\n"),
        script().file("mise.toml", "[tools]\nlua = \"luajit-2.1\"\n"),
    ] {
        assert_eq!(package(&app), "luajit");
        assert_eq!(start(&app).unwrap(), "luajit main.lua");
    }
}

#[test]
fn luajit_finds_modules_of_lua_5_1() {
    let app = script()
        .variable("NIXPACKS_LUA_VERSION", "luajit")
        .file("x-1-1.rockspec", "dependencies = { \"lua >= 5.1\", \"lpeg\" }");
    let variables = app.plan::<Lua>().unwrap().unwrap().variables;
    assert_eq!(variables[1], ("LUA_CPATH".into(), "/app/lua_modules/lib/lua/5.1/?.so;;".into()));
}

#[test]
fn a_version_is_asked_for_by_variable_file_or_rockspec() {
    let rockspec = |lua: &str| script().file("x-1-1.rockspec", format!("dependencies = {{ \"lua {lua}\" }}"));
    assert_eq!(package(&rockspec(">= 5.1, < 5.3")), "lua5_2");
    assert_eq!(package(&rockspec("~> 5.5")), "lua5_5");
    assert_eq!(package(&rockspec("== 5.3")), "lua5_3");
    assert_eq!(package(&rockspec(">= 5.1").file(".tool-versions", "lua 5.5.0\n")), "lua5_5");
    assert_eq!(package(&rockspec(">= 5.1").variable("NIXPACKS_LUA_VERSION", "5.3")), "lua5_3");
    let app = script().file(".lua-version", "5.1.5\n");
    assert_eq!(package(&app), "lua5_1");
    assert_eq!(app.warnings(), ["Lua 5.1 gets no security fixes since 2012-02-17; move to 5.4"]);
    let message = |app: FakeApp| app.plan::<Lua>().unwrap_err().message().to_owned();
    assert_eq!(message(rockspec(">= 6")), "Lua \">= 6\", asked for by x-1-1.rockspec, is not available");
    assert_eq!(message(rockspec("five")), "Lua version \"five\" in x-1-1.rockspec cannot be understood");
}

#[test]
fn the_rockspec_of_the_working_copy_goes_first() {
    let app = script()
        .file("x-1.0-1.rockspec", "dependencies = { \"lua == 5.1\" }")
        .file("x-scm-1.rockspec", "dependencies = { \"lua == 5.4\" }");
    assert_eq!(package(&app), "lua5_4");
}

#[test]
fn what_cannot_be_started_is_a_warning() {
    let app = FakeApp::new().file("x-1-1.rockspec", "");
    assert_eq!(start(&app), None);
    assert_eq!(
        app.warnings(),
        ["There is no script such as main.lua: set a start command (start.cmd in nixpacks.toml)"]
    );
    let app = FakeApp::new().file("app.lua", "").file("x-1-1.rockspec", "dependencies = { \"lapis\" }");
    assert_eq!(start(&app), None);
    assert!(app.warnings()[0].starts_with("The app's code runs within OpenResty"));
}
