//! From an app directory to its plan: who is asked, in which order, and who wins.

mod assemble;
mod detection;
mod passes;
mod pinned;
mod printed;

pub use detection::{Asked, Nothing};
pub use pinned::pins;
pub use printed::replay;

use crate::app::{App, EntryKind, Reads};
use crate::config::{
    BuildSettings, ConfigFile, ListOption, Mirrors, Origin, Overrides, Procfile, Variables, environment_plan,
    unreadable_switches,
};
use crate::edition::{
    DecliningProviders, DetectionVariables, Edition, MetadataRules, OtherProviders, Rules, RunTimeNeeds,
    SubdirectoryRules, TargetArchitecture, UnknownProviders, VariablePrecedence,
};
use crate::error::{Error, Result};
use crate::machine::Machine;
use crate::plan::{PartialPlan, Plan, SettingMap};
use crate::provider::{
    Budget, Catalog, Diagnostics, Environment, Limits, Marker, ProviderIdentity, Session, Tools, Usage,
};
use assemble::assemble;
use detection::Choice;
use std::path::{Path, PathBuf};
use std::sync::Arc;

/// What is asked of the planner.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub struct PlanRequest {
    /// The app directory.
    pub directory: PathBuf,
    /// The edition, if the command line or the process chose one.
    pub edition: Option<Edition>,
    /// The arguments of `--env`.
    pub env: ListOption,
    /// `NIXPACKS_*` variables of the process that count as given, below those of `--env`.
    pub imported: Vec<String>,
    /// `NIXPACKS_*` variables of the process that are not given: names.
    pub unseen: Vec<String>,
    /// `--config`, relative to the app.
    pub config: Option<PathBuf>,
    /// `--json-plan`, parsed.
    pub json_plan: Option<PartialPlan>,
    /// Everything else the command line says about the plan.
    pub overrides: Overrides,
    /// Where things are fetched from, above what the configuration file says.
    pub mirrors: Mirrors,
    /// The image's platform, such as `linux/arm64`; absent: this machine's.
    pub platform: Option<String>,
    /// What a provider may use up.
    pub limits: Limits,
    /// The process from which an argument of `--env` without a value takes it.
    pub machine: Machine,
}

impl PlanRequest {
    /// The plan of an app of which nothing more is said.
    pub fn new(directory: impl Into<PathBuf>) -> Self {
        Self {
            directory: directory.into(),
            edition: None,
            env: ListOption::default(),
            imported: Vec::new(),
            unseen: Vec::new(),
            config: None,
            json_plan: None,
            overrides: Overrides::default(),
            mirrors: Mirrors::default(),
            platform: None,
            limits: Limits::DEFAULT,
            machine: Machine::default(),
        }
    }
}

/// A plan and how it came about.
#[non_exhaustive]
pub struct Planned {
    /// The app that is built: the directory asked for, or its only subdirectory.
    pub app: Arc<App>,
    /// The subdirectory, relative to the directory asked for.
    pub subdirectory: Option<String>,
    /// The plan.
    pub plan: Plan,
    /// Why the plan has no phases, if it has none.
    pub nothing: Option<Nothing>,
    /// Files by which the app is recognised, where the app keeps all of them out of builds.
    pub hidden: Vec<String>,
    /// Whose rules it was made by.
    pub edition: Edition,
    /// The variables given to this build.
    pub variables: Variables,
    /// Where things are fetched from.
    pub mirrors: Mirrors,
    /// What the configuration file says about building.
    pub settings: BuildSettings,
    /// The providers that planned it.
    pub providers: Vec<ProviderIdentity>,
    /// What was said on the way.
    pub diagnostics: Diagnostics,
    /// Every provider there is.
    catalog: Arc<Catalog>,
    /// The providers' instances; there are none of a saved plan.
    instances: Option<Arc<Session>>,
}

/// What to do about an app that nobody can plan.
pub const NOTHING_HINT: &str =
    "Look whether this is the right directory; name providers, packages and commands in nixpacks.toml";

impl Planned {
    /// Says that the build does not have the app's manifest, if that is so.
    pub fn hidden_files(&self) -> Option<String> {
        let files = self.hidden.join(", ");
        (!files.is_empty()).then(|| format!("The build cannot succeed: `.dockerignore` keeps {files} out of it"))
    }

    /// What the plan depends on.
    pub fn reads(&self) -> Reads {
        self.app.reads()
    }

    /// What is true of the tools of all languages.
    pub fn tools(&self) -> &Tools {
        self.catalog.tools(self.edition)
    }

    /// What a provider used up while the plan was made.
    pub fn usage(&self, provider: &str) -> Option<Usage> {
        self.instances.as_ref().map(|session| session.usage(provider))
    }

