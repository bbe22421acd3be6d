#!/usr/bin/env bash
# The crate nodejs-semver 7.0.0 reads npm's ranges. Two comparators side by side both have to hold; if they exclude each other, nothing satisfies them, and npm says so.
# The crate drops one of the two without an error: `>=16 <14` then admits 18.0.0, and `^3 ^2` admits 3.1.0. A range with a typing error looks like a wide one.
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"
npm install --silent --no-audit --no-fund --prefix . semver@7.8.6
npm_says=$(node -p 'const s = require("semver"); [s.satisfies("18.0.0", ">=16 <14"), s.satisfies("3.1.0", "^3 ^2")].join(" ")')
mkdir -p src
cat > Cargo.toml <<'TOML'
[package]
name = "ranges"
version = "0.1.0"
edition = "2021"
[dependencies]
nodejs-semver = "=7.0.0"
TOML
cat > src/main.rs <<'RUST'
use nodejs_semver::{Range, Version};
fn main() {
    let holds = |version: &str, range: &str| {
        version.parse::<Version>().unwrap().satisfies(&range.parse::<Range>().unwrap())
    };
    println!("{} {}", holds("18.0.0", ">=16 <14"), holds("3.1.0", "^3 ^2"));
}
RUST
crate_says=$(cargo run --quiet)

echo "npm: $npm_says; crate: $crate_says"
[ "$npm_says" = "false false" ]
[ "$crate_says" = "true true" ] || { echo "CHANGED"; exit 1; }
