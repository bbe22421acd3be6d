//! The phases of the plan.

use crate::app::PhpApp;
use crate::{frameworks, install_files, servers};
use plugpacks_provider_support::javascript::elements;
use plugpacks_sdk::{Needs, Phase, Result, Start};

/// The name of the phase that writes the autoloader.
const AUTOLOAD: &str = "autoload";

/// Where nginx keeps its logs and temporary files.
const NGINX_FOLDERS: &str = "mkdir -p /var/log/nginx && mkdir -p /var/cache/nginx";

/// The same; whoever the app runs as may write there.
const WRITABLE_NGINX_FOLDERS: &str =
    "mkdir -p /var/log/nginx /var/cache/nginx && chmod 1777 /var/log/nginx /var/cache/nginx";

/// Where Composer is told to keep what it downloads.
const COMPOSER_CACHE: &str = "/root/.cache/composer";

/// Node.js and its package manager stand first among the packages of Node's plan.
const NODE_PACKAGES: usize = 2;

/// The name of the phase that installs Node.js.
const NODE_SETUP: &str = "node:setup";

/// PHP with its extensions.
fn php(app: &PhpApp) -> String {
    let extensions: Vec<_> = app.extensions.iter().map(|name| format!("pe.all.{name}")).collect();
    format!("({}.withExtensions (pe: pe.enabled ++ [{}]))", app.php.package, extensions.join(" "))
}

/// PHP with its extensions, and nginx.
fn php_packages(app: &PhpApp) -> Vec<String> {
    let composer = format!("{}Packages.composer", app.php.package);
    vec![php(app), "nginx".to_owned(), "libmysqlclient".to_owned(), composer]
}

fn extension_packages(app: &PhpApp) -> Vec<String> {
    app.extensions.iter().map(|name| format!("{}Extensions.{name}", app.php.package)).collect()
}

/// The program of the server that the app starts instead of nginx.
fn server_package(app: &PhpApp) -> Option<&'static str> {
    app.server.and_then(|server| server.package)
}

/// Everything in one phase, from the nixpkgs that has the PHP: Node.js, too (Nixpacks 1.41).
pub(crate) fn nixpacks_setup(app: &PhpApp) -> Vec<Phase> {
    let node = app.node.phase("setup");
    let node_packages = elements(node.nix_packages.as_ref()).iter().take(NODE_PACKAGES).map(String::as_str);
    let extensions = extension_packages(app);
    let setup = Phase::setup(php_packages(app))
        .packages(node_packages)
        .packages(extensions.iter().map(String::as_str))
        .libraries(extensions.iter().map(String::as_str).chain(["libmysqlclient"]))
        .archive(app.php.archive);
    vec![Phase { nix_overlays: node.nix_overlays.or(setup.nix_overlays), ..setup }]
}

/// Node.js has a phase of its own, with the nixpkgs it comes from.
pub(crate) fn setup(app: &PhpApp) -> Vec<Phase> {
    let extensions = extension_packages(app);
    let setup = Phase::setup(php_packages(app))
        .packages(extensions.iter().map(String::as_str))
        .packages(server_package(app))
        .libraries(extensions.iter().map(String::as_str).chain(["libmysqlclient"]))
        .archive(app.php.archive);
    vec![setup, Phase { name: NODE_SETUP.to_owned(), ..app.node.phase("setup") }]
}

/// Installs the dependencies, those for development too.
pub(crate) fn nixpacks_install(app: &PhpApp) -> Result<Vec<Phase>> {
    let composer = app.composer.exists.then_some("composer install --ignore-platform-reqs");
    let node = app.node.phase("install");
    // The last command installs, those before it prepare the package manager.
    let npm = app.package_json.as_ref().and_then(|_| elements(node.commands.as_ref()).last());
    Ok(vec![Phase::install().command(NGINX_FOLDERS).commands(composer).commands(npm)])
}

