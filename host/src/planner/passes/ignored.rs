//! What the app keeps out of builds.

use super::{Draft, Facts};
use crate::app::{App, DockerIgnore, EntryKind};
use crate::plan::{Item, ListEdit};
use std::collections::BTreeSet;

/// What keeps files out of builds.
const FILE: &str = ".dockerignore";

/// The patterns of an app, if it has any.
fn patterns(app: &App) -> Option<DockerIgnore> {
    let text = (app.entry(FILE) == Ok(EntryKind::File)).then(|| app.read_text(FILE))?.ok()?;
    Some(DockerIgnore::parse(&text))
}

/// The files among these that the app keeps out of builds.
pub(in super::super) fn hidden<'a>(app: &App, files: impl IntoIterator<Item = &'a str>) -> Vec<&'a str> {
    let Some(ignored) = patterns(app) else { return Vec::new() };
    files.into_iter().filter(|file| ignored.leaves_out(file)).collect()
}

/// Says which files of the root that a provider installs from are kept out of builds. Those whose names begin
/// with a dot are settings, which many apps leave out on purpose.
pub(super) fn hidden_files(draft: &Draft, facts: &Facts) -> Vec<String> {
    let lists = draft.plan.phases.iter().flatten().filter_map(|(_, phase)| phase.only_include_files.clone());
    let is_manifest = |path: &String| {
        let path = path.trim_start_matches("./");
        !path.contains('/') && !path.starts_with('.') && facts.app.entry(path) == Ok(EntryKind::File)
    };
    let files: BTreeSet<String> = lists.flat_map(ListEdit::into_values).filter(is_manifest).collect();
    let warning = |file| {
        format!("`.dockerignore` keeps {file} out of the build, which needs it. Add a last line `!{file}` there")
    };
    hidden(facts.app, files.iter().map(String::as_str)).into_iter().map(warning).collect()
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

    #[test]
    fn ignored_files_are_not_copied_one_by_one() {
        let mut draft = Draft::default();
        draft.plan.phase_mut("install").only_include_files = Some(ListEdit::replace(["package.json", ".npmrc"]));
        with_facts(&[(".dockerignore", ".npmrc\n")], |facts| leave_out_files(&mut draft, &facts));
        let files = draft.plan.phase_mut("install").only_include_files.clone().unwrap();
        assert_eq!(files.into_values(), ["package.json"]);
    }

    #[test]
    fn a_manifest_that_is_kept_out_is_named() {
        let mut draft = Draft::default();
        let files = ["package.json", ".npmrc", "web/package.json", "absent.json"];
        draft.plan.phase_mut("install").only_include_files = Some(ListEdit::replace(files));
        let app =
            [(".dockerignore", "*\n!/dist\n"), ("package.json", "{}"), (".npmrc", ""), ("web/package.json", "{}")];
        with_facts(&app, |facts| {
            let warnings = hidden_files(&draft, &facts);
            assert_eq!(warnings.len(), 1);
            assert!(warnings[0].contains("`!package.json`"), "{}", warnings[0]);
        });
        with_facts(&app[1..], |facts| assert_eq!(hidden_files(&draft, &facts), [""; 0]));
    }
}
