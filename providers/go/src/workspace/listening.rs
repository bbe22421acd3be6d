//! Where the program listens, as far as its code spells that out.

use super::serving;
use super::tree::Tree;
use plugpacks_provider_support::listening::{Listening, Numbers};
use plugpacks_sdk::Context;

const LISTENING: Listening = Listening {
    calls: &["ListenAndServe(", "ListenAndServeTLS(", ".Listen(", ".Run(", ".Start(", "Addr: "],
    numbers: Numbers::Never,
    port: "os.Getenv(\"PORT\")",
};

/// Warns where the program's own package, or else the first one that answers HTTP requests, listens on a fixed place.
pub(super) fn warn(context: &Context, tree: &Tree, program: &str) {
    for (at, package) in tree.graph(program).enumerate() {
        let answers = package.iter().any(serving::answers_http);
        if at == 0 || answers {
            package.iter().for_each(|file| LISTENING.warn(context, &file.path, &file.text));
        }
        if answers {
            return;
        }
    }
}
