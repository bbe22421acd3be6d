# A web server in a few lines of Tcl.
proc answer {channel address port} {
    fconfigure $channel -translation crlf -blocking 1
    while {[gets $channel line] > 0} {}
    set body "Hello from tcl"
    puts $channel "HTTP/1.1 200 OK"
    puts $channel "Content-Type: text/plain"
    puts $channel "Content-Length: [string length $body]"
    puts $channel "Connection: close\n"
    puts -nonewline $channel $body
    close $channel
}

set port [expr {[info exists env(PORT)] ? $env(PORT) : 8080}]
socket -server answer $port
vwait forever
