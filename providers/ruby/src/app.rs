//! The app as the provider sees it: every file read once.

use crate::bundle::{self, Bundle};
use crate::gems::{Gem, NATIVE};
use crate::rules::{RULES, Rules};
use plugpacks_sdk::Context;

/// What the app is.
pub(crate) struct RubyApp<'a> {
    pub(crate) context: &'a Context<'a>,
    pub(crate) rules: &'static Rules,
    pub(crate) bundle: Bundle,
    /// Whether `config/application.rb` has a Rails application.
    pub(crate) is_rails: bool,
}

impl<'a> RubyApp<'a> {
    /// Reads the app.
    pub(crate) fn read(context: &'a Context) -> Self {
        let rules = RULES.at(context);
        let is_rails = bundle::text(context, "config/application.rb").contains("Rails::Application");
        Self { context, rules, bundle: Bundle::read(context), is_rails }
    }

    /// Whether the app uses a gem.
    pub(crate) fn uses(&self, gem: &Gem) -> bool {
        (self.rules.uses)(&self.bundle, gem)
    }

    /// What the app's native gems need.
    pub(crate) fn needs(&self) -> impl Iterator<Item = &'static Gem> {
        NATIVE.iter().filter(|gem| self.uses(gem))
    }
}
