//! The servers that load an app object: which is taken, and how it is called.

use crate::app::PythonApp;
use crate::put_in::PutIn;

/// Where a server listens: the port it is told, or one that needs no privilege.
pub(crate) const PORT: &str = "${PORT:-8000}";

/// What a server loads.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Target {
    /// `shop.main`.
    pub(crate) module: String,
    /// `app`, or the function that makes it.
    pub(crate) name: String,
    pub(crate) is_factory: bool,
}

impl Target {
    /// An object of a module.
    pub(crate) fn object(module: impl Into<String>, name: impl Into<String>) -> Self {
        Self { module: module.into(), name: name.into(), is_factory: false }
    }

    /// `shop.main:app`.
    pub(crate) fn path(&self) -> String {
        format!("{}:{}", self.module, self.name)
    }

    /// `shop.main:app`, or `'shop.main:create_app()'` for a server that evaluates it.
    fn evaluated(&self) -> String {
        if self.is_factory { format!("'{}()'", self.path()) } else { self.path() }
    }

    /// `--factory shop.main:create_app`, or `shop.main:app`.
    fn with_option(&self, option: &str) -> String {
        if self.is_factory { format!("{option} {}", self.path()) } else { self.path() }
    }
}

/// A server among those that know an interface.
struct Server {
    /// What installs it: names on PyPI, some with an extra.
    installed_by: &'static [&'static str],
    /// The command that serves a target.
    command: fn(&PythonApp, &Target) -> String,
}

/// A command, and the package to install for it if the app does not bring it.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct Serving {
    pub(crate) command: String,
    pub(crate) put_in: Option<PutIn>,
}

/// What brings Uvicorn.
const UVICORN: &[&str] = &[
    "uvicorn",
    "uvicorn-worker",
    "fastapi[standard]",
    "fastapi[all]",
    "fastapi-cli",
    "litestar[standard]",
    "nicegui",
    "python-fasthtml",
    "connexion[uvicorn]",
    "gradio",
    "chainlit",
];

/// Servers for asynchronous apps; the first that is installed is taken.
const ASGI: &[Server] = &[
    Server { installed_by: UVICORN, command: |_, target| uvicorn(target) },
    Server { installed_by: &["hypercorn", "quart"], command: |_, target| hypercorn(target) },
    Server { installed_by: &["granian"], command: |_, target| granian(target, "asgi") },
    Server { installed_by: &["daphne", "channels[daphne]"], command: |_, target| daphne(target) },
];

/// Servers for synchronous apps; likewise.
const WSGI: &[Server] = &[
    Server { installed_by: &["gunicorn"], command: |app, target| gunicorn(app, target, None) },
    Server { installed_by: &["granian"], command: |_, target| granian(target, "wsgi") },
    Server { installed_by: &["waitress"], command: |_, target| waitress(target) },
    Server { installed_by: &["uwsgi", "pyuwsgi"], command: |_, target| uwsgi(target) },
];

/// The server for an asynchronous app that is installed, else Uvicorn.
pub(crate) fn asgi(app: &PythonApp, target: &Target) -> Serving {
    let uvicorn = || Serving { command: uvicorn(target), put_in: Some(PutIn::Uvicorn) };
    installed_asgi(app, target).unwrap_or_else(uvicorn)
}

/// The server for an asynchronous app that is installed.
pub(crate) fn installed_asgi(app: &PythonApp, target: &Target) -> Option<Serving> {
    installed(app, ASGI, target)
}

/// The server for a synchronous app that is installed, else Gunicorn.
pub(crate) fn wsgi(app: &PythonApp, target: &Target) -> Serving {
    installed_wsgi(app, target).unwrap_or_else(|| gunicorn_serving(app, target, None))
}

/// The server for a synchronous app that is installed.
pub(crate) fn installed_wsgi(app: &PythonApp, target: &Target) -> Option<Serving> {
    installed(app, WSGI, target)
}

/// Gunicorn with a worker class.
pub(crate) fn gunicorn_worker(app: &PythonApp, target: &Target, worker: &str) -> Serving {
    gunicorn_serving(app, target, Some(worker))
}

fn gunicorn_serving(app: &PythonApp, target: &Target, worker: Option<&str>) -> Serving {
    let put_in = (!app.dependencies.installs(&["gunicorn"])).then_some(PutIn::Gunicorn);
    Serving { command: gunicorn(app, target, worker), put_in }
}

fn installed(app: &PythonApp, servers: &[Server], target: &Target) -> Option<Serving> {
    let server = servers.iter().find(|server| app.dependencies.installs(server.installed_by))?;
    Some(Serving { command: (server.command)(app, target), put_in: None })
}

/// Worker classes that libraries need whose connections stay open.
const LASTING_CONNECTIONS: [(&str, &str); 3] = [
    ("gevent-websocket", "-k geventwebsocket.gunicorn.workers.GeventWebSocketWorker -w 1"),
    ("gevent", "-k gevent -w 1"),
    ("eventlet", "-k eventlet -w 1"),
];

/// Gunicorn with a worker class: one that is wanted, or one that the app's libraries need.
///
/// The port goes by variable, which a `gunicorn.conf.py` and `GUNICORN_CMD_ARGS` overrule; an option
/// would overrule them. Gunicorn looks for `application` where no object is named.
fn gunicorn(app: &PythonApp, target: &Target, worker: Option<&str>) -> String {
    let installs = |name: &str| app.dependencies.installs(&[name]);
    let options = match worker {
        Some(worker) => format!(" -k {worker}"),
        None if installs("flask-socketio") || installs("python-socketio") => {
            let known = LASTING_CONNECTIONS.iter().find(|(library, _)| installs(library));
            format!(" {}", known.map_or("--threads 100 -w 1", |(_, options)| options))
        }
        None => String::new(),
    };
    let is_default = target.name == "application" && !target.is_factory;
    let object = if is_default { target.module.clone() } else { target.evaluated() };
    let address = if binds_elsewhere(app) { format!(" --bind 0.0.0.0:{PORT}") } else { String::new() };
    format!("env PORT={PORT} gunicorn{options}{address} {object}")
}

/// Whether Gunicorn's configuration has an address that does not follow `PORT`.
fn binds_elsewhere(app: &PythonApp) -> bool {
    let text = app.context.app.read_text_if_file("gunicorn.conf.py").ok().flatten();
    text.is_some_and(|text| text.lines().any(|line| line.starts_with("bind")) && !text.contains("PORT"))
}

fn uvicorn(target: &Target) -> String {
    format!("uvicorn {} --host 0.0.0.0 --port {PORT}", target.with_option("--factory"))
}

fn hypercorn(target: &Target) -> String {
    format!("hypercorn {} --bind 0.0.0.0:{PORT}", target.evaluated())
}

fn granian(target: &Target, interface: &str) -> String {
    format!("granian --interface {interface} --host 0.0.0.0 --port {PORT} {}", target.with_option("--factory"))
}

/// Daphne knows objects only.
fn daphne(target: &Target) -> String {
    format!("daphne -b 0.0.0.0 -p {PORT} {}", target.path())
}

fn waitress(target: &Target) -> String {
    format!("waitress-serve --host 0.0.0.0 --port {PORT} {}", target.with_option("--call"))
}

fn uwsgi(target: &Target) -> String {
    let call = if target.is_factory { "()" } else { "" };
    format!("uwsgi --http 0.0.0.0:{PORT} --master --module '{}{call}'", target.path())
}
