//! What a registry keeps of a provider: the layout of the CNCF for WebAssembly, which `wkg` and ORAS read and write.

use super::ContentDigest;
use super::OciReference;
use crate::error::{Error, Result};
use crate::provider::{Form, Inspection, Listed};
use crate::text::one_line;
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};
use std::collections::BTreeMap;

/// The media type of a manifest.
pub(super) const MANIFEST: &str = "application/vnd.oci.image.manifest.v1+json";

/// What is accepted as an answer: manifests, and what is refused by its name.
pub(super) const ACCEPTED: &str = "application/vnd.oci.image.manifest.v1+json, application/vnd.oci.image.index.v1+json, \
    application/vnd.docker.distribution.manifest.v2+json, application/vnd.docker.distribution.manifest.list.v2+json";

const CONFIG: &str = "application/vnd.wasm.config.v0+json";
const LAYER: &str = "application/wasm";

/// What ORAS names a layer's file by.
const TITLE: &str = "org.opencontainers.image.title";

/// How many bytes a manifest may have; registries have the same limit.
pub(super) const MAX_MANIFEST: u64 = 4 << 20;

#[derive(Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
struct Manifest {
    schema_version: u32,
    media_type: Option<String>,
    config: Descriptor,
    layers: Vec<Descriptor>,
    #[serde(default)]
    annotations: BTreeMap<String, String>,
}

/// A blob that a manifest names.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
struct Descriptor {
    media_type: String,
    digest: String,
    size: u64,
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    annotations: BTreeMap<String, String>,
}

impl Descriptor {
    fn of(content: &[u8], media_type: &str) -> Self {
        Self {
            media_type: media_type.to_owned(),
            digest: format!("sha256:{}", ContentDigest::of(content)),
            size: content.len() as u64,
            annotations: BTreeMap::new(),
        }
    }
}

/// The component that a manifest leads to: its digest.
///
/// # Errors
/// It is not the manifest of a provider: what it is instead.
pub(super) fn component(manifest: &[u8], reference: &OciReference) -> Result<ContentDigest> {
    let wrong = |cause: String| {
        Error::provider(format!("`{reference}` is not a provider"))
            .cause(cause)
            .hint("`plugpacks provider push` publishes one; `wkg oci push` does, too")
    };
    let value: Value = serde_json::from_slice(manifest).map_err(|error| wrong(format!("not a manifest: {error}")))?;
    if value.get("manifests").is_some() {
        return Err(wrong("it is an index of several artefacts, not one artefact".to_owned()));
    }
    let manifest: Manifest =
        serde_json::from_value(value).map_err(|error| wrong(format!("not the manifest of an artefact: {error}")))?;
    if manifest.config.media_type != CONFIG {
        return Err(wrong(format!("its configuration is `{}`, not `{CONFIG}`", one_line(&manifest.config.media_type))));
    }
    let [layer] = &manifest.layers[..] else {
        return Err(wrong(format!("it has {} layers, not one", manifest.layers.len())));
    };
    if layer.media_type != LAYER {
        return Err(wrong(format!("its layer is `{}`, not `{LAYER}`", one_line(&layer.media_type))));
    }
    let digest = layer.digest.strip_prefix("sha256:").and_then(|digits| ContentDigest::parse(digits).ok());
    digest.ok_or_else(|| wrong(format!("the digest of its layer is `{}`, not a SHA-256", one_line(&layer.digest))))
}

/// A provider, ready to be published.
pub struct Package {
    pub(super) wasm: Vec<u8>,
    pub(super) config: Vec<u8>,
    pub(super) manifest: Vec<u8>,
}

impl Package {
    /// The package of a `.wasm` file. The same file makes the same package, whoever makes it and whenever.
    pub fn new(wasm: Vec<u8>, listed: &Listed, inspection: &Inspection) -> Self {
        let (os, component) = match inspection.form {
            Form::Component => ("wasip2", json!({ "exports": inspection.exports, "imports": inspection.imports })),
            Form::CoreModule => ("wasip1", Value::Null),
        };
        let config = json!({
            "created": "1970-01-01T00:00:00Z",
            "architecture": "wasm",
            "os": os,
            "layerDigests": [format!("sha256:{}", ContentDigest::of(&wasm))],
            "component": component,
        });
        let config = config.to_string().into_bytes();
        let name = &listed.identity.name;
        let file_name = BTreeMap::from([(TITLE.to_owned(), format!("{name}.wasm"))]);
        let about = [
            (TITLE, name.clone()),
            ("org.opencontainers.image.version", listed.identity.version.clone()),
            ("org.opencontainers.image.description", listed.description.summary.clone().into_owned()),
        ];
        let manifest = Manifest {
            schema_version: 2,
            media_type: Some(MANIFEST.to_owned()),
            config: Descriptor::of(&config, CONFIG),
            layers: vec![Descriptor { annotations: file_name, ..Descriptor::of(&wasm, LAYER) }],
            annotations: about.map(|(name, value)| (name.to_owned(), value)).into(),
        };
        let manifest = serde_json::to_vec(&manifest).expect("texts and numbers have a JSON form");
        Self { wasm, config, manifest }
    }
}

#[cfg(test)]
mod tests {
    use super::super::Reference;
    use super::*;

    fn read(manifest: &Value) -> Result<ContentDigest> {
        let Ok(Reference::Oci(reference)) = Reference::parse("oci://a.b/tcl:1") else { panic!("no reference") };
        component(manifest.to_string().as_bytes(), &reference)
    }

    fn manifest(layers: &Value) -> Value {
        let config = json!({ "mediaType": CONFIG, "digest": "sha256:00", "size": 2 });
        json!({ "schemaVersion": 2, "mediaType": MANIFEST, "config": config, "layers": layers })
    }

    #[test]
    fn a_provider_is_the_one_layer_of_a_manifest() {
        let digest = ContentDigest::of("x");
        let layer = json!({ "mediaType": LAYER, "digest": format!("sha256:{digest}"), "size": 1 });
        assert_eq!(read(&manifest(&json!([layer]))).unwrap(), digest);
        let cause = |manifest: &Value| read(manifest).unwrap_err().cause_texts()[0].clone();
        let mut tar = layer.clone();
        tar["mediaType"] = json!("application/vnd.oci.image.layer.v1.tar+gzip");
        let mut md5 = layer.clone();
        md5["digest"] = json!("md5:00");
        let mut image = manifest(&json!([layer]));
        image["config"]["mediaType"] = json!("application/vnd.oci.image.config.v1+json");
        let causes: Vec<_> = [
            manifest(&json!([layer, layer])),
            manifest(&json!([])),
            manifest(&json!([tar])),
            manifest(&json!([md5])),
            image,
            json!({ "schemaVersion": 2, "manifests": [] }),
            json!([]),
        ]
        .iter()
        .map(cause)
        .collect();
        insta::assert_snapshot!(causes.join("\n"), @"
        it has 2 layers, not one
        it has 0 layers, not one
        its layer is `application/vnd.oci.image.layer.v1.tar+gzip`, not `application/wasm`
        the digest of its layer is `md5:00`, not a SHA-256
        its configuration is `application/vnd.oci.image.config.v1+json`, not `application/vnd.wasm.config.v0+json`
        it is an index of several artefacts, not one artefact
        not the manifest of an artefact: invalid length 0, expected struct Manifest with 5 elements
        ");
    }
}
