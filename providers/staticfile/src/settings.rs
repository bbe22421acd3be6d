//! What a `Staticfile` says.

use plugpacks_sdk::{Context, Result};
use serde::Deserialize;
use serde::de::DeserializeOwned;
use std::collections::BTreeMap;

/// A `Staticfile`'s fields.
#[derive(Debug, Default, Deserialize, PartialEq, Eq)]
pub(crate) struct Settings {
    /// The folder that is served.
    pub(crate) root: Option<String>,
    /// Whether folders without an index page are listed: `on` or `off`.
    pub(crate) directory: Option<String>,
    /// Whether answers are compressed: `on` or `off`.
    pub(crate) gzip: Option<String>,
    /// The page that stands for a status code.
    pub(crate) status_code: Option<BTreeMap<u32, String>>,
    /// The page that answers paths that are no file; not a field of Nixpacks 1.41.
    #[serde(skip)]
    pub(crate) fallback: Option<String>,
}

/// The fields that Nixpacks 1.41 does not know.
#[derive(Debug, Default, Deserialize)]
struct FurtherSettings {
    fallback: Option<String>,
}

/// The switches' values as nginx wants them, and how else YAML's authors write them.
const SWITCH: [(&str, &[&str]); 2] = [("on", &["on", "true", "yes"]), ("off", &["off", "false", "no"])];

/// The status codes for which nginx takes a page.
const ERRORS: std::ops::RangeInclusive<u32> = 300..=599;

/// What the file says, taken as it is; nothing, with a warning, if it does not have the shape of
/// [`Settings`] (Nixpacks 1.41: likewise, without a warning).
pub(crate) fn nixpacks(context: &Context) -> Result<Settings> {
    Ok(read(context))
}

/// The file in the shape of `T`, or the default of `T`.
fn read<T: Default + DeserializeOwned>(context: &Context) -> T {
    match context.app.read_text_if_file("Staticfile") {
        Ok(None) => return T::default(),
        Ok(Some(text)) if text.trim().is_empty() => return T::default(),
        Ok(Some(_)) | Err(_) => {}
    }
    context.app.read_yaml("Staticfile").unwrap_or_else(|error| {
        context.diagnostics.warn(format!("Staticfile is not taken into account: {error}"));
        T::default()
    })
}

/// What the file says, without the values for which nginx would not start.
pub(crate) fn checked(context: &Context) -> Result<Settings> {
    let Settings { root, directory, gzip, status_code, .. } = nixpacks(context)?;
    let pages = status_code.into_iter().flatten().filter(|(code, page)| {
        let is_usable = ERRORS.contains(code) && !matches!(page.trim(), "" | "~" | "null");
        if !is_usable {
            let entry = format!("status_code {code}: {page:?}");
            context.diagnostics.warn(format!("Staticfile: {entry} is ignored; write a code of 300 to 599 and a page"));
        }
        is_usable
    });
    Ok(Settings {
        root,
        directory: switch(context, "directory", directory),
        gzip: switch(context, "gzip", gzip),
        status_code: Some(pages.collect()),
        fallback: fallback(context),
    })
}

/// The variable's page, or the file's.
fn fallback(context: &Context) -> Option<String> {
    let variable = context.environment.config("STATICFILE_FALLBACK_PATH");
    let page = variable.or_else(|| read::<FurtherSettings>(context).fallback)?;
    (!page.trim().is_empty()).then(|| format!("/{}", page.trim().trim_start_matches('/')))
}

/// A switch as nginx wants it; absent, with a warning, if it is neither on nor off.
fn switch(context: &Context, field: &str, value: Option<String>) -> Option<String> {
    let value = value?;
    let lower = value.to_ascii_lowercase();
    let known = SWITCH.iter().find(|(_, spellings)| spellings.contains(&&*lower));
    if known.is_none() {
        context.diagnostics.warn(format!("Staticfile: {field} is on or off; {value:?} is ignored"));
    }
    known.map(|(switch, _)| (*switch).to_owned())
}
