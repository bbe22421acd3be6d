//! The built-in providers: code compiled by the build script, mapped from the binary itself.

use super::description::{Description, Descriptions, Marker, Remedy, Tools, VariableUse};
use std::borrow::Cow;
use std::ops::Range;
use std::sync::{Mutex, PoisonError};
use wasmtime::Engine;
use wasmtime::component::Component;

/// A provider whose code is part of this binary.
pub(super) struct Builtin {
    code: Range<usize>,
    /// SHA-256 of the component, in hexadecimal digits.
    pub(super) digest: &'static str,
    /// What was loaded already: a process maps the code once, however many sessions there are.
    loaded: Mutex<Option<Component>>,
    /// One for each edition.
    pub(super) descriptions: Descriptions,
}

include!(concat!(env!("OUT_DIR"), "/builtin.rs"));

/// Every built-in provider, in detection order.
pub(super) fn all() -> &'static [Builtin] {
    &BUILTINS
}

impl Builtin {
    /// The provider's code, ready to be instantiated.
    ///
    /// # Errors
    /// The processor lacks what the code needs.
    pub(super) fn load(&self, engine: &Engine) -> wasmtime::Result<Component> {
        let mut loaded = self.loaded.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(component) = &*loaded {
            return Ok(component.clone());
        }
        let component = self.map(engine)?;
        *loaded = Some(component.clone());
        Ok(component)
    }

    fn map(&self, engine: &Engine) -> wasmtime::Result<Component> {
        let code = &CODE.0[self.code.clone()];
        #[cfg(target_os = "linux")]
        // SAFETY: the bytes come from this build's own compiler and lie in the binary, so they are
        // neither forged nor ever freed; they begin on a page (see the build script), and nothing
        // but the engine's code memory changes the protection of their pages.
        return unsafe { Component::deserialize_raw(engine, std::ptr::NonNull::from(code)) };
        #[cfg(not(target_os = "linux"))]
        // SAFETY: the bytes come from this build's own compiler.
        return unsafe { Component::deserialize(engine, code) };
    }
}
