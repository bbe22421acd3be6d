//! The functions that a component imports, as far as all versions have them alike.

use super::super::bindings::plugpacks::provider::{app, catalog, diagnostics, environment, types};
use super::convert;
use crate::app::App;
use crate::error::ErrorKind;
use crate::provider::sandbox::State;
use crate::text;
use wasmtime::Result;

impl types::Host for State {}

impl app::Host for State {
    fn name(&mut self) -> Result<String> {
        self.ask(App::name)
    }

    fn entry(&mut self, path: String) -> Result<std::result::Result<app::EntryKind, app::AccessError>> {
        self.ask(|app| app.entry(&path).map(convert::entry_kind).map_err(convert::access_error))
    }

    fn is_executable(&mut self, path: String) -> Result<std::result::Result<bool, app::AccessError>> {
        self.ask(|app| app.is_executable(&path).map_err(convert::access_error))
    }

    fn read_text(&mut self, path: String) -> Result<std::result::Result<String, app::AccessError>> {
        self.ask(|app| app.read_text(&path).map(|text| text.to_string()).map_err(convert::access_error))
    }

    fn find_files(&mut self, glob: String) -> Result<std::result::Result<Vec<String>, app::AccessError>> {
        self.ask(|app| app.find_files(&glob).map_err(convert::access_error))
    }

    fn find_directories(&mut self, glob: String) -> Result<std::result::Result<Vec<String>, app::AccessError>> {
        self.ask(|app| app.find_directories(&glob).map_err(convert::access_error))
    }

    fn search(
        &mut self,
        glob: String,
        pattern: String,
    ) -> Result<std::result::Result<Option<app::Occurrence>, app::SearchError>> {
        let found = self.ask(|app| app.search(&glob, &pattern))?;
        Ok(found.map(|found| found.map(convert::occurrence)).map_err(convert::search_error))
    }
}

impl environment::Host for State {
    fn get(&mut self, name: String) -> Result<Option<String>> {
        self.ask(|app| app.record_variable(&name))?;
        let session = self.session()?;
        Ok(session.environment().variables.get(&name).map(str::to_owned))
    }

    fn edition(&mut self) -> Result<String> {
        Ok(self.enter()?.environment().edition.name().to_owned())
    }

    fn architecture(&mut self) -> Result<String> {
        Ok(self.enter()?.environment().architecture.clone())
    }
}

impl diagnostics::Host for State {
    fn warn(&mut self, message: String) -> Result<()> {
        let session = self.enter()?;
        self.keep(message.len())?;
        session.diagnostics().warn(text::paragraph(&message));
        Ok(())
    }

    fn because(&mut self, decision: String, reason: String) -> Result<()> {
        let session = self.enter()?;
        let provider = session.running_provider();
        self.keep(provider.len() + decision.len() + reason.len())?;
        session.diagnostics().reasons.push((provider, text::one_line(&decision), text::one_line(&reason)));
        Ok(())
    }
}

impl catalog::Host for State {
    fn plan_of(&mut self, name: String) -> Result<std::result::Result<Option<types::PartialPlan>, types::Failure>> {
        let session = self.enter()?;
        match session.plan(&name) {
            Ok(plan) => Ok(Ok(plan.map(convert::guest_plan))),
            // The other provider is broken: nothing that this one could handle.
            Err(error) if error.kind() == ErrorKind::Provider => Err(wasmtime::Error::new(error)),
            Err(error) => Ok(Err(convert::guest_failure(&error))),
        }
    }
}
