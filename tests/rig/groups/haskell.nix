# GHC 9.10 with cabal. What programs are linked with is a package of its own, so that they do not refer to the compiler.
tools: self: super: with tools; {
  haskell-libraries = debPackage self.forky "haskell-libraries" ":";
  ghc = sh "ghc-9.10" { debs = debs "haskell"; gcc = self.gcc-forky; libraries = self.haskell-libraries; inherit (self.forky) glibc gcclib; } (unpackDebs + patchElf + ''
    lib=$out/lib/ghc/lib
    rpath=$lib/x86_64-linux-ghc-9.10.3:$libraries/lib/x86_64-linux-gnu:$glibc/lib/x86_64-linux-gnu:$gcclib/lib/x86_64-linux-gnu
    patchElfTree $out
    rm -rf $out/lib/debug
    var=$(mktemp -d)
    for deb in $debs; do case $deb in *-ghc_*) dpkg-deb -x $deb $var ;; esac; done
    rm -rf $lib/package.conf.d; cp -r $var/var/lib/ghc/package.conf.d $lib/package.conf.d; rm -rf $var
    sed -i "s,/usr/lib/ghc,$out/lib/ghc,g" $lib/package.conf.d/*.conf
    sed -i "s,\"x86_64-linux-gnu-\(gcc\|g++\|ar\|ranlib\)\",\"$gcc/bin/\1\",; s,/usr/bin/x86_64-linux-gnu-ld,$gcc/bin/ld,
      s,-Wl\,--no-as-needed,-Wl\,--as-needed -L$libraries/lib/x86_64-linux-gnu -Wl\,-rpath\,$libraries/lib/x86_64-linux-gnu," $lib/settings
    for f in $out/bin/*; do if [ -f $f ] && grep -qI /usr/lib/ghc $f; then sed -i "s,/usr/lib/ghc,$out/lib/ghc,g; s,\"/usr/bin\",\"$out/bin\"," $f; fi; done
    $out/bin/ghc-pkg recache
    cd $(mktemp -d); echo 'main = print (2 ^ 100)' > x.hs; $out/bin/ghc x.hs; ./x; $out/bin/cabal --version
  '');
  cabal-install = self.ghc;
}