    /// Leaves the providers' instances to the end of the process, which is near: to tear them down takes
    /// a tenth of the instructions of planning a small app.
    pub fn leave_instances(&mut self) {
        std::mem::forget(self.instances.take());
    }
}

/// What is known before any provider is asked.
struct Preparation {
    app: Arc<App>,
    catalog: Arc<Catalog>,
    edition: Edition,
    variables: Variables,
    /// Where things are fetched from, as far as files say.
    file_mirrors: Mirrors,
    settings: BuildSettings,
    /// What outer directories' files and the configuration file say about the plan.
    file_plan: PartialPlan,
    /// The same with environment and command line above it.
    pre_plan: PartialPlan,
    warnings: Vec<String>,
}

/// What an outer directory's files say, for its only subdirectory.
struct Outer {
    edition: Edition,
    mirrors: Mirrors,
    settings: BuildSettings,
    /// Their say about the plan; absent where it does not hold, and the configuration file that is asked
    /// for is looked for anew (Nixpacks 1.41).
    plan: Option<PartialPlan>,
    warnings: Vec<String>,
}

impl Preparation {
    const fn rules(&self) -> &'static Rules {
        self.edition.rules()
    }

    /// What is true of the tools of all languages.
    fn tools(&self) -> &Tools {
        self.catalog.tools(self.edition)
    }

    /// What holds in the only subdirectory, too.
    fn into_outer(self) -> Result<Outer> {
        let rules = self.rules();
        let plan = match rules.subdirectory {
            SubdirectoryRules::Nixpacks => None,
            SubdirectoryRules::Visible => {
                Some(self.procfile()?.to_plan(rules.processes).merge(self.file_plan, rules.merge))
            }
        };
        Ok(Outer {
            edition: self.edition,
            mirrors: self.file_mirrors,
            settings: self.settings,
            plan,
            warnings: self.warnings,
        })
    }

    /// What the Procfile says.
    fn procfile(&self) -> Result<Procfile> {
        Procfile::read(&self.app, self.rules().procfile)
    }

    /// The variables that providers see.
    fn provider_variables(&self) -> Variables {
        let nothing = SettingMap::new();
        let configured = self.pre_plan.variables.as_ref().unwrap_or(&nothing);
        match self.rules().variable_precedence {
            VariablePrecedence::FileOverEnv => self.variables.clone().changed_by(configured),
            VariablePrecedence::EnvOverFile => Variables::default().changed_by(configured).overlaid_by(&self.variables),
        }
    }

    fn session(
        &self,
        catalog: &Arc<Catalog>,
        variables: Variables,
        request: &PlanRequest,
        budget: &Budget,
    ) -> Arc<Session> {
        let architecture = architecture(request.platform.as_deref(), self.rules().target_architecture);
        let environment = Environment { variables, edition: self.edition, architecture };
        let session = Session::new(Arc::clone(catalog), Arc::clone(&self.app), environment, budget.clone());
        for warning in &self.warnings {
            session.diagnostics().warn(warning);
        }
        if !request.unseen.is_empty() {
            session.diagnostics().hint(format!(
                "This process has {}, which the build does not see: give a variable by `--env NAME`, all of these by \
                 `--import-env`",
                request.unseen.join(", ")
            ));
        }
        session
    }
}

/// The processor architecture of the image, in Rust's words.
fn architecture(platform: Option<&str>, rule: TargetArchitecture) -> String {
    let of_platform = match (rule, platform.and_then(|platform| platform.split('/').nth(1))) {
        (TargetArchitecture::OfPlatform, Some("amd64")) => Some("x86_64"),
        (TargetArchitecture::OfPlatform, Some("arm64")) => Some("aarch64"),
        _ => None,
    };
    of_platform.unwrap_or(std::env::consts::ARCH).to_owned()
}

