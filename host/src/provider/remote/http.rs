//! Asking a server over HTTP: what may go over plain HTTP, how long an answer may take and how large it may be, and
//! that credentials stay with the host that they are for.

use crate::error::{Error, ErrorKind, Result};
use crate::text::one_line;
use std::net::IpAddr;
use std::str::FromStr as _;
use std::sync::Arc;
use std::time::Duration;
use ureq::http::header::{ACCEPT, AUTHORIZATION, CONTENT_TYPE, LOCATION};
use ureq::http::{HeaderMap, Method, Request, StatusCode, Uri, request};
use ureq::tls::{RootCerts, TlsConfig};
use ureq::{Agent, AsSendBody, Proxy};

/// Where HTTP without TLS is allowed.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum PlainHttp {
    /// Within this machine.
    #[default]
    Loopback,
    /// Everywhere.
    Everywhere,
}

/// Who stands between this machine and servers elsewhere. This machine itself is asked directly in any case.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Proxies {
    /// Nobody.
    #[default]
    None,
    /// Whom the process's variables name: `HTTPS_PROXY`, `HTTP_PROXY`, `ALL_PROXY`, but for `NO_PROXY`.
    OfEnvironment,
}

/// How long a server may be silent.
const SILENCE: Duration = Duration::from_secs(30);

/// How long it may take to connect.
const CONNECT: Duration = Duration::from_secs(10);

/// How often an answer may point elsewhere.
const MAX_REDIRECTS: usize = 5;

/// Asks servers.
pub(super) struct Http {
    /// Asks servers elsewhere.
    agent: Agent,
    /// Asks this machine.
    local: Agent,
    plain: PlainHttp,
    timeout: Duration,
}

/// A question.
pub(super) struct Question<'a> {
    pub(super) method: Method,
    pub(super) uri: Uri,
    /// Media types that are understood.
    pub(super) accept: &'a str,
    /// What shows who asks; it stays with the host that is asked.
    pub(super) authorization: Option<String>,
    /// What is sent, and its media type.
    pub(super) content: Option<(&'a [u8], &'a str)>,
    /// How many bytes the answer may have.
    pub(super) limit: u64,
}

impl<'a> Question<'a> {
    /// Asks for something of at most so many bytes.
    pub(super) const fn get(uri: Uri, accept: &'a str, limit: u64) -> Self {
        Self { method: Method::GET, uri, accept, authorization: None, content: None, limit }
    }
}

/// What a server answered.
pub(super) struct Answer {
    pub(super) status: StatusCode,
    pub(super) headers: HeaderMap,
    pub(super) body: Vec<u8>,
    /// Who answered in the end.
    pub(super) uri: Uri,
}

impl Http {
    pub(super) fn new(plain: PlainHttp, proxies: Proxies, timeout: Duration) -> Self {
        let proxy = match proxies {
            Proxies::None => None,
            Proxies::OfEnvironment => Proxy::try_from_env(),
        };
        Self { agent: agent(timeout, proxy), local: agent(timeout, None), plain, timeout }
    }

