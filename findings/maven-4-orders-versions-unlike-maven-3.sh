#!/usr/bin/env bash
# Which of two versions is newer depends on Maven's own version. For 1.0a-3 (an "a", then a number behind a hyphen) Maven 3.9.11 says that it comes after 1.0, like
# any unknown word; Maven 4.0.0-rc-5 takes it for an alpha, before 1.0. The same with b and m. So a range such as [1.0,) picks other artefacts after the
# update of Maven. 1.0-alpha-3 is older in both.
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"
for version in 3.9.11 4.0.0-rc-5; do
    mvn --quiet -Dstyle.color=never dependency:copy -Dartifact=org.apache.maven:maven-artifact:$version -DoutputDirectory=.
done
cat > Order.java <<'JAVA'
import org.apache.maven.artifact.versioning.ComparableVersion;

class Order {
    public static void main(String[] arguments) {
        for (String other : new String[] {"1.0a-3", "1.0b-3", "1.0-alpha-3"}) {
            int order = new ComparableVersion("1.0").compareTo(new ComparableVersion(other));
            System.out.print((order < 0 ? "1.0<" : "1.0>") + other + " ");
        }
    }
}
JAVA
third=$(java -cp maven-artifact-3.9.11.jar Order.java)
fourth=$(java -cp maven-artifact-4.0.0-rc-5.jar Order.java)

echo "3.9.11:     $third"
echo "4.0.0-rc-5: $fourth"
[ "$third" = "1.0<1.0a-3 1.0<1.0b-3 1.0>1.0-alpha-3 " ] || { echo "CHANGED"; exit 1; }
[ "$fourth" = "1.0>1.0a-3 1.0>1.0b-3 1.0>1.0-alpha-3 " ] || { echo "CHANGED"; exit 1; }
