//! Components made by hand, as no compiler makes them.

/// What the contract has a provider export.
pub(crate) const GUEST: &str = "plugpacks:provider/provider-guest@0.1.0";

/// A component that exports an instance of this name with nothing in it.
pub(crate) fn component(export: &str) -> Vec<u8> {
    let name = vector(export.as_bytes());
    let exported = [&[1, 0], name.as_slice(), &[5, 0, 0]].concat();
    [COMPONENT.to_vec(), section(5, &[1, 1, 0]), section(11, &exported)].concat()
}

/// A component with one more core module, of these sections, which is instantiated once, after all others.
pub(crate) fn with_module(component: &[u8], sections: &[Vec<u8>]) -> Vec<u8> {
    let module = [b"\0asm\x01\0\0\0".to_vec(), sections.concat()].concat();
    let instance = [&[1, 0], number(core_modules(component)).as_slice(), &[0]].concat();
    [component.to_vec(), section(CORE_MODULE, &module), section(2, &instance)].concat()
}

const COMPONENT: &[u8] = b"\0asm\x0d\0\x01\0";
const CORE_MODULE: u8 = 1;

/// How many core modules a component has.
fn core_modules(component: &[u8]) -> u32 {
    let mut rest = component.strip_prefix(COMPONENT).unwrap();
    let mut count = 0;
    while let [id, sized @ ..] = rest {
        count += u32::from(*id == CORE_MODULE);
        let digits = sized.iter().take_while(|byte| **byte >= 0x80).count() + 1;
        let size = sized[..digits].iter().rev().fold(0, |size, byte| size << 7 | usize::from(byte & 0x7f));
        rest = &sized[digits + size..];
    }
    count
}

/// Linear memories of so many pages of 64 KiB each.
pub(crate) fn memories(count: u8, pages: u32) -> Vec<u8> {
    several(5, count, &[vec![0], number(pages)].concat())
}

/// Tables of so many elements each.
pub(crate) fn tables(count: u8, elements: u32) -> Vec<u8> {
    several(4, count, &[vec![0x70, 0], number(elements)].concat())
}

/// A function that runs when the module is instantiated.
pub(crate) fn start(function: &[u8]) -> Vec<Vec<u8>> {
    // It has no local variables.
    let body = vector(&[&[0], function].concat());
    let code = [vec![1], body].concat();
    vec![section(1, &[1, 0x60, 0, 0]), section(3, &[1, 0]), section(8, &[0]), section(10, &code)]
}

/// `unreachable`
pub(crate) const CRASH: &[u8] = &[0x00, 0x0b];

/// `loop br 0 end`
pub(crate) const LOOP: &[u8] = &[0x03, 0x40, 0x0c, 0x00, 0x0b, 0x0b];

fn several(id: u8, count: u8, element: &[u8]) -> Vec<u8> {
    section(id, &[vec![count], element.repeat(count.into())].concat())
}

fn section(id: u8, content: &[u8]) -> Vec<u8> {
    [vec![id], vector(content)].concat()
}

fn vector(bytes: &[u8]) -> Vec<u8> {
    [number(u32::try_from(bytes.len()).unwrap()), bytes.to_vec()].concat()
}

/// A number in groups of seven bits, the lowest first.
fn number(mut value: u32) -> Vec<u8> {
    let mut bytes = Vec::new();
    while value >= 0x80 {
        bytes.push((value & 0x7f) as u8 | 0x80);
        value >>= 7;
    }
    bytes.push(value as u8);
    bytes
}

/// A component for another version of the contract, which has as many signs as this one's.
pub(crate) fn with_version(wasm: &[u8], version: &str) -> Vec<u8> {
    const PACKAGE: &[u8] = b"plugpacks:provider/";
    let mut wasm = wasm.to_vec();
    for at in 0..wasm.len() {
        let Some(rest) = wasm[at..].strip_prefix(PACKAGE) else { continue };
        let name = rest.iter().take_while(|byte| byte.is_ascii_lowercase() || **byte == b'-').count();
        if rest[name..].starts_with(b"@0.") {
            let from = at + PACKAGE.len() + name + 1;
            wasm[from..from + version.len()].copy_from_slice(version.as_bytes());
        }
    }
    wasm
}
