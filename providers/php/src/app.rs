//! The app as the provider sees it: every file read once.

use crate::composer::Composer;
use crate::document_root::DocumentRoot;
use crate::programs::Program;
use crate::rules::{RULES, Rules};
use crate::servers::Server;
use plugpacks_provider_support::javascript::NodePlan;
use plugpacks_provider_support::release::Release;
use plugpacks_sdk::{Context, Result};
use serde_json::Value;

/// What the app is.
pub(crate) struct PhpApp<'a> {
    pub(crate) context: &'a Context<'a>,
    pub(crate) rules: &'static Rules,
    pub(crate) composer: Composer,
    pub(crate) php: &'static Release,
    pub(crate) extensions: Vec<String>,
    /// Node.js prepares nginx in every container.
    pub(crate) node: NodePlan,
    /// The root `package.json`, if there is one.
    pub(crate) package_json: Option<Value>,
    pub(crate) is_laravel: bool,
    /// The folder that nginx serves, where the plan says it.
    pub(crate) document_root: Option<DocumentRoot>,
    /// The server that the app starts instead of nginx.
    pub(crate) server: Option<&'static Server>,
    /// The program that is started instead of nginx, where the app is one.
    pub(crate) program: Option<Program>,
}

impl<'a> PhpApp<'a> {
    /// Reads the app and decides on its PHP.
    pub(crate) fn read(context: &'a Context) -> Result<Self> {
        let rules = RULES.at(context);
        let composer = (rules.composer)(context)?;
        let php = (rules.interpreter)(context, &composer)?;
        let server = (rules.server)(context)?;
        let mut extensions = (rules.extensions)(context, &composer, php);
        let of_server = server.and_then(|server| server.extension).map(str::to_owned);
        extensions.extend(of_server.filter(|name| !extensions.contains(name)));
        let node = NodePlan::of(context)?;
        // Node's provider has seen to it that the file can be read.
        let text = context.app.read_text_if_file("package.json")?;
        let package_json =
            text.map(|text| serde_json::from_str(text.trim_start_matches('\u{feff}')).unwrap_or_default());
        let is_laravel = context.app.has_file("artisan")?;
        let document_root = (rules.document_root)(context, &composer)?;
        let program = None;
        let mut app = Self {
            context,
            rules,
            composer,
            php,
            extensions,
            node,
            package_json,
            is_laravel,
            document_root,
            server,
            program,
        };
        app.program = (rules.program)(&app)?;
        let of_program = app.program.as_ref().and_then(|program| program.extension).map(str::to_owned);
        app.extensions.extend(of_program.filter(|name| !app.extensions.contains(name)));
        Ok(app)
    }

    /// The script of `package.json` that builds the app.
    pub(crate) fn build_script(&self) -> Option<&'static str> {
        let scripts = self.package_json.as_ref()?.get("scripts")?;
        self.rules.build_scripts.iter().copied().find(|name| scripts.get(name).is_some())
    }
}
