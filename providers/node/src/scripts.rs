//! What a script of `package.json` runs in the end: scripts call scripts, and put variables and
//! runners in front of the program.

use crate::package_json::PackageJson;

/// A program that a script runs.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Invocation {
    /// Its name without folders: `vite`, `node`.
    pub(crate) program: String,
    pub(crate) arguments: Vec<String>,
}

impl Invocation {
    /// The first argument that is no flag.
    pub(crate) fn operand(&self) -> Option<&str> {
        self.arguments.iter().map(String::as_str).find(|argument| !argument.starts_with('-'))
    }

    pub(crate) fn has_flag(&self, flag: &str) -> bool {
        self.arguments.iter().any(|argument| argument == flag)
    }

    /// The value of a flag: `--outDir x` or `--outDir=x`.
    pub(crate) fn value_of(&self, flag: &str) -> Option<&str> {
        let mut arguments = self.arguments.iter();
        let value = arguments.by_ref().find_map(|argument| match argument.strip_prefix(flag)? {
            "" => Some(None),
            rest => rest.strip_prefix('=').map(Some),
        })?;
        value
            .or_else(|| arguments.next().map(String::as_str))
            .filter(|value| !value.is_empty() && !value.starts_with('-'))
    }
}

/// Programs that run the command after them; their own flags and assignments stand between.
const RUNNERS: &[&str] = &[
    "cross-env",
    "cross-env-shell",
    "env",
    "exec",
    "npx",
    "bunx",
    "pnpx",
    "dotenv",
    "dotenvx",
    "time",
    "nice",
    "command",
];

/// Arguments of package managers that make runners of them.
const RUNNER_ARGUMENTS: &[&str] = &["exec", "dlx", "x", "--bun"];

/// Flags of runners that take a value.
const RUNNER_VALUES: &[&str] = &["-e", "-f", "-p", "--package", "-c", "--env-file"];

const MANAGERS: &[&str] = &["npm", "pnpm", "yarn", "bun"];

/// The managers' words in front of a script's name.
const RUN: &[&str] = &["run", "run-script", "rum", "urn"];

/// Flags of managers that lead to another package; what follows is not this package's script.
const ELSEWHERE: &[&str] =
    &["--prefix", "-C", "--cwd", "--dir", "--filter", "-F", "-w", "--workspace", "workspace", "-r", "--recursive"];

/// Programs that run several scripts, whose names or commands are their arguments.
const SEVERAL: &[&str] = &["npm-run-all", "npm-run-all2", "run-s", "run-p", "concurrently", "conc"];

/// The signs that end a command.
const SEPARATORS: &[&str] = &["&&", "||", ";", "|", "&", "\n"];

/// What a script runs, scripts that it calls replaced by what these run. Empty if there is no such
/// script. A script that calls itself is followed once.
pub(crate) fn invocations(package: &PackageJson, script: &str) -> Vec<Invocation> {
    let mut all = Vec::new();
    follow_script(package, script, &mut Vec::new(), &mut all);
    all
}

/// What a command line runs, without following scripts.
pub(crate) fn invocations_of(command: &str) -> Vec<Invocation> {
    commands(command).into_iter().filter_map(|words| invocation(&words)).collect()
}

fn follow_script(package: &PackageJson, script: &str, seen: &mut Vec<String>, all: &mut Vec<Invocation>) {
    if seen.iter().any(|known| known == script) {
        return;
    }
    seen.push(script.to_owned());
    if let Some(command) = package.script(script) {
        follow_command(package, command, seen, all);
    }
}

fn follow_command(package: &PackageJson, command: &str, seen: &mut Vec<String>, all: &mut Vec<Invocation>) {
    let mut is_elsewhere = false;
    for invocation in invocations_of(command) {
        is_elsewhere |= invocation.program == "cd";
        if is_elsewhere {
            // Scripts there are another package's.
            all.push(invocation);
        } else if let Some(script) = script_called(package, &invocation) {
            follow_script(package, &script, seen, all);
        } else if SEVERAL.contains(&&*invocation.program) {
            follow_several(package, &invocation, seen, all);
        } else {
            all.push(invocation);
        }
    }
}

