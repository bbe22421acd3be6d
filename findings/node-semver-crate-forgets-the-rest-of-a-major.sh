#!/usr/bin/env bash
# The crate node-semver 2.2.0 reads npm's ranges. npm takes `<=1` for "any 1.x": 1.2.0 is in it. The crate says no: it compares with 1.0.0. So `<=20` in
# "engines" leaves out every Node 20 but the first. `<2`, which means the same, is right; the wrong answer comes only with `<=` before a partial version.
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"
npm install --silent --no-audit --no-fund --prefix . semver@7.8.6
npm_says=$(node -p 'require("semver").satisfies("1.2.0", "<=1")')
mkdir -p src
cat > Cargo.toml <<'TOML'
[package]
name = "ranges"
version = "0.1.0"
edition = "2021"
[dependencies]
node-semver = "=2.2.0"
TOML
cat > src/main.rs <<'RUST'
use node_semver::{Range, Version};
fn main() {
    let version: Version = "1.2.0".parse().unwrap();
    for range in ["<=1", "<2"] {
        println!("{range} {}", version.satisfies(&range.parse::<Range>().unwrap()));
    }
}
RUST
crate_says=$(cargo run --quiet)

echo "1.2.0 in <=1: npm $npm_says"
echo "$crate_says"
[ "$npm_says" = true ]
[ "$crate_says" = $'<=1 false\n<2 true' ] || { echo "CHANGED"; exit 1; }
