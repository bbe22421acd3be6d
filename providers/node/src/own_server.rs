//! The server that an app has of its own though no start script names it: a script, or a file at a usual place.

use crate::app::NodeApp;
use crate::manager::Manager;
use crate::npm_program::NpmProgram;
use crate::scripts::{self, Invocation};
use crate::servers::{self, SRVX_PACKAGE};
use crate::serving;
use crate::sites;
use crate::start_script;
use plugpacks_sdk::Result;
use serde_json::Value;

/// Scripts that start the app's server, if they run a program of its own.
const SCRIPTS: &[&str] = &["start:server", "server", "serve", "server:start", "start:api"];

/// The files that servers without a start script or `main` stand in, in the order in which they are looked
/// for. Node.js runs TypeScript by leaving its types out.
const FILES: &[&str] = &[
    "bin/www",
    "server.js",
    "server.mjs",
    "server.cjs",
    "app.js",
    "app.mjs",
    "main.js",
    "bot.js",
    "index.mjs",
    "server/index.js",
    "server/index.mjs",
    "server/server.js",
    "server/app.js",
    "backend/index.js",
    "backend/server.js",
    "api/index.js",
    "api/server.js",
    "src/server.js",
    "src/server/index.js",
    "src/index.js",
    "src/app.js",
    "src/main.js",
    "src/bot.js",
    "src/index.mjs",
    "src/bin/www",
    "server.ts",
    "app.ts",
    "main.ts",
    "bot.ts",
    "index.ts",
    "server/index.ts",
    "server/server.ts",
    "src/server.ts",
    "src/server/index.ts",
    "src/index.ts",
    "src/app.ts",
    "src/main.ts",
    "src/bot.ts",
];

/// What a program says that waits for requests or messages.
const WAITS: &[&str] =
    &["listen(", "listen (", "serve(", "createServer(", "Server(", ".launch(", ".login(", ".start(", ".lift(", ".run("];

/// What a server says that sends files.
const SENDS_FILES: &[&str] = &["static", "Static", "sendFile", "sirv"];

/// Packages whose apps are objects that answer requests, which something else has to pass on.
const HANDLERS: &[&str] = &["hono", "h3", "elysia", "itty-router"];

/// A server, and what starts it.
#[derive(Debug)]
pub(crate) struct OwnServer {
    pub(crate) command: String,
    /// A program that the command needs and the app does not depend on.
    pub(crate) program: Option<NpmProgram>,
    file: String,
}

impl OwnServer {
    fn of_file(app: &NodeApp, file: &str) -> Self {
        Self { command: command(app, file), program: None, file: file.to_owned() }
    }

    /// Gives the reason for which the server is started.
    pub(crate) fn explain(&self, app: &NodeApp) {
        let reason = format!("the file {} beside the dependency on a server", self.file);
        app.context.diagnostics.because("start command", reason);
    }
}

/// The server that a script starts, or a file whose text is a server's, or one that answers requests if they
/// are passed on to it.
///
/// # Errors
/// The operating system refuses, or a file of the app cannot be read.
pub(crate) fn find(app: &NodeApp) -> Result<Option<OwnServer>> {
    if !servers::has_server_package(app) {
        return Ok(None);
    }
    if let Some(server) = of_scripts(app)? {
        return Ok(Some(server));
    }
    let files = app.directory().files_of(FILES)?;
    let texts: Vec<_> = files.iter().map(|file| (*file, text(app, file))).collect();
    if let Some((file, _)) = texts.iter().find(|(_, text)| says(text, WAITS)) {
        return Ok(Some(OwnServer::of_file(app, file)));
    }
    if app.manager == Manager::Bun || !HANDLERS.iter().any(|package| app.depends_on(package)) {
        return Ok(None);
    }
    let handler = texts.iter().find(|(_, text)| text.contains("export default"));
    Ok(handler.map(|(file, _)| passed_on(app, file)))
}

/// A server whose file exports an object that answers requests: `srvx` listens for it.
fn passed_on(app: &NodeApp, file: &str) -> OwnServer {
    if app.depends_on("wrangler") {
        app.context.diagnostics.warn(format!(
            "{file} is an app for Cloudflare Workers: srvx serves it, without the bindings of wrangler's configuration"
        ));
    }
    let (name, package, version) = SRVX_PACKAGE;
    OwnServer {
        command: format!("srvx --prod {file}"),
        program: Some(NpmProgram::scripts(name, package, version)),
        file: file.to_owned(),
    }
}

/// The file of a server whose text does not tell that it is one.
///
/// # Errors
/// As [`find`].
pub(crate) fn unclear(app: &NodeApp) -> Result<Option<OwnServer>> {
    Ok(app.directory().first_file(FILES)?.map(|file| OwnServer::of_file(app, file)))
}

