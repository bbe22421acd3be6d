//! What installs dependencies, manager by manager.

use crate::Python;
use plugpacks_sdk::testing::FakeApp;
use plugpacks_sdk::{ListEdit, Phase};

const POETRY: &str = "[tool.poetry]\nname = 'x'\n";

fn phase(app: &FakeApp) -> Phase {
    let plan = app.plan::<Python>().unwrap().unwrap();
    plan.phases.into_iter().find(|phase| phase.name == "install").unwrap()
}

/// What is done in the virtual environment; nothing if the phase has no commands.
fn command(app: &FakeApp) -> String {
    match phase(app).commands {
        Some(ListEdit::Replace(commands)) => {
            let [command] = commands.as_slice() else { panic!("{commands:?}") };
            command.split_once("/activate && ").unwrap().1.to_owned()
        }
        _ => String::new(),
    }
}

fn variable(app: &FakeApp, name: &str) -> Option<String> {
    let plan = app.plan::<Python>().unwrap().unwrap();
    plan.variables.into_iter().find(|(known, _)| known == name).map(|(_, value)| value)
}

#[test]
fn the_files_tell_the_package_manager() {
    let app = |files: &[&str]| {
        let app = files.iter().fold(FakeApp::nixpacks(), |app, file| app.file(file, ""));
        command(&app).split(['=', '-', '.']).next().unwrap().trim().to_owned()
    };
    assert_eq!(app(&["requirements.txt", "pyproject.toml", "uv.lock", "Pipfile"]), "pip install");
    assert_eq!(app(&["pyproject.toml", "poetry.lock", "pdm.lock", "uv.lock"]), "pip install poetry");
    assert_eq!(app(&["pyproject.toml", "pdm.lock", "uv.lock"]), "pip install pdm");
    assert_eq!(app(&["pyproject.toml", "uv.lock", "Pipfile"]), "pip install uv");
    assert_eq!(app(&["Pipfile", "poetry.lock"]), "PIPENV_VENV_IN_PROJECT");
    assert_eq!(app(&["main.py", "uv.lock"]), "");
}

#[test]
fn a_package_manager_can_be_named() {
    let app =
        |name: &str| FakeApp::nixpacks().file("requirements.txt", "").variable("NIXPACKS_PYTHON_PACKAGE_MANAGER", name);
    assert!(command(&app("UV")).starts_with("pip install uv==$NIXPACKS_UV_VERSION"));
    assert_eq!(command(&app("skip")), "");
    assert_eq!(command(&app("auto")), "pip install -r requirements.txt");
    let unknown = app("conda");
    assert_eq!(command(&unknown), "pip install -r requirements.txt");
    assert_eq!(unknown.warnings(), ["Unknown package manager 'conda'. Using auto-detection."]);
}

#[test]
fn under_nixpacks_versions_follow_the_lock_files() {
    let app = FakeApp::nixpacks()
        .file("requirements.txt", "")
        .file(".tool-versions", "poetry 1.8.2\nuv 0.5.1 0.4\npdm 2.0\n")
        .file("poetry.lock", "")
        .file("pdm.lock", "");
    assert_eq!(variable(&app, "NIXPACKS_POETRY_VERSION").as_deref(), Some("1.8.2"));
    assert_eq!(variable(&app, "NIXPACKS_PDM_VERSION").as_deref(), Some("2.13.3"));
    assert_eq!(variable(&app, "NIXPACKS_UV_VERSION"), None);
    let uv = FakeApp::nixpacks().file("uv.lock", "").file(".tool-versions", "uv 0.5.1 0.4\n");
    assert_eq!(variable(&uv, "NIXPACKS_UV_VERSION").as_deref(), Some("0.5.1 0.4"));
    let forced = FakeApp::nixpacks().variable("NIXPACKS_PYTHON_PACKAGE_MANAGER", "uv");
    assert_eq!(variable(&forced, "NIXPACKS_UV_VERSION"), None);
}

#[test]
fn a_package_manager_that_is_used_has_a_version() {
    let forced = |name: &str| FakeApp::new().variable("NIXPACKS_PYTHON_PACKAGE_MANAGER", name);
    assert_eq!(variable(&forced("uv"), "NIXPACKS_UV_VERSION").as_deref(), Some("0.13.9"));
    assert_eq!(variable(&forced("pipenv"), "NIXPACKS_PIPENV_VERSION").as_deref(), Some("2026.10.3"));
    let asked = forced("pdm").file("mise.toml", "[tools]\npdm = '2.20.0'\n");
    assert_eq!(variable(&asked, "NIXPACKS_PDM_VERSION").as_deref(), Some("2.20.0"));
    let old = forced("poetry").file("runtime.txt", "3.8");
    assert_eq!(variable(&old, "NIXPACKS_POETRY_VERSION").as_deref(), Some("1.3.1"));
}

#[test]
fn uv_takes_the_python_that_is_there() {
    let app = FakeApp::new().file("pyproject.toml", "").file("uv.lock", "").file(".python-version", "3.12.4");
    assert_eq!(variable(&app, "UV_PYTHON").as_deref(), Some("/opt/venv/bin/python"));
    assert_eq!(variable(&app, "UV_PYTHON_DOWNLOADS").as_deref(), Some("never"));
    let pip = FakeApp::new().file("requirements.txt", "");
    assert_eq!(variable(&pip, "UV_PYTHON"), None);
}

