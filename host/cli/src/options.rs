//! The options of every command.

use super::machine::machine;
use clap::{Args, value_parser};
use plugpacks::config::{ListOption, Mirrors, Overrides, Variables};
use plugpacks::edition::{Edition, EnvSyntax, ListOptions};
use plugpacks::error::{Error, Result};
use plugpacks::plan::{ImageSettings, PartialPlan, Setting};
use plugpacks::planner::PlanRequest;
use plugpacks::provider::{Catalog, ComponentCache, Limits};
use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::sync::Arc;

/// Options of every command, allowed before and after its name. They are arguments of both levels,
/// since clap's global ones forget the values before the name if there are some after it.
#[derive(Args)]
pub(super) struct PlanOptions {
    /// A plan as JSON, above configuration file and environment
    #[arg(long, value_name = "JSON")]
    json_plan: Option<String>,
    /// Replace the install commands
    #[arg(short, long, value_name = "COMMAND")]
    install_cmd: Option<String>,
    /// Replace the build commands
    #[arg(short, long, value_name = "COMMAND")]
    build_cmd: Option<String>,
    /// Replace the start command
    #[arg(short, long, value_name = "COMMAND")]
    start_cmd: Option<String>,
    /// Add a Nix package [repeatable]
    #[arg(short, long, value_name = "PACKAGE")]
    pkgs: Vec<String>,
    /// Add a Debian/Ubuntu package [repeatable]
    #[arg(short, long, value_name = "PACKAGE")]
    apt: Vec<String>,
    /// Add a Nix library [repeatable]
    #[arg(long, value_name = "LIBRARY")]
    libs: Vec<String>,
    /// Give the build a variable; NAME alone takes the value of this process [repeatable]
    #[arg(short, long, value_name = "NAME=VALUE")]
    env: Vec<String>,
    /// Give the build every variable of this process whose name begins with NIXPACKS_, below --env
    #[arg(long)]
    import_env: bool,
    /// Configuration file, relative to the app
    #[arg(short, long, value_name = "FILE")]
    config: Option<PathBuf>,
    /// Behaviour and versions: `nixpacks` (Nixpacks 1.41, exactly) or `2026.11` [default: 2026.11]
    #[arg(long, value_name = "EDITION")]
    edition: Option<String>,
    #[command(flatten)]
    providers: ProviderOptions,
    /// Base image of the build
    #[arg(long, value_name = "IMAGE")]
    build_image: Option<String>,
    /// Where nixpkgs tarballs are fetched from; {archive} stands for the commit
    #[arg(long, value_name = "URL")]
    nixpkgs_url: Option<String>,
    #[command(flatten)]
    image: ImageOptions,
}

/// Which providers there are besides the built-in ones, and what one may use up.
#[derive(Args)]
pub(super) struct ProviderOptions {
    /// Load a provider [repeatable]
    #[arg(long, value_name = "FILE")]
    provider: Vec<PathBuf>,
    /// Load every provider (*.wasm) of a directory [repeatable]
    #[arg(long, value_name = "DIR")]
    provider_dir: Vec<PathBuf>,
    /// Seconds that all calls into one provider may take together [default: 10]
    #[arg(long, value_name = "SECONDS", value_parser = value_parser!(u64).range(1..=3600))]
    provider_timeout: Option<u64>,
    /// Seconds that compiling one provider may take [default: 120]
    #[arg(long, value_name = "SECONDS", value_parser = value_parser!(u64).range(1..=3600))]
    provider_compile_timeout: Option<u64>,
    /// Memory that one provider may have, in MiB [default: 256]
    #[arg(long, value_name = "MIB", value_parser = value_parser!(u64).range(1..=65536))]
    provider_memory: Option<u64>,
}

