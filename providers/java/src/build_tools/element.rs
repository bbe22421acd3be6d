//! An XML document as a tree: as much of XML as a `pom.xml` has.

use std::borrow::Cow;

/// An element, of a document that it borrows from as far as it can.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Element<'d> {
    pub(super) name: Cow<'d, str>,
    /// The text directly in it, trimmed; entities are left as they are.
    pub(super) text: Cow<'d, str>,
    pub(super) children: Vec<Element<'d>>,
}

impl<'d> Element<'d> {
    /// Parses a document: its outermost element; `None` if there is none, or its tags do not match.
    pub(super) fn parse(document: &'d str) -> Option<Self> {
        let mut open: Vec<Self> = vec![Self::default()];
        let mut rest = document;
        while let Some((text, markup)) = rest.split_once('<') {
            open.last_mut()?.push(text);
            rest = match markup.as_bytes().first()? {
                b'!' => open.last_mut()?.declaration(markup)?,
                b'?' => markup.split_once('>')?.1,
                b'/' => {
                    let (name, after) = markup[1..].split_once('>')?;
                    let element = open.pop().filter(|element| element.name == name.trim_end())?;
                    open.last_mut()?.add(element);
                    after
                }
                _ => {
                    let (tag, after) = markup.split_once('>')?;
                    let end = tag.bytes().position(|byte| byte.is_ascii_whitespace() || byte == b'/');
                    let name = &tag[..end.unwrap_or(tag.len())];
                    let element = Self { name: name.into(), ..Self::default() };
                    if tag.ends_with('/') {
                        open.last_mut()?.add(element);
                    } else {
                        open.push(element);
                    }
                    after
                }
            };
        }
        let [mut document]: [Self; 1] = open.try_into().ok()?;
        (!document.children.is_empty()).then(|| document.children.swap_remove(0))
    }

    /// Passes over a comment or a declaration, takes what a section of data has, and returns what follows.
    fn declaration(&mut self, markup: &'d str) -> Option<&'d str> {
        if let Some(comment) = markup.strip_prefix("!--") {
            return Some(comment.split_once("-->")?.1);
        }
        if let Some(data) = markup.strip_prefix("![CDATA[") {
            let (text, after) = data.split_once("]]>")?;
            self.push(text);
            return Some(after);
        }
        Some(markup.split_once('>')?.1)
    }

    /// Adds text. Blanks at its beginning do not count.
    fn push(&mut self, text: &'d str) {
        if !self.text.is_empty() {
            self.text.to_mut().push_str(text);
        } else if !text.bytes().all(|byte| byte.is_ascii_whitespace()) {
            self.text = text.into();
        }
    }

    fn add(&mut self, mut child: Self) {
        child.text = match child.text {
            Cow::Borrowed(text) => text.trim().into(),
            Cow::Owned(text) => text.trim().to_owned().into(),
        };
        self.children.push(child);
    }

    /// The same, without the document.
    pub(super) fn into_owned(self) -> Element<'static> {
        Element {
            name: self.name.into_owned().into(),
            text: self.text.into_owned().into(),
            children: self.children.into_iter().map(Self::into_owned).collect(),
        }
    }

    /// The first child of this name.
    pub(super) fn child(&self, name: &str) -> Option<&Self> {
        self.children.iter().find(|child| child.name == name)
    }

    /// The children of a child: those of `<modules>`, say.
    pub(super) fn list(&self, name: &str) -> &[Self] {
        self.child(name).map(|child| child.children.as_slice()).unwrap_or_default()
    }

    /// The text of the first child of this name.
    pub(super) fn text_of(&self, name: &str) -> Option<&str> {
        self.child(name).map(|child| &*child.text).filter(|text| !text.is_empty())
    }

    /// All elements of this name in it, at whatever depth, in the order of the document.
    pub(super) fn all<'e>(&'e self, name: &'e str) -> Box<dyn Iterator<Item = &'e Element<'d>> + 'e> {
        Box::new(self.children.iter().flat_map(move |child| {
            let itself = (child.name == name).then_some(child);
            itself.into_iter().chain(child.all(name))
        }))
    }

    /// The text of the first element of this name, at whatever depth.
    pub(super) fn first_text(&self, name: &str) -> Option<&str> {
        self.children.iter().find_map(|child| {
            let own = (child.name == name && !child.text.is_empty()).then_some(&*child.text);
            own.or_else(|| child.first_text(name))
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_document_is_a_tree() {
        let text =
            "<?xml version='1.0'?>\n<!-- <no/> -->\n<p a='1'>\n <v> 1 </v><l><m>a</m><m/></l><![CDATA[x]]></p>\n";
        let element = Element::parse(text).unwrap();
        assert_eq!((&*element.name, element.text_of("v")), ("p", Some("1")));
        assert_eq!(element.list("l").iter().map(|m| &*m.text).collect::<Vec<_>>(), ["a", ""]);
        assert_eq!(element.first_text("m"), Some("a"));
    }

    #[test]
    fn what_is_no_document_is_nothing() {
        for text in ["", "text", "<a><b></a></b>", "<a>", "<a", "<!-- "] {
            assert_eq!(Element::parse(text), None, "{text}");
        }
    }
}
