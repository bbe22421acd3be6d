#!/usr/bin/env bash
# github.com/a8m/envsubst v1.4.3 is an envsubst that knows ${NAME:-default}. A default that names another variable, ${HOST:-${FALLBACK}}, ends
# for it at the first brace: the text becomes "}", with the exit code of success, and the fallback is lost. Without the inner braces it is lost as well.
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"
GOBIN=$folder go install github.com/a8m/envsubst/cmd/envsubst@v1.4.3 2> /dev/null
said=$(FALLBACK=db.internal ./envsubst <<< 'host=${HOST:-${FALLBACK}}')
plain=$(./envsubst <<< 'host=${HOST:-db.internal}')

echo "nested:  $said"
echo "literal: $plain"
[ "$plain" = host=db.internal ]
[ "$said" = 'host=}' ] || { echo "CHANGED"; exit 1; }
