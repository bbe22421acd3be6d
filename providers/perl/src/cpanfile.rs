//! What a `cpanfile` says. It is Perl code; of that, statements that stand on a line of their own are
//! understood.

use plugpacks_sdk::{Context, Result};

/// The file that names an app's modules.
pub(crate) const FILE: &str = "cpanfile";

/// The modules that an app needs when it runs.
#[derive(Debug, Default, PartialEq, Eq)]
pub(crate) struct Cpanfile {
    /// Whether there is such a file.
    pub(crate) exists: bool,
    /// Modules, and the versions asked for as they are written; empty where there is none.
    modules: Vec<(String, String)>,
}

impl Cpanfile {
    /// The app's file; an empty one if there is none.
    pub(crate) fn read(context: &Context) -> Result<Self> {
        Ok(context.app.read_text_if_file(FILE)?.map(|text| Self::parse(&text)).unwrap_or_default())
    }

    fn parse(text: &str) -> Self {
        let mut modules = Vec::new();
        let mut is_other_phase = false;
        for line in text.lines().map(str::trim) {
            match line.split(|c: char| !c.is_ascii_alphabetic()).next() {
                Some("on") => is_other_phase = !line.contains("runtime") && !line.contains("build"),
                Some("requires") if !is_other_phase => modules.extend(requirement(line)),
                _ => {}
            }
            if line.starts_with('}') || line.ends_with("};") {
                is_other_phase = false;
            }
        }
        Self { exists: true, modules }
    }

    /// Whether a module is needed.
    pub(crate) fn needs(&self, module: &str) -> bool {
        self.modules.iter().any(|(name, _)| name == module)
    }

    /// Whether any module is needed.
    pub(crate) fn needs_modules(&self) -> bool {
        self.modules.iter().any(|(name, _)| name != "perl")
    }

    /// The version of a module that is asked for.
    pub(crate) fn version(&self, module: &str) -> Option<&str> {
        let (_, version) = self.modules.iter().find(|(name, _)| name == module)?;
        Some(version)
    }
}

/// Module and version of `requires 'Module', '1.0';` or `requires Module => 1.0;`.
fn requirement(line: &str) -> Option<(String, String)> {
    let statement = line.strip_prefix("requires")?.split('#').next()?;
    let statement = statement.split(';').next()?.trim().trim_start_matches('(').trim_end_matches(')');
    let unquoted = |text: &str| text.trim().trim_matches(['\'', '"']).to_owned();
    let (module, version) = statement.split_once("=>").or_else(|| statement.split_once(',')).unwrap_or((statement, ""));
    let module = unquoted(module);
    (!module.is_empty()).then(|| (module, unquoted(version)))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn requirements_of_the_running_app() {
        let file = Cpanfile::parse(
            "requires 'perl', '5.036';\n# requires 'No';\nrequires \"Mojolicious\" => '>= 9.0, < 10'; # web\n\
             requires('Plack');\nrequires DBI => 1.6;\nrecommends 'JSON::XS';\n\
             on 'test' => sub {\n  requires 'Test::More';\n};\non develop => sub { requires 'Perl::Tidy' };\n\
             on 'runtime' => sub {\n  requires 'Starman', 0;\n};\nrequires 'Moo';\n",
        );
        let names: Vec<_> = file.modules.iter().map(|(name, _)| name.as_str()).collect();
        assert_eq!(names, ["perl", "Mojolicious", "Plack", "DBI", "Starman", "Moo"]);
        assert_eq!(file.version("perl"), Some("5.036"));
        assert_eq!(file.version("Mojolicious"), Some(">= 9.0, < 10"));
        assert_eq!(file.version("DBI"), Some("1.6"));
        assert_eq!(file.version("Plack"), Some(""));
    }

    #[test]
    fn perl_itself_is_no_module_to_install() {
        assert!(!Cpanfile::parse("requires 'perl', '5.36.0';\n").needs_modules());
        assert!(Cpanfile::parse("requires 'Moo';\n").needs_modules());
        assert!(!Cpanfile::default().needs_modules());
    }
}
