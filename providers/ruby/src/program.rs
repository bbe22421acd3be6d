//! Scripts that are an app by themselves, without `config.ru`.

use crate::app::RubyApp;
use plugpacks_sdk::{Result, glob};

/// Where an app's own script is.
const SCRIPTS: [&str; 6] = ["app.rb", "main.rb", "server.rb", "web.rb", "bot.rb", "application.rb"];

/// The classic form of Sinatra: the script serves, and takes arguments.
const SINATRA: &str = r#"(?m)^\s*require\s*\(?\s*["']sinatra["']"#;

/// A start command, and why it is.
pub(crate) struct Command {
    pub(crate) text: String,
    pub(crate) reason: String,
}

impl Command {
    pub(crate) fn new(text: impl Into<String>, reason: impl Into<String>) -> Self {
        Self { text: text.into(), reason: reason.into() }
    }
}

/// The command that runs the app's script; `None` if there is none.
///
/// # Errors
/// The script cannot be read.
pub(crate) fn command(app: &RubyApp) -> Result<Option<Command>> {
    let Some(script) = app.context.app.first_file(&SCRIPTS)? else { return Ok(None) };
    let is_sinatra = app.context.app.search(&glob::literal(script), SINATRA)?.is_some();
    let arguments = if is_sinatra { " -o 0.0.0.0 -p ${PORT:-4567}" } else { "" };
    Ok(Some(Command::new(format!("bundle exec ruby {script}{arguments}"), format!("the script {script}"))))
}
