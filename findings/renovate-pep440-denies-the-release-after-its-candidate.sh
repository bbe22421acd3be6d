#!/usr/bin/env bash
# ">2.0rc1" admits 2.0, which comes after its release candidate: Python's packaging 26.4 says so. @renovatebot/pep440 5.0.1 (npm) denies it. It leaves out post-releases of the
# version that is named, as it has to, and takes the release itself for one. 2.0.1 is admitted by both.
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"
python3 -m venv env && env/bin/pip install --quiet packaging==26.4
npm install --silent --no-audit --no-fund --prefix . @renovatebot/pep440@5.0.1
python_says=$(env/bin/python -c '
from packaging.specifiers import SpecifierSet
print(*(str(version in SpecifierSet(">2.0rc1")).lower() for version in ("2.0", "2.0.1")))')
node_says=$(node -p 'const { satisfies } = require("@renovatebot/pep440"); ["2.0", "2.0.1"].map(version => satisfies(version, ">2.0rc1")).join(" ")')

echo "packaging: $python_says; @renovatebot/pep440: $node_says"
[ "$python_says" = "true true" ]
[ "$node_says" = "false true" ] || { echo "CHANGED"; exit 1; }