    /// The scheme that a registry is spoken to with.
    pub(super) fn scheme(&self, host: &str) -> &'static str {
        let is_plain = self.plain == PlainHttp::Everywhere || is_loopback(name_of(host));
        if is_plain { "http" } else { "https" }
    }

    /// Asks, and follows to where the answer points, without credentials where that is another host.
    ///
    /// # Errors
    /// Nobody answers, the answer is too large, or it points where it may not.
    pub(super) fn ask(&self, question: &Question) -> Result<Answer> {
        if !self.permits(&question.uri) {
            return Err(Error::configuration(format!(
                "`{}` would be fetched without encryption",
                shown(&question.uri)
            ))
            .hint("Use https, or say `--plain-http` if the network in between is your own"));
        }
        let mut uri = question.uri.clone();
        let mut authorization = question.authorization.as_deref();
        for _ in 0..=MAX_REDIRECTS {
            let answer = self.ask_once(question, &uri, authorization)?;
            let is_asked = matches!(question.method, Method::GET | Method::HEAD);
            let Some(location) = answer.headers.get(LOCATION).filter(|_| is_asked && answer.status.is_redirection())
            else {
                return Ok(answer);
            };
            let next = location.to_str().ok().and_then(|location| resolve(&uri, location));
            let next = next.ok_or_else(|| registry(format!("{} points to nowhere", shown(&uri))))?;
            let loses_encryption = uri.scheme_str() == Some("https") && next.scheme_str() == Some("http");
            if loses_encryption || !self.permits(&next) {
                return Err(registry(format!("{} points to {}, which is not encrypted", shown(&uri), shown(&next))));
            }
            if origin(&next) != origin(&uri) {
                authorization = None;
            }
            uri = next;
        }
        Err(registry(format!("{} points from one place to the next, without an end", shown(&question.uri))))
    }

    /// Whether something may be asked at all.
    fn permits(&self, uri: &Uri) -> bool {
        let may_be_plain = self.plain == PlainHttp::Everywhere || is_loopback(uri.host().unwrap_or_default());
        uri.scheme_str() == Some("https") || (uri.scheme_str() == Some("http") && may_be_plain)
    }

    fn ask_once(&self, question: &Question, uri: &Uri, authorization: Option<&str>) -> Result<Answer> {
        let mut request = Request::builder().method(&question.method).uri(uri).header(ACCEPT, question.accept);
        if let Some(authorization) = authorization {
            request = request.header(AUTHORIZATION, authorization);
        }
        match question.content {
            Some((content, kind)) => self.send(request.header(CONTENT_TYPE, kind), content, question.limit, uri),
            None => self.send(request, (), question.limit, uri),
        }
    }

    fn send(&self, request: request::Builder, body: impl AsSendBody, limit: u64, uri: &Uri) -> Result<Answer> {
        let failed = |error: ureq::Error| self.failure(&error, uri, limit);
        let request = request.body(body).map_err(|error| failed(error.into()))?;
        let agent = if is_loopback(uri.host().unwrap_or_default()) { &self.local } else { &self.agent };
        let (parts, mut body) = agent.run(request).map_err(failed)?.into_parts();
        // What is refused needs no reason that is longer than this.
        let limit = if parts.status.is_success() { limit } else { limit.max(MAX_REASON) };
        let body = body.with_config().limit(limit).read_to_vec().map_err(failed)?;
        Ok(Answer { status: parts.status, headers: parts.headers, body, uri: uri.clone() })
    }

    /// Why there is no answer, in words.
    fn failure(&self, error: &ureq::Error, uri: &Uri, limit: u64) -> Error {
        let host = host_of(uri);
        match error {
            ureq::Error::Timeout(_) => registry(format!("{host} does not answer in time"))
                .cause(format!("`{}` is not there after at most {} seconds", shown(uri), self.timeout.as_secs()))
                .hint("Try again later; `--fetch-timeout SECONDS` waits longer"),
            ureq::Error::BodyExceedsLimit(_) => {
                registry(format!("{host} answers with more than {limit} bytes")).cause(shown(uri))
            }
            ureq::Error::HostNotFound => registry(format!("There is no host {host}")).cause(shown(uri)),
            ureq::Error::Io(error) if error.kind() == std::io::ErrorKind::UnexpectedEof => {
                registry(format!("{host} ends its answer too early")).cause(shown(uri))
            }
            error => registry(format!("Cannot ask {host}")).cause(shown(uri)).cause(one_line(&error.to_string())),
        }
    }
}

/// Asks servers, and follows nothing by itself.
fn agent(timeout: Duration, proxy: Option<Proxy>) -> Agent {
    let tls = TlsConfig::builder()
        .root_certs(RootCerts::PlatformVerifier)
        .unversioned_rustls_crypto_provider(Arc::new(rustls::crypto::ring::default_provider()))
        .build();
    let configuration = Agent::config_builder()
        .tls_config(tls)
        .user_agent(concat!("plugpacks/", env!("CARGO_PKG_VERSION")))
        .http_status_as_error(false)
        .max_redirects(0)
        .max_redirects_will_error(false)
        .proxy(proxy)
        .timeout_connect(Some(CONNECT.min(timeout)))
        .timeout_recv_response(Some(SILENCE.min(timeout)))
        .timeout_per_read(Some(SILENCE.min(timeout)))
        .timeout_global(Some(timeout))
        .build();
    configuration.new_agent()
}

/// How many bytes of a refusal are read.
pub(super) const MAX_REASON: u64 = 64 << 10;

/// An error of a registry or another server.
pub(super) fn registry(message: impl Into<String>) -> Error {
    Error::new(ErrorKind::Registry, message)
}

/// An address as messages show it, without what comes after `?`, which may be a secret of its own.
pub(super) fn shown(uri: &Uri) -> String {
    format!("{}://{}{}", uri.scheme_str().unwrap_or_default(), host_of(uri), one_line(uri.path()))
}

