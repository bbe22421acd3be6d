//! Commits of nixpkgs by name, for [`Phase::archive`](crate::Phase::archive).

pub use crate::edition::{NIXPKGS_26_05, NIXPKGS_2023_09, NIXPKGS_NODE_24, NIXPKGS_RUST};
