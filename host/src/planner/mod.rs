//! From an app directory to its plan: who is asked, in which order, and who wins.

mod detection;
mod passes;

pub use detection::{Asked, Nothing};

use crate::app::{App, AppPath, Reads};
use crate::config::{
    BuildSettings, ConfigFile, ListOption, Mirrors, Overrides, Procfile, Variables, environment_plan,
    unreadable_switches,
};
use crate::edition::{
    DecliningProviders, DetectionVariables, Distribution, Edition, MetadataRules, OtherProviders, ProcessRules, Rules,
    SubdirectoryRules, TargetArchitecture, UnknownProviders, VariablePrecedence,
};
use crate::error::{Error, Result};
use crate::plan::{Item, Metadata, PartialPhase, PartialPlan, Plan, Planner, SettingMap};
use crate::provider::{Catalog, Diagnostics, Environment, Limits, ProviderIdentity, ProviderPlan, Session};
use detection::{Choice, NamedPlan};
use passes::{Draft, Facts, Packages, Passes, StartCommand};
use std::path::{Path, PathBuf};
use std::sync::Arc;

/// What is asked of the planner.
#[derive(Clone, Debug)]
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
}

/// A plan and how it came about.
pub struct Planned {
    /// The app that is built: the directory asked for, or its only subdirectory.
    pub app: Arc<App>,
    /// The subdirectory, relative to the directory asked for.
    pub subdirectory: Option<String>,
    /// The plan.
    pub plan: Plan,
    /// Why the plan has no phases, if it has none.
    pub nothing: Option<Nothing>,
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
    /// The providers' instances; there are none of a saved plan.
    instances: Option<Arc<Session>>,
}

