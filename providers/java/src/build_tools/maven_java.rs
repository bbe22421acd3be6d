//! What a Maven build says about Java.

use super::java::{self, Needs};
use super::pom::Pom;
use super::reactor::{Reactor, in_folder};
use crate::versions::{JAVA_OF_SPRING_BOOT, JDKS};
use plugpacks_provider_support::jdk;
use plugpacks_provider_support::version::parse_numbers;
use plugpacks_sdk::{Context, Result};

/// Properties that name the Java a project is compiled for.
const PROPERTIES: [&str; 5] = [
    "maven.compiler.release",
    "maven.compiler.target",
    "maven.compiler.source",
    "java.version",
    "kotlin.compiler.jvmTarget",
];

/// Elements of a compiler's plugin that do so.
const OPTIONS: [&str; 4] = ["release", "target", "source", "jvmTarget"];
const COMPILERS: [&str; 3] = ["maven-compiler-plugin", "kotlin-maven-plugin", "scala-maven-plugin"];

/// Annotation processors, by a part of their artifact.
const PROCESSORS: [&str; 11] = [
    "lombok",
    "mapstruct-processor",
    "jpamodelgen",
    "querydsl-apt",
    "auto-value",
    "dagger-compiler",
    "picocli-codegen",
    "micronaut-inject-java",
    "record-builder-processor",
    "configuration-processor",
    "jmh-generator-annprocess",
];

/// The newest JDK that a Lombok before this version compiles on.
const LOMBOK: [([u64; 3], u64); 3] = [([1, 18, 22], 16), ([1, 18, 30], 17), ([1, 18, 38], 21)];

/// Packages that were part of Java up to version 10.
const GONE: &str = r"(?m)^import\s+javax\.(xml\.bind|xml\.ws|jws|activation)\b";

/// Groups of libraries that bring these packages.
const BROUGHT_BY: [&str; 4] = ["javax.xml.bind", "javax.activation", "javax.xml.ws", "com.sun.xml.bind"];

/// The JDK that a build needs.
///
/// # Errors
/// The app cannot be searched.
pub(super) fn needs(context: &Context, reactor: &Reactor) -> Result<Needs> {
    let named = reactor.poms.iter().filter_map(|pom| named(reactor, pom));
    let named = named.reduce(|greatest, other| if other.0 > greatest.0 { other } else { greatest });
    let minimum = named.or_else(|| reactor.poms.first().and_then(spring_boot));
    let newest_of_all = jdk::number(JDKS.at(context).default_release());
    let newest = newest(reactor).unwrap_or(u64::MAX);
    let default = match &minimum {
        Some((number, source)) => (java::LEAST, format!("builds for Java {number}, as {source} says, too")),
        None if newest < newest_of_all => (newest, "Lombok compiles on nothing newer".into()),
        None => (newest_of_all, "nothing asks for another one".into()),
    };
    let exact = match enforced(context, reactor, minimum.as_ref().map_or(0, |(number, _)| *number)) {
        Some(number) => Some((number, "the enforcer's requireJavaVersion".to_owned())),
        None => old(context, reactor, minimum.as_ref())?,
    };
    Ok(Needs { exact, minimum, default, oldest: 0, newest: u64::MAX })
}

/// The Java that a project is compiled for, and what says so.
fn named(reactor: &Reactor, pom: &Pom) -> Option<(u64, String)> {
    let file = in_folder(&pom.folder, "pom.xml");
    let of_property = |name: &str| {
        let value = reactor.property(pom, name)?;
        Some((jdk_number(&value)?, format!("<{name}> of {file}")))
    };
    let of_compiler = |name: &str| {
        let plugin = reactor.plugin(pom, name)?;
        let numbers = OPTIONS.iter().filter_map(|option| {
            let value = reactor.resolve(pom, plugin.element.first_text(option)?)?;
            Some((jdk_number(&value)?, format!("<{option}> of {file}")))
        });
        numbers.max_by_key(|(number, _)| *number)
    };
    let of_compilers = || COMPILERS.iter().filter_map(|name| of_compiler(name)).max_by_key(|(number, _)| *number);
    PROPERTIES
        .iter()
        .find_map(|name| of_property(name))
        .into_iter()
        .chain(of_compilers())
        .max_by_key(|(number, _)| *number)
}

/// The number of a plain version such as `17` or `1.8`, as far as Java has such versions.
fn jdk_number(text: &str) -> Option<u64> {
    let is_plain = text.chars().all(|c| c.is_ascii_digit() || c == '.');
    jdk::feature_number(text).filter(|number| is_plain && (1..100).contains(number))
}

