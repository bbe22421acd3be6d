//! Fetching and publishing: the few questions of the distribution specification that a provider needs.

use super::ContentDigest;
use super::challenge::{Challenge, TokenServer};
use super::http::{Answer, Http, MAX_REASON, Question, form, host_of, origin, registry, resolve, shown};
use super::manifest::{ACCEPTED, MANIFEST, MAX_MANIFEST, Package, component};
use super::{OciReference, PlainHttp, Proxies, Reference, Url};
use crate::error::{Error, Result};
use crate::text::one_line;
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use serde::Deserialize;
use std::cell::RefCell;
use std::str::FromStr as _;
use std::time::Duration;
use ureq::http::header::{LOCATION, WWW_AUTHENTICATE};
use ureq::http::{Method, StatusCode, Uri};

/// Who asks a registry.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Credential {
    /// Name and password.
    Password(String, String),
    /// What a server for tokens gives tokens for.
    IdentityToken(String),
}

/// How servers are asked.
#[derive(Clone, Copy, Debug)]
pub struct Settings {
    /// Where encryption may be absent.
    pub plain_http: PlainHttp,
    /// Who stands in between.
    pub proxies: Proxies,
    /// How long one answer may take as a whole.
    pub timeout: Duration,
    /// How many bytes a provider may have.
    pub max_size: u64,
    /// Tells who asks a registry, if somebody is logged in to it.
    pub credentials: fn(&str) -> Result<Option<Credential>>,
}

/// Asks registries and web servers for providers.
pub struct Client {
    http: Http,
    settings: Settings,
}

/// A provider that was fetched, whose digest nobody has compared with anything.
pub struct Fetched {
    /// The `.wasm` file.
    pub wasm: Vec<u8>,
    /// Its digest.
    pub digest: ContentDigest,
}

impl Client {
    /// A client with these settings.
    pub fn new(settings: Settings) -> Self {
        Self { http: Http::new(settings.plain_http, settings.proxies, settings.timeout), settings }
    }

    /// Fetches what a reference leads to now.
    ///
    /// # Errors
    /// Nobody answers, somebody refuses, or what is there is no provider.
    pub fn fetch(&self, reference: &Reference) -> Result<Fetched> {
        let wasm = match reference {
            Reference::Url(url) => self.file(url)?,
            Reference::Oci(oci) => {
                let visit = Visit::new(self, oci)?;
                let layer = component(&visit.manifest()?, oci)?;
                visit.blob(&layer)?
            }
        };
        let digest = ContentDigest::of(&wasm);
        Ok(Fetched { wasm, digest })
    }

    /// Fetches the file of a digest. In a registry it is found even if the tag leads elsewhere by now.
    ///
    /// # Errors
    /// As [`Self::fetch`]; whether it is the right file is left to the caller.
    pub fn fetch_exactly(&self, reference: &Reference, digest: &ContentDigest) -> Result<Vec<u8>> {
        match reference {
            Reference::Url(url) => self.file(url),
            Reference::Oci(oci) => Visit::new(self, oci)?.content(digest),
        }
    }

    /// Publishes a provider; the digest of its manifest.
    ///
    /// # Errors
    /// The registry does not take it, or the reference names a digest instead of a tag.
    pub fn push(&self, reference: &OciReference, package: &Package) -> Result<ContentDigest> {
        if reference.manifest.is_some() {
            return Err(Error::configuration(format!(
                "`{reference}` names a digest, which follows from what is pushed"
            ))
            .hint("Leave out what begins with `@`"));
        }
        let visit = Visit::new(self, reference)?;
        for blob in [&package.wasm, &package.config] {
            visit.upload(blob)?;
        }
        visit.put_manifest(&package.manifest)?;
        Ok(ContentDigest::of(&package.manifest))
    }

    fn file(&self, url: &Url) -> Result<Vec<u8>> {
        let answer = self.http.ask(&Question::get(url.0.clone(), "application/wasm, */*", self.settings.max_size))?;
        if answer.status == StatusCode::OK {
            return Ok(answer.body);
        }
        Err(refusal(&answer, &format!("`{}`", shown(&url.0)), None))
    }
}

/// One errand to a repository, which is let in once.
struct Visit<'a> {
    client: &'a Client,
    reference: &'a OciReference,
    credential: Option<Credential>,
    /// What the registry was shown last, and accepted.
    authorization: RefCell<Option<String>>,
}

impl<'a> Visit<'a> {
    fn new(client: &'a Client, reference: &'a OciReference) -> Result<Self> {
        let credential = (client.settings.credentials)(&reference.host)?;
        Ok(Self { client, reference, credential, authorization: RefCell::new(None) })
    }

