//! Whole plans, and what crosses modules.

use crate::Node;
use crate::caddy::START;
use crate::versions::NIXPKGS_CADDY;
use plugpacks_provider_support::release::NIXPKGS_26_05;
use plugpacks_sdk::testing::{FakeApp, assert_page_matches};
use plugpacks_sdk::{Edition, ListEdit, PartialPlan, Phase};

fn npm(app: FakeApp) -> FakeApp {
    app.file("package.json", r#"{"scripts": {"build": "b", "start": "s"}}"#)
}

fn plan(app: &FakeApp) -> PartialPlan {
    app.plan::<Node>().unwrap().unwrap()
}

fn phase<'p>(plan: &'p PartialPlan, name: &str) -> &'p Phase {
    plan.phases.iter().find(|phase| phase.name == name).unwrap()
}

/// The commands that build and start the app.
fn commands(app: &FakeApp) -> (Option<ListEdit>, Option<String>) {
    let plan = plan(app);
    let build = phase(&plan, "build").commands.clone();
    (build, plan.start.and_then(|start| start.command))
}

#[track_caller]
fn assert_commands(app: &FakeApp, build: Option<&str>, start: Option<&str>) {
    let build = build.map(|command| ListEdit::from_iter([command]));
    assert_eq!(commands(app), (build, start.map(str::to_owned)));
}

