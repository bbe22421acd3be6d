#!/bin/bash
# Copies what files of the app need at run time and what is not there otherwise: the packages that they refer to (a
# program's loader and libraries, the interpreter of a script or of a virtual environment), and libraries of the
# system that they load. It runs after every edit of the app, so what depends on packages alone is for packages.sh.
# Usage: references.sh empty|image PATH... -- DIRECTORY... -- COMMAND...
# `image` says that the last stage has a system of its own; directories are those in the app that installing made and
# that get a layer of their own; commands are those that start processes.
set -euo pipefail
export LC_ALL=C

stage=$1
shift
# Puts the words up to the next `--` into a list.
words() { # LIST WORD...
    local -n list=$1
    shift
    list=()
    while [ $# -gt 0 ] && [ "$1" != -- ]; do
        list+=("$1")
        shift
    done
}
words paths "$@"
shift $((${#paths[@]} + 1))
words directories "$@"
shift $((${#directories[@]} + 1))
commands=("$@")
set -- "${paths[@]}"
known=/runtime/packages/nix/store
root=/runtime/references
store='/nix/store/[0-9a-z]{32}-[-+._?=0-9a-zA-Z]+'
# How packages get there; a builder that brings them itself wants to know only which.
place=${PLUGPACKS_PLACE_PACKAGES:-cp -a}
mkdir -p "$root/nix/store"

# Directories get a layer of their own by names that exist; the rest of the app is what an edit changes.
if [ ${#directories[@]} -gt 0 ]; then
    mkdir -p /runtime/dependencies /runtime/app
    rest=(-mindepth 1 -maxdepth 1)
    for directory in "${directories[@]}"; do
        if [ -d "/app/$directory" ] && [ ! -L "/app/$directory" ]; then
            ln -sfn "/app/$directory" "/runtime/dependencies/$directory"
            rest+=(! -name "$directory")
        else
            mkdir -p "/runtime/dependencies/$directory"
        fi
    done
    find /app "${rest[@]}" -exec cp -a -t /runtime/app {} +
fi

# A place outside of the app that nothing was installed to, such as that of the packages of an app without any.
for path; do
    case $path in /app | /app/*) ;; *) if [ ! -e "$path" ]; then mkdir -p "$path"; fi ;; esac
done

# What is read at run time: programs, libraries, and what tools of a language name. No such path is no fault.
programs() {
    find "$@" -type f \( -perm /111 -o -name '*.so' -o -name '*.so.*' @REFERENCES@ \) \
        -print0 2> /dev/null || true
}

new_packages() {
    while read -r path; do
        if [ -e "$path" ] && [ ! -e "$known/${path##*/}" ]; then echo "$path"; fi
    done
}

# Store paths that files mention. Those that only a debugger reads, such as a compiler's own sources, do not count;
# without Perl they do.
mentions() {
    if ! command -v perl > /dev/null; then
        xargs -0 --no-run-if-empty grep -aohE "$store" || true
        return
    fi
    STORE=$store xargs -0 --no-run-if-empty perl "${BASH_SOURCE%/*}/mentions.pl"
}

{
    find "$@" -type l -printf '%l\n' 2> /dev/null || true
    programs "$@" | mentions
} | { grep -oE "^$store" || true; } | sort -u | new_packages \
    | xargs --no-run-if-empty nix-store --query --requisites | sort -u | new_packages \
    | xargs --no-run-if-empty $place -t "$root/nix/store"

# Programs of the build that a command calls though nobody said that the app needs them, such as a build tool
# that runs the app.
for word in $(printf '%s\n' "${commands[@]}" | grep -oE '[A-Za-z0-9_.+-]+' | sort -u); do
    case $(type -t -- "$word" || true) in file) ;; *) continue ;; esac
    program=$(readlink -f "$(type -P -- "$word")")
    package=$(grep -oE "^$store" <<< "$program" || true)
    if [ -z "$package" ] || [ -e "$known/${package##*/}" ]; then continue; fi
    nix-store --query --requisites "$package" | new_packages | while read -r path; do
        if [ ! -e "$root$path" ]; then $place -t "$root/nix/store" "$path"; fi
    done
    mkdir -p "$root/usr/local/bin"
    ln -s "$program" "$root/usr/local/bin/$word"
done

if [ "$stage" = image ]; then exit; fi

programs "$@" | bash "${BASH_SOURCE%/*}/libraries.sh" "$root" "$@"
# The loader of programs that were not built with Nix is the system's if there are some, else that of a package.
loader=$(compgen -G "/runtime/*/nix/store/*-glibc-*/lib/ld-linux*.so.*" | head -n 1 || true)
case $loader in *x86-64*) directory=/lib64 ;; *) directory=/lib ;; esac
if [ -n "$loader" ] && ! compgen -G "/runtime/*$directory/${loader##*/}" > /dev/null; then
    mkdir -p "$root$directory"
    ln -s "/nix/store/${loader#/runtime/*/nix/store/}" "$root$directory/"
fi
