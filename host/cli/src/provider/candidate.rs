//! A provider that was fetched and may be pinned: it is checked and shown, and somebody agrees.

use super::super::options::GivenProviders;
use super::super::{print, say};
use super::check::{Check, refuse_problems};
use super::{bytes, rows};
use plugpacks::config::PinnedProvider;
use plugpacks::edition::Edition;
use plugpacks::error::{Error, Result};
use plugpacks::provider::remote::{Fetched, Pin, Reference};
use plugpacks::provider::{Catalog, ProviderIdentity, Source};
use std::io::{BufRead as _, IsTerminal as _};
use std::sync::Arc;

/// What a provider can do, and what it cannot.
const REACH: &str = "reads the app; cannot run programs, write files, or see network, environment or machine";
const REACH_OF_PLAN: &str = "what it plans runs where the image is built";

/// A provider that was fetched, and keeps to the contract.
pub(super) struct Candidate {
    pub(super) reference: Reference,
    pub(super) fetched: Fetched,
    identity: ProviderIdentity,
    summary: String,
}

impl Candidate {
    /// Fetches what a reference leads to, and checks it as `provider check` does.
    ///
    /// # Errors
    /// It is not to be had, is no provider, or does not keep to the contract.
    pub(super) fn fetch(reference: Reference, options: &GivenProviders) -> Result<Self> {
        let fetched = options.client().fetch(&reference)?;
        let pin = Pin { name: reference.to_string(), reference, sha256: fetched.digest.clone() };
        let mut catalog = Catalog::builtin();
        catalog.add_pinned(&pin, fetched.wasm.clone(), &options.cache())?;
        let catalog = Arc::new(catalog);
        let listed = catalog.listed(Edition::DEFAULT).find(|listed| matches!(listed.source, Source::Pinned(_)));
        let listed = listed.ok_or_else(|| Error::provider(format!("`{}` was not added", pin.reference)))?;
        let (identity, summary) = (listed.identity, listed.description.summary.clone().into_owned());
        let check = Check { name: identity.name.clone(), catalog: Arc::clone(&catalog), limits: options.limits() };
        refuse_problems(&pin.reference, check.verdict(&[])?.problems)?;
        Ok(Self { reference: pin.reference, fetched, identity, summary })
    }

    /// The provider's own name.
    pub(super) fn name(&self) -> &str {
        &self.identity.name
    }

    /// What is written down.
    pub(super) fn pinned(&self) -> PinnedProvider {
        PinnedProvider { reference: self.reference.to_string(), sha256: self.fetched.digest.to_string() }
    }

    /// Shows who it is and what it can do.
    ///
    /// # Errors
    /// Nobody reads it.
    pub(super) fn show(&self) -> Result<()> {
        print(&rows(&[
            ("name", self.identity.name.clone()),
            ("version", self.identity.version.clone()),
            ("summary", self.summary.clone()),
            ("origin", self.reference.to_string()),
            ("digest", format!("sha256:{}", self.fetched.digest)),
            ("size", bytes(self.fetched.wasm.len() as u64)),
            ("reach", REACH.to_owned()),
            ("", REACH_OF_PLAN.to_owned()),
        ]))
    }
}

/// Asks whoever sits at the terminal. Without a terminal the pin, which is written down, is the consent.
///
/// # Errors
/// The answer is not yes.
pub(super) fn agree(is_agreed: bool) -> Result<()> {
    let stdin = std::io::stdin();
    if is_agreed || !stdin.is_terminal() {
        return Ok(());
    }
    say("Pin it? [y/N] ");
    let mut answer = String::new();
    // Whoever is gone has not agreed.
    let _ = stdin.lock().read_line(&mut answer);
    if matches!(answer.trim(), "y" | "Y" | "yes") {
        return Ok(());
    }
    Err(Error::configuration("Nothing was pinned"))
}
