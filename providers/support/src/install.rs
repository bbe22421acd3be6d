//! What installing an app's dependencies reads: so that nothing else of the app runs it again.

use plugpacks_sdk::{Context, Phase, Result};

/// What the tools of a language read while they install.
#[derive(Clone, Copy, Debug)]
pub struct Inputs {
    /// Manifests, lock files and configuration in the app directory, as far as they are there.
    pub files: &'static [&'static str],
    /// Words by which one of them shows that it may read more of the app.
    pub signs: &'static [&'static str],
    /// Folders in which an app brings dependencies.
    pub brought: &'static [&'static str],
    /// Variables, `*` at the end standing for whatever follows: the tools' own, and those of what they
    /// download with.
    pub variables: &'static [&'static str],
}

impl Inputs {
    /// The files that are there; all of the app (`None`) where a sign stands in `text`, which is what
    /// they say, or the app brings dependencies.
    ///
    /// # Errors
    /// The operating system refuses.
    pub fn of(&self, context: &Context, text: &str) -> Result<Option<Vec<&'static str>>> {
        if self.signs.iter().any(|sign| text.contains(sign)) {
            return Ok(None);
        }
        for folder in self.brought {
            if context.app.has_directory(folder)? {
                return Ok(None);
            }
        }
        context.app.files_of(self.files).map(Some)
    }
}

/// A phase that reads only these files and variables, those of proxies among them; all of the app and
/// every variable where the files are not known (`None`).
#[must_use]
pub fn reading<F>(phase: Phase, files: Option<F>, variables: &[&str]) -> Phase
where
    F: IntoIterator,
    F::Item: Into<String>,
{
    match files {
        Some(files) => phase.only_include_files(files).only_variables_and_proxies(variables.iter().copied()),
        None => phase,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::javascript::elements;
    use plugpacks_sdk::testing::FakeApp;

    const INPUTS: Inputs =
        Inputs { files: &["a.toml", "a.lock"], signs: &["path:"], brought: &["deps"], variables: &["A_*"] };

    #[test]
    fn files_are_known_unless_one_reads_more_or_dependencies_are_brought() {
        let of = |app: FakeApp, text: &str| app.with(|context| INPUTS.of(context, text).unwrap());
        let app = || FakeApp::new().file("a.lock", "").file("main.a", "");
        assert_eq!(of(app(), "name: shop"), Some(vec!["a.lock"]));
        assert_eq!(of(app(), "path: ../lib"), None);
        assert_eq!(of(app().directory("deps"), ""), None);
    }

    #[test]
    fn a_phase_is_restricted_only_where_the_files_are_known() {
        let phase = reading(Phase::install(), Some(["a.lock"]), INPUTS.variables);
        assert_eq!(elements(phase.only_include_files.as_ref()), ["a.lock"]);
        assert!(phase.only_variables.is_some());
        assert_eq!(reading(Phase::install(), None::<[&str; 1]>, &[]), Phase::install());
    }
}
