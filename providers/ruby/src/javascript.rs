//! The JavaScript part of the app: the provider `node` installs it.

use crate::app::RubyApp;
use crate::gems::EXECJS;
use plugpacks_provider_support::javascript::{NodePlan, elements};
use plugpacks_sdk::{Phase, Result};

/// What a phase of the provider `node` waits for here.
pub(crate) type Dependencies = fn(Phase) -> Phase;

/// The name that a phase of the provider `node` has here.
fn prefixed_name(name: &str) -> String {
    format!("node:{name}")
}

/// Node's installation, if the app has JavaScript packages or runs JavaScript.
pub(crate) fn installation(app: &RubyApp) -> Result<Vec<Phase>> {
    let context = app.context;
    let reason = if context.app.has_file("package.json")? {
        "package.json"
    } else if app.uses(&EXECJS) {
        "execjs"
    } else {
        return Ok(Vec::new());
    };
    context.diagnostics.because("Node.js", format!("installed because of {reason}"));
    let rename = |phase: Phase| Phase { name: prefixed_name(&phase.name), ..(app.rules.node_dependencies)(phase) };
    Ok(NodePlan::of(context)?.installation().into_iter().map(rename).collect())
}

/// Nixpacks 1.41: the names stay, and so lead to Ruby's own phases.
pub(crate) fn as_they_are(phase: Phase) -> Phase {
    phase
}

/// The names of Node's phases.
pub(crate) fn prefixed(phase: Phase) -> Phase {
    let names: Vec<_> = elements(phase.depends_on.as_ref()).iter().map(|name| prefixed_name(name)).collect();
    let phase = Phase { depends_on: None, ..phase };
    names.iter().fold(phase, |phase, name| phase.depends_on(name))
}
