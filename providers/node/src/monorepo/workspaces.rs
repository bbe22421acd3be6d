//! The folders of a monorepo's packages.

use crate::app::{Member, NodeApp};
use crate::manager::Manager;
use crate::package_json::PackageJson;
use plugpacks_sdk::Result;
use std::path::Path;

/// The globs of the workspace's packages: for pnpm those of `pnpm-workspace.yaml`, else those that
/// `of_manifest` finds. `None` if pnpm's file is missing or has none.
pub(super) fn globs(app: &NodeApp, of_manifest: fn(&PackageJson) -> Option<Vec<String>>) -> Option<Vec<String>> {
    match app.manager {
        Manager::Pnpm => packages(&app.directory().read_text("pnpm-workspace.yaml").ok()?),
        _ => Some(of_manifest(&app.package).unwrap_or_default()),
    }
}

/// The directories that match any of some globs.
pub(super) fn directories(app: &NodeApp, globs: &[String]) -> Result<Vec<String>> {
    let mut directories = Vec::new();
    for glob in globs {
        directories.extend(app.directory().find_directories(glob)?);
    }
    Ok(directories)
}

/// The packages of the workspace; those in all folders where its globs cannot be read or are not there.
pub(super) fn members<'a>(app: &'a NodeApp) -> Vec<&'a Member> {
    let globs = globs(app, PackageJson::workspace_globs).unwrap_or_default();
    let globs = globs.iter().filter(|glob| !glob.starts_with('!'));
    let globs: Vec<_> = globs.map(|glob| glob.trim_start_matches("./").trim_end_matches('/').to_owned()).collect();
    let directories = directories(app, &globs).unwrap_or_else(|error| {
        app.context.diagnostics.warn(format!("The globs of the workspace are ignored: {error}"));
        app.members.iter().map(|member| member.directory.clone()).collect()
    });
    let belongs = |member: &&Member| globs.is_empty() || directories.contains(&member.directory);
    app.members.iter().filter(belongs).collect()
}

/// Whether the app directory is the root of several packages.
pub(super) fn is_root(app: &NodeApp) -> Result<bool> {
    let tools = ["nx.json", "turbo.json", "turbo.jsonc", "lerna.json"];
    Ok(globs(app, PackageJson::workspace_globs).is_some_and(|globs| !globs.is_empty())
        || app.directory().first_file(&tools)?.is_some())
}

/// Names one after the other.
pub(super) fn listed(names: impl IntoIterator<Item = String>) -> String {
    names.into_iter().collect::<Vec<_>>().join(", ")
}

/// The package that has this name, or stands in a folder of this name.
pub(super) fn find<'m>(members: &[&'m Member], wanted: &str) -> Option<&'m Member> {
    let named = members.iter().find(|member| member.package.name.as_deref() == Some(wanted));
    let wanted = wanted.trim_start_matches("./").trim_end_matches('/');
    named.or_else(|| members.iter().find(|member| Path::new(&member.directory).ends_with(wanted))).copied()
}

/// The list `packages` of a `pnpm-workspace.yaml`. Reads the two forms a list has in YAML, of plain
/// or quoted texts.
fn packages(text: &str) -> Option<Vec<String>> {
    let mut lines = text.lines();
    let after = lines.find_map(|line| line.strip_prefix("packages:"))?;
    let after = without_comment(after).trim();
    if let Some(open) = after.strip_prefix('[') {
        let rest = lines.map(without_comment).fold(open.to_owned(), |all, line| all + " " + line);
        let (elements, _) = rest.split_once(']')?;
        return Some(elements.split(',').map(scalar).filter(|element| !element.is_empty()).collect());
    }
    let elements = lines
        .map(|line| without_comment(line).trim())
        .filter(|line| !line.is_empty())
        .map_while(|line| line.strip_prefix('-').filter(|rest| rest.is_empty() || rest.starts_with(' ')));
    let elements: Vec<_> = elements.map(scalar).collect();
    (after.is_empty() && !elements.is_empty()).then_some(elements)
}

fn without_comment(line: &str) -> &str {
    match line.find(" #") {
        _ if line.starts_with('#') => "",
        Some(at) => &line[..at],
        None => line,
    }
}

fn scalar(text: &str) -> String {
    let text = text.trim();
    let unquoted = |quote: char| text.strip_prefix(quote)?.strip_suffix(quote);
    unquoted('"').or_else(|| unquoted('\'')).unwrap_or(text).to_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn both_forms_of_a_list_are_read() {
        for text in [
            "packages:\n  - 'apps/*'\n  # c\n\n  - \"packages/*\" # d\n  - tools\nother: 1\n",
            "# head\npackages:\n- apps/*\n- packages/*\n- tools",
            "packages: ['apps/*', \"packages/*\",\n  tools, # x\n]\nother: [x]\n",
        ] {
            assert_eq!(packages(text).unwrap(), ["apps/*", "packages/*", "tools"], "{text}");
        }
        assert_eq!(packages("packages: []"), Some(vec![]));
    }

    #[test]
    fn anything_else_is_no_list() {
        for text in ["", "x: 1", "packages:", "packages: 3", "packages: [a", "{bad", "packages:\n  a: b"] {
            assert_eq!(packages(text), None, "{text}");
        }
    }
}
