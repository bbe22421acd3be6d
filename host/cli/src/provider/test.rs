//! `provider test`: plans of apps, compared with those that were kept.

use super::super::options::GivenProviders;
use super::super::{hint, print};
use super::{bytes, trial};
use clap::Args;
use plugpacks::edition::Edition;
use plugpacks::error::{Error, Result};
use plugpacks::planner::{self, PlanRequest};
use plugpacks::provider::{Catalog, Limits, Source, Usage};
use serde_json::{Value, json};
use std::fs;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::Duration;

#[derive(Args)]
pub(super) struct Arguments {
    /// Directory whose folders are apps, or that has such a directory `apps`; the plan of `NAME` is kept in `NAME.plan.json`
    #[arg(value_name = "DIR")]
    directory: PathBuf,
    /// Write what is planned now
    #[arg(long)]
    update: bool,
}

pub(super) fn run(arguments: &Arguments, options: &GivenProviders) -> Result<()> {
    let catalog = options.catalog(&[])?;
    let apps = apps(&arguments.directory)?;
    let mut failed = Vec::new();
    for app in &apps {
        let case = Case { app, catalog: &catalog, limits: options.limits() };
        let name = app.file_name().unwrap_or_default().to_string_lossy();
        let (word, used, difference) = match case.run(arguments.update)? {
            Outcome::Same(used) => ("ok", used, None),
            Outcome::Written(used) => ("written", used, None),
            Outcome::Differs(used, difference) => ("FAILED", used, Some(difference)),
        };
        print(&format!("{word:<7}  {name}  {}\n", summary(&used)))?;
        if let Some(difference) = difference {
            print(&difference)?;
            failed.push(name.into_owned());
        }
    }
    if failed.is_empty() {
        return Ok(());
    }
    Err(Error::app(format!("{} of {} apps are not planned as they were", failed.len(), apps.len()))
        .cause(failed.join(", "))
        .hint("`--update` keeps the plans of now"))
}

/// The folders of a directory, or of its folder `apps`, in byte order of their names.
// Tests of a provider are no part of an app that is built.
#[allow(clippy::disallowed_methods)]
fn apps(directory: &Path) -> Result<Vec<PathBuf>> {
    let of_project = directory.join("apps");
    let directory = if of_project.is_dir() { &of_project } else { directory };
    let unreadable = |error: std::io::Error| {
        Error::configuration(format!("Cannot read the directory `{}`", directory.display())).cause(error)
    };
    let entries = fs::read_dir(directory).map_err(unreadable)?;
    let paths: Vec<PathBuf> =
        entries.map(|entry| entry.map(|entry| entry.path())).collect::<std::io::Result<_>>().map_err(unreadable)?;
    let mut apps: Vec<_> = paths.into_iter().filter(|path| path.is_dir()).collect();
    apps.sort_unstable();
    if apps.is_empty() {
        return Err(Error::configuration(format!("`{}` has no folder to be planned", directory.display())));
    }
    Ok(apps)
}

fn summary(used: &[(String, Usage)]) -> String {
    let of = |(name, Usage { time, memory, host_calls }): &(String, Usage)| {
        format!("{name}: {:.1} ms, {}, {host_calls} host calls", milliseconds(*time), bytes(*memory as u64))
    };
    if used.is_empty() { "an error".to_owned() } else { used.iter().map(of).collect::<Vec<_>>().join("; ") }
}

fn milliseconds(time: Duration) -> f64 {
    time.as_secs_f64() * 1000.0
}

/// An app, and who plans it.
struct Case<'a> {
    app: &'a Path,
    catalog: &'a Arc<Catalog>,
    limits: Limits,
}

/// What came of a case, with what the user's providers, or else the one that planned, used up.
enum Outcome {
    Same(Vec<(String, Usage)>),
    Written(Vec<(String, Usage)>),
    /// And what is different.
    Differs(Vec<(String, Usage)>, String),
}

impl Case<'_> {
    #[allow(clippy::disallowed_methods)]
    fn run(&self, update: bool) -> Result<Outcome> {
        let (planned, used) = self.plan(self.app);
        let shuffled = trial::shuffled(self.app)?;
        let (again, _) = self.plan(&shuffled.path().join(self.app.file_name().unwrap_or_default()));
        if planned != again {
            let difference = difference(&planned, &again);
            return Ok(Outcome::Differs(used, format!("  planned again, it is another plan:\n{difference}")));
        }
        let file = self.app.with_file_name(format!("{}.plan.json", self.app.file_name().unwrap_or_default().display()));
        let kept = fs::read_to_string(&file).ok();
        match kept {
            Some(kept) if kept == planned => Ok(Outcome::Same(used)),
            _ if update => {
                fs::write(&file, &planned)
                    .map_err(|error| Error::system(format!("Cannot write `{}`", file.display())).cause(error))?;
                Ok(Outcome::Written(used))
            }
            Some(kept) => Ok(Outcome::Differs(used, difference(&kept, &planned))),
            None => {
                hint(&format!("`--update` writes {}", file.display()));
                Ok(Outcome::Differs(used, "  no plan was kept\n".to_owned()))
            }
        }
    }

    /// The plan as it is kept: who recognises the app, and the plan, or else the error.
    fn plan(&self, app: &Path) -> (String, Vec<(String, Usage)>) {
        let mut request = PlanRequest::new(app);
        request.limits = self.limits;
        let detected = planner::detect(&request, self.catalog).map(|detected| detected.names);
        let (kept, used) = match (detected, planner::plan(&request, self.catalog)) {
            (Ok(names), Ok(planned)) => {
                let plan: Value = serde_json::from_str(&planned.plan.to_json()).unwrap_or_default();
                let used = self.reported(&names);
                let usage = |name: String| planned.usage(&name).map(|usage| (name, usage));
                (json!({ "detected": names, "plan": plan }), used.into_iter().filter_map(usage).collect())
            }
            (Err(error), _) | (_, Err(error)) => (json!({ "error": error.report() }), Vec::new()),
        };
        (format!("{kept:#}\n"), used)
    }

    /// Whose use is told: the user's own providers, or else those that plan.
    fn reported(&self, planning: &[String]) -> Vec<String> {
        let own = self.catalog.listed(Edition::DEFAULT).filter(|listed| matches!(listed.source, Source::File(_)));
        let own: Vec<_> = own.map(|listed| listed.identity.name).collect();
        if own.is_empty() { planning.to_vec() } else { own }
    }
}

/// The lines that differ, without those before and after that do not.
fn difference(kept: &str, planned: &str) -> String {
    let (kept, planned): (Vec<_>, Vec<_>) = (kept.lines().collect(), planned.lines().collect());
    let before = kept.iter().zip(&planned).take_while(|(a, b)| a == b).count();
    let after = kept[before..].iter().rev().zip(planned[before..].iter().rev()).take_while(|(a, b)| a == b).count();
    let show = |sign: char, lines: &[&str]| lines.iter().map(|line| format!("  {sign} {line}\n")).collect::<String>();
    show('-', &kept[before..kept.len() - after]) + &show('+', &planned[before..planned.len() - after])
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_what_differs_is_shown() {
        assert_eq!(difference("a\nb\nc\nd\n", "a\nx\ny\nd\n"), "  - b\n  - c\n  + x\n  + y\n");
        assert_eq!(difference("a\na\n", "a\n"), "  - a\n");
        assert_eq!(difference("", "a\n"), "  + a\n");
    }
}
