//! Notebooks that Voila shows as a web app.

use crate::app::PythonApp;
use crate::servers::PORT;
use plugpacks_sdk::Result;
use plugpacks_sdk::shell::quoted;

/// The command that shows the only notebook at the root, or a list of them.
pub(super) fn voila(app: &PythonApp) -> Result<Option<String>> {
    if !app.dependencies.installs(&["voila"]) {
        return Ok(None);
    }
    let notebooks = app.context.app.find_files("*.ipynb")?;
    let notebook = match notebooks.as_slice() {
        [] => return Ok(None),
        [notebook] => format!(" {}", quoted(notebook)),
        _ => String::new(),
    };
    app.context.diagnostics.because("start command", "Voila shows the notebooks");
    Ok(Some(format!("voila{notebook} --port={PORT} --Voila.ip=0.0.0.0 --no-browser")))
}
