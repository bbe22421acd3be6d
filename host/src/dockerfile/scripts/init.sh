#!/bin/sh
# The container's first process: runs a command as its child, hands signals on, and ends as the child ends.
# The kernel delivers no signal to a first process that has no handler for it, so most apps, run as the
# first process, would not notice SIGTERM. A shell reaps whatever is left to it.

deliver() {
    case $1 in
        # -1 is everybody but the first process: a compound command's parts hear of it, too.
        TERM | INT) if [ $$ -eq 1 ]; then kill -"$1" -1; else kill -"$1" "$child"; fi ;;
        # What these mean is the child's affair; its own children may not know them.
        *) kill -"$1" "$child" ;;
    esac 2> /dev/null
}
for signal in TERM HUP QUIT USR1 USR2 WINCH; do
    trap "deliver $signal" "$signal"
done

# A child in the background has no input, unless it is kept under another number.
exec 3<&0
if [ -n "${BASH_VERSION-}" ]; then
    # ... nor does it hear interrupts, unless they are given back to it. Of a terminal's it hears by itself.
    if [ -t 0 ]; then trap : INT; else trap 'deliver INT' INT; fi
    (trap - INT QUIT; exec "$@") <&3 3<&- &
else
    # Other shells cannot give them back.
    trap 'deliver TERM' INT
    "$@" <&3 3<&- &
fi
child=$!
exec 3<&-
while :; do
    wait "$child"
    code=$?
    # A wait that a signal interrupted, while the child is still there ...
    kill -0 "$child" 2> /dev/null && continue
    # ... or has ended since: then another wait tells how.
    wait "$child" 2> /dev/null
    again=$?
    if [ $again -ne 127 ]; then code=$again; fi
    exit $code
done
