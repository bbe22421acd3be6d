//! From an app directory to its plan: who is asked, in which order, and who wins.

use crate::app::{App, Reads};
use crate::config::{BuildSettings, ConfigFile, Mirrors, Overrides, Procfile, Variables, environment_plan};
use crate::edition::{
    DetectionRules, Distribution, Edition, Rules, StartOverride, SubdirectoryRules, TargetArchitecture,
    VariablePrecedence,
};
use crate::error::{Error, Result};
use crate::plan::{Item, ListEdit, PartialPlan, Phase, Plan, TextMap, missing_dependencies};
use crate::provider::{Catalog, Diagnostics, Environment, Limits, ProviderIdentity, Session};
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
    pub env: Vec<String>,
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
}

impl Planned {
    /// What the plan depends on.
    pub fn reads(&self) -> Reads {
        self.app.reads()
    }
}

/// What is known before any provider is asked.
struct Preparation {
    app: Arc<App>,
    edition: Edition,
    variables: Variables,
    mirrors: Mirrors,
    settings: BuildSettings,
    /// Configuration file, environment and command line, merged.
    pre_plan: PartialPlan,
    warnings: Vec<String>,
}

impl Preparation {
    const fn rules(&self) -> &'static Rules {
        self.edition.rules()
    }

    /// Takes over what an outer directory's file says about building.
    fn within(mut self, outer: BuildSettings) -> Self {
        if self.rules().subdirectory == SubdirectoryRules::Visible {
            self.settings = outer.overlaid_by(self.settings);
        }
        self
    }

    /// What the Procfile says.
    fn procfile(&self) -> Result<PartialPlan> {
        Ok(Procfile::read(&self.app, self.rules().procfile)?.to_plan())
    }

    /// The variables that providers see.
    fn provider_variables(&self) -> Variables {
        let configured = self.pre_plan.variables.clone().unwrap_or_default();
        match self.rules().variable_precedence {
            VariablePrecedence::FileOverEnv => self.variables.clone().overlaid_by(&configured),
            VariablePrecedence::EnvOverFile => Variables::from(configured).overlaid_by(self.variables.as_map()),
        }
    }

    fn session(&self, catalog: &Arc<Catalog>, variables: Variables, request: &PlanRequest) -> Arc<Session> {
        let architecture = architecture(request.platform.as_deref(), self.rules().target_architecture);
        let environment = Environment { variables, edition: self.edition, architecture };
        let session = Session::new(Arc::clone(catalog), Arc::clone(&self.app), environment, request.limits);
        for warning in &self.warnings {
            session.diagnostics().warn(warning);
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
        let plan = assemble(&preparation, &session)?;
        if plan.phases.is_empty()
            && let Some(name) = only_subdirectory(&preparation)?
        {
            let directory = preparation.app.root().join(&name);
            subdirectory = Some(subdirectory.map_or_else(|| name.clone(), |outer| format!("{outer}/{name}")));
            let inner = prepare(request, &directory, inherited(&preparation)?)?;
            preparation = inner.within(preparation.settings);
            continue;
        }
        check(&plan, preparation.rules(), &session)?;
        let diagnostics = session.diagnostics().clone();
        return Ok(Planned {
            app: preparation.app,
            subdirectory,
            plan,
            edition: preparation.edition,
            variables: preparation.variables,
            mirrors: preparation.mirrors,
            settings: preparation.settings,
            providers: session.planned_by(),
            diagnostics,
        });
    }
}

/// The names of the providers that would plan an app, and what was said on the way.
///
/// # Errors
/// As [`plan`], as far as it concerns detection.
pub fn detect(request: &PlanRequest, catalog: &Arc<Catalog>) -> Result<(Vec<String>, Diagnostics)> {
    let mut preparation = prepare(request, &request.directory, None)?;
    loop {
        let rules = preparation.rules();
        let variables = match rules.detection {
            DetectionRules::Nixpacks => preparation.variables.clone(),
            DetectionRules::Checked => preparation.provider_variables(),
        };
        let session = preparation.session(catalog, variables, request);
        let names = provider_names(&preparation, &session)?;
        if rules.detection == DetectionRules::Checked {
            names.iter().try_for_each(|name| session.check_name(name))?;
        }
        let has_phases = preparation.pre_plan.phases.as_ref().is_some_and(|phases| !phases.is_empty());
        if names.is_empty()
            && !has_phases
            && rules.subdirectory == SubdirectoryRules::Visible
            && let Some(name) = only_subdirectory(&preparation)?
        {
            let directory = preparation.app.root().join(name);
            preparation = prepare(request, &directory, inherited(&preparation)?)?;
            continue;
        }
        let diagnostics = session.diagnostics().clone();
        return Ok((names, diagnostics));
    }
}

