//! What is allowed, but may not be what was meant.

use crate::builder::{BuildRequest, Builder, Network, Registries};
use crate::dockerfile::declared_secrets;
use crate::edition::ImageRules;
use crate::error::{Error, Result};
use crate::plan::Plan;
use crate::planner::Planned;

/// Endings of names that values nobody else should see have.
const SECRET_ENDINGS: &[&str] = &[
    "SECRET",
    "SECRET_KEY",
    "TOKEN",
    "PASSWORD",
    "PASSWD",
    "API_KEY",
    "APIKEY",
    "PRIVATE_KEY",
    "ACCESS_KEY",
    "CREDENTIALS",
];

/// Warnings about a plan: secrets among the variables, settings without effect, ports that only the
/// superuser may open.
pub(super) fn about_plan(planned: &Planned) -> Vec<String> {
    let plan = &planned.plan;
    let names = plan.variables.iter().flatten().filter(|(_, value)| !value.is_empty()).map(|(name, _)| name.as_str());
    let mut warnings: Vec<_> = names.filter(|name| looks_secret(name)).map(secret_variable).collect();
    match planned.edition.rules().image {
        ImageRules::OneStage if plan.image.is_some() => warnings.push(
            "The image's settings (slim, init, user and the like) have no effect under the edition nixpacks".to_owned(),
        ),
        ImageRules::Staged => warnings.extend(low_port(plan)),
        ImageRules::OneStage => {}
    }
    warnings
}

fn looks_secret(name: &str) -> bool {
    let name = name.to_ascii_uppercase();
    SECRET_ENDINGS
        .iter()
        .any(|ending| name.strip_suffix(ending).is_some_and(|rest| rest.is_empty() || rest.ends_with('_')))
}

fn secret_variable(name: &str) -> String {
    format!(
        "The variable {name} looks like a secret, and everybody who has the image can read its value. If the build needs \
         it, write `--secret {name}` instead of `--env {name}=…` (and `secrets = [\"{name}\"]` in nixpacks.toml); if \
         only the running app needs it, give it to the container"
    )
}

/// A port below 1024 that the app is told to listen on, as a user who may not.
fn low_port(plan: &Plan) -> Option<String> {
    let is_root = plan.start.as_ref().and_then(|start| start.user.as_deref()) == Some("root");
    let port = plan.variables.as_ref()?.get("PORT")?.parse::<u16>().ok()?;
    (port < 1024 && !is_root).then(|| {
        format!(
            "The app is to listen on port {port}. It does not run as root, and outside Docker (which lets everybody open \
             every port) only root may open ports below 1024: set PORT to 8080, or `--user root`"
        )
    })
}

/// Checks that every secret that the plan declares has a value.
///
/// # Errors
/// One has none.
pub(super) fn check_secrets(plan: &Plan, request: &BuildRequest) -> Result<()> {
    let is_given = |name: &&str| request.secrets.iter().any(|secret| secret.name() == *name);
    let missing: Vec<_> = declared_secrets(plan).into_iter().filter(|name| !is_given(name)).collect();
    let Some(first) = missing.first() else { return Ok(()) };
    Err(Error::configuration(format!(
        "There is no value for the secrets that the plan declares: {}",
        missing.join(", ")
    ))
    .hint(format!("Write `--secret {first}` for the value of the variable {first}, or `--secret {first}=FILE`")))
}

/// Warnings about what a builder is asked for.
pub(super) fn about_request(builder: &Builder, request: &BuildRequest) -> Vec<String> {
    let mut warnings = Vec::new();
    if let Some(host) = request.hosts.iter().find(|host| host.is_loopback())
        && request.network != Network::Host
    {
        warnings.push(format!(
            "`--add-host {host}` leads to the build's own network; `--network host` shares the machine's"
        ));
    }
    if let [first, _, ..] = request.platforms.as_slice() {
        warnings.push(format!("The plan is made for {} and used for every platform", first.as_str()));
    }
    if request.registries == Registries::Insecure && matches!(builder, Builder::Docker(_)) {
        warnings.push(
            "`--insecure-registry` does not reach a Docker engine; `insecure-registries` in its daemon.json does"
                .to_owned(),
        );
    }
    warnings
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_of_secrets_are_recognised_by_their_last_word() {
        for name in
            ["API_TOKEN", "TOKEN", "db_password", "STRIPE_SECRET_KEY", "AWS_SECRET_ACCESS_KEY", "OPENAI_API_KEY"]
        {
            assert!(looks_secret(name), "{name}");
        }
        for name in ["TOKENIZERS_PARALLELISM", "PASSWORDLESS", "KEY", "NIXPACKS_PKGS", "SECRETARY", "MONKEY"] {
            assert!(!looks_secret(name), "{name}");
        }
    }

    #[test]
    fn a_low_port_is_explained_to_those_who_are_not_root() {
        let mut plan = Plan { variables: Some([("PORT".to_owned(), "80".to_owned())].into()), ..Plan::default() };
        assert!(low_port(&plan).unwrap().contains("port 80"));
        plan.start.get_or_insert_default().user = Some("root".into());
        assert_eq!(low_port(&plan), None);
    }
}
