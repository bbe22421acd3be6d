//! What Play has to be told in order to answer in production.

use plugpacks_sdk::{Context, Result};

/// The variable that an app's secret is taken from, where its configuration names no other.
const SECRET: &str = "APPLICATION_SECRET";

/// The options of the start script, with a blank before each; `folder` is the project's.
///
/// # Errors
/// The configuration cannot be read.
pub(crate) fn options(context: &Context, folder: &str) -> Result<String> {
    let conf = context.app.read_text_if_file(&format!("{folder}conf/application.conf"))?.unwrap_or_default();
    let lines: Vec<_> = conf.lines().map(str::trim).filter(|line| !line.starts_with(['#', '/'])).collect();
    let mut options = " -Dhttp.port=${PORT:-8080} -Dpidfile.path=/dev/null".to_owned();
    if let Some(variable) = secret(&lines) {
        context.diagnostics.warn(format!(
            "Play has no secret: without the variable {variable} each start makes one of its own, and sessions end with it"
        ));
        options.push_str(&format!(r#" -Dplay.http.secret.key="${{{variable}:-$(head -c 32 /dev/urandom | base64)}}""#));
    }
    if !conf.contains("filters.hosts") && !conf.contains("AllowedHostsFilter") {
        context.diagnostics.because("Play's hosts", "all are allowed, since the configuration names none");
        options.push_str(" -Dplay.filters.hosts.allowed.0=.");
    }
    Ok(options)
}

/// The variable that the secret comes from; `None` if the configuration has a secret of its own.
fn secret(lines: &[&str]) -> Option<String> {
    let values = lines.iter().filter_map(|line| {
        let (key, value) = line.split_once(['=', ':'])?;
        key.trim().ends_with("secret.key").then(|| value.trim())
    });
    let mut variable = SECRET.to_owned();
    for value in values {
        match value.strip_prefix("${?").or_else(|| value.strip_prefix("${")) {
            Some(name) => name.trim_end_matches('}').clone_into(&mut variable),
            None if value.trim_matches('"') == "changeme" => {}
            None => return None,
        }
    }
    Some(variable)
}

#[cfg(test)]
mod tests {
    use super::secret;

    #[test]
    fn where_the_secret_comes_from() {
        for (lines, expected) in [
            (&[][..], Some("APPLICATION_SECRET")),
            (&["play.http.secret.key = \"changeme\""], Some("APPLICATION_SECRET")),
            (&["play.http.secret.key=\"changeme\"", "play.http.secret.key=${?SHOP_SECRET}"], Some("SHOP_SECRET")),
            (&["play.http.secret.key = \"a long one of its own\""], None),
        ] {
            assert_eq!(secret(lines).as_deref(), expected, "{lines:?}");
        }
    }
}