/// The final plan that was saved earlier, as it is: nothing is detected, nothing is added but what
/// it leaves open.
pub fn replay(saved: PartialPlan, edition: Edition) -> Plan {
    saved.pin(&edition.rules().defaults(Distribution::Ubuntu))
}

/// Reads everything that is not a provider's to say. `inherited` comes from an outer directory.
fn prepare(request: &PlanRequest, directory: &Path, inherited: Option<PartialPlan>) -> Result<Preparation> {
    let open = |edition: Edition| {
        App::open(directory, edition.rules().search).map_err(|error| {
            Error::configuration("Failed to read app source directory")
                .cause(format!("`{}`: {error}", directory.display()))
                .hint("Give the path of the directory that is to be built")
        })
    };
    let parse =
        |edition: Edition| Variables::parse(&request.env, edition.rules().env_syntax, |name| std::env::var(name).ok());
    let asked = request.edition.unwrap_or(Edition::DEFAULT);
    let (mut app, mut variables) = (open(asked)?, parse(asked)?);
    let file = ConfigFile::read(&app, request.config.as_deref(), &variables)?;
    let edition = match (request.edition, &file.edition) {
        (Some(edition), _) => edition,
        (None, Some(name)) => Edition::parse(name, "the configuration file")?,
        (None, None) => Edition::DEFAULT,
    };
    if edition != asked {
        (app, variables) = (open(edition)?, parse(edition)?);
    }
    let rules = edition.rules();
    let command_line = PartialPlan::default()
        .merge(request.json_plan.clone().unwrap_or_default(), rules.merge)
        .merge(request.overrides.to_plan(rules), rules.merge);
    let mut warnings = file.warnings;
    warnings.extend(shadowed_variables(file.plan.variables.as_ref(), &variables, rules));
    let pre_plan = inherited
        .into_iter()
        .chain([file.plan, environment_plan(&variables, rules), command_line])
        .fold(PartialPlan::default(), |low, high| low.merge(high, rules.merge));
    Ok(Preparation {
        app: Arc::new(app),
        edition,
        variables,
        mirrors: file.mirrors.overlaid_by(&request.mirrors),
        settings: file.settings,
        pre_plan,
        warnings,
    })
}

/// Says which variables the configuration file and `--env` both set, and who wins.
fn shadowed_variables(file: Option<&TextMap>, variables: &Variables, rules: &Rules) -> Vec<String> {
    let winner = match rules.variable_precedence {
        VariablePrecedence::FileOverEnv => "the configuration file",
        VariablePrecedence::EnvOverFile => "`--env`",
    };
    let both = file
        .into_iter()
        .flatten()
        .filter(|(name, value)| variables.get(name).is_some_and(|given| given != value.as_str()));
    both.map(|(name, _)| format!("The variable {name} is set by the configuration file and by `--env`; {winner} wins"))
        .collect()
}

/// Asks the providers and merges everything.
fn assemble(preparation: &Preparation, session: &Arc<Session>) -> Result<Plan> {
    let rules = preparation.rules();
    let names = provider_names(preparation, session)?;
    let mut provider_plan = provider_plan(&names, session, rules)?;
    let procfile = preparation.procfile()?;
    let starts = |plan: &PartialPlan| plan.start.as_ref().is_some_and(|start| start.command.is_some());
    let is_overridden = starts(&procfile) || starts(&preparation.pre_plan);
    if let (StartOverride::CopiesEverything, true, Some(start)) =
        (rules.start_override, is_overridden, &mut provider_plan.start)
    {
        start.only_include_files = None;
    }
    let mut merged = [provider_plan, procfile, preparation.pre_plan.clone()]
        .into_iter()
        .fold(PartialPlan::default(), |low, high| low.merge(high, rules.merge));
    let given = session.environment().variables.as_map();
    if !given.is_empty() {
        merged.variables.get_or_insert_default().extend(given.clone());
    }
    let distribution =
        if session.environment().variables.is_set("DEBIAN") { Distribution::Debian } else { Distribution::Ubuntu };
    Ok(merged.pin(&rules.defaults(distribution)))
}

