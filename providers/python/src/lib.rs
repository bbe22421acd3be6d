//! Python: web apps, scripts and packages, with pip, Poetry, PDM, uv or Pipenv.
#![cfg_attr(test, allow(clippy::unwrap_used, reason = "a test fails by panicking"))]

mod app;
mod app_object;
mod declared;
mod dependencies;
mod frameworks;
mod install;
mod install_files;
mod interpreter;
mod layout;
mod manager;
mod manifests;
mod modules;
mod native;
mod project;
mod put_in;
mod rules;
mod running;
mod scm;
mod script;
mod servers;
mod source;
mod specifiers;
mod stack;
mod start;
mod system_libraries;
mod versions;
mod workspace;

use app::PythonApp;
use manager::Manager;
use plugpacks_sdk::{Context, Description, Edition, Marker, PartialPlan, Phase, Provider, Result};
use running::Environment;

/// The provider `python`.
pub struct Python;

/// The files any of which makes an app a Python app.
const MARKERS: [&str; 4] = ["main.py", "requirements.txt", "pyproject.toml", "Pipfile"];

/// Further files that do so, not under the edition `nixpacks`.
const MORE_MARKERS: [&str; 12] = [
    "app.py",
    "api.py",
    "asgi.py",
    "bot.py",
    "manage.py",
    "pylock.toml",
    "requirements.in",
    "server.py",
    "setup.py",
    "streamlit_app.py",
    "wsgi.py",
    "worker.py",
];

/// A folder that does so if it has requirements files.
const REQUIREMENTS_FOLDER: &str = "requirements";

impl Provider for Python {
    fn describe(edition: Edition) -> Description {
        let more: &[&str] = if edition < Edition::E2026_11 { &[] } else { &MORE_MARKERS };
        let folder = (edition >= Edition::E2026_11).then(|| Marker::directory(REQUIREMENTS_FOLDER));
        let versions = Manager::ALL.into_iter().filter_map(|manager| {
            Some((manager.version_variable()?, format!("The version of {} that is installed.", manager.name())))
        });
        Description::new("python", env!("CARGO_PKG_VERSION"), "Python apps and packages")
            .generated([
                ".venv",
                "venv",
                "__pycache__",
                ".tox",
                ".nox",
                ".mypy_cache",
                ".pytest_cache",
                "site-packages",
            ])
            .certificate_variables(["PIP_CERT", "REQUESTS_CA_BUNDLE"])
            .references(["*.pth", "pyvenv.cfg"])
            .installs_elsewhere(["playwright install"])
            .markers(MARKERS.iter().chain(more).map(|file| Marker::file(file)))
            .markers(folder)
            .variable("NIXPACKS_PYTHON_VERSION", "The Python to use, such as `3.13` or `>=3.11,<3.14`.")
            .variable(
                "NIXPACKS_PYTHON_PACKAGE_MANAGER",
                "`requirements`, `setuptools`, `poetry`, `pdm`, `uv`, `pipenv`, `skip` (install nothing) or `auto`.",
            )
            .variable(
                "NIXPACKS_PYTHON_APP_DIR",
                "The folder in which what is started is looked for, such as `apps/web`; not under the edition `nixpacks`.",
            )
            .variables(versions)
    }

    fn detect(context: &Context) -> Result<bool> {
        if context.app.first_file(&MARKERS)?.is_some() {
            return Ok(true);
        }
        if context.environment.edition() < Edition::E2026_11 {
            return Ok(false);
        }
        Ok(context.app.first_file(&MORE_MARKERS)?.is_some()
            || context.app.has_directory(REQUIREMENTS_FOLDER)? && context.app.has_match("requirements/*.txt")?)
    }

