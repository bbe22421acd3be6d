tools: self: super: with tools; {
  lua5_4 = debPackage self "lua" ''
    ln -sfn lua5.4 $out/bin/lua; ln -sfn luac5.4 $out/bin/luac; $out/bin/lua -v
  '';
  luajit = debPackage self "luajit" ''
    jit=$out/bin/luajit; [ -e $jit ] || ln -s $(basename $out/bin/luajit-2*) $jit
    $jit -e 'print(require("ffi").os, _VERSION)'
  '';
}
