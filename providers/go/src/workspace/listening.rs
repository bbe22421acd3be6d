//! Where the program listens, as far as its code spells that out.

use super::tree::Tree;
use plugpacks_provider_support::listening::{Listening, Numbers};
use plugpacks_sdk::Context;

const LISTENING: Listening = Listening {
    calls: &["ListenAndServe(", "ListenAndServeTLS(", ".Listen(", ".Run(", ".Start(", "Addr: "],
    numbers: Numbers::Never,
    port: "os.Getenv(\"PORT\")",
};

/// So many of a program's packages are looked at: the one that listens is near its own.
const MOST_PACKAGES: usize = 24;

/// Warns where the first of the program's packages that listens does so on a fixed place.
pub(super) fn warn(context: &Context, tree: &Tree, program: &str) {
    for package in tree.graph(program).take(MOST_PACKAGES) {
        if package.iter().any(|file| LISTENING.warn(context, &file.path, &file.text)) {
            return;
        }
    }
}
