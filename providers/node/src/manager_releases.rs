//! Versions of the package managers: which ones nixpkgs has, and which ones npm.

use crate::manager::Manager;
use crate::node_version::Runtime;
use crate::npm_program::NpmProgram;

/// The versions of one package manager.
#[derive(Debug)]
pub(crate) struct ManagerReleases {
    /// The variable that chooses, without its prefix.
    pub(crate) variable: &'static str,
    /// What nixpkgs has, preferred ones first.
    pub(crate) packaged: &'static [Packaged],
    /// The newest of each series that npm has, as of November 2026; oldest first.
    pub(crate) known: &'static [&'static str],
}

/// A package manager in nixpkgs.
#[derive(Debug)]
pub(crate) struct Packaged {
    /// The series of versions, as far as it is sure: `10`.
    pub(crate) series: &'static str,
    /// A version that its range must have in order to be met.
    pub(crate) version: &'static str,
    /// Its attribute; `None`: it comes with Node.js.
    pub(crate) attribute: Option<&'static str>,
}

const PNPM: ManagerReleases = ManagerReleases {
    variable: "PNPM_VERSION",
    packaged: &[
        Packaged { series: "10", version: "10.34.9", attribute: Some("pnpm_10") },
        Packaged { series: "11", version: "11.28.11", attribute: Some("pnpm_11") },
    ],
    known: &["6.35.1", "7.33.7", "8.15.9", "9.15.9", "10.34.9", "11.28.11", "12.21.0"],
};

const YARN: ManagerReleases = ManagerReleases {
    variable: "YARN_VERSION",
    // The one of the series 1 will not change any more; of the series 4 any version may come.
    packaged: &[Packaged { series: "1.22.22", version: "1.22.22", attribute: Some("yarn") }],
    known: &["1.22.22", "2.4.2", "3.8.7", "4.13.0", "4.14.1", "4.18.1"],
};

const BUN: ManagerReleases = ManagerReleases {
    variable: "BUN_VERSION",
    packaged: &[Packaged { series: "1.3", version: "1.3.14", attribute: Some("bun") }],
    known: &["0.8.1", "1.3.14", "1.4.5"],
};

/// npm 10 comes with Node.js 22, npm 11 with 24 and 26.
const NPM_OF_NODE_22: ManagerReleases =
    ManagerReleases { packaged: &[Packaged { series: "10", version: "10.9.9", attribute: None }], ..NPM };

const NPM: ManagerReleases = ManagerReleases {
    variable: "NPM_VERSION",
    packaged: &[Packaged { series: "11", version: "11.19.0", attribute: None }],
    known: &["6.14.18", "7.24.2", "8.19.4", "9.9.4", "10.9.9", "11.21.2", "12.2.2"],
};

/// The npm of a Node.js that comes from npm is not settled.
const NPM_OF_NPM: ManagerReleases = ManagerReleases { packaged: &[], ..NPM };

impl Manager {
    /// The manager's versions beside a Node.js.
    pub(crate) fn releases(self, runtime: &Runtime) -> &'static ManagerReleases {
        match self {
            Self::Npm if runtime.exact.is_some() => &NPM_OF_NPM,
            Self::Npm if runtime.major() < 24 => &NPM_OF_NODE_22,
            _ => self.own_releases(),
        }
    }

    /// The manager's versions, whatever Node.js is there.
    pub(crate) const fn own_releases(self) -> &'static ManagerReleases {
        match self {
            Self::Npm => &NPM,
            Self::Pnpm => &PNPM,
            Self::Yarn => &YARN,
            Self::Bun => &BUN,
        }
    }

    /// The version that npm has of what an attribute of nixpkgs is.
    pub(crate) fn version_of(self, attribute: &str) -> &'static str {
        let releases = self.own_releases();
        let packaged = releases.packaged.iter().find(|packaged| packaged.attribute == Some(attribute));
        packaged.map(|packaged| packaged.version).or(releases.known.last().copied()).unwrap_or("latest")
    }

    /// A version of the manager from npm.
    pub(crate) fn of_npm(self, version: &str) -> NpmProgram {
        match self {
            Self::Bun => NpmProgram::bun(version),
            Self::Yarn if !version.starts_with("1.") => NpmProgram::scripts("yarn", "@yarnpkg/cli-dist", version),
            Self::Npm | Self::Pnpm | Self::Yarn => NpmProgram::scripts(self.name(), self.name(), version),
        }
    }
}

/// The last pnpm for each format of lockfile that pnpm 10 cannot read. That of 5.3 is not pnpm 6, which
/// cannot fetch anything with a maintained Node.js.
pub(crate) const PNPM_OF_FORMAT: &[(&str, &str)] =
    &[("5.3", "7.33.7"), ("5.4", "7.33.7"), ("6.0", "8.15.9"), ("6.1", "8.15.9")];

/// The last Yarn that writes each format of lockfile: any other one refuses it where nothing may change.
pub(crate) const YARN_OF_FORMAT: &[(&str, &str)] =
    &[("4", "2.4.2"), ("5", "3.1.1"), ("6", "3.8.7"), ("8", "4.13.0"), ("9", "4.14.1"), ("10", "4.18.1")];

/// The newest Bun for each format of lockfile that the packaged one cannot read.
pub(crate) const BUN_OF_FORMAT: &[(&str, &str)] = &[("2", "1.4.5")];
