//! Generators that are packages of PyPI.

use crate::site::Site;
use plugpacks_provider_support::release::NIXPKGS_26_05;
use plugpacks_sdk::{Context, PartialPlan, Phase, Result};

/// Where packages are installed if not by the provider `python`.
const ENVIRONMENT: &str = "/opt/venv";

/// The Python that generators run on, where the app asks for none.
const PYTHON: &str = "python313";

/// Manifests that the provider `python` installs from.
const MANIFESTS: &str = "{requirements.txt,pyproject.toml,Pipfile}";

/// Requirements of the documentation alone.
const OWN_REQUIREMENTS: [&str; 3] = ["docs/requirements.txt", "doc/requirements.txt", "requirements-docs.txt"];

/// The phases that install the generator: those of the provider `python` if the app's manifests require
/// it, else an environment with what the site needs.
///
/// # Errors
/// A file of the app cannot be read, or the provider `python` fails.
pub(crate) fn installation(
    context: &Context,
    site: &Site,
    package: &str,
    extensions: &[(&str, &str)],
) -> Result<PartialPlan> {
    let name = package.split('[').next().unwrap_or(package);
    if context.app.search(MANIFESTS, &format!(r"(?i)\b{name}\b"))?.is_some()
        && let Some(plan) = context.catalog.plan_of("python")?
    {
        let phases = plan.phases.into_iter().filter(|phase| phase.name != "build").collect();
        return Ok(PartialPlan { phases, start: None, labels: Vec::new(), ..plan });
    }
    let wanted = match context.app.first_file(&OWN_REQUIREMENTS)? {
        Some(file) => format!("-r {file}"),
        None => String::new(),
    };
    let mut packages = vec![package];
    let text = context.app.read_text(site.configuration)?;
    packages.extend(extensions.iter().filter(|(word, _)| mentions(&text, word)).map(|(_, package)| *package));
    context.diagnostics.because("packages", format!("{}, as no manifest requires {name}", packages.join(", ")));
    let quoted: Vec<_> = packages.iter().map(|package| format!("'{package}'")).collect();
    let install =
        format!("python -m venv {ENVIRONMENT} && {ENVIRONMENT}/bin/pip install {} {wanted}", quoted.join(" "));
    Ok(PartialPlan::new()
        .phase(Phase::setup([PYTHON]).archive(NIXPKGS_26_05))
        .phase(Phase::install().command(install.trim_end()).paths([format!("{ENVIRONMENT}/bin")])))
}

/// Whether a word occurs that is not a part of a longer one.
fn mentions(text: &str, word: &str) -> bool {
    let is_part = |c: char| c.is_alphanumeric() || matches!(c, '_' | '-');
    text.match_indices(word)
        .any(|(at, _)| !text[..at].ends_with(is_part) && !text[at + word.len()..].starts_with(is_part))
}

#[cfg(test)]
mod tests {
    use super::mentions;

    #[test]
    fn a_word_is_no_part_of_another() {
        assert!(mentions("plugins:\n  - minify:\n", "minify") && mentions("- material.extensions.emoji", "material"));
        assert!(!mentions("- git-minify", "minify") && !mentions("materialized", "material"));
    }
}
