//! The plan for an app in another language: packages are installed and assets built; what starts is the
//! other provider's matter.

use crate::app::NodeApp;
use crate::rules::RULES;
use crate::{app, beside, front_end, phases};
use plugpacks_sdk::{Context, PartialPlan, Result};

/// The plan, if the app is in another language: that of its own `package.json`, else that of a front end
/// in a folder.
///
/// # Errors
/// A file of the app cannot be read or understood.
pub(crate) fn plan(context: &Context) -> Result<Option<PartialPlan>> {
    if app::manifest(context, RULES.at(context))?.is_some() {
        let app = NodeApp::root(context)?;
        let Some(language) = beside::owner(&app)? else { return Ok(None) };
        context.diagnostics.because("app", format!("{language}'s: package.json builds what it serves"));
        let script = app.package.script("build").map(|_| "build");
        return phases_of(context, script).map(Some);
    }
    let read =
        |path: &str, text: &str, context: &Context| (RULES.at(context).package_json)(path, text, context.diagnostics);
    let Some(front_end) = front_end::find(context, read)? else { return Ok(None) };
    let folder = context.folder(front_end.folder);
    let plan = phases_of(&folder.context(), front_end.script.as_deref())?;
    Ok(Some(front_end::in_folder(plan, front_end.folder)))
}

/// The phases that install the packages and run a script.
fn phases_of(context: &Context, script: Option<&str>) -> Result<PartialPlan> {
    let app = NodeApp::read(context)?;
    let runtime = (app.rules.runtime)(&app)?;
    let tooling = (app.rules.tooling)(&app, &runtime)?;
    let needs = (app.rules.needs)(&app);
    let programs: Vec<_> = runtime.exact.iter().chain(tooling.programs()).collect();
    let command = script.map(|script| app.manager.run(script));
    Ok(PartialPlan::new()
        .variables(phases::VARIABLES)
        .variables(tooling.variables.iter().copied())
        .variables(needs.variables.iter().copied())
        .phase(phases::setup(&runtime, &tooling, &needs))
        .phase(phases::install(&app, &programs, &tooling)?)
        .phase(phases::build(&app, command)?))
}
