//! Planning within the test's own process, and copies of apps.

use plugpacks::app::Read;
use plugpacks::edition::Edition;
use plugpacks::error::Error;
use plugpacks::plan::PartialPlan;
use plugpacks::planner::{self, PlanRequest, Planned};
use plugpacks::provider::Catalog;
use std::fs;
use std::path::{Path, PathBuf};
use std::sync::Arc;

/// The example apps, by name.
pub(crate) fn example_apps() -> Vec<PathBuf> {
    let apps = fs::read_dir(super::repository().join("examples/apps")).unwrap();
    let mut apps: Vec<_> = apps.map(|app| app.unwrap().path()).collect();
    apps.sort();
    apps
}

/// Plans an app, with a JSON plan above what it says.
pub(crate) fn plan(
    app: &Path,
    edition: Edition,
    json_plan: Option<PartialPlan>,
    catalog: &Arc<Catalog>,
) -> Result<Planned, Error> {
    let mut request = PlanRequest::new(app);
    request.edition = Some(edition);
    request.json_plan = json_plan;
    planner::plan(&request, catalog)
}

/// The places in an app that its plan depends on, be there a file or not.
pub(crate) fn places(app: &Path, catalog: &Arc<Catalog>) -> Vec<String> {
    let place = |read| match read {
        Read::Text(path) | Read::Entry(path) => Some(path.as_str().to_owned()),
        Read::Glob(_) | Read::Search(..) | Read::Variable(_) => None,
    };
    let reads = plan(app, Edition::DEFAULT, None, catalog).unwrap().reads();
    let mut places: Vec<_> = reads.into_iter().filter_map(place).filter(|place| !place.is_empty()).collect();
    places.sort();
    places.dedup();
    places
}

/// Copies a directory.
pub(crate) fn copy(from: &Path, to: &Path) {
    fs::create_dir_all(to).unwrap();
    for entry in fs::read_dir(from).unwrap() {
        let entry = entry.unwrap();
        let to = to.join(entry.file_name());
        if entry.file_type().unwrap().is_dir() {
            copy(&entry.path(), &to);
        } else {
            fs::copy(entry.path(), to).unwrap();
        }
    }
}
