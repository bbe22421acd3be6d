//! Frameworks: their production mode, and what they build besides the scripts of `package.json`.

use crate::app::PhpApp;
use plugpacks_sdk::Result;

/// A framework that is in development unless it is told otherwise.
struct Framework {
    package: &'static str,
    production: &'static [(&'static str, &'static str)],
}

/// Laravel, CakePHP and CodeIgniter are not here: they are in production unless a variable says otherwise.
const FRAMEWORKS: [Framework; 2] = [
    // The committed `.env` says `dev`, and a development bundle that is not installed stops the build.
    Framework { package: "symfony/framework-bundle", production: &[("APP_ENV", "prod"), ("APP_DEBUG", "0")] },
    Framework { package: "yiisoft/yii2", production: &[("YII_ENV", "prod"), ("YII_DEBUG", "0")] },
];

/// A command that makes files which development makes on request.
struct Step {
    package: &'static str,
    /// A file of the app without which there is nothing to make.
    file: &'static str,
    command: &'static str,
}

/// In the order in which they build on each other.
const STEPS: [Step; 4] = [
    Step {
        package: "yiisoft/yii2",
        file: "environments/index.php",
        command: "php init --env=Production --overwrite=All",
    },
    Step {
        package: "symfonycasts/tailwind-bundle",
        file: "bin/console",
        command: "php bin/console tailwind:build --minify",
    },
    Step { package: "symfonycasts/sass-bundle", file: "bin/console", command: "php bin/console sass:build" },
    Step { package: "symfony/asset-mapper", file: "importmap.php", command: "php bin/console asset-map:compile" },
];

/// The variables that turn production mode on; what the user gives goes before them.
pub(crate) fn production(app: &PhpApp) -> impl Iterator<Item = (&'static str, &'static str)> {
    let used = FRAMEWORKS.iter().filter(|framework| app.composer.requires(framework.package));
    used.flat_map(|framework| framework.production).copied()
}

/// The commands that build what the app's framework serves.
///
/// # Errors
/// A file of the app cannot be read.
pub(crate) fn build_commands(app: &PhpApp) -> Result<Vec<&'static str>> {
    let mut commands = Vec::new();
    for step in &STEPS {
        if app.composer.requires(step.package) && app.context.app.has_file(step.file)? {
            commands.push(step.command);
        }
    }
    Ok(commands)
}
