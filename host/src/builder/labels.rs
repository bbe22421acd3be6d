//! Labels that every image gets: where it comes from and what planned it.

use super::request::Label;
use crate::app::Checkout;
use crate::provider::ProviderIdentity;

/// The annotations of the OCI image specification that are known, and the providers.
pub fn annotations(checkout: Option<&Checkout>, providers: &[ProviderIdentity]) -> Vec<Label> {
    let of_checkout = |value: fn(&Checkout) -> &Option<String>| checkout.and_then(|checkout| value(checkout).clone());
    let providers: Vec<_> = providers.iter().map(ToString::to_string).collect();
    let known = [
        ("org.opencontainers.image.source", of_checkout(|checkout| &checkout.source)),
        ("org.opencontainers.image.revision", of_checkout(|checkout| &checkout.revision)),
        ("org.opencontainers.image.version", of_checkout(|checkout| &checkout.tag)),
        ("dev.plugpacks.providers", Some(providers.join(", ")).filter(|names| !names.is_empty())),
    ];
    known.into_iter().filter_map(|(key, value)| Some(Label::new(key, value?))).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_what_is_known_is_said() {
        assert_eq!(annotations(None, &[]), []);
        let checkout = Checkout { source: Some("https://example.org/shop".into()), ..Checkout::default() };
        let node = |name: &str| ProviderIdentity {
            name: name.into(),
            version: "0.1.0".into(),
            digest: Some("sha256:00".into()),
        };
        let labels = annotations(Some(&checkout), &[node("php"), node("node")]);
        let shown: Vec<_> = labels.iter().map(ToString::to_string).collect();
        assert_eq!(
            shown,
            [
                "org.opencontainers.image.source=https://example.org/shop",
                "dev.plugpacks.providers=php 0.1.0 sha256:00, node 0.1.0 sha256:00"
            ]
        );
    }
}
