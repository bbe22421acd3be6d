//! How the app starts.

mod django;
mod module;
mod web;

use crate::app::PythonApp;
use crate::manager::Manager;
use crate::stack::Stack;
use plugpacks_sdk::Result;

const MAIN: &str = "main.py";
const RUN_MAIN: &str = "python main.py";

/// Where a server listens: the port it is told, or one that needs no privilege.
const PORT: &str = "${PORT:-8000}";

/// Nixpacks 1.41: Django, `main.py`, or the module that `pyproject.toml` names.
pub(crate) fn nixpacks(app: &PythonApp, _: Option<Manager>, stack: &Stack) -> Result<Option<String>> {
    if stack.django {
        return django::nixpacks(app).map(Some);
    }
    if app.context.app.has_file(MAIN)? {
        return Ok(Some(RUN_MAIN.to_owned()));
    }
    Ok(module::nixpacks(app))
}

/// Django, a web framework's server, `main.py`, or what `pyproject.toml` declares.
pub(crate) fn by_framework(app: &PythonApp, manager: Option<Manager>, stack: &Stack) -> Result<Option<String>> {
    let because = |reason: &str| app.context.diagnostics.because("start command", reason);
    if stack.django
        && let Some(command) = django::server(app)?
    {
        because("the server of the Django app");
        return Ok(Some(command));
    }
    if let Some(command) = web::server(app)? {
        because("the server of the web framework's app");
        return Ok(Some(command));
    }
    if app.context.app.has_file(MAIN)? {
        because("there is main.py");
        return Ok(Some(RUN_MAIN.to_owned()));
    }
    module::runnable(app, manager)
}

/// Gunicorn with an app object. The port goes by variable, which a `gunicorn.conf.py` and
/// `GUNICORN_CMD_ARGS` overrule; an option would overrule them.
fn gunicorn(target: &str) -> String {
    format!("env PORT={PORT} gunicorn {target}")
}

/// Uvicorn with an app object.
fn uvicorn(target: &str) -> String {
    format!("uvicorn {target} --host 0.0.0.0 --port {PORT}")
}

/// Hypercorn with an app object.
fn hypercorn(target: &str) -> String {
    format!("hypercorn {target} --bind 0.0.0.0:{PORT}")
}

/// The names of a library that brings Uvicorn.
const UVICORN: [&str; 2] = ["uvicorn", "fastapi[standard]"];

/// The name under which the module at a path is imported: `app.main` for `app/main.py`, `app` for
/// `app/__init__.py`.
fn dotted(path: &str) -> String {
    let path = path.strip_suffix(".py").unwrap_or(path);
    path.strip_suffix("/__init__").unwrap_or(path).replace('/', ".")
}

#[cfg(test)]
mod tests {
    use super::dotted;
    use crate::Python;
    use plugpacks_sdk::testing::FakeApp;

    /// The app's start command, the error, or nothing.
    fn start(app: &FakeApp) -> String {
        match app.plan::<Python>() {
            Ok(plan) => plan.and_then(|plan| plan.start?.command).unwrap_or_default(),
            Err(error) => error.to_string(),
        }
    }

    fn django(requirements: &str) -> FakeApp {
        FakeApp::new()
            .file("manage.py", "os.environ.setdefault('DJANGO_SETTINGS_MODULE', 'shop.settings')")
            .file("requirements.txt", requirements)
            .file("shop/wsgi.py", "application = get_wsgi_application()\n")
            .file("shop/asgi.py", "application = get_asgi_application()\n")
    }

    #[test]
    fn a_module_is_named_after_its_path() {
        assert_eq!(dotted("main.py"), "main");
        assert_eq!(dotted("app/__init__.py"), "app");
        assert_eq!(dotted("src/shop/wsgi.py"), "src.shop.wsgi");
    }

