//! Plugpacks turns an app directory into a container image; every language is a provider, a
//! sandboxed WebAssembly component.
//!
//! The path of the data, one way: app directory → [`app::App`] → provider catalog → `detect` →
//! `plan` → partial plans → merge → [`plan::Plan`] → Dockerfile → build context → builder.
//!
//! [`planner::plan`] makes a plan, [`image::build`] an image of it; both have an example. The library asks nothing of the
//! process that it works in: a request says what is there, and events tell what happens.

#![warn(clippy::undocumented_unsafe_blocks)]

pub mod app;
pub mod builder;
pub mod config;
pub mod digest;
pub mod dockerfile;
pub mod edition;
pub mod error;
pub mod image;
pub mod machine;
pub mod plan;
pub mod planner;
pub mod provider;
pub mod shell;
pub mod text;
pub mod whole;
