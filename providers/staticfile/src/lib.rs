//! Static sites, served by nginx.
#![cfg_attr(test, allow(clippy::unwrap_used, reason = "a test fails by panicking"))]

mod nginx;
mod rules;
mod settings;

use nginx::Site;
use plugpacks_sdk::{Context, Description, Edition, Marker, PartialPlan, Phase, Provider, Result};
use rules::RULES;
use settings::Settings;

/// The provider `staticfile`.
pub struct Static;

const FILES: [&str; 2] = ["Staticfile", "index.html"];

/// The folders that make an app a static site, in the order in which they are taken as its root.
const FOLDERS: [&str; 3] = ["public", "dist", "index"];

impl Provider for Static {
    fn describe(_: Edition) -> Description {
        Description::new("staticfile", env!("CARGO_PKG_VERSION"), "Static sites, served by nginx")
            .last_resort()
            .markers(FILES.map(Marker::file))
            .markers(FOLDERS.map(Marker::directory))
            .variable("NIXPACKS_STATICFILE_ROOT", "The folder that is served, such as `build`.")
            .variable(
                "NIXPACKS_STATICFILE_FALLBACK_PATH",
                "The page that answers paths that are no file, such as `/index.html`; not under the edition nixpacks.",
            )
    }

    fn detect(context: &Context) -> Result<bool> {
        Ok(context.app.first_file(&FILES)?.is_some() || first_folder(context)?.is_some())
    }

    fn plan(context: &Context) -> Result<Option<PartialPlan>> {
        let rules = RULES.at(context);
        let settings = (rules.settings)(context)?;
        let mime_types = context.app.read_text_if_file("mime.types")?;
        let passwords = context.app.read_text_if_file("Staticfile.auth")?;
        let root = root(context, &settings)?;
        (rules.check_root)(context, &settings, &root)?;
        let site = Site { settings, root, has_passwords: passwords.is_some(), has_mime_types: mime_types.is_some() };
        let setup = (rules.prepared)(&site, Phase::setup(["nginx"]).optional_archive(rules.archive));
        let assets =
            [("nginx.conf", Some((rules.configuration)(&site))), (".htpasswd", passwords), ("mime.types", mime_types)];
        let plan = PartialPlan::new().phase(setup).start((rules.start)(&site));
        Ok(Some(assets.into_iter().fold(plan, |plan, (name, text)| match text {
            Some(text) => plan.static_asset(name, text),
            None => plan,
        })))
    }
}

/// The first of the folders that is there.
fn first_folder(context: &Context) -> Result<Option<&'static str>> {
    for folder in FOLDERS {
        if context.app.has_directory(folder)? {
            return Ok(Some(folder));
        }
    }
    Ok(None)
}

/// The folder that is served, relative to the app; empty: the app itself.
fn root(context: &Context, settings: &Settings) -> Result<String> {
    let because = |reason: &str| context.diagnostics.because("root folder", reason);
    if let Some(root) = context.environment.config("STATICFILE_ROOT") {
        because(&format!("{root:?} from NIXPACKS_STATICFILE_ROOT"));
        return Ok(root);
    }
    if let Some(root) = settings.root.as_ref().filter(|root| !root.is_empty()) {
        because(&format!("{root:?} from Staticfile"));
        return Ok(root.clone());
    }
    let folder = first_folder(context)?;
    because(&match folder {
        Some(folder) => format!("there is a folder {folder}"),
        None => "the app itself: nothing names a folder".to_owned(),
    });
    Ok(folder.unwrap_or_default().to_owned())
}

plugpacks_sdk::export_provider!(Static);

#[cfg(test)]
mod tests {
    use super::*;
    use plugpacks_sdk::testing::{FakeApp, assert_page_matches};
    use plugpacks_sdk::{Needs, Start};

    /// The text of `nginx.conf`.
    fn configuration(app: &FakeApp) -> String {
        let assets = app.plan::<Static>().unwrap().unwrap().static_assets;
        assets.into_iter().find(|(name, _)| name == "nginx.conf").unwrap().1
    }

    fn both() -> [FakeApp; 2] {
        [FakeApp::nixpacks(), FakeApp::new()]
    }

    #[test]
    fn the_page_names_what_the_provider_reads() {
        assert_page_matches::<Static>(include_str!("../README.md"));
    }

    #[test]
    fn a_file_or_a_folder_makes_a_site() {
        let detected = |app: FakeApp| app.detect::<Static>().unwrap();
        for app in FILES.map(|file| FakeApp::new().file(file, "")) {
            assert!(detected(app));
        }
        for folder in FOLDERS {
            assert!(detected(FakeApp::new().directory(folder)));
            assert!(!detected(FakeApp::new().file(folder, "")));
        }
        assert!(!detected(FakeApp::new().file("www/index.html", "")));
    }

