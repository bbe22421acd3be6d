//! Who asks a registry: what `docker login` and `podman login` keep.

// The configuration of docker is no part of an app.
#![allow(clippy::disallowed_methods)]

use docker_credential::{
    CredentialRetrievalError, DockerCredential, get_credential_from_reader, get_podman_credential,
};
use plugpacks::error::{Error, Result};
use plugpacks::provider::remote::Credential;
use plugpacks::text::one_line;
use std::env;
use std::fs::File;
use std::io::{BufReader, ErrorKind};
use std::path::{Path, PathBuf};

/// What Docker Hub is called in docker's configuration.
const DOCKER_HUB: &str = "https://index.docker.io/v1/";

/// The credentials for a registry, if there are some: of docker's configuration (`auths`, `credHelpers`,
/// `credsStore`), else of podman's.
///
/// # Errors
/// Docker's configuration cannot be read, or a credential helper fails.
pub(super) fn of(host: &str) -> Result<Option<Credential>> {
    let server = if host == "docker.io" { DOCKER_HUB } else { host };
    let of_docker = match docker_configuration() {
        Some(file) => of_file(&file, server)?,
        None => None,
    };
    let found = of_docker.or_else(|| get_podman_credential(server).ok());
    Ok(found.map(|credential| match credential {
        DockerCredential::UsernamePassword(name, password) => Credential::Password(name, password),
        DockerCredential::IdentityToken(token) => Credential::IdentityToken(token),
    }))
}

/// Docker's configuration file.
fn docker_configuration() -> Option<PathBuf> {
    let directory = env::var_os("DOCKER_CONFIG").filter(|directory| !directory.is_empty()).map(PathBuf::from);
    Some(directory.or_else(|| Some(env::home_dir()?.join(".docker")))?.join("config.json"))
}

fn of_file(path: &Path, server: &str) -> Result<Option<DockerCredential>> {
    let failed = |cause: String| {
        Error::configuration(format!("Cannot take the credentials for {server} from `{}`", path.display()))
            .cause(cause)
            .hint(format!("Mend the file, or write it anew: `docker login {server}`"))
    };
    let file = match File::open(path) {
        Ok(file) => file,
        Err(error) if matches!(error.kind(), ErrorKind::NotFound | ErrorKind::NotADirectory) => return Ok(None),
        Err(error) => return Err(failed(error.to_string())),
    };
    match get_credential_from_reader(BufReader::new(file), server) {
        Ok(credential) => Ok(Some(credential)),
        Err(CredentialRetrievalError::NoCredentialConfigured) => Ok(None),
        Err(CredentialRetrievalError::HelperFailure { stdout, .. }) if stdout.contains(NOT_FOUND) => Ok(None),
        Err(CredentialRetrievalError::HelperFailure { helper, stdout, stderr }) => {
            Err(failed(one_line(format!("{helper}: {} {}", stdout.trim(), stderr.trim()).trim())))
        }
        Err(CredentialRetrievalError::ConfigReadError) => Err(failed("it is not JSON of docker's form".to_owned())),
        Err(error) => Err(failed(error.to_string())),
    }
}

/// What credential helpers say of a registry that they know nothing of.
const NOT_FOUND: &str = "credentials not found";

#[cfg(test)]
mod tests {
    use super::*;

    fn of_text(text: &str, server: &str) -> Result<Option<DockerCredential>> {
        let file = tempfile::NamedTempFile::new().unwrap();
        std::fs::write(file.path(), text).unwrap();
        of_file(file.path(), server)
    }

    #[test]
    fn a_registry_has_its_own_credentials() {
        let text =
            r#"{"auths": {"a.b:5000": {"auth": "bWU6d29yZDp3b3Jk"}, "c.d": {"identitytoken": "token"}, "e.f": {}}}"#;
        let password = DockerCredential::UsernamePassword("me".to_owned(), "word:word".to_owned());
        assert_eq!(of_text(text, "a.b:5000").unwrap(), Some(password));
        assert_eq!(of_text(text, "c.d").unwrap(), Some(DockerCredential::IdentityToken("token".to_owned())));
        for other in ["a.b", "e.f", "x.y"] {
            assert_eq!(of_text(text, other).unwrap(), None, "{other}");
        }
    }

    #[test]
    fn a_configuration_that_cannot_be_read_is_named() {
        for (text, cause) in [
            ("{", "it is not JSON of docker's form"),
            (r#"{"auths": {"a.b": {"auth": "!"}}}"#, "Unable to decode credential"),
            (r#"{"credHelpers": {"a.b": "of-nobody"}}"#, "Unable to communicate with credential helper"),
        ] {
            assert_eq!(of_text(text, "a.b").unwrap_err().cause_texts(), [cause], "{text}");
        }
        assert_eq!(of_file(Path::new("/nowhere/config.json"), "a.b").unwrap(), None);
    }
}
