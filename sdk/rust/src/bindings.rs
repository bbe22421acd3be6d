//! The contract's types and functions, generated from `wit/0.2/provider.wit`.
#![allow(missing_docs, unreachable_pub, clippy::all, unused_qualifications)]

wit_bindgen::generate!({
    path: "wit/0.2",
    world: "provider",
    pub_export_macro: true,
    export_macro_name: "export_bindings",
    default_bindings_module: "plugpacks_sdk::bindings",
    additional_derives: [PartialEq, Eq],
});