    fn plan(context: &Context) -> Result<Option<PartialPlan>> {
        let app = PythonApp::read(context)?;
        let rules = app.rules;
        let python = (rules.interpreter)(&app)?;
        let stack = (rules.stack)(&app)?;
        let needs = (rules.native)(&app, python, &stack);
        let manager = manager::choose(&app);
        let starting = (rules.start)(&app, manager, &stack)?;
        let put_in: Vec<String> = starting.put_in.iter().map(|package| package.requirement(python)).collect();
        let environment = if manager.is_some() || !put_in.is_empty() { Environment::Made } else { Environment::None };
        let install = install::phase(&app, manager, &stack, &put_in)?;
        let manager_variables = (rules.manager_variables)(&app, manager, python)?;
        let settings = stack.project.as_ref().and_then(|project| project.served_settings.as_deref());
        let labels = [
            (stack.django, "django"),
            (stack.postgres, "postgres"),
            (app.is_locked_by(Manager::Poetry), "poetry"),
            (app.is_locked_by(Manager::Pdm), "pdm"),
        ];
        let plan = PartialPlan::new()
            .phase(native::setup(python, &needs))
            .phase(install)
            .start((rules.running)(starting.command, python, &needs, environment))
            .variables(rules.variables.iter().copied())
            .variables(needs.variables.iter().copied())
            .variables(settings.map(|settings| ("DJANGO_SETTINGS_MODULE", settings)))
            .variables(manager_variables.iter().map(|(name, value)| (name.as_str(), value.as_str())));
        let plan = if starting.build.is_empty() { plan } else { plan.phase(Phase::build().commands(starting.build)) };
        let plan = match (rules.assets)(context)? {
            Some(assets) => assets.build_before(plan, "build"),
            None => plan,
        };
        let labels = labels.into_iter().filter(|(applies, _)| *applies);
        Ok(Some(labels.fold(plan, |plan, (_, label)| plan.label(label))))
    }
}

plugpacks_sdk::export_provider!(Python);

#[cfg(test)]
mod tests {
    use super::*;
    use plugpacks_sdk::testing::{FakeApp, assert_page_matches};

    #[test]
    fn the_page_names_what_the_provider_reads() {
        assert_page_matches::<Python>(include_str!("../README.md"));
    }

    #[test]
    fn any_manifest_makes_a_python_app() {
        for file in MARKERS {
            assert_eq!(FakeApp::new().file(file, "").detect::<Python>(), Ok(true), "{file}");
        }
        for file in MORE_MARKERS {
            assert_eq!(FakeApp::new().file(file, "").detect::<Python>(), Ok(true), "{file}");
            assert_eq!(FakeApp::nixpacks().file(file, "").detect::<Python>(), Ok(false), "{file}");
        }
        assert_eq!(FakeApp::new().file("requirements/web.txt", "").detect::<Python>(), Ok(true));
        assert_eq!(FakeApp::new().file("requirements/web.md", "").detect::<Python>(), Ok(false));
        assert_eq!(FakeApp::new().file("tool.py", "").directory("main.py").detect::<Python>(), Ok(false));
    }

    #[test]
    fn an_app_without_files_has_a_plan_when_it_is_asked_for_by_name() {
        let plan = FakeApp::nixpacks().plan::<Python>().unwrap().unwrap();
        assert_eq!(plan.phases.len(), 2);
        assert_eq!((plan.phases[1].commands.as_ref(), plan.start), (None, None));
    }

