//! What base images are made of, and which are known.

/// What the default base image is made of.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Distribution {
    /// Ubuntu 24.04.
    Ubuntu,
    /// Debian 11, chosen by `NIXPACKS_DEBIAN`.
    Debian,
}

impl Distribution {
    /// The image without Nix that a last stage with Debian/Ubuntu packages starts from.
    pub const fn run_image(self) -> &'static str {
        match self {
            Self::Ubuntu => "ubuntu:noble",
            Self::Debian => "debian:bullseye-slim",
        }
    }
}

/// Whether an image is one of Nixpacks' base images, wherever they are mirrored: they have nothing of their
/// own that an app needs at run time, and are the superuser's.
pub fn is_known_base(image: &str) -> bool {
    image.contains("nixpacks:")
}
