//! What is allowed, but may not be what was meant.

use crate::builder::{BuildRequest, Builder, Network};
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
    "PASSPHRASE",
    "SECRET_KEY_BASE",
    "MASTER_KEY",
    "ENCRYPTION_KEY",
    "SIGNING_KEY",
    "APP_KEY",
    "PAT",
    "AUTH",
];

/// Values of switches, which are no secrets whatever they are called.
const SWITCHES: &[&str] = &["", "0", "1", "true", "false", "yes", "no", "on", "off"];

/// Warnings about a plan: secrets among the variables, settings without effect, ports that only the
/// superuser may open.
pub(super) fn about_plan(planned: &Planned) -> Vec<String> {
    let plan = &planned.plan;
    let variables = plan.variables.iter().flatten().filter(|(_, value)| !SWITCHES.contains(&value.as_str()));
    let secrets = variables.filter(|(name, value)| looks_secret(name) || has_password(value));
    let mut warnings: Vec<_> = secrets.map(|(name, _)| secret_variable(name)).collect();
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

/// Whether a value is a URL with a password in it.
fn has_password(value: &str) -> bool {
    let Some((_, rest)) = value.split_once("://") else { return false };
    let authority = rest.split('/').next().unwrap_or_default();
    let user = authority.rsplit_once('@').map(|(user, _)| user);
    user.and_then(|user| user.split_once(':')).is_some_and(|(_, password)| !password.is_empty())
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
    let is_root = matches!(plan.start.as_ref().and_then(|start| start.user.as_deref()), Some("root" | "0"));
    let chosen = plan.variables.iter().flatten().find(|(name, _)| *name == "PORT").map(|(_, value)| value.as_str());
    let port = chosen.or_else(|| default_port(plan))?.parse::<u16>().ok()?;
    (port < 1024 && !is_root).then(|| {
        format!(
            "The app is to listen on port {port}. It does not run as root, and outside Docker (which lets everybody open \
             every port) only root may open ports below 1024: set PORT to 8080, or `--user root`"
        )
    })
}

/// The port that a start command or a generated file names for want of a variable `PORT`.
fn default_port(plan: &Plan) -> Option<&str> {
    let assets = plan.static_assets.iter().flatten().map(|(_, text)| text.as_str());
    let mut texts = plan.start_command().into_iter().chain(assets);
    let digits = |text: &'_ str| text.split(|c: char| !c.is_ascii_digit()).next().map(str::len);
    texts.find_map(|text| {
        let (_, port) = text.split_once("PORT:-")?;
        digits(port).map(|length| &port[..length])
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
pub(super) fn about_request(builder: &dyn Builder, request: &BuildRequest) -> Vec<String> {
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
    warnings.extend(builder.notices(request));
    warnings
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_of_secrets_are_recognised_by_their_last_word() {
        for name in
            ["API_TOKEN", "TOKEN", "db_password", "STRIPE_SECRET_KEY", "AWS_SECRET_ACCESS_KEY", "RAILS_MASTER_KEY"]
        {
            assert!(looks_secret(name), "{name}");
        }
        for name in ["TOKENIZERS_PARALLELISM", "PASSWORDLESS", "KEY", "NIXPACKS_PKGS", "SECRETARY", "MONKEY"] {
            assert!(!looks_secret(name), "{name}");
        }
    }

    #[test]
    fn a_url_may_have_a_password() {
        assert!(has_password("postgres://shop:canary@db/shop"));
        for value in ["postgres://db/shop", "https://shop@example.org/a:b@c", "http://mirror:8080/x", "a:b@c"] {
            assert!(!has_password(value), "{value}");
        }
    }

    #[test]
    fn a_low_port_is_explained_to_those_who_are_not_root() {
        let mut plan = Plan { variables: Some([("PORT".to_owned(), "80".to_owned())].into()), ..Plan::default() };
        assert!(low_port(&plan).unwrap().contains("port 80"));
        let of_command =
            Plan { start: Some(crate::plan::Start::with_command("serve --port ${PORT:-80}")), ..Plan::default() };
        assert!(low_port(&of_command).unwrap().contains("port 80"));
        plan.start.get_or_insert_default().user = Some("root".into());
        assert_eq!(low_port(&plan), None);
    }
}
