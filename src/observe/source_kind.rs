//! The kinds of sources, as metrics and spans name them.

/// Names a kind of source: never the name of a header or a cookie.
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