impl Planned {
    /// What the plan depends on.
    pub fn reads(&self) -> Reads {
        self.app.reads()
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

    fn session(&self, catalog: &Arc<Catalog>, variables: Variables, request: &PlanRequest) -> Arc<Session> {
        let architecture = architecture(request.platform.as_deref(), self.rules().target_architecture);
        let environment = Environment { variables, edition: self.edition, architecture };
        let session = Session::new(Arc::clone(catalog), Arc::clone(&self.app), environment, request.limits);
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
/// # Errors
/// The directory, its configuration or a file a provider needs cannot be read or understood, or a
/// provider fails.
pub fn plan(request: &PlanRequest, catalog: &Arc<Catalog>) -> Result<Planned> {
    let mut preparation = prepare(request, &request.directory, None)?;
    let mut subdirectory: Option<String> = None;
    loop {
        let variables = preparation.provider_variables();
        let session = preparation.session(catalog, variables, request);
        let mut choice = Choice::of(&preparation, &session)?;
        let mut plan = assemble(&preparation, choice.plans(&session)?, &session)?;
        if plan.phases.is_empty()
            && let Some(name) = only_subdirectory(&preparation)?
        {
            let directory = preparation.app.root().join(&name);
            subdirectory = Some(subdirectory.map_or_else(|| name.clone(), |outer| format!("{outer}/{name}")));
            preparation = prepare(request, &directory, Some(preparation.into_outer()?))?;
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
        let diagnostics = session.diagnostics().clone();
        return Ok(Planned {
            app: preparation.app,
            subdirectory,
            plan,
            nothing,
            edition: preparation.edition,
            variables: preparation.variables,
            mirrors: preparation.file_mirrors.overlaid_by(&request.mirrors),
            settings: preparation.settings,
            providers: session.planned_by(),
            diagnostics,
            instances: Some(session),
        });
    }
}

/// The providers that would plan an app.
pub struct Detected {
    /// Their names, the first one's plan winning.
    pub names: Vec<String>,
    /// Why there are none and nothing else to build, if that is so.
    pub nothing: Option<Nothing>,
    /// What was said on the way.
    pub diagnostics: Diagnostics,
}

/// Says which providers would plan an app.
///
/// # Errors
/// As [`plan`], as far as it concerns detection.
pub fn detect(request: &PlanRequest, catalog: &Arc<Catalog>) -> Result<Detected> {
    let mut preparation = prepare(request, &request.directory, None)?;
    loop {
        let rules = preparation.rules();
        let variables = match rules.detection_variables {
            DetectionVariables::Given => preparation.variables.clone(),
            DetectionVariables::AsForPlan => preparation.provider_variables(),
        };
        let session = preparation.session(catalog, variables, request);
        let mut choice = Choice::of(&preparation, &session)?;
        if rules.unknown_providers == UnknownProviders::Refused {
            choice.names.iter().try_for_each(|name| session.check_name(name))?;
        }
        if rules.declining_providers == DecliningProviders::GiveWay {
            // Who cannot plan an app that it recognises, says why when it plans.
            let _ = choice.plans(&session.apart());
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
            preparation = prepare(request, &directory, Some(preparation.into_outer()?))?;
            continue;
        }
        let nothing = has_nothing.then(|| choice.explain_nothing(&session));
        let diagnostics = session.diagnostics().clone();
        return Ok(Detected { names: choice.names, nothing, diagnostics });
    }
}

/// A plan that was saved earlier, for the app it is built with now: nothing is detected, nothing is added
/// but what it leaves open, variables that are given to this build, and what the packages that somebody
/// added to it mean for the run time.
///
/// # Errors
/// The directory or its configuration cannot be read, the plan is of an edition that is not known, or it
/// says something impossible.
pub fn replay(request: &PlanRequest, catalog: &Arc<Catalog>, saved: PartialPlan) -> Result<Planned> {
    let metadata = saved.metadata.clone().unwrap_or_default();
    let edition = metadata.edition.as_ref().map(|name| Edition::parse(name, "the saved plan")).transpose()?;
    let request = PlanRequest { edition: request.edition.or(edition), unseen: Vec::new(), ..request.clone() };
    let subdirectory = metadata.subdirectory.as_ref().map(|path| {
        AppPath::new(path)
            .ok_or_else(|| Error::configuration(format!("The saved plan is for `{path}`, outside the app")))
    });
    let directory = match subdirectory.transpose()? {
        Some(subdirectory) => request.directory.join(subdirectory.as_str()),
        None => request.directory.clone(),
    };
    let preparation = prepare(&request, &directory, None)?;
    let rules = preparation.rules();
    let session = preparation.session(catalog, preparation.provider_variables(), &request);
    let facts = Facts {
        app: &preparation.app,
        given: &preparation.variables,
        user: &preparation.pre_plan,
        merged: &saved,
        command: StartCommand::OfUser,
        asked: asked_for(&saved, &session, rules).map(|asked| asked.with(Packages::of(&preparation.pre_plan))),
        distribution: Distribution::Ubuntu,
        rules,
    };
    let mut plan = saved.clone().pin(&rules.defaults(Distribution::Ubuntu));
    let given = preparation.variables.as_map();
    if !given.is_empty() {
        plan.variables.get_or_insert_default().extend(given.iter().map(|(name, value)| (name.clone(), value.clone())));
    }
    passes::run(Passes::of(rules).of_saved_plan, &mut plan, &facts, &session)?;
    let identity = |planner: Planner| ProviderIdentity { name: planner.name, version: planner.version, digest: None };
    let diagnostics = session.diagnostics().clone();
    Ok(Planned {
        app: preparation.app,
        subdirectory: metadata.subdirectory,
        plan,
        nothing: None,
        edition: preparation.edition,
        variables: preparation.variables,
        mirrors: preparation.file_mirrors.overlaid_by(&request.mirrors),
        settings: preparation.settings,
        providers: metadata.providers.into_iter().map(identity).collect(),
        diagnostics,
        instances: None,
    })
}

/// The packages that the providers of a printed plan ask for; none if the plan was not printed, or if its
/// providers do not plan this app any more.
fn asked_for(printed: &PartialPlan, session: &Arc<Session>, rules: &Rules) -> Option<Packages> {
    let session = session.apart();
    let planners = &printed.metadata.as_ref()?.providers;
    let plans = planners.iter().map(|planner| Ok((planner.name.clone(), session.plan(&planner.name)?)));
    let draft = draft(plans.collect::<Result<_>>().ok()?, &session, rules).ok()?;
    Some(Packages::of(&draft.plan))
}

/// Reads everything that is not a provider's to say.
fn prepare(request: &PlanRequest, directory: &Path, outer: Option<Outer>) -> Result<Preparation> {
    let open = |edition: Edition| {
        App::open(directory, edition.rules().search).map_err(|error| {
            Error::configuration("Failed to read app source directory")
                .cause(format!("`{}`: {error}", directory.display()))
                .hint("Give the path of the directory that is to be built")
        })
    };
    let parse = |edition: Edition| {
        let rules = edition.rules();
        let given = [&request.imported[..], &request.env.values(rules.list_options)].concat();
        Variables::parse(&given, rules.env_syntax, |name| std::env::var(name).ok())
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
    let command_line = PartialPlan::default()
        .merge(request.json_plan.clone().unwrap_or_default(), rules.merge)
        .merge(request.overrides.to_plan(rules), rules.merge);
    let unreadable = unreadable_switches(&variables);
    let shadowed = shadowed_variables(file.plan.variables.as_ref(), &variables, rules);
    let merge = |low: PartialPlan, high| low.merge(high, rules.merge);
    let (file_plan, file_mirrors, settings, outer_warnings) = match outer {
        Some(outer) => (
            merge(outer.plan.unwrap_or_default(), file.plan),
            outer.mirrors.overlaid_by(&file.mirrors),
            outer.settings.overlaid_by(file.settings),
            outer.warnings,
        ),
        None => (merge(PartialPlan::default(), file.plan), file.mirrors, file.settings, Vec::new()),
    };
    let pre_plan = [environment_plan(&variables, rules), command_line].into_iter().fold(file_plan.clone(), merge);
    Ok(Preparation {
        app: Arc::new(app),
        edition,
        variables,
        file_mirrors,
        settings,
        file_plan,
        pre_plan,
        warnings: [outer_warnings, file.warnings, shadowed, unreadable].concat(),
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

/// Asks the providers and merges everything.
fn assemble(preparation: &Preparation, plans: Vec<NamedPlan>, session: &Arc<Session>) -> Result<Plan> {
    let rules = preparation.rules();
    let passes = Passes::of(rules);
    let mut draft = draft(plans, session, rules)?;
    let procfile = preparation.procfile()?;
    hint_at_release(&procfile, preparation, session);
    let procfile = procfile.to_plan(rules.processes);
    let merge = |draft: Draft| {
        [draft.stated(), procfile.clone(), preparation.pre_plan.clone()]
            .into_iter()
            .fold(PartialPlan::default(), |low, high| low.merge(high, rules.merge))
    };
    let unchanged = merge(draft.clone());
    let facts = Facts {
        app: &preparation.app,
        given: &session.environment().variables,
        user: &preparation.pre_plan,
        merged: &unchanged,
        command: if starts(&procfile) || starts(&preparation.pre_plan) {
            StartCommand::OfUser
        } else {
            StartCommand::OfProvider
        },
        asked: asked_for(&preparation.pre_plan, session, rules),
        distribution: if session.environment().variables.is_set("DEBIAN") {
            Distribution::Debian
        } else {
            Distribution::Ubuntu
        },
        rules,
    };
    passes::run(passes.of_providers, &mut draft, &facts, session)?;
    let mut merged = merge(draft);
    passes::run(passes.of_sources, &mut merged, &facts, session)?;
    let mut plan = merged.pin(&rules.defaults(facts.distribution));
    passes::run(passes.of_plan, &mut plan, &facts, session)?;
    Ok(plan)
}

/// Whether a source names a start command.
fn starts(plan: &PartialPlan) -> bool {
    let command = plan.start.as_ref().and_then(|start| start.command.as_ref());
    command.is_some_and(|command| command.value().is_some())
}

/// Says that the Procfile's `release` is not run, where Nixpacks 1.41 runs it, unless the user says
/// something about such a phase.
fn hint_at_release(procfile: &Procfile, preparation: &Preparation, session: &Session) {
    let is_settled = preparation.pre_plan.phases.as_ref().is_some_and(|phases| phases.contains_key("release"));
    if let (ProcessRules::Recorded, Some(command), false) =
        (preparation.rules().processes, procfile.release_command(), is_settled)
    {
        session.diagnostics().hint(format!(
            "The Procfile's `release: {command}` is not run while the image is built, where neither the app's \
             database nor its variables are; it is in the plan's `processes`. `[phases.release]` with \
             `cmds = [...]` and `dependsOn = [\"build\"]` in nixpacks.toml runs it all the same; with \
             `skip = true` this hint is gone"
        ));
    }
}

/// The plans of several providers in one: the earlier provider wins; phases of later ones carry
/// the provider's name.
fn draft(plans: Vec<NamedPlan>, session: &Session, rules: &Rules) -> Result<Draft> {
    let mut combined = Draft::default();
    let mut planners = Vec::new();
    let is_asked = !plans.is_empty();
    for (position, (name, answer)) in plans.into_iter().enumerate() {
        let Some(ProviderPlan { mut plan, requirements, labels }) = answer else { continue };
        let version = session.description(&name)?.version.clone().into_owned();
        if position > 0 {
            prefix_phases(&mut plan, &name);
        }
        let later = Draft { plan, requirements };
        combined = if planners.is_empty() { later.of_one(rules) } else { combined.beside(later, rules) };
        planners.push(Planner { name, version, labels });
    }
    if is_asked {
        let variables = combined.plan.variables.get_or_insert_default();
        variables.insert("NIXPACKS_METADATA".to_owned(), metadata_variable(&planners).into());
    }
    if rules.metadata == MetadataRules::Structured && !planners.is_empty() {
        combined.plan.metadata = Some(Metadata { providers: planners, ..Metadata::default() });
    }
    Ok(combined)
}

/// Each provider's name and labels in one list (Nixpacks 1.41).
fn metadata_variable(planners: &[Planner]) -> String {
    let words = planners.iter().flat_map(|planner| std::iter::once(&planner.name).chain(&planner.labels));
    words.map(String::as_str).collect::<Vec<_>>().join(",")
}

fn prefix_phases(plan: &mut PartialPlan, provider: &str) {
    let prefixed = |name: &str| format!("{provider}:{name}");
    let Some(phases) = plan.phases.take() else { return };
    let rename = |(name, mut phase): (String, PartialPhase)| {
        for item in phase.depends_on.iter_mut().flat_map(|list| &mut list.0) {
            if let Item::Value(dependency) = item {
                *dependency = prefixed(dependency);
            }
        }
        (prefixed(&name), phase)
    };
    plan.phases = Some(phases.into_iter().map(rename).collect());
}

/// The only directory of an app that has exactly one.
fn only_subdirectory(preparation: &Preparation) -> Result<Option<String>> {
    let mut directories = preparation
        .app
        .top_level_directories()
        .map_err(|error| Error::app(format!("Cannot list `{}`", preparation.app.root().display())).cause(error))?;
    if preparation.rules().subdirectory == SubdirectoryRules::Visible {
        directories.retain(|name| !name.starts_with('.') && name != "node_modules");
    }
    Ok(if directories.len() == 1 { directories.pop() } else { None })
}
