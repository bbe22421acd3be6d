//! How the app starts.

mod django;
mod module;
mod notebook;
mod program;
mod ready_made;
mod web;

use crate::app::PythonApp;
use crate::manager::Manager;
use crate::modules;
use crate::put_in::PutIn;
use crate::stack::Stack;
use crate::workspace;
use plugpacks_sdk::Result;

const MAIN: &str = "main.py";

/// How the app is started, and what that takes.
#[derive(Debug, Default, PartialEq, Eq)]
pub(crate) struct Starting {
    /// The command; `None` if none is known.
    pub(crate) command: Option<String>,
    /// What is installed for it besides what the app asks for.
    pub(crate) put_in: Vec<PutIn>,
    /// What is done to the app's files in the phase `build`.
    pub(crate) build: Vec<String>,
}

impl Starting {
    /// A start that takes nothing else.
    fn with_command(command: Option<String>) -> Self {
        Self { command, ..Self::default() }
    }
}

/// A command that was found, as a start that takes nothing else.
fn command(found: Result<Option<String>>) -> Result<Option<Starting>> {
    Ok(found?.map(|command| Starting::with_command(Some(command))))
}

/// Says of an app of Reflex that its pages have to be built.
fn warn_about_reflex(app: &PythonApp) {
    if app.dependencies.installs(&["reflex"]) {
        app.context.diagnostics.warn(
            "Reflex builds its pages by Node.js, and would fetch packages for that whenever the container starts. Export them \
             before (`reflex export --frontend-only --no-zip`, in [phases.build] with nodejs_24 and unzip among the packages of \
             setup), serve them elsewhere, and start `reflex run --env prod --backend-only --backend-port $PORT`",
        );
    }
}

/// Nixpacks 1.41: Django, `main.py`, or the module that `pyproject.toml` names.
pub(crate) fn nixpacks(app: &PythonApp, _: Option<Manager>, stack: &Stack) -> Result<Starting> {
    let command = if stack.django {
        Some(django::nixpacks(app)?)
    } else if app.context.app.has_file(MAIN)? {
        Some(format!("python {MAIN}"))
    } else {
        module::nixpacks(app)
    };
    Ok(Starting::with_command(command))
}

/// Django, an app that a server loads or that a framework runs, a worker, a program, or what
/// `pyproject.toml` declares.
pub(crate) fn by_framework(app: &PythonApp, manager: Option<Manager>, stack: &Stack) -> Result<Starting> {
    let because = |reason: &str| app.context.diagnostics.because("start command", reason);
    if let Some(project) = &stack.project
        && let Some(starting) = django::server(app, project)?
    {
        because("the server of the Django app");
        return Ok(starting);
    }
    let candidates = modules::candidates(app)?;
    if let Some(starting) = web::server(app, manager, &candidates)? {
        return Ok(starting);
    }
    let ways: [&dyn Fn() -> Result<Option<Starting>>; 9] = [
        &|| command(notebook::voila(app)),
        &|| ready_made::paste(app),
        &|| command(program::main(app, &candidates)),
        &|| command(module::runnable(app, manager)),
        &|| command(workspace::script(app)),
        &|| web::elsewhere(app, manager, &candidates),
        &|| command(program::likely(app, &candidates)),
        &|| command(notebook::panel(app)),
        &|| command(Ok(ready_made::command(app, &candidates))),
    ];
    let found = ways.iter().map(|way| way()).find_map(Result::transpose).transpose()?;
    if found.is_none() {
        warn_about_reflex(app);
    }
    Ok(found.unwrap_or_default())
}

#[cfg(test)]
mod tests {
    use crate::Python;
    use plugpacks_sdk::ListEdit;
    use plugpacks_sdk::testing::FakeApp;

    /// The app's start command, the error, or nothing.
    fn start(app: &FakeApp) -> String {
        match app.plan::<Python>() {
            Ok(plan) => plan.and_then(|plan| plan.start?.command).unwrap_or_default(),
            Err(error) => error.to_string(),
        }
    }

    /// The commands of a phase.
    fn commands(app: &FakeApp, phase: &str) -> String {
        let phases = app.plan::<Python>().unwrap().unwrap().phases;
        let phase = phases.into_iter().find(|it| it.name == phase);
        match phase.and_then(|phase| phase.commands) {
            Some(ListEdit::Replace(commands)) => commands.join("\n"),
            _ => String::new(),
        }
    }

    fn installs(app: &FakeApp) -> String {
        commands(app, "install")
    }

    fn build(app: &FakeApp) -> String {
        commands(app, "build")
    }

