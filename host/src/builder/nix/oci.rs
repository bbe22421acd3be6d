//! Images in the words of the OCI image specification, version 1.

use super::cache::{Cache, Key, cannot_write, write_whole};
use crate::digest::{hex, sha256};
use crate::error::Result;
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};
use sha2::{Digest as _, Sha256};
use std::collections::BTreeMap;
use std::fs::{self, File};
use std::io::{self, Write};
use std::path::{Path, PathBuf};

const CONFIGURATION: &str = "application/vnd.oci.image.config.v1+json";
const LAYER: &str = "application/vnd.oci.image.layer.v1.tar+gzip";
const MANIFEST: &str = "application/vnd.oci.image.manifest.v1+json";
const INDEX: &str = "application/vnd.oci.image.index.v1+json";

/// The annotation with an image's name in a layout.
const REFERENCE: &str = "org.opencontainers.image.ref.name";

/// The file that says that a directory is a layout, and what it says.
const LAYOUT_FILE: &str = "oci-layout";
const LAYOUT: &str = r#"{"imageLayoutVersion":"1.0.0"}"#;

/// Which blob is meant.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct Descriptor {
    pub(super) media_type: String,
    pub(super) digest: String,
    pub(super) size: u64,
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    annotations: BTreeMap<String, String>,
}

/// A layer: the blob, and the digest of what is compressed in it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct Layer {
    pub(super) blob: Descriptor,
    pub(super) diff_id: String,
}

/// How an image is run.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
#[serde(rename_all = "PascalCase")]
pub(super) struct Execution {
    #[serde(skip_serializing_if = "String::is_empty")]
    pub(super) user: String,
    pub(super) env: Vec<String>,
    pub(super) entrypoint: Vec<String>,
    pub(super) cmd: Vec<String>,
    pub(super) working_dir: String,
    pub(super) labels: BTreeMap<String, String>,
    /// Docker's addition to the specification.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) healthcheck: Option<Healthcheck>,
}

/// How an image's health is checked.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
#[serde(rename_all = "PascalCase")]
pub(super) struct Healthcheck {
    pub(super) test: Vec<String>,
}

/// An image that is in the store of blobs.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Image {
    manifest: Descriptor,
    configuration: Descriptor,
    layers: Vec<Layer>,
}

/// Blobs by their digests, and the images made of them: an OCI layout.
#[derive(Debug)]
pub(super) struct Layout {
    root: PathBuf,
}

/// A blob that is being written.
pub(super) struct BlobWriter<W> {
    inner: W,
    hasher: Sha256,
    size: u64,
}

impl<W: Write> BlobWriter<W> {
    pub(super) fn new(inner: W) -> Self {
        Self { inner, hasher: Sha256::new(), size: 0 }
    }

    /// What it is written to, the digest and the length of what was written.
    pub(super) fn finish(self) -> (W, String, u64) {
        (self.inner, format!("sha256:{}", hex(&self.hasher.finalize())), self.size)
    }
}

impl<W: Write> Write for BlobWriter<W> {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        let count = self.inner.write(bytes)?;
        self.hasher.update(&bytes[..count]);
        self.size += count as u64;
        Ok(count)
    }

    fn flush(&mut self) -> io::Result<()> {
        self.inner.flush()
    }
}

impl Descriptor {
    fn new(media_type: &str, digest: String, size: u64) -> Self {
        Self { media_type: media_type.to_owned(), digest, size, annotations: BTreeMap::new() }
    }

    /// That of a compressed layer.
    pub(super) fn of_layer(digest: String, size: u64) -> Self {
        Self::new(LAYER, digest, size)
    }

    /// Where a layout has it.
    fn path(&self) -> String {
        format!("blobs/{}", self.digest.replace(':', "/"))
    }
}

impl Image {
    /// The digest by which registries call it.
    pub(super) fn digest(&self) -> &str {
        &self.manifest.digest
    }

    /// The digest by which engines call it.
    pub(super) fn configuration_digest(&self) -> &str {
        &self.configuration.digest
    }

    /// How many bytes are pushed where nothing is there.
    pub(super) fn size(&self) -> u64 {
        self.blobs().map(|blob| blob.size).sum()
    }

    /// How many layers it has.
    pub(super) fn layer_count(&self) -> usize {
        self.layers.len()
    }

