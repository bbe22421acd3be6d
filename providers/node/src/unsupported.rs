//! Apps that no container can serve as they are: what they are, and what to do about it.

use crate::app::NodeApp;
use crate::servers;

/// A kind of app: it has a dependency, and its start script runs one of these programs, or is not there.
struct Kind {
    package: &'static str,
    programs: &'static [&'static str],
    /// What is said about it.
    text: &'static str,
}

const KINDS: &[Kind] = &[
    Kind {
        package: "meteor-node-stubs",
        programs: &["meteor"],
        text: "This is a Meteor app, which only Meteor's own tool builds: run `meteor build ../out --directory --server-only`, \
               and give ../out/bundle/programs/server as the app directory, with the start command `node ../../main.js` and \
               ROOT_URL and MONGO_URL",
    },
    Kind {
        package: "electron",
        programs: &["electron", "electron-forge", "electron-vite", "electron-builder"],
        text: "This is an Electron app, whose windows need a desktop: no container shows them. If it has a server or a web \
               page, too, give its start command, or NIXPACKS_SPA_OUT_DIR with the folder of its files",
    },
    Kind {
        package: "@nativescript/core",
        programs: &["ns", "nativescript", "tns"],
        text: "This is a NativeScript app, which runs on phones: nothing of it can be served",
    },
    Kind {
        package: "react-native",
        programs: &["react-native"],
        text: "This is a React Native app, which runs on phones: nothing of it can be served. Expo with react-native-web makes \
               a web page of it",
    },
];

/// What is to be said of an app that cannot be served.
pub(crate) fn find(app: &NodeApp) -> Option<&'static str> {
    let kind = KINDS.iter().find(|kind| app.depends_on(kind.package) && starts_nothing_else(app, kind.programs))?;
    Some(kind.text)
}

/// Whether the start script, if there is one, runs one of these programs.
fn starts_nothing_else(app: &NodeApp, programs: &[&str]) -> bool {
    if app.package.script("start").is_some() {
        return app.started().iter().any(|invocation| programs.contains(&&*invocation.program));
    }
    !app.depends_on("expo") && !app.depends_on("react-native-web") && !servers::has_server_package(app)
}

#[cfg(test)]
mod tests {
    use crate::Node;
    use plugpacks_sdk::testing::FakeApp;

    #[test]
    fn what_cannot_be_served_is_said_and_not_started() {
        let electron = FakeApp::new()
            .file(
                "package.json",
                r#"{"main": "main.js", "scripts": {"start": "electron ."}, "devDependencies": {"electron": "1"}}"#,
            )
            .file("main.js", "");
        let meteor = FakeApp::new().file(
            "package.json",
            r#"{"scripts": {"start": "meteor run"}, "dependencies": {"meteor-node-stubs": "1"}}"#,
        );
        for app in [electron, meteor] {
            let plan = app.plan::<Node>().unwrap().unwrap();
            assert_eq!(plan.start.and_then(|start| start.command), None);
            assert!(app.warnings()[0].starts_with("This is a"), "{:?}", app.warnings());
        }
        let server = FakeApp::new()
            .file("package.json", r#"{"scripts": {"start": "node server.js"}, "devDependencies": {"electron": "1"}}"#)
            .file("server.js", "");
        assert!(server.plan::<Node>().unwrap().unwrap().start.unwrap().command.is_some());
    }
}
