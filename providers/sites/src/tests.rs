//! Which apps are sites, and whole plans.

use crate::Sites;
use plugpacks_sdk::testing::{FakeApp, assert_page_matches};
use plugpacks_sdk::{Edition, PartialPlan, Phase, Provider, StartFile};

const HUGO: &str = "baseURL = \"https://example.org/\"\n";

#[test]
fn the_page_names_everything() {
    assert_page_matches::<Sites>(include_str!("../README.md"));
}

/// The command that makes the site, and where it is served from.
fn made(app: &FakeApp) -> Option<(String, String)> {
    if !app.detect::<Sites>().unwrap() {
        return None;
    }
    let plan = app.plan::<Sites>().unwrap().unwrap();
    let build = plan.phases.iter().find(|phase| phase.name == "build").unwrap();
    let command = plugpacks_provider_support::javascript::elements(build.commands.as_ref())[0].clone();
    match plan.start.unwrap().files.swap_remove(0) {
        StartFile::App(folder) => Some((command, folder)),
        other => panic!("{other:?}"),
    }
}

fn expect(app: &FakeApp, command: &str, folder: &str) {
    assert_eq!(made(app), Some((command.to_owned(), folder.to_owned())));
}

#[test]
fn each_generator_is_known_by_its_configuration() {
    for (file, text, command, folder) in [
        ("hugo.toml", "", "hugo --gc --minify", "public"),
        ("config.yaml", "baseURL: https://example.org/\npublishDir: docs\n", "hugo --gc --minify", "docs"),
        ("config.toml", HUGO, "hugo --gc --minify", "public"),
        ("config.toml", "base_url = \"https://example.org\"\noutput_dir = \"out\"\n", "zola build", "out"),
        ("book.toml", "[build]\nbuild-dir = \"html\"\n", "mdbook build", "html"),
        ("mkdocs.yml", "site_name: Manual\nsite_dir: 'pages' # made\n", "mkdocs build", "pages"),
        ("docs/source/conf.py", "extensions = []\n", "sphinx-build -b html docs/source _build/html", "_build/html"),
        ("_config.yml", "title: Diary\n", "JEKYLL_ENV=production jekyll build", "_site"),
    ] {
        expect(&FakeApp::new().file(file, text), command, folder);
    }
    for (file, text) in
        [("config.toml", "[server]\nport = 1\n"), ("conf.py", "PORT = 1\n"), ("_config.yml", "language: en\n")]
    {
        assert_eq!(made(&FakeApp::new().file(file, text)), None, "{file}");
    }
}

#[test]
fn a_folder_outside_the_app_is_not_served() {
    expect(&FakeApp::new().file("hugo.toml", "publishDir = \"../public\"\n"), "hugo --gc --minify", "public");
    expect(&FakeApp::new().file("hugo.toml", "publishDir = \"/srv\"\n"), "hugo --gc --minify", "public");
}

