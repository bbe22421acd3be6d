# Other JDKs under the one there is, and a Maven that finds Debian's plugins in place of Maven Central's.
tools: self: super: with tools;
let alias = version: builtins.trace "rig: JDK ${version} is not available here, JDK 17 takes its place" self.jdk17; in
{
  jdk21 = alias "21"; jdk21_headless = self.jdk21;
  jdk25 = alias "25"; jdk25_headless = self.jdk25;

  maven = sh "maven-3.8-with-plugins" { debs = debs "maven-plugins"; maven = super.maven; jdk = self.jdk17; } (unpackDebs + ''
    rm -rf $out/bin; mkdir $out/bin
    # Maven gives plugins without plexus-utils this version of it, which Debian does not ship.
    utils=$out/share/maven-repo/org/codehaus/plexus/plexus-utils; mkdir $utils/1.1
    cp $utils/2.x/plexus-utils-2.x.jar $utils/1.1/plexus-utils-1.1.jar
    sed 's,<version>2.x</version>,<version>1.1</version>,' $utils/2.x/plexus-utils-2.x.pom > $utils/1.1/plexus-utils-1.1.pom
    sed "s,@repository@,$out/share/maven-repo," > $out/settings.xml <<'EOF'
    <settings>
      <mirrors>
        <mirror><id>debian</id><mirrorOf>*</mirrorOf><url>file://@repository@</url></mirror>
      </mirrors>
    </settings>
    EOF
    cat > $out/bin/mvn <<EOF
    #!/bin/sh
    echo "rig: Maven Central is not available here, Debian's plugins take its place" >&2
    exec $maven/bin/mvn -gs $out/settings.xml "\$@"
    EOF
    chmod +x $out/bin/mvn; $out/bin/mvn -version
  '');
}