#[test]
fn pyproject_may_demand_a_version_of_its_package_manager() {
    let app = |version: &str| {
        let text = format!("[project]\nname = 'x'\n[tool.uv]\nrequired-version = '{version}'\n");
        FakeApp::new().file("pyproject.toml", text).file("uv.lock", "")
    };
    let uv = |app: &FakeApp| command(app).split(" && ").next().unwrap().to_owned();
    assert_eq!(uv(&app(">= 0.8, < 0.9")), "pip install \"uv>=0.8,<0.9\"");
    assert_eq!(uv(&app("0.8.3")), "pip install \"uv==0.8.3\"");
    let asked = app(">=0.8").variable("NIXPACKS_UV_VERSION", "0.9.1");
    assert_eq!(uv(&asked), "pip install uv==$NIXPACKS_UV_VERSION");
    let odd = app("$(x)");
    assert_eq!(uv(&odd), "pip install uv==$NIXPACKS_UV_VERSION");
    assert!(odd.warnings().join("").contains("is not understood"), "{:?}", odd.warnings());
}

#[test]
fn a_lock_file_counts_before_requirements() {
    let app = FakeApp::new().file("requirements.txt", "").file("pyproject.toml", "").file("uv.lock", "");
    assert!(command(&app).contains("uv sync"));
    assert!(app.warnings()[0].contains("requirements.txt is passed over"), "{:?}", app.warnings());
}

#[test]
fn manifests_of_every_kind_are_installed() {
    assert_eq!(
        command(&FakeApp::new().file("pylock.toml", "")),
        "pip install uv==$NIXPACKS_UV_VERSION && uv pip install -r pylock.toml"
    );
    let prod = FakeApp::new().file("requirements/prod.txt", "");
    assert_eq!(command(&prod), "pip install -r requirements/prod.txt");
    let script = FakeApp::new().file("main.py", "# /// script\n# dependencies = ['httpx>=0.28', 'rich']\n# ///\n");
    assert_eq!(command(&script), "pip install 'httpx>=0.28' rich");
    let setup = FakeApp::new().file("setup.py", "");
    assert_eq!(command(&setup), "pip install --upgrade build setuptools && pip install .");
    let poetry = FakeApp::new().file("pyproject.toml", POETRY);
    assert!(command(&poetry).contains("poetry install"));
}

#[test]
fn poetry_gets_the_options_of_its_version() {
    let app = || FakeApp::new().file("pyproject.toml", POETRY).file("poetry.lock", "");
    let install = |options: &str| {
        format!("pip install poetry==$NIXPACKS_POETRY_VERSION && poetry install {options} --no-interaction --no-ansi")
    };
    assert_eq!(command(&app()), install("--only main --no-root"));
    assert_eq!(command(&app().file("x.py", "")), install("--only main"));
    let old = app().variable("NIXPACKS_POETRY_VERSION", "1.1.15");
    assert_eq!(command(&old), install("--no-dev --no-root"));
    assert_eq!(command(&app().file(".tool-versions", "poetry 1.8.3")), install("--only main --no-root"));
}

#[test]
fn pip_gets_the_whole_app_where_it_can_tell_the_package() {
    let files = |app: FakeApp| phase(&app.file("pyproject.toml", "[project]\nname = 'x'\n")).only_include_files;
    let manifest_only = Some(ListEdit::Replace(vec!["pyproject.toml".to_owned()]));
    assert_eq!(files(FakeApp::new().file("x/a.py", "")), None);
    assert_eq!(files(FakeApp::new().file("x/a.py", "").file("y/a.py", "")), manifest_only);
    assert_eq!(files(FakeApp::nixpacks().file("x/a.py", "")), manifest_only);
}

#[test]
fn every_cache_that_is_filled_is_kept() {
    let caches = |name: &str| match phase(&FakeApp::new().variable("NIXPACKS_PYTHON_PACKAGE_MANAGER", name)) {
        Phase { cache_directories: Some(ListEdit::Replace(caches)), .. } => caches.join(" "),
        phase => panic!("{phase:?}"),
    };
    assert_eq!(caches("requirements"), "/root/.cache/pip");
    assert_eq!(caches("poetry"), "/root/.cache/pip /root/.cache/pypoetry");
    assert_eq!(caches("pdm"), "/root/.cache/pdm /root/.cache/pip");
    assert_eq!(caches("uv"), "/root/.cache/pip /root/.cache/uv");
    assert_eq!(caches("pipenv"), "/root/.cache/pip /root/.cache/pipenv");
    assert_eq!(variable(&FakeApp::new(), "PIP_NO_CACHE_DIR"), None);
}

#[test]
fn mysqlclient_is_told_where_the_library_is() {
    let app = FakeApp::new().file("requirements.txt", "mysqlclient");
    let told = "export MYSQLCLIENT_CFLAGS=\"$(mysql_config --cflags)\" && \
                export MYSQLCLIENT_LDFLAGS=\"$(mysql_config --libs)\" && pip install -r requirements.txt";
    assert_eq!(command(&app), told);
}
