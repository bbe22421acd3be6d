//! Which libraries an app depends on.

use crate::manifests::{Manifest, Manifests};
use plugpacks_sdk::Context;
use std::collections::BTreeSet;
use toml::{Table, Value};

/// A library that changes the plan.
pub(crate) struct Library {
    /// What Nixpacks 1.41 looks for anywhere in a manifest's text.
    pub(crate) word: &'static str,
    /// Its names on PyPI, normalised; one that ends in `*` stands for all names that begin so.
    pub(crate) names: &'static [&'static str],
}

/// Django itself, or what is of no use without it.
pub(crate) const DJANGO: Library = Library { word: "django", names: &["django*"] };

/// What an app depends on, as an edition sees it.
pub(crate) enum Dependencies {
    /// The manifests' texts, lower-cased.
    Mentioned(Vec<String>),
    /// Names, normalised, and names with an extra: `fastapi[standard]`.
    Named {
        /// What an installation for production brings.
        installed: BTreeSet<String>,
        /// Extras and groups, which may or may not be installed.
        optional: BTreeSet<String>,
    },
}

impl Dependencies {
    /// Nixpacks 1.41: a word anywhere in a manifest, be it in a comment.
    pub(crate) fn mentioned(manifests: &Manifests) -> Self {
        Self::Mentioned(manifests.all().map(|manifest| manifest.text.to_lowercase()).collect())
    }

    /// The names that the manifests declare.
    pub(crate) fn named(context: &Context, manifests: &Manifests) -> Self {
        let (mut installed, mut optional) = (BTreeSet::new(), BTreeSet::new());
        if let Some(requirements) = &manifests.requirements {
            let path = &manifests.requirements_path;
            let folder = path.rsplit_once('/').map_or("", |(folder, _)| folder);
            let mut seen = BTreeSet::from([path.clone()]);
            add_requirements(context, &requirements.text, folder, &mut seen, &mut installed);
        }
        if let Some(pyproject) = &manifests.pyproject {
            add_pyproject(pyproject, &mut installed, &mut optional);
        }
        if let Some(pipfile) = &manifests.pipfile {
            add_table(pipfile.table_at(&["packages"]), &mut installed, &mut optional);
            add_table(pipfile.table_at(&["dev-packages"]), &mut optional, &mut BTreeSet::new());
        }
        if let Some(pylock) = &manifests.pylock {
            let packages = pylock.value(&["packages"]).and_then(Value::as_array).into_iter().flatten();
            installed.extend(packages.filter_map(|it| it.get("name").and_then(Value::as_str)).map(normalised));
        }
        if let Some(script) = &manifests.script {
            script.list_at(&["dependencies"]).for_each(|requirement| add_requirement(requirement, &mut installed));
        }
        if let Some(setup) = &manifests.setup {
            add_setup(&setup.text, &mut installed);
        }
        Self::Named { installed, optional }
    }

    /// Whether the app uses a library, at least optionally.
    pub(crate) fn uses(&self, library: &Library) -> bool {
        match self {
            Self::Mentioned(texts) => texts.iter().any(|text| text.contains(library.word)),
            Self::Named { installed, optional } => installed.iter().chain(optional).any(|name| library.is(name)),
        }
    }

    /// Whether the app depends on a library of this name, at least optionally.
    pub(crate) fn names(&self, name: &str) -> bool {
        match self {
            Self::Mentioned(texts) => texts.iter().any(|text| text.contains(name)),
            Self::Named { installed, optional } => installed.contains(name) || optional.contains(name),
        }
    }

    /// Whether an installation for production brings one of these.
    pub(crate) fn installs(&self, names: &[&str]) -> bool {
        match self {
            Self::Mentioned(texts) => names.iter().any(|name| texts.iter().any(|text| text.contains(name))),
            Self::Named { installed, .. } => names.iter().any(|name| installed.contains(*name)),
        }
    }
}

impl Library {
    fn is(&self, name: &str) -> bool {
        self.names.iter().any(|known| match known.strip_suffix('*') {
            Some(beginning) => name.starts_with(beginning),
            None => name == *known,
        })
    }
}

