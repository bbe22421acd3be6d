# Reads a request's head and answers it.
while IFS= read -r line && [ "$line" != $'\r' ]; do :; done
body='Hello from shell-bash'
printf 'HTTP/1.1 200 OK\r\nContent-Type: text/plain\r\nContent-Length: %d\r\nConnection: close\r\n\r\n%s\n' \
  "$((${#body} + 1))" "$body"
