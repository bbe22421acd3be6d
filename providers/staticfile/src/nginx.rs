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

/// The same directives; the media types stand where the build has put them, and nothing outside `/tmp`
/// is written.
pub(crate) fn november_2026(site: &Site) -> String {
    let mime_types = if site.has_mime_types { "/assets/mime.types" } else { MIME_TYPES };
    let mut server = vec![
        "listen 0.0.0.0:80;".to_owned(),
        format!("gzip {};", site.gzip()),
        format!("root {};", quoted(&format!("/app/{}", site.root.trim_matches('/')))),
    ];
    server.extend(site.pages().map(|(code, page)| format!("error_page {code} {};", quoted(page.trim()))));
    let mut location = Vec::new();
    if site.has_passwords {
        location.push("auth_basic \"Password Required\";".to_owned());
        location.push("auth_basic_user_file /assets/.htpasswd;".to_owned());
    }
    location.push(format!("autoindex {};", site.directory()));
    format!(
        "daemon off;
pid /tmp/nginx.pid;
error_log /dev/stdout info;
worker_processes auto;

events {{
    worker_connections 1024;
}}

http {{
    include {mime_types};
    default_type application/octet-stream;
    access_log /dev/stdout;
    sendfile on;
    keepalive_timeout 60;
    types_hash_max_size 4096;

    server {{
        {server}

        location / {{
            {location}
        }}
    }}
}}
",
        server = server.join("\n        "),
        location = location.join("\n            "),
    )
}

/// Where the build puts nginx's own table of media types: every user may read it there.
pub(crate) const MIME_TYPES: &str = "/etc/nginx/mime.types";

/// A value as one word of nginx's.
fn quoted(value: &str) -> String {
    format!("\"{}\"", value.replace('\\', "\\\\").replace('"', "\\\""))
}