/// Installs the dependencies and keeps what was downloaded. Where the manifest is enough for that, the
/// autoloader is written later, in a phase of its own: it knows the app's classes.
pub(crate) fn install(app: &PhpApp) -> Result<Vec<Phase>> {
    let node = app.node.phase("install");
    let mut phase = Phase::install().depends_on(NODE_SETUP).command(WRITABLE_NGINX_FOLDERS);
    let mut autoload = None;
    if app.composer.exists {
        let when = if app.composer.is_enough { "--no-scripts --no-autoloader" } else { "--optimize-autoloader" };
        let install = format!(
            "COMPOSER_CACHE_DIR={COMPOSER_CACHE} composer install --ignore-platform-reqs --no-interaction {when}"
        );
        phase =
            phase.command(install).cache_directories([COMPOSER_CACHE]).exclude_files(app.composer.vendor.as_deref());
        let dump = "composer dump-autoload --ignore-platform-reqs --no-interaction --optimize";
        let later = Phase::new(AUTOLOAD).depends_on("install").command(dump);
        autoload = app.composer.is_enough.then_some(later);
    }
    if app.package_json.is_some() {
        phase = phase
            .commands(elements(node.commands.as_ref()))
            .paths(elements(node.paths.as_ref()))
            .exclude_files(elements(node.exclude_files.as_ref()));
        let caches = elements(node.cache_directories.as_ref());
        phase = if caches.is_empty() { phase } else { phase.cache_directories(caches) };
    }
    let install = install_files::restrict(phase, app, &node)?;
    Ok([install].into_iter().chain(autoload).collect())
}

/// Runs a script of `package.json`.
pub(crate) fn build(app: &PhpApp) -> Result<Option<Phase>> {
    let run = |script| Phase::build().command(format!("{} run {script}", app.node.manager()));
    Ok(app.build_script().map(run))
}

/// Runs a script of `package.json`, keeping what Node's provider would keep, and then what the app's
/// framework builds.
pub(crate) fn cached_build(app: &PhpApp) -> Result<Option<Phase>> {
    let commands = frameworks::build_commands(app)?;
    let script = build(app)?;
    if script.is_none() && commands.is_empty() {
        return Ok(None);
    }
    let node = app.node.phase("build");
    let caches = elements(node.cache_directories.as_ref());
    let keeps = script.is_some() && !caches.is_empty();
    let phase = script.unwrap_or_else(Phase::build).commands(commands);
    let phase = if app.composer.is_enough { phase.depends_on(AUTOLOAD) } else { phase };
    Ok(Some(if keeps { phase.cache_directories(caches) } else { phase }))
}

/// The app's own configuration of nginx, or the template it is made of.
enum Configuration {
    Own,
    Template(&'static str),
}

impl Configuration {
    fn of(app: &PhpApp) -> Result<Self> {
        let directory = &app.context.app;
        let because = |reason: &str| app.context.diagnostics.because("nginx configuration", reason);
        Ok(if directory.has_file("nginx.conf")? {
            because("the app's nginx.conf");
            Self::Own
        } else if directory.has_file("nginx.template.conf")? {
            because("the app's nginx.template.conf");
            Self::Template("/app/nginx.template.conf")
        } else {
            Self::Template("/assets/nginx.template.conf")
        })
    }
}

/// Starts php-fpm and nginx (Nixpacks 1.41).
pub(crate) fn nixpacks_start(app: &PhpApp) -> Result<Start> {
    const SERVE: &str = "php-fpm -y /assets/php-fpm.conf & nginx -c";
    Ok(Start::command(match Configuration::of(app)? {
        Configuration::Own => format!("{SERVE} /app/nginx.conf"),
        Configuration::Template(path) => {
            format!("node /assets/scripts/prestart.mjs {path} /nginx.conf && ({SERVE} /nginx.conf)")
        }
    }))
}

/// Starts both as any user; of the packages PHP, nginx and Node.js are needed.
pub(crate) fn unprivileged_start(app: &PhpApp) -> Result<Start> {
    // php-fpm goes into the background when it is ready, so that nginx finds it.
    const SERVE: &str = "php-fpm -D -y /assets/php-fpm.conf && exec nginx -e stderr -c";
    if let Some(program) = &app.program {
        return Ok(Start::command(&program.command).needs(Needs::packages([php(app)])));
    }
    let command = match Configuration::of(app)? {
        Configuration::Own => format!("{SERVE} /app/nginx.conf"),
        Configuration::Template(path) => {
            format!("node /assets/scripts/prestart.mjs {path} /tmp/nginx.conf && {SERVE} /tmp/nginx.conf")
        }
    };
    servers::warn_of_octane(app)?;
    let node = app.node.phase("setup");
    let node = elements(node.nix_packages.as_ref()).first().cloned();
    let server = server_package(app).map(str::to_owned);
    let packages = [php(app), "nginx".to_owned()].into_iter().chain(node).chain(server);
    Ok(Start::command(command).needs(Needs::packages(packages)).image_files(["/var/log/nginx", "/var/cache/nginx"]))
}
