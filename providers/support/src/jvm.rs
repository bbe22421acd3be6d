//! What the providers of languages on the Java virtual machine share: frameworks and their ports, and the classes
//! that programs begin with.

mod frameworks;
mod mains;

pub use frameworks::{FRAMEWORKS, Framework, Port, warn_of_loopback};
pub use mains::{Main, choose, mains};
