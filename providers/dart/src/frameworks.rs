//! Frameworks whose own tools build the app, or whose programs have to be told how to run.

use crate::Output;
use crate::program::{INSTALL, Made};
use crate::pubspec::Pubspec;
use plugpacks_provider_support::file_server::{Fallback, FileServer};
use plugpacks_sdk::{Context, Error, Needs, Result, Start};

/// Where Serverpod looks for the passwords that few apps commit.
const PASSWORDS: &str = "config/passwords.yaml";

/// How the app's framework builds it; `None` where a program is compiled as it is.
///
/// # Errors
/// The app cannot be built for a server.
pub(crate) fn find(context: &Context, pubspec: &Pubspec) -> Result<Option<Made>> {
    let because = |name: &str| context.diagnostics.because("framework", name);
    if pubspec.depends_on("flutter") {
        because("Flutter");
        return flutter(context).map(Some);
    }
    if let Some(jaspr) = &pubspec.jaspr {
        because("Jaspr");
        return Ok(Some(self::jaspr(&jaspr.mode)));
    }
    if pubspec.depends_on("dart_frog") && context.app.has_directory("routes")? {
        because("Dart Frog");
        return Ok(Some(dart_frog()));
    }
    Ok(None)
}

/// What stands before and behind a program, so that it is in production and listens on `$PORT`.
///
/// # Errors
/// The operating system refuses.
pub(crate) fn around(context: &Context, pubspec: &Pubspec) -> Result<(&'static str, &'static str)> {
    if !pubspec.depends_on("serverpod") {
        return Ok(("", ""));
    }
    context.diagnostics.because("framework", "Serverpod");
    if !context.app.has_file(PASSWORDS)? {
        context.diagnostics.warn(format!(
            "{PASSWORDS} is not there: give SERVERPOD_DATABASE_PASSWORD and SERVERPOD_SERVICE_SECRET when the container runs"
        ));
    }
    Ok(("SERVERPOD_API_SERVER_PORT=${PORT:-8080} ", " --mode production"))
}

/// Flutter builds for browsers only: a server has no screen.
fn flutter(context: &Context) -> Result<Made> {
    if !context.app.has_file("web/index.html")? {
        return Err(Error::new("The Flutter app has no folder web, so that there is nothing to serve").hint(
            "Run `flutter create --platforms web .`, or build a server that lies beside the app by its own path",
        ));
    }
    Ok(Made {
        package: Some("flutter"),
        install: "flutter pub get",
        tools: None,
        build: vec!["flutter build web --release".to_owned()],
        output: Output::Files(FileServer::new("build/web", Fallback::Index)),
    })
}

fn jaspr(mode: &str) -> Made {
    Made {
        package: None,
        install: INSTALL,
        tools: Some("dart pub global activate jaspr_cli"),
        build: vec!["dart pub global run jaspr_cli:jaspr build".to_owned()],
        output: match mode {
            "server" => Output::Program(Start::command("cd build/jaspr && exec ./app").needs(Needs::nothing())),
            "client" => Output::Files(FileServer::new("build/jaspr", Fallback::Index)),
            _ => Output::Files(FileServer::new("build/jaspr", Fallback::NotFoundPage)),
        },
    }
}

/// Its tool writes a package with a program into `build`, which serves the folder `public` beside it.
fn dart_frog() -> Made {
    Made {
        package: None,
        install: INSTALL,
        tools: Some("dart pub global activate dart_frog_cli"),
        build: vec![
            "dart pub global run dart_frog_cli:dart_frog build".to_owned(),
            "(cd build && dart pub get && dart compile exe bin/server.dart -o bin/server)".to_owned(),
        ],
        output: Output::Program(Start::command("cd build && exec ./bin/server").needs(Needs::nothing())),
    }
}

#[cfg(test)]
mod tests {
    use crate::Dart;
    use plugpacks_sdk::testing::FakeApp;

    fn app(more: &str) -> FakeApp {
        FakeApp::new().file("pubspec.yaml", format!("name: relay\n{more}"))
    }

    fn start(app: &FakeApp) -> String {
        app.plan::<Dart>().unwrap().unwrap().start.unwrap().command.unwrap()
    }

    #[test]
    fn tools_of_frameworks_build_the_app() {
        let frog = app("dependencies:\n  dart_frog: ^1.0.0\n").file("routes/index.dart", "");
        assert_eq!(start(&frog), "cd build && exec ./bin/server");
        assert!(frog.plan_text::<Dart>().contains("dart pub global run dart_frog_cli:dart_frog build"));
        let jaspr = |mode: &str| app(&format!("jaspr:\n  mode: {mode}\n"));
        assert_eq!(start(&jaspr("server")), "cd build/jaspr && exec ./app");
        assert!(start(&jaspr("static")).starts_with("exec caddy"));
    }

    #[test]
    fn a_flutter_app_is_served_if_it_is_for_browsers() {
        let flutter = || app("dependencies:\n  flutter:\n    sdk: flutter\n").file("lib/main.dart", "");
        let web = flutter().file("web/index.html", "");
        assert!(start(&web).starts_with("exec caddy"));
        assert!(web.plan_text::<Dart>().contains("flutter build web --release"));
        assert!(flutter().plan::<Dart>().unwrap_err().message().contains("no folder web"));
    }

    #[test]
    fn serverpod_is_in_production_and_told_its_port() {
        let app = app("dependencies:\n  serverpod: 2.9.0\n").file("bin/main.dart", "");
        assert_eq!(start(&app), "SERVERPOD_API_SERVER_PORT=${PORT:-8080} ./bin/main.exe --mode production");
        assert!(app.warnings()[0].starts_with("config/passwords.yaml is not there"), "{:?}", app.warnings());
    }

    #[test]
    fn a_program_that_only_its_own_machine_hears_is_said() {
        let app = app("").file("bin/server.dart", "await serve(handler, InternetAddress.loopbackIPv4, port);");
        start(&app);
        assert_eq!(app.warnings().len(), 1);
    }
}
