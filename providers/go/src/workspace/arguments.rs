//! Arguments and variables without which a program does not serve, or not where it can be reached.

use super::source::GoFile;
use super::tree::Tree;
use crate::code::Manifest;
use plugpacks_provider_support::text::{inside_braces, trailing_word};

/// How a program is started.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Invocation {
    /// What follows the program.
    pub(crate) arguments: String,
    /// Variables of the image.
    pub(crate) variables: Vec<(&'static str, &'static str)>,
}

/// A library that decides what a program needs.
struct Library {
    module: &'static str,
    /// What the program's code has to contain.
    evidence: &'static str,
    arguments: &'static str,
    variables: &'static [(&'static str, &'static str)],
    reason: &'static str,
}

const LIBRARIES: [Library; 6] = [
    Library {
        module: "github.com/pocketbase/pocketbase",
        evidence: "pocketbase.New",
        arguments: "serve --http=0.0.0.0:${PORT:-8080}",
        variables: &[],
        reason: "PocketBase prints its help without `serve`, and hears 127.0.0.1 only",
    },
    Library {
        module: "github.com/caddyserver/caddy",
        evidence: "caddycmd.Main",
        arguments: "run",
        variables: &[],
        reason: "Caddy prints its help without `run`",
    },
    Library {
        module: "github.com/danielgtaylor/huma",
        evidence: "humacli.New",
        arguments: "--port ${PORT:-8080}",
        variables: &[],
        reason: "huma's command line listens on 8888 unless it is told another port",
    },
    Library {
        module: "github.com/go-kratos/kratos",
        evidence: "\"../../configs\"",
        arguments: "-conf ./configs",
        variables: &[],
        reason: "the configuration's default place is relative to the program's folder",
    },
    Library {
        module: "github.com/go-openapi/runtime",
        evidence: "restapi",
        arguments: "",
        variables: &[("HOST", "0.0.0.0")],
        reason: "servers that go-swagger makes hear 127.0.0.1 only",
    },
    Library {
        module: "github.com/gin-gonic/gin",
        evidence: "gin",
        arguments: "",
        variables: &[("GIN_MODE", "release")],
        reason: "gin logs for developers otherwise",
    },
];

/// Names of subcommands that serve, likelier ones first.
const SERVING: [&str; 8] = ["serve", "server", "web", "http", "api", "start", "run", "daemon"];

/// Libraries for command lines, and how a command begins in the code of those that use them.
const COMMAND_LINES: [(&str, &[&str]); 2] =
    [("github.com/spf13/cobra", &["cobra.Command{"]), ("github.com/urfave/cli", &["cli.App{", "cli.Command{"])];

/// Keys of a command that give its name and its action.
const NAMES: [&str; 2] = ["Use", "Name"];
const ACTIONS: [&str; 3] = ["Run", "RunE", "Action"];

/// Keys of a command that list those below it.
const BELOW: [&str; 2] = ["Commands", "Subcommands"];

/// Names of flags, and whether they take an address rather than a port.
const FLAGS: [(&str, bool); 12] = [
    ("addr", true),
    ("address", true),
    ("listen", true),
    ("listen-addr", true),
    ("listen-address", true),
    ("bind", true),
    ("http", true),
    ("http-addr", true),
    ("http.addr", true),
    ("port", false),
    ("p", false),
    ("http-port", false),
];

/// What a program has to be given, and why.
pub(crate) fn of(tree: &Tree, program: &str, manifest: &Manifest) -> (Invocation, Vec<&'static str>) {
    let mut invocation = Invocation::default();
    let mut reasons = Vec::new();
    // A library's own repository may have the program, too.
    let paths = || manifest.directive("module").into_iter().chain(manifest.arguments("require"));
    let requires = |module: &str| paths().any(|path| path == module || path.starts_with(&format!("{module}/")));
    for library in LIBRARIES.iter().filter(|library| requires(library.module)) {
        if tree.graph(program).any(|package| package.iter().any(|file| file.text.contains(library.evidence))) {
            if invocation.arguments.is_empty() {
                library.arguments.clone_into(&mut invocation.arguments);
            }
            invocation.variables.extend(library.variables);
            reasons.push(library.reason);
        }
    }
    if invocation.arguments.is_empty()
        && let Some(name) = subcommand(tree, program, &requires)
    {
        invocation.arguments = name;
        reasons.push("without a subcommand the program prints its help");
    }
    if invocation.arguments.is_empty()
        && let Some(flag) = flag(&tree.package(program))
    {
        invocation.arguments = flag;
        reasons.push("a flag of the program says where it listens");
    }
    (invocation, reasons)
}

