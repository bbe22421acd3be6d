#!/usr/bin/env -S bash -eu
# socat listens, and runs answer.sh for each visitor.
port=${PORT:-3000}
echo "listening on $port"
exec socat "TCP-LISTEN:$port,reuseaddr,fork" EXEC:'bash answer.sh'