    #[test]
    fn nixpacks_starts_django_only_in_its_exact_spelling() {
        let app = |settings: &str| {
            let app = FakeApp::nixpacks().file("manage.py", "").file("requirements.txt", "django");
            start(&app.file("shop/settings.py", settings).file("main.py", ""))
        };
        let command = "python manage.py migrate && gunicorn shop.wsgi";
        assert_eq!(app("WSGI_APPLICATION = 'shop.wsgi.application'"), command);
        assert_eq!(app("# WSGI_APPLICATION = \"shop.wsgi.application\""), command);
        let error = "Failed to find your WSGI_APPLICATION django setting. Add this to continue.";
        assert_eq!(app("WSGI_APPLICATION='shop.wsgi.application'"), error);
    }

    #[test]
    fn nixpacks_starts_the_module_of_pyproject() {
        let app = |text: &str| start(&FakeApp::nixpacks().file("pyproject.toml", text));
        assert_eq!(app("[project]\nname = 'my-app'\n"), "python -m my-app");
        assert_eq!(app("[project]\nname = 'x'\npackages = []\npy_modules = ['m']\n"), "python -m m");
        assert_eq!(app("[project]\nname = 'x'\npackages = ['p']\npy_modules = ['m']\n"), "python -m p");
        assert_eq!(app("[project]\nname = 'x'\npackages = 'p'\n"), "");
        assert_eq!(app("[project]\nname = 'x'\ndetails = { a = 1, }\n"), "");
        assert_eq!(app("[project\n"), "");
    }

    #[test]
    fn django_is_started_whatever_the_spelling() {
        let command = "python manage.py migrate && env PORT=${PORT:-8000} gunicorn shop.wsgi";
        let app = || django("django\ngunicorn\n");
        assert_eq!(start(&app()), command);
        assert_eq!(start(&app().file("a/settings.py", "WSGI_APPLICATION=\"shop.wsgi.application\"")), command);
        let other = app().file("a/settings.py", "WSGI_APPLICATION: str = 'other.web.app'");
        assert_eq!(start(&other), "python manage.py migrate && env PORT=${PORT:-8000} gunicorn other.web:app");
    }

    #[test]
    fn django_without_gunicorn_is_started_with_it_and_a_warning() {
        let app = django("django\n");
        assert!(start(&app).ends_with("gunicorn shop.wsgi"));
        assert!(app.warnings()[0].contains("gunicorn, which is not among the dependencies"));
    }

    #[test]
    fn an_asgi_server_is_for_those_who_set_the_app_or_have_no_gunicorn() {
        let uvicorn = "python manage.py migrate && uvicorn shop.asgi:application --host 0.0.0.0 --port ${PORT:-8000}";
        assert_eq!(start(&django("django\nuvicorn\n")), uvicorn);
        assert!(start(&django("django\nuvicorn\ngunicorn\n")).ends_with("gunicorn shop.wsgi"));
        let set = |server: &str| {
            let app = django(&format!("django\ngunicorn\n{server}\n"));
            start(&app.file("shop/settings.py", "ASGI_APPLICATION = 'shop.asgi.application'"))
        };
        assert_eq!(set("uvicorn"), uvicorn);
        assert!(set("daphne").ends_with("daphne -b 0.0.0.0 -p ${PORT:-8000} shop.asgi:application"));
        assert!(set("hypercorn").ends_with("hypercorn shop.asgi:application --bind 0.0.0.0:${PORT:-8000}"));
        assert!(set("").ends_with("gunicorn shop.wsgi"));
    }

    #[test]
    fn django_that_cannot_be_found_leaves_the_start_to_others() {
        let app = FakeApp::new().file("manage.py", "import django").file("main.py", "");
        assert_eq!(start(&app), "python main.py");
        assert!(app.warnings()[0].contains("set WSGI_APPLICATION"));
    }

