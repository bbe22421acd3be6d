#!/bin/bash
# Starts a process of this image by its name, or any other command, as one process.

for script in /nix/var/nix/profiles/runtime/etc/profile.d/*.sh /root/.nix-profile/etc/profile.d/*-env.sh; do
    if [ -r "$script" ]; then . "$script"; fi
done

if [ $# -ne 1 ]; then exec "$@"; fi

command=$1
if [[ $1 != */* && -f /etc/plugpacks/processes/$1 ]]; then
    command=$(< "/etc/plugpacks/processes/$1")
fi
# Bash becomes a simple command instead of waiting for it.
exec /bin/bash -c "$command"
