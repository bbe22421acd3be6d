//! Where the program listens, as far as the file in which it begins spells that out.

use crate::manifest::Manifest;
use plugpacks_provider_support::listening::{Listening, Numbers};
use plugpacks_sdk::{Context, Result};

const LISTENING: Listening = Listening {
    calls: &["bind(", "SocketAddr::from(", ".run("],
    numbers: Numbers::BesideAddress,
    port: "std::env::var(\"PORT\")",
};

/// Warns where the started program listens on a fixed place.
///
/// # Errors
/// The file cannot be read.
pub(crate) fn warn(context: &Context, package: Option<&Manifest>, program: Option<&str>) -> Result<()> {
    let folder = package.map_or("", |package| package.folder());
    let of_program = program.map(|program| format!("{folder}src/bin/{program}.rs"));
    for file in [Some(format!("{folder}src/main.rs")), of_program].into_iter().flatten() {
        if let Some(code) = context.app.read_text_if_file(&file)? {
            LISTENING.warn(context, &file, &code);
            break;
        }
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use crate::Rust;
    use plugpacks_sdk::testing::FakeApp;

    fn warnings(code: &str, dependency: &str) -> usize {
        let manifest =
            format!("[package]\nname = \"shop\"\nedition = \"2024\"\n[dependencies]\n{dependency} = \"1\"\n");
        let app = FakeApp::new().file("Cargo.toml", manifest).file("src/main.rs", code);
        app.plan::<Rust>().unwrap();
        app.warnings().len()
    }

    #[test]
    fn a_place_of_the_codes_own_is_said() {
        for code in [
            "TcpListener::bind(\"0.0.0.0:3000\").await",
            ".bind((\"127.0.0.1\", 8080))?",
            "SocketAddr::from(([0, 0, 0, 0], 3000))",
            "warp::serve(routes).run(([127, 0, 0, 1], 3030)).await",
        ] {
            assert_eq!(warnings(code, "axum"), 1, "{code}");
        }
        for code in ["query.bind(42)", "bind((\"0.0.0.0\", port))", "HttpServer::new(app).run().await"] {
            assert_eq!(warnings(code, "axum"), 0, "{code}");
        }
        assert_eq!(warnings("SocketAddr::from(([127, 0, 0, 1], 3000))", "rocket"), 0);
    }
}
