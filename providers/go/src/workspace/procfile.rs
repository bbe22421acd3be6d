//! What an app's Procfile says about the program.

use plugpacks_sdk::{Context, Result};

/// The program that the process `web` of a Procfile starts.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Wanted {
    /// `go run FOLDER ARGUMENTS`: compiled at each start.
    Run {
        /// The folder of the program: empty for the app itself.
        folder: String,
        /// What is passed to the program.
        arguments: String,
    },
    /// A file that the build has to write, such as `bin/web`.
    File(String),
    /// A word that may be a program's name, to be found on the search path: `web`.
    Word(String),
}

impl Wanted {
    /// What the app's Procfile starts as `web`, if that is a program that the build makes.
    ///
    /// # Errors
    /// The Procfile is there but cannot be read.
    pub(crate) fn read(context: &Context) -> Result<Option<Self>> {
        let text = context.app.read_text_if_file("Procfile")?;
        Ok(text.as_deref().and_then(web).and_then(Self::of_command))
    }

    fn of_command(command: &str) -> Option<Self> {
        let command = command.strip_prefix("exec ").unwrap_or(command).trim_start();
        if let Some(rest) = command.strip_prefix("go run ") {
            let mut words = rest.split_whitespace().skip_while(|word| word.starts_with('-'));
            let target = words.next()?;
            let arguments = words.filter(|word| !word.ends_with(".go")).collect::<Vec<_>>().join(" ");
            return Some(Self::Run { folder: folder_of(target), arguments });
        }
        let word = command.split_whitespace().next()?;
        if word.chars().all(|c| c.is_ascii_alphanumeric() || matches!(c, '.' | '-' | '_')) {
            return Some(Self::Word(word.to_owned()));
        }
        let file = word.strip_prefix("./").or_else(|| word.strip_prefix("/app/")).unwrap_or(word);
        let is_path = file.split('/').all(|part| !part.is_empty() && !part.contains("..") && !part.contains('$'));
        let is_program = file.contains('/') || word.starts_with("./");
        (is_path && is_program && file != "out" && !file.contains('=') && !file.ends_with(".sh"))
            .then(|| Self::File(file.to_owned()))
    }

    /// The last part of the program's name: `web` of `go run ./cmd/web` and of `bin/web`.
    pub(crate) fn name(&self) -> &str {
        let (Self::Run { folder: path, .. } | Self::File(path) | Self::Word(path)) = self;
        path.rsplit('/').next().unwrap_or(path)
    }
}

/// The command of the process `web`.
fn web(procfile: &str) -> Option<&str> {
    let lines = procfile.lines().filter_map(|line| line.split_once(':'));
    lines.filter(|(name, _)| name.trim() == "web").map(|(_, command)| command.trim()).next_back()
}

/// The folder of `go run`'s first argument: a folder, or a file in it.
fn folder_of(target: &str) -> String {
    let target = target.trim_start_matches("./").trim_end_matches('/');
    let folder =
        if target.ends_with(".go") { target.rsplit_once('/').map_or("", |(folder, _)| folder) } else { target };
    folder.trim_start_matches('.').to_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_a_command_starts() {
        let run =
            |folder: &str, arguments: &str| Some(Wanted::Run { folder: folder.into(), arguments: arguments.into() });
        let file = |path: &str| Some(Wanted::File(path.into()));
        for (command, expected) in [
            ("go run ./cmd/web -addr :$PORT", run("cmd/web", "-addr :$PORT")),
            ("go run -race .", run("", "")),
            ("go run main.go hours.go serve", run("", "serve")),
            ("bin/relay --port $PORT", file("bin/relay")),
            ("./server", file("server")),
            ("exec /app/bin/web", file("bin/web")),
            ("./out serve", None),
            ("miniflux.app -migrate", Some(Wanted::Word("miniflux.app".into()))),
            ("bash ./start.sh", Some(Wanted::Word("bash".into()))),
            ("$BIN", None),
            ("PORT=1 bin/a", None),
        ] {
            assert_eq!(Wanted::of_command(command), expected, "{command}");
        }
    }

    #[test]
    fn only_the_process_web_counts() {
        assert_eq!(web("release: a\nweb: b: c\n"), Some("b: c"));
        assert_eq!(web("worker: a\n"), None);
    }
}
