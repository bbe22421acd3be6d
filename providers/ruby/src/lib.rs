//! The provider `ruby`: Rails, Rack and other apps with a Gemfile.

#![cfg_attr(
    test,
    allow(clippy::unwrap_used, clippy::too_many_lines, reason = "a test panics, and may hold a whole plan")
)]

mod app;
mod bundle;
mod gems;
mod install;
mod interpreter;
mod javascript;
mod nixpacks;
mod program;
mod rules;
mod running;
mod site;
mod toolchain;
mod versions;

use app::RubyApp;
use plugpacks_sdk::{Context, Description, Edition, Marker, PartialPlan, Phase, Provider, Result};

/// Rails, Rack and other apps with a Gemfile.
pub struct Ruby;

impl Provider for Ruby {
    fn describe(_: Edition) -> Description {
        Description::new("ruby", env!("CARGO_PKG_VERSION"), "Ruby apps: Rails, Rack and whatever has a Gemfile")
            .generated(["vendor"])
            .marker(Marker::file("Gemfile"))
            .variable("NIXPACKS_RUBY_VERSION", "The version of Ruby, such as 3.4 or 3.4.1.")
    }

    fn detect(context: &Context) -> Result<bool> {
        context.app.has_file("Gemfile")
    }

    fn plan(context: &Context) -> Result<Option<PartialPlan>> {
        let app = RubyApp::read(context);
        let toolchain = (app.rules.toolchain)(&app)?;
        let node = javascript::installation(&app)?;
        let install = install::install(&app, &toolchain)?;
        let site = (app.rules.site)(&app)?;
        let build = match &site {
            Some(site) => Phase::build().command(site.build),
            None => install::build(&app)?,
        };
        let build = node.last().into_iter().fold(build, |build, node| build.depends_on(&node.name));
        let rails = [("RAILS_LOG_TO_STDOUT", "enabled"), ("RAILS_SERVE_STATIC_FILES", "1")];
        let plan = PartialPlan::new()
            .variables([("BUNDLE_GEMFILE", "/app/Gemfile"), ("MALLOC_ARENA_MAX", "2")])
            .variables(toolchain.variables.iter().map(|(name, value)| (*name, &**value)))
            .variables(rails.into_iter().filter(|_| app.is_rails))
            .variables((app.rules.environment)(&app));
        let plan = match site {
            Some(site) => site.server.add_to(plan),
            None => plan.start((app.rules.running)(install::start(&app)?, &toolchain, &node)),
        };
        let plan = plan.phase(toolchain.setup).phase(install).phase(build);
        Ok(Some(node.into_iter().fold(plan, PartialPlan::phase)))
    }
}

plugpacks_sdk::export_provider!(Ruby);

#[cfg(test)]
mod tests;
