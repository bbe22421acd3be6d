//! What is started.

use plugpacks_sdk::{Context, Result};

/// The kinds of R programs.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Program {
    /// `app.R`, or `server.R` with its user interface: a Shiny app.
    Shiny,
    /// `plumber.R`: a Plumber API.
    Plumber,
    /// A Plumber API in another file.
    PlumberFile(&'static str),
    /// A script that does all by itself.
    Script(&'static str),
}

/// What a Shiny app's `app.R` mentions, and what it calls if it runs itself.
const SHINY: &str = r"\bshiny|\brun_app\b";
const RUNS_ITSELF: &str = r"\brunApp\s*\(";

impl Program {
    /// The app's program; `None`, with a warning, if there is none.
    ///
    /// # Errors
    /// A file cannot be read.
    pub(crate) fn find(context: &Context) -> Result<Option<Self>> {
        let has = |file: &str| context.app.has_file(file);
        let program = if has("server.R")? || is_shiny(context)? {
            Self::Shiny
        } else if has("plumber.R")? {
            Self::Plumber
        } else if let Some(file) = plumber_file(context)? {
            Self::PlumberFile(file)
        } else if let Some(script) =
            ["app.R", "main.R"].into_iter().find_map(|file| has(file).map(|is| is.then_some(file)).transpose())
        {
            Self::Script(script?)
        } else {
            context.diagnostics.warn("There is no start command: add app.R, server.R, plumber.R or main.R");
            return Ok(None);
        };
        context.diagnostics.because("R program", program.reason());
        Ok(Some(program))
    }

    const fn reason(self) -> &'static str {
        match self {
            Self::Shiny => "server.R, or a Shiny app in app.R",
            Self::Plumber => "plumber.R",
            Self::PlumberFile(file) | Self::Script(file) => file,
        }
    }

    /// The package that the start command needs.
    pub(crate) const fn framework(&self) -> Option<&'static str> {
        match self {
            Self::Shiny => Some("shiny"),
            Self::Plumber | Self::PlumberFile(_) => Some("plumber"),
            Self::Script(_) => None,
        }
    }

    /// The start command. Ports that are not given are the usual ones of the framework's servers.
    pub(crate) fn command(&self) -> String {
        let address = |port| format!("host = \"0.0.0.0\", port = as.integer(Sys.getenv(\"PORT\", \"{port}\"))");
        match self {
            Self::Shiny => format!("Rscript -e 'shiny::runApp({})'", address(3838)),
            // The folder rather than the file: an entrypoint.R comes first.
            Self::Plumber => format!("Rscript -e 'plumber::plumb(dir = \".\")$run({})'", address(8000)),
            Self::PlumberFile(file) => {
                format!("Rscript -e 'plumber::plumb(\"{file}\")$run({})'", address(8000))
            }
            Self::Script(file) => format!("Rscript {file}"),
        }
    }
}

/// Where else a Plumber API may be, and the comments that show that it is one.
const PLUMBER_FILES: [&str; 4] = ["api.R", "app.R", "main.R", "R/plumber.R"];
const ROUTE: &str = r"(?m)^#\*\s*@(get|post|put|delete|patch|head|use|filter|assets)\b";

fn plumber_file(context: &Context) -> Result<Option<&'static str>> {
    for file in PLUMBER_FILES {
        if context.app.has_file(file)? && context.app.search(file, ROUTE)?.is_some() {
            return Ok(Some(file));
        }
    }
    Ok(None)
}

fn is_shiny(context: &Context) -> Result<bool> {
    Ok(context.app.has_file("app.R")?
        && context.app.search("app.R", SHINY)?.is_some()
        && context.app.search("app.R", RUNS_ITSELF)?.is_none())
}

#[cfg(test)]
mod tests {
    use super::*;
    use plugpacks_sdk::testing::FakeApp;

    fn program(app: &FakeApp) -> Option<Program> {
        app.with(Program::find).unwrap()
    }

    #[test]
    fn shiny_apps() {
        for text in [
            "library(shiny)\nshinyApp(ui, server)",
            "pkgload::load_all()\nrelay::run_app()",
            "# a shinyApp\nrhino::app()",
        ] {
            assert_eq!(program(&FakeApp::new().file("app.R", text)), Some(Program::Shiny), "{text}");
        }
        assert_eq!(program(&FakeApp::new().file("server.R", "").file("ui.R", "")), Some(Program::Shiny));
    }

    #[test]
    fn other_programs() {
        let app = FakeApp::new().file("app.R", "library(shiny)\nrunApp(list(), port = 80)");
        assert_eq!(program(&app), Some(Program::Script("app.R")));
        assert_eq!(program(&app.file("plumber.R", "")), Some(Program::Plumber));
        assert_eq!(program(&FakeApp::new().file("main.R", "")), Some(Program::Script("main.R")));
        let none = FakeApp::new().file("DESCRIPTION", "");
        assert_eq!(program(&none), None);
        assert_eq!(none.warnings().len(), 1);
    }

    #[test]
    fn an_api_may_be_in_another_file() {
        let app = FakeApp::new().file("api.R", "#* @get /tide\nfunction() 1\n");
        assert_eq!(program(&app), Some(Program::PlumberFile("api.R")));
        assert!(Program::PlumberFile("api.R").command().starts_with("Rscript -e 'plumber::plumb(\"api.R\")$run("));
    }

    #[test]
    fn servers_listen_where_the_platform_says() {
        assert_eq!(
            Program::Plumber.command(),
            r#"Rscript -e 'plumber::plumb(dir = ".")$run(host = "0.0.0.0", port = as.integer(Sys.getenv("PORT", "8000")))'"#
        );
        assert_eq!(Program::Script("main.R").command(), "Rscript main.R");
    }
}
