//! The commands of the build tools, and what Gradle's wrapper says: the same under every edition.

use plugpacks_sdk::{Context, Result};

/// Gradle's wrapper: a script that downloads Gradle.
pub(crate) const GRADLE_WRAPPER: &str = "gradlew";

/// Where the wrapper finds which Gradle to download. Without it, the script cannot work.
const GRADLE_WRAPPER_PROPERTIES: &str = "gradle/wrapper/gradle-wrapper.properties";

/// Where Gradle keeps what it downloads.
pub(crate) const GRADLE_CACHE: &str = "/root/.gradle";

/// Gradle's wrapper, as far as it is there.
pub(crate) struct GradleWrapper {
    has_properties: bool,
}

impl GradleWrapper {
    pub(crate) fn find(context: &Context) -> Result<Self> {
        Ok(Self { has_properties: context.app.has_file(GRADLE_WRAPPER_PROPERTIES)? })
    }

    /// The version of Gradle that the wrapper downloads; `None` if it does not say.
    pub(crate) fn version(&self, context: &Context) -> Result<Option<String>> {
        if !self.has_properties {
            return Ok(None);
        }
        let properties = context.app.read_text(GRADLE_WRAPPER_PROPERTIES)?;
        Ok(distribution_version(&properties).map(str::to_owned))
    }

    /// The commands that build the app with these tasks.
    pub(crate) fn build(&self, context: &Context, tasks: &str) -> Result<Vec<String>> {
        self.run(context, &format!("{tasks} -x check -x test"))
    }

    /// The commands that call Gradle with these arguments.
    pub(crate) fn run(&self, context: &Context, arguments: &str) -> Result<Vec<String>> {
        let mut commands = Vec::new();
        if context.app.has_file(GRADLE_WRAPPER)? && !context.app.is_executable(GRADLE_WRAPPER)? {
            commands.push(format!("chmod +x {GRADLE_WRAPPER}"));
        }
        let gradle = if self.has_properties { "./gradlew" } else { "gradle" };
        commands.push(format!("{gradle} {arguments}"));
        Ok(commands)
    }
}

/// Digits and dots behind the last `-` of the distribution's URL that follows one of the letters of
/// `gradle`. `None` without such a place.
fn distribution_version(properties: &str) -> Option<&str> {
    const KEY: &str = "distributionUrl";
    let values = properties.lines().flat_map(|line| line.match_indices(KEY).map(|(at, key)| &line[at + key.len()..]));
    values
        .filter_map(|rest| {
            // Nixpacks 1.41: whatever the sign is that follows the key, unless it is a blank.
            let sign = rest.chars().next().filter(|sign| !sign.is_whitespace())?;
            let url = &rest[sign.len_utf8()..];
            let follows_a_letter = |at: &usize| url[..*at].ends_with(['g', 'r', 'a', 'd', 'l', 'e']);
            let at = url.rmatch_indices('-').map(|(at, _)| at).find(follows_a_letter)?;
            let version = &url[at + 1..];
            let end = version.find(|c: char| !c.is_ascii_digit() && c != '.' && c != '|').unwrap_or(version.len());
            Some(&version[..end])
        })
        .next()
}

/// The command that builds an app with Maven.
pub(crate) fn maven_build(context: &Context) -> Result<Vec<String>> {
    let has_wrapper = context.app.has_file("mvnw")? && context.app.has_file(".mvn/wrapper/maven-wrapper.properties")?;
    let maven = if has_wrapper { "chmod +x ./mvnw && ./mvnw" } else { "mvn" };
    let options = "-DoutputFile=target/mvn-dependency-list.log -B -DskipTests";
    Ok(vec![format!("{maven} {options} clean dependency:list install")])
}

#[cfg(test)]
mod tests {
    use super::distribution_version;

    #[test]
    fn the_version_in_the_url_of_the_distribution() {
        for (text, expected) in [
            ("a=b\ndistributionUrl=https\\://x.org/gradle-8.5-bin.zip\n", Some("8.5")),
            ("distributionUrl=gradle-7.5-rc-1-all.zip", Some("7.5")),
            ("distributionUrl=gradle-8.5-milestone-6-bin.zip", Some("6")),
            ("distributionUrl=e-6 d-7", Some("7")),
            ("distributionUrl=gradle-latest.zip", Some("")),
            ("distributionUrl = gradle-7.2-bin.zip", None),
            ("distributionUrle-6", None),
            ("distributionUrl=", None),
            ("distributionUrl e-6\n#distributionUrl=xe-7|8", Some("7|8")),
            ("", None),
        ] {
            assert_eq!(distribution_version(text), expected, "{text}");
        }
    }
}