#[test]
fn documentation_beside_a_program_is_no_site() {
    let book = || FakeApp::new().file("book.toml", "");
    let mkdocs =
        || FakeApp::new().file("mkdocs.yml", "").file("requirements.txt", "mkdocs\n").plan_of("python", python());
    assert!(book().detect::<Sites>().unwrap());
    assert!(!book().file("Cargo.toml", "").detect::<Sites>().unwrap());
    assert!(mkdocs().detect::<Sites>().unwrap());
    assert!(mkdocs().file("docs/hooks.py", "").detect::<Sites>().unwrap());
    for code in ["app.py", "src/shop/cli.py", "shop/__init__.py"] {
        assert!(!mkdocs().file(code, "").detect::<Sites>().unwrap(), "{code}");
    }
    let hugo = |scripts: &str| {
        FakeApp::new().file("hugo.toml", "").file("package.json", format!("{{\"scripts\": {scripts}}}"))
    };
    assert!(hugo("{}").detect::<Sites>().unwrap());
    assert!(hugo(r#"{"start": "npm run serve", "serve": "hugo server"}"#).detect::<Sites>().unwrap());
    assert!(!hugo(r#"{"start": "node server.js"}"#).detect::<Sites>().unwrap());
    let module = FakeApp::new().file("hugo.toml", "").file("go.mod", "");
    assert!(module.detect::<Sites>().unwrap());
    assert!(!module.file("main.go", "").detect::<Sites>().unwrap());
}

#[test]
fn nixpacks_knows_no_sites() {
    let app = FakeApp::nixpacks().file("hugo.toml", "");
    assert_eq!(app.detect::<Sites>(), Ok(false));
    assert!(app.plan::<Sites>().is_err());
    assert!(Sites::describe(Edition::NIXPACKS).markers.is_empty());
}

/// What Python's provider says of an app with requirements.
fn python() -> PartialPlan {
    PartialPlan::new()
        .phase(Phase::setup(["python313"]))
        .phase(Phase::install().command("pip install -r requirements.txt").paths(["/opt/venv/bin"]))
}

#[test]
fn hugo_is_built_and_served() {
    let plan = FakeApp::new().file("hugo.toml", "").file("go.mod", "").plan_text::<Sites>();
    let (plan, _) = plan.split_once(",\n  \"staticAssets\"").unwrap();
    insta::assert_snapshot!(plan, @r#"
    {
      "phases": {
        "build": {
          "cmds": [
            "hugo --gc --minify"
          ],
          "dependsOn": [
            "setup"
          ],
          "excludeFiles": [
            "public"
          ]
        },
        "caddy": {
          "cmds": [
            "caddy fmt --overwrite /assets/Caddyfile"
          ],
          "dependsOn": [
            "setup"
          ],
          "nixOverlays": [],
          "nixPkgs": [
            "caddy"
          ],
          "nixpkgsArchive": "b25309931cfda5f0b8805f462a29897eeae50168",
          "onlyIncludeFiles": [],
          "onlyVariables": []
        },
        "setup": {
          "nixOverlays": [],
          "nixPkgs": [
            "hugo",
            "go",
            "git"
          ],
          "nixpkgsArchive": "b25309931cfda5f0b8805f462a29897eeae50168"
        }
      },
      "start": {
        "aptPkgs": [],
        "cmd": "exec caddy run --config /assets/Caddyfile --adapter caddyfile 2>&1",
        "nixLibs": [],
        "nixPkgs": [
          "caddy"
        ],
        "onlyIncludeFiles": [
          "public"
        ]
      }
    "#);
}

#[test]
fn mkdocs_comes_with_the_apps_requirements() {
    let app = FakeApp::new().file("mkdocs.yml", "").file("requirements.txt", "mkdocs-material\n");
    let plan = app.plan_of("python", python()).plan::<Sites>().unwrap().unwrap();
    let names: Vec<_> = plan.phases.iter().map(|phase| phase.name.as_str()).collect();
    assert_eq!(names, ["setup", "install", "build", "caddy"]);
}

#[test]
fn without_requirements_the_configuration_tells_what_is_needed() {
    let install = |app: FakeApp| {
        let plan = app.plan::<Sites>().unwrap().unwrap();
        plugpacks_provider_support::javascript::elements(plan.phases[1].commands.as_ref())[0].clone()
    };
    assert_eq!(
        install(FakeApp::new().file("mkdocs.yml", "theme:\n  name: material\n")),
        "python -m venv /opt/venv && /opt/venv/bin/pip install 'mkdocs' 'mkdocs-material'"
    );
    let sphinx = FakeApp::new().file("docs/conf.py", "extensions = []\nhtml_theme = 'furo'\n");
    assert_eq!(
        install(sphinx.file("docs/requirements.txt", "")),
        "python -m venv /opt/venv && /opt/venv/bin/pip install 'sphinx' 'furo' -r docs/requirements.txt"
    );
}

#[test]
fn a_book_gets_what_it_calls() {
    let book = "[preprocessor.mermaid]\ncommand = \"mdbook-mermaid\"\n[preprocessor.links]\n[preprocessor.own]\n\
                [output.html]\n[output.html.fold]\n[output.linkcheck]\n";
    let app = FakeApp::new().file("book.toml", book);
    let text = app.plan_text::<Sites>();
    assert!(text.contains("\"mdbook-mermaid\"") && text.contains("\"mdbook-linkcheck\""), "{text}");
    assert!(text.contains("book/html"), "{text}");
    assert!(app.warnings()[0].contains("mdbook-own"), "{:?}", app.warnings());
}

#[test]
fn packages_of_node_are_installed_where_the_site_is_not_built_by_them() {
    let node = || {
        PartialPlan::new()
            .phase(Phase::setup(["nodejs_24"]))
            .phase(Phase::install().command("npm ci"))
            .phase(Phase::build().command("npm run build"))
    };
    let phases = |manifest: &str| {
        let app = FakeApp::new().file("hugo.toml", "").file("package.json", manifest).plan_of("node", node());
        let plan = app.plan::<Sites>().unwrap().unwrap();
        plan.phases.into_iter().map(|phase| phase.name).filter(|name| name.starts_with("node:")).collect::<Vec<_>>()
    };
    let tools = r#"{"devDependencies": {"postcss-cli": "11"}}"#;
    assert_eq!(phases(tools), ["node:setup", "node:install"]);
    let docsy =
        r#"{"devDependencies": {"a": "1"}, "scripts": {"build": "npm run _hugo --", "_hugo": "hugo --minify"}}"#;
    assert_eq!(phases(docsy), ["node:setup", "node:install"]);
    let styles =
        r#"{"devDependencies": {"a": "1"}, "scripts": {"build": "tailwindcss -o a.css", "dev": "hugo server"}}"#;
    assert_eq!(phases(styles), ["node:setup", "node:install", "node:build"]);
}
