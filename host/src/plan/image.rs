//! What an image is like besides its content.

use super::Setting;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// What an image is like, as far as somebody chose; the edition decides the rest.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase", default)]
#[schemars(rename = "Image", deny_unknown_fields)]
pub struct ImageSettings {
    /// Whether the last stage has only what the app needs at run time.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub slim: Option<bool>,
    /// Whether the first process hands signals on and reaps, the app being its child.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub init: Option<bool>,
    /// Whether dependencies are installed before the rest of the app is copied.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub manifests_first: Option<bool>,
    /// The path that a health check asks for, such as `/health`; absent or unset: no health check.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub health_check: Option<Setting>,
    /// The process that starts by default, one of the plan's `processes`; absent or unset: what `start`
    /// says.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub process: Option<Setting>,
    /// Whether the image has a list of its packages, `/etc/plugpacks/sbom.spdx.json`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub sbom: Option<bool>,
}

impl ImageSettings {
    /// These settings with others above them.
    #[must_use]
    pub fn overlaid_by(self, high: Self) -> Self {
        Self {
            slim: high.slim.or(self.slim),
            init: high.init.or(self.init),
            manifests_first: high.manifests_first.or(self.manifests_first),
            health_check: high.health_check.or(self.health_check),
            process: high.process.or(self.process),
            sbom: high.sbom.or(self.sbom),
        }
    }

    /// The settings without those that a source unset.
    #[must_use]
    pub fn pinned(self) -> Self {
        let is_value = |setting: &Setting| setting.value().is_some();
        Self { health_check: self.health_check.filter(is_value), process: self.process.filter(is_value), ..self }
    }

    /// The path that a health check asks for, if there is to be one.
    pub fn health_check(&self) -> Option<&str> {
        self.health_check.as_ref()?.value()
    }

    /// The settings, if there are any.
    pub fn into_option(self) -> Option<Self> {
        (self != Self::default()).then_some(self)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_health_check_of_a_lower_source_can_be_unset() {
        let of = |health_check: &str| ImageSettings {
            health_check: Some(Setting::of_word(health_check.to_owned())),
            ..ImageSettings::default()
        };
        let kept = of("/health").overlaid_by(ImageSettings::default()).pinned();
        assert_eq!(kept.health_check(), Some("/health"));
        assert_eq!(of("/health").overlaid_by(of("false")).pinned().into_option(), None);
    }
}
