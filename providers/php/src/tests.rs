//! Whole plans, and what crosses modules.

use crate::rules::RULES;
use crate::{ASSETS, Php, TEMPLATE};
use plugpacks_provider_support::javascript::elements;
use plugpacks_sdk::testing::{FakeApp, assert_page_matches};
use plugpacks_sdk::{Edition, PartialPlan, Phase};

/// What Node's provider says of an app with pnpm.
fn node() -> PartialPlan {
    let setup = Phase::setup(["nodejs_24", "pnpm_10", "openssl"]).archive("b253");
    let install = Phase::install().command("corepack enable").command("pnpm i").cache_directories(["/root/.pnpm"]);
    PartialPlan::new()
        .phase(Phase { nix_overlays: Some(["https://overlay"].into_iter().collect()), ..setup })
        .phase(install.paths(["/app/node_modules/.bin"]))
        .phase(Phase::build().cache_directories(["node_modules/.cache"]))
}

fn laravel(app: FakeApp) -> FakeApp {
    app.file("artisan", "")
        .file("composer.json", "{\"require\": {\"php\": \"^8.2\", \"ext-redis\": \"*\"}}")
        .file("package.json", "{\"scripts\": {\"build\": \"vite build\"}}")
        .plan_of("node", node())
}

/// The plan without the texts of the assets.
fn plan_text(app: &FakeApp) -> String {
    let text = app.plan_text::<Php>();
    let Some((before, after)) = text.split_once("  \"staticAssets\": {") else { return text };
    let rest = after.split_once("\n  },\n").map_or(after, |(_, rest)| rest);
    format!("{before}{rest}")
}

fn plan(app: &FakeApp) -> PartialPlan {
    app.plan::<Php>().unwrap().unwrap()
}

#[test]
fn the_page_names_what_the_provider_reads() {
    assert_page_matches::<Php>(include_str!("../README.md"));
}

#[test]
fn either_manifest_makes_the_app_ours() {
    for file in crate::MARKERS {
        assert_eq!(FakeApp::new().file(file, "").detect::<Php>(), Ok(true), "{file}");
    }
    assert_eq!(FakeApp::new().file("public/index.php", "").detect::<Php>(), Ok(false));
}

