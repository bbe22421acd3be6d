//! What JavaScript tools build for an app in another language, which then serves or embeds it.

use crate::javascript::{FRONT_END_FOLDERS, NodePlan, elements};
use plugpacks_sdk::{Context, PartialPlan, Phase, Result};

/// The phases of the provider `node` that build the assets of an app in another language.
///
/// A Django app has a `package.json` whose script `build` makes style sheets, a Go program embeds what
/// `web/package.json` makes. The provider of that language asks for the assets and has them built before
/// the phase that needs them:
///
/// ```
/// use plugpacks_provider_support::assets::Assets;
/// use plugpacks_sdk::{Context, PartialPlan, Phase, Result};
///
/// fn plan(context: &Context) -> Result<PartialPlan> {
///     let plan = PartialPlan::new()
///         .phase(Phase::setup(["python313"]))
///         .phase(Phase::install().command("pip install -r requirements.txt"))
///         .phase(Phase::build().command("python manage.py collectstatic --noinput"));
///     Ok(match Assets::of(context)? {
///         Some(assets) => assets.build_before(plan, "build"),
///         None => plan,
///     })
/// }
/// ```
///
/// The plan then has the phases `node:setup`, `node:install` and `node:build` besides; the last one comes
/// after the plan's own `install`, and `build` after it. What the container needs is not changed: Node.js
/// is not in it.
#[derive(Clone, Debug)]
pub struct Assets {
    phases: Vec<Phase>,
    variables: Vec<(String, String)>,
}

/// The name that a phase of the provider `node` has in another provider's plan.
fn prefixed(name: &str) -> String {
    format!("node:{name}")
}

impl Assets {
    /// The assets that the app's `package.json`, or that of a folder in [`FRONT_END_FOLDERS`] whose output
    /// the app names, has a script for; `None` if there are none, as where `package.json` has tools for
    /// checking only. Warns of a folder that may or may not belong to the app.
    ///
    /// # Errors
    /// The failure of the provider `node`, such as a `package.json` that cannot be read.
    pub fn of(context: &Context) -> Result<Option<Self>> {
        if !Self::may_exist(context)? {
            return Ok(None);
        }
        let Some(plan) = context.catalog.plan_of("node")? else { return Ok(None) };
        let node = NodePlan::from(plan.clone());
        let is_wanted = |name: &str| !elements(node.phase(name).commands.as_ref()).is_empty();
        let wants_packages_only = !context.app.has_file("package.json")? && is_wanted("install");
        if !is_wanted("build") && !wants_packages_only {
            return Ok(None);
        }
        context.diagnostics.because("assets", "Node.js builds what package.json has a script for");
        let wanted = plan.phases.into_iter().filter(|phase| matches!(&*phase.name, "setup" | "install" | "build"));
        let phases = wanted.map(|phase| Phase { name: prefixed(&phase.name), depends_on: None, ..phase }).collect();
        Ok(Some(Self { phases, variables: plan.variables }))
    }

    /// The packages alone that the app's `package.json` names; `None` if there are none.
    ///
    /// # Errors
    /// As [`Self::of`].
    pub fn packages(context: &Context) -> Result<Option<Self>> {
        let Some(assets) = context.catalog.plan_of("node")?.map(NodePlan::from) else { return Ok(None) };
        let phases = assets.installation().into_iter();
        let phases: Vec<_> =
            phases.map(|phase| Phase { name: prefixed(&phase.name), depends_on: None, ..phase }).collect();
        context.diagnostics.because("assets", "package.json names packages that the build uses");
        Ok((!phases.is_empty()).then_some(Self { phases, variables: Vec::new() }))
    }

    /// Whether there is a manifest at all: cheap, as most apps have none.
    fn may_exist(context: &Context) -> Result<bool> {
        if context.app.has_file("package.json")? {
            return Ok(true);
        }
        for folder in FRONT_END_FOLDERS {
            if context.app.has_directory(folder)? && context.app.has_file(&format!("{folder}/package.json"))? {
                return Ok(true);
            }
        }
        Ok(false)
    }

    /// The plan with the assets built before one of its phases, which becomes one more phase that waits for
    /// them. A phase that is not there is added.
    #[must_use]
    pub fn build_before(self, plan: PartialPlan, phase: &str) -> PartialPlan {
        let has_install = plan.phases.iter().any(|own| own.name == "install") && phase != "install";
        let builds = self.phases.iter().any(|asset| asset.name == prefixed("build"));
        let last = prefixed(if builds { "build" } else { "install" });
        let mut plan = plan;
        for asset in self.phases {
            let earlier: &[&str] = match &*asset.name {
                "node:setup" => &[],
                "node:install" => &["node:setup"],
                _ if has_install => &["node:install", "install"],
                _ => &["node:install"],
            };
            plan = plan.phase(earlier.iter().fold(asset, |asset, earlier| asset.depends_on(earlier)));
        }
        // Without an own `setup` a phase waits for none.
        match plan.phases.iter().position(|own| own.name == phase) {
            Some(at) => {
                let own = plan.phases.remove(at);
                plan.phases.insert(at, own.depends_on(&last));
            }
            None => plan = plan.phase(Phase::new(phase).depends_on(&last)),
        }
        for (name, value) in self.variables {
            if plan.variables.iter().all(|(known, _)| *known != name) {
                plan = plan.variable(&name, value);
            }
        }
        plan
    }
}

#[cfg(test)]
#[cfg(feature = "testing")]
mod tests {
    use super::*;
    use plugpacks_sdk::ListEdit;
    use plugpacks_sdk::testing::FakeApp;

    fn node_plan(build: Option<&str>) -> PartialPlan {
        PartialPlan::new()
            .variable("NODE_ENV", "production")
            .phase(Phase::setup(["nodejs_24"]))
            .phase(Phase::install().command("npm ci"))
            .phase(Phase::build().commands(build))
    }

    fn own() -> PartialPlan {
        PartialPlan::new().phase(Phase::setup(["python313"])).phase(Phase::install()).phase(Phase::build())
    }

    fn assets(app: &FakeApp) -> Option<Assets> {
        app.with(|context| Assets::of(context).unwrap())
    }

    #[test]
    fn assets_are_built_between_installing_and_the_phase_that_needs_them() {
        let app = FakeApp::new().file("package.json", "{}").plan_of("node", node_plan(Some("npm run build")));
        let plan = assets(&app).unwrap().build_before(own(), "build");
        let names: Vec<_> = plan.phases.iter().map(|phase| &*phase.name).collect();
        assert_eq!(names, ["setup", "install", "build", "node:setup", "node:install", "node:build"]);
        let earlier = |name: &str| plan.phases.iter().find(|phase| phase.name == name).unwrap().depends_on.clone();
        assert_eq!(earlier("build"), Some(ListEdit::from_iter(["install", "node:build"])));
        assert_eq!(earlier("node:build"), Some(ListEdit::from_iter(["node:install", "install"])));
        assert_eq!(plan.variables, [("NODE_ENV".to_owned(), "production".to_owned())]);
    }

    #[test]
    fn tools_for_checking_are_no_assets() {
        let app = FakeApp::new().plan_of("node", node_plan(None));
        assert!(assets(&app).is_none());
        assert!(assets(&app.file("package.json", "{}")).is_none());
    }

    #[test]
    fn the_packages_of_a_folder_may_be_all_that_is_wanted() {
        let app = FakeApp::new().file("assets/package.json", "{}").plan_of("node", node_plan(None));
        assert!(assets(&app).is_some());
    }
}
