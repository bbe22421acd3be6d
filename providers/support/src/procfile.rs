//! What a Procfile does to the start command of a plan.

use plugpacks_sdk::{Context, Result};

/// The file.
const FILE: &str = "Procfile";

/// Says that a Procfile without a process `web` starts nothing that answers requests, and what to write for that.
///
/// # Arguments
/// * `command` - what the plan starts without the Procfile
///
/// # Errors
/// The file cannot be read.
pub fn warn_of_workers(context: &Context, command: &str) -> Result<()> {
    let Some(text) = context.app.read_text_if_file(FILE)? else { return Ok(()) };
    let has_web =
        text.lines().any(|line| line.strip_prefix("web").is_some_and(|rest| rest.trim_start().starts_with(':')));
    if !has_web {
        context.diagnostics.warn(format!(
            "The Procfile has no process `web`, so that one of its others starts the container, and nothing answers \
             requests; add `web: {command}`"
        ));
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;
    use plugpacks_sdk::testing::FakeApp;

    #[test]
    fn only_a_procfile_of_workers_is_said() {
        let warnings = |app: FakeApp| {
            app.with(|context| warn_of_workers(context, "./out").unwrap());
            app.warnings()
        };
        assert!(warnings(FakeApp::new().file("Procfile", "worker: ./out work\n"))[0].ends_with("add `web: ./out`"));
        assert_eq!(warnings(FakeApp::new().file("Procfile", "web : ./out\nworker: x\n")), [""; 0]);
        assert_eq!(warnings(FakeApp::new()), [""; 0]);
    }
}
