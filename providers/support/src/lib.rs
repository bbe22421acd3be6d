//! What several built-in providers share. It is no part of the SDK: other providers can do without.

pub mod file_server;
pub mod native;