/// Plans an app.
///
/// ```
/// use plugpacks::planner::{self, PlanRequest};
/// use plugpacks::provider::Catalog;
/// use std::sync::Arc;
///
/// # fn main() -> plugpacks::error::Result<()> {
/// let mut request = PlanRequest::new("../examples/apps/node-npm");
/// request.overrides.install_command = Some("npm ci --omit=dev".to_owned());
/// let planned = planner::plan(&request, &Arc::new(Catalog::builtin()))?;
/// assert_eq!(planned.providers[0].name, "node");
/// assert_eq!(planned.plan.phases["install"].commands.as_deref(), Some(&["npm ci --omit=dev".to_owned()][..]));
/// println!("{}", planned.plan.to_json());
/// # Ok(())
/// # }
/// ```
///
/// # Errors
/// The directory, its configuration or a file a provider needs cannot be read or understood, or a
/// provider fails.
pub fn plan(request: &PlanRequest, catalog: &Arc<Catalog>) -> Result<Planned> {
    let budget = Budget::new(request.limits);
    let mut preparation = prepare(request, catalog, &request.directory, None)?;
    let mut subdirectory: Option<String> = None;
    loop {
        let variables = preparation.provider_variables();
        let session = preparation.session(catalog, variables, request, &budget);
        if let Some(metadata) = &preparation.pre_plan.metadata {
            let others = pinned::other_providers(metadata, &session);
            others.iter().for_each(|other| session.diagnostics().warn(other));
        }
        let mut choice = Choice::of(&preparation, &session)?;
        let mut plan = assemble(&preparation, choice.plans(&session)?, &session)?;
        if plan.phases.is_empty()
            && let Some(name) = only_subdirectory(&preparation)?
        {
            let directory = preparation.app.root().join(&name);
            subdirectory = Some(subdirectory.map_or_else(|| name.clone(), |outer| format!("{outer}/{name}")));
            preparation = prepare(request, catalog, &directory, Some(preparation.into_outer()?))?;
            continue;
        }
        if preparation.rules().other_providers == OtherProviders::Hinted {
            choice.hint_at_others(&session);
        }
        if preparation.rules().metadata == MetadataRules::Structured {
            let metadata = plan.metadata.get_or_insert_default();
            metadata.edition = Some(preparation.edition.name().to_owned());
            metadata.subdirectory.clone_from(&subdirectory);
        }
        let nothing = plan.phases.is_empty().then(|| choice.explain_nothing(&session));
        let hidden = hidden_markers(&choice, &session);
        let diagnostics = session.diagnostics().clone();
        return Ok(Planned {
            app: preparation.app,
            subdirectory,
            plan,
            nothing,
            hidden,
            edition: preparation.edition,
            variables: preparation.variables,
            mirrors: preparation.file_mirrors.overlaid_by(&request.mirrors),
            settings: preparation.settings,
            providers: session.planned_by(),
            diagnostics,
            catalog: preparation.catalog,
            instances: Some(session),
        });
    }
}

/// The providers that would plan an app.
#[non_exhaustive]
pub struct Detected {
    /// Their names, the first one's plan winning.
    pub names: Vec<String>,
    /// Why there are none and nothing else to build, if that is so.
    pub nothing: Option<Nothing>,
    /// What was said on the way.
    pub diagnostics: Diagnostics,
    /// The providers' instances.
    instances: Option<Arc<Session>>,
}

impl Detected {
    /// As [`Planned::leave_instances`].
    pub fn leave_instances(&mut self) {
        std::mem::forget(self.instances.take());
    }
}

/// Says which providers would plan an app.
///
/// # Errors
/// As [`plan`], as far as it concerns detection.
pub fn detect(request: &PlanRequest, catalog: &Arc<Catalog>) -> Result<Detected> {
    let budget = Budget::new(request.limits);
    let mut preparation = prepare(request, catalog, &request.directory, None)?;
    loop {
        let rules = preparation.rules();
        let variables = match rules.detection_variables {
            DetectionVariables::Given => preparation.variables.clone(),
            DetectionVariables::AsForPlan => preparation.provider_variables(),
        };
        let session = preparation.session(catalog, variables, request, &budget);
        let mut choice = Choice::of(&preparation, &session)?;
        if rules.unknown_providers == UnknownProviders::Refused {
            choice.names.iter().try_for_each(|name| session.check_name(name))?;
        }
        if rules.declining_providers == DecliningProviders::GiveWay {
            // Who cannot plan an app that it recognises, says why when it plans.
            let _ = session.quietly(|| choice.plans(&session));
        }
        if rules.other_providers == OtherProviders::Hinted {
            choice.hint_at_others(&session);
        }
        let has_phases = preparation.pre_plan.phases.as_ref().is_some_and(|phases| !phases.is_empty());
        let has_nothing = choice.names.is_empty() && !has_phases;
        if has_nothing
            && rules.subdirectory == SubdirectoryRules::Visible
            && let Some(name) = only_subdirectory(&preparation)?
        {
            let directory = preparation.app.root().join(name);
            preparation = prepare(request, catalog, &directory, Some(preparation.into_outer()?))?;
            continue;
        }
        let nothing = has_nothing.then(|| choice.explain_nothing(&session));
        let diagnostics = session.diagnostics().clone();
        return Ok(Detected { names: choice.names, nothing, diagnostics, instances: Some(session) });
    }
}

