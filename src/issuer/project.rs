//! The ID of a project. Its type determines the kind of issuer.

use super::IssuerKind;
use crate::error::{ConfigError, is_plain};

/// The ID of a project: a number (`u64`) for Embedded Wallet, a string (`prj_…`) for OMS Wallet.
///
/// The trait is implemented for `u64`, `&str` and `String`. It is sealed: other crates cannot implement it.
///
/// # Example
///
/// [`also_project`](crate::SequenceAuthLayer::also_project) accepts both types:
///
/// ```
/// # #[cfg(feature = "http")] {
/// use sequence_auth::SequenceAuthLayer;
///
/// // The token of another project of the same studio is accepted, too.
/// let layer = SequenceAuthLayer::new(13639).also_project(13640);
///
/// let oms_wallet = SequenceAuthLayer::oms_wallet("prj_01hx", "https://issuer.example")
///     .build()?
///     .also_project("prj_02ab");
/// # }
/// # Ok::<(), sequence_auth::ConfigError>(())
/// ```
pub trait ProjectId: sealed::Sealed {}

impl<T: sealed::Sealed> ProjectId for T {}

mod sealed {
    use super::Project;

    pub trait Sealed {
        fn into_project(self) -> Project;
    }
}

/// A project, with the kind of its issuer.
#[derive(Clone, Debug)]
pub struct Project {
    pub(crate) kind: IssuerKind,
    /// The ID as tokens write it, without the audience prefix.
    pub(crate) id: String,
}

impl Project {
    pub(crate) fn new(id: impl ProjectId) -> Self {
        id.into_project()
    }

    /// Refuses a value that is certainly not a project ID.
    pub(crate) fn check(&self) -> Result<(), ConfigError> {
        match self.problem() {
            Some(problem) => Err(ConfigError::new("project_id", problem)),
            None => Ok(()),
        }
    }

    /// Returns `true` if a project of this kind can have this ID.
    pub(super) fn is_possible(kind: IssuerKind, id: &str) -> bool {
        let id = id.to_owned();
        let is_number = || id.parse().is_ok_and(|number: u64| number.to_string() == id);
        let is_in_form = kind == IssuerKind::OmsWallet || is_number();
        is_in_form && Self { kind, id }.problem().is_none()
    }

    fn problem(&self) -> Option<&'static str> {
        let is_hidden = |character: char| character.is_whitespace() || !is_plain(character);
        match self.kind {
            IssuerKind::EmbeddedWallet => {
                (self.id == "0").then_some("0 is not a project ID: every token would be refused")
            }
            IssuerKind::OmsWallet if self.id.trim().is_empty() => Some("it is blank"),
            IssuerKind::OmsWallet if self.id.contains(is_hidden) => Some(
                "it has white space, a control or an invisible character: every token would be refused",
            ),
            IssuerKind::OmsWallet if self.id.starts_with("pk_") => Some(
                "it starts with `pk_`, so it is the publishable key: a project ID starts with `prj_`",
            ),
            IssuerKind::OmsWallet if self.id.parse::<u64>().is_ok() => Some(
                "it is a number, so it is a project of Embedded Wallet: use `SequenceAuthLayer::new` for it; \
                 project IDs of OMS Wallet start with `prj_`",
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
