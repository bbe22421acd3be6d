#!/bin/sh
# The container's first process: runs a command as its child, hands signals on, and ends as the child ends.
# The kernel delivers no signal to a first process that has no handler for it, so most apps, run as the
# first process, would not notice SIGTERM. A shell reaps whatever is left to it.

deliver() {
    # -1 is everybody but the first process: a compound command's parts hear of it, too.
    if [ $$ -eq 1 ]; then kill -"$1" -1; else kill -"$1" "$child"; fi 2> /dev/null
}
for signal in TERM HUP QUIT USR1 USR2 WINCH; do
    trap "deliver $signal" "$signal"
done
# A child in the background ignores SIGINT.
trap 'deliver TERM' INT

# A child in the background has no input, unless it is kept under another number.
exec 3<&0
"$@" <&3 3<&- &
child=$!
exec 3<&-
while :; do
    wait "$child"
    code=$?
    # An ended wait whose child is still there was interrupted by a signal.
    kill -0 "$child" 2> /dev/null || exit "$code"
done
