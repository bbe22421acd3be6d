//! A `pom.xml`, read once into types.

use super::element::Element;
use plugpacks_sdk::{Context, Result};

/// Maven's group of its own plugins, which a pom may leave out.
const OWN_PLUGINS: &str = "org.apache.maven.plugins";

/// A project of Maven's.
#[derive(Debug, Default)]
pub(super) struct Pom {
    /// Its folder: empty for the app itself.
    pub(super) folder: String,
    pub(super) parent: Option<Parent>,
    /// Which project of the build the parent is, if it is one.
    pub(super) parent_at: Option<usize>,
    pub(super) group: Option<String>,
    pub(super) artifact: String,
    /// The number of the model: `4.0.0`.
    pub(super) model: String,
    packaging: Option<String>,
    /// The folders of its modules, relative to its own.
    pub(super) modules: Vec<String>,
    pub(super) properties: Vec<(String, String)>,
    pub(super) plugins: Vec<Plugin>,
    pub(super) dependencies: Vec<Dependency>,
    /// The name of what is built, without an ending.
    pub(super) final_name: Option<String>,
    version: Option<String>,
    /// Groups whose versions the pom takes over, besides its parent's.
    pub(super) imported: Vec<Dependency>,
}

/// The pom that another one takes over from.
#[derive(Debug)]
pub(super) struct Parent {
    pub(super) group: String,
    pub(super) artifact: String,
    pub(super) version: String,
    /// Where it lies, relative to the folder; `None` where it comes from a repository.
    pub(super) path: Option<String>,
}

/// A plugin that runs in the build.
#[derive(Debug)]
pub(super) struct Plugin {
    pub(super) group: String,
    pub(super) artifact: String,
    pub(super) version: Option<String>,
    /// Its goals that are bound to phases.
    pub(super) goals: Vec<String>,
    /// All of its element.
    pub(super) element: Element<'static>,
}

/// A library.
#[derive(Debug)]
pub(super) struct Dependency {
    pub(super) group: String,
    pub(super) artifact: String,
    pub(super) version: Option<String>,
    scope: Option<String>,
}

impl Dependency {
    fn read(element: &Element) -> Option<Self> {
        let text = |name: &str| element.text_of(name).map(str::to_owned);
        Some(Self {
            group: text("groupId")?,
            artifact: text("artifactId")?,
            version: text("version"),
            scope: text("scope"),
        })
    }

    /// What it is needed for.
    pub(super) fn scope(&self) -> &str {
        self.scope.as_deref().unwrap_or("compile")
    }

    /// Whether the running app has it.
    pub(super) fn is_at_run_time(&self) -> bool {
        matches!(self.scope(), "compile" | "runtime")
    }
}

impl Plugin {
    fn read(element: Element) -> Option<Self> {
        let text = |name: &str| element.text_of(name).map(str::to_owned);
        let goals = element.all("goal").map(|goal| goal.text.clone().into_owned()).collect();
        Some(Self {
            group: text("groupId").unwrap_or_else(|| OWN_PLUGINS.into()),
            artifact: text("artifactId")?,
            version: text("version"),
            goals,
            element: element.into_owned(),
        })
    }
}

impl Pom {
    /// Reads the pom of a folder; `None` if there is none, or it is no XML: then Maven itself says what is wrong.
    ///
    /// # Errors
    /// The file is there, but cannot be read.
    pub(super) fn read(context: &Context, folder: &str) -> Result<Option<Self>> {
        let path = if folder.is_empty() { "pom.xml".to_owned() } else { format!("{folder}/pom.xml") };
        let Ok(text) = context.app.read_text_if_file(&path) else {
            return Ok(None);
        };
        Ok(text.and_then(|text| Self::parse(folder, &text)))
    }

    /// Reads a pom's text.
    pub(super) fn parse(folder: &str, text: &str) -> Option<Self> {
        let project = Element::parse(text).filter(|element| element.name == "project")?;
        let text_of = |name: &str| project.text_of(name).map(str::to_owned);
        let build = project.child("build");
        let names =
            |list: &str| project.list(list).iter().map(|module| module.text.clone().into_owned()).collect::<Vec<_>>();
        let managed = project.child("dependencyManagement").map(|managed| managed.list("dependencies"));
        let properties = project.list("properties").iter();
        let mut pom = Self {
            folder: folder.to_owned(),
            parent: project.child("parent").map(Parent::read),
            parent_at: None,
            group: text_of("groupId"),
            artifact: text_of("artifactId").unwrap_or_default(),
            version: text_of("version"),
            model: text_of("modelVersion").unwrap_or_default(),
            packaging: text_of("packaging"),
            modules: [names("modules"), names("subprojects")].concat(),
            properties: properties
                .map(|property| (property.name.clone().into_owned(), property.text.clone().into_owned()))
                .collect(),
            dependencies: project.list("dependencies").iter().filter_map(Dependency::read).collect(),
            final_name: build.and_then(|build| build.text_of("finalName")).map(str::to_owned),
            imported: managed.unwrap_or_default().iter().filter_map(Dependency::read).collect(),
            plugins: Vec::new(),
        };
        pom.imported.retain(|dependency| dependency.scope() == "import");
        pom.plugins = plugins(project);
        Some(pom)
    }

