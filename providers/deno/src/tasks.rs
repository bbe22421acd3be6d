//! The tasks of `deno.json`, and which of them serves the app in production.

use serde::Deserialize;
use std::collections::BTreeMap;

/// Tasks that people serve an app with, the usual one first.
const SERVING: [&str; 5] = ["start", "prod", "production", "serve", "preview"];

/// The task that makes what the app serves.
const BUILDING: &str = "build";

/// How often one task may run another: more is a circle.
const MAX_DEPTH: usize = 8;

/// The tasks by name.
#[derive(Debug, Default, Deserialize)]
#[serde(transparent)]
pub(crate) struct Tasks(BTreeMap<String, Task>);

/// A command, alone or with a description and the tasks that come first.
#[derive(Debug, Deserialize)]
#[serde(untagged)]
enum Task {
    Command(String),
    Described {
        #[serde(default)]
        command: String,
    },
}

impl Task {
    fn command(&self) -> &str {
        match self {
            Self::Command(command) | Self::Described { command } => command,
        }
    }
}

impl Tasks {
    /// The task that serves the app in production: the first usual name whose task is not for
    /// development.
    pub(crate) fn to_start(&self) -> Option<&'static str> {
        SERVING.into_iter().find(|name| self.0.contains_key(*name) && !self.is_for_development(name))
    }

    /// The task `start`, if it is for development.
    pub(crate) fn development_start(&self) -> Option<&'static str> {
        Some(SERVING[0]).filter(|name| self.0.contains_key(*name) && self.is_for_development(name))
    }

    /// The task that makes what the app serves, if there is one.
    pub(crate) fn to_build(&self) -> Option<&'static str> {
        Some(BUILDING).filter(|name| self.0.contains_key(*name) && !self.is_for_development(name))
    }

    /// The script that a task runs: `server/main.ts` of `deno run -A server/main.ts`.
    pub(crate) fn script(&self, name: &str) -> Option<&str> {
        let words: Vec<_> = self.0.get(name)?.command().split_whitespace().collect();
        let at = words.windows(2).position(|pair| pair[0] == "deno" && matches!(pair[1], "run" | "serve"))?;
        let is_script = |word: &&str| [".ts", ".tsx", ".js", ".jsx", ".mjs"].iter().any(|end| word.ends_with(end));
        let script =
            words[at + 2..].iter().copied().take_while(|word| !matches!(*word, "&&" | ";" | "|")).find(is_script);
        script.map(|script| script.trim_start_matches("./"))
    }

    /// Whether a task, or one that it runs, watches the files or is a development server.
    fn is_for_development(&self, name: &str) -> bool {
        self.development_within(name, MAX_DEPTH)
    }

    fn development_within(&self, name: &str, depth: usize) -> bool {
        let Some(task) = self.0.get(name).filter(|_| depth > 0) else { return false };
        let words: Vec<_> = task.command().split_whitespace().collect();
        let runs =
            |pair: &[&str]| pair[0] == "task" && (pair[1] == "dev" || self.development_within(pair[1], depth - 1));
        words.iter().any(|word| word.starts_with("--watch") || word.ends_with("dev.ts") && !words.contains(&BUILDING))
            || words.first() == Some(&"vite") && !matches!(words.get(1), Some(&("build" | "preview")))
            || words.windows(2).any(runs)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn tasks(json: &str) -> Tasks {
        serde_json::from_str(json).unwrap()
    }

    #[test]
    fn a_task_for_development_does_not_start_the_app() {
        for (json, expected) in [
            (r#"{"start": "deno run -A main.ts"}"#, Some("start")),
            (r#"{"start": {"description": "x", "command": "deno run -A main.ts"}}"#, Some("start")),
            (
                r#"{"start": "deno run -A --watch=static/,routes/ dev.ts", "preview": "deno run -A main.ts"}"#,
                Some("preview"),
            ),
            (r#"{"dev": "deno task lume -s", "start": "deno task dev", "prod": "deno run server.ts"}"#, Some("prod")),
            (r#"{"start": "deno task site", "site": "vite --host"}"#, None),
            (r#"{"start": "deno task start"}"#, Some("start")),
            (r#"{"dev": "vite"}"#, None),
        ] {
            assert_eq!(tasks(json).to_start(), expected, "{json}");
        }
    }

    #[test]
    fn a_build_is_no_development() {
        for (json, expected) in [
            (r#"{"build": "deno run -A dev.ts build"}"#, Some("build")),
            (r#"{"build": "vite build"}"#, Some("build")),
            (r#"{"build": "deno task dev"}"#, None),
            ("{}", None),
        ] {
            assert_eq!(tasks(json).to_build(), expected, "{json}");
        }
    }

    #[test]
    fn the_script_of_a_task() {
        let script = |command: &str| tasks(&format!("{{\"start\": {command:?}}}")).script("start").map(str::to_owned);
        assert_eq!(script("deno run -A ./server/main.ts --port 1").as_deref(), Some("server/main.ts"));
        assert_eq!(script("X=1 deno serve -A _fresh/server.js").as_deref(), Some("_fresh/server.js"));
        assert_eq!(script("deno run -A npm:vite && node a.js"), None);
        assert_eq!(script("vite"), None);
    }
}
