//! The start script as the command of a container: it listens on `PORT`, runs the program itself where a
//! manager would only hand over to it, and fetches nothing.

use crate::app::NodeApp;
use crate::manager::Manager;
use crate::scripts::{self, Invocation};
use crate::tooling;
use plugpacks_sdk::Result;

/// Servers with a flag for their port, which wins over the variable, and the flags.
const PORT_FLAGS: &[(&str, &[&str])] = &[
    ("next", &["-p", "--port"]),
    ("nuxt", &["-p", "--port"]),
    ("serve", &["-l", "--listen", "-p"]),
    ("http-server", &["-p", "--port"]),
    ("json-server", &["-p", "--port"]),
    ("waku", &["-p", "--port"]),
];

/// The flags that such servers have for their address.
const HOST_FLAGS: &[&str] = &["-H", "--hostname", "-a", "--host"];

/// Programs that fetch a package and run it.
const FETCHERS: &[&str] = &["npx", "bunx", "pnpx", "pnpm dlx", "yarn dlx"];

/// Names of programs that are not those of their packages.
const PACKAGES: &[(&str, &str)] = &[
    ("ng", "@angular/cli"),
    ("nest", "@nestjs/cli"),
    ("tsc", "typescript"),
    ("sequelize", "sequelize-cli"),
    ("eleventy", "@11ty/eleventy"),
    ("nuxi", "nuxt"),
];

/// The command that runs a script: npm, which comes with Node.js, or the program itself where another
/// manager would only pass it on, or where the script fixes the port.
///
/// # Errors
/// A file of the app cannot be read.
pub(crate) fn command(app: &NodeApp, script: &str) -> Result<String> {
    app.context.diagnostics.because("start command", format!("the script {script} of package.json"));
    warn_of_fetching(app, script);
    let direct = direct(app, script)?;
    if let Some(foreground) = direct.as_deref().and_then(|text| for_good(app, text)) {
        return Ok(foreground);
    }
    if let Some(ported) = direct.as_deref().and_then(with_port) {
        app.context
            .diagnostics
            .because("port", format!("PORT, and all addresses, in place of what the script {script} says"));
        return Ok(ported);
    }
    let command = app.manager.run(script);
    if app.manager == Manager::Npm {
        return Ok(command);
    }
    Ok(direct.unwrap_or(command))
}

/// A script's command, if a package manager would do no more than run it: one program without hooks
/// around it, which finds its packages in `node_modules`.
///
/// # Errors
/// As [`command`].
pub(crate) fn direct(app: &NodeApp, script: &str) -> Result<Option<String>> {
    let has_hooks = ["pre", "post"].iter().any(|hook| app.package.script(&format!("{hook}{script}")).is_some());
    let runs_from_cache = app.manager == Manager::Yarn && tooling::is_berry_with_plug_n_play(app)?;
    let Some(text) = app.package.script(script).filter(|_| !has_hooks && !runs_from_cache) else { return Ok(None) };
    let is_simple = !text.contains(['&', '|', ';', '$', '`', '<', '>', '(', '\n', '%', '!']);
    let invocations = scripts::invocations_of(text);
    let [only] = invocations.as_slice() else { return Ok(None) };
    let calls_manager = Manager::named(&only.program).is_some_and(|manager| manager != Manager::Bun);
    let calls_script = only.program == "node" && text.contains("--run");
    Ok((is_simple && !calls_manager && !calls_script).then(|| text.trim().to_owned()))
}

/// The command that keeps an app in the foreground that `pm2 start` would put into the background, where the container
/// ends at once.
fn for_good(app: &NodeApp, text: &str) -> Option<String> {
    let invocations = scripts::invocations_of(text);
    let [Invocation { program, arguments }] = invocations.as_slice() else { return None };
    let (command, rest) = arguments.split_first()?;
    let is_in_background = program == "pm2" && command == "start" && !text.contains("--no-daemon");
    if !is_in_background || !app.any_depends_on("pm2") {
        return None;
    }
    app.context.diagnostics.because("pm2", "pm2-runtime, since the container ends when pm2 has started the app");
    Some(format!("pm2-runtime start {}", rest.join(" ")))
}

/// The command with `PORT` for the number that it gives its server, and all addresses for the loopback; `None` if it
/// gives neither.
fn with_port(text: &str) -> Option<String> {
    let invocations = scripts::invocations_of(text);
    let [Invocation { program, .. }] = invocations.as_slice() else { return None };
    let (_, flags) = PORT_FLAGS.iter().find(|(server, _)| server == program)?;
    let words: Vec<&str> = text.split_whitespace().collect();
    let mut mended = Vec::with_capacity(words.len());
    let mut previous = "";
    for word in &words {
        let (flag, value) = word.split_once('=').unwrap_or((previous, word));
        let is_number = !value.is_empty() && value.bytes().all(|byte| byte.is_ascii_digit());
        let value = match value {
            number if is_number && flags.contains(&flag) => format!("${{PORT:-{number}}}"),
            "localhost" | "127.0.0.1" if HOST_FLAGS.contains(&flag) => "0.0.0.0".to_owned(),
            value => value.to_owned(),
        };
        mended.push(if word.contains('=') { format!("{flag}={value}") } else { value });
        previous = word;
    }
    let mended = mended.join(" ");
    (mended != words.join(" ")).then_some(mended)
}

