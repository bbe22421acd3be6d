//! A third-party provider: Tcl scripts.

use plugpacks_sdk::{Context, Description, Edition, Marker, PartialPlan, Phase, Provider, Result, Start};

/// The scripts that are taken for the app's main one, in order of preference.
const MAIN_SCRIPTS: [&str; 2] = ["main.tcl", "server.tcl"];

/// The provider of Tcl scripts.
struct Tcl;

impl Provider for Tcl {
    fn describe(_: Edition) -> Description {
        Description::new("tcl", env!("CARGO_PKG_VERSION"), "Tcl scripts")
            .markers(MAIN_SCRIPTS.map(Marker::file))
            .variable("NIXPACKS_TCL_MAIN", "The script that is started, instead of main.tcl or server.tcl")
    }

    fn detect(context: &Context) -> Result<bool> {
        Ok(context.app.first_file(&MAIN_SCRIPTS)?.is_some())
    }

    fn plan(context: &Context) -> Result<Option<PartialPlan>> {
        let script = match context.environment.config("TCL_MAIN") {
            Some(script) => Some(script),
            None => context.app.first_file(&MAIN_SCRIPTS)?.map(str::to_owned),
        };
        Ok(Some(
            PartialPlan::new()
                .phase(Phase::new("setup").apt_packages(["tcl"]))
                .start(script.map(|script| Start::command(format!("tclsh {script}")))),
        ))
    }
}

plugpacks_sdk::export_provider!(Tcl);

#[cfg(test)]
mod tests {
    use super::*;
    use plugpacks_sdk::testing::FakeApp;

    #[test]
    fn the_main_script_is_started() {
        let app = FakeApp::new().file("server.tcl", "").file("main.tcl", "");
        assert!(app.detect::<Tcl>().unwrap());
        assert_eq!(app.plan::<Tcl>().unwrap().unwrap().start, Some(Start::command("tclsh main.tcl")));
    }

    #[test]
    fn a_variable_names_another_script() {
        let app = FakeApp::new().file("main.tcl", "").variable("NIXPACKS_TCL_MAIN", "web.tcl");
        assert_eq!(app.plan::<Tcl>().unwrap().unwrap().start, Some(Start::command("tclsh web.tcl")));
    }

    #[test]
    fn other_apps_are_not_tcl() {
        assert!(!FakeApp::new().file("lib/main.tcl", "").detect::<Tcl>().unwrap());
    }
}
