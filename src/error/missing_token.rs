//! What a client is told that sent no token: where the layer looks for one.

use std::{fmt::Display, sync::Arc};

use bytes::Bytes;

/// The texts of one layer, put together once: a refusal costs no formatting.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct MissingToken(Arc<Texts>);

#[derive(Debug, PartialEq, Eq)]
struct Texts {
    description: String,
    document: Bytes,
}

impl MissingToken {
    /// Takes the places where a token may be. Their texts hold neither `"` nor `\`, and nothing but printable ASCII.
    pub(crate) fn new<P: Display>(places: &[P]) -> Self {
        let description = describe(places);
        let document =
            format!(r#"{{"error":"missing_token","error_description":"{description}"}}"#);
        Self(Arc::new(Texts {
            description,
            document: document.into(),
        }))
    }

    pub(super) fn description(&self) -> &str {
        &self.0.description
    }

    pub(super) fn document(&self) -> Bytes {
        self.0.document.clone()
    }
}

fn describe<P: Display>(places: &[P]) -> String {
    match places {
        [] => "no ID token was sent, and this service looks for none".to_owned(),
        [only] => format!("no ID token was sent {only}"),
        several => {
            let places: Vec<_> = several.iter().map(ToString::to_string).collect();
            format!("no ID token was sent, neither {}", places.join(" nor "))
        }
    }
}