/// What the image is like.
#[derive(Args)]
struct ImageOptions {
    /// Give the image only what the app needs at run time [default: true]
    #[arg(long, value_name = "true|false")]
    slim: Option<bool>,
    /// Let the first process hand signals on to the app [default: true]
    #[arg(long, value_name = "true|false")]
    init: Option<bool>,
    /// Install dependencies before the rest of the app is copied, where that is enough [default: true]
    #[arg(long, value_name = "true|false")]
    manifests_first: Option<bool>,
    /// Whom the app runs as; `root` is allowed [default: app]
    #[arg(long, value_name = "NAME")]
    user: Option<String>,
    /// Path that a health check of the image asks the app for; `false`: none [default: false]
    #[arg(long, value_name = "PATH")]
    health_check: Option<String>,
    /// Process that the image starts by default, such as `worker` of a Procfile [default: web]
    #[arg(long, value_name = "NAME")]
    process: Option<String>,
    /// Put a list of the image's packages into it, /etc/plugpacks/sbom.spdx.json [default: false]
    #[arg(long, value_name = "true|false")]
    sbom: Option<bool>,
}

impl ImageOptions {
    /// An option that is given, if there is one.
    fn given(&self) -> Option<&'static str> {
        let given = [
            ("--slim <true|false>", self.slim.is_some()),
            ("--init <true|false>", self.init.is_some()),
            ("--manifests-first <true|false>", self.manifests_first.is_some()),
            ("--user <NAME>", self.user.is_some()),
            ("--health-check <PATH>", self.health_check.is_some()),
            ("--process <NAME>", self.process.is_some()),
            ("--sbom <true|false>", self.sbom.is_some()),
        ];
        given.into_iter().find(|(_, is_given)| *is_given).map(|(option, _)| option)
    }

    fn settings(&self) -> ImageSettings {
        ImageSettings {
            slim: self.slim,
            init: self.init,
            manifests_first: self.manifests_first,
            health_check: self.health_check.clone().map(Setting::of_word),
            process: self.process.clone().map(Setting::Value),
            sbom: self.sbom,
        }
    }
}

impl PlanOptions {
    /// An option that says what is in a plan, if one is given.
    pub(super) fn about_the_plan(&self) -> Option<&'static str> {
        let given = [
            ("--json-plan <JSON>", self.json_plan.is_some()),
            ("--config <FILE>", self.config.is_some()),
            ("--install-cmd <COMMAND>", self.install_cmd.is_some()),
            ("--build-cmd <COMMAND>", self.build_cmd.is_some()),
            ("--start-cmd <COMMAND>", self.start_cmd.is_some()),
            ("--pkgs <PACKAGE>", !self.pkgs.is_empty()),
            ("--apt <PACKAGE>", !self.apt.is_empty()),
            ("--libs <LIBRARY>", !self.libs.is_empty()),
            ("--build-image <IMAGE>", self.build_image.is_some()),
        ];
        let of_plan = given.into_iter().find(|(_, is_given)| *is_given).map(|(option, _)| option);
        of_plan.or_else(|| self.image.given())
    }

    /// The options about providers of these, given before the command's name, and those after it, where no other
    /// option counts.
    pub(super) const fn providers_followed_by<'a>(&'a self, after: &'a ProviderOptions) -> GivenProviders<'a> {
        GivenProviders { before: &self.providers, after }
    }

    /// These options, given before the command's name, and those after it.
    pub(super) const fn followed_by<'a>(&'a self, after: &'a Self) -> GivenOptions<'a> {
        GivenOptions { before: self, after }
    }
}

/// The options before and after the command's name.
pub(super) struct GivenOptions<'a> {
    before: &'a PlanOptions,
    after: &'a PlanOptions,
}

