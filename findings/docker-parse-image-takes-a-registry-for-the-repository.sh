#!/usr/bin/env bash
# docker-parse-image 3.0.1 (npm) takes an image reference apart. It expects at most two names behind the registry. With three, as GitLab's registry gives each project in a
# subgroup, it answers null if the registry has no port, and with a port it calls the registry's host the repository and all the rest the tag.
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"
npm install --silent --no-audit --no-fund --prefix . docker-parse-image@3.0.1
cat > parts.js <<'JS'
const parse = require('docker-parse-image')
for (const image of ['r.example.org:5000/shop/kite:1', 'r.example.org:5000/shop/web/kite:1', 'r.example.org/shop/web/kite:1']) {
  const parts = parse(image)
  console.log(parts && [parts.registry, parts.namespace, parts.repository, parts.tag].join(' '))
}
JS
said=$(node parts.js)

echo "$said"
[ "$said" = $'r.example.org:5000 shop kite 1\n  r.example.org 5000/shop/web/kite:1\nnull' ] || { echo "CHANGED"; exit 1; }
