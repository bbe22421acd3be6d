//! Lockfiles: the names of the packages that an installation brings.
//!
//! They are scanned, not parsed: the lockfile of a large app has some 10 MB, and its names are all
//! that is wanted of it.

/// Calls a function with the name of every installed package that a lockfile's text has. Names that
/// are only wanted, or optional peers of others, do not count.
type Scan = fn(&str, &mut dyn FnMut(&str));

/// The lockfiles of the package managers, and how each is read.
pub(crate) const LOCKFILES: &[(&str, Scan)] = &[
    ("package-lock.json", npm),
    ("npm-shrinkwrap.json", npm),
    ("yarn.lock", yarn),
    ("pnpm-lock.yaml", pnpm),
    ("bun.lock", bun),
];

/// The fields that the entry of an installed package may begin with.
const FIRST_FIELDS: [&str; 4] = ["version", "resolved", "name", "link"];

/// As npm itself writes it since version 7: each key on a line of its own, those of packages indented twice.
fn npm(text: &str, found: &mut dyn FnMut(&str)) {
    let Some(indent) = indent_of_npm(text) else { return npm_in_any_form(text, found) };
    let beginning = format!("{indent}{indent}\"node_modules/");
    let mut lines = text.split('\n');
    while let Some(line) = lines.next() {
        let key = line.strip_prefix(&*beginning).and_then(|key| key.strip_suffix("\": {"));
        let Some(key) = key else { continue };
        let field = lines.next().unwrap_or_default().trim_ascii_start().strip_prefix('"').unwrap_or_default();
        if FIRST_FIELDS.iter().any(|first| field.strip_prefix(first).is_some_and(|rest| rest.starts_with('"'))) {
            found(key.rsplit_once("node_modules/").map_or(key, |(_, name)| name));
        }
    }
}

/// What a line is indented by in a file that npm wrote since version 7; `None` if it is another.
fn indent_of_npm(text: &str) -> Option<&str> {
    let head = text.get(..HEAD)?;
    let is_known =
        ["\"lockfileVersion\": 2,\n", "\"lockfileVersion\": 3,\n"].iter().any(|version| head.contains(version));
    let (indent, _) = head.strip_prefix("{\n")?.split_once('"')?;
    (is_known && !indent.is_empty() && indent.trim_ascii().is_empty()).then_some(indent)
}

/// Where the version of the format stands in a file of npm's: behind the name and the version of the app.
const HEAD: usize = 400;

/// `"node_modules/a/node_modules/b": {"version": …`, and before npm 7 `"b": {"version": …`.
fn npm_in_any_form(text: &str, found: &mut dyn FnMut(&str)) {
    let mut pieces = text.split('"');
    let (mut key, mut between) = ("", pieces.next().unwrap_or_default());
    for piece in pieces {
        let opens = between.strip_prefix(':').is_some_and(|rest| rest.trim() == "{");
        if opens && FIRST_FIELDS.contains(&piece) {
            found(key.rsplit_once("node_modules/").map_or(key, |(_, name)| name));
        }
        (key, between) = (between, piece);
    }
}

/// `b@^1.0.0, b@^1.1.0:` at the beginning of a line, with or without quotes.
fn yarn(text: &str, found: &mut dyn FnMut(&str)) {
    let keys = text.lines().filter(|line| !line.starts_with([' ', '#']));
    keys.filter_map(|line| name_of(line.strip_prefix('"').unwrap_or(line))).for_each(found);
}

/// `b@1.0.0:`, `/b@1.0.0:` or `/b/1.0.0:`, indented by two blanks, with or without quotes.
fn pnpm(text: &str, found: &mut dyn FnMut(&str)) {
    let keys = text.lines().filter_map(|line| line.strip_prefix("  ")).filter(|key| !key.starts_with(' '));
    for key in keys {
        let key = key.strip_prefix(['\'', '"']).unwrap_or(key);
        if let Some(name) = name_of(key.strip_prefix('/').unwrap_or(key)) {
            found(name);
        }
    }
}

/// `"a/b": ["b@1.0.0", …`.
fn bun(text: &str, found: &mut dyn FnMut(&str)) {
    text.split("[\"").skip(1).filter_map(name_of).for_each(found);
}

