#!/bin/bash
# Copies the packages that files of the app refer to, and that are not needed otherwise: a program's loader and
# libraries, the interpreter of a script or of a virtual environment.
# Usage: references.sh PATH...
set -euo pipefail

known=/runtime/packages/nix/store
root=/runtime/references
mkdir -p "$root/nix/store"

# A place outside of the app that nothing was installed to, such as that of the packages of an app without any.
for path; do
    case $path in /app | /app/*) ;; *) if [ ! -e "$path" ]; then mkdir -p "$path"; fi ;; esac
done

{
    find "$@" -type l -printf '%l\n' 2> /dev/null || true
    # What is read at run time; notes of a compiler such as makefiles are not.
    find "$@" -type f \( -perm /111 -o -name '*.so' -o -name '*.so.*' -o -name '*.node' -o -name '*.pth' -o -name pyvenv.cfg \) \
        -print0 2> /dev/null | xargs -0 --no-run-if-empty grep -aohE '/nix/store/[0-9a-z]{32}-[-+._?=0-9a-zA-Z]+' || true
} | { grep -oE '^/nix/store/[0-9a-z]{32}-[-+._?=0-9a-zA-Z]+' || true; } | sort -u | while read -r path; do
    if [ -e "$path" ] && [ ! -e "$known/${path##*/}" ]; then echo "$path"; fi
done | xargs --no-run-if-empty nix-store --query --requisites | sort -u | while read -r path; do
    if [ ! -e "$known/${path##*/}" ]; then echo "$path"; fi
done | xargs --no-run-if-empty cp -a -t "$root/nix/store"
