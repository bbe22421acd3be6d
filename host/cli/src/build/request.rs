//! From arguments to what a builder is asked for.

use super::arguments::{Arguments, BuilderArguments};
use crate::options::GivenOptions;
use plugpacks::app::Checkout;
use plugpacks::builder::{
    AddedHost, BuildRequest, BuilderChoice, BuildkitAddress, CacheLocation, Connections, Delivery, DockerConnection,
    HealthCheck, ImageName, InlineCache, Label, LayerCache, Network, Output, OwnCache, Platform, Progress, Registries,
    SOURCE_DATE_EPOCH, Secret, StepLimits, annotations,
};
use plugpacks::edition::{AddedHosts, ImageLabels};
use plugpacks::error::{Error, Result};
use plugpacks::planner::Planned;

/// The secrets that the arguments name, each with its value.
///
/// # Errors
/// One has no value, or two have the same name.
pub(super) fn secrets(arguments: &Arguments) -> Result<Vec<Secret>> {
    let mut secrets: Vec<Secret> = Vec::new();
    for argument in &arguments.secret {
        let secret = Secret::parse(argument, |name| std::env::var(name).ok())?;
        if secrets.iter().any(|known| known.name() == secret.name()) {
            return Err(Error::configuration(format!("The secret `{}` is given twice", secret.name())));
        }
        secrets.push(secret);
    }
    Ok(secrets)
}

/// The platforms that the arguments name.
///
/// # Errors
/// One of them is none.
pub(super) fn platforms(arguments: &Arguments) -> Result<Vec<Platform>> {
    let mut platforms: Vec<Platform> = Vec::new();
    for list in &arguments.platform {
        for platform in Platform::parse_list(list)? {
            if !platforms.contains(&platform) {
                platforms.push(platform);
            }
        }
    }
    Ok(platforms)
}

impl BuilderArguments {
    /// The builder that is wanted: by flag, `NIXPACKS_BUILDER`, or configuration file.
    ///
    /// # Errors
    /// There is no builder of this name.
    pub(super) fn choice(&self, options: &GivenOptions, planned: &Planned) -> Result<BuilderChoice> {
        let variable = options.operator_variable("NIXPACKS_BUILDER");
        match (&self.builder, variable, &planned.settings.builder) {
            (Some(name), _, _) => BuilderChoice::parse(name, "--builder"),
            (None, Some(name), _) => BuilderChoice::parse(&name, "NIXPACKS_BUILDER"),
            (None, None, Some(name)) => BuilderChoice::parse(name, "the configuration file"),
            (None, None, None) => Ok(BuilderChoice::Auto),
        }
    }

    /// Where builders are.
    ///
    /// # Errors
    /// An address is none.
    pub(super) fn connections(&self) -> Result<Connections> {
        let address = |text: Option<String>, source: &str| {
            text.filter(|text| !text.is_empty()).map(|text| BuildkitAddress::parse(&text, source)).transpose()
        };
        Ok(Connections {
            docker: DockerConnection {
                host: self.docker_host.clone(),
                tls_verify: self.docker_tls_verify.clone(),
                cert_path: self.docker_cert_path.clone(),
            },
            buildkit_flag: address(self.buildkit_host.clone(), "--buildkit-host")?,
            buildkit_variable: address(std::env::var("BUILDKIT_HOST").ok(), "BUILDKIT_HOST")?,
            buildkit_tls: self.buildkit_tls_dir.clone(),
        })
    }
}

