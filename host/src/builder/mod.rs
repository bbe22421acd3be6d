//! Builders: what turns a Dockerfile into an image.

mod context;
mod docker;

pub use context::BuildContext;
pub use docker::{Docker, DockerConnection, DockerFlag, DockerOptions};
