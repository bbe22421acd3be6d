//! How the app starts, and how it is built where nothing of its own says so.

use crate::app::NodeApp;
use crate::manager::Manager;
use plugpacks_sdk::Result;

/// A framework whose apps are built and started by commands of its own.
pub(crate) struct Framework {
    /// The dependencies that betray it: all of them.
    dependencies: &'static [&'static str],
    /// The dependency that brings the build command, and the command.
    builder: (&'static str, &'static str),
    start: &'static str,
}

/// More special ones stand before those they contain. Astro's server listens on the container's
/// loopback unless it is told otherwise.
pub(crate) const FRAMEWORKS: &[Framework] = &[
    Framework { dependencies: &["next"], builder: ("next", "next build"), start: "next start" },
    Framework { dependencies: &["nuxt"], builder: ("nuxt", "nuxt build"), start: "node .output/server/index.mjs" },
    Framework { dependencies: &["@nestjs/core"], builder: ("@nestjs/cli", "nest build"), start: "node dist/main.js" },
    Framework {
        dependencies: &["@react-router/serve"],
        builder: ("@react-router/dev", "react-router build"),
        start: "react-router-serve ./build/server/index.js",
    },
    Framework {
        dependencies: &["@remix-run/serve", "vite"],
        builder: ("@remix-run/dev", "remix vite:build"),
        start: "remix-serve ./build/server/index.js",
    },
    Framework {
        dependencies: &["@remix-run/serve"],
        builder: ("@remix-run/dev", "remix build"),
        start: "remix-serve ./build/index.js",
    },
    Framework {
        dependencies: &["@sveltejs/kit", "@sveltejs/adapter-node"],
        builder: ("vite", "vite build"),
        start: "node build/index.js",
    },
    Framework {
        dependencies: &["astro", "@astrojs/node"],
        builder: ("astro", "astro build"),
        start: "HOST=${HOST:-0.0.0.0} node ./dist/server/entry.mjs",
    },
    Framework {
        dependencies: &["@tanstack/react-start"],
        builder: ("vite", "vite build"),
        start: "node .output/server/index.mjs",
    },
];

/// What the app's own manifest and files say: its start script, its main file, `index.js`, or with
/// Bun `index.ts`.
pub(crate) fn own(app: &NodeApp) -> Result<Option<String>> {
    let manager = app.manager;
    let because = |reason: &str| app.context.diagnostics.because("start command", reason);
    if app.package.script("start").is_some() {
        because("the script start of package.json");
        return Ok(Some(manager.run("start")));
    }
    if let Some(main) = app.package.main.as_deref().filter(|main| app.has(main)) {
        because("main of package.json");
        return Ok(Some(manager.execute(main)));
    }
    let candidates: &[&str] = if manager == Manager::Bun { &["index.js", "index.ts"] } else { &["index.js"] };
    let Some(file) = app.directory().first_file(candidates)? else { return Ok(None) };
    because(&format!("the file {file}"));
    Ok(Some(manager.execute(file)))
}

/// The framework of the app. The root of a monorepo has dependencies, but is no app.
pub(crate) fn framework(app: &NodeApp) -> Result<Option<&'static Framework>> {
    let depends_on_all = |names: &[&str]| names.iter().all(|name| app.depends_on(name));
    let frameworks = app.rules.frameworks.iter();
    let Some(framework) = frameworks.into_iter().find(|framework| depends_on_all(framework.dependencies)) else {
        return Ok(None);
    };
    let is_monorepo = app.package.workspaces.is_some()
        || app.directory().first_file(&["nx.json", "turbo.json", "turbo.jsonc", "lerna.json"])?.is_some();
    Ok((!is_monorepo).then_some(framework))
}

impl Framework {
    /// The command that builds an app that has no build script.
    pub(crate) fn build(&self, app: &NodeApp) -> Option<&'static str> {
        let (dependency, command) = self.builder;
        app.depends_on(dependency).then_some(command)
    }

    /// The command that starts an app that has no start script.
    pub(crate) fn start(&self, app: &NodeApp) -> &'static str {
        let reason = format!("{:?} because of the dependency {}", self.start, self.dependencies.join(" and "));
        app.context.diagnostics.because("start command", reason);
        self.start
    }
}
