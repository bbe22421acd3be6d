//! `Procfile`: the processes of an app.

use crate::app::{AccessError, App};
use crate::edition::{ProcessRules, ProcfileSyntax};
use crate::error::{Error, Result};
use crate::plan::{ListEdit, PartialPhase, PartialPlan, PartialStart, Setting, SettingMap, TextMap};

const PATH: &str = "Procfile";

/// The process that prepares a release, before the others are started.
const RELEASE: &str = "release";

/// The process that answers requests.
const WEB: &str = "web";

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

    /// The command that prepares a release, such as a migration.
    pub fn release_command(&self) -> Option<&str> {
        self.processes.get(RELEASE).map(String::as_str)
    }

    /// Name and command of the process that starts the container: `web`, else `worker`, else the first process by
    /// name; never `release`.
    pub fn start_process(&self) -> Option<(&str, &str)> {
        let first = || self.processes.iter().find(|(name, _)| *name != RELEASE);
        let named = |name: &str| self.processes.get_key_value(name);
        let (name, command) = named(WEB).or_else(|| named("worker")).or_else(first)?;
        Some((name, command))
    }

    /// The process that starts the container, if none is `web`.
    pub fn start_without_web(&self) -> Option<(&str, &str)> {
        self.start_process().filter(|(name, _)| *name != WEB)
    }

    /// The partial plan: the start command, and either all processes or a phase for `release`.
    pub fn to_plan(&self, rules: ProcessRules) -> PartialPlan {
        let start = self.start_process().map(|(_, command)| PartialStart::with_command(command));
        let mut plan = PartialPlan { start, ..PartialPlan::default() };
        match (rules, self.processes.get(RELEASE)) {
            (ProcessRules::Recorded, _) => {
                let recorded = |(name, command): (&String, &String)| (name.clone(), Setting::from(command));
                let processes = self.processes.iter().map(recorded).collect();
                plan.processes = Some(processes).filter(|processes: &SettingMap| !processes.is_empty());
            }
            (ProcessRules::ReleaseIsPhase, Some(command)) => {
                *plan.phase_mut(RELEASE) = PartialPhase {
                    depends_on: Some(ListEdit::replace(["setup", "install", "build"])),
                    commands: Some(ListEdit::append([command])),
                    ..PartialPhase::default()
                };
            }
            (ProcessRules::ReleaseIsPhase, None) => {}
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
    let wrong = |cause: String| {
        Error::app("Reading Procfile")
            .cause(format!("Procfile: {cause}"))
            .hint("Write one process a line: `web: COMMAND`")
    };
    // The parser takes the square of this in time.
    if text.matches(['[', '{']).count() > 1000 {
        return Err(wrong("it has more than 1000 lists and maps".to_owned()));
    }
    let processes: Option<TextMap> = serde_yaml_ng::from_str(text).map_err(|error| wrong(error.to_string()))?;
    Ok(processes.unwrap_or_default())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn start(text: &str, syntax: ProcfileSyntax) -> Option<String> {
        Procfile::parse(text, syntax).unwrap().start_process().map(|(_, command)| command.to_owned())
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
    fn release_is_a_phase_after_the_usual_ones_upstream() {
        let procfile = Procfile::parse("release: migrate\n", ProcfileSyntax::Yaml).unwrap();
        let plan = procfile.to_plan(ProcessRules::ReleaseIsPhase);
        assert_eq!((plan.start, plan.processes), (None, None));
        assert_eq!(plan.phases.unwrap()["release"].commands, Some(ListEdit::append(["migrate"])));
    }

    #[test]
    fn every_process_is_recorded_and_release_is_no_phase() {
        let procfile = Procfile::parse("web: run\nrelease: migrate\nclock: tick\n", ProcfileSyntax::Lines).unwrap();
        let plan = procfile.to_plan(ProcessRules::Recorded);
        assert_eq!(plan.phases, None);
        assert_eq!(plan.start, Some(PartialStart::with_command("run")));
        let expected = [("clock", "tick"), ("release", "migrate"), ("web", "run")];
        assert_eq!(plan.processes, Some(expected.map(|(name, command)| (name.to_owned(), command.into())).into()));
        assert_eq!(Procfile::default().to_plan(ProcessRules::Recorded), PartialPlan::default());
    }
}
