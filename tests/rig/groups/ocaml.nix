# OCaml 5.4 with Dune. Other versions are the same under another name, and say so.
tools: self: super: with tools;
let
  alias = version: builtins.trace "rig: OCaml ${version} is not available here, OCaml 5.4 takes its place" self.ocaml-ng.ocamlPackages_5_4;
in
{
  zstd-forky = debPackage self.forky "zstd-forky" ":";
  ocaml = sh "ocaml-5.4" { debs = debs "ocaml"; gcc = self.gcc-forky; zstd = self.zstd-forky; inherit (self.forky) glibc gcclib; } (unpackDebs + patchElf + ''
    patchElfTree $out
    mkdir $out/libexec; mv $out/bin/* $out/libexec/
    for f in $out/libexec/*; do
      cat > $out/bin/''${f##*/} <<EOF
    #!/bin/sh
    export PATH=\$PATH:$gcc/bin:$gcc/toolchain/bin OCAMLLIB=\''${OCAMLLIB:-$out/lib/x86_64-linux-gnu/ocaml/5.4.1}
    export LIBRARY_PATH=$zstd/lib/x86_64-linux-gnu:\$LIBRARY_PATH
    exec $f "\$@"
    EOF
      chmod +x $out/bin/''${f##*/}
    done
    cd $(mktemp -d); echo 'let () = print_endline "OCaml"' > x.ml; $out/bin/ocamlopt -o x x.ml; ./x; $out/bin/dune --version
  '');
  dune_3 = self.ocaml;
  ocaml-ng.ocamlPackages_5_4 = { inherit (self) ocaml; };
  ocaml-ng.ocamlPackages_5_3 = alias "5.3";
}
