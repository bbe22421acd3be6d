//! How the app starts, and how it is built where nothing of its own says so.

use crate::manager::Manager;
use crate::project::Project;
use plugpacks_sdk::Result;

/// A framework whose apps are built and started by commands of its own.
pub(crate) struct Framework {
    /// The dependencies that betray it: all of them.
    dependencies: &'static [&'static str],
    pub(crate) build: &'static str,
    pub(crate) start: &'static str,
}

/// Those that need to be told where to listen read `HOST`, whose default is the container's own loopback.
pub(crate) const FRAMEWORKS: &[Framework] = &[
    Framework { dependencies: &["next"], build: "next build", start: "next start" },
    Framework { dependencies: &["nuxt"], build: "nuxt build", start: "node .output/server/index.mjs" },
    Framework { dependencies: &["@nestjs/core"], build: "nest build", start: "node dist/main.js" },
    Framework {
        dependencies: &["@react-router/serve"],
        build: "react-router build",
        start: "react-router-serve ./build/server/index.js",
    },
    Framework {
        dependencies: &["@remix-run/serve", "vite"],
        build: "remix vite:build",
        start: "remix-serve ./build/server/index.js",
    },
    Framework { dependencies: &["@remix-run/serve"], build: "remix build", start: "remix-serve ./build/index.js" },
    Framework {
        dependencies: &["@sveltejs/kit", "@sveltejs/adapter-node"],
        build: "vite build",
        start: "node build/index.js",
    },
    Framework {
        dependencies: &["astro", "@astrojs/node"],
        build: "astro build",
        start: "HOST=${HOST:-0.0.0.0} node ./dist/server/entry.mjs",
    },
    Framework {
        dependencies: &["@tanstack/react-start"],
        build: "vite build",
        start: "node .output/server/index.mjs",
    },
];

/// What the app's own manifest and files say: its start script, its main file, `index.js`, or with
/// Bun `index.ts`.
pub(crate) fn own(project: &Project) -> Result<Option<String>> {
    let manager = project.manager;
    if project.package.script("start").is_some() {
        return Ok(Some(manager.run("start")));
    }
    if let Some(main) = project.package.main.as_deref().filter(|main| project.has(main)) {
        return Ok(Some(manager.execute(main)));
    }
    let candidates: &[&str] = if manager == Manager::Bun { &["index.js", "index.ts"] } else { &["index.js"] };
    Ok(project.app().first_file(candidates)?.map(|file| manager.execute(file)))
}

/// The framework of the app.
pub(crate) fn framework(project: &Project) -> Option<&'static Framework> {
    let is_used =
        |framework: &&Framework| framework.dependencies.iter().all(|dependency| project.depends_on(dependency));
    let framework = project.rules.frameworks.iter().find(is_used)?;
    let reason = format!("{:?} because of the dependency {}", framework.start, framework.dependencies.join(" and "));
    project.context.diagnostics.because("start command", reason);
    Some(framework)
}
