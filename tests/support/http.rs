//! Asking a server, without a client that repairs what it says.

use super::network::{ADDRESS, Network, PORT};

/// What a server answered.
#[derive(Debug)]
pub(crate) struct Answer {
    pub(crate) status: u16,
    headers: Vec<(String, String)>,
    /// As it came: a chunked body is not put together, a compressed one is not unpacked.
    pub(crate) body: Vec<u8>,
}

impl Answer {
    /// The value of the first header of this name.
    pub(crate) fn header(&self, name: &str) -> Option<&str> {
        self.headers.iter().find(|(found, _)| found.eq_ignore_ascii_case(name)).map(|(_, value)| &**value)
    }

    /// The body as text.
    pub(crate) fn text(&self) -> String {
        String::from_utf8_lossy(&self.body).into_owned()
    }

    fn parse(bytes: &[u8]) -> Option<Self> {
        let end = bytes.windows(4).position(|window| window == b"\r\n\r\n")?;
        let head = std::str::from_utf8(&bytes[..end]).ok()?;
        let (first, rest) = head.split_once("\r\n").unwrap_or((head, ""));
        let status = first.split(' ').nth(1)?.parse().ok()?;
        let header = |line: &str| line.split_once(':').map(|(name, value)| (name.to_owned(), value.trim().to_owned()));
        Some(Self { status, headers: rest.lines().filter_map(header).collect(), body: bytes[end + 4..].to_vec() })
    }
}

/// Asks the app in a network for a path.
pub(crate) fn get(network: &Network, path: &str, headers: &[(&str, &str)]) -> std::io::Result<Answer> {
    let further: String = headers.iter().map(|(name, value)| format!("{name}: {value}\r\n")).collect();
    let request = format!("GET {path} HTTP/1.1\r\nHost: {ADDRESS}:{PORT}\r\nConnection: close\r\n{further}\r\n");
    let bytes = network.exchange(request.as_bytes())?;
    Answer::parse(&bytes).ok_or_else(|| std::io::Error::other(format!("no HTTP answer: {bytes:?}")))
}
