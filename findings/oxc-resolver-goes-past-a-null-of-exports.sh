#!/usr/bin/env bash
# null in "exports" of a package closes a way: with { "node": { "import": null }, "default": "./all.js" } Node.js refuses an import. oxc-resolver 11.24.2 takes
# null below a condition for no answer and goes on to "default": the bundle has a file that the package keeps from Node. A null that stands directly
# beside the path is kept to.
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"
npm install --silent --no-audit --no-fund --prefix . oxc-resolver@11.24.2
mkdir -p node_modules/kit
cat > node_modules/kit/package.json <<'JSON'
{ "name": "kit", "version": "1.0.0", "exports": { ".": { "node": { "import": null }, "default": "./all.js" }, "./own": null } }
JSON
touch node_modules/kit/all.js
cat > ask.mjs <<'JS'
import { ResolverFactory } from 'oxc-resolver'

const resolver = new ResolverFactory({ conditionNames: ['node', 'import'] })
for (const name of ['kit', 'kit/own']) {
  let node
  try { node = import.meta.resolve(name) } catch (error) { node = error.code }
  console.log(name, node, resolver.sync(process.cwd(), name).path?.split('/').pop())
}
JS
said=$(node ask.mjs)

echo "$said"
[ "$said" = $'kit ERR_PACKAGE_PATH_NOT_EXPORTED all.js\nkit/own ERR_PACKAGE_PATH_NOT_EXPORTED undefined' ] || { echo "CHANGED"; exit 1; }
