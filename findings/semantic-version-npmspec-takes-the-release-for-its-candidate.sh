#!/usr/bin/env bash
# semantic-version 2.10.0 (PyPI) reads npm's ranges as NpmSpec. An exact version admits one version only. If it is a pre-release, NpmSpec admits the release, too:
# "2.0.0-rc.1" matches 2.0.0, which npm denies. And the other way round "<2.0.0" admits 2.0.0-rc.1, which npm keeps out.
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"
npm install --silent --no-audit --no-fund --prefix . semver@7.8.6
npm_says=$(node -p 'const s = require("semver"); [s.satisfies("2.0.0", "2.0.0-rc.1"), s.satisfies("2.0.0-rc.1", "<2.0.0")].join(" ")')
python3 -m venv env && env/bin/pip install --quiet semantic-version==2.10.0
python_says=$(env/bin/python -c '
from semantic_version import NpmSpec, Version
print(Version("2.0.0") in NpmSpec("2.0.0-rc.1"), Version("2.0.0-rc.1") in NpmSpec("<2.0.0"))')

echo "npm: $npm_says; NpmSpec: $python_says"
[ "$npm_says" = "false false" ]
[ "$python_says" = "True True" ] || { echo "CHANGED"; exit 1; }