/// Adds what a requirements file asks for, other files that it includes too.
fn add_requirements(
    context: &Context,
    text: &str,
    folder: &str,
    seen: &mut BTreeSet<String>,
    names: &mut BTreeSet<String>,
) {
    for line in text.replace("\\\n", " ").lines().map(without_comment) {
        if let Some(file) = option_value(line, &["-r", "--requirement"]) {
            let path = resolved(folder, file);
            if !seen.insert(path.clone()) {
                continue;
            }
            // A file that is missing or unreadable is for pip to complain about.
            if let Ok(Some(included)) = context.app.read_text_if_file(&path) {
                let folder = path.rsplit_once('/').map_or("", |(folder, _)| folder);
                add_requirements(context, &included, folder, seen, names);
            }
        } else {
            add_requirement(option_value(line, &["-e", "--editable"]).unwrap_or(line), names);
        }
    }
}

/// The path of a file named relative to a folder, without detours such as `a/../b`.
fn resolved(folder: &str, file: &str) -> String {
    let mut path: Vec<&str> = Vec::new();
    for component in folder.split('/').chain(file.split('/')).filter(|component| !matches!(*component, "" | ".")) {
        match (component, path.last()) {
            ("..", Some(last)) if *last != ".." => drop(path.pop()),
            _ => path.push(component),
        }
    }
    path.join("/")
}

/// A line without its comment, which begins the line or follows a blank.
pub(crate) fn without_comment(line: &str) -> &str {
    let end = if line.starts_with('#') { Some(0) } else { line.find(" #").or_else(|| line.find("\t#")) };
    line[..end.unwrap_or(line.len())].trim()
}

/// The value of an option: `-r FILE`, `-rFILE`, `--requirement=FILE`.
pub(crate) fn option_value<'l>(line: &'l str, names: &[&str]) -> Option<&'l str> {
    let rest = names.iter().find_map(|name| line.strip_prefix(name))?;
    Some(rest.trim_start_matches(['=', ' ', '\t']))
}

/// Adds the name, and the name with each extra, of a requirement such as `psycopg[binary] >= 3; …`,
/// `name @ https://…` or `git+https://…#egg=name`.
fn add_requirement(requirement: &str, names: &mut BTreeSet<String>) {
    let requirement = requirement.split_once("#egg=").map_or(requirement, |(_, egg)| egg).trim_start();
    let is_name = |c: char| c.is_ascii_alphanumeric() || matches!(c, '-' | '_' | '.');
    let end = requirement.find(|c| !is_name(c)).unwrap_or(requirement.len());
    let (name, rest) = requirement.split_at(end);
    let rest = rest.trim_start();
    // Neither an option nor a path nor an address.
    if !name.starts_with(|c: char| c.is_ascii_alphanumeric()) || rest.starts_with(['/', ':', '+', '\\']) {
        return;
    }
    let name = normalised(name);
    if let Some((extras, _)) = rest.strip_prefix('[').and_then(|rest| rest.split_once(']')) {
        names.extend(extras.split(',').map(|extra| format!("{name}[{}]", normalised(extra.trim()))));
    }
    names.insert(name);
}

/// A name as PyPI compares it: lower case, each run of `-`, `_` and `.` one `-`.
fn normalised(name: &str) -> String {
    let words = name.split(['-', '_', '.']).filter(|word| !word.is_empty());
    words.map(str::to_ascii_lowercase).collect::<Vec<_>>().join("-")
}

