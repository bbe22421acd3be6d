//! Programs of PHP that serve, or work, by themselves: nginx has nothing to do with them.

use crate::app::PhpApp;
use plugpacks_sdk::Result;

/// A framework, and the script that starts it.
struct Framework {
    packages: &'static [&'static str],
    script: &'static str,
    arguments: &'static str,
    /// The file that says where it listens.
    configuration: &'static str,
    /// The extension that it is built on.
    extension: Option<&'static str>,
}

static FRAMEWORKS: [Framework; 3] = [
    Framework {
        packages: &["hyperf/framework", "hyperf/hyperf", "hyperf/http-server"],
        script: "bin/hyperf.php",
        arguments: " start",
        configuration: "config/autoload/server.php",
        extension: Some("swoole"),
    },
    Framework {
        packages: &["workerman/webman-framework"],
        script: "start.php",
        arguments: " start",
        configuration: "config/process.php",
        extension: None,
    },
    Framework {
        packages: &["workerman/workerman"],
        script: "start.php",
        arguments: " start",
        configuration: "start.php",
        extension: None,
    },
];

/// Names of scripts that are an app by themselves, where nginx has nothing to serve.
const SCRIPTS: [&str; 8] =
    ["server.php", "bin/server.php", "bot.php", "main.php", "app.php", "worker.php", "run.php", "src/server.php"];

/// A program that is started instead of nginx.
pub(crate) struct Program {
    pub(crate) command: String,
    pub(crate) extension: Option<&'static str>,
}

/// The app as such a program: one of a framework, or a script where no folder has `index.php`. Says so where nothing can be
/// served at all.
///
/// # Errors
/// A file of the app cannot be read.
pub(crate) fn find(app: &PhpApp) -> Result<Option<Program>> {
    let directory = &app.context.app;
    for framework in &FRAMEWORKS {
        let is_used = framework.packages.iter().any(|package| app.composer.requires(package));
        if is_used && directory.has_file(framework.script)? {
            return of_framework(app, framework).map(Some);
        }
    }
    if app.document_root.as_ref().is_none_or(|root| root.has_index) || app.is_laravel {
        return Ok(None);
    }
    let Some(script) = directory.first_file(&SCRIPTS)? else {
        app.context.diagnostics.warn(
            "No folder has index.php, so that nginx answers 404: name the folder in NIXPACKS_PHP_ROOT_DIR, or say in [start] of \
             nixpacks.toml, or as `web` in a Procfile, which script serves",
        );
        return Ok(None);
    };
    app.context.diagnostics.because("start command", format!("{script}: no folder has index.php"));
    Ok(Some(Program { command: format!("php {script}"), extension: None }))
}

fn of_framework(app: &PhpApp, framework: &Framework) -> Result<Program> {
    let Framework { packages, script, arguments, configuration, extension } = framework;
    app.context.diagnostics.because("start command", format!("{} serves by itself", packages[0]));
    let text = app.context.app.read_text_if_file(configuration)?;
    if text.is_some_and(|text| !text.contains("PORT")) {
        app.context.diagnostics.warn(format!(
            "{configuration} does not read PORT, so that the app listens on a port of its own: write \
             `getenv('PORT') ?: 8080` there"
        ));
    }
    Ok(Program { command: format!("php {script}{arguments}"), extension: *extension })
}

#[cfg(test)]
mod tests {
    use crate::Php;
    use plugpacks_sdk::PartialPlan;
    use plugpacks_sdk::testing::FakeApp;

    fn app(manifest: &str) -> FakeApp {
        FakeApp::new().file("composer.json", manifest).plan_of("node", PartialPlan::new())
    }

    fn start(app: &FakeApp) -> String {
        app.plan::<Php>().unwrap().unwrap().start.unwrap().command.unwrap()
    }

    #[test]
    fn a_framework_that_serves_is_started() {
        let hyperf = app(r#"{"require": {"hyperf/framework": "~3.1"}}"#).file("bin/hyperf.php", "");
        assert_eq!(start(&hyperf), "php bin/hyperf.php start");
        assert!(hyperf.plan_text::<Php>().contains("pe.all.swoole"));
        let webman = app(r#"{"require": {"workerman/webman-framework": "^2.1"}}"#)
            .file("start.php", "")
            .file("config/process.php", "'listen' => 'http://0.0.0.0:8787'");
        assert_eq!(start(&webman), "php start.php start");
        assert!(webman.warnings()[0].starts_with("config/process.php does not read PORT"), "{:?}", webman.warnings());
    }

    #[test]
    fn a_script_is_started_where_no_folder_has_an_index() {
        let react = || app(r#"{"require": {"react/http": "^1"}}"#).file("server.php", "");
        assert_eq!(start(&react()), "php server.php");
        assert!(start(&react().file("public/index.php", "")).contains("nginx"));
        let nothing = app("{}");
        assert!(start(&nothing).contains("nginx"));
        assert!(nothing.warnings()[0].starts_with("No folder has index.php"), "{:?}", nothing.warnings());
    }
}
