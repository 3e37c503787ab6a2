//! The id of a project, whose type says which kind of issuer it belongs to.

use super::IssuerKind;
use crate::error::{ConfigError, is_plain};

/// The id of a project: a number (`u64`) for Embedded Wallet, a text for OMS Wallet.
///
/// It is implemented for `u64`, `&str` and `String`, and cannot be implemented for other types.
pub trait ProjectId: sealed::Sealed {}

impl<T: sealed::Sealed> ProjectId for T {}

mod sealed {
    use super::Project;

    pub trait Sealed {
        fn into_project(self) -> Project;
    }
}

/// A project of an issuer of this kind.
#[derive(Clone, Debug)]
pub struct Project {
    pub(crate) kind: IssuerKind,
    /// As tokens of the issuer name it, after the audience prefix.
    pub(crate) id: String,
}

impl Project {
    pub(crate) fn new(id: impl ProjectId) -> Self {
        id.into_project()
    }

    /// Refuses what is certain to be another thing than the id of a project.
    pub(crate) fn check(&self) -> Result<(), ConfigError> {
        match self.problem() {
            Some(problem) => Err(ConfigError::new("project_id", problem)),
            None => Ok(()),
        }
    }

    fn problem(&self) -> Option<&'static str> {
        let is_hidden = |character: char| character.is_whitespace() || !is_plain(character);
        match self.kind {
            IssuerKind::EmbeddedWallet => (self.id == "0")
                .then_some("0 is the id of no project, so that every token would be refused"),
            IssuerKind::OmsWallet if self.id.trim().is_empty() => Some("it is blank"),
            IssuerKind::OmsWallet if self.id.contains(is_hidden) => Some(
                "it holds white space, a control or an invisible character: no token would match",
            ),
            IssuerKind::OmsWallet if self.id.starts_with("pk_") => Some(
                "it starts with `pk_`, as the publishable key does: the id of the project starts with `prj_`",
            ),
            IssuerKind::OmsWallet if self.id.parse::<u64>().is_ok() => Some(
                "it is a number, as the projects of Embedded Wallet have: those of OMS Wallet start with `prj_`; for \
                 Embedded Wallet call `SequenceAuthLayer::new`",
            ),
            IssuerKind::OmsWallet => None,
        }
    }
}

impl sealed::Sealed for u64 {
    fn into_project(self) -> Project {
        Project {
            kind: IssuerKind::EmbeddedWallet,
            id: self.to_string(),
        }
    }
}

impl sealed::Sealed for String {
    fn into_project(self) -> Project {
        Project {
            kind: IssuerKind::OmsWallet,
            id: self,
        }
    }
}

impl sealed::Sealed for &str {
    fn into_project(self) -> Project {
        self.to_owned().into_project()
    }
}
