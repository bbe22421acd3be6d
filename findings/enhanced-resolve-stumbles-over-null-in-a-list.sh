#!/usr/bin/env bash
# "exports" may give a path a list, of which the first usable entry counts: [null, "./new.js"] is new.js for Node.js. enhanced-resolve 5.27.0, webpack's resolver, ends with a message
# of its JavaScript engine, "Invalid value used as weak map key", which names the package as the one at fault.
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"
npm install --silent --no-audit --no-fund --prefix . enhanced-resolve@5.27.0
mkdir -p node_modules/kit
cat > node_modules/kit/package.json <<'JSON'
{ "name": "kit", "version": "1.0.0", "exports": { ".": [null, "./new.js"] } }
JSON
touch node_modules/kit/new.js
cat > ask.mjs <<'JS'
import { createRequire } from 'node:module'

const require = createRequire(import.meta.url)
const resolve = require('enhanced-resolve').create.sync({ conditionNames: ['node', 'import'] })
const ask = () => { try { return resolve(process.cwd(), 'kit').split('/').pop() } catch (error) { return error.message.split(' (')[0] } }
console.log('Node.js:', import.meta.resolve('kit').split('/').pop())
console.log('enhanced-resolve:', ask())
JS
said=$(node ask.mjs)

echo "$said"
[ "$said" = $'Node.js: new.js\nenhanced-resolve: Invalid value used as weak map key' ] || { echo "CHANGED"; exit 1; }
