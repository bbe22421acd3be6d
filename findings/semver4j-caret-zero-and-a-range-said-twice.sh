#!/usr/bin/env bash
# org.semver4j 6.0.0 reads npm's ranges. ^0 is >=0.0.0 <1.0.0; the library admits 10.0.0 (and ^0.x does, ^0.0 does not). And a range that is written twice, as tools do that
# join what two manifests ask for, matches nothing: 2.2.2 is in "^2", and not in "^2 ^2".
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"
mvn --quiet -Dstyle.color=never dependency:copy -Dartifact=org.semver4j:semver4j:6.0.0 -DoutputDirectory=.
cat > Ranges.java <<'JAVA'
import org.semver4j.Semver;

class Ranges {
    public static void main(String[] arguments) {
        System.out.println(new Semver("10.0.0").satisfies("^0") + " " + new Semver("10.0.0").satisfies("^0.0"));
        System.out.println(new Semver("2.2.2").satisfies("^2") + " " + new Semver("2.2.2").satisfies("^2 ^2"));
    }
}
JAVA
said=$(java -cp semver4j-6.0.0.jar Ranges.java)

echo "$said"
[ "$said" = $'true false\ntrue false' ] || { echo "CHANGED"; exit 1; }
