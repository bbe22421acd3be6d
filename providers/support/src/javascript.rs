//! The JavaScript part of an app in another language: what of the provider `node`'s plan such a
//! provider builds on.

use crate::release::NIXPKGS_26_05;
use plugpacks_sdk::{Context, ListEdit, PartialPlan, Phase, Result};

/// The phase that installs Node.js where another language's build calls its tools.
pub const NODE_SETUP: &str = "node:setup";

/// That phase, for a build that runs the package manager itself.
pub fn node_setup() -> Phase {
    Phase { name: NODE_SETUP.to_owned(), ..Phase::setup(["nodejs_24"]) }.archive(NIXPKGS_26_05)
}

/// The folders that front ends have beside an app in another language, in the order in which they are
/// looked for.
pub const FRONT_END_FOLDERS: [&str; 8] = ["assets", "frontend", "front-end", "client", "web", "webapp", "ui", "www"];

/// The package managers, as they are called on the command line.
const MANAGERS: [&str; 4] = ["npm", "pnpm", "yarn", "bun"];

/// The plan of the provider `node` for this app.
#[derive(Clone, Debug)]
pub struct NodePlan(PartialPlan);

impl NodePlan {
    /// Asks for the plan, which there is without a `package.json`, too.
    ///
    /// # Errors
    /// The provider's failure, such as a `package.json` that cannot be read.
    pub fn of(context: &Context) -> Result<Self> {
        Ok(Self(context.catalog.plan_of("node")?.unwrap_or_default()))
    }

    /// A phase's content; nothing if the plan lacks it.
    pub fn phase(&self, name: &str) -> Phase {
        self.0.phases.iter().find(|phase| phase.name == name).cloned().unwrap_or_else(|| Phase::new(name))
    }

    /// The phase `install` and those it waits for, itself last.
    pub fn installation(&self) -> Vec<Phase> {
        let mut names = vec!["install".to_owned()];
        let mut next = 0;
        while let Some(name) = names.get(next).cloned() {
            for dependency in elements(self.phase(&name).depends_on.as_ref()) {
                if !names.contains(dependency) {
                    names.push(dependency.clone());
                }
            }
            next += 1;
        }
        let found = |name: &String| self.0.phases.iter().find(|phase| phase.name == *name).cloned();
        names.iter().rev().filter_map(found).collect()
    }

    /// The package manager's command.
    pub fn manager(&self) -> &'static str {
        let install = self.phase("install");
        let setup = self.phase("setup");
        let packages = elements(setup.nix_packages.as_ref()).iter().map(String::as_str);
        let command = elements(install.commands.as_ref()).last().map(String::as_str);
        let of = |text: &str| MANAGERS.into_iter().find(|manager| text.starts_with(manager));
        packages.chain(command).find_map(of).unwrap_or("npm")
    }
}

impl From<PartialPlan> for NodePlan {
    fn from(plan: PartialPlan) -> Self {
        Self(plan)
    }
}

/// The elements a list has of its own.
pub fn elements(list: Option<&ListEdit>) -> &[String] {
    match list {
        Some(ListEdit::Replace(elements)) => elements,
        Some(ListEdit::Extend(extension)) => &extension.after,
        None => &[],
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use plugpacks_sdk::testing::FakeApp;

    fn node(plan: PartialPlan) -> NodePlan {
        FakeApp::new().plan_of("node", plan).with(|context| NodePlan::of(context).expect("a plan"))
    }

    #[test]
    fn the_installation_comes_with_what_it_waits_for() {
        let plan = PartialPlan::new().phase(Phase::build()).phase(Phase::install()).phase(Phase::setup(["nodejs_24"]));
        let names: Vec<_> = node(plan).installation().into_iter().map(|phase| phase.name).collect();
        assert_eq!(names, ["setup", "install"]);
        assert_eq!(node(PartialPlan::new()).installation(), []);
    }

    #[test]
    fn the_manager_is_the_installed_one_or_the_one_that_installs() {
        let plan = |packages: &[&str], command: &str| {
            let setup = Phase::setup(packages.iter().copied());
            node(PartialPlan::new().phase(setup).phase(Phase::install().command("corepack enable").command(command)))
        };
        assert_eq!(plan(&["nodejs_18", "npm-9_x"], "bun i").manager(), "npm");
        assert_eq!(plan(&["nodejs_24", "pnpm_10"], "npx --yes pnpm@8 i").manager(), "pnpm");
        assert_eq!(plan(&["nodejs_24", "corepack_24"], "yarn install").manager(), "yarn");
        assert_eq!(plan(&["nodejs_24"], "npm ci").manager(), "npm");
        assert_eq!(node(PartialPlan::new()).manager(), "npm");
    }
}
