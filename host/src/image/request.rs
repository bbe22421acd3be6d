//! What is asked for besides the plan, and what a builder is asked for because of both.

use crate::app::Checkout;
use crate::builder::{
    AddedHost, BuildRequest, BuilderChoice, Connections, HealthCheck, ImageName, Interrupt, Label, Network,
    SOURCE_DATE_EPOCH, Screen, annotations,
};
use crate::dockerfile::CacheKey;
use crate::edition::{AddedHosts, ImageLabels};
use crate::error::{Error, Result};
use crate::planner::Planned;

/// What is asked for besides the plan.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub struct ImageRequest {
    /// What the builder is asked for, as far as it does not follow from the plan.
    pub builder_request: BuildRequest,
    /// The builder; absent: as the configuration file says, else the first that answers.
    pub builder: Option<BuilderChoice>,
    /// Where builders are.
    pub connections: Connections,
    /// The network of build steps; absent: the builder's own, or the machine's where an added host needs it.
    pub network: Option<Network>,
    /// Labels that nobody asked for by name.
    pub own_labels: OwnLabels,
    /// The namespace of cached directories; absent: the app's identity.
    pub cache_key: Option<CacheKey>,
    /// An image that carries cached directories, or else steps, from build to build.
    pub incremental_cache_image: Option<ImageName>,
    /// Whether an app must say how it starts.
    pub start_command: StartCommand,
    /// Where the build's files are written.
    pub files: FilesPlace,
    /// How the builder's output is shown.
    pub screen: Screen,
    /// Ends the build.
    pub interrupt: Interrupt,
}

/// Labels about source, revision and providers.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum OwnLabels {
    /// As variables, configuration file and edition say.
    #[default]
    AsPlanned,
    /// None.
    LeftOut,
}

/// Whether an app must say how it starts.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum StartCommand {
    /// An app that does not is an error.
    #[default]
    Required,
    /// An image may do nothing by itself.
    Optional,
}

/// Where the files of a build are written.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum FilesPlace {
    /// In a temporary directory; the app's is left as it is.
    #[default]
    BesideApp,
    /// In the app directory.
    InApp,
}

impl ImageRequest {
    /// An image of this name, by the builder of [`Connections::default`] that answers first.
    pub fn new(name: ImageName) -> Self {
        Self::of(BuildRequest::new(vec![name]))
    }

    /// What this request for a builder says.
    pub fn of(builder_request: BuildRequest) -> Self {
        Self {
            builder_request,
            builder: None,
            connections: Connections::default(),
            network: None,
            own_labels: OwnLabels::default(),
            cache_key: None,
            incremental_cache_image: None,
            start_command: StartCommand::default(),
            files: FilesPlace::default(),
            screen: Screen::Lines,
            interrupt: Interrupt::default(),
        }
    }

    /// The builder that is wanted.
    ///
    /// # Errors
    /// The configuration file names one that there is not.
    pub(super) fn choice(&self, planned: &Planned) -> Result<BuilderChoice> {
        match (self.builder, &planned.settings.builder) {
            (Some(choice), _) => Ok(choice),
            (None, Some(name)) => BuilderChoice::parse(name, "the configuration file"),
            (None, None) => Ok(BuilderChoice::Auto),
        }
    }

    /// What a builder is asked for.
    ///
    /// # Errors
    /// A secret is a variable as well.
    pub(super) fn completed(&self, planned: &Planned) -> Result<BuildRequest> {
        let mut request = self.builder_request.clone();
        request.variables = planned.plan.variables.clone().unwrap_or_default();
        if let Some(secret) = request.secrets.iter().find(|secret| request.variables.contains_key(secret.name())) {
            return Err(Error::configuration(format!("`{}` is a secret and a variable", secret.name()))
                .cause("variables end in the image, where everyone can read them")
                .hint("Take it out of `--env` and of `[variables]` in nixpacks.toml"));
        }
        // BuildKit gives files and the image this time, so that a build can be repeated to the bit.
        if let Some(time) = (self.connections.machine.variable)(SOURCE_DATE_EPOCH) {
            request.variables.entry(SOURCE_DATE_EPOCH.to_owned()).or_insert(time);
        }
        request.tools = planned.tools().clone();
        request.labels = self.labels(planned);
        request.network = self.network(planned);
        let health_check = planned.plan.image.as_ref().and_then(|image| image.health_check());
        request.health_check = if health_check.is_some() { HealthCheck::Present } else { HealthCheck::Absent };
        Ok(request)
    }

    /// The labels: annotations unless they are switched off, above them those that are asked for.
    fn labels(&self, planned: &Planned) -> Vec<Label> {
        let given = &self.builder_request.labels;
        let by_edition = planned.edition.rules().image_labels == ImageLabels::Annotations;
        let are_wanted = self.own_labels == OwnLabels::AsPlanned
            && !planned.variables.is_set("NO_LABELS")
            && planned.settings.image_labels.unwrap_or(by_edition);
        let mut labels = if are_wanted {
            annotations(Checkout::of(planned.app.root()).as_ref(), &planned.providers)
        } else {
            Vec::new()
        };
        labels.retain(|label| given.iter().all(|given| given.key != label.key));
        labels.extend(given.iter().cloned());
        labels
    }

    fn network(&self, planned: &Planned) -> Network {
        let hosts = &self.builder_request.hosts;
        match (self.network, planned.edition.rules().added_hosts) {
            (Some(network), _) => network,
            (None, AddedHosts::ShareNetwork) if !hosts.is_empty() => Network::Host,
            (None, AddedHosts::ShareForLoopback) if hosts.iter().any(AddedHost::is_loopback) => Network::Host,
            (None, _) => Network::Default,
        }
    }
}
