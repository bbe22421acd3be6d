//! The phases' part of the build stage.

use super::super::document::{Draft, Instruction, Origin, PhaseName};
use super::variables::Pending;
use super::{FinalPhase, Image, copy_app_file};
use crate::edition;
use crate::plan::Phase;
use std::collections::BTreeSet;

/// The variable with directories of programs that the base image's profile puts on `PATH`.
const SEARCH_PATH: &str = "NIXPACKS_PATH";

/// What of the build stage is there so far.
pub(super) struct Progress<'a> {
    pending: Pending<'a>,
    copied: Copied,
    /// Whether [`SEARCH_PATH`] may have a value.
    has_search_path: bool,
}

impl<'a> Progress<'a> {
    /// Nothing but the base image.
    pub(super) fn new(image: &Image<'a>) -> Self {
        Self {
            pending: Pending::new(image.plan.variables.as_ref()),
            copied: Copied::default(),
            has_search_path: !edition::is_known_base(&image.plan.build_image),
        }
    }

    /// Brings whatever is not there yet.
    pub(super) fn finish(&mut self) -> (Option<Instruction>, Vec<Instruction>) {
        (self.copied.everything(), self.pending.enter(&Phase::default()))
    }

    /// The directories of a phase, before those of earlier ones.
    fn search_path(&mut self, paths: &[String]) -> (String, String) {
        let earlier = std::mem::replace(&mut self.has_search_path, true).then_some("$NIXPACKS_PATH");
        let paths = paths.iter().map(String::as_str).chain(earlier);
        (SEARCH_PATH.to_owned(), paths.collect::<Vec<_>>().join(":"))
    }
}

impl Image<'_> {
    pub(super) fn phase(&self, draft: &mut Draft, name: &str, phase: &FinalPhase, progress: &mut Progress<'_>) {
        let commands = Phase::elements(&phase.commands);
        let paths = phase.paths.as_deref();
        if commands.is_empty() && paths.is_none() {
            return;
        }
        draft.begin(Origin::Phase(PhaseName::new(name)));
        draft.blank();
        draft.comment(format!("{name} phase"));
        if let Some(paths) = paths {
            draft.env(vec![progress.search_path(paths)]);
        }
        if commands.is_empty() {
            return;
        }
        draft.extend(progress.pending.enter(phase));
        draft.extend(progress.copied.enter(phase));
        draft.extend(self.options.cache.restore(Phase::elements(&phase.cache_directories)));
        draft.extend(commands.iter().map(|command| self.options.run(self.plan, phase, command)));
    }

    /// Whether some phase's paths say `$HOME`, which has no value in a Dockerfile unless it is set.
    pub(super) fn mentions_home(&self) -> bool {
        let mut paths = self.phases.iter().flat_map(|(_, phase)| Phase::elements(&phase.paths));
        paths.any(|path| path.contains("$HOME") || path.contains("${HOME"))
    }
}

/// What of the app is in the image so far.
#[derive(Default)]
struct Copied {
    files: BTreeSet<String>,
    is_everything: bool,
}

impl Copied {
    /// Brings the app files of a phase that are not there yet.
    fn enter(&mut self, phase: &FinalPhase) -> Vec<Instruction> {
        match &phase.only_include_files {
            None => self.everything().into_iter().collect(),
            Some(_) if self.is_everything => Vec::new(),
            Some(files) => {
                files.iter().filter(|file| self.files.insert((*file).clone())).map(|file| copy_app_file(file)).collect()
            }
        }
    }

    /// Brings all of the app, unless it is there.
    fn everything(&mut self) -> Option<Instruction> {
        let is_there = std::mem::replace(&mut self.is_everything, true);
        (!is_there).then(|| copy_app_file("."))
    }
}
