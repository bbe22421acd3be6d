//! What the server says.

/// The greeting of the app with this name.
pub fn greeting(app: &str) -> String {
    format!("Hello from {app}\n")
}
