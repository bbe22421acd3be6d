//! A build as a script, to be run elsewhere.

use super::Step;
use crate::shell::shell_word;
use std::fmt::Write as _;

/// A shell script that runs the commands of a build. The values of secrets are not in it: it
/// takes them from where the build would.
pub fn script(steps: &[Step]) -> String {
    let mut script = "#!/bin/sh\n".to_owned();
    if steps.len() > 1 {
        script.push_str("set -e\n");
    }
    for (name, _) in steps.first().iter().flat_map(|step| &step.invocation.secrets) {
        let _ = writeln!(script, ": \"${{{name}:?is a secret of this build and must be set}}\"\nexport {name}");
    }
    for Step { invocation, .. } in steps {
        let environment = invocation.environment.iter().map(|(name, value)| format!("{name}={}", shell_word(value)));
        let words =
            [invocation.program.to_owned()].into_iter().chain(invocation.arguments.iter().map(|word| shell_word(word)));
        let _ = writeln!(script, "{}", environment.chain(words).collect::<Vec<_>>().join(" "));
    }
    script
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::builder::{Invocation, Purpose};

    #[test]
    fn a_shell_reads_back_what_was_quoted() {
        let words = ["docker", "", "A=a b", "it's", "$HOME `x` \"y\" \\", "line\nbreak", "*"];
        let mut invocation = Invocation::new("printf");
        invocation.add(&["%s\\0"]);
        invocation.add(&words);
        invocation.environment.push(("LC_ALL", "a b".to_owned()));
        let script = script(&[Step { invocation, purpose: Purpose::Build }]);
        assert!(script.starts_with("#!/bin/sh\nLC_ALL='a b' printf '%s\\0' docker"), "{script}");
        let output = std::process::Command::new("sh").args(["-c", &script]).output().unwrap();
        let read: Vec<_> = output.stdout.split(|byte| *byte == 0).map(|word| String::from_utf8_lossy(word)).collect();
        assert_eq!(read[..words.len()], words);
    }

    #[test]
    fn a_secret_must_be_set_and_is_not_written() {
        let mut invocation = Invocation::new("true");
        invocation.secrets.push(("TOKEN".into(), "canary".into()));
        let script = script(&[Step { invocation, purpose: Purpose::Build }]);
        assert!(!script.contains("canary"));
        let run = |value: Option<&str>| {
            let mut shell = std::process::Command::new("sh");
            shell.args(["-c", &script]).env_clear().envs(value.map(|value| ("TOKEN", value)));
            shell.output().unwrap().status.success()
        };
        assert_eq!((run(Some("x")), run(None)), (true, false));
    }
}
