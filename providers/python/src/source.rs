//! What a Python module does at its top level, read without running it.
//!
//! The reader knows strings, brackets and comments, so that one statement over several lines is one,
//! and a word in a text is no code. It knows no more of the grammar than the searches here need.

/// A module's top level.
#[derive(Debug, Default)]
pub(crate) struct Source {
    /// What is imported, wherever it stands: also in `try` and in functions.
    pub(crate) imports: Vec<Import>,
    /// Names that get a value, in order.
    pub(crate) assignments: Vec<Assignment>,
    pub(crate) functions: Vec<Function>,
    /// What is called for its effect, such as `app.run`; not what stands below `if __name__ …`.
    pub(crate) calls: Vec<String>,
    /// Whether something is done only if the module is run: `if __name__ == "__main__"`.
    pub(crate) has_guard: bool,
}

/// A name that an import brings.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct Import {
    /// The dots in front: 0 for an absolute import.
    pub(crate) level: usize,
    /// The module it is taken from: `fastapi.routing`; empty for `from . import x`.
    pub(crate) module: String,
    /// What is taken from the module; `None`: the module itself; `*`: everything.
    pub(crate) item: Option<String>,
    /// The name that it has here.
    pub(crate) name: String,
}

/// `app: FastAPI = FastAPI(…)`.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct Assignment {
    pub(crate) name: String,
    /// The type that is written after a colon.
    pub(crate) annotation: Option<String>,
    /// The right side.
    pub(crate) value: String,
}

/// `def create_app(config=None)`.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct Function {
    pub(crate) name: String,
    pub(crate) is_async: bool,
    /// The names of its parameters.
    pub(crate) parameters: Vec<String>,
    /// Whether it can be called without arguments.
    pub(crate) needs_nothing: bool,
}

/// What becomes of the statements below the last one that is not indented.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Block {
    /// They run later, or under a condition.
    Passed,
    /// They run as those of the top level do; the first of them tells their indent.
    Begins,
    /// Those of this indent do.
    Runs(usize),
}

impl Block {
    /// The block at the next statement.
    fn at(self, indent: usize, statement: &str) -> Self {
        match self {
            _ if indent == 0 && (statement.starts_with("with ") || statement.starts_with("try:")) => Self::Begins,
            _ if indent == 0 => Self::Passed,
            Self::Begins => Self::Runs(indent),
            Self::Passed | Self::Runs(_) => self,
        }
    }
}

impl Source {
    /// Reads a module's text.
    pub(crate) fn parse(text: &str) -> Self {
        let mut source = Self::default();
        // The indent of a block that runs when the module is read, such as that of `with Configurator() as config:`.
        let mut block = Block::Passed;
        for Statement { indent, text } in statements(text) {
            block = block.at(indent, &text);
            if let Some(imported) = imports(&text) {
                source.imports.extend(imported);
            } else if indent == 0 || block == Block::Runs(indent) {
                source.has_guard |= is_guard(&text);
                source.add(&text);
            }
        }
        source
    }

    /// Adds a statement of the top level that is no import.
    fn add(&mut self, statement: &str) {
        if let Some(function) = function(statement) {
            self.functions.push(function);
        } else if let Some(assignments) = assignments(statement) {
            self.assignments.extend(assignments);
        } else if let Some(callee) = callee(statement) {
            self.calls.push(callee.to_owned());
        }
    }

    /// Whether a package is imported, or a module of it.
    pub(crate) fn imports_package(&self, package: &str) -> bool {
        self.imports.iter().any(|import| import.level == 0 && top_level(&import.module) == package)
    }

    /// Where a dotted name comes from: `fastapi.FastAPI` for `FastAPI` after `from fastapi import FastAPI`;
    /// the name itself if nothing imports it.
    pub(crate) fn origin(&self, dotted: &str) -> String {
        let (first, rest) = dotted.split_once('.').map_or((dotted, None), |(first, rest)| (first, Some(rest)));
        let Some(import) = self.import_of(first) else { return dotted.to_owned() };
        let origin = match (&import.item, rest) {
            (None, None) => import.module.clone(),
            (None, Some(rest)) => format!("{}.{rest}", import.module),
            (Some(item), None) => format!("{}.{item}", import.module),
            (Some(item), Some(rest)) => format!("{}.{item}.{rest}", import.module),
        };
        origin.trim_start_matches('.').to_owned()
    }

    /// The import that brings a name.
    pub(crate) fn import_of(&self, name: &str) -> Option<&Import> {
        self.imports.iter().find(|import| import.name == name)
    }

