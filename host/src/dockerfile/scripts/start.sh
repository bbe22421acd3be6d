#!/bin/sh
# Starts a process of this image by its name, or any other command, as one process. The image may have no bash.

for script in /nix/var/nix/profiles/runtime/etc/profile.d/*.sh /root/.nix-profile/etc/profile.d/*-env.sh; do
    if [ -r "$script" ]; then . "$script"; fi
done

if [ $# -ne 1 ]; then exec "$@"; fi

command=$1
process=/etc/plugpacks/processes/$1
case $1 in */*) process= ;; esac
if [ -f "$process" ]; then
    command=
    while IFS= read -r line || [ -n "$line" ]; do
        command="$command$line
"
    done < "$process"
fi
# The shell becomes a simple command instead of waiting for it.
exec "$(command -v bash || echo /bin/sh)" -c "$command"
