//! What a rockspec says. It is Lua code; of that, tables of plain texts are understood.

use plugpacks_sdk::{Context, Result};

/// The rockspecs of an app.
pub(crate) const FILES: &str = "*.rockspec";

/// A rockspec's dependencies.
#[derive(Debug, Default, PartialEq, Eq)]
pub(crate) struct Rockspec {
    pub(crate) path: String,
    /// As they are written: `lua >= 5.1, < 5.5`.
    dependencies: Vec<String>,
}

impl Rockspec {
    /// The app's rockspec. Of several, LuaRocks itself prefers the one for the working copy.
    pub(crate) fn read(context: &Context) -> Result<Option<Self>> {
        let paths = context.app.find_files(FILES)?;
        let is_for_working_copy = |path: &&String| path.contains("-scm-") || path.contains("-dev-");
        let Some(path) = paths.iter().find(is_for_working_copy).or(paths.first()) else { return Ok(None) };
        let dependencies = dependencies(&context.app.read_text(path)?);
        Ok(Some(Self { path: path.clone(), dependencies }))
    }

    /// Whether a module is needed.
    pub(crate) fn needs(&self, module: &str) -> bool {
        self.dependencies.iter().any(|dependency| name(dependency) == module)
    }

    /// Whether any module is needed.
    pub(crate) fn needs_modules(&self) -> bool {
        self.dependencies.iter().any(|dependency| name(dependency) != "lua")
    }

    /// The versions of Lua that are asked for, as they are written.
    pub(crate) fn lua(&self) -> Option<&str> {
        let dependency = self.dependencies.iter().find(|dependency| name(dependency) == "lua")?;
        Some(dependency["lua".len()..].trim())
    }
}

/// The module of a dependency; LuaRocks does not tell capitals apart.
fn name(dependency: &str) -> String {
    let end = dependency.find(|c: char| c.is_whitespace() || matches!(c, '<' | '>' | '=' | '~'));
    dependency[..end.unwrap_or(dependency.len())].to_lowercase()
}

/// The texts in the table `dependencies`.
fn dependencies(text: &str) -> Vec<String> {
    let code: Vec<_> = text.lines().map(|line| line.split("--").next().unwrap_or(line)).collect();
    let code = code.join("\n");
    let table = code.match_indices("dependencies").find_map(|(at, word)| {
        let is_whole = !code[..at].ends_with(|c: char| c.is_ascii_alphanumeric() || c == '_');
        let rest = code[at + word.len()..].trim_start().strip_prefix('=')?.trim_start().strip_prefix('{')?;
        is_whole.then_some(rest)
    });
    let mut texts = Vec::new();
    let mut rest = table.and_then(|table| table.split('}').next()).unwrap_or_default();
    while let Some(at) = rest.find(['"', '\'']) {
        let quote = &rest[at..=at];
        let Some((text, after)) = rest[at + 1..].split_once(quote) else { break };
        texts.push(text.trim().to_owned());
        rest = after;
    }
    texts
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_dependencies_of_the_running_app() {
        for (text, expected) in [
            (
                "dependencies = {\n  \"lua >= 5.1, < 5.5\",\n  -- \"no\",\n  'luasocket',\n}\n",
                &["lua >= 5.1, < 5.5", "luasocket"][..],
            ),
            ("build_dependencies = { \"cmake\" }\ndependencies={'lpeg ~> 1'}", &["lpeg ~> 1"]),
            ("test_dependencies = { \"busted\" }", &[]),
            ("dependencies = deps", &[]),
            ("dependencies = { \"open", &[]),
            ("dependencies = {}", &[]),
            ("", &[]),
        ] {
            assert_eq!(dependencies(text), expected, "{text:?}");
        }
    }

    #[test]
    fn lua_is_no_module() {
        let rockspec = |dependency: &str| Rockspec { path: String::new(), dependencies: vec![dependency.into()] };
        assert_eq!(rockspec("lua>=5.3").lua(), Some(">=5.3"));
        assert!(!rockspec("lua >= 5.3").needs_modules());
        assert!(rockspec("luasocket").needs_modules());
        assert!(rockspec("LuaSocket >= 3").needs("luasocket"));
        assert_eq!(rockspec("luasocket").lua(), None);
    }
}
