//! The web frameworks and task queues that are known: how an app of each is recognised, and what
//! runs it.

/// A library whose apps are run in a way of their own.
#[derive(Debug)]
pub(crate) struct Framework {
    /// Its name in messages.
    pub(crate) name: &'static str,
    /// Its name on PyPI.
    pub(crate) package: &'static str,
    /// The package that an app imports.
    pub(crate) module: &'static str,
    /// What tells an app among the modules that import the package.
    pub(crate) sign: Sign,
    pub(crate) runs: Runs,
}

/// What tells that a module is the app.
#[derive(Debug)]
pub(crate) enum Sign {
    /// A name at the top level gets the result of one of these, each the end of a path: `App` is
    /// `falcon.App` and `falcon.asgi.App`, `asgi.App` only the latter.
    MadeBy(&'static [&'static str]),
    /// The text has this; the empty text: importing the package is enough.
    Says(&'static str),
}

/// What runs an app. Texts are commands in which stand: `{target}` for `module:object`, `{module}`,
/// `{object}`, `{file}`, and `{port}`.
#[derive(Debug)]
pub(crate) enum Runs {
    /// A server for asynchronous apps.
    Asgi,
    /// A server for synchronous apps.
    Wsgi,
    /// Gunicorn with a worker class that the framework brings.
    Gunicorn(&'static str),
    /// A program of the framework's, which loads the app object.
    Object {
        command: &'static str,
        /// For a function that makes the app.
        factory: &'static str,
    },
    /// A program that is given the module's file.
    File { command: &'static str, port: Port },
}

/// Whether the port can be told from outside.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Port {
    /// The command tells it.
    Told,
    /// The command tells it, unless the code says this: an example of how it should read.
    ToldUnless(&'static str, &'static str),
    /// Only the app's code does: an example of how it should read.
    InCode(&'static str),
    /// There is none.
    None,
}

const fn asgi(name: &'static str, package: &'static str, module: &'static str, makers: Makers) -> Framework {
    Framework { name, package, module, sign: Sign::MadeBy(makers), runs: Runs::Asgi }
}

const fn wsgi(name: &'static str, package: &'static str, module: &'static str, makers: Makers) -> Framework {
    Framework { name, package, module, sign: Sign::MadeBy(makers), runs: Runs::Wsgi }
}

type Makers = &'static [&'static str];

/// A library that has one name on PyPI and in programs.
const fn file(name: &'static str, module: &'static str, says: &'static str, runs: Runs) -> Framework {
    Framework { name, package: module, module, sign: Sign::Says(says), runs }
}

/// A program that is told its port.
const fn told(command: &'static str) -> Runs {
    Runs::File { command, port: Port::Told }
}

/// The module itself, whose code says where it listens.
const fn in_code(example: &'static str) -> Runs {
    Runs::File { command: "python {file}", port: Port::InCode(example) }
}

/// Flet's server, which shows the app in browsers.
const FLET: Runs = told("env FLET_FORCE_WEB_SERVER=true FLET_SERVER_IP=0.0.0.0 FLET_SERVER_PORT={port} python {file}");

/// Web frameworks; of those that fit a module the first is taken. Frameworks that build on another and
/// are imported together with it come before it.
pub(crate) const WEB: &[Framework] = &[
    asgi("FastHTML", "python-fasthtml", "fasthtml", &["FastHTML", "FastHTMLWithLiveReload", "fast_app"]),
    asgi("FastAPI", "fastapi", "fastapi", &["FastAPI"]),
    asgi("Litestar", "litestar", "litestar", &["Litestar"]),
    asgi("Quart", "quart", "quart", &["Quart"]),
    asgi("Starlette", "starlette", "starlette", &["Starlette"]),
    asgi("Esmerald", "esmerald", "esmerald", &["Esmerald"]),
    asgi("Ravyn", "ravyn", "ravyn", &["Ravyn"]),
    asgi("Lilya", "lilya", "lilya", &["Lilya"]),
    asgi("BlackSheep", "blacksheep", "blacksheep", &["Application"]),
    asgi("Connexion", "connexion", "connexion", &["AsyncApp", "FlaskApp", "App"]),
    asgi("Falcon", "falcon", "falcon", &["asgi.App"]),
    asgi("Ariadne", "ariadne", "ariadne", &["asgi.GraphQL"]),
    asgi("Strawberry", "strawberry-graphql", "strawberry", &["asgi.GraphQL"]),
    asgi("Shiny", "shiny", "shiny", &["App"]),
    asgi("python-socketio", "python-socketio", "socketio", &["ASGIApp"]),
    asgi("Django", "django", "django", &["get_asgi_application"]),
    wsgi("python-socketio", "python-socketio", "socketio", &["WSGIApp"]),
    wsgi("Django", "django", "django", &["get_wsgi_application"]),
    wsgi("APIFlask", "apiflask", "apiflask", &["APIFlask"]),
    wsgi("Flask-OpenAPI3", "flask-openapi3", "flask_openapi3", &["OpenAPI"]),
    wsgi("Eve", "eve", "eve", &["Eve"]),
    wsgi("Flask", "flask", "flask", &["Flask"]),
    wsgi("Falcon", "falcon", "falcon", &["App", "API"]),
    wsgi("Pyramid", "pyramid", "pyramid", &["make_wsgi_app"]),
    wsgi("Masonite", "masonite", "masonite", &["Application"]),
    wsgi("Bottle", "bottle", "bottle", &["Bottle", "default_app", "app"]),
    Framework {
        name: "aiohttp",
        package: "aiohttp",
        module: "aiohttp",
        sign: Sign::MadeBy(&["web.Application"]),
        runs: Runs::Gunicorn("aiohttp.GunicornWebWorker"),
    },
    Framework {
        name: "Sanic",
        package: "sanic",
        module: "sanic",
        sign: Sign::MadeBy(&["Sanic"]),
        runs: Runs::Object {
            command: "sanic {target} --host 0.0.0.0 --port {port}",
            factory: "sanic {target} --factory --host 0.0.0.0 --port {port}",
        },
    },
    wsgi("Dash", "dash", "dash", &["Dash"]),
    file(
        "Streamlit",
        "streamlit",
        "",
        told("streamlit run {file} --server.address 0.0.0.0 --server.port {port} --server.headless true"),
    ),
    file("Chainlit", "chainlit", "", told("chainlit run {file} --host 0.0.0.0 --port {port} --headless")),
    file("marimo", "marimo", "marimo.App(", told("marimo run {file} --host 0.0.0.0 --port {port} --headless")),
    file(
        "Panel",
        "panel",
        ".servable(",
        told("panel serve {file} --address 0.0.0.0 --port {port} --allow-websocket-origin='*'"),
    ),
    Framework {
        name: "Mesop",
        package: "mesop",
        module: "mesop",
        sign: Sign::Says("import mesop as me"),
        runs: told("env PORT={port} gunicorn {module}:me"),
    },
    file(
        "Taipy",
        "taipy",
        "Gui(",
        told("python {file} --host 0.0.0.0 --port {port} --no-debug --no-reloader --no-run-browser"),
    ),
    file("Flet", "flet", ".app(", FLET),
    file("Flet", "flet", ".run(", FLET),
    file("BentoML", "bentoml", "bentoml.service", told("bentoml serve {module} --host 0.0.0.0 --port {port}")),
    Framework {
        name: "web.py",
        package: "web-py",
        module: "web",
        sign: Sign::Says("web.application("),
        runs: told("python {file} 0.0.0.0:{port}"),
    },
    file(
        "Ray Serve",
        "ray",
        "serve.deployment",
        in_code(
            "serve.start(http_options={'host': '0.0.0.0', 'port': int(os.environ['PORT'])}) before serve.run(app, blocking=True)",
        ),
    ),
    file("Robyn", "robyn", "Robyn(", told("env ROBYN_HOST=0.0.0.0 ROBYN_PORT={port} python {file}")),
    file(
        "Gradio",
        "gradio",
        "launch(",
        Runs::File {
            command: "env GRADIO_SERVER_NAME=0.0.0.0 GRADIO_SERVER_PORT={port} python {file}",
            port: Port::ToldUnless("server_port", "launch() without server_port and server_name"),
        },
    ),
    file(
        "NiceGUI",
        "nicegui",
        "ui.run(",
        in_code("ui.run(host='0.0.0.0', port=int(os.environ['PORT']), reload=False)"),
    ),
    file("Tornado", "tornado", ".listen(", in_code("app.listen(int(os.environ['PORT']))")),
    file("Bottle", "bottle", "route(", told("python -m bottle --server gunicorn --bind 0.0.0.0:{port} {module}")),
    file("Shiny", "shiny", "shiny.express", told("shiny run --host 0.0.0.0 --port {port} {file}")),
    file("Solara", "solara", "", told("solara run {file} --host 0.0.0.0 --port {port} --production")),
    file("FastMCP", "fastmcp", "FastMCP(", told("fastmcp run {file} --transport http --host 0.0.0.0 --port {port}")),
    file("CherryPy", "cherrypy", "quickstart(", in_code("'server.socket_port': int(os.environ['PORT'])")),
];

/// An app that is a function of the standard's: `async def app(scope, receive, send)`.
pub(crate) static PLAIN_ASGI: Framework = asgi("ASGI", "", "", &[]);

/// An app that is a function of the standard's: `def app(environ, start_response)`.
pub(crate) static PLAIN_WSGI: Framework = wsgi("WSGI", "", "", &[]);

/// Task queues, whose workers are run where no web app is found.
pub(crate) const WORKERS: &[Framework] = &[
    Framework {
        name: "Celery",
        package: "celery",
        module: "celery",
        sign: Sign::MadeBy(&["Celery"]),
        runs: Runs::Object { command: "celery -A {target} worker --loglevel=info", factory: "" },
    },
    worker("Dramatiq", "dramatiq", "dramatiq.actor", "dramatiq {module}"),
    worker("arq", "arq", "class WorkerSettings", "arq {module}.WorkerSettings"),
    Framework {
        name: "Huey",
        package: "huey",
        module: "huey",
        sign: Sign::MadeBy(&["RedisHuey", "SqliteHuey", "Huey"]),
        runs: Runs::Object { command: "huey_consumer {target}", factory: "" },
    },
    worker("RQ", "rq", "Worker(", "python {file}"),
    taskiq("taskiq_redis", &["ListQueueBroker", "RedisStreamBroker", "PubSubBroker"]),
    taskiq("taskiq_aio_pika", &["AioPikaBroker"]),
    taskiq("taskiq_nats", &["NatsBroker", "PullBasedJetStreamBroker"]),
    Framework {
        name: "Procrastinate",
        package: "procrastinate",
        module: "procrastinate",
        sign: Sign::MadeBy(&["App"]),
        runs: Runs::Object { command: "procrastinate --app={module}.{object} worker", factory: "" },
    },
];

const fn taskiq(module: &'static str, brokers: Makers) -> Framework {
    Framework {
        name: "Taskiq",
        package: "taskiq",
        module,
        sign: Sign::MadeBy(brokers),
        runs: Runs::Object { command: "taskiq worker {target} --fs-discover", factory: "" },
    }
}

const fn worker(name: &'static str, module: &'static str, says: &'static str, command: &'static str) -> Framework {
    file(name, module, says, Runs::File { command, port: Port::None })
}

impl Framework {
    /// Whether the result of a function or class, named by the path it comes from, is an app.
    pub(crate) fn is_made_by(&self, origin: &str) -> bool {
        let Sign::MadeBy(makers) = self.sign else { return false };
        let is_of_module = origin.strip_prefix(self.module).is_some_and(|rest| rest.starts_with('.'));
        is_of_module && makers.iter().any(|maker| origin.strip_suffix(maker).is_some_and(|rest| rest.ends_with('.')))
    }