    #[test]
    fn fastapi_is_served_unless_main_starts_itself() {
        let app = |main: &str| FakeApp::new().file("requirements.txt", "fastapi\nuvicorn\n").file("main.py", main);
        let served = "uvicorn main:api --host 0.0.0.0 --port ${PORT:-8000}";
        assert_eq!(start(&app("api: FastAPI = fastapi.FastAPI()\n")), served);
        assert_eq!(start(&app("api = FastAPI()\nif __name__ == '__main__':\n    ...\n")), "python main.py");
        assert_eq!(start(&app("api = FastAPI()\nuvicorn.run(api)\n")), "python main.py");
        assert_eq!(start(&app("print('no app')\n")), "python main.py");
    }

    #[test]
    fn fastapi_needs_a_server_that_is_installed() {
        let app = |requirements: &str| {
            FakeApp::new().file("requirements.txt", requirements).file("api/main.py", "app = FastAPI()\n")
        };
        let uvicorn = "uvicorn api.main:app --host 0.0.0.0 --port ${PORT:-8000}";
        assert_eq!(start(&app("fastapi[standard]\n")), uvicorn);
        assert_eq!(start(&app("fastapi\nhypercorn\n")), "hypercorn api.main:app --bind 0.0.0.0:${PORT:-8000}");
        let none = app("fastapi\n");
        assert_eq!(start(&none), "");
        assert!(none.warnings()[0].contains("add uvicorn"));
    }

    #[test]
    fn flask_is_served_by_gunicorn_or_by_itself() {
        let app = |requirements: &str, path: &str, text: &str| {
            start(&FakeApp::new().file("requirements.txt", requirements).file(path, text))
        };
        let gunicorn = "env PORT=${PORT:-8000} gunicorn";
        assert_eq!(app("flask\ngunicorn", "app.py", "app = Flask(__name__)\n"), format!("{gunicorn} app:app"));
        let factory = "def create_app(config=None):\n    app = Flask(__name__)\n";
        assert_eq!(app("flask\ngunicorn", "app/__init__.py", factory), format!("{gunicorn} 'app:create_app()'"));
        let made = "from shop import create_app\nserver = create_app()\n";
        assert_eq!(app("flask\ngunicorn", "wsgi.py", made), format!("{gunicorn} wsgi:server"));
        let own = "flask --app web.app:app run --host 0.0.0.0 --port ${PORT:-8000}";
        assert_eq!(app("flask", "web/app.py", "app = flask.Flask('x')\n"), own);
    }

    #[test]
    fn a_package_is_started_as_module_or_by_its_script() {
        let app = |text: &str| FakeApp::new().file("pyproject.toml", text);
        let script = "[project]\nname = 'my-app'\nscripts.serve = 'my_app:main'\n[build-system]\nrequires = []\n";
        assert_eq!(start(&app(script).file("my_app/__init__.py", "")), "serve");
        assert_eq!(start(&app(script).file("my_app/__main__.py", "")), "python -m my_app");
        assert_eq!(start(&app(script).file("src/my_app/__main__.py", "")), "python -m my_app");
        // The package is not installed, so neither is its script.
        assert_eq!(start(&app(script).file("my_app/a.py", "").file("static/a.css", "")), "python -m my_app");
        assert_eq!(start(&app(script).file("my_app/a.py", "").file("requirements.txt", "")), "python -m my_app");
        let several = "[project]\nname = 'x'\n[project.scripts]\na = 'x:a'\nstart = 'x:b'\n[build-system]\n";
        assert_eq!(start(&app(several).file("x/__init__.py", "")), "start");
        let poetry = "[tool.poetry]\nname = 'x'\n[tool.poetry.scripts]\nx = 'x:a'\ny = 'x:b'\n";
        assert_eq!(start(&app(poetry).file("poetry.lock", "").file("x.py", "")), "x");
        assert_eq!(start(&app("[project]\npackages = ['core']\n")), "python -m core");
        let missing = app("[project]\nname = 'x'\n");
        assert_eq!(start(&missing), "python -m x");
        assert!(missing.warnings()[0].contains("there is none"));
    }
}
