tools: self: super: with tools;
let
  # With LuaSocket, which withPackages may ask for.
  lua = sh "lua-5.4" { debs = debs "lua"; inherit (self) glibc gcclib; } (unpackDebs + patchElf + ''
    patchElfTree $out
    rm -f $out/bin/lua $out/bin/luac
    printf '#!/bin/sh\nexport LUA_PATH="$LUA_PATH;%s;;" LUA_CPATH="$LUA_CPATH;%s;;"\nexec %s "$@"\n' \
      "$out/share/lua/5.4/?.lua" "$out/lib/x86_64-linux-gnu/lua/5.4/?.so" $out/bin/lua5.4 > $out/bin/lua
    chmod +x $out/bin/lua
    [ ! -e $out/bin/luac5.4 ] || ln -s luac5.4 $out/bin/luac
    $out/bin/lua -e 'local s = require("socket"); print(_VERSION, s._VERSION)'
  '');
in
{
  lua5_4 = lua // { withPackages = _: lua; pkgs = { luasocket = lua; }; };
  lua54Packages = { luasocket = lua; lua = lua; };
}
