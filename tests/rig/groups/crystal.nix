# Crystal 1.21 with Shards. Other versions are the same under another name, and say so.
tools: self: super: with tools;
let
  alias = version: builtins.trace "rig: Crystal ${version} is not available here, Crystal 1.21 takes its place" self.crystal;
in
{
  crystal = sh "crystal-1.21" { debs = debs "crystal"; gcc = self.gcc-forky; inherit (self.forky) glibc gcclib; } (unpackDebs + patchElf + ''
    patchElfTree $out
    sed -i "s,=/usr,=$out,; s,''${out}/include/x86_64-linux-gnu,$out/include," $out/lib/x86_64-linux-gnu/pkgconfig/*.pc
    mkdir $out/libexec; mv $out/bin/crystal $out/bin/shards $out/libexec/
    for name in crystal shards; do
      cat > $out/bin/$name <<EOF
    #!/bin/sh
    export PATH=$gcc/bin:$out/bin:\$PATH CC=$gcc/bin/gcc CRYSTAL_PATH=\''${CRYSTAL_PATH:-lib:$out/lib/crystal/lib}
    export CRYSTAL_LIBRARY_PATH=$out/lib/x86_64-linux-gnu CRYSTAL_LIBRARY_RPATH=$out/lib/x86_64-linux-gnu
    export PKG_CONFIG_PATH=\$PKG_CONFIG_PATH:$out/lib/x86_64-linux-gnu/pkgconfig
    exec $out/libexec/$name "\$@"
    EOF
      chmod +x $out/bin/$name
    done
    dir=$(mktemp -d); cd $dir; export CRYSTAL_CACHE_DIR=$dir/cache
    echo 'require "http/server"; require "yaml"; puts HTTP::Server, YAML' > x.cr; $out/bin/crystal build x.cr; ./x; $out/bin/shards --version
  '');
  shards = self.crystal;
  crystal_1_18 = alias "1.18"; crystal_1_19 = alias "1.19";
}
