//! Frameworks that make a server of an app, as data: what starts it in production, and what the build
//! has to put in.

use crate::app::NodeApp;
use crate::own_server;
use crate::rules::Variable;
use crate::scripts::Invocation;
use crate::site_tools::{Calls, FirstArgument, Mention};
use plugpacks_sdk::Result;

/// A framework whose apps are built and started by commands of its own.
#[derive(Debug)]
pub(crate) struct ServerFramework {
    /// The dependencies that betray it: all of them.
    pub(crate) packages: &'static [&'static str],
    /// Dependencies beside which another row holds, any of them.
    without: &'static [&'static str],
    /// What a file of the app must say besides.
    when: Option<Mention>,
    /// Start scripts that this row replaces: those that start a server for development.
    development: Calls,
    /// The dependency that brings the build command, and the command of an app without a build script.
    builder: (&'static str, &'static str),
    pub(crate) start: ServerStart,
    /// What the build puts in, since the app does not depend on it.
    pub(crate) addition: Option<Addition>,
}

/// How a framework's server starts.
#[derive(Clone, Copy, Debug)]
pub(crate) enum ServerStart {
    Command(&'static str),
    /// The program that `angular.json` says is made.
    Angular,
    /// `node dist/main`, or as the script `start:prod` says.
    Nest,
    /// The script that serves in production, if the app has it; nothing does otherwise, and the text says
    /// what adds it.
    Script(&'static str, &'static str),
    /// Nothing: the text says why, and what to write.
    Nothing(&'static str),
}

/// A package that the app lacks in order to be served.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Addition {
    /// A dependency of the app that the build takes if a variable is set.
    Adapter { package: &'static str, switch: &'static str },
    /// A program beside the app: its name, its package and the version.
    Program(&'static str, &'static str, &'static str),
}

const fn calls(programs: &'static [&'static str], arguments: &'static [&'static str]) -> Calls {
    Calls { programs, first_argument: FirstArgument::Is(arguments) }
}

/// The result of a build for a platform that is no container.
const NO_ADAPTER: ServerStart =
    ServerStart::Nothing("its adapter builds for another platform; take @sveltejs/adapter-node in svelte.config.js");
const NO_ASTRO_ADAPTER: ServerStart = ServerStart::Nothing(
    "its adapter builds for another platform; take @astrojs/node with mode 'standalone' in the configuration (`npx astro \
     add node`), or leave the adapter out if no page needs a server",
);
const WORKER: ServerStart = ServerStart::Nothing(
    "it is built for Cloudflare Workers, and starts by `wrangler deploy` there; a build without Cloudflare's plugin can be \
     served here",
);

/// Every way to call Vite but the one that builds.
const VITE: Calls = Calls { programs: &["vite"], first_argument: FirstArgument::IsNot(&["build"]) };

/// What most rows have in common.
const FRAMEWORK: ServerFramework = ServerFramework {
    packages: &[],
    without: &[],
    when: None,
    development: VITE,
    builder: ("vite", "vite build"),
    start: ServerStart::Command(""),
    addition: None,
};

/// Where Nitro, and what is built on it, puts the server. It listens on PORT and all addresses.
const NITRO_OUTPUT: ServerStart = ServerStart::Command("node .output/server/index.mjs");

/// A program that listens for an object that answers requests: its name, its package and the version.
pub(crate) const SRVX_PACKAGE: (&str, &str, &str) = ("srvx", "srvx", "1.0.8");

/// Serves the handler that TanStack Start and SolidStart make where Nitro does not.
const SRVX: Addition = Addition::Program(SRVX_PACKAGE.0, SRVX_PACKAGE.1, SRVX_PACKAGE.2);
const SRVX_START: ServerStart = ServerStart::Command("srvx --prod -s ../client dist/server/server.js");

/// Every way to call Vike, or Vite for it, but the one that builds.
const VIKE: Calls =
    Calls { programs: &["vike", "vite"], first_argument: FirstArgument::IsNot(&["build", "prerender"]) };
const VIKE_SERVER: ServerStart = ServerStart::Command("node dist/server/index.mjs");

/// What brings Nitro into TanStack Start and SolidStart.
const WITH_NITRO: &[&str] = &[
    "nitro",
    "nitropack",
    "vinxi",
    "@solidjs/vite-plugin-nitro-2",
    "@tanstack/nitro-v2-vite-plugin",
    "@tanstack/start",
];

