#!/usr/bin/env bash
# github.com/aquasecurity/go-gem-version v0.0.0-20201115065557 compares versions of gems. Where one word of a version begins with the other it orders them the wrong way round:
# Ruby puts 3.0.0.pre before 3.0.0.preview1, and 1.0.0.b before 1.0.0.beta; the module puts them after. "pre" before "pre1" is right, so it shows with few gems.
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"
cat > main.go <<'GO'
package main

import (
	"fmt"

	gem "github.com/aquasecurity/go-gem-version"
)

func main() {
	for _, pair := range [][2]string{{"3.0.0.pre", "3.0.0.preview1"}, {"1.0.0.b", "1.0.0.beta"}, {"3.0.0.pre", "3.0.0.pre1"}} {
		left, _ := gem.NewVersion(pair[0])
		right, _ := gem.NewVersion(pair[1])
		fmt.Print(left.Compare(right), " ")
	}
}
GO
go mod init gems 2> /dev/null && go get github.com/aquasecurity/go-gem-version@v0.0.0-20201115065557-8eed6fe000ce 2> /dev/null
said=$(go run .)
echo "the module: $said"
if command -v ruby > /dev/null; then
    echo "Ruby:       $(ruby -e 'print [%w[3.0.0.pre 3.0.0.preview1], %w[1.0.0.b 1.0.0.beta], %w[3.0.0.pre 3.0.0.pre1]].map { |a, b| Gem::Version.new(a) <=> Gem::Version.new(b) }.join(" ")')"
fi
[ "$said" = "1 1 -1 " ] || { echo "CHANGED"; exit 1; }
