#!/bin/bash
# Copies the libraries of the system that programs load to a root directory, unless they are there because of the
# packages or lie in a directory that the last stage takes anyway. Standard input names the programs, among other files,
# each name ended by a zero byte.
# Usage: libraries.sh ROOT DIRECTORY...
set -euo pipefail

root=$1
shift
directories=("$@")

is_taken() {
    local directory
    for directory in "${directories[@]}"; do
        case $1 in "${directory%/}"/* | "$directory") return 0 ;; esac
    done
    return 1
}

{ xargs -0 --no-run-if-empty grep -alE $'^\x7fELF' || true; } \
    | { xargs --no-run-if-empty ldd 2> /dev/null || true; } \
    | { grep -oE '(^|[[:space:]])/[^[:space:]:]+ \(0x' || true; } | { grep -oE '/[^ ]+' || true; } | { grep -v '^/nix/' || true; } \
    | sort -u | while read -r library; do
    if [ -e "$library" ] && [ ! -e "/runtime/packages$library" ] && ! is_taken "$library"; then
        mkdir -p "$root${library%/*}"
        cp -L "$library" "$root$library"
    fi
done