#[test]
fn laravel_under_nixpacks() {
    insta::assert_snapshot!(plan_text(&laravel(FakeApp::nixpacks())), @r#"
    {
      "phases": {
        "build": {
          "cmds": [
            "pnpm run build"
          ],
          "dependsOn": [
            "install"
          ]
        },
        "install": {
          "cmds": [
            "mkdir -p /var/log/nginx && mkdir -p /var/cache/nginx",
            "composer install --ignore-platform-reqs",
            "pnpm i"
          ],
          "dependsOn": [
            "setup"
          ]
        },
        "setup": {
          "nixLibs": [
            "phpExtensions.redis",
            "libmysqlclient"
          ],
          "nixOverlays": [
            "https://overlay"
          ],
          "nixPkgs": [
            "(php.withExtensions (pe: pe.enabled ++ [pe.all.redis]))",
            "nginx",
            "libmysqlclient",
            "phpPackages.composer",
            "nodejs_24",
            "pnpm_10",
            "phpExtensions.redis"
          ],
          "nixpkgsArchive": "e24b4c09e963677b1beea49d411cd315a024ad3a"
        }
      },
      "start": {
        "cmd": "node /assets/scripts/prestart.mjs /assets/nginx.template.conf /nginx.conf && (php-fpm -y /assets/php-fpm.conf & nginx -c /nginx.conf)"
      },
      "variables": {
        "IS_LARAVEL": "yes",
        "NIXPACKS_PHP_ROOT_DIR": "/app/public",
        "PORT": "80"
      }
    }
    "#);
}

#[test]
fn laravel_under_2026_11() {
    insta::assert_snapshot!(plan_text(&laravel(FakeApp::new())), @r#"
    {
      "phases": {
        "autoload": {
          "cmds": [
            "composer dump-autoload --ignore-platform-reqs --no-interaction --optimize"
          ],
          "dependsOn": [
            "install"
          ]
        },
        "build": {
          "cacheDirectories": [
            "node_modules/.cache"
          ],
          "cmds": [
            "pnpm run build"
          ],
          "dependsOn": [
            "install",
            "autoload"
          ]
        },
        "install": {
          "cacheDirectories": [
            "/root/.cache/composer",
            "/root/.pnpm"
          ],
          "cmds": [
            "mkdir -p /var/log/nginx /var/cache/nginx && chmod 1777 /var/log/nginx /var/cache/nginx",
            "COMPOSER_CACHE_DIR=/root/.cache/composer composer install --ignore-platform-reqs --no-interaction --no-scripts --no-autoloader",
            "corepack enable",
            "pnpm i"
          ],
          "dependsOn": [
            "setup",
            "node:setup"
          ],
          "excludeFiles": [
            "vendor"
          ],
          "paths": [
            "/app/node_modules/.bin"
          ]
        },
        "node:setup": {
          "nixOverlays": [
            "https://overlay"
          ],
          "nixPkgs": [
            "nodejs_24",
            "pnpm_10",
            "openssl"
          ],
          "nixpkgsArchive": "b253"
        },
        "setup": {
          "nixLibs": [
            "php84Extensions.redis",
            "libmysqlclient"
          ],
          "nixOverlays": [],
          "nixPkgs": [
            "(php84.withExtensions (pe: pe.enabled ++ [pe.all.redis]))",
            "nginx",
            "libmysqlclient",
            "php84Packages.composer",
            "php84Extensions.redis"
          ],
          "nixpkgsArchive": "b25309931cfda5f0b8805f462a29897eeae50168"
        }
      },
      "start": {
        "cmd": "node /assets/scripts/prestart.mjs /assets/nginx.template.conf /tmp/nginx.conf && php-fpm -D -y /assets/php-fpm.conf && exec nginx -e stderr -c /tmp/nginx.conf",
        "nixPkgs": [
          "(php84.withExtensions (pe: pe.enabled ++ [pe.all.redis]))",
          "nginx",
          "nodejs_24"
        ],
        "onlyIncludeFiles": [
          "/app/",
          "/var/log/nginx",
          "/var/cache/nginx"
        ]
      },
      "variables": {
        "COMPOSER_ALLOW_SUPERUSER": "1",
        "COMPOSER_NO_DEV": "1",
        "IS_LARAVEL": "yes",
        "NIXPACKS_PHP_ROOT_DIR": "/app/public"
      }
    }
    "#);
}

#[test]
fn a_script_alone() {
    let app = FakeApp::new().file("index.php", "").plan_of("node", node());
    insta::assert_snapshot!(plan_text(&app), @r#"
    {
      "phases": {
        "install": {
          "cmds": [
            "mkdir -p /var/log/nginx /var/cache/nginx && chmod 1777 /var/log/nginx /var/cache/nginx"
          ],
          "dependsOn": [
            "setup",
            "node:setup"
          ]
        },
        "node:setup": {
          "nixOverlays": [
            "https://overlay"
          ],
          "nixPkgs": [
            "nodejs_24",
            "pnpm_10",
            "openssl"
          ],
          "nixpkgsArchive": "b253"
        },
        "setup": {
          "nixLibs": [
            "libmysqlclient"
          ],
          "nixOverlays": [],
          "nixPkgs": [
            "(php84.withExtensions (pe: pe.enabled ++ []))",
            "nginx",
            "libmysqlclient",
            "php84Packages.composer"
          ],
          "nixpkgsArchive": "b25309931cfda5f0b8805f462a29897eeae50168"
        }
      },
      "start": {
        "cmd": "node /assets/scripts/prestart.mjs /assets/nginx.template.conf /tmp/nginx.conf && php-fpm -D -y /assets/php-fpm.conf && exec nginx -e stderr -c /tmp/nginx.conf",
        "nixPkgs": [
          "(php84.withExtensions (pe: pe.enabled ++ []))",
          "nginx",
          "nodejs_24"
        ],
        "onlyIncludeFiles": [
          "/app/",
          "/var/log/nginx",
          "/var/cache/nginx"
        ]
      },
      "variables": {
        "COMPOSER_ALLOW_SUPERUSER": "1",
        "COMPOSER_NO_DEV": "1"
      }
    }
    "#);
}

#[test]
fn every_asset_is_there_and_every_import_leads_to_one() {
    let names: Vec<_> = plan(&laravel(FakeApp::nixpacks())).static_assets.into_iter().map(|(name, _)| name).collect();
    let expected: Vec<_> = [TEMPLATE].into_iter().chain(ASSETS.map(|(name, _)| name)).collect();
    assert_eq!(names, expected);
    for (_, text) in ASSETS {
        for (_, path) in text.lines().filter_map(|line| line.split_once("from \".")) {
            let file = path.trim_end_matches("\";").rsplit('/').next().unwrap();
            assert!(names.iter().any(|name| name.ends_with(file)), "{file}");
        }
    }
}

#[test]
fn the_template_has_one_location_for_everything() {
    for edition in Edition::ALL {
        assert_eq!(RULES.of(edition).template.matches("location / {").count(), 1, "{edition}");
    }
}

#[test]
fn nginx_writes_where_any_user_may() {
    for line in [
        "pid /tmp/nginx.pid;",
        "client_body_temp_path /tmp/nginx-client-body;",
        "fastcgi_temp_path /tmp/nginx-fastcgi;",
    ] {
        assert_eq!(RULES.of(Edition::DEFAULT).template.matches(line).count(), 1, "{line}");
    }
}

#[test]
fn laravel_mix_builds_with_prod() {
    let app = FakeApp::nixpacks()
        .file("index.php", "")
        .file("package.json", "{\"scripts\": {\"build\": \"b\", \"prod\": \"mix\"}}")
        .plan_of("node", node());
    let plan = plan(&app);
    let build = plan.phases.iter().find(|phase| phase.name == "build").unwrap();
    assert_eq!(elements(build.commands.as_ref()), ["pnpm run prod"]);
}

#[test]
fn the_apps_own_configuration_is_taken() {
    let start = |app: FakeApp| plan(&app.file("index.php", "").plan_of("node", node())).start.unwrap().command.unwrap();
    let own = FakeApp::new().file("nginx.conf", "").file("nginx.template.conf", "");
    assert_eq!(start(own), "php-fpm -D -y /assets/php-fpm.conf && exec nginx -e stderr -c /app/nginx.conf");
    let template = start(FakeApp::new().file("nginx.template.conf", ""));
    assert!(
        template.starts_with("node /assets/scripts/prestart.mjs /app/nginx.template.conf /tmp/nginx.conf && php-fpm ")
    );
}
