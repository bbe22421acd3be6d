#!/usr/bin/env bash
# univers 32.0.1 (PyPI) compares versions of many ecosystems. Two Debian versions that dpkg takes for equal, 2.01-1 and 2.1-1, or 1.0~rc and
# 1.0~rc0, are neither smaller nor greater there, and yet not equal: all of <, > and == are false. So 2.01-1 is not in the range "vers:deb/2.1-1".
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"
python3 -m venv env && env/bin/pip install --quiet univers==32.0.1
said=$(env/bin/python -c '
from univers.versions import DebianVersion
from univers.version_range import VersionRange
for left, right in (("2.01-1", "2.1-1"), ("1.0~rc", "1.0~rc0")):
    left, right = DebianVersion(left), DebianVersion(right)
    print(left < right, left > right, left == right)
print(DebianVersion("2.01-1") in VersionRange.from_string("vers:deb/2.1-1"))')
if command -v dpkg > /dev/null; then
    dpkg --compare-versions 2.01-1 eq 2.1-1 && dpkg --compare-versions 1.0~rc eq 1.0~rc0 && echo "dpkg: equal, both"
fi

echo "$said"
[ "$said" = $'False False False\nFalse False False\nFalse' ] || { echo "CHANGED"; exit 1; }
