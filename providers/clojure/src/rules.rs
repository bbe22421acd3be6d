//! What differs between the editions.

use crate::java::{self, Java};
use plugpacks_sdk::{Context, Edition, Result, Since, Start};

/// One edition's answers.
pub(crate) struct Rules {
    /// Which JDK the app gets.
    pub(crate) java: fn(&Context) -> Result<Java>,
    /// How the app starts, and what it needs for that.
    pub(crate) start: fn(&Java) -> Start,
}

/// The rules of each edition.
pub(crate) static RULES: Since<Rules> = Since::new(NIXPACKS, &[(Edition::E2026_11, MENDED)]);

/// Nixpacks 1.41.
const NIXPACKS: Rules = Rules { java: java::nixpacks, start: |_| Start::command(NIXPACKS_COMMAND) };

const MENDED: Rules = Rules {
    java: java::requested,
    // The jar has everything else in it.
    start: |java| Start::command(COMMAND).packages([java.package]),
};

/// The first jar that comes along, with its dependencies or without.
const NIXPACKS_COMMAND: &str = "JAR_FILE=$(find /app/target -name \"*-standalone.jar\" -o -name \"*.jar\" ! -name \"*-SNAPSHOT.jar\" \
                                | head -n 1) && bash -c \"java $JAVA_OPTS -jar $JAR_FILE\"";

/// A jar with its dependencies goes first.
const COMMAND: &str = "JAR_FILE=$( (find /app/target -name \"*-standalone.jar\"; \
                       find /app/target -name \"*.jar\" ! -name \"*-SNAPSHOT.jar\") | head -n 1) \
                       && bash -c \"java $JAVA_OPTS -jar $JAR_FILE\"";