    /// The manifest, compared with the digest of the reference if that has one.
    fn manifest(&self) -> Result<Vec<u8>> {
        let uri = self.uri(&format!("manifests/{}", self.reference.manifest_name()))?;
        let answer = self.ask(Question::get(uri, ACCEPTED, MAX_MANIFEST))?;
        if answer.status != StatusCode::OK {
            return Err(self.refusal(&answer));
        }
        match &self.reference.manifest {
            Some(digest) if ContentDigest::of(&answer.body) != *digest => Err(self.other(digest, &answer.body)),
            _ => Ok(answer.body),
        }
    }

    /// The content of a digest, compared with it.
    fn blob(&self, digest: &ContentDigest) -> Result<Vec<u8>> {
        let content = self.content(digest)?;
        if ContentDigest::of(&content) == *digest { Ok(content) } else { Err(self.other(digest, &content)) }
    }

    /// What the registry says that the content of a digest is.
    fn content(&self, digest: &ContentDigest) -> Result<Vec<u8>> {
        let uri = self.uri(&format!("blobs/sha256:{digest}"))?;
        let answer = self.ask(Question::get(uri, "*/*", self.client.settings.max_size))?;
        if answer.status == StatusCode::OK { Ok(answer.body) } else { Err(self.refusal(&answer)) }
    }

    /// Puts a blob where it is not there yet.
    fn upload(&self, content: &[u8]) -> Result<()> {
        let digest = format!("sha256:{}", ContentDigest::of(content));
        let known = self.uri(&format!("blobs/{digest}"))?;
        let known = self.ask(Question { method: Method::HEAD, ..Question::get(known, "*/*", MAX_REASON) })?;
        if known.status == StatusCode::OK {
            return Ok(());
        }
        let begin = Question {
            method: Method::POST,
            content: Some((&[], "application/octet-stream")),
            ..Question::get(self.uri("blobs/uploads/")?, "*/*", MAX_REASON)
        };
        let begun = self.ask(begin)?;
        let place = begun.headers.get(LOCATION).and_then(|location| resolve(&begun.uri, location.to_str().ok()?));
        let Some(place) = place.filter(|_| begun.status == StatusCode::ACCEPTED) else {
            return Err(self.refusal(&begun));
        };
        let separator = if place.query().is_some() { '&' } else { '?' };
        let place = uri(&format!("{place}{separator}{}", form(&[("digest", &digest)])))?;
        let put = Question {
            method: Method::PUT,
            content: Some((content, "application/octet-stream")),
            ..Question::get(place, "*/*", MAX_REASON)
        };
        let answer = self.ask(put)?;
        if answer.status == StatusCode::CREATED { Ok(()) } else { Err(self.refusal(&answer)) }
    }

    fn put_manifest(&self, manifest: &[u8]) -> Result<()> {
        let put = Question {
            method: Method::PUT,
            content: Some((manifest, MANIFEST)),
            ..Question::get(self.uri(&format!("manifests/{}", self.reference.manifest_name()))?, "*/*", MAX_REASON)
        };
        let answer = self.ask(put)?;
        if answer.status == StatusCode::CREATED { Ok(()) } else { Err(self.refusal(&answer)) }
    }

    /// Asks; if the registry wants to be shown something, shows it and asks again.
    fn ask(&self, mut question: Question) -> Result<Answer> {
        let is_at_home = origin(&question.uri) == origin(&self.uri("")?);
        question.authorization = self.authorization.borrow().clone().filter(|_| is_at_home);
        let answer = self.client.http.ask(&question)?;
        if answer.status != StatusCode::UNAUTHORIZED || origin(&answer.uri) != origin(&self.uri("")?) {
            return Ok(answer);
        }
        let headers = answer.headers.get_all(WWW_AUTHENTICATE).iter().filter_map(|header| header.to_str().ok());
        let Some(authorization) = Challenge::parse(headers).map_or(Ok(None), |wanted| self.authorize(&wanted))? else {
            return Ok(answer);
        };
        question.authorization = Some(authorization.clone());
        let answer = self.client.http.ask(&question)?;
        if answer.status != StatusCode::UNAUTHORIZED {
            *self.authorization.borrow_mut() = Some(authorization);
        }
        Ok(answer)
    }

    /// What can be shown to a registry; nothing if it wants a password and there is none.
    fn authorize(&self, wanted: &Challenge) -> Result<Option<String>> {
        match wanted {
            Challenge::Basic => Ok(self.basic()),
            Challenge::Bearer(server) => self.token(server).map(|token| Some(format!("Bearer {token}"))),
        }
    }

    fn basic(&self) -> Option<String> {
        match &self.credential {
            Some(Credential::Password(name, password)) => {
                Some(format!("Basic {}", STANDARD.encode(format!("{name}:{password}"))))
            }
            Some(Credential::IdentityToken(_)) | None => None,
        }
    }

