#!/usr/bin/env bash
# github.com/Masterminds/semver v3.5.0: a tilde allows changes of the patch number, so ~0.0.1 is >=0.0.1 <0.1.0. Only ~0.0.0 is not
# >=0.0.0 <0.1.0: it admits every release, 7.3.1 as well. The table of tildes in its documentation does not have this case.
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"
cat > main.go <<'GO'
package main

import (
	"fmt"

	"github.com/Masterminds/semver/v3"
)

func main() {
	version := semver.MustParse("7.3.1")
	for _, text := range []string{"~0.0.0", "~0.0.1", "~0.0"} {
		constraint, err := semver.NewConstraint(text)
		if err != nil {
			panic(err)
		}
		fmt.Printf("%s admits 7.3.1: %t\n", text, constraint.Check(version))
	}
}
GO
go mod init ranges 2> /dev/null && go get github.com/Masterminds/semver/v3@v3.5.0 2> /dev/null
said=$(go run .)

echo "$said"
[ "$said" = $'~0.0.0 admits 7.3.1: true\n~0.0.1 admits 7.3.1: false\n~0.0 admits 7.3.1: false' ] || { echo "CHANGED"; exit 1; }
