//! The provider `r`: Shiny apps, Plumber APIs and scripts in R.

#![cfg_attr(test, allow(clippy::unwrap_used, reason = "a test fails by panicking"))]

mod packages;
mod program;

use packages::Packages;
use plugpacks_provider_support::manifests;
use plugpacks_provider_support::release::NIXPKGS_26_05;
use plugpacks_sdk::{
    Context, Description, Edition, Marker, Needs, Package, PartialPlan, Phase, Provider, Result, Start,
};
use program::Program;

/// The edition that this provider came with.
const FIRST: Edition = Edition::E2026_11;

/// Files that only R apps have.
const FILES: [&str; 4] = ["renv.lock", "app.R", "server.R", "plumber.R"];

/// A file of this name describes an R package if it has one of an R package's fields.
const DESCRIPTION: &str = "DESCRIPTION";
const FIELDS: &str = r"(?m)^(?:Package|Imports|Depends|Type):";

/// Apps with R code of a known kind.
pub struct R;

impl Provider for R {
    fn describe(edition: Edition) -> Description {
        Description::new("r", env!("CARGO_PKG_VERSION"), "Shiny apps, Plumber APIs and scripts in R")
            .markers(FILES.map(Marker::file))
            .marker(Marker::file(DESCRIPTION))
            .since(FIRST, edition)
    }

    fn detect(context: &Context) -> Result<bool> {
        if context.app.first_file(&manifests::STATIC_SITE)?.is_some() {
            return Ok(false);
        }
        if context.app.first_file(&FILES)?.is_some() {
            return Ok(true);
        }
        Ok(context.app.has_file(DESCRIPTION)? && context.app.search(DESCRIPTION, FIELDS)?.is_some())
    }

    fn plan(context: &Context) -> Result<Option<PartialPlan>> {
        context.environment.require("r", FIRST)?;
        let program = Program::find(context)?;
        let mut packages = Packages::find(context)?;
        packages.add(program.as_ref().and_then(Program::framework));
        let interpreter = interpreter(&packages);
        let start = program.as_ref().map_or_else(Start::new, |program| Start::command(program.command()));
        let plan = PartialPlan::new()
            .phase(Phase::setup([interpreter.clone()]).archive(NIXPKGS_26_05))
            .variable("LANG", "C.UTF-8")
            .start(start.needs(Needs::packages([interpreter])));
        let has_renv = context.app.has_file("renv/activate.R")? || context.app.has_file("renv.lock")?;
        // Else renv would install itself when R starts, and hide the packages that are there.
        Ok(Some(if has_renv { plan.variable("RENV_CONFIG_AUTOLOADER_ENABLED", "FALSE") } else { plan }))
    }
}

plugpacks_sdk::export_provider!(R);

/// R, with packages where there are any.
fn interpreter(packages: &Packages) -> Package {
    let attributes: Vec<_> = packages.attributes().collect();
    if attributes.is_empty() {
        return Package::new("R");
    }
    Package::new("rWrapper").overriding("packages", &format!("with rPackages; [ {} ]", attributes.join(" ")))
}

#[cfg(test)]
mod tests {
    use super::R;
    use plugpacks_sdk::testing::{FakeApp, assert_page_matches};

    #[test]
    fn the_page_names_everything() {
        assert_page_matches::<R>(include_str!("../README.md"));
    }

    #[test]
    fn nixpacks_knows_no_r() {
        for file in super::FILES {
            assert!(FakeApp::new().file(file, "").detect::<R>().unwrap());
            assert!(!FakeApp::new().file(file, "").file("index.html", "").detect::<R>().unwrap());
            let app = FakeApp::nixpacks().file(file, "");
            assert!(!app.detect::<R>().unwrap());
            assert_eq!(app.plan::<R>().unwrap_err().message(), "Provider r not found");
        }
    }

    #[test]
    fn a_description_is_rs_if_it_has_rs_fields() {
        let app = |text: &str| FakeApp::new().file("DESCRIPTION", text);
        assert!(app("Package: relay\n").detect::<R>().unwrap());
        assert!(app("Type: Shiny\nImports:\n    shiny\n").detect::<R>().unwrap());
        assert!(!app("This folder holds the relay.\n").detect::<R>().unwrap());
    }

    #[test]
    fn a_shiny_app_with_a_lock() {
        let app = FakeApp::new().file("app.R", "library(shiny)\nshinyApp(ui, server)\n").file(
            "renv.lock",
            r#"{"R": {"Version": "4.4.1"}, "Packages": {
                "shiny": {"Package": "shiny", "Version": "1.9.1", "Source": "Repository"},
                "data.table": {"Package": "data.table", "Version": "1.16.0", "Source": "Repository"},
                "renv": {"Package": "renv", "Version": "1.0.7", "Source": "Repository"}}}"#,
        );
        insta::assert_snapshot!(app.plan_text::<R>(), @r#"
        {
          "phases": {
            "setup": {
              "nixOverlays": [],
              "nixPkgs": [
                "(rWrapper.override { packages = with rPackages; [ data_table shiny ]; })"
              ],
              "nixpkgsArchive": "b25309931cfda5f0b8805f462a29897eeae50168"
            }
          },
          "start": {
            "cmd": "Rscript -e 'shiny::runApp(host = \"0.0.0.0\", port = as.integer(Sys.getenv(\"PORT\", \"3838\")))'",
            "nixPkgs": [
              "(rWrapper.override { packages = with rPackages; [ data_table shiny ]; })"
            ]
          },
          "variables": {
            "LANG": "C.UTF-8",
            "RENV_CONFIG_AUTOLOADER_ENABLED": "FALSE"
          }
        }
        "#);
        assert_eq!(app.warnings().len(), 1, "{:?}", app.warnings());
    }

    #[test]
    fn a_script_without_packages() {
        let app = FakeApp::new().file("app.R", "cat(\"hello\\n\")\n");
        insta::assert_snapshot!(app.plan_text::<R>(), @r#"
        {
          "phases": {
            "setup": {
              "nixOverlays": [],
              "nixPkgs": [
                "R"
              ],
              "nixpkgsArchive": "b25309931cfda5f0b8805f462a29897eeae50168"
            }
          },
          "start": {
            "cmd": "Rscript app.R",
            "nixPkgs": [
              "R"
            ]
          },
          "variables": {
            "LANG": "C.UTF-8"
          }
        }
        "#);
        assert_eq!(app.warnings(), [""; 0]);
    }
}
