//! What differs between the editions.

use crate::nginx::{self, Site};
use crate::settings::{self, Settings};
use plugpacks_provider_support::release::NIXPKGS_26_05;
use plugpacks_sdk::{Context, Edition, Needs, Phase, Result, Since, Start};

/// One edition's answers.
pub(crate) struct Rules {
    /// What `Staticfile` says.
    pub(crate) settings: fn(&Context) -> Result<Settings>,
    /// Warns of a root folder that cannot be meant.
    pub(crate) check_root: fn(&Context, &Settings, &str) -> Result<()>,
    /// The nixpkgs commit nginx comes from; `None`: the edition's default.
    pub(crate) archive: Option<&'static str>,
    /// The phase that installs nginx, with the commands that come after that.
    pub(crate) prepared: fn(&Site, Phase) -> Phase,
    /// The text of `nginx.conf`.
    pub(crate) configuration: fn(&Site) -> String,
    /// How the site is served.
    pub(crate) start: fn(&Site) -> Start,
}

/// The rules of each edition.
pub(crate) static RULES: Since<Rules> = Since::new(NIXPACKS, &[(Edition::E2026_11, MENDED)]);

/// Nixpacks 1.41.
const NIXPACKS: Rules = Rules {
    settings: settings::nixpacks,
    check_root: |_, _, _| Ok(()),
    archive: None,
    prepared: |_, setup| setup.command("mkdir /etc/nginx/ /var/log/nginx/ /var/cache/nginx/"),
    configuration: nginx::nixpacks,
    start: |_| Start::command(NIXPACKS_COMMAND),
};

// The configuration is copied rather than changed in place, so that a container that is started
// again, perhaps with another port, finds it as it was built.
const MENDED: Rules = Rules {
    settings: settings::checked,
    check_root: warn_of_pages_missing,
    archive: Some(NIXPKGS_26_05),
    prepared: |site, setup| match site.has_mime_types {
        true => setup,
        false => setup
            .command(format!("mkdir -p /etc/nginx && cp -L /root/.nix-profile/conf/mime.types {}", nginx::MIME_TYPES))
            // It does not read the app, so an edit does not run it again.
            .only_include_files([""; 0])
            .only_variables([""; 0]),
    },
    configuration: nginx::hardened,
    start: |site| {
        let start = Start::command(COMMAND).needs(Needs::packages(["nginx"]));
        if site.has_mime_types { start } else { start.image_files([nginx::MIME_TYPES]) }
    },
};

const NIXPACKS_COMMAND: &str = r#"[[ -z "${PORT}" ]] && echo "Environment variable PORT not found. Using PORT 80" || sed -i "s/0.0.0.0:80/$PORT/g" /assets/nginx.conf && nginx -c /assets/nginx.conf"#;

/// `-e` takes the place of a log file that only the superuser may write.
const COMMAND: &str = r#"site=$(< /assets/nginx.conf) && printf '%s\n' "${site/listen 0.0.0.0:8080;/listen 0.0.0.0:${PORT:-8080};}" > /tmp/nginx.conf && exec nginx -e stderr -c /tmp/nginx.conf"#;

/// Warns if visitors of `/` get to see neither a page nor a list of files.
fn warn_of_pages_missing(context: &Context, settings: &Settings, root: &str) -> Result<()> {
    let index = format!("{}/index.html", root.trim_matches('/'));
    if settings.directory.as_deref() != Some("on") && !context.app.has_file(index.trim_start_matches('/'))? {
        context.diagnostics.warn(format!(
            "There is no {}: unless the build makes one, visitors are refused",
            index.trim_start_matches('/')
        ));
    }
    Ok(())
}
