//! `global.json`: the SDK that an app pins.

use crate::release::{Release, Request};
use plugpacks_sdk::{Context, Result, jsonc};
use serde::Deserialize;

/// The app's file.
const FILE: &str = "global.json";

/// The feature bands that nixpkgs has an SDK of, for each major version: `sdk_10_0_1xx` and so on.
const BANDS: [(&str, &[u64]); 4] = [("8", &[1, 3, 4]), ("9", &[1, 3]), ("10", &[1, 2, 3]), ("11", &[1])];

/// The SDK that an app pins.
#[derive(Debug)]
pub(super) struct Pin {
    pub(super) request: Request,
    pub(super) rolls: RollForward,
}

/// How far from the pinned version `dotnet` goes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum RollForward {
    /// Newer patches of this feature band only: 10.0.105 for 10.0.102, nothing else.
    WithinBand(u64),
    /// Newer ones of the same major version.
    WithinMajor,
    /// Newer ones of any.
    Anywhere,
}

impl RollForward {
    fn of(policy: Option<&str>, version: &str) -> Self {
        let patch = version.split(['-', '+']).next().and_then(|release| release.split('.').nth(2));
        match (policy, patch.and_then(|patch| patch.parse::<u64>().ok())) {
            (Some("major" | "latestMajor"), _) => Self::Anywhere,
            (None | Some("disable" | "patch" | "latestPatch"), Some(patch)) if patch >= 100 => {
                Self::WithinBand(patch / 100)
            }
            _ => Self::WithinMajor,
        }
    }
}

impl Pin {
    /// Reads the file; one that cannot be read is a warning.
    ///
    /// # Errors
    /// The operating system refuses.
    pub(super) fn read(context: &Context) -> Result<Option<Self>> {
        #[derive(Deserialize)]
        struct GlobalJson {
            sdk: Option<Sdk>,
        }
        #[derive(Deserialize)]
        #[serde(rename_all = "camelCase")]
        struct Sdk {
            version: Option<String>,
            roll_forward: Option<String>,
        }
        let Some(text) = context.app.read_text_if_file(FILE)? else { return Ok(None) };
        let sdk = match serde_json::from_str::<GlobalJson>(&jsonc::to_json(&text)) {
            Ok(file) => file.sdk,
            Err(error) => {
                context.diagnostics.warn(format!("{FILE} is not looked at for the version of the SDK: {error}"));
                None
            }
        };
        Ok(sdk.and_then(|sdk| {
            let request = Request::new(&sdk.version?, FILE)?;
            let rolls = RollForward::of(sdk.roll_forward.as_deref(), &request.text);
            Some(Self { request, rolls })
        }))
    }

    /// The package of the SDK that satisfies the pin: that of its feature band, where it is bound to one.
    pub(super) fn package(&self, context: &Context, release: &Release) -> String {
        let RollForward::WithinBand(band) = self.rolls else { return release.package.to_owned() };
        let known = BANDS.iter().find(|(major, _)| *major == release.version).map_or(&[][..], |(_, bands)| *bands);
        if known.contains(&band) {
            return format!("dotnetCorePackages.sdk_{}_0_{band}xx", release.version);
        }
        context.diagnostics.warn(format!(
            "{FILE} pins the SDK {}, which only its feature band {band}xx satisfies, and nixpkgs has none of that: \
             write \"rollForward\": \"latestFeature\" beside the version",
            self.request.text
        ));
        release.package.to_owned()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_pin_is_bound_to_its_feature_band_unless_it_says_otherwise() {
        for (policy, version, expected) in [
            (None, "10.0.102", RollForward::WithinBand(1)),
            (Some("latestPatch"), "9.0.304-rc.1", RollForward::WithinBand(3)),
            (Some("latestFeature"), "10.0.102", RollForward::WithinMajor),
            (Some("latestMajor"), "10.0.102", RollForward::Anywhere),
            (None, "10", RollForward::WithinMajor),
        ] {
            assert_eq!(RollForward::of(policy, version), expected, "{policy:?} {version}");
        }
    }
}
