use strict;
use warnings;

use Hello;
use IO::Socket::INET;

$SIG{PIPE} = 'IGNORE';
$SIG{TERM} = sub { exit 0 };
$| = 1;

my $port     = $ENV{PORT} || 3000;
my $listener = IO::Socket::INET->new(LocalAddr => '0.0.0.0', LocalPort => $port, Listen => 16, ReuseAddr => 1)
  or die "Cannot listen on $port: $!\n";
print "listening on $port\n";

while (my $connection = $listener->accept) {
    while (defined(my $line = <$connection>)) {
        last if $line eq "\r\n";
    }
    print $connection Hello::response();
    close $connection;
}