fn depending_on(edition: Edition, names: &[&str]) -> FakeApp {
    let dependencies: Vec<_> = names.iter().map(|name| format!("{name:?}: \"1\"")).collect();
    let manifest = format!(r#"{{"dependencies": {{{}}}}}"#, dependencies.join(", "));
    FakeApp::new().edition(edition).file("package.json", manifest)
}

#[test]
fn the_page_names_what_is_read() {
    assert_page_matches::<Node>(include_str!("../README.md"));
}

#[test]
fn a_manifest_makes_the_app_ours() {
    for edition in Edition::ALL {
        assert!(FakeApp::new().edition(edition).file("package.json", "").detect::<Node>().unwrap());
        assert!(!FakeApp::new().edition(edition).file("web/package.json", "").detect::<Node>().unwrap());
        assert!(!FakeApp::new().edition(edition).directory("package.json").detect::<Node>().unwrap());
    }
}

#[test]
fn npm_app_for_nixpacks() {
    insta::assert_snapshot!(npm(FakeApp::nixpacks()).plan_text::<Node>(), @r#"
    {
      "phases": {
        "build": {
          "cacheDirectories": [
            "node_modules/.cache"
          ],
          "cmds": [
            "npm run build"
          ],
          "dependsOn": [
            "install"
          ]
        },
        "install": {
          "cacheDirectories": [
            "/root/.npm"
          ],
          "cmds": [
            "npm i"
          ],
          "dependsOn": [
            "setup"
          ],
          "paths": [
            "/app/node_modules/.bin"
          ]
        },
        "setup": {
          "nixOverlays": [
            "https://github.com/railwayapp/nix-npm-overlay/archive/main.tar.gz"
          ],
          "nixPkgs": [
            "nodejs_18",
            "npm-9_x"
          ],
          "nixpkgsArchive": "ffeebf0acf3ae8b29f8c7049cd911b9636efd7e7"
        }
      },
      "start": {
        "cmd": "npm run start"
      },
      "variables": {
        "CI": "true",
        "NODE_ENV": "production",
        "NPM_CONFIG_PRODUCTION": "false"
      }
    }
    "#);
}

#[test]
fn npm_app() {
    insta::assert_snapshot!(npm(FakeApp::new()).file("package-lock.json", "{}").changes_since_nixpacks::<Node>(), @r#"
    phases.install.excludeFiles: nothing -> ["**/node_modules"]
    phases.install.onlyIncludeFiles: nothing -> ["package.json","package-lock.json"]
    phases.install.onlyVariables: nothing -> ["CI","NODE_*","NPM_*","npm_*","YARN_*","PNPM_*","BUN_*","COREPACK_*","PUPPETEER_*","PLAYWRIGHT_*","CYPRESS_*","ELECTRON_*","SENTRYCLI_*","SHARP_*","HTTP_PROXY","HTTPS_PROXY","NO_PROXY"]
    phases.setup.nixOverlays: ["https://github.com/railwayapp/nix-npm-overlay/archive/main.tar.gz"] -> []
    phases.setup.nixPkgs: ["nodejs_18","npm-9_x"] -> ["nodejs_24"]
    phases.setup.nixpkgsArchive: "ffeebf0acf3ae8b29f8c7049cd911b9636efd7e7" -> "b25309931cfda5f0b8805f462a29897eeae50168"
    start.nixPkgs: nothing -> ["nodejs_24"]
    "#);
}

#[test]
fn everything_at_once_for_nixpacks() {
    let app = FakeApp::nixpacks().file(
        "package.json",
        r#"{
        "packageManager": "pnpm@8.1.0",
        "main": "server.js",
        "cacheDirectories": ["zz", "aa", "node_modules/.cache", "~/x"],
        "dependencies": {"prisma": "1", "sharp": "1", "puppeteer": "1", "canvas-confetti": "1", "next": "1"},
        "devDependencies": {"cypress": "1"}
    }"#,
    );
    let app = app.file("server.js", "").file("docs/package.json", r#"{"dependencies": {"next": "1"}}"#);
    insta::assert_snapshot!(app.plan_text::<Node>(), @r#"
    {
      "phases": {
        "build": {
          "cacheDirectories": [
            ".next/cache",
            "aa",
            "docs/.next/cache",
            "node_modules/.cache",
            "zz",
            "~/x"
          ],
          "dependsOn": [
            "install"
          ]
        },
        "install": {
          "cacheDirectories": [
            "/root/.cache/Cypress",
            "/root/.local/share/pnpm/store/v3"
          ],
          "cmds": [
            "npm install -g corepack@0.24.1 && corepack enable",
            "pnpm i --frozen-lockfile"
          ],
          "dependsOn": [
            "setup"
          ],
          "paths": [
            "/app/node_modules/.bin"
          ]
        },
        "setup": {
          "aptPkgs": [
            "libnss3",
            "libatk1.0-0",
            "libatk-bridge2.0-0",
            "libcups2",
            "libgbm1",
            "libasound2t64",
            "libpangocairo-1.0-0",
            "libxss1",
            "libgtk-3-0",
            "libxshmfence1",
            "libglu1",
            "chromium"
          ],
          "nixLibs": [
            "gcc-unwrapped",
            "libuuid",
            "libGL"
          ],
          "nixOverlays": [
            "https://github.com/railwayapp/nix-npm-overlay/archive/main.tar.gz"
          ],
          "nixPkgs": [
            "nodejs_18",
            "pnpm-8_x",
            "openssl"
          ],
          "nixpkgsArchive": "ffeebf0acf3ae8b29f8c7049cd911b9636efd7e7"
        }
      },
      "start": {
        "cmd": "node server.js"
      },
      "variables": {
        "CI": "true",
        "NODE_ENV": "production",
        "NPM_CONFIG_PRODUCTION": "false"
      }
    }
    "#);
}

#[test]
fn caddy_serves_a_single_page_app() {
    let caddy = |archive: &str| {
        let caddy = Phase::new("caddy").depends_on("setup").packages(["caddy"]).archive(archive);
        caddy.command("caddy fmt --overwrite /assets/Caddyfile")
    };
    let expected = [
        (Edition::NIXPACKS, caddy(NIXPKGS_CADDY)),
        // It runs before dependencies are installed.
        (Edition::E2026_11, caddy(NIXPKGS_26_05).only_include_files([""; 0]).only_variables([""; 0])),
    ];
    for (edition, expected) in expected {
        let plan = plan(&depending_on(edition, &["preact", "vite"]));
        assert_eq!(phase(&plan, "caddy"), &expected);
        let directory = ("NIXPACKS_SPA_OUTPUT_DIR".to_owned(), "dist".to_owned());
        assert!(plan.variables.contains(&directory), "{:?}", plan.variables);
        assert_eq!(plan.start.as_ref().and_then(|start| start.command.as_deref()), Some(START));
        let [(name, text)] = plan.static_assets.as_slice() else { panic!("{:?}", plan.static_assets) };
        assert_eq!(name, "Caddyfile");
        for directive in ["admin off", "auto_https off", "{$PORT:3000}", "../app/{$NIXPACKS_SPA_OUTPUT_DIR"] {
            assert!(text.contains(directive), "{directive}");
        }
    }
}

#[test]
fn without_a_manifest_nothing_is_installed_or_built() {
    for edition in Edition::ALL {
        let app = FakeApp::new().edition(edition).file("composer.json", "{}").file("vite.config.js", "");
        let plan = plan(&app);
        assert_eq!(phase(&plan, "install").commands, None, "{edition}");
        assert!(phase(&plan, "setup").nix_packages.is_some(), "{edition}");
        let command = plan.start.as_ref().and_then(|start| start.command.as_ref());
        assert_eq!((&phase(&plan, "build").commands, command), (&None, None), "{edition}");
    }
}

#[test]
fn a_broken_manifest_fails_at_the_root_and_for_nixpacks_everywhere() {
    for edition in Edition::ALL {
        let error = FakeApp::new().edition(edition).file("package.json", "{").plan::<Node>().unwrap_err();
        assert_eq!(error.message(), "Error reading package.json as JSON", "{edition}");
    }
    let nested = |app: FakeApp| npm(app).file("test/bad/package.json", "{");
    let error = nested(FakeApp::nixpacks()).plan::<Node>().unwrap_err();
    assert_eq!(error.message(), "Error reading test/bad/package.json as JSON");
    let app = nested(FakeApp::new());
    assert!(app.plan::<Node>().is_ok());
    assert!(app.warnings()[0].starts_with("Error reading test/bad/package.json as JSON"), "{:?}", app.warnings());
}

#[test]
fn the_app_starts_by_script_main_file_or_index() {
    for edition in Edition::ALL {
        let app = FakeApp::new().edition(edition).file("package.json", r#"{"main": "src/a.js"}"#);
        assert_commands(&app, None, None);
        let app = app.file("index.js", "");
        assert_commands(&app, None, Some("node index.js"));
        let app = app.file("src/a.js", "");
        assert_commands(&app, None, Some("node src/a.js"));
        assert_commands(&app.file("bun.lock", ""), None, Some("bun src/a.js"));
        let bun = depending_on(edition, &[]).file("bun.lock", "").file("index.ts", "");
        assert_commands(&bun, None, Some("bun index.ts"));
    }
}

#[test]
fn a_main_file_outside_of_the_app_is_none() {
    for edition in Edition::ALL {
        let app = FakeApp::new().edition(edition).file("package.json", r#"{"main": "../a.js"}"#);
        assert_commands(&app, None, None);
    }
}

#[test]
fn moon_builds_and_starts_the_app_that_is_named() {
    for edition in Edition::ALL {
        let app = npm(FakeApp::new().edition(edition))
            .file(".moon/workspace.yml", "")
            .file("yarn.lock", "")
            .variable("NIXPACKS_MOON_APP_NAME", "api")
            .variable("NIXPACKS_MOON_START_TASK", "serve");
        assert_commands(&app, Some("yarn @moonrepo/cli run api:build"), Some("yarn @moonrepo/cli run api:serve"));
        let caches = phase(&plan(&app), "build").cache_directories.clone();
        assert_eq!(caches, Some(ListEdit::from_iter([".moon/cache/outputs", "node_modules/.cache"])));
    }
}

#[test]
fn frameworks_start_in_their_own_way_where_nothing_else_does() {
    for (names, build, start) in [
        (&["next"] as &[_], Some("next build"), "next start"),
        (&["nuxt"], Some("nuxt build"), "node .output/server/index.mjs"),
        (&["@nestjs/core"], None, "node dist/main"),
        (&["@nestjs/core", "@nestjs/cli"], Some("nest build"), "node dist/main"),
        (
            &["@react-router/serve", "@react-router/dev"],
            Some("react-router build"),
            "react-router-serve ./build/server/index.js",
        ),
        (
            &["@remix-run/serve", "@remix-run/dev", "vite"],
            Some("remix vite:build"),
            "remix-serve ./build/server/index.js",
        ),
        (&["@remix-run/serve", "@remix-run/dev"], Some("remix build"), "remix-serve ./build/index.js"),
        (&["@sveltejs/kit", "@sveltejs/adapter-node", "vite"], Some("vite build"), "node build/index.js"),
        (&["@solidjs/start", "vite"], Some("vite build"), "srvx --prod -s ../client dist/server/entry-server.js"),
        (&["@solidjs/start", "nitro", "vite"], Some("vite build"), "node .output/server/index.mjs"),
        (&["astro", "@astrojs/node"], Some("astro build"), "HOST=${HOST:-0.0.0.0} node ./dist/server/entry.mjs"),
    ] {
        assert_commands(&depending_on(Edition::E2026_11, names), build, Some(start));
        assert_commands(&depending_on(Edition::NIXPACKS, names), None, None);
    }
}

#[test]
fn adapter_auto_takes_the_adapter_that_is_put_in() {
    let app = depending_on(Edition::E2026_11, &["@sveltejs/kit", "@sveltejs/adapter-auto", "vite"]);
    let (build, start) = commands(&app);
    let expected = ["npm install --no-save @sveltejs/adapter-node@5", "GCP_BUILDPACKS=1 vite build"];
    assert_eq!((build, start.as_deref()), (Some(ListEdit::from_iter(expected)), Some("node build")));
}

#[test]
fn a_server_that_listens_where_host_says_is_told_all_addresses() {
    let host = ("HOST".to_owned(), "0.0.0.0".to_owned());
    for (text, is_told) in [
        ("app.listen(port, process.env.HOST || 'localhost')", true),
        ("const host = process.env.HOST ?? \"127.0.0.1\"", true),
        ("const host = process.env.HOST", false),
        ("const host = process.env.HOSTNAME || 'localhost'", false),
    ] {
        let app = depending_on(Edition::E2026_11, &["express"]).file("server.js", text);
        assert_eq!(plan(&app).variables.contains(&host), is_told, "{text}");
    }
}

#[test]
fn a_server_with_a_port_of_its_own_is_said() {
    for (text, is_said) in [
        ("serve({ fetch: app.fetch, port: 3000 })", true),
        ("app.listen(8080, () => {})", true),
        ("const port = 3000\napp.listen(port)", true),
        ("app.listen(process.env.PORT || 3000)", false),
        ("new Pool({ port: 5432 })", false),
        ("app.listen(port)", false),
    ] {
        let manifest = r#"{"scripts": {"start": "node dist/index.js"}, "dependencies": {"hono": "4"}}"#;
        let app = FakeApp::new().file("package.json", manifest).file("src/index.ts", text);
        plan(&app);
        assert_eq!(app.warnings().iter().any(|warning| warning.contains("process.env.PORT ??")), is_said, "{text}");
    }
}

#[test]
fn the_standalone_server_of_next_gets_its_files() {
    let app = |build: &str| {
        let scripts = format!(r#"{{"build": "{build}", "start": "node .next/standalone/server.js"}}"#);
        FakeApp::new().file("package.json", format!(r#"{{"scripts": {scripts}, "dependencies": {{"next": "16"}}}}"#))
    };
    let plan = plan(&app("next build"));
    assert!(plan.variables.contains(&("HOSTNAME".to_owned(), "0.0.0.0".to_owned())), "{:?}", plan.variables);
    let copying =
        "cp -r .next/static .next/standalone/.next/ && if [ -d public ]; then cp -r public .next/standalone/; fi";
    assert_eq!(phase(&plan, "build").commands, Some(ListEdit::from_iter(["npm run build", copying])));
    let own = app("next build && cp -r .next/static .next/standalone/.next/");
    assert_commands(&own, Some("npm run build"), Some("npm run start"));
}

#[test]
fn a_script_for_storybook_comes_before_a_vite_that_no_script_calls() {
    let library =
        r#"{"scripts": {"build-storybook": "storybook build"}, "devDependencies": {"storybook": "10", "vite": "7"}}"#;
    assert_commands(&FakeApp::new().file("package.json", library), Some("npm run build-storybook"), Some(START));
}

#[test]
fn qwik_with_its_static_adapter_is_a_site() {
    let manifest = r#"{"scripts": {"build": "qwik build", "start": "vite --open"}, "devDependencies": {"@builder.io/qwik-city": "1", "vite": "7"}}"#;
    let app = FakeApp::new().file("package.json", manifest).file("adapters/static/vite.config.ts", "");
    assert_commands(&app, Some("npm run build"), Some(START));
}

#[test]
fn a_program_that_ends_at_once_is_said() {
    for (text, ends) in [
        ("console.log(\"Hello via Bun!\");", true),
        ("Bun.serve({})", false),
        ("export default { fetch() {} }", false),
        ("import \"./bot\"", false),
    ] {
        let app = FakeApp::new().file("package.json", "{}").file("bun.lock", "").file("index.ts", text);
        assert_commands(&app, None, Some("bun index.ts"));
        assert_eq!(app.warnings().iter().any(|warning| warning.contains("starts no server")), ends, "{text}");
    }
}

#[test]
fn a_site_whose_tool_lacks_a_package_is_said() {
    let expo = depending_on(Edition::E2026_11, &["expo", "react-native"]);
    assert_commands(&expo, Some("expo export -p web"), Some(START));
    assert!(expo.warnings()[0].contains("needs react-native-web"), "{:?}", expo.warnings());
    let app = depending_on(Edition::E2026_11, &["expo", "react-native-web"]);
    plan(&app);
    assert_eq!(app.warnings(), [""; 0]);
}

#[test]
fn a_framework_yields_to_scripts_and_monorepos() {
    let scripts = r#"{"dependencies": {"next": "1"}, "scripts": {"build": "b", "start": "s"}}"#;
    let app = FakeApp::new().file("package.json", scripts);
    assert_commands(&app, Some("npm run build"), Some("npm run start"));
    let monorepo = depending_on(Edition::E2026_11, &["next"]).file("nx.json", "{}");
    assert_commands(&monorepo, None, None);
}

#[test]
fn a_generated_site_is_built_and_served() {
    let app = depending_on(Edition::E2026_11, &["astro"]);
    assert_commands(&app, Some("astro build"), Some(START));
}

#[test]
fn any_text_as_manifest_and_configuration_is_survived() {
    let texts = ["", "{", "[]", "null", "3", "\"\"", "{\"a\": {}}", "\u{feff}", "[[[[", "{\"main\": \"\\u0000\"}", "'"];
    let paths =
        ["package.json", "nx.json", "turbo.json", "tsconfig.json", "pnpm-workspace.yaml", ".nvmrc", "yarn.lock"];
    for edition in Edition::ALL {
        for path in paths {
            for text in texts {
                let app = npm(FakeApp::new().edition(edition)).file("apps/a/project.json", text).file(path, text);
                let app = app.variable("NIXPACKS_TURBO_APP_NAME", text).variable("NIXPACKS_NX_APP_NAME", "a");
                match app.plan::<Node>() {
                    Ok(plan) => assert!(plan.is_some(), "{edition} {path} {text:?}"),
                    Err(error) => assert!(!error.message().is_empty(), "{edition} {path} {text:?}"),
                }
            }
        }
    }
}

#[test]
fn angular_answers_only_for_hosts_that_the_app_names() {
    let manifest = r#"{"dependencies": {"@angular/ssr": "22"}, "devDependencies": {"@angular/cli": "22"},
        "scripts": {"start": "ng serve", "build": "ng build"}}"#;
    let warned = |hosts: &str, app: FakeApp| {
        let options = format!(r#"{{"server": "src/main.server.ts", "security": {{"allowedHosts": [{hosts}]}}}}"#);
        let build = format!(r#"{{"builder": "@angular/build:application", "options": {options}}}"#);
        let workspace = format!(r#"{{"projects": {{"shop": {{"architect": {{"build": {build}}}}}}}}}"#);
        let app = app.file("package.json", manifest).file("angular.json", workspace);
        let start = app.plan::<Node>().unwrap().unwrap().start.and_then(|start| start.command);
        assert_eq!(start.as_deref(), Some("node dist/shop/server/server.mjs"));
        app.warnings().iter().any(|warning| warning.contains("NG_ALLOWED_HOSTS"))
    };
    assert!(warned("", FakeApp::new()));
    assert!(!warned("\"www.example.org\"", FakeApp::new()));
    assert!(!warned("", FakeApp::new().variable("NG_ALLOWED_HOSTS", "www.example.org")));
    assert!(!warned("", FakeApp::new().file("src/server.ts", "new AngularNodeAppEngine({ allowedHosts: ['x'] })")));
}

#[test]
fn a_manifest_that_pnpm_alone_reads_is_one() {
    let app = FakeApp::new().file("package.json5", "{scripts: {start: 'node main.js'}, /* x */}").file("main.js", "");
    assert!(app.detect::<Node>().unwrap());
    assert_commands(&app, None, Some("node main.js"));
    assert_eq!(phase(&plan(&app), "install").commands, Some(ListEdit::from_iter(["pnpm install"])));
    let yaml = FakeApp::new().file("package.yaml", "name: x");
    assert!(!yaml.detect::<Node>().unwrap());
    let yaml = yaml.file("pnpm-lock.yaml", "");
    assert!(yaml.detect::<Node>().unwrap());
    let error = yaml.plan::<Node>().unwrap_err().to_string();
    assert!(error.contains("package.yaml"), "{error}");
}

#[test]
fn playwright_gets_a_browser_and_is_told_where_it_is() {
    let app = depending_on(Edition::E2026_11, &["playwright"]).file("index.js", "import p; p.launch()");
    assert!(app.plan_text::<Node>().contains("\"chromium\""));
    assert!(app.warnings()[0].contains("executablePath"), "{:?}", app.warnings());
    let told =
        depending_on(Edition::E2026_11, &["playwright"]).file("index.js", "import p; p.launch({ executablePath: x })");
    assert!(told.plan_text::<Node>().contains("\"chromium\"") && told.warnings().is_empty(), "{:?}", told.warnings());
    let test = FakeApp::new().file("package.json", r#"{"devDependencies": {"playwright": "1"}}"#);
    assert!(!test.plan_text::<Node>().contains("chromium"));
}

#[test]
fn a_server_that_nobody_reaches_is_said() {
    let said = |package: &str, text: &str| {
        let app = depending_on(Edition::E2026_11, &[package]).file("server.js", text);
        plan(&app);
        app.warnings().iter().any(|warning| warning.contains("loopback"))
    };
    assert!(said("fastify", "fastify.listen({ port: process.env.PORT }, (err) => {})"));
    assert!(!said("fastify", "fastify.listen({ port: process.env.PORT, host: '0.0.0.0' })"));
    assert!(said("express", "app.listen(process.env.PORT, 'localhost')"));
    assert!(!said("express", "app.listen(process.env.PORT, () => console.log('http://localhost'))"));
    assert!(!said("express", "app.listen(process.env.PORT, process.env.HOST || 'localhost')"));
}

#[test]
fn the_program_of_several_nest_apps_lies_in_its_folder() {
    let app = depending_on(Edition::E2026_11, &["@nestjs/core"]);
    assert_eq!(commands(&app).1.as_deref(), Some("node dist/main"));
    let several = app.file("nest-cli.json", r#"{"monorepo": true, "root": "apps/api"}"#);
    assert_eq!(commands(&several).1.as_deref(), Some("node dist/apps/api/main"));
}

#[test]
fn a_file_of_variables_that_is_not_there_is_said() {
    let script = r#"{"scripts": {"start": "node --env-file=.env server.js"}}"#;
    let app = FakeApp::new().file("package.json", script).file("server.js", "import x");
    plan(&app);
    assert!(app.warnings()[0].contains("--env-file-if-exists=.env"), "{:?}", app.warnings());
}

#[test]
fn servers_for_development_are_known_whatever_they_are_told() {
    for (start, tool, folder) in [
        ("webpack-dev-server --config webpack.dev.js", "webpack", "dist"),
        ("browser-sync start --server public", "browser-sync", "public"),
    ] {
        let manifest = format!(
            r#"{{"scripts": {{"start": "{start}", "build": "webpack"}}, "devDependencies": {{"{tool}": "1"}}}}"#
        );
        let app = FakeApp::new().file("package.json", manifest);
        assert_commands(&app, Some("npm run build"), Some(START));
        assert!(app.plan_text::<Node>().contains(&format!("\"{folder}\"")), "{start}");
    }
}
