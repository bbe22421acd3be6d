#!/bin/bash
# Prints the packages below some root directories as an SPDX 2.3 document: Nix store paths, and Debian/Ubuntu packages
# of the system that runs this, if it has such, where the first argument is `/`.
# Usage: sbom.sh ROOT...
set -euo pipefail
shopt -s nullglob

entry() { # NAME VERSION LOCATOR
    printf '%s\n    {"SPDXID": "SPDXRef-Package-%d", "name": "%s", "versionInfo": "%s", "downloadLocation": "NOASSERTION", "filesAnalyzed": false, "externalRefs": [{"referenceCategory": "PACKAGE-MANAGER", "referenceType": "purl", "referenceLocator": "%s"}]}' \
        "$separator" $((number += 1)) "$1" "$2" "$3"
    separator=,
}

packages() {
    for root in "$@"; do
        for path in "${root%/}"/nix/store/*; do
            full=${path##*/}
            full=${full#*-}
            # A version begins at the first dash that a digit follows.
            name=${full%%-[0-9]*}
            version=${full#"$name"}
            entry "$name" "${version#-}" "pkg:nix/$name@${version#-}"
        done
    done
    if [ "$1" = / ] && command -v dpkg-query > /dev/null; then
        while read -r name version; do
            entry "$name" "$version" "pkg:deb/$name@$version"
        done < <(dpkg-query --show --showformat '${Package} ${Version}\n')
    fi
}

number=0 separator=
list=$(packages "$@")
# The same packages give the same document.
digest=$(sha256sum <<< "$list")
created=$(date -u -d "@${SOURCE_DATE_EPOCH:-0}" +%Y-%m-%dT%H:%M:%SZ)
printf '{\n  "spdxVersion": "SPDX-2.3", "dataLicense": "CC0-1.0", "SPDXID": "SPDXRef-DOCUMENT",\n'
printf '  "name": "image", "documentNamespace": "https://plugpacks.dev/sbom/%s",\n' "${digest%% *}"
printf '  "creationInfo": {"created": "%s", "creators": ["Tool: plugpacks"]},\n  "packages": [%s\n  ]\n}\n' "$created" "$list"