/// `run-p dev:*`, `concurrently "npm:dev" "node server.js"`: each argument is a script or a command.
fn follow_several(package: &PackageJson, several: &Invocation, seen: &mut Vec<String>, all: &mut Vec<Invocation>) {
    for argument in several.arguments.iter().filter(|argument| !argument.starts_with('-')) {
        let name =
            MANAGERS.iter().find_map(|manager| argument.strip_prefix(manager)?.strip_prefix(':')).unwrap_or(argument);
        match name.strip_suffix('*') {
            Some(prefix) => {
                let names = package.scripts.iter().flatten().map(|(name, _)| name);
                let names: Vec<_> = names.filter(|name| name.starts_with(prefix)).cloned().collect();
                names.iter().for_each(|name| follow_script(package, name, seen, all));
            }
            None if package.script(name).is_some() => follow_script(package, name, seen, all),
            None if several.program.starts_with("conc") => follow_command(package, argument, seen, all),
            None => {}
        }
    }
}

/// The script of this package that a command runs: `npm run build`, `yarn build`, `node --run build`.
fn script_called(package: &PackageJson, invocation: &Invocation) -> Option<String> {
    let Invocation { program, arguments } = invocation;
    if program == "node" {
        return invocation.value_of("--run").map(str::to_owned);
    }
    if !MANAGERS.contains(&&**program) || arguments.iter().any(|argument| ELSEWHERE.contains(&&**argument)) {
        return None;
    }
    let mut words = arguments.iter().map(String::as_str).filter(|word| !word.starts_with('-'));
    let first = words.next()?;
    if RUN.contains(&first) {
        return words.next().map(str::to_owned);
    }
    let runs_by_name = matches!(&**program, "pnpm" | "yarn") || matches!(first, "start" | "test" | "stop");
    (runs_by_name && package.script(first).is_some()).then(|| first.to_owned())
}

/// The program behind variables and runners.
fn invocation(words: &[String]) -> Option<Invocation> {
    let mut words = words;
    loop {
        let (first, rest) = words.split_first()?;
        let name = program_name(first);
        let manager_runs = MANAGERS.contains(&name)
            && rest.first().is_some_and(|word| RUNNER_ARGUMENTS.contains(&&**word))
            && rest.get(1).is_none_or(|word| word != "run");
        if is_assignment(first) {
            words = rest;
        } else if RUNNERS.contains(&name) || manager_runs {
            words = after_flags(if manager_runs { &rest[1..] } else { rest });
        } else if name == "yarn" && rest.first().is_some_and(|word| word == "node") {
            words = rest;
        } else {
            return Some(Invocation { program: name.to_owned(), arguments: rest.to_vec() });
        }
    }
}

/// The words after a runner's own flags; `run` of dotenvx and `--` belong to these.
fn after_flags(words: &[String]) -> &[String] {
    let mut rest = words;
    while let Some((first, after)) = rest.split_first() {
        rest = match &**first {
            flag if RUNNER_VALUES.contains(&flag) && !after.is_empty() => &after[1..],
            "run" | "--" => after,
            flag if flag.starts_with('-') => after,
            _ => break,
        };
    }
    rest
}

/// `node` for `./node_modules/.bin/node`; names of packages such as `@11ty/eleventy` stay.
fn program_name(word: &str) -> &str {
    let is_path = word.starts_with(['.', '/']) || word.starts_with("node_modules/");
    let name = if is_path { word.rsplit('/').next().unwrap_or(word) } else { word };
    match name.char_indices().skip(1).find(|(_, c)| *c == '@') {
        Some((at, _)) => &name[..at],
        None => name,
    }
}

fn is_assignment(word: &str) -> bool {
    let Some((name, _)) = word.split_once('=') else { return false };
    !name.is_empty() && name.chars().all(|c| c.is_ascii_alphanumeric() || c == '_')
}

