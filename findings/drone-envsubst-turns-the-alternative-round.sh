#!/usr/bin/env bash
# github.com/drone/envsubst v1.0.3 fills shell variables into texts. In a shell ${tls:+s} is "s" if tls has a value, and nothing otherwise. The module does the
# opposite: a variable with a value gives the value, and an empty one gives "s". ${tls:-s} is right.
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"
cat > main.go <<'GO'
package main

import (
	"fmt"

	"github.com/drone/envsubst"
)

func main() {
	for _, value := range []string{"on", ""} {
		text, err := envsubst.Eval("http${tls:+s}", func(string) string { return value })
		fmt.Printf("tls=%q: %s %v\n", value, text, err)
	}
}
GO
go mod init words 2> /dev/null && go get github.com/drone/envsubst@v1.0.3 2> /dev/null
said=$(go run .)

for tls in on ""; do echo "bash, tls=\"$tls\": http${tls:+s}"; done
echo "$said"
[ "$said" = $'tls="on": httpon <nil>\ntls="": https <nil>' ] || { echo "CHANGED"; exit 1; }
