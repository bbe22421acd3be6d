#!/usr/bin/env bash
# `deno install` 2.9.6 begins with the lockfile of npm if it has none of its own. If package.json gives a dependency another name ("fast-ms": "npm:ms@2.1.3"), the
# deno.lock that it makes of it has an entry that Deno itself refuses, and nothing is installed. Without package-lock.json the same package.json is installed, so
# what stops Deno is npm's file, which the message does not name as the cause.
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"
cat > package.json <<'JSON'
{ "name": "kite", "version": "1.0.0", "private": true, "dependencies": { "fast-ms": "npm:ms@2.1.3" } }
JSON
mkdir tools && npm install --silent --no-audit --no-fund --prefix tools deno@2.9.6
export DENO_DIR=$folder/cache NO_COLOR=1
tools/node_modules/.bin/deno install > /dev/null 2>&1 && echo "without package-lock.json: installed"
rm -rf deno.lock node_modules
npm install --package-lock-only --silent --no-audit --no-fund

if said=$(tools/node_modules/.bin/deno install 2>&1); then echo "CHANGED: the alias is read"; exit 1; fi
grep -o "Seeded deno.lock" <<< "$said"
grep -o "Invalid npm package id 'fast-ms@npm:ms@2.1.3'" <<< "$said"
