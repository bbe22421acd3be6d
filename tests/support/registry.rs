//! Registries: a real one as a process, and servers that misbehave.

use super::engine::skip;
use std::io::{BufRead as _, BufReader, Read as _, Write as _};
use std::net::{Ipv4Addr, TcpListener, TcpStream};
use std::process::{Child, Command, Stdio};
use std::sync::{Arc, Mutex};
use std::time::Duration;
use tempfile::TempDir;

/// Debian's package of that name has it.
const PROGRAM: &str = "docker-registry";

/// `me` with the password `word`.
const PASSWORDS: &str = "me:$2y$05$abcdefghijklmnopqrstuuQDoL5Sa/TtfS/XN4AY/jgq.HBbO1BTu\n";

/// A real registry, which ends with its test.
pub(crate) struct Registry {
    process: Child,
    pub(crate) host: String,
    folder: TempDir,
}

impl Registry {
    /// Starts one; `None`, after a word about it, where there is none.
    pub(crate) fn start(test: &str) -> Option<Self> {
        Self::configured(test, |_| String::new())
    }

    /// One that lets nobody in but `me`.
    pub(crate) fn with_password(test: &str) -> Option<Self> {
        Self::configured(test, |folder| {
            let passwords = folder.path().join("passwords");
            std::fs::write(&passwords, PASSWORDS).unwrap();
            format!("auth: {{ htpasswd: {{ realm: test, path: {} }} }}\n", passwords.display())
        })
    }

    fn configured(test: &str, further: impl Fn(&TempDir) -> String) -> Option<Self> {
        let folder = TempDir::new().unwrap();
        let free = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).unwrap().local_addr().unwrap();
        let configuration = folder.path().join("registry.yml");
        let text = format!(
            "version: 0.1\nlog: {{ level: error }}\nstorage: {{ filesystem: {{ rootdirectory: {} }} }}\nhttp: {{ addr: \"{free}\" }}\n{}",
            folder.path().join("data").display(),
            further(&folder)
        );
        std::fs::write(&configuration, text).unwrap();
        let started = Command::new(PROGRAM)
            .arg("serve")
            .arg(configuration)
            .stdin(Stdio::null())
            .stdout(Stdio::null())
            .stderr(Stdio::null())
            .spawn();
        let Ok(process) = started else {
            skip(test, "there is no docker-registry: Debian's package of that name");
            return None;
        };
        let registry = Self { process, host: free.to_string(), folder };
        for _ in 0..200 {
            if TcpStream::connect(free).is_ok() {
                return Some(registry);
            }
            std::thread::sleep(Duration::from_millis(50));
        }
        panic!("the registry at {free} does not answer");
    }

    /// What the registry answers to a question for a path, without the client under test.
    pub(crate) fn get(&self, path: &str, accept: &str) -> Vec<u8> {
        let mut stream = TcpStream::connect(&self.host).unwrap();
        let host = &self.host;
        write!(stream, "GET {path} HTTP/1.0\r\nHost: {host}\r\nAccept: {accept}\r\n\r\n").unwrap();
        let mut answer = Vec::new();
        stream.read_to_end(&mut answer).unwrap();
        let end = answer.windows(4).position(|window| window == b"\r\n\r\n").unwrap();
        assert!(answer.starts_with(b"HTTP/1.0 200"), "{}", String::from_utf8_lossy(&answer));
        answer.split_off(end + 4)
    }

    /// Changes one byte of a blob on the registry's disk.
    pub(crate) fn alter(&self, digest: &str) {
        let blob = format!("data/docker/registry/v2/blobs/sha256/{}/{digest}/data", &digest[..2]);
        let blob = self.folder.path().join(blob);
        let mut content = std::fs::read(&blob).unwrap();
        *content.last_mut().unwrap() ^= 1;
        std::fs::write(blob, content).unwrap();
    }
}

impl Drop for Registry {
    fn drop(&mut self) {
        let _ = self.process.kill();
        let _ = self.process.wait();
    }
}

