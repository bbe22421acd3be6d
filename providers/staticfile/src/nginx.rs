//! The configuration of nginx.

use crate::settings::Settings;
use std::fmt::Write;

/// A site to be served.
pub(crate) struct Site {
    pub(crate) settings: Settings,
    /// The folder that is served, relative to the app.
    pub(crate) root: String,
    /// Whether `/assets/.htpasswd` says who may see the site.
    pub(crate) has_passwords: bool,
    /// Whether the app brings its own table of media types.
    pub(crate) has_mime_types: bool,
}

impl Site {
    fn directory(&self) -> &str {
        self.settings.directory.as_deref().unwrap_or("off")
    }

    fn gzip(&self) -> &str {
        self.settings.gzip.as_deref().unwrap_or("on")
    }

    /// Pages by status code, ascending.
    fn pages(&self) -> impl Iterator<Item = (&u32, &String)> {
        self.settings.status_code.iter().flatten()
    }
}

/// The text of Nixpacks 1.41, with its blanks and tabs; the order of `error_page`, which is left to
/// chance there, is by code.
pub(crate) fn nixpacks(site: &Site) -> String {
    let mime_types = if site.has_mime_types {
        "include\tmime.types;"
    } else {
        "include /nix/store/*-user-environment/conf/mime.types;"
    };
    let passwords = if site.has_passwords {
        "auth_basic\t\"Password Required\";\nauth_basic_user_file\t/assets/.htpasswd;"
    } else {
        ""
    };
    let pages = site.pages().fold(String::new(), |mut text, (code, page)| {
        // Writing to a `String` cannot fail.
        let _ = writeln!(text, "\terror_page {code} {page};");
        text
    });
    format!(
        "daemon off;
error_log /dev/stdout info;
worker_processes  auto;
events {{
    worker_connections  1024;
}}

http {{
    {mime_types}
    access_log /dev/stdout;
    default_type  application/octet-stream;
    sendfile       on;
    keepalive_timeout  60;
    types_hash_max_size 4096;
    server {{
        listen    0.0.0.0:80;
        gzip  \t  {gzip};
        root\t  /app/{root};
        location / {{
            {passwords}
            autoindex {directory};
        }}
{pages}
    }}
}}
",
        gzip = site.gzip(),
        root = site.root,
        directory = site.directory(),
    )
}

/// More than nginx's HTML alone is compressed, names with a hash are kept by browsers, `/health` is
/// answered; the media types stand where the build has put them, and nothing outside `/tmp` is written.
pub(crate) fn hardened(site: &Site) -> String {
    let mime_types = if site.has_mime_types { "/assets/mime.types" } else { MIME_TYPES };
    format!(
        "daemon off;
pid /tmp/nginx.pid;
error_log stderr info;
worker_processes auto;

events {{
    worker_connections 1024;
}}

http {{
    include {mime_types};
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
    map $uri $cache_control {{
        \"{HASHED}\" \"public, max-age=31536000, immutable\";
    }}

    server {{
        {server}

        location / {{
            {location}
        }}

        {health}
    }}
}}
",
        server = server(site).join("\n        "),
        location = location(site).join("\n            "),
        health = health(site),
    )
}

/// Files that build tools name after their content: what SvelteKit calls immutable, and in the folders
/// of others the names that end with eight letters and digits (Vite, Parcel, webpack) or with a longer
/// hexadecimal number (Next.js, Hugo).
const HASHED: &str = concat!(
    r"~^/(?:_app/immutable/|(?:assets|static|_astro|_nuxt|_next/static)/",
    r"(?:.*[.-](?=[^.]*[A-Z0-9])(?=[^.]*[A-Za-z])[A-Za-z0-9_-]{8}|(?:.*[/.-])?[0-9a-f]{16,64})(?:\.chunk)?\.[a-z0-9]+$)",
);

/// What is compressed besides HTML.
const COMPRESSED: &str = "text/css text/plain text/xml text/javascript application/javascript application/json \
                          application/manifest+json application/xml application/rss+xml application/wasm image/svg+xml";

fn server(site: &Site) -> Vec<String> {
    let mut lines = vec![
        "listen 0.0.0.0:8080;".to_owned(),
        format!("gzip {};", site.gzip()),
        "gzip_vary on;".to_owned(),
        "gzip_proxied any;".to_owned(),
        "gzip_min_length 256;".to_owned(),
        format!("gzip_types {COMPRESSED};"),
        format!("root {};", quoted(&format!("/app/{}", site.root.trim_matches('/')))),
        "add_header Cache-Control $cache_control;".to_owned(),
    ];
    lines.extend(site.pages().map(|(code, page)| format!("error_page {code} {};", quoted(page.trim()))));
    lines
}

fn location(site: &Site) -> Vec<String> {
    let mut lines = Vec::new();
    if site.has_passwords {
        lines.push("auth_basic \"Password Required\";".to_owned());
        lines.push("auth_basic_user_file /assets/.htpasswd;".to_owned());
    }
    lines.push(format!("autoindex {};", site.directory()));
    if let Some(page) = &site.settings.fallback {
        lines.push(format!("try_files $uri $uri/index.html {};", quoted(page)));
    }
    lines
}

/// What answers a health check. A page of the site's own goes first, unless it needs a password.
fn health(site: &Site) -> String {
    let answer = "access_log off;
            default_type text/plain;
            return 200 \"healthy\\n\";";
    if site.has_passwords {
        return format!("location = /health {{\n            {answer}\n        }}");
    }
    format!(
        "location = /health {{
            try_files $uri $uri/index.html @health;
        }}

        location @health {{
            {answer}
        }}"
    )
}

/// Where the build puts nginx's own table of media types: every user may read it there.
pub(crate) const MIME_TYPES: &str = "/etc/nginx/mime.types";

/// A value as one word of nginx's.
fn quoted(value: &str) -> String {
    format!("\"{}\"", value.replace('\\', "\\\\").replace('"', "\\\""))
}
