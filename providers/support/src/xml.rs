//! A few values of an XML file: enough for manifests such as `pom.xml` and `*.csproj`.

/// The document without its comments.
pub fn without_comments(document: &str) -> String {
    let mut text = String::with_capacity(document.len());
    let mut rest = document;
    while let Some((before, comment)) = rest.split_once("<!--") {
        text.push_str(before);
        rest = comment.split_once("-->").map_or("", |(_, after)| after);
    }
    text.push_str(rest);
    text
}

/// The texts of all elements of this name that contain nothing but text, in the order of the
/// document, trimmed. Entities are left as they are.
pub fn texts<'d>(document: &'d str, name: &str) -> impl Iterator<Item = &'d str> {
    let end = format!("</{name}");
    contents(document, name).filter_map(move |content| {
        let (text, _) = content.split_once('<').filter(|(text, _)| content[text.len()..].starts_with(&end))?;
        Some(text.trim())
    })
}

/// The first element of this name, from behind its start tag to its end tag.
pub fn element<'d>(document: &'d str, name: &str) -> Option<&'d str> {
    let content = contents(document, name).next()?;
    content.split_once(&format!("</{name}")).map(|(inner, _)| inner)
}

/// What follows each start tag of this name.
fn contents<'d>(document: &'d str, name: &str) -> impl Iterator<Item = &'d str> {
    let start = format!("<{name}");
    document.match_indices(&start).map(|(at, tag)| at + tag.len()).collect::<Vec<_>>().into_iter().filter_map(|at| {
        let rest = &document[at..];
        let is_whole_name = rest.starts_with(|c: char| c == '>' || c.is_whitespace());
        let (attributes, content) = rest.split_once('>').filter(|_| is_whole_name)?;
        (!attributes.ends_with('/')).then_some(content)
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn comments_go() {
        assert_eq!(without_comments("a<!-- b -->c<!--d"), "ac");
        assert_eq!(without_comments("--><a/>"), "--><a/>");
    }

    #[test]
    fn texts_of_elements() {
        let document = "<p><v>1</v><v x='y'>\n 2 </v><v/><vv>3</vv><v><w/></v><v>4</w></p>";
        assert_eq!(texts(document, "v").collect::<Vec<_>>(), ["1", "2"]);
    }

    #[test]
    fn the_inside_of_an_element() {
        assert_eq!(element("<a><parent>\n<v>1</v></parent></a>", "parent"), Some("\n<v>1</v>"));
        assert_eq!(element("<parent><v>", "parent"), None);
    }
}
