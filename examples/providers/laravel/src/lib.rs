//! A third-party provider that builds on a built-in one: Laravel apps, as `php` builds them, with what a Laravel app
//! prepares while its image is made.

use plugpacks_sdk::{Context, Description, Edition, Marker, PartialPlan, Phase, Provider, Result};

/// Laravel's program at the root of an app.
const PROGRAM: &str = "artisan";

/// What can be prepared without the variables of the running app. `config:cache` cannot: it would keep the build's.
const PREPARED: [&str; 3] = ["event:cache", "route:cache", "view:cache"];

/// The provider of Laravel apps.
struct Laravel;

impl Provider for Laravel {
    fn describe(_: Edition) -> Description {
        Description::new("laravel", env!("CARGO_PKG_VERSION"), "Laravel apps, on the plan of php")
            .marker(Marker::file(PROGRAM))
            .remedies([("could not be converted to a serializable", "A route is a closure: give it a controller")])
    }

    fn detect(context: &Context) -> Result<bool> {
        Ok(context.app.has_file(PROGRAM)? && context.app.has_file("composer.json")?)
    }

    fn plan(context: &Context) -> Result<Option<PartialPlan>> {
        let Some(plan) = context.catalog.plan_of("php")? else { return Ok(None) };
        context.diagnostics.because("caches", "events, routes and views do not depend on the container's variables");
        let names: Vec<_> = plan.phases.iter().map(|phase| phase.name.clone()).collect();
        let after_all = names.iter().fold(Phase::new("optimize"), |phase, name| phase.depends_on(name));
        let commands = PREPARED.map(|cache| format!("php {PROGRAM} {cache}"));
        // The container's log instead of a file in it.
        Ok(Some(plan.phase(after_all.commands(commands)).variable("LOG_CHANNEL", "stderr")))
    }
}

plugpacks_sdk::export_provider!(Laravel);

#[cfg(test)]
mod tests {
    use super::*;
    use plugpacks_sdk::testing::FakeApp;

    fn app() -> FakeApp {
        FakeApp::new().file(PROGRAM, "").file("composer.json", "{}")
    }

    #[test]
    fn what_php_plans_comes_first() {
        let of_php = PartialPlan::new().phase(Phase::install()).phase(Phase::new("autoload").depends_on("install"));
        let plan = app().plan_of("php", of_php.clone()).plan::<Laravel>().unwrap().unwrap();
        assert_eq!(plan.phases[..2], of_php.phases);
        let optimize = Phase::new("optimize").depends_on("install").depends_on("autoload");
        assert_eq!(plan.phases[2], optimize.commands(PREPARED.map(|cache| format!("php artisan {cache}"))));
        assert_eq!(plan.variables, [("LOG_CHANNEL".to_owned(), "stderr".to_owned())]);
    }

    #[test]
    fn other_apps_are_not_laravel() {
        assert!(app().detect::<Laravel>().unwrap());
        assert!(!FakeApp::new().file("composer.json", "{}").detect::<Laravel>().unwrap());
    }
}
