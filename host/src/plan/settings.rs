//! The settings, each declared once: those of the table `[image]` in `image.rs`, where they are kept, the others here.

use super::declaration::About::{Building, Planning};
use super::declaration::Declaration;
use super::declaration::Form::{Command, List, Negation, Word};
use super::declaration::Scope::{Build, Process};
use super::image;
use schemars::Schema;
use serde_json::Value;

/// Makes a constant of each declaration, and the list of them.
macro_rules! declarations {
    ($(#[doc = $summary:tt] $name:ident = $declaration:expr;)*) => {
        $(
            #[doc = $summary]
            pub const $name: Declaration = $declaration.summary($summary);
        )*

        /// All settings but those of the table `[image]`.
        const OTHERS: &[Declaration] = &[$($name),*];
    };
}

// Each has a key, the form of its words and an example; its flag with what stands for the value, its variable with where
// that is looked for, its default, and what it is about if that is not the plan.
declarations! {
    /// Replace the install commands
    INSTALL_COMMAND = Declaration::new("phases.install.cmds", Command, r#"["COMMAND"]"#)
        .flag("install-cmd", "COMMAND").short('i').variable("NIXPACKS_INSTALL_CMD", Build);
    /// Replace the build commands
    BUILD_COMMAND = Declaration::new("phases.build.cmds", Command, r#"["COMMAND"]"#)
        .flag("build-cmd", "COMMAND").short('b').variable("NIXPACKS_BUILD_CMD", Build);
    /// Command that starts the app; bash runs it
    START_COMMAND = Declaration::new("start.cmd", Word, r#""COMMAND""#)
        .flag("start-cmd", "COMMAND").short('s').variable("NIXPACKS_START_CMD", Build);
    /// Add a Nix package
    NIX_PACKAGES = Declaration::new("phases.setup.nixPkgs", List, r#"["...", "NAME"]"#)
        .flag("pkgs", "PACKAGE").short('p').variable("NIXPACKS_PKGS", Build);
    /// Add a Debian/Ubuntu package
    APT_PACKAGES = Declaration::new("phases.setup.aptPkgs", List, r#"["...", "NAME"]"#)
        .flag("apt", "PACKAGE").short('a').variable("NIXPACKS_APT_PKGS", Build);
    /// Add a Nix library
    NIX_LIBRARIES = Declaration::new("phases.setup.nixLibs", List, r#"["...", "NAME"]"#)
        .flag("libs", "LIBRARY").variable("NIXPACKS_LIBS", Build);
    /// Keep a directory of the install commands from build to build
    INSTALL_CACHE = Declaration::new("phases.install.cacheDirectories", List, r#"["...", "DIR"]"#)
        .variable("NIXPACKS_INSTALL_CACHE_DIRS", Build);
    /// Keep a directory of the build commands from build to build
    BUILD_CACHE = Declaration::new("phases.build.cacheDirectories", List, r#"["...", "DIR"]"#)
        .variable("NIXPACKS_BUILD_CACHE_DIRS", Build);
    /// Secrets that the commands of every phase may read
    SECRETS = Declaration::new("secrets", List, r#"["NAME"]"#)
        .variable("NIXPACKS_SECRETS", Build);
    /// Behaviour and versions: `nixpacks` (Nixpacks 1.41, exactly) or `2026.11`
    EDITION = Declaration::new("edition", Word, r#""NAME""#)
        .flag("edition", "EDITION").variable("NIXPACKS_EDITION", Process).default("2026.11").about(Planning);
    /// Base image of the build
    BUILD_IMAGE = Declaration::new("buildImage", Word, r#""IMAGE""#)
        .flag("build-image", "IMAGE").variable("NIXPACKS_BUILD_IMAGE", Process);
    /// Where nixpkgs tarballs are fetched from; `{archive}` stands for the commit
    NIXPKGS_URL = Declaration::new("nixpkgsUrl", Word, r#""URL""#)
        .flag("nixpkgs-url", "URL").variable("NIXPACKS_NIXPKGS_URL", Process).about(Planning);
    /// What builds the image: docker, buildctl, buildah, podman, nix, or auto, the first that answers
    BUILDER = Declaration::new("builder", Word, r#""NAME""#)
        .flag("builder", "BUILDER").variable("NIXPACKS_BUILDER", Process).default("auto").about(Building);
    /// Leave out the labels that an image gets by itself: source, revision, version, providers
    NO_LABELS = Declaration::new("imageLabels", Negation, "false")
        .flag("no-labels", "").variable("NIXPACKS_NO_LABELS", Build).about(Building);
    /// Whom the app runs as; `root` is allowed
    USER = Declaration::new("start.user", Word, r#""NAME""#)
        .flag("user", "NAME").variable("NIXPACKS_USER", Build).default("app");
}

/// All settings.
pub fn all() -> impl Iterator<Item = &'static Declaration> {
    OTHERS.iter().chain(image::DECLARATIONS)
}

/// Describes the keys of settings in a schema as their declarations do.
pub(crate) fn describe(mut schema: Schema) -> Schema {
    // What a negation says is the opposite of its key.
    for declaration in all().filter(|setting| setting.form != Negation) {
        let place = match declaration.key.split_once('.') {
            None => format!("/properties/{}", declaration.key),
            Some(("image", key)) => format!("/$defs/Image/properties/{key}"),
            Some(("start", key)) => format!("/$defs/Start/properties/{key}"),
            // Its table is that of every phase.
            Some(_) => continue,
        };
        if let Some(property) = schema.pointer_mut(&place).and_then(Value::as_object_mut) {
            property.insert("description".to_owned(), format!("{}.", declaration.summary).into());
        }
    }
    schema
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::plan::{Form, PartialPlan};

    #[test]
    fn every_setting_that_is_put_into_a_plan_has_a_place_there() {
        for declaration in all().filter(|declaration| declaration.is_stated_as_it_is()) {
            let word = if declaration.form == Form::Switch { "true" } else { "x" };
            let plan = PartialPlan::saying([(declaration, word.to_owned())]);
            assert_ne!(plan, PartialPlan::default(), "{}", declaration.key);
        }
    }

    #[test]
    fn flags_variables_and_keys_are_those_of_one_setting() {
        let names = |name: fn(&Declaration) -> Option<&'static str>| all().filter_map(name).collect::<Vec<_>>();
        for mut names in [
            names(|setting| Some(setting.key)),
            names(|setting| setting.flag.map(|flag| flag.name)),
            names(|setting| setting.variable.map(|variable| variable.name)),
        ] {
            let count = names.len();
            names.sort_unstable();
            names.dedup();
            assert_eq!(names.len(), count);
        }
    }
}