/// A question, as a server sees it.
#[derive(Clone, Debug)]
pub(crate) struct Asked {
    pub(crate) method: String,
    /// Path and what comes after `?`.
    pub(crate) target: String,
    pub(crate) authorization: Option<String>,
}

/// What a server does about a question.
#[derive(Clone)]
pub(crate) enum Reply {
    /// Status with its headers, each ended by `\r\n`, and a body.
    Answer(u16, String, Vec<u8>),
    /// The same, but the body ends in the middle.
    Half(Vec<u8>),
    /// Nothing at all.
    Silence,
}

impl Reply {
    pub(crate) fn ok(body: impl Into<Vec<u8>>) -> Self {
        Self::Answer(200, String::new(), body.into())
    }

    pub(crate) fn status(status: u16) -> Self {
        Self::Answer(status, String::new(), Vec::new())
    }

    /// Points elsewhere.
    pub(crate) fn to(place: &str) -> Self {
        Self::Answer(307, format!("Location: {place}\r\n"), Vec::new())
    }
}

/// A server that answers as a test wants, and remembers what it was asked.
pub(crate) struct Server {
    pub(crate) host: String,
    asked: Arc<Mutex<Vec<Asked>>>,
}

impl Server {
    pub(crate) fn start(reply: impl Fn(&Asked) -> Reply + Send + Sync + 'static) -> Self {
        let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).unwrap();
        let host = listener.local_addr().unwrap().to_string();
        let asked = Arc::<Mutex<Vec<Asked>>>::default();
        let (seen, reply) = (Arc::clone(&asked), Arc::new(reply));
        // It ends with the process of the tests.
        std::thread::spawn(move || {
            for stream in listener.incoming().flatten() {
                let (seen, reply) = (Arc::clone(&seen), Arc::clone(&reply));
                std::thread::spawn(move || {
                    let _ = serve(stream, &seen, &*reply);
                });
            }
        });
        Self { host, asked }
    }

    /// What it was asked so far.
    pub(crate) fn asked(&self) -> Vec<Asked> {
        self.asked.lock().unwrap().clone()
    }
}

fn serve(stream: TcpStream, seen: &Mutex<Vec<Asked>>, reply: &dyn Fn(&Asked) -> Reply) -> std::io::Result<()> {
    let mut reader = BufReader::new(stream.try_clone()?);
    let mut stream = stream;
    let mut first = String::new();
    reader.read_line(&mut first)?;
    let mut words = first.split_whitespace().map(str::to_owned);
    let (method, target) = (words.next().unwrap_or_default(), words.next().unwrap_or_default());
    let mut asked = Asked { method, target, authorization: None };
    let mut length = 0;
    loop {
        let mut line = String::new();
        if reader.read_line(&mut line)? == 0 || line.trim().is_empty() {
            break;
        }
        let (name, value) = line.trim().split_once(": ").unwrap_or_default();
        match name.to_ascii_lowercase().as_str() {
            "authorization" => asked.authorization = Some(value.to_owned()),
            "content-length" => length = value.parse().unwrap_or(0),
            _ => {}
        }
    }
    std::io::copy(&mut reader.take(length), &mut std::io::sink())?;
    seen.lock().unwrap().push(asked.clone());
    let (status, headers, body, sent) = match reply(&asked) {
        Reply::Answer(status, headers, body) => (status, headers, body.clone(), body),
        Reply::Half(body) => (200, String::new(), body.clone(), body[..body.len() / 2].to_vec()),
        Reply::Silence => {
            std::thread::sleep(Duration::from_secs(60));
            return Ok(());
        }
    };
    write!(stream, "HTTP/1.1 {status} X\r\nContent-Length: {}\r\nConnection: close\r\n{headers}\r\n", body.len())?;
    if asked.method != "HEAD" {
        stream.write_all(&sent)?;
    }
    stream.flush()
}
