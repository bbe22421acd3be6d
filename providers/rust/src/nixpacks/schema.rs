//! What a manifest has to look like: Nixpacks 1.41 reads it into fixed types, and declines a
//! value of another type or an unknown word even where it has no use for it.

use plugpacks_sdk::{Error, Result};
use toml::{Table, Value};

/// Checks a manifest; the error names the first value that does not fit.
pub(super) fn check(manifest: &Table) -> Result<()> {
    check_fields(MANIFEST, None, manifest, "")
}

/// What a value has to be.
enum Shape {
    Any,
    Text,
    Flag,
    /// A whole number from zero to this one.
    UpTo(i64),
    /// A whole number of 32 bits with a sign.
    Signed,
    /// One of these texts.
    Word(&'static [&'static str]),
    List(&'static Shape),
    /// A table whose values all have one shape.
    Map(&'static Shape),
    /// A table with these keys; others hold anything.
    Table(&'static [Field]),
    /// A table with these keys; others hold values of a shape.
    TableAndOthers(&'static [Field], &'static Shape),
    /// One of these shapes; the name is for the message.
    Either(&'static str, &'static [Shape]),
}

/// A key of a table.
struct Field {
    key: &'static str,
    shape: Shape,
    is_required: bool,
}

const fn optional(key: &'static str, shape: Shape) -> Field {
    Field { key, shape, is_required: false }
}

const fn required(key: &'static str, shape: Shape) -> Field {
    Field { key, shape, is_required: true }
}

use Shape::{Any, Either, Flag, List, Map, Signed, TableAndOthers, Text, UpTo, Word};

const MANIFEST: &[Field] = &[
    optional("package", Shape::Table(PACKAGE)),
    optional("workspace", Shape::Table(WORKSPACE)),
    optional("dependencies", Map(&DEPENDENCY)),
    optional("dev-dependencies", Map(&DEPENDENCY)),
    optional("build-dependencies", Map(&DEPENDENCY)),
    optional("target", Map(&Shape::Table(TARGET))),
    optional("features", Map(&TEXTS)),
    optional("replace", Map(&DEPENDENCY)),
    optional("patch", Map(&Map(&DEPENDENCY))),
    optional("lib", Shape::Table(PRODUCT)),
    optional("profile", Map(&Shape::Table(PROFILE))),
    optional("badges", Shape::Table(&[])),
    optional("bin", PRODUCTS),
    optional("bench", PRODUCTS),
    optional("test", PRODUCTS),
    optional("example", PRODUCTS),
    optional("lints", TableAndOthers(&[optional("workspace", Flag)], &LINTS)),
];

const TEXTS: Shape = List(&Text);

const PACKAGE: &[Field] = &[
    required("name", Text),
    optional("version", INHERITABLE_TEXT),
    optional("edition", Either("Inheritable", &[EDITION, INHERITED])),
    optional("rust-version", INHERITABLE_TEXT),
    optional("build", TEXT_OR_FLAG),
    optional("workspace", Text),
    optional("authors", INHERITABLE_TEXTS),
    optional("links", Text),
    optional("description", INHERITABLE_TEXT),
    optional("homepage", INHERITABLE_TEXT),
    optional("documentation", INHERITABLE_TEXT),
    optional("readme", Either("Inheritable", &[Flag, Text, INHERITED])),
    optional("keywords", INHERITABLE_TEXTS),
    optional("categories", INHERITABLE_TEXTS),
    optional("exclude", INHERITABLE_TEXTS),
    optional("include", INHERITABLE_TEXTS),
    optional("license", INHERITABLE_TEXT),
    optional("license-file", INHERITABLE_TEXT),
    optional("repository", INHERITABLE_TEXT),
    optional("default-run", Text),
    optional("autobins", Flag),
    optional("autoexamples", Flag),
    optional("autotests", Flag),
    optional("autobenches", Flag),
    optional("publish", Either("Inheritable", &[Flag, TEXTS, INHERITED])),
    optional("resolver", RESOLVER),
];

const WORKSPACE: &[Field] = &[
    optional("members", TEXTS),
    optional("default-members", TEXTS),
    optional("package", Shape::Table(TEMPLATE)),
    optional("exclude", TEXTS),
    optional("resolver", RESOLVER),
    optional("dependencies", Map(&DEPENDENCY)),
    optional("lints", Map(&LINTS)),
];

/// What packages of the workspace may inherit.
const TEMPLATE: &[Field] = &[
    optional("authors", TEXTS),
    optional("categories", TEXTS),
    optional("description", Text),
    optional("documentation", Text),
    optional("edition", EDITION),
    optional("exclude", TEXTS),
    optional("homepage", Text),
    optional("include", TEXTS),
    optional("keywords", TEXTS),
    optional("license", Text),
    optional("license-file", Text),
    optional("publish", Either("Publish", &[Flag, TEXTS])),
    optional("readme", TEXT_OR_FLAG),
    optional("repository", Text),
    optional("rust-version", Text),
    optional("version", Text),
];

const INHERITED: Shape = Shape::Table(&[required("workspace", Flag)]);
const INHERITABLE_TEXT: Shape = Either("Inheritable", &[Text, INHERITED]);
const INHERITABLE_TEXTS: Shape = Either("Inheritable", &[TEXTS, INHERITED]);
const TEXT_OR_FLAG: Shape = Either("OptionalFile", &[Flag, Text]);
const EDITION: Shape = Word(&["2015", "2018", "2021", "2024"]);
/// `3`, which came with Rust 1.84, is not known.
const RESOLVER: Shape = Word(&["1", "2"]);

/// A requirement, or a table: with `workspace`, of which less is known, or with the details.
const DEPENDENCY: Shape = Either(
    "Dependency",
    &[
        Text,
        Shape::Table(&[required("workspace", Flag), optional("features", TEXTS), optional("optional", Flag)]),
        Shape::Table(&[
            optional("version", Text),
            optional("registry", Text),
            optional("registry-index", Text),
            optional("path", Text),
            optional("git", Text),
            optional("branch", Text),
            optional("tag", Text),
            optional("rev", Text),
            optional("features", TEXTS),
            optional("optional", Flag),
            optional("default-features", Flag),
            optional("package", Text),
        ]),
    ],
);

const TARGET: &[Field] = &[
    optional("dependencies", Map(&DEPENDENCY)),
    optional("dev-dependencies", Map(&DEPENDENCY)),
    optional("build-dependencies", Map(&DEPENDENCY)),
];

const PRODUCTS: Shape = List(&Shape::Table(PRODUCT));

/// A library, program, test and so on.
const PRODUCT: &[Field] = &[
    optional("path", Text),
    optional("name", Text),
    optional("test", Flag),
    optional("doctest", Flag),
    optional("bench", Flag),
    optional("doc", Flag),
    optional("plugin", Flag),
    optional("proc-macro", Flag),
    optional("proc_macro", Flag),
    optional("harness", Flag),
    optional("edition", EDITION),
    optional("crate-type", TEXTS),
    optional("required-features", TEXTS),
];

const PROFILE: &[Field] = &[
    optional(
        "debug",
        Either(
            "DebugSetting",
            &[Flag, UpTo(2), Word(&["none", "limited", "line-directives-only", "line-tables-only", "full"])],
        ),
    ),
    optional("split-debuginfo", Text),
    optional("rpath", Flag),
    optional(
        "lto",
        Either("LtoSetting", &[Flag, Word(&["off", "n", "no", "thin", "fat", "on", "y", "yes", "true", "false"])]),
    ),
    optional("debug-assertions", Flag),
    optional("codegen-units", UpTo(65_535)),
    optional("panic", Text),
    optional("incremental", Flag),
    optional("overflow-checks", Flag),
    optional("strip", Either("StripSetting", &[Flag, Word(&["none", "debuginfo", "symbols"])])),
    optional("package", Map(&Any)),
    optional("inherits", Text),
];

/// The lints of one tool.
const LINTS: Shape =
    Map(&Either("Lint", &[LINT_LEVEL, Shape::Table(&[required("level", LINT_LEVEL), optional("priority", Signed)])]));

const LINT_LEVEL: Shape = Word(&["allow", "warn", "deny", "forbid"]);

impl Shape {
    /// Checks the value of a key, given with the keys of the tables around it.
    fn check(&self, value: &Value, key: &str) -> Result<()> {
        match (self, value) {
            (Any, _) | (Text, Value::String(_)) | (Flag, Value::Boolean(_)) => Ok(()),
            (UpTo(limit), Value::Integer(number)) if (0..=*limit).contains(number) => Ok(()),
            (Signed, Value::Integer(number)) if i32::try_from(*number).is_ok() => Ok(()),
            (Word(words), Value::String(text)) if words.contains(&text.as_str()) => Ok(()),
            (Word(words), Value::String(text)) => {
                Err(wrong(format!("unknown variant `{text}`, expected one of `{}`", words.join("`, `")), key))
            }
            (List(shape), Value::Array(values)) => values.iter().try_for_each(|value| shape.check(value, key)),
            (Map(shape), Value::Table(table)) => {
                table.iter().try_for_each(|(name, value)| shape.check(value, &within(key, name)))
            }
            (Self::Table(fields), Value::Table(table)) => check_fields(fields, None, table, key),
            (TableAndOthers(fields, others), Value::Table(table)) => check_fields(fields, Some(others), table, key),
            (Either(name, shapes), _) => {
                let fits = shapes.iter().any(|shape| shape.check(value, key).is_ok());
                fits.then_some(())
                    .ok_or_else(|| wrong(format!("data did not match any variant of untagged enum {name}"), key))
            }
            _ => Err(wrong(format!("invalid type: {}, expected {}", in_words(value), self.in_words()), key)),
        }
    }

    fn in_words(&self) -> &'static str {
        match self {
            Any | Either(..) => "a value",
            Text | Word(_) => "a string",
            Flag => "a boolean",
            UpTo(_) | Signed => "a whole number in range",
            List(_) => "a sequence",
            Map(_) | Self::Table(_) | TableAndOthers(..) => "a map",
        }
    }
}

fn check_fields(fields: &[Field], others: Option<&Shape>, table: &Table, key: &str) -> Result<()> {
    for field in fields {
        match table.get(field.key) {
            Some(value) => field.shape.check(value, &within(key, field.key))?,
            None if field.is_required => return Err(wrong(format!("missing field `{}`", field.key), key)),
            None => {}
        }
    }
    let Some(shape) = others else { return Ok(()) };
    let is_other = |name: &String| fields.iter().all(|field| field.key != name);
    table.iter().filter(|(name, _)| is_other(name)).try_for_each(|(name, value)| shape.check(value, &within(key, name)))
}

/// The key of a value in the table that has a key itself.
fn within(table: &str, key: &str) -> String {
    if table.is_empty() { key.to_owned() } else { format!("{table}.{key}") }
}

fn wrong(problem: String, key: &str) -> Error {
    Error::new(problem + &format!(" for key `{key}`"))
}

fn in_words(value: &Value) -> String {
    match value {
        Value::String(text) => format!("string {text:?}"),
        Value::Integer(number) => format!("integer `{number}`"),
        Value::Float(_) => "floating point".into(),
        Value::Boolean(flag) => format!("boolean `{flag}`"),
        Value::Datetime(_) | Value::Table(_) => "map".into(),
        Value::Array(_) => "sequence".into(),
    }
}

#[cfg(test)]
mod tests {
    use super::check;

    const PACKAGE: &str = "[package]\nname = \"shop\"\n";

    /// The error for a package with this text behind it; empty if there is none.
    fn error(more: &str) -> String {
        error_of(&format!("{PACKAGE}{more}"))
    }

    fn error_of(text: &str) -> String {
        check(&toml::from_str(text).unwrap()).err().map_or(String::new(), |error| error.message().into())
    }

    #[test]
    fn values_that_nobody_uses_are_checked_too() {
        assert_eq!(
            error("resolver = \"3\""),
            "unknown variant `3`, expected one of `1`, `2` for key `package.resolver`"
        );
        assert_eq!(
            error("edition = 2021"),
            "data did not match any variant of untagged enum Inheritable for key `package.edition`"
        );
        assert_eq!(
            error("[profile.release]\nlto = \"x\""),
            "data did not match any variant of untagged enum LtoSetting for key `profile.release.lto`"
        );
        assert_eq!(
            error("[features]\na = \"b\""),
            "invalid type: string \"b\", expected a sequence for key `features.a`"
        );
        for text in [
            "autobins = \"yes\"",
            "publish = \"yes\"",
            "build = [\"a\"]",
            "authors = \"a\"",
            "[dependencies]\na = true",
            "[dependencies]\na = { version = \"1\", optional = \"yes\" }",
            "[target.x.dependencies]\na = 1",
            "[patch]\na = 1",
            "[[bin]]\nedition = \"x\"",
            "[bin]\nname = \"x\"",
            "[lib]\ntest = \"x\"",
            "[profile.release]\ncodegen-units = 70000",
            "[profile.dev]\ndebug = 3",
            "[lints.rust]\na = \"loud\"",
            "[lints]\nrust = \"warn\"",
            "[workspace]\nmembers = \"a\"",
            "[workspace.lints.rust]\na = { level = \"x\" }",
            "[workspace.package]\nedition = \"2020\"",
        ] {
            assert_ne!(error(text), "", "{text}");
        }
    }

    #[test]
    fn a_package_has_a_name() {
        assert_eq!(error_of("[package]\nversion = \"1\""), "missing field `name` for key `package`");
        assert_eq!(
            error_of("[package]\nname = 1"),
            "invalid type: integer `1`, expected a string for key `package.name`"
        );
        assert_eq!(error_of(""), "");
        assert_ne!(error_of("[[package]]\nname = \"a\""), "");
    }

    #[test]
    fn everything_else_passes() {
        for text in [
            "version.workspace = true\nrust-version = { workspace = false, x = 1 }",
            "metadata = 1\nunknown = [1, \"a\"]",
            "publish = [\"a\"]\nreadme = false\nbuild = \"b.rs\"\nedition = \"2024\"\nresolver = \"2\"",
            "[dependencies]\na = { workspace = 1, foo = [1] }\nb = { workspace = true, features = [\"x\"] }\nc = \"1\"",
            "[profile.bench]\nopt-level = [1]\ndebug = 2\nstrip = true\nlto = \"fat\"\n[profile.dev.package]\na = 1",
            "[lints]\nworkspace = true\n[lints.rust]\na = \"warn\"\nb = { level = \"deny\", priority = -1, check-cfg = [] }",
            "[badges]\nmaintenance = { status = \"x\" }",
            "[dev_dependencies]\na = 1\n[project]\nname = 1",
            "[workspace]\nmetadata = 1\n[workspace.dependencies]\na.path = \"a\"",
        ] {
            assert_eq!(error(text), "", "{text}");
        }
    }
}
