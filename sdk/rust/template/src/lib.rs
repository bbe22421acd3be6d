//! A Plugpacks provider: newlang.

use plugpacks_sdk::{Context, Description, Edition, Marker, PartialPlan, Phase, Provider, Result, Start};

/// What makes an app this provider's.
const MAIN_FILE: &str = "main.newlang";

struct Language;

impl Provider for Language {
    fn describe(_: Edition) -> Description {
        Description::new("newlang", env!("CARGO_PKG_VERSION"), "Scripts in newlang").marker(Marker::file(MAIN_FILE))
    }

    fn detect(context: &Context) -> Result<bool> {
        context.app.has_file(MAIN_FILE)
    }

    fn plan(_: &Context) -> Result<Option<PartialPlan>> {
        let start = Start::command(format!("newlang {MAIN_FILE}"));
        Ok(Some(PartialPlan::new().phase(Phase::new("setup").apt_packages(["newlang"])).start(start)))
    }
}

plugpacks_sdk::export_provider!(Language);

#[cfg(test)]
mod tests {
    use super::*;
    use plugpacks_sdk::testing::FakeApp;

    #[test]
    fn an_app_is_recognised() {
        assert!(FakeApp::new().file(MAIN_FILE, "").detect::<Language>().unwrap());
        assert!(!FakeApp::new().file("other", "").detect::<Language>().unwrap());
    }

    #[test]
    fn the_main_file_is_started() {
        let plan = FakeApp::new().file(MAIN_FILE, "").plan::<Language>().unwrap().unwrap();
        assert_eq!(plan.start, Some(Start::command("newlang main.newlang")));
    }
}
