#!/usr/bin/env bash
# mvdan.cc/sh v3.14.1, a shell written in Go, runs bash's scripts. ${name/#old/new} and ${name/%old/new}, which replace only at the beginning or the end, leave
# the text as it is there, without an error; so does the idiom ${files[@]/#/-I} that puts a flag before each element. ${name/old/new} works.
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"
cat > main.go <<'GO'
package main

import (
	"context"
	"os"

	"mvdan.cc/sh/v3/interp"
	"mvdan.cc/sh/v3/syntax"
)

func main() {
	script, err := syntax.NewParser().Parse(os.Stdin, "script")
	if err != nil {
		panic(err)
	}
	runner, _ := interp.New(interp.StdIO(nil, os.Stdout, os.Stderr))
	if err := runner.Run(context.Background(), script); err != nil {
		panic(err)
	}
}
GO
go mod init script 2> /dev/null && go get mvdan.cc/sh/v3/interp@v3.14.1 mvdan.cc/sh/v3/syntax@v3.14.1 2> /dev/null
cat > script <<'SCRIPT'
branch=release/1.2/release
folders=(include vendor)
echo "${branch/release/R}" "${branch/#release/R}" "${branch/%release/R}" "${folders[@]/#/-I}"
SCRIPT
bash=$(bash script)
go=$(go run . < script)

printf 'bash: %s\nGo:   %s\n' "$bash" "$go"
[ "$bash" = "R/1.2/release R/1.2/release release/1.2/R -Iinclude -Ivendor" ]
[ "$go" = "R/1.2/release release/1.2/release release/1.2/release include vendor" ] || { echo "CHANGED"; exit 1; }
