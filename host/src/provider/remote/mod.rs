//! Providers from elsewhere: where they are, how they are fetched and published, how they are kept.
//!
//! A [`Reference`] says where a provider is, a [`ContentDigest`] which one exactly it is, and a [`Pin`] both. A
//! [`Client`] fetches and pushes; a [`Store`] keeps what was fetched by its digest, and looks at the digest again
//! before anybody reads a byte.
//!
//! The client is our own on top of `ureq`, which blocks, with `rustls` and `ring`. Fetching one file needs neither
//! a runtime for thousands of connections nor its compile time: `oci-client` would bring `tokio`, `hyper`, `reqwest`
//! and `aws-lc`, 150 crates more.

mod challenge;
mod client;
mod content;
mod http;
mod manifest;
mod pin;
mod reference;
mod store;

pub use client::{Client, Credential, Fetched, Settings};
pub use content::ContentDigest;
pub use http::{PlainHttp, Proxies};
pub use manifest::Package;
pub use pin::Pin;
pub use reference::{OciReference, ProviderArgument, Reference, Url};
pub use store::{Network, Store};
