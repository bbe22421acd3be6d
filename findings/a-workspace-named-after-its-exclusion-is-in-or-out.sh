#!/usr/bin/env bash
# "workspaces": ["packages/*", "!packages/old", "packages/old"]: the last word on packages/old is yes. For npm 12.2.2 and Bun 1.4.5 the order counts, and it is a member. Yarn 4.18.1
# and pnpm 12.21.0 take all exclusions together, and it is none. (pnpm reads the same list in pnpm-workspace.yaml.) A repository that changes its package manager changes its
# members with it.
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"
mkdir -p packages/new packages/old tools
for member in new old; do echo "{ \"name\": \"$member\", \"version\": \"1.0.0\" }" > packages/$member/package.json; done
npm install --silent --no-audit --no-fund --prefix tools npm@12.2.2 bun@1.4.5 pnpm@12.21.0 @yarnpkg/cli-dist@4.18.1
list='["packages/*", "!packages/old", "packages/old"]'
echo "{ \"name\": \"kite\", \"version\": \"1.0.0\", \"private\": true, \"workspaces\": $list }" > package.json
bin=$folder/tools/node_modules/.bin
is_member() { if grep --quiet packages/old; then echo member; else echo none; fi; }

$bin/npm install --silent --package-lock-only --no-audit --no-fund
npm=$(is_member < package-lock.json)
$bin/bun install --lockfile-only > /dev/null 2>&1
bun=$(is_member < bun.lock)
touch yarn.lock
yarn=$(node tools/node_modules/@yarnpkg/cli-dist/bin/yarn.js workspaces list | is_member)
echo '{ "name": "kite", "version": "1.0.0" }' > package.json
echo "packages: $list" > pnpm-workspace.yaml
pnpm=$($bin/pnpm list --recursive --depth -1 --parseable | is_member)
echo "npm $npm, Bun $bun, Yarn $yarn, pnpm $pnpm"
[ "$npm $bun $yarn $pnpm" = "member member none none" ] || { echo "CHANGED"; exit 1; }