/// More special ones stand before those they contain.
pub(crate) const SERVER_FRAMEWORKS: &[ServerFramework] = &[
    ServerFramework {
        packages: &["next"],
        development: calls(&["next"], &["", "dev"]),
        builder: ("next", "next build"),
        start: ServerStart::Command("next start"),
        ..FRAMEWORK
    },
    ServerFramework {
        packages: &["nuxt"],
        when: Some(Mention { files: "package.json", pattern: r#""nuxt"\s*:\s*"[\^~>=v ]*[12]\."# }),
        development: calls(&["nuxt"], &["", "dev"]),
        builder: ("nuxt", "nuxt build"),
        start: ServerStart::Command("HOST=${HOST:-0.0.0.0} nuxt start"),
        ..FRAMEWORK
    },
    ServerFramework {
        packages: &["nuxt"],
        development: calls(&["nuxt", "nuxi"], &["", "dev", "start", "preview"]),
        builder: ("nuxt", "nuxt build"),
        start: NITRO_OUTPUT,
        ..FRAMEWORK
    },
    ServerFramework {
        packages: &["@nestjs/core"],
        development: calls(&["nest"], &["start"]),
        builder: ("@nestjs/cli", "nest build"),
        start: ServerStart::Nest,
        ..FRAMEWORK
    },
    ServerFramework {
        packages: &["@react-router/serve"],
        development: calls(&["react-router"], &["dev"]),
        builder: ("@react-router/dev", "react-router build"),
        start: ServerStart::Command("react-router-serve ./build/server/index.js"),
        ..FRAMEWORK
    },
    ServerFramework {
        packages: &["@remix-run/serve", "vite"],
        development: calls(&["remix"], &["vite:dev", "dev"]),
        builder: ("@remix-run/dev", "remix vite:build"),
        start: ServerStart::Command("remix-serve ./build/server/index.js"),
        ..FRAMEWORK
    },
    ServerFramework {
        packages: &["@remix-run/serve"],
        development: calls(&["remix"], &["dev"]),
        builder: ("@remix-run/dev", "remix build"),
        start: ServerStart::Command("remix-serve ./build/index.js"),
        ..FRAMEWORK
    },
    ServerFramework {
        packages: &["@sveltejs/kit", "@sveltejs/adapter-node"],
        start: ServerStart::Command("node build/index.js"),
        ..FRAMEWORK
    },
    // adapter-auto makes nothing that starts unless a variable of one of its platforms is set: Google's is a
    // container with adapter-node.
    ServerFramework {
        packages: &["@sveltejs/kit", "@sveltejs/adapter-auto"],
        without: &["@sveltejs/adapter-static"],
        start: ServerStart::Command("node build"),
        addition: Some(Addition::Adapter { package: "@sveltejs/adapter-node@5", switch: "GCP_BUILDPACKS=1" }),
        ..FRAMEWORK
    },
    ServerFramework {
        packages: &["@sveltejs/kit", "@sveltejs/adapter-vercel"],
        without: &["@sveltejs/adapter-static"],
        start: NO_ADAPTER,
        ..FRAMEWORK
    },
    ServerFramework {
        packages: &["@sveltejs/kit", "@sveltejs/adapter-netlify"],
        without: &["@sveltejs/adapter-static"],
        start: NO_ADAPTER,
        ..FRAMEWORK
    },
    ServerFramework {
        packages: &["@sveltejs/kit", "@sveltejs/adapter-cloudflare"],
        without: &["@sveltejs/adapter-static"],
        start: NO_ADAPTER,
        ..FRAMEWORK
    },
    // Its server listens on the container's loopback unless it is told otherwise.
    ServerFramework {
        packages: &["astro", "@astrojs/node"],
        development: calls(&["astro"], &["", "dev", "start", "preview"]),
        builder: ("astro", "astro build"),
        start: ServerStart::Command("HOST=${HOST:-0.0.0.0} node ./dist/server/entry.mjs"),
        ..FRAMEWORK
    },
    ServerFramework {
        packages: &["astro", "@astrojs/cloudflare"],
        development: calls(&["astro"], &["", "dev", "start", "preview"]),
        builder: ("astro", "astro build"),
        start: NO_ASTRO_ADAPTER,
        ..FRAMEWORK
    },
    ServerFramework {
        packages: &["astro", "@astrojs/netlify"],
        development: calls(&["astro"], &["", "dev", "start", "preview"]),
        builder: ("astro", "astro build"),
        start: NO_ASTRO_ADAPTER,
        ..FRAMEWORK
    },
    ServerFramework {
        packages: &["astro", "@astrojs/vercel"],
        development: calls(&["astro"], &["", "dev", "start", "preview"]),
        builder: ("astro", "astro build"),
        start: NO_ASTRO_ADAPTER,
        ..FRAMEWORK
    },
    ServerFramework { packages: &["@tanstack/react-start", "nitro"], start: NITRO_OUTPUT, ..FRAMEWORK },
    ServerFramework { packages: &["@tanstack/react-start", "nitropack"], start: NITRO_OUTPUT, ..FRAMEWORK },
    ServerFramework {
        packages: &["@tanstack/react-start", "@tanstack/nitro-v2-vite-plugin"],
        start: NITRO_OUTPUT,
        ..FRAMEWORK
    },
    ServerFramework {
        packages: &["@tanstack/react-start"],
        without: WITH_NITRO,
        start: SRVX_START,
        addition: Some(SRVX),
        ..FRAMEWORK
    },
    ServerFramework { packages: &["@tanstack/solid-start", "nitro"], start: NITRO_OUTPUT, ..FRAMEWORK },
    ServerFramework {
        packages: &["@tanstack/solid-start"],
        without: WITH_NITRO,
        start: SRVX_START,
        addition: Some(SRVX),
        ..FRAMEWORK
    },
    ServerFramework {
        packages: &["@solidjs/start", "vinxi"],
        development: calls(&["vinxi"], &["dev"]),
        builder: ("vinxi", "vinxi build"),
        start: NITRO_OUTPUT,
        ..FRAMEWORK
    },
    ServerFramework {
        packages: &["@solidjs/start"],
        without: WITH_NITRO,
        start: ServerStart::Command("srvx --prod -s ../client dist/server/entry-server.js"),
        addition: Some(SRVX),
        ..FRAMEWORK
    },
    ServerFramework { packages: &["@solidjs/start"], start: NITRO_OUTPUT, ..FRAMEWORK },
    ServerFramework {
        packages: &["@angular/ssr"],
        when: Some(Mention { files: "angular.json", pattern: r#""(?:ssr|server)"\s*:\s*(?:true|\{|")"# }),
        development: calls(&["ng"], &["serve", "s", "dev"]),
        builder: ("@angular/cli", "ng build"),
        start: ServerStart::Angular,
        ..FRAMEWORK
    },
    ServerFramework {
        packages: &["@builder.io/qwik-city"],
        start: ServerStart::Script("serve", "`npm run qwik add express` adds a server and this script"),
        ..FRAMEWORK
    },
    ServerFramework {
        packages: &["@qwik.dev/router"],
        start: ServerStart::Script("serve", "`npm run qwik add express` adds a server and this script"),
        ..FRAMEWORK
    },
    // `bin/server.js` is made by the build, in a folder that is an app of its own.
    ServerFramework {
        packages: &["@adonisjs/core"],
        when: Some(Mention { files: "adonisrc.ts", pattern: "" }),
        development: calls(&["node"], &["bin/server.js", "ace", "server.js"]),
        builder: ("@adonisjs/assembler", "node ace build"),
        start: ServerStart::Command("cd build && HOST=${HOST:-0.0.0.0} exec node bin/server.js"),
        ..FRAMEWORK
    },
    ServerFramework {
        packages: &["@strapi/strapi"],
        development: calls(&["strapi"], &["", "develop", "dev"]),
        builder: ("@strapi/strapi", "strapi build"),
        start: ServerStart::Command("strapi start"),
        ..FRAMEWORK
    },
    // Before Nitro, on which it builds.
    ServerFramework {
        packages: &["@analogjs/platform"],
        development: Calls { programs: &["vite", "ng"], first_argument: FirstArgument::IsNot(&["build"]) },
        start: ServerStart::Command("node dist/analog/server/index.mjs"),
        ..FRAMEWORK
    },
    ServerFramework {
        packages: &["@adonisjs/core"],
        when: Some(Mention { files: ".adonisrc.json", pattern: "" }),
        development: calls(&["node"], &["server.js", "ace"]),
        builder: ("@adonisjs/assembler", "node ace build --production"),
        start: ServerStart::Command("cd build && HOST=${HOST:-0.0.0.0} exec node server.js"),
        ..FRAMEWORK
    },
    ServerFramework {
        packages: &["@keystone-6/core"],
        development: calls(&["keystone"], &["", "dev"]),
        builder: ("@keystone-6/core", "keystone build"),
        start: ServerStart::Command("keystone start"),
        ..FRAMEWORK
    },
    // What `medusa build` makes is an app of its own; in the app directory the server finds no admin panel.
    ServerFramework {
        packages: &["@medusajs/medusa"],
        when: Some(Mention { files: "medusa-config.{ts,js}", pattern: r"\bdefineConfig\b" }),
        development: calls(&["medusa"], &["develop", "start"]),
        builder: ("@medusajs/medusa", "medusa build"),
        start: ServerStart::Command("cd .medusa/server && exec medusa start"),
        ..FRAMEWORK
    },
    ServerFramework {
        packages: &["directus"],
        development: calls(&["directus"], &[""]),
        builder: ("", ""),
        start: ServerStart::Command("directus start"),
        ..FRAMEWORK
    },
    ServerFramework {
        packages: &["n8n"],
        development: calls(&["n8n"], &["", "start"]),
        builder: ("", ""),
        start: ServerStart::Command("N8N_PORT=${PORT:-5678} n8n start"),
        ..FRAMEWORK
    },
    ServerFramework {
        packages: &["@modern-js/app-tools"],
        development: calls(&["modern"], &["", "dev", "start"]),
        builder: ("@modern-js/app-tools", "modern build"),
        start: ServerStart::Command("modern serve"),
        ..FRAMEWORK
    },
    ServerFramework {
        packages: &["one"],
        when: Some(Mention { files: "vite.config.{ts,js,mts,mjs}", pattern: r#"['"]one/vite['"]"# }),
        development: calls(&["one"], &["", "dev"]),
        builder: ("one", "one build"),
        start: ServerStart::Command("one serve --host 0.0.0.0 --port ${PORT:-3000}"),
        ..FRAMEWORK
    },
    ServerFramework {
        packages: &["quasar"],
        when: Some(Mention { files: "package.json", pattern: r#"\bquasar build [^"]*(?:-m|--mode)[ =]ssr\b"# }),
        development: calls(&["quasar"], &["dev"]),
        start: ServerStart::Command("node dist/ssr/index.js"),
        ..FRAMEWORK
    },
    ServerFramework {
        packages: &["expo"],
        without: &["expo-server"],
        when: Some(Mention {
            files: "app.{json,config.js,config.ts}",
            pattern: r#"\boutput['"]?\s*:\s*['"]server['"]"#,
        }),
        development: calls(&["expo"], &["", "start"]),
        builder: ("", ""),
        start: ServerStart::Nothing(
            "pages of Expo with `output: 'server'` need expo-server and a program of yours that runs it; with `output: \
             'static'` they are files",
        ),
        ..FRAMEWORK
    },
    ServerFramework {
        packages: &["razzle"],
        development: calls(&["razzle"], &["", "start"]),
        builder: ("razzle", "razzle build"),
        start: ServerStart::Command("node build/server.js"),
        ..FRAMEWORK
    },
    ServerFramework { packages: &["vike", "vike-server"], development: VIKE, start: VIKE_SERVER, ..FRAMEWORK },
    ServerFramework { packages: &["vike", "vike-photon"], development: VIKE, start: VIKE_SERVER, ..FRAMEWORK },
    ServerFramework {
        packages: &["vike"],
        without: &["express", "fastify", "h3", "hono", "koa", "elysia"],
        development: VIKE,
        start: ServerStart::Nothing(
            "`vike preview` is for development; write `prerender: true` in pages/+config.ts, or add a server (`npm create \
             vike@latest -- --hono`)",
        ),
        ..FRAMEWORK
    },
    ServerFramework { packages: &["rwsdk"], start: WORKER, ..FRAMEWORK },
    ServerFramework {
        packages: &["vinxi"],
        development: calls(&["vinxi"], &["dev"]),
        builder: ("vinxi", "vinxi build"),
        start: NITRO_OUTPUT,
        ..FRAMEWORK
    },
    ServerFramework {
        packages: &["nitropack"],
        development: calls(&["nitro", "nitropack"], &["dev", "preview"]),
        builder: ("nitropack", "nitropack build"),
        start: NITRO_OUTPUT,
        ..FRAMEWORK
    },
    ServerFramework {
        packages: &["nitro"],
        development: Calls { programs: &["nitro", "vite"], first_argument: FirstArgument::IsNot(&["build"]) },
        builder: ("nitro", "nitro build"),
        start: NITRO_OUTPUT,
        ..FRAMEWORK
    },
    ServerFramework { packages: &["@cloudflare/vite-plugin"], start: WORKER, ..FRAMEWORK },
];

/// Packages of which an app makes a server or another program that runs for good.
const SERVER_PACKAGES: &[&str] = &[
    "@apollo/server",
    "@elysiajs/node",
    "@hapi/hapi",
    "@hono/node-server",
    "@loopback/rest",
    "@slack/bolt",
    "@trpc/server",
    "apollo-server",
    "apollo-server-express",
    "discord.js",
    "elysia",
    "express",
    "fastify",
    "feathers",
    "grammy",
    "graphql-yoga",
    "hyper-express",
    "h3",
    "hono",
    "itty-router",
    "json-server",
    "koa",
    "micro",
    "moleculer-web",
    "node-telegram-bot-api",
    "oceanic.js",
    "payload",
    "polka",
    "probot",
    "restify",
    "sails",
    "socket.io",
    "telegraf",
    "vike",
    "waku",
    "whatsapp-web.js",
    "ws",
];

/// Servers that listen on the container's loopback unless a variable says otherwise, and the variable.
const ADDRESSES: &[(&str, (&str, &str))] =
    &[("fastify-cli", ("FASTIFY_ADDRESS", "0.0.0.0")), ("@astrojs/node", ("HOST", "0.0.0.0"))];

/// The variable that many programs take their address from.
const HOST: (&str, &str) = ("HOST", "0.0.0.0");

/// The server that Next.js makes with `output: 'standalone'`, and the variable of its address: where that is not
/// set, it is the container's name.
const STANDALONE: &str = ".next/standalone/server.js";
const STANDALONE_HOST: (&str, &str) = ("HOSTNAME", "0.0.0.0");

/// What Next.js leaves out of the folder of that server, which sends it if it is there.
const STANDALONE_FILES: &str =
    "cp -r .next/static .next/standalone/.next/ && if [ -d public ]; then cp -r public .next/standalone/; fi";

fn starts_standalone(app: &NodeApp) -> bool {
    let started = app.started();
    started.iter().filter_map(Invocation::operand).any(|file| file.trim_start_matches("./") == STANDALONE)
}

/// The command that completes the server of Next.js that the start script runs, unless a script of the app's does.
pub(crate) fn standalone_files(app: &NodeApp) -> Option<String> {
    let copies = |script: &&str| app.package.script(script).is_some_and(|text| text.contains("standalone"));
    (starts_standalone(app) && !["build", "postbuild", "prestart"].iter().any(copies))
        .then(|| STANDALONE_FILES.to_owned())
}

/// The variables that have the app's servers listen on all addresses.
///
/// # Errors
/// The operating system refuses.
pub(crate) fn addresses(app: &NodeApp) -> Result<Vec<Variable>> {
    let depended_on = ADDRESSES.iter().filter(|(package, _)| app.depends_on(package));
    let mut variables: Vec<_> = depended_on.map(|(_, variable)| *variable).collect();
    if has_server_package(app)
        && let Some(program) = program(app)?
        && is_local_without_host(app, &program)
    {
        variables.push(HOST);
    }
    if starts_standalone(app) {
        variables.push(STANDALONE_HOST);
    }
    Ok(variables)
}

/// The source of the app's server: what the start script runs, if it is there, else a file at a usual place.
fn program(app: &NodeApp) -> Result<Option<String>> {
    let started = app.started();
    let named = started.iter().filter_map(Invocation::operand).chain(app.package.main.as_deref());
    match named.into_iter().find(|path| app.has(path)) {
        Some(path) => Ok(Some(path.to_owned())),
        None => Ok(own_server::usual_file(app)?.map(str::to_owned)),
    }
}

/// Says that the app's server listens on a port of its own, whatever `PORT` is, or on the container's loopback alone.
///
/// # Errors
/// The operating system refuses.
pub(crate) fn warn_of_fixed_port(app: &NodeApp) -> Result<()> {
    if !has_server_package(app) && app.package.dependencies.as_ref().is_some_and(|map| !map.is_empty()) {
        return Ok(());
    }
    let Some(path) = program(app)? else { return Ok(()) };
    let text = app.directory().read_text(&path).unwrap_or_default();
    if let Some(port) = fixed_port(&text) {
        app.context.diagnostics.warn(format!(
            "{path} listens on port {port} and does not read the variable PORT; write Number(process.env.PORT ?? {port})"
        ));
    }
    if listens_locally(&text, app.depends_on("fastify")) {
        app.context.diagnostics.warn(format!(
            "{path} listens on the container's loopback alone, where nobody reaches it: let it listen on 0.0.0.0, such as \
             listen({{ port, host: '0.0.0.0' }})"
        ));
    }
    Ok(())
}

/// What calls of servers are told about where they listen.
fn addresses_of_calls(text: &str) -> impl Iterator<Item = &str> {
    let arguments = |call: &&str| Some(text.split_once(*call)?.1.split(')').next().unwrap_or_default());
    ["listen(", "serve(", "server(", "Server("].into_iter().filter_map(move |call| arguments(&call))
}

/// The port of `listen(3000)`, `serve({ port: 3000 })` or `listen(port)` in a text that never reads `PORT`.
fn fixed_port(text: &str) -> Option<&str> {
    if text.contains("PORT") && text.contains("env") {
        return None;
    }
    addresses_of_calls(text).find_map(|arguments| {
        let named = || number(arguments.split_once("port:")?.1);
        let variable = || {
            let name =
                arguments.split(|c: char| !c.is_alphanumeric() && c != '_').next().filter(|name| !name.is_empty())?;
            number(text.split_once(&format!("{name} = "))?.1)
        };
        number(arguments).or_else(named).or_else(variable)
    })
}

/// Whether a server is told to listen on the loopback, as Fastify does unless it is told otherwise.
fn listens_locally(text: &str, is_fastify: bool) -> bool {
    let names = |arguments: &str| ["'localhost'", "\"localhost\"", "127.0.0.1"].iter().any(|it| arguments.contains(it));
    let is_silent =
        |arguments: &str| arguments.starts_with('{') && arguments.contains("port") && !arguments.contains("host");
    let reads_host = text.contains("env.HOST");
    !reads_host && addresses_of_calls(text).any(|arguments| names(arguments) || is_fastify && is_silent(arguments))
}

/// The number of three to five digits that a text begins with.
fn number(text: &str) -> Option<&str> {
    let text = text.trim_start();
    let digits = &text[..text.find(|c: char| !c.is_ascii_digit()).unwrap_or(text.len())];
    (3..=5).contains(&digits.len()).then_some(digits)
}

/// Whether a program listens on the loopback address alone where the variable `HOST` is not set:
/// `process.env.HOST ?? 'localhost'`.
pub(crate) fn is_local_without_host(app: &NodeApp, path: &str) -> bool {
    let text = app.directory().read_text(path).unwrap_or_default();
    text.lines().any(|line| {
        let rest = line.split_once("process.env.HOST").map_or("", |(_, rest)| rest);
        rest.starts_with([' ', '|', '?']) && ["localhost", "127.0.0.1"].iter().any(|address| rest.contains(address))
    })
}

/// Whether the app depends on a package that makes a server of it.
pub(crate) fn has_server_package(app: &NodeApp) -> bool {
    *app.has_server.get_or_init(|| {
        let depends_on = |package: &&str| app.depends_on(package);
        SERVER_PACKAGES.iter().any(depends_on)
            || SERVER_FRAMEWORKS.iter().any(|framework| framework.packages.iter().all(depends_on))
    })
}

/// The framework of the app.
///
/// # Errors
/// A configuration file cannot be read.
pub(crate) fn framework(app: &NodeApp) -> Result<Option<&'static ServerFramework>> {
    for framework in SERVER_FRAMEWORKS {
        let depends = framework.packages.iter().all(|package| app.depends_on(package))
            && !framework.without.iter().any(|package| app.depends_on(package));
        if !depends {
            continue;
        }
        match framework.when {
            Some(mention) if !mention.is_found(app)? => {}
            _ => return Ok(Some(framework)),
        }
    }
    Ok(None)
}

impl ServerFramework {
    /// Whether the start script starts the framework's server for development, or what only a build makes
    /// elsewhere.
    pub(crate) fn replaces_start(&self, app: &NodeApp) -> bool {
        let started = app.started();
        started.iter().any(|invocation| self.development.include(invocation))
    }

    /// The command that builds an app that has no build script.
    pub(crate) fn build(&self, app: &NodeApp) -> Option<&'static str> {
        let (dependency, command) = self.builder;
        app.depends_on(dependency).then_some(command)
    }
}
