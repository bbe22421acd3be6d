# R 4.6 without packages of CRAN.
tools: self: super: with tools; {
  R = sh "r-4.6" { debs = debs "r"; inherit (self.forky) glibc gcclib; inherit (self) gnused; locale = self.c-locale; } (unpackDebs + patchElf + ''
    arch=$out/lib/x86_64-linux-gnu
    rpath=$out/lib/R/lib:$arch:$arch/blas:$arch/lapack:$glibc/lib/x86_64-linux-gnu:$gcclib/lib/x86_64-linux-gnu
    patchElfTree $out
    for f in $out/etc/R/*; do ln -sfn $f $out/lib/R/etc/''${f##*/}; done
    cp $out/lib/R/etc/Renviron.ucf $out/lib/R/etc/Renviron
    sed -i "s,/usr/lib/R,$out/lib/R,g; s,/usr/share/R,$out/share/R,g; s,/bin/sed,$gnused/bin/sed,g; s,/usr/\''${libnn,$out/\''${libnn,g" $out/lib/R/bin/R
    mv $out/bin/Rscript $out/bin/.Rscript; rm -f $out/bin/R; ln -s ../lib/R/bin/R $out/bin/R
    printf '#!/bin/sh\n. %s/variables\nexport RHOME=%s/lib/R R_HOME=%s/lib/R\nexec %s/bin/.Rscript "$@"\n' $locale $out $out $out > $out/bin/Rscript
    # Debian's R calls /usr/bin/which.
    profile=$out/lib/R/library/base/R/Rprofile
    cat - $profile > $profile.new <<'EOF'
    local({
      unlockBinding("Sys.which", baseenv())
      assign("Sys.which", function(names) {
        folders <- strsplit(Sys.getenv("PATH"), ":", fixed = TRUE)[[1]]
        vapply(names, function(name) c(Filter(function(path) file.access(path, 1) == 0, file.path(folders, name)), "")[1], "")
      }, envir = baseenv())
    })
    EOF
    mv $profile.new $profile
    chmod +x $out/bin/Rscript; $out/bin/Rscript -e 'cat(R.version.string, capabilities("libcurl"), "\n"); serverSocket'
  '');
}
