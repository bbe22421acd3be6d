//! Builders: what turns a Dockerfile into an image.

mod context;
mod docker;
mod script;

pub use context::BuildContext;
pub use docker::{Docker, DockerConnection, DockerFlag, DockerOptions};
pub use script::shell_words;
