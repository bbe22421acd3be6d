//! A program that says in its own comments what it depends on (inline script metadata, PEP 723).

use crate::manifests::Manifest;
use plugpacks_sdk::Context;

/// The files that are looked at before the others.
const USUAL: [&str; 4] = ["main.py", "app.py", "bot.py", "server.py"];

/// The metadata of a module at the app's root; `None` if none has any.
pub(crate) fn read(context: &Context) -> Option<Manifest> {
    let usual = USUAL.iter().find_map(|path| read_file(context, path));
    usual.or_else(|| context.app.find_files("*.py").ok()?.iter().find_map(|path| read_file(context, path)))
}

fn read_file(context: &Context, path: &str) -> Option<Manifest> {
    let text = metadata(&context.app.read_text_if_file(path).ok()??)?;
    match toml::from_str(&text) {
        Ok(table) => Some(Manifest { text, table }),
        Err(error) => {
            context.diagnostics.warn(format!("The block `script` of {path} is not taken into account: {error}"));
            None
        }
    }
}

/// The text of the block `script`, without the comment signs.
fn metadata(text: &str) -> Option<String> {
    let mut lines = text.lines().skip_while(|line| line.trim_end() != "# /// script").skip(1);
    let mut metadata = String::new();
    loop {
        let line = lines.next()?;
        if line.trim_end() == "# ///" {
            return Some(metadata);
        }
        let line = line.strip_prefix("# ").or_else(|| line.strip_prefix('#'))?;
        metadata.push_str(line);
        metadata.push('\n');
    }
}

#[cfg(test)]
mod tests {
    use super::metadata;

    #[test]
    fn the_block_is_toml_in_comments() {
        let text = "#!/usr/bin/env python\n# /// script\n# dependencies = [\n#   \"flask\",\n# ]\n#\n# ///\nimport x\n";
        assert_eq!(metadata(text).as_deref(), Some("dependencies = [\n  \"flask\",\n]\n\n"));
        assert_eq!(metadata("# /// script\n# a = 1\nimport x\n# ///\n"), None);
        assert_eq!(metadata("# /// script\n# a = 1\n"), None);
        assert_eq!(metadata("import x\n"), None);
    }
}
