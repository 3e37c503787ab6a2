//! The texts for a client that did not send a token. They name the sources of the layer.

use std::{fmt::Display, sync::Arc};

use bytes::Bytes;

/// The texts of one layer. They are formatted once, not for each refusal.
#[derive(Clone, Debug)]
pub(crate) struct MissingToken(Arc<Texts>);

#[derive(Debug)]
struct Texts {
    description: String,
    document: Bytes,
}

impl MissingToken {
    /// Creates the texts from the places that can hold a token. The text of each place must be printable ASCII without
    /// `"` and `\`, because it is copied into JSON and into headers.
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
