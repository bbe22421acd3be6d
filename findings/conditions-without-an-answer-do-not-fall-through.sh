#!/usr/bin/env bash
# "exports": { "node": { "require": … }, "default": … }. Node.js imports the default: "node" holds, nothing below it does, and so the next condition counts. import-meta-resolve
# 4.2.0, which describes itself as Node's algorithm, and resolve.exports 2.0.4 stop below "node" and say that nothing is exported.
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"
npm install --silent --no-audit --no-fund --prefix . import-meta-resolve@4.2.0 resolve.exports@2.0.4
mkdir -p node_modules/kit
cat > node_modules/kit/package.json <<'JSON'
{ "name": "kit", "version": "1.0.0", "exports": { "node": { "require": "./old.cjs" }, "default": "./new.js" } }
JSON
touch node_modules/kit/old.cjs node_modules/kit/new.js
cat > ask.mjs <<'JS'
import { readFileSync } from 'node:fs'
import { resolve } from 'import-meta-resolve'
import { exports } from 'resolve.exports'

const answer = (ask) => { try { return ask().split('/').pop() } catch (error) { return error.code ?? error.message } }
const kit = JSON.parse(readFileSync('node_modules/kit/package.json', 'utf8'))
console.log('Node.js:', answer(() => import.meta.resolve('kit')))
console.log('import-meta-resolve:', answer(() => resolve('kit', import.meta.url)))
console.log('resolve.exports:', answer(() => exports(kit, '.')[0]))
JS
said=$(node ask.mjs)

echo "$said"
[ "$said" = $'Node.js: new.js\nimport-meta-resolve: ERR_PACKAGE_PATH_NOT_EXPORTED\nresolve.exports: No known conditions for "." specifier in "kit" package' ] ||
    { echo "CHANGED"; exit 1; }