    /// Where a dotted name may come from: its origin, or, if nothing imports it by name, each package
    /// that everything is imported from.
    pub(crate) fn origins(&self, dotted: &str) -> Vec<String> {
        let origin = self.origin(dotted);
        if origin != dotted {
            return vec![origin];
        }
        let everything = self.imports.iter().filter(|import| import.item.as_deref() == Some("*"));
        std::iter::once(origin).chain(everything.map(|import| format!("{}.{dotted}", import.module))).collect()
    }
}

impl Assignment {
    /// The function or class whose result is the value: `fastapi.FastAPI`.
    pub(crate) fn callee(&self) -> Option<&str> {
        callee(&self.value)
    }
}

/// The first name of a dotted one.
pub(crate) fn top_level(dotted: &str) -> &str {
    dotted.split('.').next().unwrap_or(dotted)
}

/// A statement on one line: line ends within brackets are blanks, comments are gone.
struct Statement {
    indent: usize,
    text: String,
}

/// The statements of a text, nested ones too.
fn statements(text: &str) -> Vec<Statement> {
    let mut reader = Reader { rest: text, depth: 0, statement: String::new(), statements: Vec::new() };
    while reader.step() {}
    reader.end_statement();
    reader.statements
}

/// Cuts a text into statements.
struct Reader<'t> {
    rest: &'t str,
    /// Open brackets.
    depth: usize,
    statement: String,
    statements: Vec<Statement>,
}

impl Reader<'_> {
    /// Reads a string, a comment, a sign or what lies between; `false` at the end.
    fn step(&mut self) -> bool {
        let plain = self.rest.bytes().position(is_sign).unwrap_or(self.rest.len());
        if plain > 0 {
            self.take(plain);
            return true;
        }
        let Some(next) = self.rest.chars().next() else { return false };
        match next {
            '#' => self.skip(self.rest.find('\n').unwrap_or(self.rest.len())),
            '"' => self.take_string("\"", "\"\"\""),
            '\'' => self.take_string("'", "'''"),
            '\\' if self.rest.starts_with("\\\n") => self.replace_with_blank(2),
            '\n' if self.depth > 0 => self.replace_with_blank(1),
            '\n' => {
                self.end_statement();
                self.skip(1);
            }
            _ => {
                match next {
                    '(' | '[' | '{' => self.depth += 1,
                    ')' | ']' | '}' => self.depth = self.depth.saturating_sub(1),
                    _ => {}
                }
                self.take(next.len_utf8());
            }
        }
        true
    }

    fn take(&mut self, bytes: usize) {
        let (taken, rest) = self.rest.split_at(bytes);
        self.statement.push_str(taken);
        self.rest = rest;
    }

    fn skip(&mut self, bytes: usize) {
        self.rest = &self.rest[bytes..];
    }

    fn replace_with_blank(&mut self, bytes: usize) {
        self.statement.push(' ');
        self.skip(bytes);
    }

    /// Takes a string, of one line or, between three quotes, of several.
    fn take_string(&mut self, quote: &str, triple: &str) {
        let end = if self.rest.starts_with(triple) {
            string_end(&self.rest[3..], triple, true).map(|end| end + 3)
        } else {
            string_end(&self.rest[1..], quote, false).map(|end| end + 1)
        };
        // A string without end is a mistake: what follows its quote is read as code.
        let (string, rest) = self.rest.split_at(end.unwrap_or(1));
        for (number, line) in string.split('\n').enumerate() {
            if number > 0 {
                self.statement.push(' ');
            }
            self.statement.push_str(line);
        }
        self.rest = rest;
    }

    fn end_statement(&mut self) {
        let text = self.statement.trim_start_matches([' ', '\t']);
        let indent = self.statement.len() - text.len();
        let text = text.trim_end();
        if !text.is_empty() {
            self.statements.push(Statement { indent, text: text.to_owned() });
        }
        self.statement.clear();
    }
}

/// Whether a byte begins a string or a comment, ends a line, or is a bracket: all of them are ASCII.
const fn is_sign(byte: u8) -> bool {
    matches!(byte, b'#' | b'"' | b'\'' | b'\\' | b'\n' | b'(' | b')' | b'[' | b']' | b'{' | b'}')
}

/// The end of a string behind its closing quotes.
fn string_end(text: &str, quotes: &str, spans_lines: bool) -> Option<usize> {
    let quotes = quotes.as_bytes();
    let mut bytes = text.bytes().enumerate();
    while let Some((at, byte)) = bytes.next() {
        match byte {
            b'\\' => drop(bytes.next()),
            b'\n' if !spans_lines => return None,
            _ if byte == quotes[0] && text.as_bytes()[at..].starts_with(quotes) => return Some(at + quotes.len()),
            _ => {}
        }
    }
    None
}

