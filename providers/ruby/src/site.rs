//! Static sites that a gem makes.

use crate::app::RubyApp;
use plugpacks_provider_support::file_server::{Fallback, FileServer};
use plugpacks_sdk::{Result, glob};

/// A gem that makes a site.
struct Generator {
    gems: &'static [&'static str],
    /// Its configuration.
    file: &'static str,
    build: &'static str,
    /// Where the site is made.
    output: &'static str,
    /// The key of the configuration that names another place.
    key: &'static str,
}

static GENERATORS: [Generator; 4] = [
    Generator {
        gems: &["jekyll", "github-pages"],
        file: "_config.yml",
        build: "JEKYLL_ENV=production bundle exec jekyll build",
        output: "_site",
        key: "destination",
    },
    Generator {
        gems: &["bridgetown"],
        file: "bridgetown.config.yml",
        build: "BRIDGETOWN_ENV=production bundle exec bridgetown deploy",
        output: "output",
        key: "destination",
    },
    Generator {
        gems: &["middleman"],
        file: "config.rb",
        build: "bundle exec middleman build",
        output: "build",
        key: "build_dir",
    },
    Generator {
        gems: &["nanoc"],
        file: "nanoc.yaml",
        build: "bundle exec nanoc compile",
        output: "output",
        key: "output_dir",
    },
];

/// A site.
pub(crate) struct Site {
    pub(crate) build: &'static str,
    pub(crate) server: FileServer,
}

/// The app as a site, if a gem of its bundle makes one.
///
/// # Errors
/// The configuration cannot be read.
pub(crate) fn find(app: &RubyApp) -> Result<Option<Site>> {
    for generator in &GENERATORS {
        let is_used = generator.gems.iter().any(|gem| app.bundle.depends_on(gem));
        if is_used && app.context.app.has_file(generator.file)? {
            let output = output(app, generator)?;
            app.context.diagnostics.because("site", format!("{} is made because of {}", output, generator.file));
            return Ok(Some(Site { build: generator.build, server: FileServer::new(&output, Fallback::NotFoundPage) }));
        }
    }
    Ok(None)
}

fn output(app: &RubyApp, generator: &Generator) -> Result<String> {
    let pattern = format!(r#"(?m)^\s*(?:set )?:?{}\s*[:,=]\s*["']?([\w./-]+)"#, generator.key);
    let found = app.context.app.search(&glob::literal(generator.file), &pattern)?;
    let named = found.and_then(|found| found.groups.into_iter().nth(1).flatten());
    let is_below = |folder: &String| !folder.starts_with('/') && folder.split('/').all(|part| part != "..");
    Ok(named.filter(is_below).unwrap_or_else(|| generator.output.to_owned()))
}
