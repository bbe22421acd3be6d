//! Packages in folders that are no workspace's: `client/package.json` beside the app's own.
//!
//! Nothing installs them when the app is installed. They are, and built, if the app's scripts enter their folders,
//! or if the app's server sends what their build makes.

use crate::app::{Member, NodeApp};
use crate::monorepo::members;
use crate::scripts;
use plugpacks_provider_support::javascript::FRONT_END_FOLDERS;
use plugpacks_sdk::Result;

/// Scripts that run when the app is installed.
const INSTALL_SCRIPTS: &[&str] = &["preinstall", "install", "postinstall", "prepare"];

/// Flags of package managers that name a folder.
const FOLDER_FLAGS: &[&str] = &["--prefix", "-C", "--cwd", "--dir"];

/// What package managers are told when they install.
const INSTALLS: &[&str] = &["install", " ci", "npm i ", "bun i", "yarn --cwd"];

/// The folders that tools put their files into.
const OUTPUTS: &str = r"dist|build|out|public|www";

/// The commands that install and build the packages of other folders, which come before the app's own build.
///
/// # Errors
/// A file of the app cannot be read.
pub(crate) fn commands(app: &NodeApp) -> Result<Vec<String>> {
    if app.members.is_empty() || app.package.workspaces.is_some() || app.directory().has_file("pnpm-workspace.yaml")? {
        return Ok(Vec::new());
    }
    let scripts = Scripts::of(app);
    let mut commands = Vec::new();
    for member in &app.members {
        let folder = &*member.directory;
        if scripts.install(folder) {
            continue;
        }
        if scripts.enter(folder) {
            commands.push(format!("cd {folder} && {}", install(app, folder)?));
        } else if is_sent(app, member)? {
            let run = app.manager.run("build");
            commands.push(format!("cd {folder} && {} && {run}", install(app, folder)?));
        }
    }
    Ok(commands)
}

/// Says which packages in folders can be started, where the app itself starts nothing.
///
/// # Errors
/// As [`commands`].
pub(crate) fn say_what_starts(app: &NodeApp) -> Result<()> {
    let mut startable = Vec::new();
    for member in &app.members {
        if members::can_start(app, member)? {
            startable.push(&*member.directory);
        }
    }
    if let [first, ..] = startable.as_slice() {
        app.context.diagnostics.warn(format!(
            "package.json starts nothing, but there are apps in folders: {}. Give one as the app directory of a build of its own, or \
             let start run the one that serves all: \"start\": \"npm start --prefix {first}\"",
            startable.join(", ")
        ));
    }
    Ok(())
}

/// The texts of the scripts that the plan runs.
struct Scripts<'a> {
    texts: Vec<&'a str>,
}

impl<'a> Scripts<'a> {
    fn of(app: &'a NodeApp) -> Self {
        let is_run = |name: &str| {
            INSTALL_SCRIPTS.contains(&name) || name.contains("build") || name.contains("start") || name == "server"
        };
        let scripts = app.package.scripts.iter().flatten();
        Self { texts: scripts.filter(|(name, _)| is_run(name)).map(|(_, text)| text.as_str()).collect() }
    }

    /// Whether one installs the packages of a folder.
    fn install(&self, folder: &str) -> bool {
        self.texts.iter().any(|text| INSTALLS.iter().any(|word| text.contains(word)) && enters(text, folder))
    }

    /// Whether one runs something in a folder.
    fn enter(&self, folder: &str) -> bool {
        self.texts.iter().any(|text| enters(text, folder))
    }
}

/// Whether a command line leads to a folder: `cd client && …`, `npm run build --prefix client`.
fn enters(text: &str, folder: &str) -> bool {
    let is_folder = |word: &str| word.trim_start_matches("./").trim_end_matches('/') == folder;
    text.contains(folder)
        && scripts::invocations_of(text).iter().any(|invocation| {
            let flag = FOLDER_FLAGS.iter().filter_map(|flag| invocation.value_of(flag)).any(is_folder);
            flag || invocation.program == "cd"
                && invocation.operand().is_some_and(|word| is_folder(word.trim_start_matches("../")))
        })
}

/// Whether a source file of the app names what the front end's build makes: `client/dist`.
fn is_sent(app: &NodeApp, member: &Member) -> Result<bool> {
    let folder = &*member.directory;
    if !FRONT_END_FOLDERS.contains(&folder) || member.package.script("build").is_none() {
        return Ok(false);
    }
    let named = format!(r#"\b{folder}["'`]?\s*[/,]\s*["'`]?(?:{OUTPUTS})\b"#);
    let Some(found) = app.directory().search("**/*.{js,mjs,cjs,ts}", &named)? else { return Ok(false) };
    app.context.diagnostics.because("front end", format!("{folder} is built: {} names what it makes", found.path));
    Ok(true)
}

/// The command of the app's manager that installs in a folder.
fn install(app: &NodeApp, folder: &str) -> Result<&'static str> {
    let (locked, lockfiles) = app.manager.install_locked();
    let is_locked = app.context.folder(folder).context().app.first_file(lockfiles)?.is_some();
    Ok(if is_locked { locked } else { app.manager.install() })
}

#[cfg(test)]
mod tests {
    use super::*;
    use plugpacks_sdk::testing::FakeApp;

    fn found(app: &FakeApp) -> Vec<String> {
        app.with(|context| commands(&NodeApp::read(context).unwrap()).unwrap())
    }

    fn app(scripts: &str) -> FakeApp {
        FakeApp::new()
            .file("package.json", format!(r#"{{"scripts": {{{scripts}}}}}"#))
            .file("client/package.json", r#"{"scripts": {"build": "vite build"}}"#)
            .file("client/package-lock.json", "")
            .file("server/package.json", "{}")
    }

    #[test]
    fn folders_that_scripts_enter_are_installed() {
        let prefix = app(r#""start": "npm start --prefix server", "build": "npm run build --prefix ./client/""#);
        assert_eq!(found(&prefix), ["cd client && npm ci", "cd server && npm i"]);
        let entered = app(r#""start": "cd server && npm start""#);
        assert_eq!(found(&entered), ["cd server && npm i"]);
    }

    #[test]
    fn what_a_script_installs_is_left_to_it() {
        for script in
            ["cd client && npm install && npm run build", "npm ci --prefix client && npm run build --prefix client"]
        {
            assert_eq!(found(&app(&format!(r#""heroku-postbuild": "{script}""#))), Vec::<String>::new(), "{script}");
        }
        assert_eq!(found(&app(r#""dev": "cd client && npm run dev""#)), Vec::<String>::new());
    }

    #[test]
    fn apps_in_folders_are_listed_where_the_root_starts_nothing() {
        let app =
            app(r#""dev": "concurrently x y""#).file("server/package.json", r#"{"scripts": {"start": "node ."}}"#);
        app.plan::<crate::Node>().unwrap();
        assert!(app.warnings()[0].contains("apps in folders: server. "), "{:?}", app.warnings());
    }

    #[test]
    fn a_front_end_whose_files_the_server_sends_is_built() {
        let sending = app("").file("server.js", "express.static(path.join(__dirname, 'client', 'dist'))");
        assert_eq!(found(&sending), ["cd client && npm ci && npm run build"]);
        let workspace = sending.file("package.json", r#"{"workspaces": ["client"]}"#);
        assert_eq!(found(&workspace), Vec::<String>::new());
    }
}
