#!/usr/bin/env bash
# "<3.0" must not admit pre-releases of 3.0 itself (PEP 440, exclusive ordered comparison), even where pre-releases are asked for: that is why one writes "<3.0" against the
# next major version. github.com/aquasecurity/go-pep440-version v0.0.1 admits 3.0rc1. Python's packaging 26.4 does not; both admit 2.9rc1.
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"
python3 -m venv env && env/bin/pip install --quiet packaging==26.4
python_says=$(env/bin/python -c '
from packaging.specifiers import SpecifierSet
print(*(str(SpecifierSet("<3.0").contains(version, prereleases=True)).lower() for version in ("3.0rc1", "2.9rc1")))')
cat > main.go <<'GO'
package main

import (
	"fmt"

	pep440 "github.com/aquasecurity/go-pep440-version"
)

func main() {
	specifiers, err := pep440.NewSpecifiers("<3.0", pep440.WithPreRelease(true))
	if err != nil {
		panic(err)
	}
	fmt.Println(specifiers.Check(pep440.MustParse("3.0rc1")), specifiers.Check(pep440.MustParse("2.9rc1")))
}
GO
go mod init specifiers 2> /dev/null && go get github.com/aquasecurity/go-pep440-version@v0.0.1 2> /dev/null
go_says=$(go run .)

echo "packaging: $python_says; go-pep440-version: $go_says"
[ "$python_says" = "false true" ]
[ "$go_says" = "true true" ] || { echo "CHANGED"; exit 1; }
