//! Which program of the package is started.

use crate::MANIFEST;
use plugpacks_sdk::{Context, Error, Result};

/// The program's name.
pub(crate) struct Program(pub(crate) String);

/// The signs that make a name of a program safe in a command.
const PLAIN_SIGNS: &str = "._-+";

/// The folder below the first one called `Sources` that the first `main.swift` lies in.
///
/// Nixpacks 1.41 looks at the whole path, the app's own folder included, and passes over every
/// `main.swift` with `.build` in its path. Of the folders above the app nothing is known here.
pub(crate) fn nixpacks(context: &Context) -> Result<Program> {
    let app = context.app.name();
    let files = context.app.find_files("Sources/**/main.swift")?;
    let paths = files.iter().map(|file| format!("{app}/{file}"));
    let name = paths.filter(|path| !path.contains(".build")).find_map(|path| {
        let mut folders = path.split('/').skip_while(|folder| *folder != "Sources");
        folders.nth(1).map(str::to_owned)
    });
    let name = name.ok_or_else(|| Error::new("Your swift app doesn't have a main.swift file"))?;
    context.diagnostics.because("program", format!("{name} has the first main.swift"));
    Ok(Program(name))
}

/// The first executable product, else the first executable target of the manifest, else the first
/// folder below `Sources` with a `main.swift`.
pub(crate) fn product(context: &Context) -> Result<Program> {
    let manifest = code(&context.app.read_text(MANIFEST)?);
    for (call, what) in [(".executable(", "product"), (".executableTarget(", "target")] {
        let names: Vec<_> = names(&manifest, call).collect();
        let Some(first) = names.first() else { continue };
        if names.len() > 1 {
            context.diagnostics.warn(format!("{first} is started; there are also {}", names[1..].join(", ")));
        }
        context.diagnostics.because("program", format!("{first} is the first executable {what} of {MANIFEST}"));
        return Ok(Program((*first).to_owned()));
    }
    let files = context.app.find_files("Sources/*/**/main.swift")?;
    let name = files.first().and_then(|file| file.split('/').nth(1)).ok_or_else(|| {
        Error::new("Your swift app has neither an executable in Package.swift nor a main.swift file")
            .hint("Add `.executableTarget(name: \"App\")` to the targets of Package.swift")
    })?;
    context.diagnostics.because("program", format!("{name} has the first main.swift"));
    Ok(Program(name.to_owned()))
}

/// The names in the calls of a function: `.executable(name: "App", …)`.
fn names<'m>(manifest: &'m str, call: &'static str) -> impl Iterator<Item = &'m str> {
    manifest.match_indices(call).filter_map(move |(at, _)| {
        let argument = manifest[at + call.len()..].trim_start().strip_prefix("name:")?;
        let (name, _) = argument.trim_start().strip_prefix('"')?.split_once('"')?;
        let is_plain = |c: char| c.is_alphanumeric() || PLAIN_SIGNS.contains(c);
        (!name.is_empty() && name.chars().all(is_plain)).then_some(name)
    })
}

/// The manifest without comments; a `//` within a text, as in URLs, begins none.
fn code(manifest: &str) -> String {
    let mut code = String::with_capacity(manifest.len());
    let mut rest = manifest;
    while let Some(first) = rest.chars().next() {
        let length = match first {
            '"' => text_length(rest),
            '/' if rest.starts_with("//") => rest.find('\n').unwrap_or(rest.len()),
            '/' if rest.starts_with("/*") => rest.find("*/").map_or(rest.len(), |end| end + 2),
            _ => first.len_utf8(),
        };
        let (token, after) = rest.split_at(length);
        if !token.starts_with("//") && !token.starts_with("/*") {
            code.push_str(token);
        }
        rest = after;
    }
    code
}

/// The bytes of the quoted text that `rest` begins with.
fn text_length(rest: &str) -> usize {
    let mut escaped = false;
    let end = rest.char_indices().skip(1).find(|(_, c)| {
        let ends = *c == '\n' || *c == '"' && !escaped;
        escaped = *c == '\\' && !escaped;
        ends
    });
    end.map_or(rest.len(), |(at, _)| at + 1)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn comments_are_no_code_and_urls_no_comments() {
        let manifest = "a // .executable(name: \"A\")\n/* b\n */ \"https://x\\\"//\" // c";
        assert_eq!(code(manifest), "a \n \"https://x\\\"//\" ");
        assert_eq!(code("\"open // x"), "\"open // x");
    }

    #[test]
    fn names_in_calls() {
        let manifest = ".executable(name: \"a-b\", targets: [])\n.executable(\n  name:\"c\")\n.executable(name: x)\n.executable(name: \"$(d)\")";
        assert_eq!(names(manifest, ".executable(").collect::<Vec<_>>(), ["a-b", "c"]);
    }
}
