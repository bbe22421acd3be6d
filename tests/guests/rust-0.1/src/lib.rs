//! A provider for version 0.1 of the contract: it asks everything that there is to ask, and builds on Node's plan.

#[allow(warnings, clippy::all)]
mod bindings {
    wit_bindgen::generate!({ path: "../../../wit/0.1", world: "provider" });
}

use bindings::exports::plugpacks::provider::provider_guest::{Description, Failure, Guest, PartialPlan};
use bindings::plugpacks::provider::types::{ListEdit, Marker, Needed, Needs, Phase, RunTime, Start, StartFile};
use bindings::plugpacks::provider::{app, catalog, diagnostics, environment};

/// The provider. Whom it asks for a plan stands in the app's file with its name and `.asks`.
struct Veteran;

/// Its name; tests build it under several.
const NAME: &str = match option_env!("GUEST_NAME") {
    Some(name) => name,
    None => "veteran",
};

impl Guest for Veteran {
    fn describe(_: String) -> Description {
        Description {
            name: NAME.into(),
            version: "0.1.0".into(),
            summary: "Apps with a veteran.txt".into(),
            markers: vec![Marker::File("veteran.txt".into())],
            variables: Vec::new(),
            generated: vec!["old-build".into()],
            last_resort: false,
        }
    }

    fn detect() -> Result<bool, Failure> {
        Ok(matches!(app::entry("veteran.txt"), Ok(app::EntryKind::File)))
    }

    fn plan() -> Result<Option<PartialPlan>, Failure> {
        diagnostics::because("start", "0.1");
        let found = app::find_files("**/*.old").unwrap_or_default();
        let text = app::read_text("veteran.txt").unwrap_or_default();
        let asked = app::read_text(&format!("{NAME}.asks")).unwrap_or_else(|_| "node".into());
        let Some(mut plan) = catalog::plan_of(asked.trim())? else { return Ok(None) };
        plan.phases.push(phase(NAME, &text));
        plan.start = Some(Start {
            command: Some(format!("run {} on {}", found.join(" "), environment::edition())),
            user: None,
            run_time: RunTime::Only(Needs {
                nix_packages: vec!["nodejs".into()],
                nix_libraries: Needed::OfAllPhases,
                apt_packages: Needed::Only(Vec::new()),
            }),
            files: vec![StartFile::WholeApp],
        });
        Ok(Some(plan))
    }
}

fn phase(name: &str, command: &str) -> Phase {
    Phase {
        name: name.into(),
        depends_on: Some(ListEdit::Replace(vec!["build".into()])),
        nix_packages: None,
        nix_libraries: None,
        nix_overlays: None,
        nixpkgs_archive: None,
        apt_packages: None,
        commands: Some(ListEdit::Replace(vec![command.trim().into()])),
        only_include_files: None,
        exclude_files: None,
        cache_directories: None,
        paths: None,
        only_variables: None,
    }
}

bindings::export!(Veteran with_types_in bindings);
