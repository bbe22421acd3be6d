use crate::app::{AccessError, App};
use crate::edition::ProcfileSyntax;
use crate::error::{Error, Result};
use crate::plan::{ListEdit, PartialPlan, Phase, Start, TextMap};

const PATH: &str = "Procfile";

/// The processes an app names in its `Procfile`.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Procfile {
    processes: TextMap,
}

impl Procfile {
    /// Reads the app's Procfile; without one there are no processes.
    ///
    /// # Errors
    /// The file is there, but is unreadable or not a Procfile.
    pub fn read(app: &App, syntax: ProcfileSyntax) -> Result<Self> {
        match app.read_text(PATH) {
            Ok(text) => Self::parse(&text, syntax),
            Err(AccessError::Missing | AccessError::NotAFile) => Ok(Self::default()),
            Err(error) => Err(Error::app("Reading Procfile").cause(error)),
        }
    }

    fn parse(text: &str, syntax: ProcfileSyntax) -> Result<Self> {
        let lines = match syntax {
            ProcfileSyntax::Lines => parse_lines(text),
            ProcfileSyntax::Yaml => None,
        };
        let processes = match lines {
            Some(processes) => processes,
            None => parse_yaml(text)?,
        };
        Ok(Self { processes })
    }

    /// Every process, by name.
    pub const fn processes(&self) -> &TextMap {
        &self.processes
    }

    /// The command that starts the container: of `web`, else `worker`, else the first process by
    /// name; never of `release`.
    pub fn start_command(&self) -> Option<&str> {
        let first = || self.processes.iter().find(|(name, _)| *name != "release").map(|(_, command)| command);
        let named = |name: &str| self.processes.get(name);
        named("web").or_else(|| named("worker")).or_else(first).map(String::as_str)
    }

    /// The partial plan: the start command, and a phase for `release`.
    pub fn to_plan(&self) -> PartialPlan {
        let mut plan = PartialPlan { start: self.start_command().map(Start::with_command), ..PartialPlan::default() };
        if let Some(command) = self.processes.get("release") {
            *plan.phase_mut("release") = Phase {
                depends_on: Some(ListEdit::replace(["setup", "install", "build"])),
                commands: Some(ListEdit::append([command])),
                ..Phase::default()
            };
        }
        plan
    }
}

/// `name: command` on each line; `None` if some line is anything else, such as a continuation.
fn parse_lines(text: &str) -> Option<TextMap> {
    let mut processes = TextMap::new();
    for line in text.lines().filter(|line| !line.trim().is_empty() && !line.starts_with('#')) {
        let (name, command) = line.split_once(':')?;
        let is_name = !name.is_empty() && name.chars().all(|c| c.is_ascii_alphanumeric() || c == '_' || c == '-');
        let command = command.trim();
        // Quotes around the whole, block texts and the like are YAML's to read.
        if !is_name || command.is_empty() || command.starts_with(['"', '\'', '|', '>']) {
            return None;
        }
        processes.insert(name.to_owned(), command.to_owned());
    }
    Some(processes)
}

fn parse_yaml(text: &str) -> Result<TextMap> {
    let processes: Option<TextMap> = serde_yaml_ng::from_str(text).map_err(|error| {
        Error::app("Reading Procfile")
            .cause(format!("Procfile: {error}"))
            .hint("Write one process a line: `web: COMMAND`")
    })?;
    Ok(processes.unwrap_or_default())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn start(text: &str, syntax: ProcfileSyntax) -> Option<String> {
        Procfile::parse(text, syntax).unwrap().start_command().map(str::to_owned)
    }

    #[test]
    fn web_comes_before_worker_before_the_rest() {
        for syntax in [ProcfileSyntax::Yaml, ProcfileSyntax::Lines] {
            assert_eq!(start("b: x\nworker: w\nweb: run\n", syntax).as_deref(), Some("run"));
            assert_eq!(start("b: x\nworker: w\n", syntax).as_deref(), Some("w"));
            assert_eq!(start("c: x\nb: y\nrelease: z\n", syntax).as_deref(), Some("y"));
            assert_eq!(start("release: z\n", syntax), None);
            assert_eq!(start("# nothing\n", syntax), None);
            assert_eq!(start("", syntax), None);
        }
    }

    #[test]
    fn yaml_scalars_become_text() {
        assert_eq!(start("web: 3", ProcfileSyntax::Yaml).as_deref(), Some("3"));
        assert_eq!(start("web:", ProcfileSyntax::Yaml).as_deref(), Some(""));
        assert_eq!(start("web: \"a b\"", ProcfileSyntax::Lines).as_deref(), Some("a b"));
        assert_eq!(start("web: a # x", ProcfileSyntax::Yaml).as_deref(), Some("a"));
        assert_eq!(start("web: a\n  b\n", ProcfileSyntax::Lines).as_deref(), Some("a b"));
    }

    #[test]
    fn a_line_is_taken_whole_where_yaml_would_fail_or_cut() {
        let command = "gunicorn app:app --log-format '%(h)s: %(m)s' # not a comment";
        let text = format!("web: {command}\n");
        assert_eq!(start(&text, ProcfileSyntax::Lines).as_deref(), Some(command));
        let error = Procfile::parse(&text, ProcfileSyntax::Yaml).unwrap_err();
        assert_eq!(error.message(), "Reading Procfile");
        assert!(Procfile::parse("no colon here", ProcfileSyntax::Lines).is_err());
    }

    #[test]
    fn release_runs_after_the_usual_phases() {
        let plan = Procfile::parse("release: migrate\n", ProcfileSyntax::Lines).unwrap().to_plan();
        assert_eq!(plan.start, None);
        assert_eq!(plan.phases.unwrap()["release"].commands, Some(ListEdit::append(["migrate"])));
    }
}
