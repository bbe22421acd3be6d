//! Running containers, and talking to them.

use std::fmt::Write as _;
use std::io::{Read as _, Write as _};
use std::net::{TcpListener, TcpStream};
use std::process::Command;
use std::time::{Duration, Instant};

/// Says why images cannot be built with Docker here.
pub(crate) fn skipped(test: &str) -> bool {
    let server = Command::new("docker").args(["version", "--format", "{{.Server.Version}}"]).output();
    let reason = match server {
        Err(error) => format!("docker cannot be run: {error}"),
        Ok(output) if !output.status.success() => {
            String::from_utf8_lossy(&output.stderr).lines().last().unwrap_or("no engine").to_owned()
        }
        Ok(_) => return false,
    };
    skip(test, &reason)
}

/// Says that a test is skipped, past the test harness's capture, so that a green run shows what it
/// did not do.
pub(crate) fn skip(test: &str, reason: &str) -> bool {
    let _ = writeln!(std::io::stderr(), "SKIPPED {test}: {reason}");
    true
}

/// A running container; removed when this goes away.
pub(crate) struct Container {
    id: String,
    port: u16,
}

impl Container {
    pub(crate) fn run(image: &str) -> Self {
        let port = TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap().port();
        let variable = format!("PORT={port}");
        let output = Command::new("docker")
            .args(["run", "--detach", "--network", "host", "--env", &variable, image])
            .output()
            .unwrap();
        assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
        Self { id: String::from_utf8(output.stdout).unwrap().trim().to_owned(), port }
    }

    /// The answer to a request, once the app listens.
    pub(crate) fn ask(&self, path: &str) -> String {
        let end = Instant::now() + Duration::from_secs(60);
        let mut problem = String::new();
        while Instant::now() < end {
            match self.request(path) {
                Ok(answer) if !answer.is_empty() => return answer,
                Ok(_) => problem = "an empty answer".into(),
                Err(error) => problem = error.to_string(),
            }
            std::thread::sleep(Duration::from_millis(200));
        }
        let logs = Command::new("docker").args(["logs", &self.id]).output().unwrap();
        let _ = write!(problem, "\n{}", String::from_utf8_lossy(&logs.stderr));
        panic!("no answer: {problem}{}", String::from_utf8_lossy(&logs.stdout));
    }

    fn request(&self, path: &str) -> std::io::Result<String> {
        let mut stream = TcpStream::connect(("127.0.0.1", self.port))?;
        stream.set_read_timeout(Some(Duration::from_secs(10)))?;
        write!(stream, "GET {path} HTTP/1.0\r\nHost: localhost\r\n\r\n")?;
        let mut answer = Vec::new();
        stream.read_to_end(&mut answer)?;
        Ok(String::from_utf8_lossy(&answer).into_owned())
    }
}

impl Drop for Container {
    fn drop(&mut self) {
        let _ = Command::new("docker").args(["rm", "--force", &self.id]).output();
    }
}
