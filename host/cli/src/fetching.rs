//! Options about providers that are fetched.

use clap::{Args, value_parser};
use plugpacks::provider::Limits;
use plugpacks::provider::remote::{Client, PlainHttp, Settings};
use std::time::Duration;

/// How providers are fetched.
#[derive(Args)]
pub(super) struct FetchOptions {
    /// Fetch no provider: use those that were fetched before
    #[arg(long)]
    offline: bool,
    /// Fetch and push without encryption; within this machine that is done anyway
    #[arg(long)]
    plain_http: bool,
    /// Seconds that one answer of a registry may take [default: 300]
    #[arg(long, value_name = "SECONDS", value_parser = value_parser!(u64).range(1..=3600))]
    fetch_timeout: Option<u64>,
}

/// How long an answer may take, unless somebody says so: 64 MiB over a slow line.
const TIMEOUT: Duration = Duration::from_secs(300);

/// The options about fetching before and after the command's name.
pub(super) struct GivenFetching<'a> {
    pub(super) before: &'a FetchOptions,
    pub(super) after: &'a FetchOptions,
}

impl GivenFetching<'_> {
    /// How servers are asked.
    pub(super) fn settings(&self, limits: Limits) -> Settings {
        let is_plain = self.before.plain_http || self.after.plain_http;
        let timeout = self.after.fetch_timeout.or(self.before.fetch_timeout);
        Settings {
            plain_http: if is_plain { PlainHttp::Everywhere } else { PlainHttp::Loopback },
            timeout: timeout.map_or(TIMEOUT, Duration::from_secs),
            max_size: limits.file,
            credentials: super::credentials::of,
        }
    }

    /// Whatever asks servers.
    pub(super) fn client(&self, limits: Limits) -> Client {
        if self.is_offline() {
            super::refuse("the argument '--offline' cannot be used with a command that is about fetching or pushing");
        }
        Client::new(self.settings(limits))
    }

    /// Whether nothing may be fetched.
    pub(super) fn is_offline(&self) -> bool {
        self.before.offline || self.after.offline
    }
}
