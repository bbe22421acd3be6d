# Debian's Nim, in the folders in which Nim looks for its library when it is not below /usr.
tools: self: super: with tools; {
  nim = sh "nim-1.6" { debs = debs "nim"; inherit (self) glibc gcclib gcc; } (unpackDebs + patchElf + ''
    patchElfTree $out
    mkdir $out/nim; mv $out/bin $out/nim/bin; mv $out/lib/nim/lib $out/nim/lib; mv $out/etc/nim $out/nim/config
    mkdir $out/bin
    for name in nim nimble; do
      printf '#!/bin/sh\nPATH=$PATH:%s/bin exec %s "$@"\n' $gcc $out/nim/bin/$name > $out/bin/$name; chmod +x $out/bin/$name
    done
    dir=$(mktemp -d); echo 'echo "nim"' > $dir/x.nim; $out/bin/nim c --nimcache:$dir -o:$dir/x $dir/x.nim; $dir/x
  '');
  nimble = self.nim;
}
