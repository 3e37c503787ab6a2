//! The kinds of token sources, as metrics and spans name them.

/// The kind of a token source. It never contains the name of a header or cookie.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum SourceKind {
    Bearer,
    Header,
    Cookie,
    Subprotocol,
    JsonField,
    Custom,
}

impl SourceKind {
    pub(crate) fn as_str(self) -> &'static str {
        match self {
            Self::Bearer => "bearer",
            Self::Header => "header",
            Self::Cookie => "cookie",
            Self::Subprotocol => "subprotocol",
            Self::JsonField => "json_field",
            Self::Custom => "custom",
        }
    }
}
