//! The network of a container that was started without one, entered from outside.

use std::io::{Error, Result, Write as _};
use std::process::{Command, Output, Stdio};

/// The address on which apps are asked. Without it a container has the loopback address alone, on which an app
/// answers that nobody else could reach.
pub(crate) const ADDRESS: &str = "10.99.0.1";

/// The port that apps are told, which is no server's default.
pub(crate) const PORT: u16 = 6890;

/// What `timeout` returns of a program that took too long.
const TIMED_OUT: i32 = 124;

/// Programs that a network is entered with, which takes root's rights.
const PROGRAMS: [&str; 3] = ["nsenter", "ip", "timeout"];

/// The network that a process has.
pub(crate) struct Network {
    process: String,
}

impl Network {
    /// The network of a process, by its number.
    pub(crate) const fn of(process: String) -> Self {
        Self { process }
    }

    /// Gives it [`ADDRESS`].
    pub(crate) fn add_address(&self) -> Result<()> {
        let added = self.command("ip").args(["address", "add", &format!("{ADDRESS}/32"), "dev", "lo"]).output()?;
        succeeded(added).map(drop)
    }

    /// Why no network can be entered here.
    pub(crate) fn cannot_be_entered() -> Option<String> {
        let missing = PROGRAMS.iter().find(|program| Command::new(program).arg("--version").output().is_err());
        if let Some(program) = missing {
            return Some(format!("{program} is missing, with which containers are asked that have no network"));
        }
        let user = Command::new("id").arg("--user").output().ok()?;
        (user.stdout != b"0\n").then(|| "only root can ask containers that have no network".to_owned())
    }

    /// Sends a request to [`PORT`] and returns all that comes back until the connection ends, or for ten seconds: Guile's
    /// server leaves it open.
    pub(crate) fn exchange(&self, request: &[u8]) -> Result<Vec<u8>> {
        let script = format!("exec 3<>/dev/tcp/{ADDRESS}/{PORT} && cat >&3 && cat <&3");
        let mut client = self.command("timeout");
        client.args(["10", "bash", "-c", &script]).stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped());
        let mut client = client.spawn()?;
        // A client that is refused does not read; its status says so.
        let _ = client.stdin.take().map(|mut input| input.write_all(request));
        let output = client.wait_with_output()?;
        if output.status.code() == Some(TIMED_OUT) && !output.stdout.is_empty() {
            return Ok(output.stdout);
        }
        Ok(succeeded(output)?.stdout)
    }

    /// A program of this machine in the network.
    fn command(&self, program: &str) -> Command {
        let mut command = Command::new("nsenter");
        command.args(["--net", "--target", &self.process, program]);
        command
    }
}

fn succeeded(output: Output) -> Result<Output> {
    if output.status.success() { Ok(output) } else { Err(Error::other(String::from_utf8_lossy(&output.stderr))) }
}