/// The host of an address, with its port.
pub(super) fn host_of(uri: &Uri) -> &str {
    uri.authority().map_or("", |authority| authority.as_str())
}

/// Scheme, host and port: whom credentials are for.
pub(super) fn origin(uri: &Uri) -> (Option<&str>, Option<String>, Option<u16>) {
    let usual = if uri.scheme_str() == Some("https") { 443 } else { 80 };
    (uri.scheme_str(), uri.host().map(str::to_ascii_lowercase), uri.port_u16().or(Some(usual)))
}

/// Where an answer points to: a whole address, or a path at the same host.
pub(super) fn resolve(base: &Uri, location: &str) -> Option<Uri> {
    if location.starts_with('/') && !location.starts_with("//") {
        return Uri::from_str(&format!("{}://{}{location}", base.scheme_str()?, base.authority()?)).ok();
    }
    let uri = Uri::from_str(location).ok()?;
    let is_whole = matches!(uri.scheme_str(), Some("http" | "https")) && !host_of(&uri).contains('@');
    is_whole.then_some(uri)
}

/// A host without its port.
fn name_of(host: &str) -> &str {
    host.rsplit_once(':').filter(|(_, port)| !port.ends_with(']')).map_or(host, |(name, _)| name)
}

/// Whether a host is this machine.
fn is_loopback(name: &str) -> bool {
    let address = name.trim_start_matches('[').trim_end_matches(']');
    name == "localhost" || address.parse().is_ok_and(|address: IpAddr| address.is_loopback())
}

/// Names and values, as a form or the end of an address has them.
pub(super) fn form(pairs: &[(&str, &str)]) -> String {
    let encoded = |text: &str| -> String {
        let byte = |byte: u8| match byte {
            b'a'..=b'z' | b'A'..=b'Z' | b'0'..=b'9' | b'-' | b'.' | b'_' | b'~' => char::from(byte).to_string(),
            byte => format!("%{byte:02X}"),
        };
        text.bytes().map(byte).collect()
    };
    let pairs: Vec<_> = pairs.iter().map(|(name, value)| format!("{}={}", encoded(name), encoded(value))).collect();
    pairs.join("&")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn uri(text: &str) -> Uri {
        Uri::from_str(text).unwrap()
    }

    #[test]
    fn only_this_machine_is_asked_without_encryption() {
        for (host, scheme) in [
            ("localhost:5000", "http"),
            ("127.0.0.1", "http"),
            ("127.9.9.9:80", "http"),
            ("[::1]:5000", "http"),
            ("10.0.0.1:5000", "https"),
            ("localhost.example.org", "https"),
            ("127.0.0.1.example.org", "https"),
        ] {
            let http = Http::new(PlainHttp::Loopback, Proxies::None, SILENCE);
            assert_eq!(http.scheme(host), scheme, "{host}");
            assert_eq!(http.permits(&uri(&format!("http://{host}/x"))), scheme == "http", "{host}");
            let everywhere = Http::new(PlainHttp::Everywhere, Proxies::None, SILENCE);
            assert!(everywhere.scheme(host) == "http" && everywhere.permits(&uri(&format!("http://{host}/x"))));
        }
    }

    #[test]
    fn an_answer_points_to_an_address_or_a_path() {
        let base = uri("https://a.b:5000/v2/x?y=1");
        let resolved = |location: &str| resolve(&base, location).map(|uri| uri.to_string());
        assert_eq!(resolved("/v2/z?w").unwrap(), "https://a.b:5000/v2/z?w");
        assert_eq!(resolved("https://c.d/z").unwrap(), "https://c.d/z");
        for nowhere in ["//c.d/z", "z", "", "file:///etc/passwd", "https://user:word@c.d/z", "\u{1}"] {
            assert_eq!(resolved(nowhere), None, "{nowhere}");
        }
    }

    #[test]
    fn an_origin_is_scheme_host_and_port() {
        assert_eq!(origin(&uri("https://A.b/x")), origin(&uri("https://a.b:443/y")));
        for other in ["http://a.b/x", "https://a.b:444/x", "https://a.b.c/x"] {
            assert_ne!(origin(&uri("https://a.b/x")), origin(&uri(other)), "{other}");
        }
    }

    #[test]
    fn a_form_keeps_signs_apart() {
        assert_eq!(
            form(&[("scope", "repository:a/b:pull"), ("é", "&= ")]),
            "scope=repository%3Aa%2Fb%3Apull&%C3%A9=%26%3D%20"
        );
    }
}
