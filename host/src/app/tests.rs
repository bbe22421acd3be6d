//! The reader as a whole, on real directories.

use super::*;
use std::os::unix::fs::symlink;
use tempfile::TempDir;

fn write(directory: &TempDir, path: &str, content: impl AsRef<[u8]>) {
    let path = directory.path().join(path);
    fs::create_dir_all(path.parent().unwrap()).unwrap();
    fs::write(path, content).unwrap();
}

fn open(directory: &TempDir, rules: SearchRules) -> App {
    App::open(directory.path(), rules, || vec!["node_modules".into()]).unwrap()
}

#[test]
fn nothing_outside_the_app_is_reachable() {
    let outer = TempDir::new().unwrap();
    write(&outer, "secret", "s");
    write(&outer, "app/inside", "i");
    let app = outer.path().join("app");
    symlink("../secret", app.join("leaving")).unwrap();
    symlink("..", app.join("up")).unwrap();
    symlink("inside", app.join("staying")).unwrap();
    symlink("loop", app.join("loop")).unwrap();
    let app = App::open(&app, SearchRules::Pruned, Vec::new).unwrap();
    for path in ["../secret", "/etc/passwd", "leaving", "up/secret", "up", "staying/../../secret"] {
        assert_eq!(app.read_text(path), Err(AccessError::OutsideApp), "{path}");
        assert_eq!(app.entry(path), Err(AccessError::OutsideApp), "{path}");
        assert_eq!(app.is_executable(path), Err(AccessError::OutsideApp), "{path}");
    }
    assert_eq!(app.read_text("staying").as_deref(), Ok("i"));
    assert!(matches!(app.entry("loop"), Err(AccessError::Unreadable(_))));
    assert_eq!(app.find_files("**").unwrap(), ["inside", "staying"]);
    assert_eq!(app.search("**", "s").unwrap(), None);
}

#[test]
fn only_regular_files_of_bounded_size_are_read() {
    let directory = TempDir::new().unwrap();
    write(&directory, "latin1", b"caf\xe9");
    write(&directory, "dos", "a\r\nb\r");
    write(&directory, "folder/x", "");
    File::create(directory.path().join("huge")).unwrap().set_len(MAX_FILE_SIZE + 1).unwrap();
    let pipe = directory.path().join("pipe");
    assert!(std::process::Command::new("mkfifo").arg(&pipe).status().unwrap().success());
    let app = open(&directory, SearchRules::Pruned);
    assert_eq!(app.read_text("latin1"), Err(AccessError::NotText));
    assert_eq!(app.read_text("dos").as_deref(), Ok("a\nb\r"));
    assert_eq!(app.read_text("folder"), Err(AccessError::NotAFile));
    assert_eq!(app.read_text("pipe"), Err(AccessError::NotAFile));
    assert_eq!(app.read_text("huge"), Err(AccessError::TooLarge(MAX_FILE_SIZE)));
    assert_eq!(app.read_text("gone"), Err(AccessError::Missing));
    assert_eq!(app.read_text("folder/gone"), Err(AccessError::Missing));
    assert_eq!(app.entry("pipe"), Ok(EntryKind::Other));
    assert_eq!(app.entry("folder"), Ok(EntryKind::Directory));
}

#[test]
fn entries_come_in_walk_order() {
    let directory = TempDir::new().unwrap();
    for path in ["index.ts", "b/index.ts", "a.ts", "b.ts"] {
        write(&directory, path, "");
    }
    let app = open(&directory, SearchRules::Pruned);
    assert_eq!(app.find_files("**/*.ts").unwrap(), ["a.ts", "b/index.ts", "b.ts", "index.ts"]);
    assert_eq!(app.find_directories("*").unwrap(), ["b"]);
}

#[test]
fn the_rules_decide_what_a_star_matches_and_what_is_entered() {
    let directory = TempDir::new().unwrap();
    for path in ["a.csproj", "src/b.csproj", "node_modules/c.csproj", "ignored/d.csproj", ".hidden/e.csproj"] {
        write(&directory, path, "");
    }
    write(&directory, ".ignore", "ignored\n");
    write(&directory, ".gitignore", "src\n");
    let pruned = open(&directory, SearchRules::Pruned);
    assert_eq!(pruned.find_files("*.csproj").unwrap(), ["a.csproj"]);
    assert_eq!(
        pruned.find_files("**/*.csproj").unwrap(),
        [".hidden/e.csproj", "a.csproj", "ignored/d.csproj", "src/b.csproj"]
    );
    let nixpacks = open(&directory, SearchRules::Nixpacks);
    let everywhere = [".hidden/e.csproj", "a.csproj", "node_modules/c.csproj", "src/b.csproj"];
    assert_eq!(nixpacks.find_files("*.csproj").unwrap(), everywhere);
    fs::create_dir(directory.path().join(".git")).unwrap();
    let in_work_tree = open(&directory, SearchRules::Nixpacks);
    assert_eq!(in_work_tree.find_files("*.csproj").unwrap(), everywhere[..3]);
}

#[test]
fn a_search_stops_at_the_first_match_and_minds_the_rules_about_text() {
    let directory = TempDir::new().unwrap();
    write(&directory, "a.py", b"caf\xe9");
    write(&directory, "b.py", "APP = 'shop.wsgi'");
    let pruned = open(&directory, SearchRules::Pruned);
    let found = pruned.search("**/*.py", "APP = '(.*)\\.(wsgi)?(asgi)?'").unwrap().unwrap();
    assert_eq!(found.path, "b.py");
    assert_eq!(found.groups[1..], [Some("shop".to_owned()), Some("wsgi".to_owned()), None]);
    let nixpacks = open(&directory, SearchRules::Nixpacks);
    let error = nixpacks.search("**/*.py", "APP").unwrap_err();
    assert_eq!(error, SearchError { path: Some("a.py".into()), error: AccessError::NotText });
    assert!(matches!(pruned.search("**", "(").unwrap_err().error, AccessError::InvalidPattern(_)));
    assert!(matches!(pruned.find_files("{a").unwrap_err(), AccessError::InvalidPattern(_)));
}

#[test]
fn every_read_is_recorded() {
    let directory = TempDir::new().unwrap();
    write(&directory, "a", "");
    let app = open(&directory, SearchRules::Pruned);
    let _ = (app.entry("a"), app.read_text("gone"), app.find_files("*.x"), app.search("*", "y"));
    app.record_variable("PORT");
    let path = |text| AppPath::new(text).unwrap();
    let expected = [
        Read::Entry(path("a")),
        Read::Text(path("gone")),
        Read::Glob("*".into()),
        Read::Glob("*.x".into()),
        Read::Search("*".into(), "y".into()),
        Read::Variable("PORT".into()),
    ];
    assert_eq!(app.reads(), expected.into_iter().collect());
}

#[test]
fn what_cannot_end_is_passed_over() {
    let directory = TempDir::new().unwrap();
    for path in ["a.js", "folder/b.js", "other/c.js"] {
        write(&directory, path, "");
    }
    symlink(".", directory.path().join("loop")).unwrap();
    for path in [".ignore", "folder/.gitignore"] {
        assert!(std::process::Command::new("mkfifo").arg(directory.path().join(path)).status().unwrap().success());
    }
    let app = open(&directory, SearchRules::Nixpacks);
    assert_eq!(app.find_files("**/*.js").unwrap(), ["a.js", "other/c.js"]);
    assert_eq!(app.top_level_directories().unwrap(), ["folder", "other"]);
}