/// What an import statement imports; `None` if it is none.
fn imports(statement: &str) -> Option<Vec<Import>> {
    if let Some(modules) = statement.strip_prefix("import ") {
        let modules = modules.split(',').filter_map(|module| {
            let (module, alias) = with_alias(module)?;
            // `import a.b` binds `a`.
            let (module, name) = match alias {
                Some(alias) => (module, alias),
                None => (top_level(module), top_level(module)),
            };
            Some(Import { level: 0, module: module.into(), item: None, name: name.into() })
        });
        return Some(modules.collect());
    }
    let (module, items) = statement.strip_prefix("from ")?.split_once(" import")?;
    let module = module.trim();
    let level = module.len() - module.trim_start_matches('.').len();
    let items = items.trim().trim_start_matches('(').trim_end_matches(')').split(',').filter_map(|item| {
        let (item, alias) = with_alias(item)?;
        let name = alias.unwrap_or(item).to_owned();
        Some(Import { level, module: module[level..].into(), item: Some(item.into()), name })
    });
    Some(items.collect())
}

/// A name, and the other name that `as` gives it.
fn with_alias(text: &str) -> Option<(&str, Option<&str>)> {
    let mut words = text.split_whitespace();
    let name = words.next()?;
    let alias = if words.next() == Some("as") { words.next() } else { None };
    Some((name, alias))
}

fn is_guard(statement: &str) -> bool {
    statement.starts_with("if ") && statement.contains("__name__") && statement.contains("__main__")
}

/// A function's head.
fn function(statement: &str) -> Option<Function> {
    let (is_async, rest) = match statement.strip_prefix("async ") {
        Some(rest) => (true, rest.trim_start()),
        None => (false, statement),
    };
    let (name, rest) = rest.strip_prefix("def ")?.split_once('(')?;
    let mut parameters = Vec::new();
    let mut needs_nothing = true;
    for parameter in split_outside_brackets(inside_bracket(rest)) {
        let parameter = parameter.trim();
        let is_variadic = parameter.starts_with(['*', '/']);
        needs_nothing &= is_variadic || parameter.is_empty() || parameter.contains('=');
        let end = parameter.find([':', '=']).unwrap_or(parameter.len());
        let name = parameter[..end].trim();
        if !name.is_empty() {
            parameters.push(name.to_owned());
        }
    }
    Some(Function { name: name.trim().to_owned(), is_async, parameters, needs_nothing })
}

/// The text up to the bracket that closes one that was opened before it.
fn inside_bracket(text: &str) -> &str {
    let mut depth = 0_usize;
    for (at, character) in text.char_indices() {
        match character {
            '(' | '[' | '{' => depth += 1,
            ')' | ']' | '}' if depth == 0 => return &text[..at],
            ')' | ']' | '}' => depth -= 1,
            _ => {}
        }
    }
    text
}

/// The parts between commas that stand in no bracket.
fn split_outside_brackets(text: &str) -> Vec<&str> {
    let (mut depth, mut start, mut parts) = (0_usize, 0, Vec::new());
    for (at, character) in text.char_indices() {
        match character {
            '(' | '[' | '{' => depth += 1,
            ')' | ']' | '}' => depth = depth.saturating_sub(1),
            ',' if depth == 0 => {
                parts.push(&text[start..at]);
                start = at + 1;
            }
            _ => {}
        }
    }
    parts.push(&text[start..]);
    parts
}

/// The names that a statement gives a value: `app = …`, `app: FastAPI = …`, `app, route = …`, `a = b = …`.
fn assignments(statement: &str) -> Option<Vec<Assignment>> {
    let mut value = statement;
    let mut assignments = Vec::new();
    while let Some((targets, rest)) = value.split_once('=') {
        let (targets, annotation) = match targets.split_once(':') {
            Some((target, annotation)) => (target, Some(annotation.trim().to_owned())),
            None => (targets, None),
        };
        let names: Vec<&str> = targets.split(',').map(str::trim).collect();
        if rest.starts_with('=') || !names.iter().all(|name| is_name(name)) {
            break;
        }
        assignments.extend(names.iter().map(|name| Assignment {
            name: (*name).to_owned(),
            annotation: annotation.clone(),
            value: String::new(),
        }));
        value = rest.trim_start();
    }
    for assignment in &mut assignments {
        value.clone_into(&mut assignment.value);
    }
    (!assignments.is_empty()).then_some(assignments)
}

fn is_name(text: &str) -> bool {
    text.starts_with(|c: char| c.is_alphabetic() || c == '_') && text.chars().all(|c| c.is_alphanumeric() || c == '_')
}

/// The dotted name that an expression begins with, if it is called.
fn callee(expression: &str) -> Option<&str> {
    let end = expression.find(|c: char| !(c.is_alphanumeric() || c == '_' || c == '.'))?;
    let name = &expression[..end];
    let is_call = expression[end..].trim_start().starts_with('(');
    (is_call && name.split('.').all(is_name)).then_some(name)
}

#[cfg(test)]
mod tests;