/// The Java that Spring Boot's parent POM sets.
fn spring_boot(pom: &Pom) -> Option<(u64, String)> {
    let parent = pom.parent.as_ref().filter(|parent| parent.group == "org.springframework.boot")?;
    let major = parent.version.split('.').next()?.parse::<u64>().ok()?;
    let (_, java) = JAVA_OF_SPRING_BOOT.into_iter().find(|(boot, _)| *boot == major)?;
    Some((java, format!("Spring Boot {}", parent.version)))
}

/// The JDK within the enforcer's range: the oldest with long-term support that is new enough.
fn enforced(context: &Context, reactor: &Reactor, minimum: u64) -> Option<u64> {
    let ranges = reactor.poms.iter().filter_map(|pom| {
        let plugin = reactor.plugin(pom, "maven-enforcer-plugin")?;
        let rule = plugin.element.all("requireJavaVersion").next()?;
        reactor.resolve(pom, rule.text_of("version")?)
    });
    let (lower, upper) = ranges.filter_map(|range| range_of(&range)).next()?;
    // A bare minimum leaves the choice to the other rules.
    let upper = upper?;
    let numbers =
        JDKS.at(context).all.iter().map(jdk::number).filter(|number| (lower.max(minimum)..upper).contains(number));
    numbers.min()
}

/// The first JDK of a range of Maven's such as `[17,18)`, and the one that it ends before.
fn range_of(range: &str) -> Option<(u64, Option<u64>)> {
    let inside = range.trim().trim_start_matches(['[', '(']).trim_end_matches([']', ')']);
    let number = |text: &str| jdk::feature_number(text.trim());
    match inside.split_once(',') {
        Some((lower, upper)) => {
            let is_included = range.trim_end().ends_with(']');
            let upper = number(upper).map(|upper| if is_included { upper + 1 } else { upper });
            Some((number(lower).unwrap_or(0), upper))
        }
        None if range.trim().starts_with('[') => number(inside).map(|only| (only, Some(only + 1))),
        None => number(inside).map(|lower| (lower, None)),
    }
}

/// The newest JDK that the processors compile on.
fn newest(reactor: &Reactor) -> Option<u64> {
    let lombok = reactor.poms.iter().find_map(|pom| {
        let dependency = reactor.dependencies(pom).find(|dependency| dependency.artifact == "lombok")?;
        reactor.resolve(pom, dependency.version.as_deref()?)
    })?;
    let numbers = parse_numbers(&lombok)?;
    LOMBOK.iter().find(|(version, _)| numbers.as_slice() < version.as_slice()).map(|(_, newest)| *newest)
}

/// Java 8, where the code uses what later ones lack and no library brings.
fn old(context: &Context, reactor: &Reactor, minimum: Option<&(u64, String)>) -> Result<Option<(u64, String)>> {
    if minimum.is_none_or(|(number, _)| *number > 8) {
        return Ok(None);
    }
    for pom in &reactor.poms {
        let is_brought = BROUGHT_BY
            .iter()
            .any(|group| reactor.dependencies(pom).any(|dependency| dependency.group.starts_with(group)));
        let sources = format!("{}/**/*.java", in_folder(&pom.folder, "src/main"));
        if !is_brought && let Some(found) = context.app.search(&sources, GONE)? {
            return Ok(Some((8, format!("{}, which imports what later ones lack,", found.path))));
        }
    }
    Ok(None)
}

/// Whether annotation processors stand on the class path, and not on a path of their own.
pub(super) fn has_processors(reactor: &Reactor) -> bool {
    let has_path = |pom: &Pom| {
        let compiler = reactor.plugin(pom, "maven-compiler-plugin");
        compiler.is_some_and(|plugin| plugin.element.all("annotationProcessorPaths").next().is_some())
    };
    reactor.poms.iter().filter(|pom| !has_path(pom)).any(|pom| {
        reactor.dependencies(pom).any(|dependency| PROCESSORS.iter().any(|part| dependency.artifact.contains(part)))
    })
}

#[cfg(test)]
mod tests {
    use super::range_of;

    #[test]
    fn ranges_of_the_enforcer() {
        for (range, expected) in [
            ("[17,18)", Some((17, Some(18)))),
            ("[11,17]", Some((11, Some(18)))),
            ("[21,)", Some((21, None))),
            ("17", Some((17, None))),
            ("[1.8]", Some((8, Some(9)))),
            ("", None),
        ] {
            assert_eq!(range_of(range), expected, "{range}");
        }
    }
}
