//! The span around the check of a request.

use std::fmt::Display;

use tracing::{
    Instrument as _, Span,
    field::{self, Empty},
    info_span,
};

use super::{source_kind::SourceKind, verdict::Verdict};

/// Says whether a layer opens a span for the check of each request.
///
/// The span is `sequence_auth`, at the level `INFO`, and ends before the inner service is called. It declares its fields,
/// so that none is lost:
///
/// | field | |
/// |---|---|
/// | `result` | `success`, `failure`, or `none` for a request that passes without a token |
/// | `error_type` | the [kind](crate::AuthErrorKind::as_str) of a refusal |
/// | `source` | where the token was: `bearer`, `header`, `cookie`, `subprotocol`, `json_field` or `custom` |
/// | `cached` | whether the signature was checked before |
/// | `wallet` | with [`WithWallet`](Self::WithWallet), the address of the player's wallet |
///
/// An application that wants the outcome in a span of its own, such as that of tower-http's `TraceLayer`, takes it from
/// the response: the extensions hold the [`AuthError`](crate::AuthError) of a refusal.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
#[non_exhaustive]
pub enum TraceSpan {
    /// No span: the default.
    #[default]
    Off,
    /// A span without anything that tells players apart.
    On,
    /// A span with the wallet of the player, which is personal data.
    WithWallet,
}

impl TraceSpan {
    /// Opens the span of one request.
    pub(crate) fn open(self) -> RequestSpan {
        RequestSpan(match self {
            Self::Off => Span::none(),
            Self::On | Self::WithWallet => info_span!(
                "sequence_auth",
                result = Empty,
                error_type = Empty,
                source = Empty,
                cached = Empty,
                wallet = Empty
            ),
        })
    }

    /// Records what has come of the request whose span is the current one.
    pub(crate) fn record(self, verdict: Verdict, source: Option<SourceKind>) {
        if self == Self::Off {
            return;
        }
        let span = Span::current();
        span.record("result", verdict.result());
        if let Verdict::Failure(_) = verdict {
            span.record("error_type", verdict.error_type());
        }
        if let Some(source) = source {
            span.record("source", source.as_str());
        }
    }

    /// Records whose token was verified, and whether its signature was checked before.
    pub(crate) fn record_token<W: Display>(self, wallet: impl FnOnce() -> W, is_cached: bool) {
        if self == Self::Off {
            return;
        }
        let span = Span::current();
        span.record("cached", is_cached);
        if self == Self::WithWallet {
            span.record("wallet", field::display(wallet()));
        }
    }
}

/// The span of one request, if the layer opens one.
pub(crate) struct RequestSpan(Span);

impl RequestSpan {
    /// Runs a function in the span.
    pub(crate) fn in_scope<T>(&self, function: impl FnOnce() -> T) -> T {
        self.0.in_scope(function)
    }

    /// Has a future run in the span.
    pub(crate) fn around<F: Future>(self, future: F) -> impl Future<Output = F::Output> {
        future.instrument(self.0)
    }
}
