#!/usr/bin/env bash
# "==3.12.*" admits 3.12 and what begins with it. The crate pep440_rs 0.7.3 compares only as many numbers as the version has: a version of one number, 3, is then in ==3.12.*, and "!=3.12.*"
# keeps it out. Python's packaging 26.4 fills up with zeros, as the rule says. Whoever asks such a specifier about a tag "3" gets a yes for each minor version.
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"
python3 -m venv env && env/bin/pip install --quiet packaging==26.4
python_says=$(env/bin/python -c '
from packaging.specifiers import SpecifierSet
print("3" in SpecifierSet("==3.12.*"), "3" in SpecifierSet("!=3.12.*"), "3" in SpecifierSet("==3.0.*"))')
mkdir -p src
cat > Cargo.toml <<'TOML'
[package]
name = "specifiers"
version = "0.1.0"
edition = "2021"
[dependencies]
pep440_rs = "=0.7.3"
TOML
cat > src/main.rs <<'RUST'
use pep440_rs::{Version, VersionSpecifiers};
use std::str::FromStr;

fn main() {
    let version = Version::from_str("3").unwrap();
    let holds = |text| VersionSpecifiers::from_str(text).unwrap().contains(&version);
    println!("{} {} {}", holds("==3.12.*"), holds("!=3.12.*"), holds("==3.0.*"));
}
RUST
crate_says=$(cargo run --quiet)

echo "packaging: $python_says; pep440_rs: $crate_says"
[ "$python_says" = "False True True" ]
[ "$crate_says" = "true false true" ] || { echo "CHANGED"; exit 1; }
