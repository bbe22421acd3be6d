# The locale C.UTF-8 and conversions of the C run time of Debian's testing suite, which looks for them below /usr; in nixpkgs the run time has its own.
tools: self: super: with tools; {
  c-locale = sh "c-locale" { debs = debs "c-locale"; inherit (self.forky) glibc; } (unpackDebs + ''
    rm -rf $out/bin $out/etc $out/share
    cat > $out/variables <<EOF
    export LOCPATH=$out/lib/locale GCONV_PATH=$glibc/lib/x86_64-linux-gnu/gconv
    EOF
    ls $out/lib/locale/C.utf8
  '');
}
