tools: self: super: with tools; {
  dart = sh "dart-3" { debs = debs "dart"; inherit (self.forky) glibc gcclib; } (unpackDebs + patchElf + ''
    patchElfTree $out
    rm -rf $out/bin; ln -s lib/dart/bin $out/bin
    cd $(mktemp -d); export HOME=$PWD
    echo 'void main() { print("Dart"); }' > x.dart; $out/bin/dart --disable-analytics; $out/bin/dart compile exe x.dart; ./x.exe
  '');
}
