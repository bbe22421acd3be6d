package Hello;

use strict;
use warnings;

sub response {
    my $body = "Hello from perl-http\n";
    return join "\r\n", 'HTTP/1.1 200 OK', 'Content-Type: text/plain', 'Content-Length: ' . length $body,
      'Connection: close', '', $body;
}

1;
