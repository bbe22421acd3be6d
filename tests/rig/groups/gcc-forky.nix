# GCC 16 with the C run time of Debian's testing suite. Programs name the set's own loader and libraries, as those of `gcc` do.
tools: self: super: with tools; {
  gcc-forky = sh "gcc-16" { debs = debs "gcc-forky"; inherit (self.forky) glibc gcclib; } (''
    final=$out out=$out/toolchain
  '' + unpackDebs + patchElf + ''
    ln -s . $out/usr
    mkdir -p $out/lib64; ln -s ../lib/x86_64-linux-gnu/ld-linux-x86-64.so.2 $out/lib64/
    rpath=$out/lib/x86_64-linux-gnu:$glibc/lib/x86_64-linux-gnu
    for f in $out/bin/* $out/libexec/gcc/x86_64-linux-gnu/16/*; do
      if [ -f $f ] && [ ! -L $f ] && isElf $f && patchelf --print-interpreter $f >/dev/null 2>&1; then patchElfFile $f; fi
    done
    mkdir -p $final/bin
    libraries=$glibc/lib/x86_64-linux-gnu
    for pair in gcc:gcc cc:gcc g++:g++ c++:g++; do
      for name in ''${pair%%:*} x86_64-linux-gnu-''${pair%%:*}; do
        cat > $final/bin/$name <<EOF
    #!/bin/sh
    PATH=$out/bin:\$PATH
    for argument; do
      case \$argument in -static|-static-pie|-r) exec $out/bin/x86_64-linux-gnu-''${pair#*:}-16 --sysroot=$out "\$@" ;; esac
    done
    exec $out/bin/x86_64-linux-gnu-''${pair#*:}-16 --sysroot=$out "\$@" -Wl,--dynamic-linker=$libraries/ld-linux-x86-64.so.2 \\
      -Wl,-rpath,$libraries:$gcclib/lib/x86_64-linux-gnu -Wl,--disable-new-dtags
    EOF
        chmod +x $final/bin/$name
      done
    done
    for name in cpp ld as ar ranlib strip nm objdump objcopy readelf; do ln -s ../toolchain/bin/$name $final/bin/$name; done
    out=$final
    dir=$(mktemp -d); echo 'int main(){return 0;}' > $dir/x.c; $out/bin/gcc $dir/x.c -o $dir/x; $dir/x
    echo '#include <iostream>' > $dir/x.cc; echo 'int main(){std::cout << "C++\n";}' >> $dir/x.cc; $out/bin/g++ $dir/x.cc -o $dir/x; $dir/x
  '');
}
