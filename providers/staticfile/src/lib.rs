//! Static sites, served by nginx.
#![doc = include_str!("../README.md")]

mod nginx;
mod rules;
mod settings;

use nginx::Site;
use plugpacks_sdk::{Context, Description, Edition, Marker, PartialPlan, Phase, Provider, Result, Start};
use rules::Rules;
use settings::Settings;

/// The provider `staticfile`.
pub struct Static;

const FILES: [&str; 2] = ["Staticfile", "index.html"];

/// The folders that make an app a static site, in the order in which they are taken as its root.
const FOLDERS: [&str; 3] = ["public", "dist", "index"];

impl Provider for Static {
    fn describe(_: Edition) -> Description {
        Description::new("staticfile", env!("CARGO_PKG_VERSION"), "Static sites, served by nginx")
            .markers(FILES.map(Marker::file))
            .markers(FOLDERS.map(Marker::directory))
            .variable("NIXPACKS_STATICFILE_ROOT", "The folder that is served, such as `build`.")
    }

    fn detect(context: &Context) -> Result<bool> {
        Ok(context.app.first_file(&FILES)?.is_some() || first_folder(context)?.is_some())
    }

    fn plan(context: &Context) -> Result<Option<PartialPlan>> {
        let rules = Rules::of(context.environment.edition());
        let settings = (rules.settings)(context)?;
        let mime_types = context.app.read_text_if_file("mime.types")?;
        let passwords = context.app.read_text_if_file("Staticfile.auth")?;
        let root = root(context, &settings)?;
        (rules.check_root)(context, &settings, &root)?;
        let site = Site { settings, root, has_passwords: passwords.is_some(), has_mime_types: mime_types.is_some() };
        let setup = Phase::setup(["nginx"]).commands((rules.preparation)(&site));
        let setup = match rules.archive {
            Some(commit) => setup.archive(commit),
            None => setup,
        };
        let assets =
            [("nginx.conf", Some((rules.configuration)(&site))), (".htpasswd", passwords), ("mime.types", mime_types)];
        let plan = PartialPlan::new().phase(setup).start(Start::command(rules.start));
        Ok(Some(assets.into_iter().fold(plan, |plan, (name, text)| match text {
            Some(text) => plan.static_asset(name, text),
            None => plan,
        })))
    }
}

/// The first of the folders that is there.
fn first_folder(context: &Context) -> Result<Option<&'static str>> {
    for folder in FOLDERS {
        if context.app.has_directory(folder)? {
            return Ok(Some(folder));
        }
    }
    Ok(None)
}

/// The folder that is served, relative to the app; empty: the app itself.
fn root(context: &Context, settings: &Settings) -> Result<String> {
    let because = |reason: &str| context.diagnostics.because("root folder", reason);
    if let Some(root) = context.environment.config("STATICFILE_ROOT") {
        because(&format!("{root:?} from NIXPACKS_STATICFILE_ROOT"));
        return Ok(root);
    }
    if let Some(root) = settings.root.as_ref().filter(|root| !root.is_empty()) {
        because(&format!("{root:?} from Staticfile"));
        return Ok(root.clone());
    }
    let folder = first_folder(context)?;
    because(&match folder {
        Some(folder) => format!("there is a folder {folder}"),
        None => "the app itself: nothing names a folder".to_owned(),
    });
    Ok(folder.unwrap_or_default().to_owned())
}

plugpacks_sdk::export_provider!(Static);
