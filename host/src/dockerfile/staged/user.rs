//! Whom the app runs as.

use super::last_stage::LastStage;
use crate::plan::Start;

/// Whom the app runs as.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum User {
    /// The superuser.
    Root,
    /// A user without rights, called [`User::NAME`]. Kubernetes' `runAsNonRoot` wants a number.
    Numbered(u32),
    /// One who is called so, and whom an image may have already.
    Named(String),
}

impl User {
    /// What a user is called who has no name yet.
    const NAME: &str = "app";

    /// A number that no user of a host is likely to have, and above 10000, as checkers of
    /// Kubernetes manifests ask for.
    const ID: u32 = 10_001;

    pub(super) fn of(start: &Start<Vec<String>>) -> Self {
        match start.user.as_deref() {
            Some("root" | "0") => Self::Root,
            None => Self::Numbered(Self::ID),
            Some(user) => user.parse().map_or_else(|_| Self::Named(user.to_owned()), Self::Numbered),
        }
    }

    pub(super) fn name(&self) -> &str {
        match self {
            Self::Root => "root",
            Self::Numbered(_) => Self::NAME,
            Self::Named(name) => name,
        }
    }

    pub(super) const fn id(&self) -> u32 {
        match self {
            Self::Root => 0,
            Self::Numbered(id) => *id,
            Self::Named(_) => Self::ID,
        }
    }

    pub(super) fn home(&self) -> String {
        match self {
            Self::Root => "/root".to_owned(),
            Self::Numbered(_) | Self::Named(_) => format!("/home/{}", self.name()),
        }
    }

    /// The user as `USER` and `--chown` take it. An empty stage has the users that it is given; of
    /// other images, a named one may have any number.
    pub(super) fn owner(&self, last_stage: &LastStage) -> Option<String> {
        match (self, last_stage) {
            (Self::Root, _) => None,
            (Self::Named(name), LastStage::Build | LastStage::Image(_) | LastStage::ImageAndPackages(_)) => {
                Some(name.clone())
            }
            (Self::Named(_) | Self::Numbered(_), _) => Some(format!("{0}:{0}", self.id())),
        }
    }

    /// The command that adds the user, on Debian and on Alpine, unless there is one of this name or number.
    pub(super) fn add(&self) -> String {
        let (name, id) = (self.name(), self.id());
        let home = self.home();
        match self {
            // A number needs neither name nor entry, but programs that look for the home do.
            Self::Numbered(_) => format!(
                "{{ grep -q '^[^:]*:[^:]*:{id}:' /etc/passwd || useradd --uid {id} --create-home {name} \
                 || adduser -D -u {id} {name} || true; }} && mkdir -p {home} && chown {id}:{id} {home}"
            ),
            // Whoever is there has any number and, if it is a service's, no home.
            Self::Root | Self::Named(_) => format!(
                "{{ id -u {name} > /dev/null 2>&1 || useradd --uid {id} --create-home {name} || useradd --create-home {name} \
                 || adduser -D {name}; }} && mkdir -p {home} && chown {name} {home}"
            ),
        }
    }
}
