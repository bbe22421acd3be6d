use serde::{Deserialize, Serialize};

/// What an image is like, as far as somebody chose; the edition decides the rest.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", default)]
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
    /// The path that a health check asks for, such as `/health`; absent: no health check.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub health_check: Option<String>,
    /// The process that starts by default, one of the plan's `processes`; absent: what `start` says.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub process: Option<String>,
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

    /// The settings, if there are any.
    pub fn into_option(self) -> Option<Self> {
        (self != Self::default()).then_some(self)
    }
}
