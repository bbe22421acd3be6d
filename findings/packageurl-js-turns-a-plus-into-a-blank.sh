#!/usr/bin/env bash
# packageurl-js 2.0.1 reads the qualifiers of a package URL as a form of a web page: a plus sign becomes a blank. "vcs_url=git+https://…", the usual way to name
# a source, comes out as "git%20https://…", which no tool can fetch. Python's library (0.17.6) keeps the plus. In a version packageurl-js keeps it as well.
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"
url='pkg:generic/kite@1.0+5?vcs_url=git+https://example.org/kite.git'
python3 -m venv env && env/bin/pip install --quiet packageurl-python==0.17.6
npm install --silent --no-audit --no-fund --prefix . packageurl-js@2.0.1
python_says=$(env/bin/python -c 'import sys; from packageurl import PackageURL; url = PackageURL.from_string(sys.argv[1]); print(url.version, url.qualifiers["vcs_url"])' "$url")
node_says=$(node -e 'const url = require("packageurl-js").PackageURL.fromString(process.argv[1]); console.log(url.version, url.qualifiers.vcs_url)' "$url")

printf 'Python:     %s\nJavaScript: %s\n' "$python_says" "$node_says"
[ "$python_says" = "1.0+5 git+https://example.org/kite.git" ]
[ "$node_says" = "1.0+5 git https://example.org/kite.git" ] || { echo "CHANGED"; exit 1; }