/// The commands of a command line, each as its words; quotes are resolved, nothing is expanded.
fn commands(line: &str) -> Vec<Vec<String>> {
    let mut commands = vec![Vec::new()];
    let mut rest = line.trim();
    while !rest.is_empty() {
        if let Some(separator) = SEPARATORS.iter().find(|separator| rest.starts_with(**separator)) {
            commands.push(Vec::new());
            rest = rest[separator.len()..].trim_start_matches([' ', '\t']);
            continue;
        }
        let (word, after) = word(rest);
        if let Some(command) = commands.last_mut() {
            let word = word.trim_matches(['(', ')', '{', '}']).to_owned();
            if !word.is_empty() {
                command.push(word);
            }
        }
        rest = after.trim_start_matches([' ', '\t']);
    }
    commands.retain(|command| !command.is_empty());
    commands
}

/// The first word of a text, its quotes resolved, and what follows it.
fn word(text: &str) -> (String, &str) {
    let mut word = String::new();
    let mut quote = None;
    let mut characters = text.char_indices().peekable();
    while let Some((at, c)) = characters.next() {
        match quote {
            Some(open) if c == open => quote = None,
            None if c == '"' || c == '\'' => quote = Some(c),
            None if c == ' ' || c == '\t' || matches!(c, '&' | '|' | ';' | '\n') => return (word, &text[at..]),
            _ if c == '\\' && quote != Some('\'') => {
                if let Some((_, escaped)) = characters.next() {
                    word.push(escaped);
                }
            }
            _ => word.push(c),
        }
    }
    (word, "")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn run(scripts: &[(&str, &str)]) -> Vec<String> {
        let scripts = scripts.iter().map(|(name, text)| ((*name).to_owned(), (*text).to_owned())).collect();
        let package = PackageJson { scripts: Some(scripts), ..PackageJson::default() };
        let text = |found: Invocation| [vec![found.program], found.arguments].concat().join(" ");
        invocations(&package, "start").into_iter().map(text).collect()
    }

    #[test]
    fn scripts_are_followed_to_what_they_run() {
        for (start, expected) in [
            ("node server.js", &["node server.js"][..]),
            ("npm run serve", &["vite --port 3000"]),
            ("yarn serve", &["vite --port 3000"]),
            ("node --run serve", &["vite --port 3000"]),
            ("npm run build && NODE_ENV=production npm run serve", &["tsc -b", "vite --port 3000"]),
            ("run-p build serve", &["tsc -b", "vite --port 3000"]),
            ("concurrently \"npm:build\" \"node server.js\"", &["tsc -b", "node server.js"]),
            ("npm start", &[]),
            ("cd web && npm run serve", &["cd web", "npm run serve"]),
            ("yarn --cwd ./web start", &["yarn --cwd ./web start"]),
            ("pnpm --filter web start", &["pnpm --filter web start"]),
        ] {
            assert_eq!(
                run(&[("start", start), ("serve", "vite --port 3000"), ("build", "tsc -b")]),
                expected,
                "{start}"
            );
        }
    }

    #[test]
    fn what_stands_in_front_of_a_program_is_passed_over() {
        for (start, expected) in [
            ("NODE_ENV=production cross-env A=b node x.js", &["node x.js"][..]),
            ("npx --yes serve -s dist", &["serve -s dist"]),
            ("dotenv -e .env -- next start", &["next start"]),
            ("dotenvx run -f .env -- tsx src/a.ts", &["tsx src/a.ts"]),
            ("./node_modules/.bin/vite preview", &["vite preview"]),
            ("npx @11ty/eleventy@3 --serve", &["@11ty/eleventy --serve"]),
            ("pnpm exec astro dev", &["astro dev"]),
            ("bun --bun vite dev", &["vite dev"]),
            ("yarn node a.js", &["node a.js"]),
            ("(cd x; node 'a b.js')", &["cd x", "node a b.js"]),
        ] {
            assert_eq!(run(&[("start", start)]), expected, "{start}");
        }
    }

    #[test]
    fn flags_have_values_in_two_forms() {
        let vite = |text: &str| invocations_of(text).pop().unwrap();
        assert_eq!(vite("vite build --outDir=a").value_of("--outDir"), Some("a"));
        assert_eq!(vite("vite build --outDir 'b c'").value_of("--outDir"), Some("b c"));
        assert_eq!(vite("vite build --outDir --x").value_of("--outDir"), None);
        assert_eq!(vite("vite build").value_of("--outDir"), None);
        assert_eq!(vite("vite build x").operand(), Some("build"));
    }
}
