# Prints the store paths that files mention, apart from those that only a debugger reads: what stands in debug
# sections of programs. STORE is the pattern of a store path.
# Usage: STORE=PATTERN perl mentions.pl FILE...
use strict;
use warnings;

# Offset and length of each debug section of a 64-bit program, lowest byte first; of anything else there are none.
sub debug_sections {
    my ($data) = @_;
    return if length $data < 64 || $data !~ /^\x7fELF\x02\x01/;
    my $start = unpack "Q<", substr $data, 40;
    my ($size, $count, $names) = unpack "S<3", substr $data, 58;
    return if !$start || $names >= $count || $size < 64 || $start + $size * $count > length $data;
    # Each is: name, type, flags, address, offset, length.
    my @sections = map { [unpack "L<2Q<4", substr $data, $start + $_ * $size] } 0 .. $count - 1;
    my @found;
    for (@sections) {
        my ($name, $type, $flags, $address, $offset, $length) = @$_;
        my $at = $sections[$names][4] + $name;
        # Type 8 has no content in the file.
        next if $type == 8 || $offset + $length > length $data || $at + 8 > length $data;
        push @found, [$offset, $length] if substr($data, $at, 8) =~ /^\.z?debug_/;
    }
    return @found;
}

for my $path (@ARGV) {
    open my $file, "<:raw", $path or next;
    my $data = do { local $/; <$file> };
    next unless defined $data;
    substr($data, $_->[0], $_->[1]) = "\0" x $_->[1] for debug_sections($data);
    print "$1\n" while $data =~ /($ENV{STORE})/g;
}