impl Arguments {
    /// What a builder is asked for.
    ///
    /// # Errors
    /// An argument says something impossible.
    pub(super) fn request(
        &self,
        options: &GivenOptions,
        planned: &Planned,
        secrets: Vec<Secret>,
    ) -> Result<BuildRequest> {
        let variables = planned.plan.variables.clone().unwrap_or_default();
        if let Some(secret) = secrets.iter().find(|secret| variables.contains_key(secret.name())) {
            return Err(Error::configuration(format!("`{}` is a secret and a variable", secret.name()))
                .cause("variables end in the image, where everyone can read them")
                .hint("Take it out of `--env` and of `[variables]` in nixpacks.toml"));
        }
        let flags = &self.builder;
        let outputs: Vec<_> = self.delivery.output.iter().map(|text| Output::parse(text)).collect::<Result<_>>()?;
        let mut request = BuildRequest::new(self.names(&outputs)?);
        request.labels = self.labels(planned)?;
        request.platforms = platforms(self)?;
        request.variables = variables;
        // BuildKit gives files and the image this time, so that a build can be repeated to the bit.
        if let Ok(time) = std::env::var(SOURCE_DATE_EPOCH) {
            request.variables.entry(SOURCE_DATE_EPOCH.to_owned()).or_insert(time);
        }
        request.secrets = secrets;
        request.ssh.clone_from(&self.ssh);
        request.hosts = self.steps.add_host.iter().map(|text| AddedHost::parse(text)).collect::<Result<_>>()?;
        request.network = self.network(planned, &request.hosts);
        request.cache = self.layer_cache()?;
        request.outputs = outputs;
        request.delivery = match (self.delivery.push, self.delivery.load) {
            (true, _) => Delivery::Push,
            (false, true) => Delivery::Load,
            (false, false) => Delivery::Keep,
        };
        if self.delivery.insecure_registry {
            request.registries = Registries::Insecure;
        }
        request.progress = match flags.progress.into() {
            Progress::Auto if flags.verbose || options.is_verbose() => Progress::Plain,
            progress => progress,
        };
        request.target.clone_from(&self.steps.target);
        let health_check = planned.plan.image.as_ref().and_then(|image| image.health_check());
        request.health_check = if health_check.is_some() { HealthCheck::Present } else { HealthCheck::Absent };
        request.limits = StepLimits { cpu_quota: self.steps.cpu_quota.clone(), memory: self.steps.memory.clone() };
        Ok(request)
    }

    /// The image's names: `--name`, then every `--tag`; without any, a random one.
    fn names(&self, outputs: &[Output]) -> Result<Vec<ImageName>> {
        let given: Vec<_> = self.name.iter().chain(&self.tag).collect();
        if given.is_empty() && (self.delivery.push || outputs.iter().any(Output::pushes_request_names)) {
            return Err(Error::configuration("Nothing says where to push the image")
                .hint("Name it: `--name registry.example.org/team/shop`, and `--tag` for further names"));
        }
        if given.is_empty() {
            return Ok(vec![ImageName::parse(&random_name())?]);
        }
        given.into_iter().map(|name| ImageName::parse(name)).collect()
    }

    /// The labels: annotations unless they are switched off, above them the user's.
    fn labels(&self, planned: &Planned) -> Result<Vec<Label>> {
        let given: Vec<Label> = self.label.iter().map(|text| Label::parse(text)).collect::<Result<_>>()?;
        let by_edition = planned.edition.rules().image_labels == ImageLabels::Annotations;
        let is_wanted = !self.no_labels
            && !planned.variables.is_set("NO_LABELS")
            && planned.settings.image_labels.unwrap_or(by_edition);
        let mut labels = if is_wanted {
            annotations(Checkout::of(planned.app.root()).as_ref(), &planned.providers)
        } else {
            Vec::new()
        };
        labels.retain(|label| given.iter().all(|given| given.key != label.key));
        labels.extend(given);
        Ok(labels)
    }

    fn network(&self, planned: &Planned, hosts: &[AddedHost]) -> Network {
        match (self.steps.network, planned.edition.rules().added_hosts) {
            (Some(network), _) => network.into(),
            (None, AddedHosts::ShareNetwork) if !hosts.is_empty() => Network::Host,
            (None, AddedHosts::ShareForLoopback) if hosts.iter().any(AddedHost::is_loopback) => Network::Host,
            (None, _) => Network::Default,
        }
    }

    fn layer_cache(&self) -> Result<LayerCache> {
        let locations =
            |texts: &[String]| texts.iter().map(|text| CacheLocation::parse(text)).collect::<Result<Vec<_>>>();
        Ok(LayerCache {
            own: if self.cache.no_cache { OwnCache::Ignored } else { OwnCache::Used },
            imports: locations(&self.cache.cache_from)?,
            exports: locations(&self.cache.cache_to)?,
            inline: if self.cache.inline_cache { InlineCache::Carried } else { InlineCache::Absent },
        })
    }
}

/// The name of an image that has none: 128 random bits.
fn random_name() -> String {
    use std::hash::{BuildHasher as _, RandomState};
    let bits = || RandomState::new().hash_one(());
    format!("{:016x}{:016x}", bits(), bits())
}
