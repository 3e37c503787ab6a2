//! The span around the check of a request.

use std::fmt::Display;

use tracing::{
    Instrument as _, Span,
    field::{self, Empty},
    info_span,
};

use super::{source_kind::SourceKind, verdict::Verdict};

/// Sets whether a layer opens a `tracing` span for the check of each request. Default: [`Off`](Self::Off).
///
/// The span is `sequence_auth`, at level `INFO`, and ends before the inner service is called. All its fields are
/// declared when it opens, so subscribers see every recorded value:
///
/// | field | value |
/// |---|---|
/// | `result` | `success`, `failure`, or `none` for a request that is accepted without a token |
/// | `error_type` | the [kind](crate::AuthErrorKind::as_str) of a refusal |
/// | `source` | where the token was: `bearer`, `header`, `cookie`, `subprotocol`, `json_field` or `custom` |
/// | `cached` | `true` if the token was cached, so its signature was not checked again |
/// | `wallet` | with [`WithWallet`](Self::WithWallet), the address of the player's wallet |
///
/// To record the outcome in a span of your own, such as the span of tower-http's `TraceLayer`, read it from the
/// response: its extensions hold the [`AuthError`](crate::AuthError) of a refusal.
///
/// # Example
///
/// ```
/// # #[cfg(feature = "http")] {
/// use sequence_auth::{SequenceAuthLayer, TraceSpan};
///
/// let layer = SequenceAuthLayer::new(13639).trace_span(TraceSpan::On);
/// # }
/// ```
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum TraceSpan {
    /// No span.
    #[default]
    Off,
    /// A span that does not identify the player.
    On,
    /// A span with the address of the player's wallet, which is personal data.
    WithWallet,
}

impl TraceSpan {
    /// Opens the span of a request.
    pub(crate) fn open(self) -> RequestSpan {
        let span = match self {
            Self::Off => return RequestSpan::none(),
            Self::On | Self::WithWallet => info_span!(
                "sequence_auth",
                result = Empty,
                error_type = Empty,
                source = Empty,
                cached = Empty,
                wallet = Empty
            ),
        };
        RequestSpan {
            span,
            shows_wallet: self == Self::WithWallet,
        }
    }
}

/// The span of a request, if the layer opens one and the subscriber wants it.
///
/// What is recorded goes to this span, never to the current one, which may be the application's.
pub(crate) struct RequestSpan {
    span: Span,
    shows_wallet: bool,
}

impl RequestSpan {
    /// No span, as for a token without a request.
    pub(crate) fn none() -> Self {
        Self {
            span: Span::none(),
            shows_wallet: false,
        }
    }

    /// Records the outcome of the request.
    pub(crate) fn record(&self, verdict: Verdict, source: Option<SourceKind>) {
        if self.span.is_disabled() {
            return;
        }
        self.span.record("result", verdict.result());
        if let Verdict::Failure(_) = verdict {
            self.span.record("error_type", verdict.error_type());
        }
        if let Some(source) = source {
            self.span.record("source", source.as_str());
        }
    }

    /// Records the wallet of a verified token, and whether the token was cached.
    pub(crate) fn record_token<W: Display>(&self, wallet: impl FnOnce() -> W, is_cached: bool) {
        if self.span.is_disabled() {
            return;
        }
        self.span.record("cached", is_cached);
        if self.shows_wallet {
            self.span.record("wallet", field::display(wallet()));
        }
    }

    /// Runs a function in the span.
    pub(crate) fn in_scope<T>(&self, function: impl FnOnce() -> T) -> T {
        self.span.in_scope(function)
    }

    /// Runs a future in the span.
    pub(crate) fn around<F: Future>(&self, future: F) -> impl Future<Output = F::Output> + use<F> {
        future.instrument(self.span.clone())
    }
}
