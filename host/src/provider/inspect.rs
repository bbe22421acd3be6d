//! What a provider's file is, read off its bytes before anything is compiled.

use crate::error::Error;
use wasmparser::{Chunk, Parser, Payload};

/// What a provider's file can be.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Form {
    /// A component.
    #[default]
    Component,
    /// A core module, of which a component can be made.
    CoreModule,
}

/// The names of the interfaces that a provider imports and exports.
#[derive(Debug, Default, PartialEq, Eq)]
pub(super) struct Interfaces {
    pub(super) form: Form,
    pub(super) imports: Vec<String>,
    pub(super) exports: Vec<String>,
}

/// What something is that is not a provider, and what to do about it.
struct Other {
    is: &'static str,
    hint: &'static str,
}

/// What files begin with, in the order in which they are told apart.
const OTHERS: &[(&[u8], Other)] = &[
    (
        b"\0asm",
        Other {
            is: "is WebAssembly of another version of the binary format",
            hint: "Use the tools of a released version",
        },
    ),
    (
        b"version https://git-lfs.github.com/spec/",
        Other { is: "is a pointer of Git LFS, not the file itself", hint: "Fetch the file: `git lfs pull`" },
    ),
    (b"PK\x03\x04", Other { is: "is a zip archive", hint: "Unpack it, and name the .wasm file in it" }),
    (b"\x1f\x8b", Other { is: "is compressed by gzip", hint: "Unpack it first: `gunzip`" }),
    (b"\x28\xb5\x2f\xfd", Other { is: "is compressed by zstd", hint: "Unpack it first: `unzstd`" }),
    (
        b"\x7fELF",
        Other { is: "is a program of this machine, not WebAssembly", hint: "Compile the provider for wasm32-wasip2" },
    ),
    (b"(component", Other { is: "is a component as text", hint: "Make the binary form of it: `wasm-tools parse`" }),
    (b"(module", Other { is: "is a core module as text", hint: "Make a component of it: `wasm-tools component new`" }),
    (b"<", Other { is: "is a web page or XML", hint: "Look whether the download's address is right" }),
    (b"{", Other { is: "is JSON", hint: "Look whether the download's address is right" }),
];

const EMPTY: Other = Other { is: "is empty", hint: "Look whether it was written or downloaded as a whole" };
const TEXT: Other = Other { is: "is a text", hint: "Name a WebAssembly component, a .wasm file" };
const OTHER: Other = Other { is: "is not WebAssembly", hint: "Name a WebAssembly component, a .wasm file" };

const COMPONENT: &[u8] = b"\0asm\x0d\0\x01\0";
const CORE_MODULE: &[u8] = b"\0asm\x01\0\0\0";

/// The first version of WASI, which core modules are packed with.
const PREVIEW1: &str = "wasi_snapshot_preview1";

/// What bytes are that are no WebAssembly of ours.
fn other(bytes: &[u8]) -> &'static Other {
    if bytes.is_empty() {
        return &EMPTY;
    }
    let known = OTHERS.iter().find(|(beginning, _)| bytes.starts_with(beginning));
    match known {
        Some((_, other)) => other,
        None if std::str::from_utf8(bytes).is_ok() => &TEXT,
        None => &OTHER,
    }
}

/// What a component or core module imports and exports.
///
/// # Errors
/// The bytes are neither: what they are instead; or they are damaged.
pub(super) fn interfaces(bytes: &[u8], title: &str) -> Result<Interfaces, Error> {
    let (kind, read) = if bytes.starts_with(COMPONENT) {
        ("component", of_component(bytes))
    } else if bytes.starts_with(CORE_MODULE) {
        ("core module", of_module(bytes))
    } else {
        let Other { is, hint } = other(bytes);
        return Err(Error::provider(format!("{title} {is}")).hint(*hint));
    };
    read.map_err(|error| {
        Error::provider(format!("{title} is a {kind} that is damaged"))
            .cause(error)
            .hint("Look whether it was written or downloaded as a whole")
    })
}

/// The interfaces in the names of a core module's functions, such as `plugpacks:provider/app@0.1.0#entry`.
fn of_module(bytes: &[u8]) -> Result<Interfaces, String> {
    let mut interfaces = Interfaces { form: Form::CoreModule, ..Interfaces::default() };
    let add = |names: &mut Vec<String>, name: &str| {
        if !names.iter().any(|known| known == name) {
            names.push(name.to_owned());
        }
    };
    for payload in Parser::new(0).parse_all(bytes) {
        match payload.map_err(|error| error.to_string())? {
            Payload::ImportSection(imports) => {
                for import in imports.into_imports() {
                    let module = import.map_err(|error| error.to_string())?.module;
                    if module != PREVIEW1 {
                        add(&mut interfaces.imports, module);
                    }
                }
            }
            Payload::ExportSection(exports) => {
                for export in exports {
                    if let Some((interface, _)) = export.map_err(|error| error.to_string())?.name.split_once('#') {
                        add(&mut interfaces.exports, interface);
                    }
                }
                // What follows is the compiler's to check.
                break;
            }
            _ => {}
        }
    }
    Ok(interfaces)
}

fn of_component(bytes: &[u8]) -> Result<Interfaces, String> {
    let mut interfaces = Interfaces::default();
    let mut parser = Parser::new(0);
    let mut at = 0;
    loop {
        let rest = bytes.get(at..).ok_or("it ends within a section")?;
        let chunk = parser.parse(rest, true).map_err(|error| error.to_string())?;
        let Chunk::Parsed { consumed, payload } = chunk else { return Ok(interfaces) };
        at += consumed;
        match payload {
            // What is inside is the compiler's to check.
            Payload::ModuleSection { unchecked_range, .. } | Payload::ComponentSection { unchecked_range, .. } => {
                at = unchecked_range.end;
            }
            Payload::ComponentImportSection(imports) => {
                for import in imports {
                    interfaces.imports.push(import.map_err(|error| error.to_string())?.name.name.to_owned());
                }
            }
            Payload::ComponentExportSection(exports) => {
                for export in exports {
                    interfaces.exports.push(export.map_err(|error| error.to_string())?.name.name.to_owned());
                }
            }
            Payload::End(_) => return Ok(interfaces),
            _ => {}
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn whatever_is_no_component_is_named() {
        let refused = |bytes: &[u8]| interfaces(bytes, "`a.wasm`").unwrap_err().message().to_owned();
        assert_eq!(refused(b"\0asm\x0e\0\x01\0"), "`a.wasm` is WebAssembly of another version of the binary format");
        assert_eq!(
            refused(b"version https://git-lfs.github.com/spec/v1\n"),
            "`a.wasm` is a pointer of Git LFS, not the file itself"
        );
        assert_eq!(refused(b"PK\x03\x04\xff"), "`a.wasm` is a zip archive");
        assert_eq!(refused(b"hello"), "`a.wasm` is a text");
        assert_eq!(refused(b""), "`a.wasm` is empty");
        assert_eq!(refused(b"\xff\xfe"), "`a.wasm` is not WebAssembly");
    }

    #[test]
    fn a_component_that_ends_too_early_is_damaged() {
        assert_eq!(interfaces(COMPONENT, "it").unwrap(), Interfaces::default());
        for rest in [&b"\x0b"[..], b"\x0b\x05\x01", b"\x01\xff\xff\xff\xff\x0f", b"\x01\x05\0asm"] {
            let damaged = interfaces(&[COMPONENT, rest].concat(), "it").unwrap_err();
            assert_eq!(damaged.message(), "it is a component that is damaged", "{rest:?}");
        }
    }
}
