tools: self: super: with tools; {
  perl = debPackage self "perl" ''
    mv $out/bin/perl $out/bin/.perl
    printf '#!/bin/sh\nexport PERL5LIB=$PERL5LIB:%s\nexec %s "$@"\n' \
      $out/share/perl/5.36:$out/lib/x86_64-linux-gnu/perl/5.36:$out/lib/x86_64-linux-gnu/perl-base $out/bin/.perl > $out/bin/perl
    chmod +x $out/bin/perl
    $out/bin/perl -MIO::Socket::INET -MJSON::PP -MPOSIX -e 'print "$^V $INC{q(JSON/PP.pm)}\n"'
  '';
}
