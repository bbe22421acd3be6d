//! What several built-in providers share. It is no part of the SDK: other providers can do without.

#![cfg_attr(test, allow(clippy::unwrap_used, reason = "a test fails by panicking"))]

pub mod assets;
#[cfg(feature = "dotnet")]
pub mod dotnet;
pub mod file_server;
pub mod install;
pub mod javascript;
pub mod jdk;
pub mod jvm;
pub mod listening;
pub mod manifests;
pub mod native;
pub mod release;
pub mod requirement;
pub mod sources;
pub mod text;
#[cfg(feature = "toml")]
pub mod toml_1_0;
mod toml_texts;
pub mod version;
pub mod xml;
