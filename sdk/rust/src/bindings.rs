//! The contract's types and functions, generated from `wit/provider.wit`.
#![allow(missing_docs, unreachable_pub, clippy::all, unused_qualifications)]

wit_bindgen::generate!({
    path: "wit",
    world: "provider",
    pub_export_macro: true,
    export_macro_name: "export_bindings",
    default_bindings_module: "plugpacks_sdk::bindings",
    additional_derives: [PartialEq, Eq],
});
