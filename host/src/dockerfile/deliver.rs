//! How generated files reach a stage.

use super::document::{Action, Dockerfile, FileSet, Instruction, Parcel, Run};
use super::encode;
use crate::digest::hex;
use sha2::{Digest as _, Sha256};

/// How generated files reach the image.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum FileDelivery {
    /// They lie in [`GENERATED`](super::GENERATED) in the build context.
    Context,
    /// The Dockerfile itself carries them: it is all that there is.
    Inline,
    /// The builder hands them, as it does secrets, to the step that writes them, so that the context is the
    /// app and nothing else. (Contexts with names of their own would do, too; Docker 20.10 has none.)
    Parcels,
    /// The builder is this program, which has them.
    Direct,
}

/// The longest script that is handed over as a secret, in bytes: BuildKit takes 500 KiB.
const LONGEST_PARCEL: usize = 400 << 10;

impl Dockerfile {
    /// Puts in the place of generated files what brings them; gives the parcels that the builder has to
    /// hand over.
    pub(super) fn deliver(&mut self, delivery: FileDelivery) -> Vec<Parcel> {
        let mut parcels = Vec::new();
        if matches!(delivery, FileDelivery::Context | FileDelivery::Direct) {
            return parcels;
        }
        for step in self.steps_mut() {
            let Instruction::Files(set) = &step.instruction else { continue };
            let run = match delivery {
                FileDelivery::Parcels => by_parcel(set),
                FileDelivery::Context | FileDelivery::Inline | FileDelivery::Direct => None,
            };
            parcels.extend(run.as_ref().and_then(|run| run.parcel.clone()));
            let inline = || Run { actions: vec![Action::Write(set.files.clone())], ..Run::default() };
            step.instruction = Instruction::Run(run.unwrap_or_else(inline));
        }
        parcels
    }
}

/// The step that unpacks a parcel, unless that is too long. What it writes is part of the step's cache
/// key by a digest, since builders do not look into secrets for that.
fn by_parcel(set: &FileSet) -> Option<Run> {
    let script = encode::write_file_commands(&set.files).join(encode::AND_THEN) + "\n";
    if script.len() > LONGEST_PARCEL {
        return None;
    }
    let digest = hex(&Sha256::digest(&script)[..6]);
    let name = format!("plugpacks-{}", set.name);
    let command = format!(": {digest}; sh /run/secrets/{name}");
    Some(Run { actions: vec![Action::Shell(command)], parcel: Some(Parcel { name, script }), ..Run::default() })
}
