//! The phases of the plan.

use crate::project::Project;
use plugpacks_sdk::javascript::elements;
use plugpacks_sdk::{Phase, Result, Start};

/// Where nginx keeps its logs and temporary files.
const NGINX_FOLDERS: &str = "mkdir -p /var/log/nginx && mkdir -p /var/cache/nginx";

/// Where Composer is told to keep what it downloads.
const COMPOSER_CACHE: &str = "/root/.cache/composer";

/// Node.js and its package manager stand first among the packages of Node's plan.
const NODE_PACKAGES: usize = 2;

/// The name of the phase that installs Node.js.
const NODE_SETUP: &str = "node:setup";

/// PHP with its extensions, and nginx.
fn php_packages(project: &Project) -> Vec<String> {
    let php = project.php.package;
    let extensions: Vec<_> = project.extensions.iter().map(|name| format!("pe.all.{name}")).collect();
    vec![
        format!("({php}.withExtensions (pe: pe.enabled ++ [{}]))", extensions.join(" ")),
        "nginx".to_owned(),
        "libmysqlclient".to_owned(),
        format!("{php}Packages.composer"),
    ]
}

fn extension_packages(project: &Project) -> Vec<String> {
    project.extensions.iter().map(|name| format!("{}Extensions.{name}", project.php.package)).collect()
}

/// Everything in one phase, from the nixpkgs that has the PHP: Node.js, too (Nixpacks 1.41).
pub(crate) fn nixpacks_setup(project: &Project) -> Vec<Phase> {
    let node = project.node.phase("setup");
    let node_packages = elements(node.nix_packages.as_ref()).iter().take(NODE_PACKAGES).map(String::as_str);
    let extensions = extension_packages(project);
    let setup = Phase::setup(php_packages(project))
        .packages(node_packages)
        .packages(extensions.iter().map(String::as_str))
        .libraries(extensions.iter().map(String::as_str).chain(["libmysqlclient"]))
        .archive(project.php.archive);
    vec![Phase { nix_overlays: node.nix_overlays.or(setup.nix_overlays), ..setup }]
}

/// Node.js has a phase of its own, with the nixpkgs it comes from.
pub(crate) fn november_2026_setup(project: &Project) -> Vec<Phase> {
    let extensions = extension_packages(project);
    let setup = Phase::setup(php_packages(project))
        .packages(extensions.iter().map(String::as_str))
        .libraries(extensions.iter().map(String::as_str).chain(["libmysqlclient"]))
        .archive(project.php.archive);
    vec![setup, Phase { name: NODE_SETUP.to_owned(), ..project.node.phase("setup") }]
}

/// Installs the dependencies, those for development too.
pub(crate) fn nixpacks_install(project: &Project) -> Phase {
    let composer = project.composer.exists.then_some("composer install --ignore-platform-reqs");
    let node = project.node.phase("install");
    // The last command installs, those before it prepare the package manager.
    let npm = project.package_json.as_ref().and_then(|_| elements(node.commands.as_ref()).last());
    Phase::install().command(NGINX_FOLDERS).commands(composer).commands(npm)
}

/// Installs the dependencies and keeps what was downloaded.
pub(crate) fn november_2026_install(project: &Project) -> Phase {
    let composer = format!(
        "COMPOSER_CACHE_DIR={COMPOSER_CACHE} composer install --ignore-platform-reqs --no-interaction --optimize-autoloader"
    );
    let mut phase = Phase::install().depends_on(NODE_SETUP).command(NGINX_FOLDERS);
    if project.composer.exists {
        phase = phase.command(composer).cache_directories([COMPOSER_CACHE]);
    }
    if project.package_json.is_none() {
        return phase;
    }
    let node = project.node.phase("install");
    let phase = phase.commands(elements(node.commands.as_ref())).paths(elements(node.paths.as_ref()));
    let caches = elements(node.cache_directories.as_ref());
    if caches.is_empty() { phase } else { phase.cache_directories(caches) }
}

/// Runs a script of `package.json`.
pub(crate) fn build(project: &Project, script: &str) -> Phase {
    Phase::build().command(format!("{} run {script}", project.node.manager()))
}

/// Runs a script of `package.json` and keeps what Node's provider would keep.
pub(crate) fn november_2026_build(project: &Project, script: &str) -> Phase {
    let node = project.node.phase("build");
    let caches = elements(node.cache_directories.as_ref());
    let phase = build(project, script);
    if caches.is_empty() { phase } else { phase.cache_directories(caches) }
}

/// Starts php-fpm and nginx, with the app's own configuration if it has one.
pub(crate) fn start(project: &Project) -> Result<Start> {
    const SERVE: &str = "php-fpm -y /assets/php-fpm.conf & nginx -c";
    let app = &project.context.app;
    if app.has_file("nginx.conf")? {
        project.context.diagnostics.because("nginx configuration", "the app's nginx.conf");
        return Ok(Start::command(format!("{SERVE} /app/nginx.conf")));
    }
    let template = if app.has_file("nginx.template.conf")? {
        project.context.diagnostics.because("nginx configuration", "the app's nginx.template.conf");
        "/app/nginx.template.conf"
    } else {
        "/assets/nginx.template.conf"
    };
    let configuration = project.rules.nginx_configuration;
    Ok(Start::command(format!(
        "node /assets/scripts/prestart.mjs {template} {configuration} && ({SERVE} {configuration})"
    )))
}
