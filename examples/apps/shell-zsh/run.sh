#!/usr/bin/env zsh
# zsh's own module for sockets; one visitor after the other.
zmodload zsh/net/tcp
port=${PORT:-3000}
ztcp -l $port || exit 1
listener=$REPLY
trap 'exit 0' TERM
echo "listening on $port"
body='Hello from shell-zsh'
while ztcp -a $listener; do
  connection=$REPLY
  while IFS= read -r -u $connection line && [[ $line != $'\r' ]]; do :; done
  printf 'HTTP/1.1 200 OK\r\nContent-Type: text/plain\r\nContent-Length: %d\r\nConnection: close\r\n\r\n%s\n' \
    $((${#body} + 1)) $body >&$connection
  ztcp -c $connection
done
