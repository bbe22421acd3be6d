#!/usr/bin/env bash
# A line of a Dockerfile that ends in a backslash goes on in the next one. If it ends in two, it does not: they are a backslash of the shell's. BuildKit's parser (here in
# the PyPI package dockerfile 3.4.0) sees two instructions below; dockerfile-ast 0.7.1 sees one, and loses the CMD.
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"
printf 'FROM alpine\nRUN echo C:\\\\\nCMD ["true"]\n' > Dockerfile
python3 -m venv env && env/bin/pip install --quiet dockerfile==3.4.0
npm install --silent --no-audit --no-fund --prefix . dockerfile-ast@0.7.1
buildkit=$(env/bin/python -c 'import dockerfile; print(*(command.cmd for command in dockerfile.parse_file("Dockerfile")))')
ast=$(node -p 'require("dockerfile-ast").DockerfileParser.parse(require("fs").readFileSync("Dockerfile", "utf8")).getInstructions().map(one => one.getKeyword()).join(" ")')

sed -n 2p Dockerfile
printf 'BuildKit:       %s\ndockerfile-ast: %s\n' "$buildkit" "$ast"
[ "$buildkit" = "FROM RUN CMD" ]
[ "$ast" = "FROM RUN" ] || { echo "CHANGED"; exit 1; }
