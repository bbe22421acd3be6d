//! What the user says: configuration file, variables, command line, Procfile; each becomes a
//! partial plan.

mod command_line;
mod file;
mod origin;
mod pins;
mod procfile;
mod variables;

pub use command_line::{ListOption, Overrides};
pub use file::{BuildSettings, ConfigFile, Mirrors};
pub use origin::Origin;
pub use pins::{PinFile, PinnedProvider, PinnedProviders, pinned_providers};
pub use procfile::Procfile;
pub use variables::{Variables, environment_plan, is_variable_name, unreadable_switches};

/// The items of a list variable: separated by blanks or commas, empty ones dropped.
fn split_list(text: &str) -> impl Iterator<Item = &str> {
    text.split([' ', ',']).filter(|item| !item.is_empty())
}
