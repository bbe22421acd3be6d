#!/bin/sh
# Asks the app for a path; succeeds if the answer's status is 2xx or 3xx. Needs bash or wget.

if command -v bash > /dev/null; then
    exec bash -c '
        exec 3<> "/dev/tcp/127.0.0.1/${PORT:-3000}" || exit 1
        printf "GET %s HTTP/1.0\r\nHost: localhost\r\nConnection: close\r\n\r\n" "$1" >&3
        read -r -t 5 _ status _ <&3 || exit 1
        [[ $status == [23]?? ]]
    ' health "$1"
fi
exec wget -q -T 5 -O /dev/null "http://127.0.0.1:${PORT:-3000}$1"