    #[test]
    fn the_root_is_the_variables_then_the_files_then_a_folder() {
        let root = |app: &FakeApp| app.with(|context| root(context, &settings::nixpacks(context).unwrap()).unwrap());
        let folders = || FakeApp::new().directory("index").directory("dist");
        assert_eq!(root(&FakeApp::new()), "");
        assert_eq!(root(&folders()), "dist");
        assert_eq!(root(&folders().directory("public")), "public");
        assert_eq!(root(&folders().file("Staticfile", "root: ''")), "dist");
        let named = || folders().file("Staticfile", "root: site");
        assert_eq!(root(&named()), "site");
        assert_eq!(root(&named().variable("NIXPACKS_STATICFILE_ROOT", "build")), "build");
    }

    #[test]
    fn a_file_of_another_shape_is_ignored_with_a_warning() {
        for app in both() {
            let app = app.file("Staticfile", "root: site\nstatus_code: [404]\n").file("index.html", "");
            assert!(!configuration(&app).contains("site"));
            assert!(app.warnings()[0].starts_with("Staticfile is not taken into account"), "{:?}", app.warnings());
        }
        for app in both() {
            let app = app.file("Staticfile", "\n").file("index.html", "");
            assert!(configuration(&app).contains("/app/"));
            assert_eq!(app.warnings(), [""; 0]);
        }
    }

    #[test]
    fn values_that_nginx_refuses_are_mended_or_left_out() {
        let text = "root: my site\ndirectory: Yes\ngzip: maybe\nstatus_code:\n  200: /x\n  404:\n  500: /5.html\n";
        let app = FakeApp::new().file("Staticfile", text);
        let configuration = configuration(&app);
        for line in ["root \"/app/my site\";", "autoindex on;", "gzip on;", "error_page 500 \"/5.html\";"] {
            assert!(configuration.contains(line), "{line} in {configuration}");
        }
        assert_eq!(configuration.matches("error_page").count(), 1);
        assert_eq!(app.warnings().len(), 3, "{:?}", app.warnings());
    }

    #[test]
    fn a_site_without_a_page_gets_a_warning() {
        let warned = |app: FakeApp| app.plan::<Static>().map(|_| !app.warnings().is_empty()).unwrap();
        assert!(warned(FakeApp::new().directory("public")));
        assert!(!warned(FakeApp::new().file("public/index.html", "")));
        assert!(!warned(FakeApp::new().directory("public").file("Staticfile", "directory: on")));
        assert!(!warned(FakeApp::nixpacks().directory("public")));
    }

    #[test]
    fn an_asset_that_is_not_text_is_an_error() {
        for app in both() {
            let error = app.file("mime.types", [0xe9]).plan::<Static>().unwrap_err();
            assert_eq!(error.message(), "Error reading mime.types");
        }
    }