    /// Whether a server loads an object of its apps, which a function may make as well.
    pub(crate) const fn has_objects(&self) -> bool {
        matches!(self.sign, Sign::MadeBy(_))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn made_by(origin: &str) -> Vec<(&'static str, &'static str)> {
        let kind = |runs: &Runs| match runs {
            Runs::Asgi => "asgi",
            Runs::Wsgi => "wsgi",
            _ => "own",
        };
        WEB.iter().filter(|it| it.is_made_by(origin)).map(|it| (it.name, kind(&it.runs))).collect()
    }

    #[test]
    fn the_path_of_a_maker_tells_the_framework() {
        assert_eq!(made_by("fastapi.FastAPI"), [("FastAPI", "asgi")]);
        assert_eq!(made_by("starlette.applications.Starlette"), [("Starlette", "asgi")]);
        assert_eq!(made_by("falcon.asgi.App")[0], ("Falcon", "asgi"));
        assert_eq!(made_by("falcon.App"), [("Falcon", "wsgi")]);
        assert_eq!(made_by("aiohttp.web.Application"), [("aiohttp", "own")]);
        assert_eq!(made_by("django.core.wsgi.get_wsgi_application"), [("Django", "wsgi")]);
        assert_eq!(made_by("flask.Blueprint"), []);
        assert_eq!(made_by("my.FastAPI"), []);
        assert_eq!(made_by("fastapi_utils.FastAPI"), []);
    }

    #[test]
    fn a_command_says_where_the_port_goes_if_it_can_be_told() {
        for framework in WEB.iter().chain(WORKERS) {
            if let Runs::File { command, port } = framework.runs {
                let is_told = matches!(port, Port::Told | Port::ToldUnless(..));
                assert_eq!(command.contains("{port}"), is_told, "{}", framework.name);
            }
        }
    }
}