    /// A token of the server that the registry names.
    fn token(&self, server: &TokenServer) -> Result<String> {
        let realm = uri(&server.realm)?;
        if self.client.http.scheme(&self.reference.host) == "https" && realm.scheme_str() != Some("https") {
            return Err(registry(format!("{} asks for credentials without encryption", self.reference.host))
                .cause(shown(&realm)));
        }
        let usual = format!("repository:{}:pull", self.reference.repository);
        let mut wanted = vec![("scope", server.scope.as_deref().unwrap_or(&usual))];
        wanted.extend(server.service.as_deref().map(|service| ("service", service)));
        let refreshed;
        let question = match &self.credential {
            Some(Credential::IdentityToken(token)) => {
                wanted.extend([("grant_type", "refresh_token"), ("client_id", "plugpacks"), ("refresh_token", token)]);
                refreshed = form(&wanted);
                Question {
                    method: Method::POST,
                    content: Some((refreshed.as_bytes(), "application/x-www-form-urlencoded")),
                    ..Question::get(realm, "application/json", MAX_REASON)
                }
            }
            Some(Credential::Password(..)) | None => {
                let separator = if realm.query().is_some() { '&' } else { '?' };
                let address = uri(&format!("{realm}{separator}{}", form(&wanted)))?;
                Question { authorization: self.basic(), ..Question::get(address, "application/json", MAX_REASON) }
            }
        };
        let answer = self.client.http.ask(&question)?;
        if answer.status != StatusCode::OK {
            return Err(self.refusal(&answer));
        }
        let token: Option<Token> = serde_json::from_slice(&answer.body).ok();
        let token = token.and_then(|Token { token, access_token }| token.or(access_token));
        token
            .filter(|token| token.chars().all(|c| c.is_ascii_graphic()))
            .ok_or_else(|| registry(format!("{} gives no token", host_of(&answer.uri))).cause(shown(&answer.uri)))
    }

    /// An address of the repository.
    fn uri(&self, path: &str) -> Result<Uri> {
        let OciReference { host, repository, .. } = self.reference;
        // Docker Hub's registry has another name than Docker Hub.
        let at = if host == "docker.io" { "registry-1.docker.io" } else { host };
        uri(&format!("{}://{at}/v2/{repository}/{path}", self.client.http.scheme(host)))
    }

    fn other(&self, digest: &ContentDigest, content: &[u8]) -> Error {
        Error::provider(format!("{} hands over something else than was asked for", self.reference.host))
            .cause(format!("asked for sha256:{digest}"))
            .cause(format!("got sha256:{}", ContentDigest::of(content)))
            .hint("Tell whoever runs the registry, or what is in between")
    }

    fn refusal(&self, answer: &Answer) -> Error {
        refusal(answer, &format!("`{}`", self.reference), Some((&self.reference.host, self.credential.is_some())))
    }
}

/// What a server for tokens says.
#[derive(Deserialize)]
struct Token {
    token: Option<String>,
    access_token: Option<String>,
}

/// What a registry says of a refusal.
#[derive(Deserialize)]
struct Refusals {
    errors: Vec<Refusal>,
}

#[derive(Deserialize)]
struct Refusal {
    #[serde(default)]
    code: String,
    #[serde(default)]
    message: String,
}

fn uri(text: &str) -> Result<Uri> {
    Uri::from_str(text).map_err(|error| registry(format!("`{}` is not a URL", one_line(text))).cause(error))
}

/// Why something is not to be had. `login`: the registry that can be logged in to, and whether somebody is.
fn refusal(answer: &Answer, what: &str, login: Option<(&str, bool)>) -> Error {
    let host = host_of(&answer.uri);
    let message = match (answer.status, login) {
        (StatusCode::UNAUTHORIZED, Some((_, true))) => format!("{host} does not accept the credentials for {what}"),
        (StatusCode::UNAUTHORIZED, _) => format!("{host} wants credentials for {what}"),
        (StatusCode::FORBIDDEN, _) => format!("{host} does not allow {what}"),
        (StatusCode::NOT_FOUND, _) => format!("{host} has no {what}"),
        (StatusCode::TOO_MANY_REQUESTS, _) => format!("{host} is asked too often"),
        (status, _) => format!("{host} answers {} to {what}", status.as_u16()),
    };
    let hint = match (answer.status, login) {
        (StatusCode::UNAUTHORIZED | StatusCode::FORBIDDEN, Some((host, _))) => {
            Some(format!("Run `docker login {host}`"))
        }
        (StatusCode::NOT_FOUND, _) => Some("Look whether name and tag are right".to_owned()),
        (StatusCode::TOO_MANY_REQUESTS, _) => Some("Try again later".to_owned()),
        _ => None,
    };
    let said = serde_json::from_slice(&answer.body).map_or_else(|_| Vec::new(), |Refusals { errors }| errors);
    let causes = said.iter().take(5).map(|Refusal { code, message }| {
        let text: String = format!("{code}: {message}").chars().take(300).collect();
        one_line(&text)
    });
    registry(message).causes(causes).maybe_hint(hint)
}
