tools: self: super: with tools; {
  guile = sh "guile-3.0" { debs = debs "scheme"; inherit (self.forky) glibc gcclib; inherit (self) bash; locale = self.c-locale; } (unpackDebs + patchElf + ''
    arch=$out/lib/x86_64-linux-gnu guile=$out/lib/x86_64-linux-gnu/guile/3.0
    patchElfTree $out
    rm -rf $out/bin/*
    cat > $out/bin/guile <<EOF
    #!$bash/bin/bash
    . $locale/variables
    export GUILE_SYSTEM_PATH=$out/share/guile/3.0:$out/share/guile/site/3.0:$out/share/guile/site:$out/share/guile
    export GUILE_SYSTEM_COMPILED_PATH=$guile/ccache:$guile/site-ccache GUILE_SYSTEM_EXTENSIONS_PATH=$arch:$guile/extensions
    exec $guile/bin/guile "\$@"
    EOF
    chmod +x $out/bin/guile; $out/bin/guile -c '(use-modules (web server)) (display (version))'
  '');
  haunt = sh "haunt-0.4" { debs = debs "scheme"; inherit (self) guile bash; } (unpackDebs + ''
    mv $out/bin/haunt /tmp/haunt; rm -rf $out/*; mkdir -p $out/bin $out/libexec; 
    cp /tmp/haunt $out/libexec/haunt
    printf '#!%s/bin/bash\nexec %s/bin/guile --no-auto-compile %s/libexec/haunt "$@"\n' $bash $guile $out > $out/bin/haunt
    chmod +x $out/bin/haunt; $out/bin/haunt --version
  '');
}
