//! Modules that link C code, and what they are compiled and run with.

use crate::code::Manifest;
use plugpacks_sdk::{Context, Result};

/// A module that does not work, or does not compile, without C code.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct CModule {
    /// The module's path, without the number of its major version.
    module: &'static str,
    /// The package of it that has the C code, where the others do without: only an app that imports it counts.
    package: Option<&'static str>,
    /// Packages besides the compiler: `NAME.dev` has the headers.
    pub(crate) packages: &'static [&'static str],
    /// What the program loads when it runs.
    pub(crate) libraries: &'static [&'static str],
}

/// A module that brings its C code with it.
const fn own(module: &'static str) -> CModule {
    CModule { module, package: None, packages: &[], libraries: &[] }
}

/// A module that is compiled and run with libraries.
const fn with(module: &'static str, packages: &'static [&'static str], libraries: &'static [&'static str]) -> CModule {
    CModule { module, package: None, packages, libraries }
}

/// The C++ library that such code is linked with.
const CPP: &[&str] = &["stdenv.cc.cc.lib"];
const VIPS: &[&str] = &["vips.dev", "vips.out", "glib.dev", "pkg-config"];
const PCAP: &[&str] = &["libpcap"];

const MODULES: &[CModule] = &[
    own("github.com/mattn/go-sqlite3"),
    own("github.com/mutecomm/go-sqlcipher"),
    own("github.com/chai2010/webp"),
    own("github.com/DataDog/zstd"),
    own("github.com/valyala/gozstd"),
    own("github.com/confluentinc/confluent-kafka-go"),
    own("github.com/tree-sitter/go-tree-sitter"),
    own("github.com/smacker/go-tree-sitter"),
    own("github.com/gen2brain/go-fitz"),
    own("github.com/miekg/pkcs11"),
    own("github.com/godror/godror"),
    own("github.com/bytecodealliance/wasmtime-go"),
    with("github.com/marcboeker/go-duckdb", &[], CPP),
    with("github.com/duckdb/duckdb-go", &[], CPP),
    with("rogchap.com/v8go", &[], CPP),
    CModule {
        module: "github.com/google/gopacket",
        package: Some("github.com/google/gopacket/pcap"),
        packages: PCAP,
        libraries: PCAP,
    },
    CModule {
        module: "github.com/gopacket/gopacket",
        package: Some("github.com/gopacket/gopacket/pcap"),
        packages: PCAP,
        libraries: PCAP,
    },
    with("github.com/davidbyttow/govips", VIPS, &["vips"]),
    with("github.com/cshum/vipsgen", VIPS, &["vips"]),
    with("github.com/h2non/bimg", VIPS, &["vips"]),
    with("github.com/kolesa-team/go-webp", &["libwebp", "pkg-config"], &["libwebp"]),
    with("gocv.io/x/gocv", &["opencv4", "pkg-config"], &["opencv4", "stdenv.cc.cc.lib"]),
    with("gopkg.in/gographics/imagick", &["imagemagick.dev", "imagemagick", "pkg-config"], &["imagemagick"]),
    with("github.com/libgit2/git2go", &["libgit2.dev", "libgit2", "pkg-config"], &["libgit2"]),
    with("github.com/linxGnu/grocksdb", &["rocksdb"], &["rocksdb", "stdenv.cc.cc.lib"]),
    with("github.com/pebbe/zmq4", &["zeromq", "pkg-config"], &["zeromq"]),
    with("github.com/msteinert/pam", &["linux-pam"], &["linux-pam"]),
    with("github.com/otiai10/gosseract", &["tesseract", "leptonica", "pkg-config"], &["tesseract", "leptonica"]),
];

/// Where the compiler, the linker and pkg-config find what Nix installs.
pub(crate) const PATHS: [(&str, &str); 3] = [
    ("CPATH", "/root/.nix-profile/include"),
    ("LIBRARY_PATH", "/root/.nix-profile/lib"),
    ("PKG_CONFIG_PATH", "/root/.nix-profile/lib/pkgconfig:/root/.nix-profile/share/pkgconfig"),
];

/// The modules with C code that a manifest requires, directly or not.
///
/// # Errors
/// The app cannot be searched.
pub(crate) fn required(context: &Context, manifest: &Manifest) -> Result<Vec<&'static CModule>> {
    let mut found = Vec::new();
    for module in MODULES {
        let is_required = manifest.arguments("require").any(|path| is_module(path, module.module));
        if is_required && is_imported(context, module)? {
            found.push(module);
        }
    }
    Ok(found)
}

impl CModule {
    /// The module's path.
    pub(crate) const fn path(&self) -> &'static str {
        self.module
    }
}

/// Whether a path is the module's, of whatever major version: `…/v2`, or `….v3` at gopkg.in.
fn is_module(path: &str, module: &str) -> bool {
    let Some(rest) = path.strip_prefix(module) else { return false };
    let version = rest.strip_prefix("/v").or_else(|| rest.strip_prefix(".v"));
    rest.is_empty() || version.is_some_and(|number| number.bytes().all(|byte| byte.is_ascii_digit()))
}

fn is_imported(context: &Context, module: &CModule) -> Result<bool> {
    let Some(package) = module.package else { return Ok(true) };
    let import = format!(r#""{}""#, package.replace('.', r"\."));
    Ok(context.app.search("**/*.go", &import)?.is_some())
}

#[cfg(test)]
mod tests {
    use super::*;
    use plugpacks_sdk::testing::FakeApp;

    fn required_by(text: &str, code: &str) -> Vec<&'static str> {
        let app = FakeApp::new().file("go.mod", text).file("main.go", code);
        app.with(|context| {
            let manifest = Manifest::read(context, "go.mod").unwrap().unwrap();
            required(context, &manifest).unwrap().into_iter().map(CModule::path).collect()
        })
    }

    #[test]
    fn direct_and_indirect_requirements_count() {
        let text = "require gorm.io/driver/sqlite v1.6.0\nrequire (\n\tgithub.com/mattn/go-sqlite3 v1.14.32 // indirect\n\
                    \tgithub.com/davidbyttow/govips/v2 v2.16.0\n\tgopkg.in/gographics/imagick.v3 v3.7.0\n)\n";
        assert_eq!(
            required_by(text, ""),
            ["github.com/mattn/go-sqlite3", "github.com/davidbyttow/govips", "gopkg.in/gographics/imagick"]
        );
        assert_eq!(required_by("require github.com/mattn/go-sqlite3x v1.0.0\n", ""), [""; 0]);
    }

    #[test]
    fn some_modules_have_one_package_with_c_code() {
        let text = "require github.com/google/gopacket v1.1.19\n";
        assert_eq!(required_by(text, "import \"github.com/google/gopacket/layers\"\n"), [""; 0]);
        assert_eq!(required_by(text, "import \"github.com/google/gopacket/pcap\"\n"), ["github.com/google/gopacket"]);
    }
}
