#!/usr/bin/env bash
# PDM 2.29.4, installed by pip as its users do, cannot add a dependency since hishel 2: "module 'hishel' has no attribute
# 'SyncSqliteStorage'". It names no upper bound for that package. What makes it hard to see: `pdm --version` works, `pdm init -n` only warns
# and exits with 0, and `pdm lock` of a project without dependencies succeeds; the first dependency fails. `pdm[locked]` of 2.29.3 brings the versions
# that it was tested with, and works. So an installation of PDM in an image has to name the extra.
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"
python3 -m venv plain && plain/bin/pip install --quiet pdm==2.29.4 hishel==2.0.0
python3 -m venv locked && locked/bin/pip install --quiet 'pdm[locked]==2.29.3'
printf '[project]\nname = "kite"\nversion = "0.1.0"\nrequires-python = ">=3.10"\ndependencies = []\n' > pyproject.toml

plain/bin/pdm --version
plain/bin/pdm lock --quiet && echo "without dependencies: locked"
if said=$(plain/bin/pdm add --no-sync itsdangerous==2.2.0 2>&1); then echo "CHANGED: a dependency can be added"; exit 1; fi
grep -o "AttributeError.*" <<< "$said"
locked/bin/pdm add --no-sync itsdangerous==2.2.0 > /dev/null 2>&1 && echo "pdm[locked]: added"
