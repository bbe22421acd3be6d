//! What a provider implements, and how it becomes a component.

use crate::{Context, Description, Edition, PartialPlan, Result};

/// What a provider implements; the methods are those of the contract's `provider-guest`.
pub trait Provider {
    /// Who this provider is, under an edition. Must not depend on the app.
    fn describe(edition: Edition) -> Description;

    /// Whether the app is this provider's. Called only if one of the description's markers matches.
    ///
    /// # Errors
    /// Any failure ends the host's run with this message: prefer `Ok(false)` where the app may well
    /// be another provider's.
    fn detect(context: &Context) -> Result<bool>;

    /// How the app is built; `None` declines. Also called when `detect` was not, or said no: a user
    /// can name a provider, and another provider can ask for its plan.
    ///
    /// # Errors
    /// What keeps the app from being built, such as a manifest that cannot be parsed.
    fn plan(context: &Context) -> Result<Option<PartialPlan>>;
}

/// Makes a type that implements [`Provider`] the component's provider.
///
/// Takes effect when compiling for WebAssembly only, so that unit tests link natively.
#[macro_export]
macro_rules! export_provider {
    ($provider:ty) => {
        #[cfg(target_arch = "wasm32")]
        const _: () = {
            use $crate::bindings::exports::plugpacks::provider::provider_guest as guest;

            struct Component;

            impl guest::Guest for Component {
                fn describe(edition: String) -> guest::Description {
                    $crate::__describe::<$provider>(&edition)
                }

                fn detect() -> ::core::result::Result<bool, guest::Failure> {
                    $crate::__detect::<$provider>()
                }

                fn plan() -> ::core::result::Result<Option<guest::PartialPlan>, guest::Failure> {
                    $crate::__plan::<$provider>()
                }
            }

    $crate::bindings::export_bindings!(Component with_types_in $crate::bindings);
        };
    };
}
