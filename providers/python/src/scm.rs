//! Packages whose version comes from the history of the sources, which no build has.

use crate::app::PythonApp;

/// A tool that asks git for the version.
struct Tool {
    /// Its name in `requires` of `[build-system]`.
    name: &'static str,
    /// What tells it a version.
    variable: &'static str,
    value: &'static str,
}

const VERSION: &str = "0.0.0";

const TOOLS: [Tool; 5] = [
    Tool { name: "setuptools-scm", variable: "SETUPTOOLS_SCM_PRETEND_VERSION", value: VERSION },
    Tool { name: "hatch-vcs", variable: "SETUPTOOLS_SCM_PRETEND_VERSION", value: VERSION },
    Tool { name: "vcs-versioning", variable: "SETUPTOOLS_SCM_PRETEND_VERSION", value: VERSION },
    Tool { name: "pbr", variable: "PBR_VERSION", value: VERSION },
    Tool { name: "poetry-dynamic-versioning", variable: "POETRY_DYNAMIC_VERSIONING_BYPASS", value: VERSION },
];

/// The variable that gives the app a version, with a warning.
pub(crate) fn variables(app: &PythonApp) -> Option<(String, String)> {
    let pyproject = app.manifests.pyproject.as_ref()?;
    let normalised = |requirement: &str| requirement.to_lowercase().replace('_', "-");
    let requires: Vec<String> = pyproject.list_at(&["build-system", "requires"]).map(normalised).collect();
    let pdm_reads_git = pyproject.text_at(&["tool", "pdm", "version", "source"]) == Some("scm");
    let pdm = Tool { name: "pdm-backend", variable: "PDM_BUILD_SCM_VERSION", value: VERSION };
    let known = TOOLS.into_iter().find(|tool| requires.iter().any(|requirement| requirement.starts_with(tool.name)));
    let tool = known.or_else(|| pdm_reads_git.then_some(pdm))?;
    if app.context.environment.get(tool.variable).is_some() {
        return None;
    }
    app.context.diagnostics.warn(format!(
        "{} takes the app's version from .git, which is not there when the app is built; it is given {}. \
         To give another, set {}",
        tool.name, tool.value, tool.variable
    ));
    Some((tool.variable.to_owned(), tool.value.to_owned()))
}

#[cfg(test)]
mod tests {
    use crate::Python;
    use plugpacks_sdk::testing::FakeApp;

    fn given(pyproject: &str) -> Vec<String> {
        let plan = FakeApp::new().file("pyproject.toml", pyproject).plan::<Python>().unwrap().unwrap();
        plan.variables
            .into_iter()
            .filter(|(name, _)| name.ends_with("VERSION") && !name.starts_with("NIXPACKS"))
            .map(|(name, value)| format!("{name}={value}"))
            .collect()
    }

    #[test]
    fn a_version_is_given_where_git_would_tell_it() {
        let requires = |tool: &str| given(&format!("[project]\nname = 'x'\n[build-system]\nrequires = ['{tool}']\n"));
        assert_eq!(requires("setuptools_scm[toml]>=8"), ["SETUPTOOLS_SCM_PRETEND_VERSION=0.0.0"]);
        assert_eq!(requires("hatch-vcs"), ["SETUPTOOLS_SCM_PRETEND_VERSION=0.0.0"]);
        assert_eq!(given("[tool.pdm.version]\nsource = 'scm'\n"), ["PDM_BUILD_SCM_VERSION=0.0.0"]);
        assert_eq!(requires("hatchling"), [""; 0]);
    }
}
