use crate::config::{Mirrors, Overrides, Variables};
use crate::edition::{Edition, EnvSyntax};
use crate::error::{Error, Result};
use crate::plan::PartialPlan;
use crate::planner::PlanRequest;
use crate::provider::{Catalog, ComponentCache, Limits};
use clap::{Args, value_parser};
use std::path::{Path, PathBuf};
use std::sync::Arc;

/// Options of every command, allowed before and after its name.
#[derive(Args)]
pub(super) struct PlanOptions {
    /// A plan as JSON, above configuration file and environment
    #[arg(long, global = true, value_name = "JSON")]
    json_plan: Option<String>,
    /// Replace the install commands
    #[arg(short, long, global = true, value_name = "COMMAND")]
    install_cmd: Option<String>,
    /// Replace the build commands
    #[arg(short, long, global = true, value_name = "COMMAND")]
    build_cmd: Option<String>,
    /// Replace the start command
    #[arg(short, long, global = true, value_name = "COMMAND")]
    start_cmd: Option<String>,
    /// Add a Nix package [repeatable]
    #[arg(short, long, global = true, value_name = "PACKAGE")]
    pkgs: Vec<String>,
    /// Add a Debian/Ubuntu package [repeatable]
    #[arg(short, long, global = true, value_name = "PACKAGE")]
    apt: Vec<String>,
    /// Add a Nix library [repeatable]
    #[arg(long, global = true, value_name = "LIBRARY")]
    libs: Vec<String>,
    /// Give the build a variable; NAME alone takes the value of this process [repeatable]
    #[arg(short, long, global = true, value_name = "NAME=VALUE")]
    env: Vec<String>,
    /// Configuration file, relative to the app
    #[arg(short, long, global = true, value_name = "FILE")]
    config: Option<PathBuf>,
    /// Behaviour and versions: `nixpacks` (Nixpacks 1.41, exactly) or `2026.11` [default: 2026.11]
    #[arg(long, global = true, value_name = "EDITION")]
    edition: Option<String>,
    /// Load a provider [repeatable]
    #[arg(long, global = true, value_name = "FILE")]
    provider: Vec<PathBuf>,
    /// Load every provider (*.wasm) of a directory [repeatable]
    #[arg(long, global = true, value_name = "DIR")]
    provider_dir: Vec<PathBuf>,
    /// Base image of the build
    #[arg(long, global = true, value_name = "IMAGE")]
    build_image: Option<String>,
    /// Where nixpkgs tarballs are fetched from; {archive} stands for the commit
    #[arg(long, global = true, value_name = "URL")]
    nixpkgs_url: Option<String>,
    /// Seconds that one call into a provider may take [default: 10]
    #[arg(long, global = true, value_name = "SECONDS", value_parser = value_parser!(u64).range(1..=3600))]
    provider_timeout: Option<u64>,
}

impl PlanOptions {
    /// What these options ask for, for an app.
    ///
    /// # Errors
    /// An option says something impossible.
    pub(super) fn request(&self, directory: &Path) -> Result<PlanRequest> {
        let operator = OperatorVariables::new(&self.env);
        let edition = match (&self.edition, operator.get("NIXPACKS_EDITION")) {
            (Some(name), _) => Some(Edition::parse(name, "--edition")?),
            (None, Some(name)) => Some(Edition::parse(&name, "NIXPACKS_EDITION")?),
            (None, None) => None,
        };
        let json_plan = self.json_plan.as_deref().map(|text| {
            PartialPlan::from_json(text).map_err(|error| {
                Error::configuration(error.to_string()).hint("This is about the text given to --json-plan")
            })
        });
        let nixpkgs_url = self.nixpkgs_url.clone().or_else(|| operator.get("NIXPACKS_NIXPKGS_URL"));
        if let Some(url) = nixpkgs_url.as_deref().filter(|url| !url.contains("{archive}")) {
            return Err(Error::configuration(format!("The nixpkgs URL `{url}` does not say where the commit stands"))
                .hint("Write {archive} in its place, as in http://mirror/nixpkgs/{archive}.tar.gz"));
        }
        Ok(PlanRequest {
            directory: directory.to_owned(),
            edition,
            env: self.env.clone(),
            config: self.config.clone(),
            json_plan: json_plan.transpose()?,
            overrides: Overrides {
                nix_packages: self.pkgs.clone(),
                apt_packages: self.apt.clone(),
                nix_libraries: self.libs.clone(),
                install_command: self.install_cmd.clone(),
                build_command: self.build_cmd.clone(),
                start_command: self.start_cmd.clone(),
                build_image: self.build_image.clone().or_else(|| operator.get("NIXPACKS_BUILD_IMAGE")),
            },
            mirrors: Mirrors { nixpkgs_url },
            platform: None,
            limits: self.limits(),
        })
    }

    /// The built-in providers and those these options bring.
    ///
    /// # Errors
    /// One of them cannot be loaded.
    pub(super) fn catalog(&self) -> Result<Arc<Catalog>> {
        let mut catalog = Catalog::builtin();
        if !self.provider.is_empty() || !self.provider_dir.is_empty() {
            let cache = ComponentCache::of_user(self.limits());
            self.provider_dir.iter().try_for_each(|directory| catalog.add_directory(directory, &cache))?;
            self.provider.iter().try_for_each(|file| catalog.add_file(file, &cache))?;
        }
        for notice in catalog.notices() {
            super::say(&format!("Note: {notice}\n"));
        }
        Ok(Arc::new(catalog))
    }

    /// The value of one of the few variables that are the operator's rather than the app's.
    pub(super) fn operator_variable(&self, name: &str) -> Option<String> {
        OperatorVariables::new(&self.env).get(name)
    }

    /// Whether `--env` asks for verbose output (Nixpacks 1.41: by this very argument).
    pub(super) fn is_verbose(&self) -> bool {
        self.env.iter().any(|argument| argument == "NIXPACKS_VERBOSE=1")
    }

    fn limits(&self) -> Limits {
        let time = self.provider_timeout.map_or(Limits::DEFAULT.time, std::time::Duration::from_secs);
        Limits { time, ..Limits::DEFAULT }
    }
}

/// The few variables that are the operator's rather than the app's: given by `--env`, or else set
/// in the process.
struct OperatorVariables(Variables);

impl OperatorVariables {
    fn new(env: &[String]) -> Self {
        // This syntax refuses nothing; that is left to the edition, which is not known yet.
        let variables = Variables::parse(env, EnvSyntax::LongestName, |name| std::env::var(name).ok());
        Self(variables.unwrap_or_default())
    }

    fn get(&self, name: &str) -> Option<String> {
        let given = self.0.get(name).map(str::to_owned);
        given.or_else(|| std::env::var(name).ok()).filter(|value| !value.is_empty())
    }
}