/// The flag of Go's own package that says where the program listens, with the port that the container is given; `None` where
/// the program reads `PORT` itself.
fn flag(files: &[GoFile]) -> Option<String> {
    let has_flags = |file: &&GoFile| file.imports.iter().any(|path| path == "flag");
    if !files.iter().any(|file| has_flags(&file)) || files.iter().any(|file| file.text.contains("\"PORT\"")) {
        return None;
    }
    let declarations = files.iter().filter(has_flags);
    let declarations = declarations.flat_map(|file| file.text.split("flag.").skip(1)).map(|rest| {
        let call = rest.lines().next().unwrap_or_default();
        let (kind, arguments) = call.split_once('(').unwrap_or_default();
        let arguments = if kind.ends_with("Var") { arguments.split_once(',')?.1 } else { arguments };
        let mut arguments = arguments.split(',').map(str::trim);
        let name = arguments.next()?.strip_prefix('"')?.strip_suffix('"')?;
        Some((name, arguments.next()?.trim_end_matches(')').trim_matches('"')))
    });
    declarations.flatten().find_map(|(name, default)| {
        let (_, is_address) = FLAGS.iter().find(|(known, _)| *known == name)?;
        let port = default.rsplit(':').next().filter(|port| port.parse::<u16>().is_ok())?;
        Some(match (default.find(':'), is_address) {
            (Some(0), _) => format!("-{name}=:${{PORT:-{port}}}"),
            (Some(_), _) => format!("-{name}=0.0.0.0:${{PORT:-{port}}}"),
            (None, false) => format!("-{name}=${{PORT:-{port}}}"),
            (None, true) => return None,
        })
    })
}

/// The subcommand that serves, if the program does nothing without one.
fn subcommand(tree: &Tree, program: &str, requires: &dyn Fn(&str) -> bool) -> Option<String> {
    let openings: Vec<_> =
        COMMAND_LINES.iter().filter(|(module, _)| requires(module)).flat_map(|(_, openings)| *openings).collect();
    if openings.is_empty() {
        return own_subcommand(&tree.package(program));
    }
    let packages: Vec<_> = tree.graph(program).collect();
    let files = || packages.iter().flat_map(|package| package.iter());
    let commands: Vec<_> =
        files().flat_map(|file| openings.iter().flat_map(|opening| commands(&file.text, opening))).collect();
    let serving = SERVING.iter().find(|name| commands.iter().any(|command| command.name == **name))?;
    let root_acts =
        commands.iter().any(|command| !SERVING.contains(&&*command.name) && command.is_root && command.acts);
    (!root_acts).then(|| (*serving).to_owned())
}

/// The serving word that a program compares its first argument with, without a library.
fn own_subcommand(files: &[GoFile]) -> Option<String> {
    let file = files.iter().find(|file| file.text.contains("os.Args[1]"))?;
    let name = SERVING.iter().find(|name| file.text.contains(&format!("case \"{name}\"")))?;
    Some((*name).to_owned())
}

/// A command in the code of a program.
#[derive(Debug, PartialEq, Eq)]
struct Command {
    name: String,
    /// Whether it is the one that has all others.
    is_root: bool,
    /// Whether it does something itself.
    acts: bool,
}

/// The commands of a file that begin so.
fn commands(text: &str, opening: &str) -> Vec<Command> {
    let places = text.match_indices(opening).map(|(at, _)| at);
    places
        .flat_map(|at| {
            let Some(body) = inside_braces(&text[at + opening.len()..]) else { return Vec::new() };
            let keys = keys(body);
            let value = |names: &[&str]| keys.iter().find(|(key, _)| names.contains(key)).map(|(_, value)| *value);
            let name = value(&NAMES).and_then(|value| value.split('"').nth(1)).unwrap_or_default();
            let line = text[..at].lines().next_back().unwrap_or_default();
            let assigned = line.split(['=', ':']).next().unwrap_or_default().trim();
            let variable = trailing_word(assigned, |c| c.is_alphanumeric() || c == '_').to_lowercase();
            let below = value(&BELOW);
            let command = Command {
                name: name.split(' ').next().unwrap_or_default().to_owned(),
                is_root: ["root", "app", "main"].iter().any(|word| variable.contains(word)) || below.is_some(),
                acts: value(&ACTIONS).is_some_and(|action| !only_helps(action)),
            };
            std::iter::once(command).chain(below.into_iter().flat_map(listed)).collect()
        })
        .collect()
}

