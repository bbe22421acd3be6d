//! Packages of the distribution.

use super::super::document::{Action, Instruction, Run};
use crate::shell::shell_word;

/// Installs Debian/Ubuntu packages and leaves no package lists; nothing for no packages. One element of a
/// plan's list may name several.
pub(super) fn install<'a>(packages: impl Iterator<Item = &'a str>) -> Option<Instruction> {
    let packages: Vec<_> = packages.flat_map(str::split_whitespace).map(shell_word).collect();
    (!packages.is_empty()).then(|| {
        let command = format!(
            "apt-get update && DEBIAN_FRONTEND=noninteractive apt-get install -y --no-install-recommends {} \
             && rm -rf /var/lib/apt/lists/*",
            packages.join(" ")
        );
        Instruction::Run(Run { actions: vec![Action::InstallApt(command)], ..Run::default() })
    })
}