    #[test]
    fn every_native_library_of_nixpacks() {
        let app = FakeApp::nixpacks()
            .file("requirements.txt", "psycopg2-binary\npycairo\npydub\npdf2image\n")
            .file("runtime.txt", "python-3.9.1");
        insta::assert_snapshot!(app.plan_text::<Python>(), @r#"
        {
          "labels": [
            "postgres"
          ],
          "phases": {
            "install": {
              "cacheDirectories": [
                "/root/.cache/pip"
              ],
              "cmds": [
                "python -m venv --copies /opt/venv && . /opt/venv/bin/activate && pip install -r requirements.txt"
              ],
              "dependsOn": [
                "setup"
              ],
              "paths": [
                "/opt/venv/bin"
              ]
            },
            "setup": {
              "nixLibs": [
                "cairo",
                "zlib",
                "stdenv.cc.cc.lib"
              ],
              "nixOverlays": [],
              "nixPkgs": [
                "python39",
                "postgresql_16.dev",
                "ffmpeg-headless",
                "poppler_utils",
                "gcc"
              ],
              "nixpkgsArchive": "5148520bfab61f99fd25fb9ff7bfbb50dad3c9db"
            }
          },
          "variables": {
            "PIP_DEFAULT_TIMEOUT": "100",
            "PIP_DISABLE_PIP_VERSION_CHECK": "1",
            "PIP_NO_CACHE_DIR": "1",
            "PYTHONDONTWRITEBYTECODE": "1",
            "PYTHONFAULTHANDLER": "1",
            "PYTHONHASHSEED": "random",
            "PYTHONUNBUFFERED": "1"
          }
        }
        "#);
    }

    #[test]
    fn a_django_app_with_uv() {
        let app = FakeApp::new()
            .file("manage.py", "import django")
            .file("pyproject.toml", "[project]\nname = 'shop'\nrequires-python = '>=3.12'\ndependencies = ['django', 'gunicorn', 'psycopg', 'mysqlclient']\n")
            .file("uv.lock", "")
            .file("shop/settings.py", "WSGI_APPLICATION = 'shop.wsgi.application'\n");
        insta::assert_snapshot!(app.plan_text::<Python>(), @r#"
        {
          "labels": [
            "django",
            "postgres"
          ],
          "phases": {
            "install": {
              "cacheDirectories": [
                "/root/.cache/pip",
                "/root/.cache/uv"
              ],
              "cmds": [
                "python -m venv /opt/venv && . /opt/venv/bin/activate && export MYSQLCLIENT_CFLAGS=\"$(mysql_config --cflags)\" && export MYSQLCLIENT_LDFLAGS=\"$(mysql_config --libs)\" && pip install uv==$NIXPACKS_UV_VERSION && uv sync --no-dev --frozen"
              ],
              "dependsOn": [
                "setup"
              ],
              "onlyIncludeFiles": [
                "pyproject.toml",
                "uv.lock"
              ],
              "onlyVariables": [
                "CI",
                "PIP_*",
                "PYTHON*",
                "UV_*",
                "POETRY_*",
                "PDM_*",
                "PIPENV_*",
                "CFLAGS",
                "LDFLAGS",
                "HTTP_PROXY",
                "HTTPS_PROXY",
                "NO_PROXY"
              ],
              "paths": [
                "/opt/venv/bin"
              ]
            },
            "setup": {
              "nixLibs": [
                "libpq",
                "zlib",
                "stdenv.cc.cc.lib"
              ],
              "nixOverlays": [],
              "nixPkgs": [
                "python313",
                "libpq",
                "libpq.dev",
                "libpq.pg_config",
                "libmysqlclient.dev",
                "gcc"
              ],
              "nixpkgsArchive": "b25309931cfda5f0b8805f462a29897eeae50168"
            }
          },
          "start": {
            "cmd": "python manage.py migrate && env PORT=${PORT:-8000} gunicorn shop.wsgi",
            "nixPkgs": [
              "python313"
            ],
            "onlyIncludeFiles": [
              "/app/",
              "/opt/venv"
            ]
          },
          "variables": {
            "NIXPACKS_UV_VERSION": "0.13.9",
            "PIP_DEFAULT_TIMEOUT": "100",
            "PIP_DISABLE_PIP_VERSION_CHECK": "1",
            "PYTHONDONTWRITEBYTECODE": "1",
            "PYTHONFAULTHANDLER": "1",
            "PYTHONHASHSEED": "random",
            "PYTHONUNBUFFERED": "1",
            "UV_NO_SYNC": "1",
            "UV_PROJECT_ENVIRONMENT": "/opt/venv",
            "UV_PYTHON": "/opt/venv/bin/python",
            "UV_PYTHON_DOWNLOADS": "never"
          }
        }
        "#);
    }

    #[test]
    fn every_native_library_of_an_old_python() {
        let app = FakeApp::new()
            .file("requirements.txt", "psycopg2-binary\npycairo\npydub\npdf2image\n")
            .file("runtime.txt", "python-3.9.1");
        insta::assert_snapshot!(app.changes_since_nixpacks::<Python>(), @r#"
        phases.install.cmds: ["python -m venv --copies /opt/venv && . /opt/venv/bin/activate && pip install -r requirements.txt"] -> ["python -m venv /opt/venv && . /opt/venv/bin/activate && pip install -r requirements.txt"]
        phases.install.onlyIncludeFiles: nothing -> ["requirements.txt"]
        phases.install.onlyVariables: nothing -> ["CI","PIP_*","PYTHON*","UV_*","POETRY_*","PDM_*","PIPENV_*","CFLAGS","LDFLAGS","HTTP_PROXY","HTTPS_PROXY","NO_PROXY"]
        phases.setup.nixPkgs: ["python39","postgresql_16.dev","ffmpeg-headless","poppler_utils","gcc"] -> ["python39","postgresql_16.dev","ffmpeg-headless","poppler_utils","pkg-config","cairo.dev","gcc"]
        start.nixPkgs: nothing -> ["python39","ffmpeg-headless","poppler_utils"]
        start.onlyIncludeFiles: nothing -> ["/app/","/opt/venv"]
        variables.CPATH: nothing -> "/root/.nix-profile/include"
        variables.LIBRARY_PATH: nothing -> "/root/.nix-profile/lib"
        variables.PIP_NO_CACHE_DIR: "1" -> nothing
        variables.PKG_CONFIG_PATH: nothing -> "/root/.nix-profile/lib/pkgconfig:/root/.nix-profile/share/pkgconfig"
        "#);
    }
}