/// The source file of the app's server, wherever it usually stands.
///
/// # Errors
/// As [`find`].
pub(crate) fn usual_file(app: &NodeApp) -> Result<Option<&'static str>> {
    app.directory().first_file(FILES)
}

/// The server that sends the files of a site, too, whose development server the start script starts. Says of
/// one that does not that nothing starts it.
///
/// # Errors
/// As [`find`].
pub(crate) fn of_site(app: &NodeApp) -> Result<Option<OwnServer>> {
    let Some(server) = find(app)?.filter(|server| server.program.is_none()) else { return Ok(None) };
    if says(&text(app, &server.file), SENDS_FILES) {
        return Ok(Some(server));
    }
    app.context.diagnostics.warn(format!(
        "{} is a server that nothing starts: the site's files are served without it. If it serves them, write \
         \"start\": \"{}\" in package.json",
        server.file, server.command
    ));
    Ok(None)
}

/// The server that another script than `start` starts.
///
/// # Errors
/// As [`find`].
pub(crate) fn of_scripts(app: &NodeApp) -> Result<Option<OwnServer>> {
    for script in SCRIPTS {
        let started = scripts::invocations(&app.package, script);
        let [only] = started.as_slice() else { continue };
        let Some(file) = only.operand().filter(|_| sites::runs_own_program(only) && !is_watching(only)) else {
            continue;
        };
        if app.has(file) || serving::is_built(app, file) {
            let command = start_script::command(app, script)?;
            return Ok(Some(OwnServer { command, program: None, file: file.to_owned() }));
        }
    }
    Ok(None)
}

/// Whether a program starts anew when a file changes, which is for development.
pub(crate) fn is_watching(invocation: &Invocation) -> bool {
    ["nodemon", "ts-node-dev", "tsnd", "node-dev"].contains(&&*invocation.program)
        || ["--watch", "--hot", "-w"].iter().any(|flag| invocation.has_flag(flag))
        || invocation.program == "tsx" && invocation.operand() == Some("watch")
}

/// The command that runs, once, the file that the start script runs anew whenever a file changes; `None` if it does
/// more than that.
pub(crate) fn once(app: &NodeApp) -> Option<String> {
    let [only] = app.started() else { return None };
    let mut operands = only.arguments.iter().filter(|argument| !argument.starts_with('-') && *argument != "watch");
    let file = operands.next().filter(|file| is_watching(only) && app.has(file))?;
    operands.next().is_none().then(|| command(app, file))
}

fn text(app: &NodeApp, file: &str) -> String {
    app.directory().read_text(file).unwrap_or_default()
}

fn says(text: &str, words: &[&str]) -> bool {
    words.iter().any(|word| text.contains(word))
}

/// The command that runs a source file: what TypeScript's compiler makes of it, if the build calls that.
fn command(app: &NodeApp, file: &str) -> String {
    if !file.ends_with(".ts") || app.manager == Manager::Bun {
        return app.manager.execute(file);
    }
    if let Some(compiled) = compiled(app, file) {
        return app.manager.execute(&compiled);
    }
    let runner = ["tsx", "ts-node"].into_iter().find(|runner| app.depends_on(runner));
    runner.map_or_else(|| app.manager.execute(file), |runner| format!("{runner} {file}"))
}

/// The file that the compiler makes of a source file, by `outDir` and `rootDir` of `tsconfig.json`.
fn compiled(app: &NodeApp, file: &str) -> Option<String> {
    let calls_compiler = scripts::invocations(&app.package, "build").iter().any(|it| it.program == "tsc");
    if !calls_compiler {
        return None;
    }
    let configuration: Value = app.json("tsconfig.json")?;
    let option = |name: &str| configuration.pointer(&format!("/compilerOptions/{name}")).and_then(Value::as_str);
    let tidy = |folder: &str| folder.trim_start_matches("./").trim_matches('/').to_owned();
    let output = tidy(option("outDir")?);
    let root = option("rootDir").map_or_else(|| parent(file).to_owned(), tidy);
    let inner = file.strip_prefix(&*root).unwrap_or(file).trim_start_matches('/');
    Some(format!("{output}/{}.js", inner.strip_suffix(".ts")?))
}

fn parent(path: &str) -> &str {
    path.rsplit_once('/').map_or("", |(folder, _)| folder)
}

#[cfg(test)]
mod tests {
    use crate::Node;
    use plugpacks_sdk::testing::FakeApp;

    fn start(app: &FakeApp) -> Option<String> {
        app.plan::<Node>().unwrap().unwrap().start.and_then(|start| start.command)
    }

