//! What a `.nimble` file says: NimScript, of which the plain assignments are read.

use plugpacks_sdk::{Context, Result};

/// The package's name and its programs.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct Manifest {
    pub(crate) file: String,
    /// That of the file.
    pub(crate) name: String,
    /// `bin`, then the values of `namedBin`.
    pub(crate) programs: Vec<String>,
    /// `binDir`: where the programs are put.
    directory: Option<String>,
}

impl Manifest {
    /// The manifest of the app; `None` if there is none.
    ///
    /// # Errors
    /// It cannot be read.
    pub(crate) fn read(context: &Context) -> Result<Option<Self>> {
        let Some(file) = context.app.find_files(super::MANIFESTS)?.into_iter().next() else { return Ok(None) };
        let text = context.app.read_text(&file)?;
        Ok(Some(Self::parse(file, &text)))
    }

    fn parse(file: String, text: &str) -> Self {
        let text = without_comments(text);
        let name = file.trim_end_matches(".nimble").to_owned();
        let mut programs: Vec<_> = values(&text, "bin").iter().flat_map(|text| ini_list(text)).collect();
        programs.extend(named(&text));
        let directory = values(&text, "binDir").into_iter().next().filter(|directory| !directory.is_empty());
        Self { file, name, programs, directory }
    }

    /// The path of a program in the app directory.
    pub(crate) fn path(&self, program: &str) -> String {
        match &self.directory {
            Some(directory) => format!("{}/{program}", directory.trim_matches('/')),
            None => program.to_owned(),
        }
    }
}

fn without_comments(text: &str) -> String {
    // A number sign within a text does not matter in names of programs and folders.
    text.lines().map(|line| line.split('#').next().unwrap_or_default().to_owned() + "\n").collect()
}

/// The texts in quotes of `key = "…"` or `key = @["…", "…"]`, over several lines, too.
fn values(text: &str, key: &str) -> Vec<String> {
    let assigned = |at: usize| {
        let begins_line = text[..at].trim_end_matches([' ', '\t']).chars().next_back().is_none_or(|c| c == '\n');
        let value = text[at + key.len()..].trim_start().strip_prefix('=')?.trim_start();
        begins_line.then_some(value)
    };
    let Some(value) = text.match_indices(key).find_map(|(at, _)| assigned(at)) else { return Vec::new() };
    let end = match value.strip_prefix("@[") {
        Some(list) => list.find(']').map_or(value.len(), |at| at + 2),
        None => value.find('\n').unwrap_or(value.len()),
    };
    quoted(&value[..end]).map(str::to_owned).collect()
}

/// The names that `namedBin["source"] = "program"` and
/// `namedBin = {"source": "program"}.toTable` give.
fn named(text: &str) -> Vec<String> {
    let Some((_, rest)) = text.split_once("namedBin") else { return Vec::new() };
    if rest.trim_start().starts_with('[') {
        let lines = text.lines().filter(|line| line.trim_start().starts_with("namedBin["));
        return lines.filter_map(|line| quoted(line).nth(1)).map(str::to_owned).collect();
    }
    let table = rest.split_once('}').map_or("", |(table, _)| table);
    quoted(table).skip(1).step_by(2).map(str::to_owned).collect()
}

/// The texts in quotes.
fn quoted(text: &str) -> impl Iterator<Item = &str> {
    text.split('"').skip(1).step_by(2)
}

/// The older notation of a manifest has its lists in one text: `bin = "a, b"`.
fn ini_list(text: &str) -> Vec<String> {
    text.split(',').map(|program| program.trim().to_owned()).filter(|program| !program.is_empty()).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn manifest(text: &str) -> Manifest {
        Manifest::parse("relay.nimble".into(), text)
    }

    fn programs(text: &str) -> Vec<String> {
        manifest(text).programs
    }

    #[test]
    fn lists_of_programs() {
        assert_eq!(programs("bin = @[\"relay\"]"), ["relay"]);
        assert_eq!(programs("bin           = @[\n  \"a\", # one\n  \"b\",\n]\nother = @[\"c\"]"), ["a", "b"]);
        assert_eq!(programs("[Package]\nname = \"relay\"\nbin = \"a, b\"\n"), ["a", "b"]);
        assert_eq!(programs("srcDir = \"src\"\n#bin = @[\"a\"]\nbinDir = \"out\"\n"), [""; 0]);
        assert_eq!(programs("bin = @[\"a\""), ["a"]);
    }

    #[test]
    fn programs_with_other_names_than_their_sources() {
        assert_eq!(programs("namedBin[\"main\"] = \"relay\"\nnamedBin[\"b\"] = \"bee\"\n"), ["relay", "bee"]);
        assert_eq!(programs("namedBin = {\"main\": \"relay\", \"b\": \"bee\"}.toTable()\n"), ["relay", "bee"]);
    }

    #[test]
    fn programs_are_in_their_directory() {
        assert_eq!(manifest("bin = @[\"relay\"]").path("relay"), "relay");
        assert_eq!(manifest("binDir = \"out/\"").path("relay"), "out/relay");
        assert_eq!(manifest("").name, "relay");
    }
}
