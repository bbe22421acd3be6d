tools: self: super: with tools; {
  gnucobol = sh "gnucobol-3.2" { debs = debs "cobol"; gcc = self.gcc-forky; inherit (self.forky) glibc gcclib; } (unpackDebs + patchElf + ''
    patchElfTree $out
    mv $out/bin/cobc $out/bin/.cobc
    cat > $out/bin/cobc <<EOF
    #!/bin/sh
    export COB_CC=$gcc/bin/gcc COB_CONFIG_DIR=$out/share/gnucobol/config COB_COPY_DIR=$out/share/gnucobol/copy
    export COB_CFLAGS="-pipe -I$out/include -Wno-unused" COB_LDFLAGS="-Wl,--allow-shlib-undefined -L$out/lib/x86_64-linux-gnu -Wl,-rpath,$out/lib/x86_64-linux-gnu" COB_LIBS=-lcob
    exec $out/bin/.cobc "\$@"
    EOF
    chmod +x $out/bin/cobc
    cd $(mktemp -d)
    printf '       identification division.\n       program-id. x.\n       procedure division.\n           display "COBOL".\n           stop run.\n' > x.cbl
    $out/bin/cobc -x -o x x.cbl; ./x
  '');
}
