#!/usr/bin/env bash
# The package URL of a Go module depends on the library that writes it. Those of Go (packageurl-go 0.1.7) and Rust write github.com/BurntSushi/toml in lower case; those of
# Python (0.17.6) and JavaScript (2.0.1) leave it, as Go's module proxy, for which letters count, would need it. All four lower the names of github and pypi. So two bills of material of one
# program have no common entry for such a module, and one that was lowered cannot be fetched any more.
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"
url=pkg:golang/github.com/BurntSushi/toml@v1.4.0
python3 -m venv env && env/bin/pip install --quiet packageurl-python==0.17.6
npm install --silent --no-audit --no-fund --prefix . packageurl-js@2.0.1
cat > main.go <<'GO'
package main

import (
	"fmt"
	"os"

	"github.com/package-url/packageurl-go"
)

func main() {
	url, err := packageurl.FromString(os.Args[1])
	if err != nil {
		panic(err)
	}
	fmt.Println(url.ToString())
}
GO
go mod init urls 2> /dev/null && go get github.com/package-url/packageurl-go@v0.1.7 2> /dev/null
go_says=$(go run . $url)
python_says=$(env/bin/python -c 'import sys; from packageurl import PackageURL; print(PackageURL.from_string(sys.argv[1]))' $url)
node_says=$(node -e 'console.log(require("packageurl-js").PackageURL.fromString(process.argv[1]).toString())' $url)

printf 'Go:         %s\nPython:     %s\nJavaScript: %s\n' "$go_says" "$python_says" "$node_says"
[ "$go_says" = pkg:golang/github.com/burntsushi/toml@v1.4.0 ] || { echo "CHANGED"; exit 1; }
[ "$python_says" = "$url" ] && [ "$node_says" = "$url" ] || { echo "CHANGED"; exit 1; }