    fn blobs(&self) -> impl Iterator<Item = &Descriptor> {
        [&self.manifest, &self.configuration].into_iter().chain(self.layers.iter().map(|layer| &layer.blob))
    }
}

impl Layout {
    /// The one in a cache.
    ///
    /// # Errors
    /// It cannot be made.
    pub(super) fn in_cache(cache: &Cache) -> Result<Self> {
        let root = cache.root().join("images");
        let blobs = root.join("blobs/sha256");
        fs::create_dir_all(&blobs).map_err(|error| cannot_write(&blobs, error))?;
        let marker = root.join(LAYOUT_FILE);
        if !marker.exists() {
            write_whole(&marker, LAYOUT.as_bytes())?;
        }
        Ok(Self { root })
    }

    pub(super) fn root(&self) -> &Path {
        &self.root
    }

    /// Where a blob is, or will be.
    pub(super) fn place(&self, blob: &Descriptor) -> PathBuf {
        self.root.join(blob.path())
    }

    /// A layer that was made before, if its blob is still there.
    pub(super) fn known(&self, cache: &Cache, key: &Key) -> Option<Layer> {
        let layer: Layer = serde_json::from_str(&cache.memo(key)?).ok()?;
        self.place(&layer.blob).exists().then_some(layer)
    }

    /// Notes how a layer is called that was made from what the key stands for.
    ///
    /// # Errors
    /// The note cannot be written.
    pub(super) fn note(&self, cache: &Cache, key: &Key, layer: &Layer) -> Result<()> {
        cache.keep_memo(key, &serde_json::to_string(layer).expect("a layer has a JSON form"))
    }

    fn add(&self, media_type: &str, document: &Value) -> Result<Descriptor> {
        let text = document.to_string();
        let digest = format!("sha256:{}", sha256(&text));
        let blob = Descriptor::new(media_type, digest, text.len() as u64);
        write_whole(&self.place(&blob), text.as_bytes())?;
        Ok(blob)
    }

    /// Adds an image of these layers, the lowest first, each with what made it.
    ///
    /// # Errors
    /// It cannot be written.
    pub(super) fn add_image(
        &self,
        execution: &Execution,
        layers: Vec<(Layer, String)>,
        created: &str,
    ) -> Result<Image> {
        let history: Vec<_> =
            layers.iter().map(|(_, made_by)| json!({ "created": created, "created_by": made_by })).collect();
        let diff_ids: Vec<_> = layers.iter().map(|(layer, _)| layer.diff_id.as_str()).collect();
        let configuration = self.add(
            CONFIGURATION,
            &json!({
                "created": created,
                "architecture": architecture(),
                "os": "linux",
                "config": execution,
                "rootfs": { "type": "layers", "diff_ids": diff_ids },
                "history": history,
            }),
        )?;
        let layers: Vec<_> = layers.into_iter().map(|(layer, _)| layer).collect();
        let manifest = self.add(
            MANIFEST,
            &json!({
                "schemaVersion": 2,
                "mediaType": MANIFEST,
                "config": configuration,
                "layers": layers.iter().map(|layer| &layer.blob).collect::<Vec<_>>(),
            }),
        )?;
        Ok(Image { manifest, configuration, layers })
    }

    /// Gives an image its names; what was called so before loses them.
    ///
    /// # Errors
    /// It cannot be written.
    pub(super) fn name(&self, image: &Image, names: &[String]) -> Result<()> {
        // Two builds at once must not forget each other's names.
        let lock_file = self.root.join(".lock");
        let lock = File::create(&lock_file).and_then(|file| file.lock().map(|()| file));
        let _lock = lock.map_err(|error| cannot_write(&lock_file, error))?;
        let index = self.root.join("index.json");
        let text = fs::read_to_string(&index).unwrap_or_default();
        let known: Value = serde_json::from_str(&text).unwrap_or_default();
        let known: Vec<Descriptor> = serde_json::from_value(known["manifests"].clone()).unwrap_or_default();
        let is_other = |other: &Descriptor| !names.iter().any(|name| other.annotations.get(REFERENCE) == Some(name));
        let mut manifests: Vec<_> = known.into_iter().filter(is_other).collect();
        manifests.extend(named(&image.manifest, names));
        write_whole(&index, index_of(&manifests).to_string().as_bytes())
    }

