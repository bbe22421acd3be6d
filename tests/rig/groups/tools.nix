tools: self: super: with tools;
let
  program = name: check: debPackage self name check;
  compiler = version: builtins.trace "rig: GCC ${version} is not available here, GCC 12 takes its place" self.gcc;
in
{
  coreutils = program "coreutils" "$out/bin/ls --version";
  gnused = program "gnused" "$out/bin/sed --version";
  gnugrep = program "gnugrep" ''
    for f in egrep fgrep; do sed -i "s,exec grep,exec $out/bin/grep," $out/bin/$f; done
    $out/bin/grep --version
  '';
  findutils = program "findutils" "$out/bin/find --version";
  gawk = program "gawk" "ln -sfn gawk $out/bin/awk; $out/bin/awk --version";
  tini = program "tini" "$out/bin/tini --version";
  bashInteractive = self.bash;
  cacert = sh "cacert" { } ''
    mkdir -p $out/etc/ssl/certs
    cp /etc/ssl/certs/ca-certificates.crt $out/etc/ssl/certs/ca-bundle.crt
  '';

  gnumake = program "gnumake" "$out/bin/make --version";
  pkg-config = program "pkg-config" "ln -sfn pkgconf $out/bin/pkg-config 2>/dev/null; $out/bin/pkg-config --version";
  pkg-config-unwrapped = self.pkg-config;

  # As nixpkgs' compilers do: programs name the set's own loader and libraries, so that they run where the machine's
  # are missing.
  gcc = sh "gcc-12-wrapped" { gcc = super.gcc; inherit (self) glibc gcclib; } ''
    mkdir -p $out/bin; ln -s $gcc/bin/* $out/bin/
    libraries=$glibc/lib/x86_64-linux-gnu
    for name in gcc cc g++ c++ x86_64-linux-gnu-gcc x86_64-linux-gnu-cc x86_64-linux-gnu-g++ x86_64-linux-gnu-c++; do
      rm -f $out/bin/$name
      cat > $out/bin/$name <<EOF
    #!/bin/sh
    for argument; do
      case \$argument in -static|-static-pie|-r) exec $gcc/bin/$name "\$@" ;; esac
    done
    exec $gcc/bin/$name "\$@" -Wl,--dynamic-linker=$libraries/ld-linux-x86-64.so.2 \\
      -Wl,-rpath,$libraries:$gcclib/lib/x86_64-linux-gnu -Wl,--disable-new-dtags
    EOF
      chmod +x $out/bin/$name
    done
    dir=$(mktemp -d); echo 'int main(){return 0;}' > $dir/x.c; $out/bin/gcc $dir/x.c -o $dir/x; $dir/x
    $out/bin/gcc -static $dir/x.c -o $dir/x; $dir/x; $out/bin/gcc -Wall -Werror -c $dir/x.c -o $dir/x.o
  '';
  gcc13 = compiler "13"; gcc14 = compiler "14"; gcc15 = compiler "15";
  cmake = program "cmake" ''
    $out/bin/cmake --version; echo 'include(CMakeParseArguments)' > /tmp/x.cmake; $out/bin/cmake -P /tmp/x.cmake
  '';
  ninja = program "ninja" "$out/bin/ninja --version";
  meson = sh "meson" { src = src "meson-1.9.1-py3-none-any.whl"; python = self.python311; } ''
    mkdir -p $out/lib $out/bin; unzip -q $src -d $out/lib
    printf '#!/bin/sh\nPYTHONPATH=%s exec %s/bin/python3 -m mesonbuild.mesonmain "$@"\n' $out/lib $python > $out/bin/meson
    chmod +x $out/bin/meson
  '';
  libyaml = program "libyaml" "";
  libffi = program "libffi" "";
}
