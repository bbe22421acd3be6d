#!/bin/bash
# Makes the root directory of the last stage: the packages needed at run time and what programs expect to find.
# Usage: packages.sh empty|image USER UID
# `image` says that the last stage has a system of its own.
set -euo pipefail

stage=$1 user=$2 uid=$3
profile=/nix/var/nix/profiles/runtime
root=/runtime/packages

mkdir -p "$root/nix/store" "$root/nix/var/nix/profiles"
# Hard links: the packages were installed by the same instruction, so nothing is stored twice. A builder that brings
# packages into the image itself wants to know only which.
place=${PLUGPACKS_PLACE_PACKAGES:-cp -al}
nix-store --query --requisites "$profile" | xargs $place -t "$root/nix/store"
ln -s "$(readlink -f "$profile")" "$root$profile"

# Pages of manuals are not needed; headers are not, unless there is a compiler.
if [ -z "${PLUGPACKS_PLACE_PACKAGES-}" ]; then
    rm -rf "$root"/nix/store/*/share/{doc,man,info,gtk-doc}
    if ! compgen -G "$root/nix/store/*/bin/*cc" > /dev/null; then
        rm -rf "$root"/nix/store/*/include
    fi
fi

mkdir -p "$root"/{bin,usr/bin,etc/ssl/certs,usr/share,var/tmp,tmp,root,run}
chmod 1777 "$root/tmp" "$root/var/tmp"
chmod 711 "$root/root"
# Where the build has its packages, too.
ln -s "$profile" "$root/root/.nix-profile"
ln -s "$profile/bin/bash" "$root/bin/bash"
ln -s bash "$root/bin/sh"
if [ -e "$profile/bin/env" ]; then
    ln -s "$profile/bin/env" "$root/usr/bin/env"
else
    # Scripts begin with `#!/usr/bin/env`; a package set without coreutils has no other.
    printf '%s\n' '#!/bin/bash' 'if [ "$1" = -S ]; then shift; fi' \
        'while [[ ${1-} == *=* ]]; do export "$1"; shift; done' 'exec "$@"' > "$root/usr/bin/env"
    chmod 755 "$root/usr/bin/env"
fi
cp -L /etc/ssl/certs/ca-certificates.crt "$root/etc/ssl/certs/"
# Time zones of the packages, else of the system, in a place that images of a distribution leave alone.
mkdir -p "$root/etc/zoneinfo"
for zones in "$profile/share/zoneinfo" /usr/share/zoneinfo; do
    if [ -d "$zones" ]; then
        cp -rL "$zones/." "$root/etc/zoneinfo/"
        break
    fi
done
ln -s /etc/zoneinfo "$root/usr/share/zoneinfo"

echo 'root:x:0:0:root:/root:/bin/bash' > "$root/etc/passwd"
echo 'root:x:0:' > "$root/etc/group"
# Servers that are started by the superuser become this one.
echo 'nobody:x:65534:65534::/nonexistent:/bin/false' >> "$root/etc/passwd"
echo 'nogroup:x:65534:' >> "$root/etc/group"
if [ "$user" != root ]; then
    echo "$user:x:$uid:$uid::/home/$user:/bin/bash" >> "$root/etc/passwd"
    echo "$user:x:$uid:" >> "$root/etc/group"
fi
# Scanners ask which distribution this is, programs which port a service has.
printf '%s\n' 'ID=plugpacks' 'ID_LIKE=nixos' 'NAME=Plugpacks' 'PRETTY_NAME="Plugpacks, packages of nixpkgs"' > "$root/etc/os-release"
for file in services protocols; do
    for source in "$profile/etc/$file" "/etc/$file"; do
        if [ -e "$source" ]; then
            cp -L "$source" "$root/etc/$file"
            break
        fi
    done
done
if [ ! -e "$root/etc/services" ]; then
    printf '%s\t%s\n' ssh 22/tcp smtp 25/tcp domain 53/tcp domain 53/udp http 80/tcp ntp 123/udp imap 143/tcp ldap 389/tcp \
        https 443/tcp https 443/udp submission 587/tcp ldaps 636/tcp imaps 993/tcp > "$root/etc/services"
fi
echo 'hosts: files dns' > "$root/etc/nsswitch.conf"
mkdir -p /runtime/home
cp -a /etc/plugpacks "$root/etc/"
rm "$root/etc/plugpacks/"{packages.sh,references.sh,libraries.sh,mentions.pl}
if [ "$stage" = empty ]; then
    { find "$root"/nix/store/*/{bin,sbin,libexec} -type f -perm /111 -print0 2> /dev/null || true; } \
        | bash /etc/plugpacks/libraries.sh "$root"
fi
