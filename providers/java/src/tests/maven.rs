//! What Maven leaves, and what is started of it.

use super::*;

#[test]
fn ports() {
    let swarm = "<groupId>org.wildfly.swarm</groupId>";
    assert_eq!(start(&FakeApp::nixpacks().file("pom.xml", "")), "java  $JAVA_OPTS -jar target/*jar");
    assert_eq!(start(&FakeApp::nixpacks().file("pom.rb", "")), "java $JAVA_OPTS -jar target/*jar");
    assert!(start(&FakeApp::nixpacks().file("pom.xml", swarm)).starts_with("java -Dswarm.http.port=$PORT $JAVA_OPTS"));
    for (group, artifact, expected) in [
        ("org.wildfly.swarm", "jaxrs", "java -Dswarm.http.port=${PORT:-8080} $JAVA_OPTS -jar $(ls -1 target/*.jar"),
        ("io.micronaut", "micronaut-http-server-netty", "MICRONAUT_SERVER_PORT=${PORT:-8080} java $JAVA_OPTS"),
        ("io.helidon.webserver", "helidon-webserver", "java -Dserver.port=${PORT:-8080} $JAVA_OPTS"),
        ("io.jooby", "jooby-netty", "java -Dserver.port=${PORT:-8080} $JAVA_OPTS"),
        ("io.javalin", "javalin", "java $JAVA_OPTS -jar $(ls -1 target/*.jar"),
    ] {
        let start = start(&pom(&library(group, artifact)));
        assert!(start.starts_with(expected), "{group}: {start}");
    }
    assert!(start(&FakeApp::new().file("pom.xml", "")).starts_with("java $JAVA_OPTS -jar $(ls -1 target/*.jar"));
}

#[test]
fn dropwizard_gets_its_argument_and_its_file() {
    let app = pom(&library("io.dropwizard", "dropwizard-core"));
    assert!(start(&app).ends_with(" server"));
    assert!(start(&app).contains("-Ddw.server.type=simple"));
    let app = app.file("config.yml", "server:\n  applicationConnectors:\n    - type: http\n");
    assert!(start(&app).contains("\"-Ddw.server.applicationConnectors[0].port=${PORT:-8080}\""));
    assert!(start(&app).ends_with(" server config.yml"));
}

#[test]
fn what_maven_leaves_is_started() {
    let shade = plugin(
        "maven-shade-plugin",
        "<executions><execution><goals><goal>shade</goal></goals></execution></executions>",
    );
    let assembly = plugin(
        "maven-assembly-plugin",
        "<executions><execution><goals><goal>single</goal></goals></execution></executions><configuration>\
         <finalName>server</finalName><appendAssemblyId>false</appendAssemblyId></configuration>",
    );
    let scripts = plugin(
        "appassembler-maven-plugin",
        "<executions><execution><goals><goal>assemble</goal></goals></execution></executions>",
    );
    let boot = |packaging: &str| {
        format!(
            "<packaging>{packaging}</packaging>{}",
            plugin("spring-boot-maven-plugin", "<groupId>org.springframework.boot</groupId>")
        )
    };
    for (elements, expected) in [
        ("<packaging>quarkus</packaging>", "java $JAVA_OPTS -jar target/quarkus-app/quarkus-run.jar"),
        (&shade, "java $JAVA_OPTS -jar target/shop-1.0.jar"),
        (&assembly, "java $JAVA_OPTS -jar target/server.jar"),
        (&scripts, "JAVACMD=$(command -v java) sh $(ls -1 target/appassembler/bin/* | grep -v '\\.bat$' | head -n 1)"),
        (&boot("war"), "java -Dserver.port=${PORT:-8080} $JAVA_OPTS -jar target/*.war"),
        (
            &plugin("maven-jar-plugin", "<configuration><mainClass>a.B</mainClass></configuration>"),
            "java $JAVA_OPTS -cp 'target/classes:target/dependency/*' a.B",
        ),
    ] {
        assert_eq!(start(&pom(elements)), expected);
    }
    let uber = pom("<packaging>quarkus</packaging>")
        .file("src/main/resources/application.properties", "quarkus.package.jar.type=uber-jar\n");
    assert!(start(&uber).starts_with("java $JAVA_OPTS -jar $(ls -1 target/*-runner.jar"));
    let war = pom("<packaging>war</packaging>");
    assert!(start(&war).ends_with("Bootstrap -config /assets/server.xml start"), "{}", start(&war));
    let old = pom(&format!("<packaging>war</packaging>{}", library("javax.servlet", "javax.servlet-api")));
    assert_eq!(start(&old), "java $JAVA_OPTS -jar .server/webapp-runner.jar --port ${PORT:-8080} target/*.war");
    let whole = pom(&format!("<packaging>war</packaging>{}", library("jakarta.platform", "jakarta.jakartaee-api")))
        .file("src/main/java/A.java", "import jakarta.inject.Inject;");
    assert_eq!(plan(&whole).start, None);
    assert!(whole.warnings()[0].starts_with("The project is packaged as a war that needs an application server"));
}