/// Adds what a `pyproject.toml` declares: in the standard's table, and in Poetry's own.
fn add_pyproject(pyproject: &Manifest, installed: &mut BTreeSet<String>, optional: &mut BTreeSet<String>) {
    for requirement in pyproject.list_at(&["project", "dependencies"]) {
        add_requirement(requirement, installed);
    }
    let extras = pyproject.table_at(&["project", "optional-dependencies"]);
    for requirement in extras.into_iter().flat_map(Table::values).filter_map(Value::as_array).flatten() {
        requirement.as_str().into_iter().for_each(|requirement| add_requirement(requirement, optional));
    }
    let groups = pyproject.table_at(&["dependency-groups"]);
    for (group, requirements) in groups.into_iter().flatten() {
        let names = if is_default_group(pyproject, group) { &mut *installed } else { &mut *optional };
        for requirement in requirements.as_array().into_iter().flatten().filter_map(Value::as_str) {
            add_requirement(requirement, names);
        }
    }
    add_table(pyproject.table_at(&["tool", "poetry", "dependencies"]), installed, optional);
    let groups = pyproject.table_at(&["tool", "poetry", "group"]).into_iter().flat_map(Table::values);
    for group in groups.filter_map(|group| group.get("dependencies")) {
        add_table(group.as_table(), optional, &mut BTreeSet::new());
    }
}

/// Whether uv installs a group of dependencies although nobody asks for it, and it is not `dev`.
fn is_default_group(pyproject: &Manifest, group: &str) -> bool {
    let path = ["tool", "uv", "default-groups"];
    group != "dev" && (pyproject.text_at(&path) == Some("all") || pyproject.list_at(&path).any(|name| name == group))
}

/// Adds what `setup.py` or `setup.cfg` asks for: the texts in the list `install_requires = […]`, or the
/// indented lines below `install_requires =`.
fn add_setup(text: &str, names: &mut BTreeSet<String>) {
    for (at, _) in text.match_indices("install_requires") {
        let rest = text[at + "install_requires".len()..].trim_start().trim_start_matches('=');
        if let Some(list) = rest.trim_start().strip_prefix('[') {
            let list = list.split(']').next().unwrap_or(list);
            list.split(['"', '\'']).skip(1).step_by(2).for_each(|requirement| add_requirement(requirement, names));
        } else {
            let lines = rest.lines().skip(1).take_while(|line| line.starts_with([' ', '\t']));
            lines.for_each(|requirement| add_requirement(without_comment(requirement), names));
        }
    }
}

