#!/usr/bin/env bash
# `pnpm import` makes pnpm's lockfile of npm's. In npm's, "overrides" of package.json have decided; pnpm 12.21.0 keeps the locked version only if the dependent's own
# range admits it. An overridden one does not: below, the lock has is-number 7.0.0 everywhere, and pnpm imports 6.0.0, says "Done", and ends with 0. `pnpm install` then
# ships what the override was to keep out. Bun 1.4.5 takes the override over.
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"
cat > package.json <<'JSON'
{ "name": "kite", "version": "1.0.0", "private": true, "dependencies": { "is-odd": "3.0.1" }, "overrides": { "is-number": "7.0.0" } }
JSON
npm install --package-lock-only --silent --no-audit --no-fund
mkdir tools && npm install --silent --no-audit --no-fund --prefix tools pnpm@12.21.0 bun@1.4.5
numbers() { grep -o 'is-number@[0-9.]*' "$1" | sort --unique | paste --serial --delimiters=' '; }
locked=$(node -p 'require("./package-lock.json").packages["node_modules/is-number"].version')
tools/node_modules/.bin/pnpm import > /dev/null 2>&1
tools/node_modules/.bin/bun install --lockfile-only > /dev/null 2>&1

printf 'npm:  is-number@%s\npnpm: %s\nBun:  %s\n' "$locked" "$(numbers pnpm-lock.yaml)" "$(numbers bun.lock)"
[ "$locked" = 7.0.0 ] && [ "$(numbers bun.lock)" = is-number@7.0.0 ]
[ "$(numbers pnpm-lock.yaml)" = is-number@6.0.0 ] || { echo "CHANGED"; exit 1; }
