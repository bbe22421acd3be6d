//! The options of every command.

use super::fetching::FetchOptions;
use super::flags::Flags;
use super::machine::machine;
use clap::{Args, value_parser};
use plugpacks::config::{ListOption, Mirrors, Overrides, Variables};
use plugpacks::edition::{Edition, EnvSyntax, ListOptions};
use plugpacks::error::{Error, Result};
use plugpacks::plan::settings::{
    self, APT_PACKAGES, BUILD_COMMAND, EDITION, INSTALL_COMMAND, NIX_LIBRARIES, NIX_PACKAGES, NIXPKGS_URL,
};
use plugpacks::plan::{Declaration, PartialPlan, Scope, Variable};
use plugpacks::planner::{self, PlanRequest};
use plugpacks::provider::remote::Client;
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
    #[command(flatten)]
    flags: Flags<false>,
    /// Give the build a variable; NAME alone takes the value of this process [repeatable]
    #[arg(short, long, value_name = "NAME=VALUE")]
    env: Vec<String>,
    /// Give the build every variable of this process whose name begins with NIXPACKS_, below --env
    #[arg(long)]
    import_env: bool,
    /// Configuration file, relative to the app
    #[arg(short, long, value_name = "FILE")]
    config: Option<PathBuf>,
    #[command(flatten)]
    providers: ProviderOptions,
}

/// Which providers there are besides the built-in ones, and what one may use up.
#[derive(Args)]
pub(super) struct ProviderOptions {
    /// Load a provider; `#sha256=DIGEST` after it says which one exactly [repeatable]
    #[arg(long, value_name = "FILE|REF")]
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

impl PlanOptions {
    /// An option that says what is in a plan, if one is given.
    pub(super) fn about_the_plan(&self) -> Option<String> {
        match (&self.json_plan, &self.config) {
            (Some(_), _) => Some("--json-plan <JSON>".to_owned()),
            (None, Some(_)) => Some("--config <FILE>".to_owned()),
            (None, None) => self.flags.about_the_plan().map(|flag| flag.to_string()),
        }
    }

