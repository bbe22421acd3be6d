//! What an image is like besides its content.

use super::declaration::{Declaration, Form, Scope};
use super::{Setting, misfit};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// Makes the record of settings that are declared here, and the list of their declarations.
macro_rules! image_settings {
    ($(#[doc = $summary:tt] $field:ident: $value:ty = $declaration:expr;)*) => {
        /// What an image is like, as far as somebody chose; the edition decides the rest.
        #[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
        #[serde(rename_all = "camelCase", default)]
        #[schemars(rename = "Image", deny_unknown_fields)]
        pub struct ImageSettings {
            $(
                #[doc = $summary]
                #[serde(skip_serializing_if = "Option::is_none")]
                pub $field: Option<$value>,
            )*
        }

        impl ImageSettings {
            /// These settings with others above them.
            #[must_use]
            pub fn overlaid_by(self, high: Self) -> Self {
                Self { $($field: high.$field.or(self.$field)),* }
            }

            /// The settings without those that a source unset.
            #[must_use]
            pub fn pinned(self) -> Self {
                Self { $($field: self.$field.filter(Chosen::is_chosen)),* }
            }

            /// The first text that nothing can be called, with its key.
            pub(super) fn misfit(&self) -> misfit::Found<'_> {
                None$(.or_else(|| misfit::text($declaration.key, self.$field.as_ref()?.text()?)))*
            }
        }

        /// The settings of the table `[image]`.
        pub(super) const DECLARATIONS: &[Declaration] =
            &[$($declaration.summary($summary)),*];
    };
}

image_settings! {
    /// Give the image only what the app needs at run time
    slim: bool = Declaration::switch("image.slim", true).flag("slim", SWITCH).variable("NIXPACKS_SLIM", Scope::Build);
    /// Let the first process hand signals on to the app and collect processes that ended
    init: bool = Declaration::switch("image.init", true).flag("init", SWITCH).variable("NIXPACKS_INIT", Scope::Build);
    /// Install dependencies before the rest of the app is copied, where that is enough
    manifests_first: bool = Declaration::switch("image.manifestsFirst", true)
        .flag("manifests-first", SWITCH).variable("NIXPACKS_MANIFESTS_FIRST", Scope::Build);
    /// Path that a health check of the image asks the app for; `false`: none
    health_check: Setting = Declaration::new("image.healthCheck", Form::WordOrFalse, "\"/PATH\"")
        .flag("health-check", "PATH").variable("NIXPACKS_HEALTH_CHECK", Scope::Build).default("false");
    /// Process that the image starts by default, such as `worker` of a Procfile
    process: Setting = Declaration::new("image.process", Form::Word, "\"NAME\"")
        .flag("process", "NAME").variable("NIXPACKS_PROCESS", Scope::Build).default("web");
    /// Put a list of the image's packages into it, /etc/plugpacks/sbom.spdx.json
    sbom: bool = Declaration::switch("image.sbom", false).flag("sbom", SWITCH).variable("NIXPACKS_SBOM", Scope::Build);
}

/// What stands for the value of a switch.
const SWITCH: &str = "true|false";

/// The value of a setting.
trait Chosen {
    /// Whether it is more than the wish that nothing holds.
    fn is_chosen(&self) -> bool {
        true
    }

    /// Its text, if it has one.
    fn text(&self) -> Option<&str> {
        None
    }
}

impl Chosen for bool {}

impl Chosen for Setting {
    fn is_chosen(&self) -> bool {
        self.value().is_some()
    }

    fn text(&self) -> Option<&str> {
        self.value()
    }
}

impl ImageSettings {
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
        let of = |health_check: Setting| ImageSettings { health_check: Some(health_check), ..ImageSettings::default() };
        let kept = of("/health".into()).overlaid_by(ImageSettings::default()).pinned();
        assert_eq!(kept.health_check(), Some("/health"));
        assert_eq!(of("/health".into()).overlaid_by(of(Setting::Unset)).pinned().into_option(), None);
    }
}
