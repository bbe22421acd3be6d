//! The provider `sites`: what generators of static sites make is built and served.

#![cfg_attr(test, allow(clippy::unwrap_used, reason = "a test fails by panicking"))]

mod generators;
mod mdbook;
mod python;
mod site;
#[cfg(test)]
mod tests;

use generators::{GENERATORS, Installation};
use plugpacks_provider_support::assets::Assets;
use plugpacks_provider_support::file_server::{Fallback, FileServer};
use plugpacks_provider_support::release::NIXPKGS_26_05;
use plugpacks_sdk::{Context, Description, Edition, Marker, PartialPlan, Phase, Provider, Result};
use site::Site;

/// Sites of Hugo, Zola, mdBook, MkDocs, Sphinx, Pelican and, without a Gemfile, Jekyll.
pub struct Sites;

/// The first edition with this provider; Nixpacks has none like it.
const FIRST_EDITION: Edition = Edition::E2026_11;

impl Provider for Sites {
    fn describe(edition: Edition) -> Description {
        let signs = GENERATORS.iter().flat_map(|generator| generator.signs);
        let mut files: Vec<_> = signs.map(|sign| sign.file).collect();
        files.sort_unstable();
        files.dedup();
        Description::new(
            "sites",
            env!("CARGO_PKG_VERSION"),
            "Static sites of Hugo, Zola, mdBook, MkDocs, Sphinx and others",
        )
        .markers(files.into_iter().map(Marker::file))
        .since(FIRST_EDITION, edition)
    }

    fn detect(context: &Context) -> Result<bool> {
        Ok(context.environment.edition() >= FIRST_EDITION && Site::find(context)?.is_some())
    }

    fn plan(context: &Context) -> Result<Option<PartialPlan>> {
        context.environment.require("sites", FIRST_EDITION)?;
        let Some(site) = Site::find(context)? else { return Ok(None) };
        let generator = site.generator;
        let output = site.output(context)?;
        context.diagnostics.because("site", format!("{}, because of {}", generator.name, site.configuration));
        let plan = match &generator.installation {
            Installation::Nix(package) => PartialPlan::new().phase(nix_setup(context, &site, package)?),
            Installation::Python { package, extensions } => python::installation(context, &site, package, extensions)?,
        };
        let build = generator.build.replace("{folder}", site.folder()).replace("{output}", &output);
        let after = if plan.phases.iter().any(|phase| phase.name == "install") { "install" } else { "setup" };
        let build = Phase::new("build").depends_on(after).command(build).exclude_files([output.as_str()]);
        let plan = plan.phase(build);
        let assets = if site.is_built_by_node(context)? { Assets::packages(context)? } else { Assets::of(context)? };
        let plan = match assets {
            Some(assets) => assets.build_before(plan, "build"),
            None => plan,
        };
        Ok(Some(FileServer::new(&output, Fallback::NotFoundPage).add_to(plan)))
    }
}

plugpacks_sdk::export_provider!(Sites);

/// Installs the generator, and what it calls; modules of Hugo are fetched by Go and Git.
fn nix_setup(context: &Context, site: &Site, package: &'static str) -> Result<Phase> {
    let modules = context.app.has_file("go.mod")?.then_some(["go", "git"]);
    let setup = Phase::setup([package]).packages(modules.into_iter().flatten()).archive(NIXPKGS_26_05);
    Ok(match site.book(context)? {
        Some(book) => setup.packages(book.packages),
        None => setup,
    })
}