impl GivenOptions<'_> {
    /// What these options ask for, for an app.
    ///
    /// # Errors
    /// An option says something impossible.
    pub(super) fn request(&self, directory: &Path) -> Result<PlanRequest> {
        let env = self.list(|options| &options.env);
        let operator = OperatorVariables::new(&env);
        let edition = match (self.one(|options| &options.edition), operator.get("NIXPACKS_EDITION")) {
            (Some(name), _) => Some(Edition::parse(&name, "--edition")?),
            (None, Some(name)) => Some(Edition::parse(&name, "NIXPACKS_EDITION")?),
            (None, None) => None,
        };
        let process = ProcessVariables::read(&env);
        let (imported, unseen) = if self.before.import_env || self.after.import_env {
            (process.arguments(), Vec::new())
        } else {
            (Vec::new(), process.names())
        };
        let mut request = PlanRequest::new(directory);
        request.mirrors = Mirrors { nixpkgs_url: self.nixpkgs_url(&operator)? };
        request.edition = edition;
        request.env = env;
        request.imported = imported;
        request.unseen = unseen;
        request.config = self.one(|options| &options.config);
        request.json_plan = self.json_plan()?;
        request.overrides = Overrides {
            nix_packages: self.list(|options| &options.pkgs),
            apt_packages: self.list(|options| &options.apt),
            nix_libraries: self.list(|options| &options.libs),
            install_command: self.one(|options| &options.install_cmd),
            build_command: self.one(|options| &options.build_cmd),
            start_command: self.one(|options| &options.start_cmd),
            build_image: self.one(|options| &options.build_image).or_else(|| operator.get("NIXPACKS_BUILD_IMAGE")),
            user: self.one(|options| &options.image.user),
            image: self.before.image.settings().overlaid_by(self.after.image.settings()),
        };
        request.limits = self.limits();
        request.machine = machine();
        Ok(request)
    }

    fn json_plan(&self) -> Result<Option<PartialPlan>> {
        let parse = |text: String| {
            PartialPlan::from_json(&text).map_err(|error| {
                Error::configuration(error.to_string()).hint("This is about the text given to --json-plan")
            })
        };
        self.one(|options| &options.json_plan).map(parse).transpose()
    }

    fn nixpkgs_url(&self, operator: &OperatorVariables) -> Result<Option<String>> {
        let url = self.one(|options| &options.nixpkgs_url).or_else(|| operator.get("NIXPACKS_NIXPKGS_URL"));
        match url {
            Some(url) if !url.contains("{archive}") => {
                Err(Error::configuration(format!("The nixpkgs URL `{url}` does not say where the commit stands"))
                    .hint("Write {archive} in its place, as in http://mirror/nixpkgs/{archive}.tar.gz"))
            }
            url => Ok(url),
        }
    }

    /// The built-in providers and those these options bring.
    ///
    /// # Errors
    /// One of them cannot be loaded.
    pub(super) fn catalog(&self) -> Result<Arc<Catalog>> {
        self.providers().catalog()
    }

    /// What a provider may use up.
    pub(super) fn limits(&self) -> Limits {
        self.providers().limits()
    }

    const fn providers(&self) -> GivenProviders<'_> {
        GivenProviders { before: &self.before.providers, after: &self.after.providers }
    }

    /// The value of one of the few variables that are the operator's rather than the app's.
    pub(super) fn operator_variable(&self, name: &str) -> Option<String> {
        OperatorVariables::new(&self.list(|options| &options.env)).get(name)
    }

    /// Whether `--env` asks for verbose output (Nixpacks 1.41: by this very argument).
    pub(super) fn is_verbose(&self) -> bool {
        let env = self.list(|options| &options.env).values(ListOptions::Concatenated);
        env.iter().any(|argument| argument == "NIXPACKS_VERBOSE=1")
    }

    /// An option that a saved plan leaves no room for.
    pub(super) fn conflict_with_saved_plan(&self) -> Option<&'static str> {
        self.before.about_the_plan().or_else(|| self.after.about_the_plan())
    }

    /// The value of an option that is given once; the one after the command's name wins.
    fn one<T: Clone>(&self, option: impl Fn(&PlanOptions) -> &Option<T>) -> Option<T> {
        option(self.after).as_ref().or(option(self.before).as_ref()).cloned()
    }

    /// The values of an option that may be repeated.
    fn list(&self, option: impl Fn(&PlanOptions) -> &Vec<String>) -> ListOption {
        ListOption { before: option(self.before).clone(), after: option(self.after).clone() }
    }
}

/// The options about providers before and after the command's name.
pub(super) struct GivenProviders<'a> {
    before: &'a ProviderOptions,
    after: &'a ProviderOptions,
}

