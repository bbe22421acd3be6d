//! Notebooks that Voila or Panel shows as a web app.

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

/// The command that serves the only notebook at the root, or each of them below its name.
pub(super) fn panel(app: &PythonApp) -> Result<Option<String>> {
    if !app.dependencies.installs(&["panel"]) || !app.context.app.has_match("*.ipynb")? {
        return Ok(None);
    }
    app.context.diagnostics.because("start command", "Panel serves the notebooks");
    Ok(Some(format!("panel serve *.ipynb --address 0.0.0.0 --port {PORT} --allow-websocket-origin='*'")))
}
