//! The provider `perl`: apps whose modules are named by a `cpanfile` or the like, and PSGI apps.

#![cfg_attr(test, allow(clippy::unwrap_used, reason = "a test fails by panicking"))]

mod cpanfile;
mod install;
mod start;
#[cfg(test)]
mod tests;
mod versions;

use cpanfile::Cpanfile;
use install::Installer;
use plugpacks_provider_support::manifests;
use plugpacks_sdk::{Context, Description, Edition, Marker, Needs, PartialPlan, Phase, Provider, Result, Start};

/// Apps whose modules are named by a `cpanfile` or the like, and PSGI apps.
pub struct Perl;

/// The first edition with this provider; Nixpacks has none like it.
const FIRST_EDITION: Edition = Edition::E2026_11;

/// The files any of which makes an app a Perl app.
const FILES: [&str; 4] = [cpanfile::FILE, "app.psgi", "Makefile.PL", "Build.PL"];

/// Where Perl finds the app's own modules, and those that were installed for it.
const MODULES: &str = "/app/lib:/app/local/lib/perl5";

impl Provider for Perl {
    fn describe(edition: Edition) -> Description {
        Description::new("perl", env!("CARGO_PKG_VERSION"), "Perl apps")
            .markers(FILES.map(Marker::file))
            .variable("NIXPACKS_PERL_VERSION", "The version of Perl, such as 5.42.")
            .since(FIRST_EDITION, edition)
    }

    fn detect(context: &Context) -> Result<bool> {
        Ok(context.environment.edition() >= FIRST_EDITION
            && context.app.first_file(&FILES)?.is_some()
            && context.app.first_file(&manifests::STATIC_SITE)?.is_none())
    }

    fn plan(context: &Context) -> Result<Option<PartialPlan>> {
        context.environment.require("perl", FIRST_EDITION)?;
        let cpanfile = Cpanfile::read(context)?;
        let release = versions::RELEASES.at(context).choose(
            context,
            &versions::SOURCES,
            versions::required(context, &cpanfile)?,
        )?;
        let installer = Installer::find(context, &cpanfile)?;
        let plan = PartialPlan::new()
            .variable("PERL5LIB", MODULES)
            .phase(Phase::setup([release.package]).packages(installer.packages()).archive(release.archive))
            .start(
                start::command(context, &cpanfile)?
                    .map(|command| Start::command(command).needs(Needs::packages([release.package]))),
            );
        Ok(Some(match installer.phase() {
            Some(phase) => plan.phase(phase).variables(install::PATHS),
            None => plan,
        }))
    }
}

plugpacks_sdk::export_provider!(Perl);