    /// The options about providers of these, given before the command's name, and those after it, where no other
    /// option counts.
    pub(super) const fn providers_followed_by<'a>(
        &'a self,
        after: &'a ProviderOptions,
        fetching: &'a FetchOptions,
    ) -> GivenProviders<'a> {
        GivenProviders { before: &self.providers, after, fetching }
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
        let edition = self.said(&EDITION, &operator);
        let process = ProcessVariables::read(&env);
        let (imported, unseen) = if self.before.import_env || self.after.import_env {
            (process.arguments(), Vec::new())
        } else {
            (Vec::new(), process.names())
        };
        let mut request = PlanRequest::new(directory);
        request.mirrors = Mirrors { nixpkgs_url: self.nixpkgs_url(&operator)? };
        request.edition = edition.map(|said| Edition::parse(&said.word, &said.by)).transpose()?;
        request.env = env;
        request.imported = imported;
        request.unseen = unseen;
        request.config = self.one(|options| &options.config);
        request.json_plan = self.json_plan()?;
        request.overrides = Overrides {
            nix_packages: self.words(&NIX_PACKAGES),
            apt_packages: self.words(&APT_PACKAGES),
            nix_libraries: self.words(&NIX_LIBRARIES),
            install_command: self.word(&INSTALL_COMMAND),
            build_command: self.word(&BUILD_COMMAND),
            plan: self.plan(&operator),
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

    /// What flags, and variables of the process, say that is put into the plan as it is.
    fn plan(&self, operator: &OperatorVariables) -> PartialPlan {
        let stated = settings::all().filter(|setting| setting.is_stated_as_it_is());
        PartialPlan::saying(stated.filter_map(|setting| Some((setting, self.said(setting, operator)?.word))))
    }

    fn nixpkgs_url(&self, operator: &OperatorVariables) -> Result<Option<String>> {
        let url = self.said(&NIXPKGS_URL, operator).map(|said| said.word);
        match url {
            Some(url) if !url.contains("{archive}") => {
                Err(Error::configuration(format!("The nixpkgs URL `{url}` does not say where the commit stands"))
                    .hint("Write {archive} in its place, as in http://mirror/nixpkgs/{archive}.tar.gz"))
            }
            url => Ok(url),
        }
    }

    /// The built-in providers, those these options bring, and those that the app pins.
    ///
    /// # Errors
    /// One of them cannot be loaded.
    pub(super) fn catalog(&self, request: &PlanRequest, fetching: &FetchOptions) -> Result<Arc<Catalog>> {
        self.providers(fetching).catalog(&planner::pins(request)?)
    }

    /// What a provider may use up.
    pub(super) fn limits(&self) -> Limits {
        self.providers(&FetchOptions::UNSAID).limits()
    }

    const fn providers<'a>(&'a self, fetching: &'a FetchOptions) -> GivenProviders<'a> {
        GivenProviders { before: &self.before.providers, after: &self.after.providers, fetching }
    }

    /// What is said about a setting by these flags, or else by a variable of the operator's.
    pub(super) fn said_to_build(&self, flags: &Flags<true>, setting: &'static Declaration) -> Option<Said> {
        let operator = || OperatorVariables::new(&self.list(|options| &options.env)).said(setting);
        Said::by_flag(flags.word(setting), setting).or_else(operator)
    }

    fn said(&self, setting: &'static Declaration, operator: &OperatorVariables) -> Option<Said> {
        Said::by_flag(self.word(setting).as_deref(), setting).or_else(|| operator.said(setting))
    }

    /// Whether `--env` asks for verbose output (Nixpacks 1.41: by this very argument).
    pub(super) fn is_verbose(&self) -> bool {
        let env = self.list(|options| &options.env).values(ListOptions::Concatenated);
        env.iter().any(|argument| argument == "NIXPACKS_VERBOSE=1")
    }

    /// An option that a saved plan leaves no room for.
    pub(super) fn conflict_with_saved_plan(&self) -> Option<String> {
        self.before.about_the_plan().or_else(|| self.after.about_the_plan())
    }

    /// The word that is given for a setting; the one after the command's name wins.
    fn word(&self, setting: &Declaration) -> Option<String> {
        self.after.flags.word(setting).or_else(|| self.before.flags.word(setting)).map(str::to_owned)
    }

    /// The words that are given for a setting that is a list.
    fn words(&self, setting: &Declaration) -> ListOption {
        let [before, after] = [self.before, self.after].map(|options| options.flags.words(setting).to_vec());
        ListOption { before, after }
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

/// The options about providers before and after the command's name, and those about fetching after it.
pub(super) struct GivenProviders<'a> {
    before: &'a ProviderOptions,
    after: &'a ProviderOptions,
    pub(super) fetching: &'a FetchOptions,
}

impl GivenProviders<'_> {
    /// The directories of `--provider-dir`.
    pub(super) fn directories(&self) -> Vec<&Path> {
        self.both(|options| &options.provider_dir)
    }

    /// Where compiled providers are kept.
    pub(super) fn cache(&self) -> ComponentCache {
        ComponentCache::of_user(&machine(), self.limits())
    }

    /// Asks servers for providers.
    pub(super) fn client(&self) -> Client {
        self.fetching.client(self.limits())
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
    /// Those that Nixpacks itself leaves in an image: of no use to a build that runs in one.
    const OF_IMAGES: [&str; 2] = ["NIXPACKS_METADATA", "NIXPACKS_PATH"];

    /// Whether a variable is read from the process in any case.
    fn is_operators(name: &str) -> bool {
        let mut variables = settings::all().filter_map(|setting| setting.variable);
        variables.any(|variable| variable.name == name && variable.scope == Scope::Process)
    }

    fn read(env: &ListOption) -> Self {
        let name = |argument: &String| argument.split('=').next().unwrap_or_default().to_owned();
        let given: Vec<_> = env.values(ListOptions::Concatenated).iter().map(name).collect();
        let is_name = |name: &str| name.chars().all(|c| c.is_ascii_alphanumeric() || c == '_');
        let variables = std::env::vars_os().filter_map(|(name, value)| {
            let name = name.into_string().ok().filter(|name| name.starts_with("NIXPACKS_") && is_name(name))?;
            let is_others = Self::OF_IMAGES.contains(&name.as_str()) || Self::is_operators(&name);
            let is_ours = !is_others && !given.contains(&name);
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

    /// What the variable of a setting says, if it is the operator's.
    fn said(&self, setting: &Declaration) -> Option<Said> {
        let Variable { name, .. } = setting.variable.filter(|variable| variable.scope == Scope::Process)?;
        let given = self.0.get(name).map(str::to_owned).or_else(|| std::env::var(name).ok());
        given.filter(|word| !word.is_empty()).map(|word| Said { word, by: name.to_owned() })
    }
}

/// What is said about a setting, and by which flag or variable.
pub(super) struct Said {
    pub(super) word: String,
    pub(super) by: String,
}

impl Said {
    fn by_flag(word: Option<&str>, setting: &Declaration) -> Option<Self> {
        Some(Self { word: word?.to_owned(), by: format!("--{}", setting.flag?.name) })
    }
}
