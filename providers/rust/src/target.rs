//! What the program is compiled for.

/// The target handed to cargo.
#[derive(Debug, PartialEq, Eq)]
pub(crate) enum Target {
    /// The build image itself; cargo is told nothing.
    Host,
    /// Linux without dynamic libraries.
    Musl(String),
    /// WebAssembly with system calls.
    Wasm(&'static str),
    /// Another one that the app's configuration of cargo names.
    Configured(String),
}

impl Target {
    /// Linux without dynamic libraries, on this architecture.
    pub(crate) fn musl(architecture: &str) -> Self {
        Self::Musl(format!("{architecture}-unknown-linux-musl"))
    }

    pub(crate) fn is_musl(&self) -> bool {
        matches!(self, Self::Musl(_))
    }

    /// Whether the program needs nothing of the build image.
    pub(crate) fn is_self_contained(&self) -> bool {
        matches!(self, Self::Musl(_) | Self::Wasm(_))
    }

    /// The target's name, where cargo has to be told one.
    pub(crate) fn triple(&self) -> Option<&str> {
        match self {
            Self::Host => None,
            Self::Musl(triple) | Self::Configured(triple) => Some(triple),
            Self::Wasm(triple) => Some(triple),
        }
    }

    /// What the names of programs end in.
    pub(crate) fn suffix(&self) -> &'static str {
        if matches!(self, Self::Wasm(_)) { ".wasm" } else { "" }
    }
}