/// Whether an action prints the command's help, and does nothing else of note.
fn only_helps(action: &str) -> bool {
    let statements = action.lines().map(str::trim).filter(|line| !line.is_empty() && !line.starts_with("//"));
    let has_help =
        [".Help()", ".Usage()", "ShowAppHelp(", "ShowRootCommandHelp("].iter().any(|call| action.contains(call));
    has_help && statements.count() <= 5
}

/// The commands of a list in which the type is not repeated: `{Name: "serve", …}`.
fn listed(list: &str) -> impl Iterator<Item = Command> {
    let names = list.match_indices("{Name:").filter_map(|(at, _)| list[at..].split('"').nth(1));
    names.map(|name| Command { name: name.to_owned(), is_root: false, acts: true })
}

/// The keys of a composite literal's own fields, each with its value.
fn keys(body: &str) -> Vec<(&str, &str)> {
    let mut depth = 0_usize;
    let mut start = 0;
    let mut fields = Vec::new();
    for (at, c) in body.char_indices() {
        match c {
            '{' | '(' | '[' => depth += 1,
            '}' | ')' | ']' => depth = depth.saturating_sub(1),
            ',' if depth == 0 => {
                fields.push(&body[start..at]);
                start = at + 1;
            }
            _ => {}
        }
    }
    fields.push(&body[start..]);
    fields
        .into_iter()
        .filter_map(|field| field.split_once(':'))
        .map(|(key, value)| (key.trim(), value.trim()))
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn command(name: &str, is_root: bool, acts: bool) -> Command {
        Command { name: name.into(), is_root, acts }
    }

    #[test]
    fn commands_of_cobra() {
        let text = "root := &cobra.Command{Use: \"hive\", Short: \"Counts\"}\nreturn &cobra.Command{\n\tUse: \"serve [flags]\",\n\
                    \tRunE: func(c *cobra.Command, a []string) error { return run(a, 1) },\n}\n";
        assert_eq!(commands(text, "cobra.Command{"), [command("hive", true, false), command("serve", false, true)]);
    }

    #[test]
    fn a_command_that_prints_its_help_does_nothing() {
        let text = "rootCmd := &cobra.Command{\n\tUse: \"dex\",\n\tRun: func(cmd *cobra.Command, args []string) {\n\t\tcmd.Help()\n\
                    \t\tos.Exit(2)\n\t},\n}\n";
        assert_eq!(commands(text, "cobra.Command{"), [command("dex", true, false)]);
    }

    #[test]
    fn commands_of_urfave() {
        let text = "cmd := &cli.Command{Name: \"hive\", Commands: []*cli.Command{{Name: \"x\"}}, Action: act}";
        assert_eq!(commands(text, "cli.Command{")[0], command("hive", true, true));
    }

    #[test]
    fn a_flag_says_where_to_listen() {
        let file = |text: &str| GoFile { imports: vec!["flag".into()], text: text.into(), ..GoFile::default() };
        for (text, expected) in [
            ("var addr = flag.String(\"addr\", \"localhost:8080\", \"where\")", Some("-addr=0.0.0.0:${PORT:-8080}")),
            ("flag.StringVar(&addr, \"listen\", \":3000\", \"where\")", Some("-listen=:${PORT:-3000}")),
            ("port := flag.Int(\"port\", 9000, \"the port\")", Some("-port=${PORT:-9000}")),
            ("name := flag.String(\"name\", \"\", \"\")\nflag.Parse()", None),
            ("flag.Int(\"port\", 80, \"\")\nos.Getenv(\"PORT\")", None),
        ] {
            assert_eq!(flag(&[file(text)]).as_deref(), expected, "{text}");
        }
    }

    #[test]
    fn a_literal_that_does_not_end_is_passed_over() {
        assert_eq!(commands("cobra.Command{Use: \"a\"", "cobra.Command{"), []);
    }
}
