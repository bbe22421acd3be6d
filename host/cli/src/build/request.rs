//! From arguments to what a builder is asked for.

use super::arguments::{Arguments, BuilderArguments};
use crate::machine::machine;
use crate::options::GivenOptions;
use plugpacks::builder::{
    AddedHost, BuildRequest, BuilderChoice, BuildkitAddress, CacheLocation, Connections, Delivery, DockerConnection,
    ImageName, InlineCache, Label, LayerCache, Output, OwnCache, Platform, Progress, Registries, Secret, StepLimits,
};
use plugpacks::dockerfile::CacheKey;
use plugpacks::error::{Error, Result};
use plugpacks::image::{FilesPlace, ImageRequest, OwnLabels, StartCommand};
use plugpacks::plan::settings::{BUILDER, NO_LABELS};

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
    /// Where builders are.
    ///
    /// # Errors
    /// An address is none.
    fn connections(&self) -> Result<Connections> {
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
            machine: machine(),
        })
    }
}

impl Arguments {
    /// What is asked for besides the plan.
    ///
    /// # Errors
    /// An argument says something impossible.
    pub(super) fn request(&self, options: &GivenOptions, secrets: Vec<Secret>) -> Result<ImageRequest> {
        let mut request = ImageRequest::of(self.builder_request(options, secrets)?);
        let builder = options.said_to_build(&self.flags, &BUILDER);
        request.builder = builder.map(|said| BuilderChoice::parse(&said.word, &said.by)).transpose()?;
        request.connections = self.builder.connections()?;
        request.network = self.steps.network.map(Into::into);
        if self.flags.word(&NO_LABELS).is_some() {
            request.own_labels = OwnLabels::LeftOut;
        }
        request.cache_key = self.cache.cache_key.clone().map(CacheKey::new);
        request.incremental_cache_image =
            self.cache.incremental_cache_image.as_deref().map(ImageName::parse).transpose()?;
        if self.no_error_without_start {
            request.start_command = StartCommand::Optional;
        }
        if self.current_dir {
            request.files = FilesPlace::InApp;
        }
        Ok(request)
    }

    /// What the builder is asked for, as far as it does not follow from the plan.
    fn builder_request(&self, options: &GivenOptions, secrets: Vec<Secret>) -> Result<BuildRequest> {
        let outputs: Vec<_> = self.delivery.output.iter().map(|text| Output::parse(text)).collect::<Result<_>>()?;
        let mut request = BuildRequest::new(self.names(&outputs)?);
        request.labels = self.label.iter().map(|text| Label::parse(text)).collect::<Result<_>>()?;
        request.platforms = platforms(self)?;
        request.secrets = secrets;
        request.ssh.clone_from(&self.ssh);
        request.hosts = self.steps.add_host.iter().map(|text| AddedHost::parse(text)).collect::<Result<_>>()?;
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
        request.progress = match self.builder.progress.into() {
            Progress::Auto if self.builder.verbose || options.is_verbose() => Progress::Plain,
            progress => progress,
        };
        request.target.clone_from(&self.steps.target);
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