/// Reads everything that is not a provider's to say.
fn prepare(
    request: &PlanRequest,
    catalog: &Arc<Catalog>,
    directory: &Path,
    outer: Option<Outer>,
) -> Result<Preparation> {
    let open = |edition: Edition| {
        App::open(directory, edition.rules().search, catalog.generated(edition)).map_err(|error| {
            Error::configuration("Failed to read app source directory")
                .cause(format!("`{}`: {error}", directory.display()))
                .hint("Give the path of the directory that is to be built")
        })
    };
    let parse = |edition: Edition| {
        let rules = edition.rules();
        let given = [&request.imported[..], &request.env.values(rules.list_options)].concat();
        Variables::parse(&given, rules.env_syntax, request.machine.variable)
    };
    let inherited = outer.as_ref().map_or(Edition::DEFAULT, |outer| outer.edition);
    let asked = request.edition.unwrap_or(inherited);
    let (mut app, mut variables) = (open(asked)?, parse(asked)?);
    let file = match &outer {
        // The file that is asked for has been read.
        Some(Outer { plan: Some(_), .. }) => ConfigFile::read_usual(&app)?,
        Some(Outer { plan: None, .. }) | None => ConfigFile::read(&app, request.config.as_deref(), &variables)?,
    };
    let edition = match (request.edition, &file.edition) {
        (Some(edition), _) => edition,
        (None, Some(name)) => Edition::parse(name, "the configuration file")?,
        (None, None) => inherited,
    };
    if edition != asked {
        (app, variables) = (open(edition)?, parse(edition)?);
    }
    let rules = edition.rules();
    let json_plan = request.json_plan.clone().unwrap_or_default();
    let (options, environment) = (request.overrides.to_plan(rules), environment_plan(&variables, rules));
    Origin::Other("the plan of --json-plan").check(&json_plan)?;
    Origin::Options.check(&options)?;
    Origin::Variables.check(&environment)?;
    let command_line = PartialPlan::default().merge(json_plan, rules.merge).merge(options, rules.merge);
    let unreadable = unreadable_switches(&variables);
    let shadowed = shadowed_variables(file.plan.variables.as_ref(), &variables, rules);
    let merge = |low: PartialPlan, high| low.merge(high, rules.merge);
    let not_loaded = outer.as_ref().and_then(|_| pinned::not_loaded(&file.pinned_providers, &app));
    let (file_plan, file_mirrors, settings, outer_warnings) = match outer {
        Some(outer) => (
            merge(outer.plan.unwrap_or_default(), file.plan),
            outer.mirrors.overlaid_by(&file.mirrors),
            outer.settings.overlaid_by(file.settings),
            outer.warnings,
        ),
        None => (merge(PartialPlan::default(), file.plan), file.mirrors, file.settings, Vec::new()),
    };
    let pre_plan = [environment, command_line].into_iter().fold(file_plan.clone(), merge);
    Ok(Preparation {
        app: Arc::new(app),
        catalog: Arc::clone(catalog),
        edition,
        variables,
        file_mirrors,
        settings,
        file_plan,
        pre_plan,
        warnings: [outer_warnings, file.warnings, shadowed, unreadable, not_loaded.into_iter().collect()].concat(),
    })
}

/// Says which variables the configuration file and `--env` both set, and who wins.
fn shadowed_variables(file: Option<&SettingMap>, variables: &Variables, rules: &Rules) -> Vec<String> {
    let winner = match rules.variable_precedence {
        VariablePrecedence::FileOverEnv => "the configuration file",
        VariablePrecedence::EnvOverFile => "`--env`",
    };
    let both = file
        .into_iter()
        .flatten()
        .filter(|(name, setting)| variables.get(name).is_some_and(|given| setting.value() != Some(given)));
    both.map(|(name, _)| format!("The variable {name} is set by the configuration file and by `--env`; {winner} wins"))
        .collect()
}

/// The files by which the detected provider recognises the app, if the app keeps all of them out of builds.
fn hidden_markers(choice: &Choice, session: &Session) -> Vec<String> {
    let rules = session.environment().edition.rules();
    let detected = choice.detection.as_ref().and_then(|detection| detection.chosen.as_ref());
    let description = detected.and_then(|name| session.description(name).ok());
    if rules.run_time_needs == RunTimeNeeds::WholeBuild {
        return Vec::new();
    }
    let markers = description.into_iter().flat_map(|description| description.markers.iter());
    let file = |marker: &Marker| match marker {
        Marker::File(path) => (session.app().entry(path) == Ok(EntryKind::File)).then(|| path.to_string()),
        Marker::Directory(_) | Marker::Anywhere(_) => None,
    };
    let files: Vec<String> = markers.filter_map(file).collect();
    let hidden = passes::hidden(session.app(), files.iter().map(String::as_str)).len();
    if hidden == files.len() { files } else { Vec::new() }
}

/// The only directory of an app that has exactly one.
fn only_subdirectory(preparation: &Preparation) -> Result<Option<String>> {
    let mut directories = preparation
        .app
        .top_level_directories()
        .map_err(|error| Error::app(format!("Cannot list `{}`", preparation.app.root().display())).cause(error))?;
    if preparation.rules().subdirectory == SubdirectoryRules::Visible {
        directories.retain(|name| !name.starts_with('.') && !preparation.tools().generate(name));
    }
    Ok(if directories.len() == 1 { directories.pop() } else { None })
}
