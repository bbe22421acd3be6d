# The Zig that the edition 2026.11 chooses for the example app.
tools: self: super: with tools; {
  zig_0_15 = sh "zig-0.15.2" { src = src "ziglang-0.15.2-py3-none-manylinux_2_12_x86_64.manylinux2010_x86_64.musllinux_1_1_x86_64.whl"; } ''
    mkdir -p $out/bin $out/share; cd $out/share; unzip -q $src; rm -rf *.dist-info; chmod +x ziglang/zig
    ln -s ../share/ziglang/zig $out/bin/zig; ZIG_GLOBAL_CACHE_DIR=$(mktemp -d) $out/bin/zig version
  '';
}