    fn django(requirements: &str) -> FakeApp {
        FakeApp::new()
            .file("manage.py", "os.environ.setdefault('DJANGO_SETTINGS_MODULE', 'shop.settings')")
            .file("requirements.txt", requirements)
            .file("shop/wsgi.py", "application = get_wsgi_application()\n")
            .file("shop/asgi.py", "application = get_asgi_application()\n")
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
    fn django_without_a_server_gets_one() {
        let app = django("django\n");
        assert!(start(&app).ends_with("gunicorn shop.wsgi"));
        assert!(installs(&app).ends_with("pip install -r requirements.txt && pip install gunicorn==27.0.1"));
        assert!(!installs(&django("django\ngunicorn\n")).contains("27.0.1"));
    }

    #[test]
    fn django_may_lie_in_a_folder() {
        let app = FakeApp::new()
            .file("requirements.txt", "django\ngunicorn\n")
            .file("backend/manage.py", "os.environ.setdefault('DJANGO_SETTINGS_MODULE', 'shop.settings')")
            .file(
                "backend/shop/settings.py",
                "WSGI_APPLICATION = 'shop.wsgi.application'\nSTATIC_ROOT = 'x'\nALLOWED_HOSTS = []\n",
            );
        let command = "cd backend && python manage.py migrate && env PORT=${PORT:-8000} gunicorn shop.wsgi";
        assert_eq!(start(&app), command);
        assert_eq!(build(&app), "cd backend && python manage.py collectstatic --noinput");
        let warnings = app.warnings().join("\n");
        assert!(warnings.contains("add whitenoise"), "{warnings}");
        assert!(warnings.contains("ALLOWED_HOSTS in backend/shop/settings.py is empty"), "{warnings}");
    }

    #[test]
    fn static_files_are_collected_without_the_secrets_of_the_running_app() {
        let app = |settings: &str| django("django\nwhitenoise\n").file("shop/settings.py", settings);
        let secret = "SECRET_KEY = os.environ['SECRET_KEY']\nSTATIC_ROOT = BASE_DIR / 'static'\n";
        let command =
            "env SECRET_KEY=${SECRET_KEY:-only-to-collect-static-files} python manage.py collectstatic --noinput";
        assert_eq!(build(&app(secret)), command);
        assert_eq!(build(&app("STATIC_URL = 'static/'\n")), "");
        assert_eq!(build(&app("STATIC_ROOT = None\n")), "");
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
    fn django_is_run_with_the_settings_of_its_server() {
        let app = FakeApp::new()
            .file("requirements/production.txt", "django\ngunicorn\n")
            .file("manage.py", "os.environ.setdefault('DJANGO_SETTINGS_MODULE', 'config.settings.local')")
            .file("config/settings/base.py", "WSGI_APPLICATION = 'config.wsgi.application'\nSTATIC_ROOT = 'x'\n")
            .file("config/settings/local.py", "from .base import *\nALLOWED_HOSTS = []\n")
            .file("config/settings/production.py", "from .base import *\nKEY = env('MAIL_KEY')\n")
            .file("config/wsgi.py", "os.environ.setdefault('DJANGO_SETTINGS_MODULE', 'config.settings.production')");
        let collect = "env MAIL_KEY=${MAIL_KEY:-only-to-collect-static-files} python manage.py collectstatic --noinput";
        assert_eq!(build(&app), collect);
        let variables = app.plan::<Python>().unwrap().unwrap().variables;
        assert!(
            variables
                .iter()
                .any(|(name, value)| name == "DJANGO_SETTINGS_MODULE" && value == "config.settings.production")
        );
        assert!(!app.warnings().iter().any(|text| text.contains("ALLOWED_HOSTS")), "{:?}", app.warnings());
    }

    #[test]
    fn what_stands_in_no_usual_place_is_found() {
        let streamlit = module("streamlit\n", "dashboard/dashboard.py", "import streamlit as st\n");
        assert!(start(&streamlit).starts_with("env PYTHONPATH=. streamlit run dashboard/dashboard.py "));
        assert_eq!(start(&module("aiogram\n", "bot/__main__.py", "main()\n")), "python -m bot");
        assert_eq!(start(&module("aiogram\n", "src/bot/__main__.py", "main()\n")), "env PYTHONPATH=src python -m bot");
        let named = FakeApp::new().file("requirements/app.txt", "flask\n").file("requirements/dev.txt", "pytest\n");
        assert!(installs(&named).ends_with("pip install -r requirements/app.txt"));
    }

    #[test]
    fn objects_may_be_made_by_any_function_or_be_parts_of_others() {
        let app = |text: &str| {
            module("starlette\nuvicorn\n", "main.py", &format!("from starlette.applications import Starlette\n{text}"))
        };
        let served = "uvicorn main:app --host 0.0.0.0 --port ${PORT:-8000}";
        assert_eq!(start(&app("def make():\n    return Starlette()\napp = make()\n")), served);
        assert_eq!(start(&app("class S:\n    app = Starlette()\nserver = S()\napp = server.app\n")), served);
        assert_eq!(start(&app("class S:\n    pass\nserver = S()\n")), "python main.py");
        let pyramid =
            module("pyramid\n", "shop/__init__.py", "").file("production.ini", "[app:main]\nuse = egg:shop\n");
        assert_eq!(start(&pyramid), "env PORT=${PORT:-8000} gunicorn --paste production.ini");
    }

    #[test]
    fn programs_of_packages_are_the_app_where_it_has_no_code() {
        let mlflow = FakeApp::new().file("requirements.txt", "mlflow\n");
        assert_eq!(start(&mlflow), "mlflow server --host 0.0.0.0 --port ${PORT:-8000}");
        assert_eq!(start(&mlflow.file("train.py", "if __name__ == '__main__':\n    main()\n")), "python train.py");
        let panel = FakeApp::new().file("requirements.txt", "panel\n").file("a.ipynb", "");
        assert!(start(&panel).starts_with("panel serve *.ipynb "));
    }

    #[test]
    fn servers_are_told_the_port_whatever_their_configuration_says() {
        let app = module("flask\ngunicorn\n", "app.py", "from flask import Flask\napp = Flask(__name__)\n");
        let fixed = app.clone().file("gunicorn.conf.py", "bind = '0.0.0.0:8080'\n");
        assert_eq!(start(&fixed), "env PORT=${PORT:-8000} gunicorn --bind 0.0.0.0:${PORT:-8000} app:app");
        let read = app.file("gunicorn.conf.py", "bind = f\"0.0.0.0:{os.environ['PORT']}\"\n");
        assert_eq!(start(&read), "env PORT=${PORT:-8000} gunicorn app:app");
        let gradio = module("gradio\n", "app.py", "import gradio as gr\ngr.Interface(f).launch(server_port=7860)\n");
        assert!(start(&gradio).contains("GRADIO_SERVER_PORT"));
        assert!(gradio.warnings()[0].contains("launch() without server_port"), "{:?}", gradio.warnings());
    }

    #[test]
    fn flet_gets_its_server() {
        let app = module("flet\n", "main.py", "import flet as ft\nft.app(target=main)\n");
        assert!(start(&app).ends_with("FLET_SERVER_PORT=${PORT:-8000} python main.py"));
        assert!(installs(&app).ends_with("&& pip install 'flet[web]'"), "{}", installs(&app));
    }

    /// An app with one module.
    fn module(requirements: &str, path: &str, text: &str) -> FakeApp {
        FakeApp::new().file("requirements.txt", requirements).file(path, text)
    }

    #[test]
    fn an_app_object_is_served_whatever_stands_in_the_guard() {
        let app = |text: &str| module("fastapi\nuvicorn\n", "main.py", &format!("from fastapi import FastAPI\n{text}"));
        let served = "uvicorn main:api --host 0.0.0.0 --port ${PORT:-8000}";
        assert_eq!(start(&app("api: FastAPI = FastAPI()\n")), served);
        assert_eq!(start(&app("api = FastAPI()\nif __name__ == '__main__':\n    uvicorn.run(api)\n")), served);
        let blocks = app("import uvicorn\napi = FastAPI()\nuvicorn.run(api)\n");
        assert_eq!(start(&blocks), "python main.py");
        assert!(blocks.warnings()[0].contains("does not read the variable PORT"), "{:?}", blocks.warnings());
        assert_eq!(start(&app("print('no app')\n")), "python main.py");
    }

    #[test]
    fn asynchronous_apps_get_the_server_that_is_installed() {
        let text = "import fastapi\napp = fastapi.FastAPI()\n";
        let app = |requirements: &str| module(requirements, "api/main.py", text);
        let uvicorn = "uvicorn api.main:app --host 0.0.0.0 --port ${PORT:-8000}";
        assert_eq!(start(&app("fastapi[standard]\n")), uvicorn);
        assert_eq!(start(&app("fastapi\nhypercorn\n")), "hypercorn api.main:app --bind 0.0.0.0:${PORT:-8000}");
        let granian = "granian --interface asgi --host 0.0.0.0 --port ${PORT:-8000} api.main:app";
        assert_eq!(start(&app("fastapi\ngranian\n")), granian);
        let none = app("fastapi\n");
        assert_eq!(start(&none), uvicorn);
        assert!(installs(&none).ends_with(" && pip install uvicorn==0.54.0"));
    }

    #[test]
    fn synchronous_apps_get_the_server_that_is_installed() {
        let app = |requirements: &str, path: &str, text: &str| {
            start(&module(requirements, path, &format!("from flask import Flask\n{text}")))
        };
        let gunicorn = "env PORT=${PORT:-8000} gunicorn";
        assert_eq!(app("flask\ngunicorn", "app.py", "app = Flask(__name__)\n"), format!("{gunicorn} app:app"));
        let factory = "def create_app(config=None):\n    app = Flask(__name__)\n";
        assert_eq!(app("flask\ngunicorn", "app/__init__.py", factory), format!("{gunicorn} 'app:create_app()'"));
        let waitress = "waitress-serve --host 0.0.0.0 --port ${PORT:-8000}";
        assert_eq!(app("flask\nwaitress", "web/app.py", "app = Flask('x')\n"), format!("{waitress} web.app:app"));
        let call = format!("{waitress} --call app:create_app");
        assert_eq!(app("flask\nwaitress", "app/__init__.py", factory), call);
        assert_eq!(app("flask", "web/app.py", "app = Flask('x')\n"), format!("{gunicorn} web.app:app"));
        let runs = "env FLASK_RUN_FROM_CLI=true PORT=${PORT:-8000} gunicorn app:app";
        assert_eq!(app("flask\ngunicorn", "app.py", "app = Flask(__name__)\napp.run(debug=True)\n"), runs);
        let socket = "env PORT=${PORT:-8000} gunicorn -k eventlet -w 1 app:app";
        assert_eq!(app("flask\ngunicorn\nflask-socketio\neventlet", "app.py", "app = Flask(__name__)\n"), socket);
    }

    #[test]
    fn app_objects_are_followed_to_where_they_are_made() {
        let shop = "from flask import Flask\ndef create_app():\n    return Flask(__name__)\n";
        let made = "from shop import create_app\nserver = create_app()\n";
        let app = |wsgi: &str| module("gunicorn\n", "wsgi.py", wsgi).file("shop/__init__.py", shop);
        assert_eq!(start(&app(made)), "env PORT=${PORT:-8000} gunicorn wsgi:server");
        let imported = "from web.main import app\nif __name__ == '__main__':\n    app.run()\n";
        let web = "import quart\napp = quart.Quart(__name__)\n";
        let app = module("quart\n", "run.py", imported).file("web/main.py", web);
        assert_eq!(start(&app), "hypercorn run:app --bind 0.0.0.0:${PORT:-8000}");
    }

    #[test]
    fn modules_are_found_in_folders_and_imported_from_the_right_one() {
        let text = "from fastapi import FastAPI\napp = FastAPI()\n";
        let app = |path: &str| module("fastapi\nuvicorn\n", path, text);
        let uvicorn =
            |before: &str, target: &str| format!("{before}uvicorn {target} --host 0.0.0.0 --port ${{PORT:-8000}}");
        assert_eq!(start(&app("shop/main.py")), uvicorn("", "shop.main:app"));
        let backend = app("backend/app/main.py").file("backend/app/__init__.py", "");
        assert_eq!(start(&backend), uvicorn("cd backend && ", "app.main:app"));
        assert_eq!(start(&app("src/main.py")), uvicorn("env PYTHONPATH=src ", "main:app"));
        let packaged = "[project]\nname = 'shop'\nscripts.shop = 'shop:main'\n[build-system]\nrequires = []\n";
        let packaged = FakeApp::new()
            .file("pyproject.toml", packaged)
            .file("uv.lock", "")
            .file("src/shop/__init__.py", "def main(): print('Hello')\n")
            .file("src/shop/main.py", text);
        assert_eq!(start(&packaged), uvicorn("", "shop.main:app"));
        let declared = "[project]\nname = 'x'\n[tool.fastapi]\nentrypoint = 'web.site:api'\n";
        let declared = FakeApp::new().file("pyproject.toml", declared).file("web/site.py", "").file("main.py", text);
        assert_eq!(start(&declared), uvicorn("", "web.site:api"));
    }

    #[test]
    fn frameworks_that_run_their_apps_are_told_the_port() {
        let app = |text: &str| start(&module("x\n", "app.py", text));
        assert_eq!(
            app("import streamlit as st\n"),
            "streamlit run app.py --server.address 0.0.0.0 --server.port ${PORT:-8000} --server.headless true"
        );
        let gradio = app("import gradio as gr\ngr.Interface(f).launch()\n");
        assert_eq!(gradio, "env GRADIO_SERVER_NAME=0.0.0.0 GRADIO_SERVER_PORT=${PORT:-8000} python app.py");
        assert_eq!(
            app("from sanic import Sanic\nweb = Sanic('x')\n"),
            "sanic app:web --host 0.0.0.0 --port ${PORT:-8000}"
        );
        let aiohttp = app("from aiohttp import web\napp = web.Application()\n");
        assert_eq!(aiohttp, "env PORT=${PORT:-8000} gunicorn -k aiohttp.GunicornWebWorker app:app");
        let dash = app("from dash import Dash\napp = Dash()\nserver = app.server\n");
        assert_eq!(dash, "env PORT=${PORT:-8000} gunicorn app:server");
        let bottle = app("from bottle import route, run\n@route('/')\ndef x(): ...\nrun(port=8080)\n");
        assert_eq!(bottle, "python -m bottle --server gunicorn --bind 0.0.0.0:${PORT:-8000} app");
        let nicegui = module("nicegui\n", "app.py", "from nicegui import ui\nui.run()\n");
        assert_eq!(start(&nicegui), "python app.py");
        assert!(nicegui.warnings()[0].contains("ui.run(host='0.0.0.0', port=int(os.environ['PORT'])"));
    }

    #[test]
    fn workers_run_where_there_is_no_web_app() {
        let tasks = "from celery import Celery\napp = Celery('tasks')\n";
        let worker = module("celery\nflask\ngunicorn\n", "tasks.py", tasks);
        assert_eq!(start(&worker), "celery -A tasks:app worker --loglevel=info");
        let web = worker.file("web.py", "import flask\napp = flask.Flask('x')\n");
        assert_eq!(start(&web), "env PORT=${PORT:-8000} gunicorn web:app");
        assert_eq!(start(&module("discord.py\n", "bot.py", "import discord\n")), "python bot.py");
    }

    #[test]
    fn without_a_manifest_the_framework_is_installed_with_a_warning() {
        let app = FakeApp::new().file("app.py", "from flask import Flask\napp = Flask(__name__)\n");
        assert_eq!(start(&app), "env PORT=${PORT:-8000} gunicorn app:app");
        assert!(installs(&app).ends_with("pip install gunicorn==27.0.1 flask"), "{}", installs(&app));
        assert!(app.warnings()[0].contains("List all of them in requirements.txt"), "{:?}", app.warnings());
    }

    #[test]
    fn poetry_installs_an_app_that_is_no_package() {
        let text = "[project]\nname = 'kite'\n[build-system]\nbuild-backend = 'poetry.core.masonry.api'\n";
        let app = FakeApp::new().file("pyproject.toml", text).file("app.py", "");
        assert!(installs(&app).contains("poetry install --only main --no-root"), "{}", installs(&app));
        let package = app.file("kite/__init__.py", "");
        assert!(installs(&package).contains("pip install ."), "{}", installs(&package));
    }

    #[test]
    fn a_package_is_started_as_module_or_by_its_script() {
        let app = |text: &str| FakeApp::new().file("pyproject.toml", text);
        let script = "[project]\nname = 'my-app'\nscripts.serve = 'my_app:main'\n[build-system]\nrequires = []\n";
        assert_eq!(start(&app(script).file("my_app/__init__.py", "")), "serve");
        assert_eq!(start(&app(script).file("my_app/__main__.py", "")), "python -m my_app");
        assert_eq!(start(&app(script).file("src/my_app/__main__.py", "")), "env PYTHONPATH=src python -m my_app");
        // The package is not installed, so neither is its script.
        assert_eq!(start(&app(script).file("my_app/a.py", "").file("static/a.css", "")), "");
        assert_eq!(start(&app(script).file("my_app/a.py", "").file("requirements.txt", "")), "");
        let several = "[project]\nname = 'x'\n[project.scripts]\na = 'x:a'\nstart = 'x:b'\n[build-system]\n";
        assert_eq!(start(&app(several).file("x/__init__.py", "")), "start");
        let poetry = "[tool.poetry]\nname = 'x'\n[tool.poetry.scripts]\nx = 'x:a'\ny = 'x:b'\n";
        assert_eq!(start(&app(poetry).file("poetry.lock", "").file("x.py", "")), "x");
        assert_eq!(start(&app("[project]\npackages = ['core']\n").file("core.py", "")), "python -m core");
        assert_eq!(start(&app("[project]\nname = 'x'\n")), "");
    }
}
