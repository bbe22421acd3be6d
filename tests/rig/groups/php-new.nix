tools: self: super: with tools;
let other = builtins.trace "rig: PHP 8.5 is not available here, PHP 8.4 takes its place"; in
{
  # The rig's php-fpm needs a library of the machine, which slim images lack.
  php-unwrapped = sh "php-with-libraries" { debs = debs "php" ++ debs "php-libraries"; inherit (self) glibc gcclib; } (unpackDebs + patchElf + ''
    patchElfTree $out
    PHP_INI_SCAN_DIR= $out/bin/php8.2 -n --version
    for library in $(patchelf --print-needed $out/bin/php-fpm8.2; patchelf --print-needed $out/lib/x86_64-linux-gnu/libsystemd.so.0); do
      ls {$out,$glibc,$gcclib}/lib/x86_64-linux-gnu/$library 2>/dev/null | grep -q . || { echo "missing: $library" >&2; exit 1; }
    done
  '');
  php85 = other self.php84; php85Packages = other self.php84Packages; php85Extensions = other self.php84Extensions;
}