/// Adds the keys of a table such as `flask = "^3"` or `fastapi = { extras = ["standard"] }`.
fn add_table(table: Option<&Table>, installed: &mut BTreeSet<String>, optional: &mut BTreeSet<String>) {
    for (name, details) in table.into_iter().flatten() {
        let is_optional = details.get("optional").and_then(Value::as_bool) == Some(true);
        let names = if is_optional { &mut *optional } else { &mut *installed };
        let name = normalised(name);
        let extras = details.get("extras").and_then(Value::as_array).into_iter().flatten().filter_map(Value::as_str);
        names.extend(extras.map(|extra| format!("{name}[{}]", normalised(extra))));
        names.insert(name);
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use plugpacks_sdk::testing::FakeApp;

    fn names(app: &FakeApp) -> (String, String) {
        let context = Context::new(app);
        match Dependencies::named(&context, &Manifests::read(&context)) {
            Dependencies::Named { installed, optional } => {
                let joined = |names: BTreeSet<String>| names.into_iter().collect::<Vec<_>>().join(" ");
                (joined(installed), joined(optional))
            }
            Dependencies::Mentioned(_) => unreachable!(),
        }
    }

    fn installed(requirements: &str) -> String {
        names(&FakeApp::new().file("requirements.txt", requirements)).0
    }

    #[test]
    fn requirements_are_names_with_extras() {
        assert_eq!(installed("Flask==3.0\nzope.interface >= 5 ; python_version < '4'\n"), "flask zope-interface");
        assert_eq!(installed("psycopg[binary, pool]>=3"), "psycopg psycopg[binary] psycopg[pool]");
        assert_eq!(installed("a @ https://example.org/a.zip\nb@file:///b"), "a b");
        assert_eq!(installed("-e git+https://example.org/x.git@main#egg=My_App[web]\n"), "my-app my-app[web]");
    }

    #[test]
    fn comments_options_and_paths_are_no_requirements() {
        let text = "# psycopg2\nflask # django\n--index-url https://example.org\n-c limits.txt\n./local\n-e .\n\
                    https://example.org/x-1.0.tar.gz\ngit+ssh://host/x\nC:\\x.whl\n--hash=sha256:00\n";
        assert_eq!(installed(text), "flask");
    }

    #[test]
    fn continued_lines_are_one() {
        assert_eq!(installed("flask==3 \\\n    --hash=sha256:00\ncelery\n"), "celery flask");
    }

    #[test]
    fn included_files_count_once_and_relative_to_the_includer() {
        let app = FakeApp::new()
            .file("requirements.txt", "-r requirements/prod.txt\n--requirement=missing.txt\n")
            .file("requirements/prod.txt", "-r../requirements/base.txt\ngunicorn\n")
            .file("requirements/base.txt", "-r prod.txt\ndjango\n");
        assert_eq!(names(&app).0, "django gunicorn");
    }

    #[test]
    fn pyproject_tables_are_read() {
        let app = FakeApp::new().file(
            "pyproject.toml",
            r#"
            [project]
            dependencies = ["FastAPI[standard]", "httpx>=0.27"]
            optional-dependencies.db = ["psycopg2"]
            [dependency-groups]
            dev = ["pytest", { include-group = "lint" }]
            prod = ["gunicorn"]
            [tool.uv]
            default-groups = ["dev", "prod"]
            [tool.poetry.dependencies]
            python = "^3.12"
            redis = { version = "*", optional = true }
            uvicorn = { version = "*", extras = ["standard"] }
            [tool.poetry.group.dev.dependencies]
            black = "*"
            "#,
        );
        let (installed, optional) = names(&app);
        assert_eq!(installed, "fastapi fastapi[standard] gunicorn httpx python uvicorn uvicorn[standard]");
        assert_eq!(optional, "black psycopg2 pytest redis");
    }

    #[test]
    fn setup_files_and_lock_files_of_the_standard_are_read() {
        let setup = "from setuptools import setup\nsetup(install_requires=['Flask>=3', \"gunicorn\"])\n";
        assert_eq!(names(&FakeApp::new().file("setup.py", setup)).0, "flask gunicorn");
        let config = "[options]\ninstall_requires =\n    django\n    psycopg2 # driver\nzip_safe = no\n";
        assert_eq!(names(&FakeApp::new().file("setup.cfg", config)).0, "django psycopg2");
        let lock = "[[packages]]\nname = 'Flask'\n[[packages]]\nname = 'click'\n";
        assert_eq!(names(&FakeApp::new().file("pylock.toml", lock)).0, "click flask");
        let script = "# /// script\n# dependencies = ['litestar[standard]']\n# ///\n";
        assert_eq!(names(&FakeApp::new().file("main.py", script)).0, "litestar litestar[standard]");
    }

    #[test]
    fn requirements_may_lie_elsewhere() {
        let app = FakeApp::new().file("requirements/base.txt", "django\n");
        assert_eq!(names(&app).0, "django");
        let app = app.file("requirements/production.txt", "-r base.txt\ngunicorn\n");
        assert_eq!(names(&app).0, "django gunicorn");
        assert_eq!(names(&FakeApp::new().file("requirements/web.txt", "flask\n")).0, "flask");
    }

    #[test]
    fn pipfile_sections_are_read() {
        let app = FakeApp::new().file("Pipfile", "[packages]\nFlask = '*'\n[dev-packages]\npytest = '*'\n");
        assert_eq!(names(&app), ("flask".into(), "pytest".into()));
    }

    #[test]
    fn a_word_counts_anywhere_only_under_nixpacks() {
        let app = FakeApp::new().file("requirements.txt", "flask\n# no Django here\n");
        let context = Context::new(&app);
        let manifests = Manifests::known_to_nixpacks(&context);
        assert!(Dependencies::mentioned(&manifests).uses(&DJANGO));
        assert!(!Dependencies::named(&context, &manifests).uses(&DJANGO));
    }
}
