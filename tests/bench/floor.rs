//! The least that planning a large app costs: one walk that leaves out what no plan depends on, and the bytes of the
//! files whose names end in one of the arguments.
//!
//!     floor DIRECTORY [ENDING]...

use std::path::Path;
use std::{env, fs, io};

const PRUNED: &[&str] = &[".git", "node_modules", "target", ".venv", "vendor"];

fn walk(directory: &Path, endings: &[String], read: &mut usize) -> io::Result<()> {
    for entry in fs::read_dir(directory)? {
        let entry = entry?;
        let name = entry.file_name().into_string().unwrap_or_default();
        if entry.file_type()?.is_dir() {
            if !PRUNED.contains(&&*name) {
                walk(&entry.path(), endings, read)?;
            }
        } else if endings.iter().any(|ending| name.ends_with(ending)) {
            *read += fs::read(entry.path())?.len();
        }
    }
    Ok(())
}

fn main() -> io::Result<()> {
    let mut arguments = env::args().skip(1);
    let directory = arguments.next().expect("a directory");
    let mut read = 0;
    walk(Path::new(&directory), &arguments.collect::<Vec<_>>(), &mut read)?;
    println!("{read}");
    Ok(())
}