    /// Writes an image as an archive that `docker load` and `podman load` take, too.
    ///
    /// # Errors
    /// It cannot be written.
    pub(super) fn write_archive(&self, image: &Image, names: &[String], to: impl Write) -> io::Result<()> {
        let mut archive = tar::Builder::new(to);
        let manifests: Vec<_> = named(&image.manifest, names).collect();
        let layers: Vec<_> = image.layers.iter().map(|layer| layer.blob.path()).collect();
        let for_engines = json!([{ "Config": image.configuration.path(), "RepoTags": names, "Layers": layers }]);
        let index = index_of(&manifests).to_string();
        for (name, text) in
            [(LAYOUT_FILE, LAYOUT), ("index.json", &*index), ("manifest.json", &*for_engines.to_string())]
        {
            archive.append_data(&mut plain_header(text.len() as u64), name, text.as_bytes())?;
        }
        let mut written = std::collections::BTreeSet::new();
        for blob in image.blobs().filter(|blob| written.insert(blob.digest.clone())) {
            let file = File::open(self.place(blob))?;
            archive.append_data(&mut plain_header(blob.size), blob.path(), file)?;
        }
        archive.into_inner()?.flush()
    }
}

fn plain_header(size: u64) -> tar::Header {
    let mut header = tar::Header::new_ustar();
    header.set_size(size);
    header.set_mode(0o644);
    header.set_mtime(0);
    header
}

/// A manifest under each of its names.
fn named<'a>(manifest: &'a Descriptor, names: &'a [String]) -> impl Iterator<Item = Descriptor> + 'a {
    names.iter().map(|name| {
        let annotations = [(REFERENCE.to_owned(), name.clone())].into();
        Descriptor { annotations, ..manifest.clone() }
    })
}

fn index_of(manifests: &[Descriptor]) -> Value {
    json!({ "schemaVersion": 2, "mediaType": INDEX, "manifests": manifests })
}

/// The machine's architecture, in the words of Go.
pub(super) fn architecture() -> &'static str {
    match std::env::consts::ARCH {
        "x86_64" => "amd64",
        "aarch64" => "arm64",
        other => other,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn layout() -> (tempfile::TempDir, Layout) {
        let place = tempfile::tempdir().unwrap();
        let cache = Cache::in_directory(place.path()).unwrap();
        let layout = Layout::in_cache(&cache).unwrap();
        (place, layout)
    }

    #[test]
    fn a_name_is_of_one_image() {
        let (_place, layout) = layout();
        let image = |user: &str| {
            let execution = Execution { user: user.to_owned(), ..Execution::default() };
            layout.add_image(&execution, Vec::new(), "1970-01-01T00:00:01Z").unwrap()
        };
        let (first, second) = (image("1"), image("2"));
        assert_ne!(first.digest(), second.digest());
        let names = |names: &[&str]| names.iter().map(|name| (*name).to_owned()).collect::<Vec<_>>();
        layout.name(&first, &names(&["shop:1", "shop:latest"])).unwrap();
        layout.name(&second, &names(&["shop:latest"])).unwrap();
        let index: Value =
            serde_json::from_str(&fs::read_to_string(layout.root().join("index.json")).unwrap()).unwrap();
        let shown: Vec<_> = index["manifests"]
            .as_array()
            .unwrap()
            .iter()
            .map(|manifest| {
                (manifest["annotations"][REFERENCE].as_str().unwrap(), manifest["digest"].as_str().unwrap())
            })
            .collect();
        assert_eq!(shown, [("shop:1", first.digest()), ("shop:latest", second.digest())]);
    }

    #[test]
    fn an_archive_has_each_blob_once_and_repeats_to_the_bit() {
        let (_place, layout) = layout();
        let image = layout.add_image(&Execution::default(), Vec::new(), "1970-01-01T00:00:01Z").unwrap();
        let archive = || {
            let mut bytes = Vec::new();
            layout.write_archive(&image, &["shop:latest".to_owned()], &mut bytes).unwrap();
            bytes
        };
        let bytes = archive();
        assert_eq!(bytes, archive());
        let mut read = tar::Archive::new(bytes.as_slice());
        let names: Vec<_> =
            read.entries().unwrap().map(|entry| entry.unwrap().path().unwrap().display().to_string()).collect();
        assert_eq!(names[..3], ["oci-layout", "index.json", "manifest.json"]);
        assert_eq!(names.len(), 5);
    }
}
