#!/usr/bin/env bash
# "workspaces": ["packages/{api,web}"] in package.json names two members for npm, Yarn, pnpm and Bun. Deno 2.9.6 knows stars there, and not braces: it looks for a folder
# of that name, says "Skipping", installs without the members, and ends with 0. With "packages/*" it finds both.
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"
mkdir -p packages/api packages/web tools
for member in api web; do echo "{ \"name\": \"$member\", \"version\": \"1.0.0\" }" > packages/$member/package.json; done
npm install --silent --no-audit --no-fund --prefix tools deno@2.9.6
export DENO_DIR=$folder/cache NO_COLOR=1
members() { # how the workspaces are written, then the command that installs
    echo "{ \"name\": \"kite\", \"private\": true, \"workspaces\": [\"$1\"] }" > package.json
    rm -rf node_modules deno.lock package-lock.json
    "${@:2}" > log 2>&1
    mkdir -p node_modules
    ls node_modules | paste --serial --delimiters=' '
}

star=$(members 'packages/*' tools/node_modules/.bin/deno install)
npm=$(members 'packages/{api,web}' npm install)
braces=$(members 'packages/{api,web}' tools/node_modules/.bin/deno install)
printf 'Deno, star: %s\nnpm, braces: %s\nDeno, braces: %s\n' "$star" "$npm" "$braces"
[ "$star" = "api web" ] && [ "$npm" = "api web" ]
[ -z "$braces" ] || { echo "CHANGED"; exit 1; }