impl GivenProviders<'_> {
    /// The built-in providers and those these options bring.
    ///
    /// # Errors
    /// One of them cannot be loaded.
    pub(super) fn catalog(&self) -> Result<Arc<Catalog>> {
        let mut catalog = Catalog::builtin();
        let directories = self.both(|options| &options.provider_dir);
        let files = self.files();
        if !files.is_empty() || !directories.is_empty() {
            let cache = self.cache();
            directories.into_iter().try_for_each(|directory| catalog.add_directory(directory, &cache))?;
            files.into_iter().try_for_each(|file| catalog.add_file(file, &cache))?;
        }
        for notice in catalog.notices() {
            super::say(&format!("Note: {notice}\n"));
        }
        Ok(Arc::new(catalog))
    }

    /// Where compiled providers are kept.
    pub(super) fn cache(&self) -> ComponentCache {
        ComponentCache::of_user(&machine(), self.limits())
    }

    /// The files of `--provider`.
    pub(super) fn files(&self) -> Vec<&Path> {
        self.both(|options| &options.provider)
    }

    /// What a provider may use up.
    pub(super) fn limits(&self) -> Limits {
        let default = Limits::DEFAULT;
        let seconds = |given: Option<u64>, default| given.map_or(default, std::time::Duration::from_secs);
        let memory = self.one(|options| options.provider_memory).and_then(|mebibytes| usize::try_from(mebibytes).ok());
        Limits {
            time: seconds(self.one(|options| options.provider_timeout), default.time),
            compile_time: seconds(self.one(|options| options.provider_compile_timeout), default.compile_time),
            memory: memory.map_or(default.memory, |mebibytes| mebibytes << 20),
            ..default
        }
    }

    fn one<T>(&self, option: impl Fn(&ProviderOptions) -> Option<T>) -> Option<T> {
        option(self.after).or_else(|| option(self.before))
    }

    fn both(&self, option: impl Fn(&ProviderOptions) -> &Vec<PathBuf>) -> Vec<&Path> {
        [self.before, self.after].into_iter().flat_map(option).map(PathBuf::as_path).collect()
    }
}

/// The `NIXPACKS_*` variables of the process that `--env` does not give.
struct ProcessVariables(BTreeMap<String, String>);

impl ProcessVariables {
    /// Those that are read from the process in any case, and those that Nixpacks itself leaves in an
    /// image: of no use to a build that runs in one.
    const OTHERS: [&str; 6] = [
        "NIXPACKS_EDITION",
        "NIXPACKS_NIXPKGS_URL",
        "NIXPACKS_BUILD_IMAGE",
        "NIXPACKS_BUILDER",
        "NIXPACKS_METADATA",
        "NIXPACKS_PATH",
    ];

    fn read(env: &ListOption) -> Self {
        let name = |argument: &String| argument.split('=').next().unwrap_or_default().to_owned();
        let given: Vec<_> = env.values(ListOptions::Concatenated).iter().map(name).collect();
        let is_name = |name: &str| name.chars().all(|c| c.is_ascii_alphanumeric() || c == '_');
        let variables = std::env::vars_os().filter_map(|(name, value)| {
            let name = name.into_string().ok().filter(|name| name.starts_with("NIXPACKS_") && is_name(name))?;
            let is_ours = !Self::OTHERS.contains(&name.as_str()) && !given.contains(&name);
            // A value that is not UTF-8 cannot be part of a plan.
            Some((name, value.into_string().ok()?)).filter(|_| is_ours)
        });
        Self(variables.collect())
    }

    fn names(self) -> Vec<String> {
        self.0.into_keys().collect()
    }

    /// The variables as arguments of `--env`.
    fn arguments(self) -> Vec<String> {
        self.0.into_iter().map(|(name, value)| format!("{name}={value}")).collect()
    }
}

/// The few variables that are the operator's rather than the app's: given by `--env`, or else set
/// in the process.
struct OperatorVariables(Variables);

impl OperatorVariables {
    fn new(env: &ListOption) -> Self {
        // This syntax refuses nothing; that is left to the edition, which is not known yet.
        let env = env.values(ListOptions::Concatenated);
        let variables = Variables::parse(&env, EnvSyntax::LongestName, |name| std::env::var(name).ok());
        Self(variables.unwrap_or_default())
    }

    fn get(&self, name: &str) -> Option<String> {
        let given = self.0.get(name).map(str::to_owned);
        given.or_else(|| std::env::var(name).ok()).filter(|value| !value.is_empty())
    }
}