    fn manifest(scripts: &str, dependencies: &[&str]) -> FakeApp {
        let dependencies: Vec<_> = dependencies.iter().map(|name| format!("{name:?}: \"1\"")).collect();
        let text = format!(r#"{{"scripts": {{{scripts}}}, "dependencies": {{{}}}}}"#, dependencies.join(", "));
        FakeApp::new().file("package.json", text)
    }

    #[test]
    fn a_server_that_sends_the_sites_files_is_started_in_place_of_caddy() {
        let app = manifest(
            r#""start": "react-scripts start", "build": "react-scripts build""#,
            &["express", "react-scripts"],
        );
        let server = app.clone().file("server.js", "app.use(express.static('build')); app.listen(process.env.PORT)");
        assert_eq!(start(&server).as_deref(), Some("node server.js"));
        let api = app.file("server.js", "app.listen(process.env.PORT)");
        assert!(start(&api).unwrap().contains("caddy"));
        assert!(api.warnings()[0].starts_with("server.js is a server that nothing starts"), "{:?}", api.warnings());
    }

    #[test]
    fn a_script_or_a_text_tells_the_server() {
        let vite = r#""dev": "vite", "build": "vite build", "server": "node server/index.js""#;
        let app = manifest(vite, &["express", "vite"]).file("server/index.js", "app.listen(1)");
        assert_eq!(start(&app).as_deref(), Some("npm run server"));
        let app =
            manifest("", &["express"]).file("app.js", "module.exports = app").file("bin/www", "server.listen(port)");
        assert_eq!(start(&app).as_deref(), Some("node bin/www"));
        let app = manifest("", &["express"]).file("app.js", "require('./server-of-mine')");
        assert_eq!(start(&app).as_deref(), Some("node app.js"));
    }

    #[test]
    fn an_object_that_answers_requests_is_passed_them() {
        let app =
            manifest(r#""dev": "wrangler dev""#, &["hono", "wrangler"]).file("src/index.ts", "export default app");
        assert_eq!(start(&app).as_deref(), Some("srvx --prod src/index.ts"));
        assert!(app.warnings().iter().any(|text| text.contains("Cloudflare")), "{:?}", app.warnings());
        let bun = manifest("", &["hono"]).file("bun.lock", "").file("src/index.ts", "export default app");
        assert_eq!(start(&bun).as_deref(), Some("bun src/index.ts"));
    }

    #[test]
    fn what_starts_anew_for_developers_is_started_once() {
        let scripts = r#""start": "ts-node-dev --respawn src/index.ts", "build": "tsc""#;
        let app = manifest(scripts, &["express", "ts-node-dev"]).file("src/index.ts", "app.listen(1)");
        assert_eq!(start(&app).as_deref(), Some("node src/index.ts"));
        let compiled = app.file("tsconfig.json", r#"{"compilerOptions": {"outDir": "dist"}}"#);
        assert_eq!(start(&compiled).as_deref(), Some("node dist/index.js"));
        let tsx = manifest(r#""start": "tsx watch src/index.ts""#, &["tsx"]).file("src/index.ts", "");
        assert_eq!(start(&tsx).as_deref(), Some("tsx src/index.ts"));
        let scripts =
            r#""start": "nodemon --exec babel-node src/a.js", "build": "babel src -d dist", "serve": "node dist/a.js""#;
        let babel = manifest(scripts, &["express"]).file("src/a.js", "app.listen(1)");
        assert_eq!(start(&babel).as_deref(), Some("npm run serve"));
    }

    #[test]
    fn a_server_started_together_with_the_tools_one_is_started_alone() {
        let scripts = r#""start": "concurrently npm:server npm:client", "server": "node server.js", "client": "vite", "build": "vite build""#;
        let app = manifest(scripts, &["express", "vite"]);
        let sending = app.clone().file("server.js", "app.use(express.static('dist')); app.listen(1)");
        assert_eq!(start(&sending).as_deref(), Some("npm run server"));
        assert_eq!(start(&app.file("server.js", "app.listen(1)")).as_deref(), Some("npm run start"));
    }

    #[test]
    fn what_the_compiler_makes_is_run() {
        let app = manifest(r#""build": "tsc""#, &["discord.js"])
            .file("src/index.ts", "client.login()")
            .file("tsconfig.json", r#"{"compilerOptions": {"outDir": "./dist"} /* x */}"#);
        assert_eq!(start(&app).as_deref(), Some("node dist/index.js"));
        let rooted = app.file("tsconfig.json", r#"{"compilerOptions": {"outDir": "out", "rootDir": "."}}"#);
        assert_eq!(start(&rooted).as_deref(), Some("node out/src/index.js"));
    }
}
