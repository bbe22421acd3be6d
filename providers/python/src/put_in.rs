//! Packages from PyPI that are installed although the app does not ask for them.

use crate::versions::is_old;
use plugpacks_provider_support::release::Release;

/// A package that the start command needs and the app does not bring.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum PutIn {
    Gunicorn,
    Uvicorn,
    /// The framework of an app without any manifest.
    Library(&'static str),
}

impl PutIn {
    /// Its name on PyPI.
    pub(crate) const fn name(self) -> &'static str {
        match self {
            Self::Gunicorn => "gunicorn",
            Self::Uvicorn => "uvicorn",
            Self::Library(name) => name,
        }
    }

    /// What pip is asked for: the version that was tried, or, for a Python that it does not support, any.
    pub(crate) fn requirement(self, python: &Release) -> String {
        match self {
            Self::Gunicorn if !is_old(python) => "gunicorn==27.0.1".to_owned(),
            Self::Uvicorn if !is_old(python) => "uvicorn==0.54.0".to_owned(),
            _ => self.name().to_owned(),
        }
    }
}
