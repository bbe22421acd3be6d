//! Built files, served by Caddy on `$PORT`.

use crate::release::NIXPKGS_26_05;
use plugpacks_sdk::{Needs, PartialPlan, Phase, Start};

/// How Caddy is started.
const START: &str = "exec caddy run --config /assets/Caddyfile --adapter caddyfile 2>&1";

/// What answers the paths that are no file.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Fallback {
    /// The site's own `404.html`.
    NotFoundPage,
    /// `index.html`: the path belongs to a router in the browser.
    Index,
}

/// A folder of built files, and how it is served.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct FileServer {
    folder: String,
    fallback: Fallback,
}

impl FileServer {
    /// Serves a folder of the app.
    ///
    /// # Arguments
    /// * `folder` - its path, relative to the app directory
    /// * `fallback` - what answers the paths that are no file
    pub fn new(folder: &str, fallback: Fallback) -> Self {
        Self { folder: folder.trim_start_matches("./").trim_end_matches('/').to_owned(), fallback }
    }

    /// The plan with Caddy in it: a phase that installs it after `setup`, its configuration, and the start,
    /// which needs nothing but Caddy and the folder.
    #[must_use]
    pub fn add_to(&self, plan: PartialPlan) -> PartialPlan {
        let caddy = Phase::new("caddy")
            .depends_on("setup")
            .packages(["caddy"])
            .archive(NIXPKGS_26_05)
            .command("caddy fmt --overwrite /assets/Caddyfile")
            .only_include_files([""; 0])
            .only_variables([""; 0]);
        let needs = Needs::packages(["caddy"]).no_libraries().no_apt_packages();
        let start = Start::command(START).needs(needs).only_app_files([&self.folder]);
        plan.phase(caddy).static_asset("Caddyfile", self.configuration()).start(start)
    }

    fn configuration(&self) -> String {
        let (tried, errors) = match self.fallback {
            Fallback::NotFoundPage => ("{path} {path}.html {path}/index.html", include_str!("file_server/not_found")),
            Fallback::Index => ("{path} {path}.html {path}/index.html /index.html", ""),
        };
        include_str!("file_server/Caddyfile")
            .replace("FOLDER", &self.folder.replace(['\\', '"', '{', '}', '\n'], ""))
            .replace("TRIED", tried)
            .replace("ERRORS\n", errors)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use plugpacks_sdk::StartFile;

    #[test]
    fn the_folder_and_the_fallback_stand_in_the_configuration() {
        let pages = FileServer::new("./public/", Fallback::NotFoundPage).configuration();
        assert!(pages.contains("root * \"/app/public\"") && pages.contains("/404.html"), "{pages}");
        let app = FileServer::new("dist", Fallback::Index).configuration();
        assert!(app.contains("{path}/index.html /index.html\n") && !app.contains("404"), "{app}");
        for text in [pages, app] {
            for word in ["FOLDER", "TRIED", "ERRORS"] {
                assert!(!text.contains(word), "{text}");
            }
        }
    }

    #[test]
    fn only_the_folder_and_caddy_are_there_at_run_time() {
        let plan = FileServer::new("site", Fallback::NotFoundPage).add_to(PartialPlan::new());
        let start = plan.start.expect("a start");
        assert_eq!(start.files, [StartFile::App("site".into())]);
        assert_eq!(start.run_time.needs().expect("needs").nix_packages, ["caddy"]);
    }
}