/// The name in front of a version: `b@1`, `@a/b@1`, `b/1`, `@a/b/1`.
fn name_of(specification: &str) -> Option<&str> {
    let scope = if specification.starts_with('@') { specification.find('/')? + 1 } else { 0 };
    let end = specification[scope..].find(['@', '/'])?;
    Some(&specification[..scope + end])
}

#[cfg(test)]
mod tests {
    use super::*;

    fn names(path: &str, text: &str) -> Vec<String> {
        let (_, scan) = LOCKFILES.iter().find(|(known, _)| *known == path).unwrap();
        let mut names = Vec::new();
        scan(text, &mut |name| names.push(name.to_owned()));
        names
    }

    #[test]
    fn every_form_has_names() {
        for (path, text, expected) in [
            ("package-lock.json", "{\n    \"node_modules/a/node_modules/b\": {\n      \"version\": \"1\"", "b"),
            ("package-lock.json", "{\"packages\":{\"node_modules/@a/b\":{\"resolved\":\"x\",\"link\":true}}}", "@a/b"),
            ("package-lock.json", "\"says \\\"no\\\"\", \"node_modules/b\": {\"version\"", "b"),
            ("npm-shrinkwrap.json", "{\n  \"dependencies\": {\n    \"b\": {\n      \"version\": \"1\"", "b"),
            ("yarn.lock", "# x@1\nb@^0.33.0, b@1:\n  version \"1\"\n  dependencies:\n    c \"^1\"", "b"),
            ("yarn.lock", "\"@a/b@npm:^0.33.0\":\n  version: 1", "@a/b"),
            ("pnpm-lock.yaml", "packages:\n\n  b@0.33.5(c@1):\n    peerDependencies:\n      c: '*'\n", "b"),
            ("pnpm-lock.yaml", "packages:\n\n  '@a/b@0.33.5':\n", "@a/b"),
            ("pnpm-lock.yaml", "packages:\n\n  /@a/b@0.32.0:\n", "@a/b"),
            ("pnpm-lock.yaml", "packages:\n\n  /@a/b/0.30.0:\n", "@a/b"),
            ("bun.lock", "    \"a/b\": [\"b@0.33.5\", \"\", { \"optionalPeers\": [\"c\"] }", "b"),
        ] {
            assert_eq!(names(path, text), [expected], "{path}: {text}");
        }
    }

    #[test]
    fn the_form_that_npm_writes_is_read_line_by_line_as_any_other() {
        let entry = |name: &str| format!("    \"node_modules/{name}\": {{\n      \"version\": \"1\"\n    }},\n");
        let body = format!(
            "  \"packages\": {{\n    \"\": {{\n      \"name\": \"app\"\n    }},\n{}{}{}    \"node_modules/d\": {{\n      \
             \"optional\": true\n    }}\n  }}\n}}",
            entry("a"),
            entry("a/node_modules/@x/b"),
            entry("c")
        );
        let padding = " ".repeat(HEAD);
        let text = format!("{{\n  \"name\": \"app\",\n  \"lockfileVersion\": 3,\n{body}{padding}");
        assert_eq!(names("package-lock.json", &text), ["a", "@x/b", "c"]);
        let any_form = format!("{{\n{body}");
        assert_eq!(names("package-lock.json", &any_form), ["", "a", "@x/b", "c"]);
    }

    #[test]
    fn what_is_only_wanted_has_none() {
        for (path, text) in [
            ("package-lock.json", "\"peerDependenciesMeta\": {\n        \"c\": {\n          \"optional\": true"),
            ("package-lock.json", "\"peerDependencies\": {\n        \"c\": \"^3\""),
            ("yarn.lock", "  dependencies:\n    c \"^1\"\n"),
            ("pnpm-lock.yaml", "    dependencies:\n      c@1: '*'\nlockfileVersion: '9.0'\n  .:"),
            ("bun.lock", "\"optionalPeers\": [\"c\"]"),
        ] {
            assert_eq!(names(path, text), [""; 0], "{path}: {text}");
        }
    }
}
