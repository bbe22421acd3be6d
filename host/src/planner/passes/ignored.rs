//! What the app keeps out of builds.

use super::{Draft, Facts};
use crate::app::{App, DockerIgnore, EntryKind};
use crate::plan::Item;

/// What keeps files out of builds.
const FILE: &str = ".dockerignore";

/// The patterns of an app, if it has any.
fn patterns(app: &App) -> Option<DockerIgnore> {
    let text = (app.entry(FILE) == Ok(EntryKind::File)).then(|| app.read_text(FILE))?.ok()?;
    Some(DockerIgnore::parse(&text))
}

/// Takes files from the phases of a provider that the app keeps out of builds, such as an `.npmrc`: it is an
/// error to copy them one by one, and `COPY .` would not bring them either.
pub(super) fn leave_out_files(draft: &mut Draft, facts: &Facts) {
    let Some(ignored) = patterns(facts.app) else { return };
    for files in draft.plan.phases.iter_mut().flatten().filter_map(|(_, phase)| phase.only_include_files.as_mut()) {
        files.0.retain(|item| !matches!(item, Item::Value(path) if ignored.leaves_out(path)));
    }
}

#[cfg(test)]
mod tests {
    use super::super::testing::with_facts;
    use super::*;
    use crate::plan::ListEdit;

    #[test]
    fn ignored_files_are_not_copied_one_by_one() {
        let mut draft = Draft::default();
        draft.plan.phase_mut("install").only_include_files = Some(ListEdit::replace(["package.json", ".npmrc"]));
        with_facts(&[(".dockerignore", ".npmrc\n")], |facts| leave_out_files(&mut draft, &facts));
        let files = draft.plan.phase_mut("install").only_include_files.clone().unwrap();
        assert_eq!(files.into_values(), ["package.json"]);
    }
}
