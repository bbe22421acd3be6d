# The rig's Deno needs the loader and libraries of the machine, which slim images lack.
tools: self: super: with tools; {
  deno = sh "deno-2.1.6-patched" { deno = super.deno; inherit (self) glibc gcclib; } (patchElf + ''
    mkdir -p $out/bin; cp $deno/bin/deno $out/bin/deno; patchElfFile $out/bin/deno
    DENO_DIR=$(mktemp -d) $out/bin/deno --version
  '');
}