    #[test]
    fn the_configuration_of_nixpacks() {
        let app = FakeApp::nixpacks()
            .file("Staticfile", "root: site\nstatus_code:\n  500: /500.html\n  404: /404.html\n")
            .file("Staticfile.auth", "bob:x\n")
            .file("mime.types", "types {}\n");
        insta::assert_snapshot!(configuration(&app), @r#"
        daemon off;
        error_log /dev/stdout info;
        worker_processes  auto;
        events {
            worker_connections  1024;
        }

        http {
            include	mime.types;
            access_log /dev/stdout;
            default_type  application/octet-stream;
            sendfile       on;
            keepalive_timeout  60;
            types_hash_max_size 4096;
            server {
                listen    0.0.0.0:80;
                gzip  	  on;
                root	  /app/site;
                location / {
                    auth_basic	"Password Required";
        auth_basic_user_file	/assets/.htpasswd;
                    autoindex off;
                }
        	error_page 404 /404.html;
        	error_page 500 /500.html;

            }
        }
        "#);
    }

    #[test]
    fn the_configuration() {
        let app = FakeApp::new()
            .file("Staticfile", "root: site\nstatus_code:\n  500: /500.html\n  404: /404.html\n")
            .file("Staticfile.auth", "bob:x\n")
            .file("mime.types", "types {}\n");
        insta::assert_snapshot!(configuration(&app), @r#"
        daemon off;
        pid /tmp/nginx.pid;
        error_log stderr info;
        worker_processes auto;

        events {
            worker_connections 1024;
        }

        http {
            include /assets/mime.types;
            default_type application/octet-stream;
            access_log /dev/stdout;
            client_body_temp_path /tmp/nginx-client-body;
            proxy_temp_path /tmp/nginx-proxy;
            fastcgi_temp_path /tmp/nginx-fastcgi;
            uwsgi_temp_path /tmp/nginx-uwsgi;
            scgi_temp_path /tmp/nginx-scgi;
            sendfile on;
            keepalive_timeout 60;
            types_hash_max_size 4096;

            # Build tools put a hash of the content into these names: a name never gets another content.
            map $uri $cache_control {
                "~^/(?:_app/immutable/|(?:assets|static|_astro|_nuxt|_next/static)/(?:.*[.-](?=[^.]*[A-Z0-9])(?=[^.]*[A-Za-z])[A-Za-z0-9_-]{8}|(?:.*[/.-])?[0-9a-f]{16,64})(?:\.chunk)?\.[a-z0-9]+$)" "public, max-age=31536000, immutable";
            }

            server {
                listen 0.0.0.0:8080;
                gzip on;
                gzip_vary on;
                gzip_proxied any;
                gzip_min_length 256;
                gzip_types text/css text/plain text/xml text/javascript application/javascript application/json application/manifest+json application/xml application/rss+xml application/wasm image/svg+xml;
                root "/app/site";
                add_header Cache-Control $cache_control;
                error_page 404 "/404.html";
                error_page 500 "/500.html";

                location / {
                    auth_basic "Password Required";
                    auth_basic_user_file /assets/.htpasswd;
                    autoindex off;
                }

                location = /health {
                    access_log off;
                    default_type text/plain;
                    return 200 "healthy\n";
                }
            }
        }
        "#);
    }

    #[test]
    fn a_page_may_answer_what_is_no_file() {
        let tried = |app: FakeApp| configuration(&app).lines().any(|line| line.contains("/index.html \"/app.html\";"));
        let named = || FakeApp::new().file("Staticfile", "fallback: app.html");
        assert!(tried(named()));
        assert!(!tried(FakeApp::nixpacks().file("Staticfile", "fallback: app.html")));
        assert!(!tried(named().variable("NIXPACKS_STATICFILE_FALLBACK_PATH", "")));
        assert!(tried(FakeApp::new().variable("NIXPACKS_STATICFILE_FALLBACK_PATH", "/app.html")));
        let other_shape = FakeApp::nixpacks().file("Staticfile", "fallback: [1]\nroot: site");
        assert!(configuration(&other_shape).contains("/app/site"));
    }

    #[test]
    fn the_plan_of_nixpacks() {
        let plan = FakeApp::nixpacks().file("index.html", "").plan::<Static>().unwrap().unwrap();
        let [setup] = plan.phases.as_slice() else { panic!("{plan:?}") };
        let commands = ["mkdir /etc/nginx/ /var/log/nginx/ /var/cache/nginx/"];
        assert_eq!(setup.commands, Some(commands.into_iter().collect()));
        assert_eq!(setup.nixpkgs_archive, None);
        assert_eq!(
            plan.start.and_then(|start| start.command).as_deref(),
            Some(
                r#"[[ -z "${PORT}" ]] && echo "Environment variable PORT not found. Using PORT 80" || sed -i "s/0.0.0.0:80/$PORT/g" /assets/nginx.conf && nginx -c /assets/nginx.conf"#
            )
        );
    }

    #[test]
    fn the_plan() {
        let plan = FakeApp::new().file("index.html", "").plan::<Static>().unwrap().unwrap();
        let [setup] = plan.phases.as_slice() else { panic!("{plan:?}") };
        let commands = ["mkdir -p /etc/nginx && cp -L /root/.nix-profile/conf/mime.types /etc/nginx/mime.types"];
        assert_eq!(setup.commands, Some(commands.into_iter().collect()));
        assert_eq!(setup.nixpkgs_archive, Some("b25309931cfda5f0b8805f462a29897eeae50168".to_owned()));
        let command = r#"site=$(< /assets/nginx.conf) && printf '%s\n' "${site/listen 0.0.0.0:8080;/listen 0.0.0.0:${PORT:-8080};}" > /tmp/nginx.conf && exec nginx -e stderr -c /tmp/nginx.conf"#;
        let start = Start::command(command).needs(Needs::packages(["nginx"]));
        assert_eq!(plan.start, Some(start.clone().image_files(["/etc/nginx/mime.types"])));
        let own =
            FakeApp::new().file("index.html", "").file("mime.types", "types {}").plan::<Static>().unwrap().unwrap();
        assert_eq!(own.start, Some(start));
    }
}
