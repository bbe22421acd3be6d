#!/usr/bin/env bash
# Two Go modules that split command lines as a shell does. In double quotes a shell keeps a backslash before an ordinary letter: "\d+" is \d+.
# google/shlex and mattn/go-shellwords 1.0.16 drop it (d+), so that a regular expression changes its meaning; mattn's makes a real tab of "\t", which no shell
# does. kballard/go-shellquote agrees with bash in both.
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"
cat > main.go <<'GO'
package main

import (
	"fmt"

	"github.com/google/shlex"
	"github.com/kballard/go-shellquote"
	"github.com/mattn/go-shellwords"
)

func main() {
	line := `grep "\d+" "\t"`
	google, _ := shlex.Split(line)
	mattn, _ := shellwords.Parse(line)
	kballard, _ := shellquote.Split(line)
	fmt.Printf("%q\n%q\n%q\n", google, mattn, kballard)
}
GO
go mod init words 2> /dev/null
go get github.com/google/shlex@v0.0.0-20191202100458-e7afc7fbc510 github.com/kballard/go-shellquote@v0.0.0-20180428030007-95032a82bc51 github.com/mattn/go-shellwords@v1.0.16 2> /dev/null
said=$(go run .)

bash -c 'printf "bash:   %s %s\n" "\d+" "\t"'
echo "$said"
wanted='["grep" "d+" "t"]
["grep" "d+" "\t"]
["grep" "\\d+" "\\t"]'
[ "$said" = "$wanted" ] || { echo "CHANGED"; exit 1; }
