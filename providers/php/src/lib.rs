//! The provider `php`: Laravel, Symfony and other PHP apps, served by php-fpm and nginx.

#![cfg_attr(
    test,
    allow(clippy::unwrap_used, clippy::too_many_lines, reason = "a test panics, and may hold a whole plan")
)]

mod app;
mod composer;
mod document_root;
mod extensions;
mod frameworks;
mod install_files;
mod interpreter;
mod lock;
mod phases;
mod programs;
mod rules;
mod servers;
mod versions;

use app::PhpApp;
use plugpacks_sdk::{Context, Description, Edition, Marker, PartialPlan, Provider, Result};
use rules::RULES;

/// Laravel, Symfony and other PHP apps.
pub struct Php;

/// The files either of which makes an app a PHP app.
const MARKERS: [&str; 2] = ["composer.json", "index.php"];

/// What prepares and configures the servers in the container.
const ASSETS: [(&str, &str); 7] = [
    ("php-fpm.conf", include_str!("assets/php-fpm.conf")),
    ("scripts/prestart.mjs", include_str!("assets/scripts/prestart.mjs")),
    ("scripts/config/template.mjs", include_str!("assets/scripts/config/template.mjs")),
    ("scripts/util/cmd.mjs", include_str!("assets/scripts/util/cmd.mjs")),
    ("scripts/util/nix.mjs", include_str!("assets/scripts/util/nix.mjs")),
    ("scripts/util/laravel.mjs", include_str!("assets/scripts/util/laravel.mjs")),
    ("scripts/util/logger.mjs", include_str!("assets/scripts/util/logger.mjs")),
];

/// The file that nginx's configuration is made of.
const TEMPLATE: &str = "nginx.template.conf";

/// Variables that have a say in the container only.
const CONTAINER_VARIABLES: [(&str, &str); 4] = [
    ("NIXPACKS_PHP_ROOT_DIR", "The folder that nginx serves; by default the one that has index.php."),
    ("NIXPACKS_PHP_FALLBACK_PATH", "The script that answers what is no file, such as /index.php."),
    ("NIXPACKS_PHP_MAX_BODY_SIZE", "The largest request that nginx accepts; 8m by default."),
    ("NIXPACKS_PHP_FRAME_OPTIONS", "The header X-Frame-Options; SAMEORIGIN by default, off for none."),
];

impl Provider for Php {
    fn describe(edition: Edition) -> Description {
        let description = Description::new("php", env!("CARGO_PKG_VERSION"), "PHP apps: Laravel, Symfony and others")
            .generated(["vendor"])
            .markers(MARKERS.map(Marker::file))
            .variables(CONTAINER_VARIABLES);
        (RULES.of(edition).describe)(description)
    }

    fn detect(context: &Context) -> Result<bool> {
        Ok(context.app.first_file(&MARKERS)?.is_some())
    }

    fn plan(context: &Context) -> Result<Option<PartialPlan>> {
        let app = PhpApp::read(context)?;
        let rules = app.rules;
        let plan = with_served_folder(&app, PartialPlan::new().variables((rules.variables)(&app)));
        let plan = plan.start((rules.start)(&app)?);
        let build = (rules.build)(&app)?;
        let phases = (rules.setup)(&app).into_iter().chain((rules.install)(&app)?).chain(build);
        let plan = phases.fold(plan, PartialPlan::phase);
        let plan = plan.static_asset(TEMPLATE, rules.template);
        Ok(Some(ASSETS.iter().fold(plan, |plan, (name, text)| plan.static_asset(name, *text))))
    }
}

/// Says which folder nginx serves, and what answers the paths that are no file of it.
fn with_served_folder(app: &PhpApp, plan: PartialPlan) -> PartialPlan {
    let plan = if app.is_laravel { plan.variable("IS_LARAVEL", "yes") } else { plan };
    // Other systems on Laravel's libraries have `artisan`, too, and their own index.php.
    let is_own = app.document_root.as_ref().is_some_and(|root| root.is_app() && root.has_index);
    if app.is_laravel && !is_own {
        return plan.variable("NIXPACKS_PHP_ROOT_DIR", "/app/public");
    }
    let Some(root) = &app.document_root else { return plan };
    let folder = root.path();
    let plan = folder.into_iter().fold(plan, |plan, folder| plan.variable("NIXPACKS_PHP_ROOT_DIR", folder));
    if root.answers_all { plan.variable("NIXPACKS_PHP_FALLBACK_PATH", "/index.php") } else { plan }
}

plugpacks_sdk::export_provider!(Php);

#[cfg(test)]
mod tests;