/// Servers that hosting services have for development, and what they are told.
const PLATFORMS: &[(&str, &str)] = &[
    ("wrangler", "dev"),
    ("vercel", "dev"),
    ("netlify", "dev"),
    ("ntl", "dev"),
    ("firebase", "emulators:start"),
    ("firebase", "serve"),
    ("sst", "dev"),
    ("serverless", "offline"),
    ("sls", "offline"),
    ("func", "start"),
];

/// The hosting service whose server for development the start script starts.
pub(crate) fn platform(app: &NodeApp) -> Option<&'static str> {
    let started = app.started();
    let known = PLATFORMS
        .iter()
        .find(|(program, argument)| started.iter().any(|it| it.program == *program && it.operand() == Some(*argument)));
    known.map(|(program, _)| *program)
}

/// Says that a script reads a file that is not there, or fetches a program when the container starts.
fn warn_of_fetching(app: &NodeApp, script: &str) {
    let text = app.package.script(script).unwrap_or_default();
    let read = text.split_whitespace().find_map(|word| word.strip_prefix("--env-file="));
    if let Some(file) = read.filter(|file| !app.has(file)) {
        app.context.diagnostics.warn(format!(
            "The script {script} reads {file}, which the app lacks, and ends without it: write --env-file-if-exists={file}"
        ));
    }
    for fetcher in FETCHERS {
        let Some((_, rest)) = text.split_once(&format!("{fetcher} ")) else { continue };
        let Some(program) = rest.split_whitespace().find(|word| !word.starts_with('-')) else { continue };
        let name = program.char_indices().skip(1).find(|(_, c)| *c == '@').map_or(program, |(at, _)| &program[..at]);
        let package = PACKAGES.iter().find(|(known, _)| *known == name).map_or(name, |(_, package)| package);
        if !app.any_depends_on(package) {
            app.context.diagnostics.warn(format!(
                "The script {script} runs {name} by {fetcher}, and no package.json lists {package}: it would be fetched \
                 whenever the container starts. Add it to the dependencies"
            ));
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use plugpacks_sdk::testing::FakeApp;

    fn start(app: &FakeApp) -> String {
        app.with(|context| command(&NodeApp::read(context).unwrap(), "start").unwrap())
    }

    fn script(text: &str) -> FakeApp {
        FakeApp::new().file("package.json", format!(r#"{{"scripts": {{"start": "{text}"}}}}"#))
    }

    #[test]
    fn a_program_is_started_by_itself_where_a_manager_would_do_no_more() {
        for (text, expected) in [
            ("node server.js", "node server.js"),
            ("NODE_ENV=production node server.js", "NODE_ENV=production node server.js"),
            ("cross-env A=b next start", "cross-env A=b next start"),
            ("node a.js && node b.js", "pnpm run start"),
            ("pnpm run serve", "pnpm run start"),
            ("node --run serve", "pnpm run start"),
            ("node server.js $PORT", "pnpm run start"),
        ] {
            assert_eq!(start(&script(text).file("pnpm-lock.yaml", "")), expected, "{text}");
            assert_eq!(start(&script(text)), "npm run start", "{text}");
        }
        let hooked = r#"{"scripts": {"start": "node a.js", "prestart": "node b.js"}}"#;
        assert_eq!(start(&FakeApp::new().file("package.json", hooked).file("pnpm-lock.yaml", "")), "pnpm run start");
        let from_cache = script("node a.js").file("yarn.lock", "__metadata:\n  version: 8\n");
        assert_eq!(start(&from_cache), "yarn run start");
    }

    #[test]
    fn pm2_stays_in_the_foreground() {
        let app = |text: &str| {
            let manifest = format!(r#"{{"scripts": {{"start": "{text}"}}, "dependencies": {{"pm2": "6"}}}}"#);
            start(&FakeApp::new().file("package.json", manifest))
        };
        assert_eq!(app("pm2 start server.js -i 2"), "pm2-runtime start server.js -i 2");
        assert_eq!(app("pm2 start server.js --no-daemon"), "npm run start");
        assert_eq!(app("pm2-runtime server.js"), "npm run start");
    }

    #[test]
    fn a_fixed_port_gives_way_to_the_variable() {
        for (text, expected) in [
            ("next start -p 4000", "next start -p ${PORT:-4000}"),
            ("next start --port=4000 -H 0.0.0.0", "next start --port=${PORT:-4000} -H 0.0.0.0"),
            ("serve -s dist -l 5000", "serve -s dist -l ${PORT:-5000}"),
            ("next start -H localhost", "next start -H 0.0.0.0"),
            ("next start --hostname=127.0.0.1 -p 4000", "next start --hostname=0.0.0.0 -p ${PORT:-4000}"),
            ("node server.js -p 3", "npm run start"),
            ("next start -p x", "npm run start"),
        ] {
            assert_eq!(start(&script(text)), expected, "{text}");
        }
    }

    #[test]
    fn what_would_be_fetched_is_said() {
        let app = script("npx --yes serve@14 -s dist");
        start(&app);
        assert!(app.warnings()[0].starts_with("The script start runs serve by npx"), "{:?}", app.warnings());
        let app = FakeApp::new()
            .file("package.json", r#"{"scripts": {"start": "npx tsc"}, "devDependencies": {"typescript": "5"}}"#);
        start(&app);
        assert_eq!(app.warnings(), [""; 0]);
    }
}