    /// The text with `${…}` replaced by the pom's own properties and those of `outer`; `None` if one is not known.
    pub(super) fn resolve(&self, text: &str, outer: &[&Self]) -> Option<String> {
        self.resolve_within(text, outer, 8)
    }

    fn resolve_within(&self, text: &str, outer: &[&Self], depth: u8) -> Option<String> {
        let Some((before, rest)) = text.split_once("${") else { return Some(text.to_owned()) };
        let (name, after) = rest.split_once('}')?;
        let depth = depth.checked_sub(1)?;
        let value = self.property(name, outer)?;
        Some(format!(
            "{before}{}{}",
            self.resolve_within(&value, outer, depth)?,
            self.resolve_within(after, outer, depth)?
        ))
    }

    /// The value of a property, unresolved.
    pub(super) fn property(&self, name: &str, outer: &[&Self]) -> Option<String> {
        match name {
            "project.artifactId" | "artifactId" => return Some(self.artifact.clone()),
            "project.version" | "version" => {
                return self.version.clone().or_else(|| Some(self.parent.as_ref()?.version.clone()));
            }
            _ => {}
        }
        let mut poms = std::iter::once(self).chain(outer.iter().copied());
        poms.find_map(|pom| pom.own_property(name)).map(str::to_owned)
    }

    /// The value of a property that the pom itself has.
    pub(super) fn own_property(&self, name: &str) -> Option<&str> {
        self.properties.iter().rev().find(|(known, _)| known == name).map(|(_, value)| value.as_str())
    }

    /// What the pom is built into, unresolved: `jar` unless it says otherwise.
    pub(super) fn packaging(&self) -> &str {
        self.packaging.as_deref().unwrap_or("jar")
    }
}

impl Parent {
    fn read(element: &Element) -> Self {
        let text = |name: &str| element.text_of(name).unwrap_or_default().to_owned();
        let path = match element.child("relativePath").map(|path| &*path.text) {
            Some("") => None,
            Some(path) => Some(path.to_owned()),
            None => Some("../pom.xml".to_owned()),
        };
        Self { group: text("groupId"), artifact: text("artifactId"), version: text("version"), path }
    }
}

/// The plugins of the build and of profiles that are always on.
fn plugins(project: Element) -> Vec<Plugin> {
    let children = project.children.into_iter();
    let mut builds: Vec<_> = children
        .flat_map(|child| match &*child.name {
            "build" => vec![child],
            "profiles" => child.children.into_iter().filter(is_active).flat_map(|profile| profile.children).collect(),
            _ => Vec::new(),
        })
        .collect();
    builds.retain(|element| element.name == "build");
    let lists = builds.into_iter().flat_map(|build| build.children).filter(|child| child.name == "plugins");
    lists.flat_map(|list| list.children).filter_map(Plugin::read).collect()
}

fn is_active(profile: &Element) -> bool {
    profile.child("activation").and_then(|activation| activation.text_of("activeByDefault")) == Some("true")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn properties_are_resolved() {
        let text = "<project><artifactId>shop</artifactId><parent><version>${revision}</version></parent>\
                    <properties><a>${b}.${project.artifactId}</a><loop>${loop}</loop></properties></project>";
        let pom = Pom::parse("", text).unwrap();
        let outer =
            Pom::parse("", "<project><properties><b>1</b><revision>7</revision></properties></project>").unwrap();
        assert_eq!(pom.resolve("x-${a}-${project.version}", &[&outer]).as_deref(), Some("x-1.shop-7"));
        assert_eq!(pom.resolve("${loop}", &[&outer]), None);
        assert_eq!(pom.resolve("${gone}", &[]), None);
    }

    #[test]
    fn plugins_of_profiles_count_where_these_are_always_on() {
        let plugin =
            |name: &str| format!("<build><plugins><plugin><artifactId>{name}</artifactId></plugin></plugins></build>");
        let text = format!(
            "<project>{}<profiles><profile>{}</profile><profile><activation><activeByDefault>true</activeByDefault></activation>{}</profile></profiles></project>",
            plugin("a"),
            plugin("b"),
            plugin("c")
        );
        let pom = Pom::parse("", &text).unwrap();
        assert_eq!(pom.plugins.iter().map(|plugin| plugin.artifact.as_str()).collect::<Vec<_>>(), ["a", "c"]);
        assert_eq!(pom.plugins[0].group, OWN_PLUGINS);
    }
}
