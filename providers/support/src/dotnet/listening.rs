//! Where a program listens whatever it is told by `ASPNETCORE_URLS`.

use crate::listening::{Listening, Numbers};
use plugpacks_sdk::{Context, Result, jsonc};
use serde_json::Value;

/// What reads the port.
const PORT: &str = "Environment.GetEnvironmentVariable(\"PORT\")";

/// Calls that take addresses, and those that take ports.
const LISTENING: [Listening; 2] = [
    Listening { calls: &["app.Run(", "app.RunAsync(", "UseUrls(", "Urls.Add("], numbers: Numbers::Never, port: PORT },
    Listening { calls: &["ListenAnyIP(", ".Listen("], numbers: Numbers::Always, port: PORT },
];

/// A call that listens on the machine's own address by its name.
const OWN: &str = ".ListenLocalhost(";

/// Configuration that counts in production, what counts more first.
const CONFIGURATION: [&str; 2] = ["appsettings.Production.json", "appsettings.json"];

/// Warns where the code itself says where to listen.
pub(super) fn warn(context: &Context, file: &str) -> Result<()> {
    let Some(code) = context.app.read_text_if_file(file)? else { return Ok(()) };
    // The name tells what the arguments do not.
    let code = code.replace(OWN, ".Listen(\"localhost\", ");
    for listening in &LISTENING {
        listening.warn(context, file, &code);
    }
    Ok(())
}

/// The variable that overrides the first endpoint of the configuration, which counts more than `ASPNETCORE_URLS`.
///
/// # Errors
/// A file cannot be read.
pub(super) fn endpoint(context: &Context, folder: &str) -> Result<Option<String>> {
    for name in CONFIGURATION {
        let path = if folder.is_empty() { name.to_owned() } else { format!("{folder}/{name}") };
        let Some(text) = context.app.read_text_if_file(&path)? else { continue };
        let configuration: Value = serde_json::from_str(&jsonc::to_json(&text)).unwrap_or_default();
        let endpoints = configuration.pointer("/Kestrel/Endpoints").and_then(Value::as_object);
        let url = |endpoint: &Value| endpoint.get("Url").and_then(Value::as_str).map(str::to_owned);
        let mut plain = endpoints.into_iter().flatten().filter_map(|(name, endpoint)| Some((name, url(endpoint)?)));
        if let Some((name, url)) = plain.find(|(_, url)| url.starts_with("http://")) {
            context.diagnostics.because("address", format!("{path} says {url}, which the variable overrides"));
            return Ok(Some(format!("Kestrel__Endpoints__{name}__Url")));
        }
    }
    Ok(None)
}