/// The providers to use: those the user lists, a marker standing for the detected one.
fn provider_names(preparation: &Preparation, session: &Arc<Session>) -> Result<Vec<String>> {
    let everything = ListEdit(vec![Item::Inherited]);
    let listed = preparation.pre_plan.providers.as_ref().unwrap_or(&everything);
    let is_asked = listed.0.contains(&Item::Inherited);
    let detected = match preparation.rules().detection {
        DetectionRules::Checked if !is_asked => None,
        _ => session.detect()?,
    };
    let name = |item: &Item| match item {
        Item::Value(name) => Some(name.clone()),
        Item::Inherited => detected.clone(),
    };
    Ok(listed.0.iter().filter_map(name).collect())
}

/// The plans of several providers in one: the earlier provider wins; phases of later ones carry
/// the provider's name.
fn provider_plan(names: &[String], session: &Arc<Session>, rules: &Rules) -> Result<PartialPlan> {
    let mut combined = PartialPlan::default();
    let mut metadata = Vec::new();
    for (position, name) in names.iter().enumerate() {
        let Some(mut answer) = session.plan(name)? else { continue };
        if position > 0 {
            prefix_phases(&mut answer.plan, name);
        }
        combined = PartialPlan::default().merge(answer.plan, rules.merge).merge(combined, rules.merge);
        metadata.push(name.clone());
        metadata.append(&mut answer.labels);
    }
    if !names.is_empty() {
        let variables = combined.variables.get_or_insert_default();
        variables.insert("NIXPACKS_METADATA".to_owned(), metadata.join(","));
    }
    Ok(combined)
}

fn prefix_phases(plan: &mut PartialPlan, provider: &str) {
    let prefixed = |name: &str| format!("{provider}:{name}");
    let Some(phases) = plan.phases.take() else { return };
    let rename = |(name, mut phase): (String, Phase<ListEdit>)| {
        for item in phase.depends_on.iter_mut().flat_map(|list| &mut list.0) {
            if let Item::Value(dependency) = item {
                *dependency = prefixed(dependency);
            }
        }
        (prefixed(&name), phase)
    };
    plan.phases = Some(phases.into_iter().map(rename).collect());
}

/// What an outer directory's files say, for its subdirectory.
fn inherited(preparation: &Preparation) -> Result<Option<PartialPlan>> {
    Ok(match preparation.rules().subdirectory {
        SubdirectoryRules::Nixpacks => None,
        SubdirectoryRules::Visible => {
            Some(preparation.procfile()?.merge(preparation.pre_plan.clone(), preparation.rules().merge))
        }
    })
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

/// Finds phases that wait for each other and names nobody has.
fn check(plan: &Plan, rules: &Rules, session: &Session) -> Result<()> {
    for (phase, dependency) in missing_dependencies(plan) {
        session.diagnostics().warn(format!("Phase {phase} depends on {dependency}, and there is no such phase"));
    }
    if let Err(cycle) = plan.ordered_phases() {
        let problem = format!("{cycle}: {}", cycle.phases.join(", "));
        match rules.detection {
            DetectionRules::Nixpacks => session.diagnostics().warn(problem),
            DetectionRules::Checked => return Err(circular(&cycle.phases)),
        }
    }
    Ok(())
}

/// The error about phases that wait for each other.
pub(crate) fn circular(phases: &[String]) -> Error {
    Error::configuration("Circular dependency detected")
        .cause(format!("these phases wait for each other: {}", phases.join(", ")))
        .hint("Look at `dependsOn` of these phases")
}
