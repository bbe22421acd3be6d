//! The Node.js releases of each edition, and where they come from.

use plugpacks_provider_support::release::{NIXPKGS_26_05, NIXPKGS_NODE_24, Release, Releases};
use plugpacks_sdk::{Edition, Since};

/// The nixpkgs commit of Node.js 14 and 16.
pub(crate) const NIXPKGS_NODE_16: &str = "bf744fe90419885eefced41b3e5ae442d732712d";
/// The nixpkgs commit of Node.js 18 and 20.
pub(crate) const NIXPKGS_NODE_20: &str = "ffeebf0acf3ae8b29f8c7049cd911b9636efd7e7";
/// The nixpkgs commit of Node.js 22 under the edition `nixpacks`.
const NIXPKGS_NODE_22: &str = "e6f23dc08d3624daab7094b701aa3954923c6bbb";
/// The nixpkgs commit of apps that use Bun under the edition `nixpacks`.
pub(crate) const NIXPKGS_BUN: &str = "31fb21469e34b6b5c7be77b9a35bae43d0c598e9";
/// The nixpkgs commit of Caddy under the edition `nixpacks`.
pub(crate) const NIXPKGS_CADDY: &str = "ba913eda2df8eb72147259189d55932012df6301";

/// The versions of each edition.
pub(crate) static RELEASES: Since<Releases> = Since::new(NIXPACKS, &[(Edition::E2026_11, SUPPORTED)]);

/// Nixpacks 1.41: the newest of these that a request allows, 18 without one. Odd majors are never
/// chosen, and support is not looked at.
pub(crate) const NIXPACKS: Releases = Releases {
    language: "Node.js",
    default: "18",
    all: &[
        Release::current("24", "nodejs_24", NIXPKGS_NODE_24),
        Release::current("22", "nodejs_22", NIXPKGS_NODE_22),
        Release::current("20", "nodejs_20", NIXPKGS_NODE_20),
        Release::current("18", "nodejs_18", NIXPKGS_NODE_20),
        Release::current("16", "nodejs_16", NIXPKGS_NODE_16),
        Release::current("14", "nodejs_14", NIXPKGS_NODE_16),
    ],
};

/// The long-term release that is the default stands first: an open range such as `>=18` gets what an
/// app without a wish gets. 20 stays with its old archive because nixpkgs 26.05 marks it insecure
/// and refuses to evaluate it.
const SUPPORTED: Releases = Releases {
    language: "Node.js",
    default: "24",
    all: &[
        Release::current("24", "nodejs_24", NIXPKGS_26_05),
        Release::current("26", "nodejs_26", NIXPKGS_26_05),
        Release::current("22", "nodejs_22", NIXPKGS_26_05),
        Release::ended("20", "nodejs_20", NIXPKGS_NODE_20, "2026-04-30"),
        Release::ended("18", "nodejs_18", NIXPKGS_NODE_20, "2025-04-30"),
        Release::ended("16", "nodejs_16", NIXPKGS_NODE_16, "2023-09-11"),
        Release::ended("14", "nodejs_14", NIXPKGS_NODE_16, "2023-04-30"),
    ],
};

/// The releases of one major version that npm has packages of, up to a newest one.
pub(crate) struct NodeSeries {
    pub(crate) major: u64,
    /// Minor version and patch of the newest one, as of November 2026. nixpkgs has this one, too, of the
    /// majors that it has.
    pub(crate) newest: (u64, u64),
    /// The npm that comes with it, in a version that each of them can run.
    pub(crate) npm: &'static str,
    /// Since when it gets no security fixes (ISO 8601).
    pub(crate) ended: Option<&'static str>,
}

const fn series(major: u64, minor: u64, patch: u64, npm: &'static str, ended: Option<&'static str>) -> NodeSeries {
    NodeSeries { major, newest: (minor, patch), npm, ended }
}

/// What npm has of Node.js, newest first.
pub(crate) const OF_NPM: &[NodeSeries] = &[
    series(26, 10, 0, "11.21.2", None),
    series(25, 9, 0, "11.21.2", Some("2026-06-01")),
    series(24, 21, 0, "11.21.2", None),
    series(23, 11, 1, "10.9.9", Some("2025-06-01")),
    series(22, 23, 3, "10.9.9", None),
    series(21, 7, 3, "10.9.9", Some("2024-06-01")),
    series(20, 20, 2, "10.9.9", Some("2026-04-30")),
    series(19, 8, 1, "9.9.4", Some("2023-06-01")),
    series(18, 20, 8, "9.9.4", Some("2025-04-30")),
    series(17, 9, 1, "8.19.4", Some("2022-06-01")),
    series(16, 20, 2, "8.19.4", Some("2023-09-11")),
    series(15, 14, 0, "7.24.2", Some("2021-06-01")),
    series(14, 21, 3, "6.14.18", Some("2023-04-30")),
    series(12, 22, 12, "6.14.18", Some("2022-04-30")),
    series(10, 24, 1, "6.14.18", Some("2021-04-30")),
];

/// The long-term releases by code name, newest first, as in nvm's `lts/jod`.
pub(crate) const LTS_NAMES: &[(&str, &str)] = &[
    ("krypton", "24"),
    ("jod", "22"),
    ("iron", "20"),
    ("hydrogen", "18"),
    ("gallium", "16"),
    ("fermium", "14"),
    ("erbium", "12"),
    ("dubnium", "10"),
    ("carbon", "8"),
    ("boron", "6"),
    ("argon", "4"),
];

/// The newest long-term release that Nixpacks 1.41 knows by name: what `lts/*` means there.
pub(crate) const NIXPACKS_NEWEST_LTS: &str = "22";

/// The newest release: what `latest`, `current`, `node` and `stable` mean.
pub(crate) const NEWEST: &str = "26";