#[test]
fn a_class_with_main_is_found_in_the_sources() {
    let app = pom("").file(
        "src/main/java/org/depot/Loft.java",
        "package org.depot;\nclass Loft { public static void main(String[] a) {} }",
    );
    assert_eq!(start(&app), "java $JAVA_OPTS -cp 'target/classes:target/dependency/*' org.depot.Loft");
    let command = "mvn -B -DskipTests clean package dependency:copy-dependencies -DincludeScope=runtime \
                   && mkdir -p target/dependency";
    assert_eq!(build(&app), [command]);
    let layers = plan(&app.clone().file("config/a.yml", "")).start.unwrap().files;
    let expected = ["./target/dependency", "./target/classes", "./config"].map(|path| StartFile::App(path.into()));
    assert_eq!(layers, expected);
    let app = app.file(
        "src/main/java/org/depot/Other.java",
        "package org.depot;\nclass Other { public static void main(String[] a) {} }",
    );
    assert!(start(&app).contains("-jar $(ls -1 target/*.jar"));
    assert!(app.warnings()[0].contains("org.depot.Loft, org.depot.Other"), "{:?}", app.warnings());
}

#[test]
fn of_several_modules_the_one_that_serves_is_started() {
    let module = |name: &str, main: &str| {
        format!(
            "<project><parent><groupId>d</groupId><artifactId>parent</artifactId><version>${{revision}}</version></parent>\
             <artifactId>{name}</artifactId>{}</project>",
            plugin("maven-jar-plugin", &format!("<configuration><mainClass>{main}</mainClass></configuration>"))
        )
    };
    let root = "<project><artifactId>parent</artifactId><version>${revision}</version><packaging>pom</packaging>\
                <modules><module>cli</module><module>front</module></modules></project>";
    let app = FakeApp::new().file("pom.xml", root).file("cli/pom.xml", module("cli", "a.Cli"));
    let app = app.file("front/pom.xml", module("front", "a.Front"));
    let app = app.file(
        "front/src/main/java/a/Front.java",
        "package a;\nclass Front { static void main(String[] a) { Javalin.create(); } }",
    );
    assert_eq!(start(&app), "java $JAVA_OPTS -cp 'front/target/classes:front/target/dependency/*' a.Front");
    assert_eq!(app.warnings(), [""; 0]);
}

#[test]
fn what_stops_a_build_is_taken_out_of_its_way() {
    let git = pom(&plugin("git-commit-id-maven-plugin", ""));
    assert!(build(&git)[0].contains("-Dmaven.gitcommitid.skip=true"));
    let lombok = pom(&library("org.projectlombok", "lombok"));
    assert_eq!(packages(&lombok)[0], "jdk17_headless");
    let lombok = lombok.variable("NIXPACKS_JDK_VERSION", "25");
    assert!(build(&lombok)[0].contains("-Dmaven.compiler.proc=full"));
    let wrapped = pom("").executable("mvnw", "").file(".mvn/wrapper/maven-wrapper.properties", "");
    assert!(packages(&wrapped).contains(&"unzip".to_owned()));
    assert!(build(&wrapped)[0].starts_with("sed -i 's/\\r$//' mvnw && chmod +x ./mvnw && ./mvnw -B"));
    let error = pom("<modelVersion>4.1.0</modelVersion>").plan::<Java>().unwrap_err();
    assert!(error.message().contains("modelVersion \"4.1.0\""));
    let parent = "<parent><groupId>d</groupId><artifactId>p</artifactId><version>1</version><relativePath>../p/pom.xml</relativePath></parent>";
    let outside = pom(parent);
    plan(&outside);
    assert!(outside.warnings()[0].starts_with("The parent of pom.xml, d:p, lies at ../p/pom.xml, outside of the app"));
}

#[test]
fn an_archive_of_classes_is_made_if_it_is_wanted() {
    let app = FakeApp::new().file("pom.xml", SPRING_BOOT).variable("NIXPACKS_JVM_AOT", "1");
    let [_, step] = build(&app.clone().variable("NIXPACKS_JDK_VERSION", "25")).try_into().unwrap();
    assert!(step.contains("extract --force") && step.contains("-XX:AOTCacheOutput=target/extracted/app/app.aot"));
    assert!(start(&app).starts_with("java -XX:SharedArchiveFile=target/extracted/app/app.jsa -Dserver.port="));
}
