//! What the layer reports to the operator: events, metrics, spans and the health of the keys.
//!
//! # Events
//!
//! Events go to `tracing`. Events at `info` and above report which tokens a layer accepts, the state of the keys, and
//! mistakes of configuration. Refusals of single requests are at `debug`. No event holds a token, an email or a nonce. Each
//! warning appears at most once a minute for the same cause. Two warnings appear only once: that all tokens of OMS Wallet are
//! refused, and that two keys have the same ID.
//!
//! | level | event | what to do |
//! |---|---|---|
//! | `info` | tokens of this issuer are accepted | compare `issuer`, `projects` and `keys` with the settings of the client; a layer that starts later adds an event for its further projects |
//! | `info` | the first keys are loaded; the keys have changed; the keys are fresh again | – |
//! | `warn` | the keys could not be fetched | check the URL and the cause in the event; the last keys stay in use |
//! | `warn` | the keys are stale | the same, within `max_stale` (24 hours) |
//! | `error` | there are still no keys; the keys have expired | the same at once: every token is answered with 503 |
//! | `warn` | two keys of the issuer have the same ID | report it to the issuer; neither key is used |
//! | `warn` | a flood of tokens that name unknown keys has begun, or ended | nothing: the layer does not fetch more often |
//! | `warn` | a token with a good signature was refused | `expected` and `presented` differ; `cure` names the likely remedy. After the first expired token, others are logged only if no token was valid in the last minute |
//! | `warn` | tokens with unknown keys, before any token was accepted | check that the client uses the same issuer and environment |
//! | `warn` | this machine's clock is behind, or ahead of, that of the key server | synchronize the clock |
//! | `warn` | an `OPTIONS` request without a token was refused | put CORS [outside](super::middleware) of the layer |
//! | `warn` | every token of OMS Wallet is refused, because a policy relies on its times | set the policy on the layer of Embedded Wallet, before [`or`](super::issuers) |
//! | `warn` | `also_project` has no effect | remove it, or pass a project of the issuer's kind |
//! | `warn` | a nonce or token could not be recorded as used | check the [store](crate::OneTimeStore) |
//! | `info` | nonces and tokens are recorded as used again; Redis is ready to record uses | – |
//! | `warn` | Redis is new, or may have lost recorded uses | – after a restart or failover; otherwise see `guide::redis` |
//! | `warn` | a nonce was issued for another store | give all processes the same [store](crate::NoncesBuilder::store) |
//! | `warn` | a page of this host got no nonce, because `Host` differs | let the proxy pass `Host` on unchanged |
//! | `warn` | a player's data could not be loaded | check the database behind [`load`](crate::SequenceAuthLayer::load) |
//! | `error` | a handler extracts the claims on a route without the layer; at most once a minute for each extractor | add the layer to the route |
//!
//! `RUST_LOG=sequence_auth=debug` also shows why each request was refused and where each layer looks for tokens. For a token
//! with an unknown key, it shows the environment of Sequence that the token claims to come from, which is not verified.
//!
//! # Metrics
//!
//! The feature `metrics` records metrics through the crate [`metrics`](https://docs.rs/metrics). Install a recorder before
//! the first request:
//!
//! ```
//! # fn main() -> Result<(), Box<dyn std::error::Error>> {
//! use metrics_exporter_prometheus::{Matcher, PrometheusBuilder};
//!
//! // A seen token takes microseconds, a new token tens of microseconds.
//! const BUCKETS: [f64; 9] = [1e-6, 2.5e-6, 5e-6, 1e-5, 2.5e-5, 5e-5, 1e-4, 1e-3, 1e-2];
//!
//! let duration = Matcher::Full("sequence_auth_verification_duration_seconds".to_owned());
//! let metrics = PrometheusBuilder::new()
//!     .set_buckets_for_metric(duration, &BUCKETS)?
//!     .install_recorder()?;
//!
//! // The body of `GET /metrics`. Call `metrics.run_upkeep()` every few seconds: until then, durations take memory.
//! let text = metrics.render();
//! # Ok(())
//! # }
//! ```
//!
//! Do not set an idle timeout (`PrometheusBuilder::idle_timeout`): the layer keeps the handles of its counters and
//! histograms, so a series that the exporter has removed does not return before a restart. Rare errors would not alert.
//!
//! | name | kind | unit | labels |
//! |---|---|---|---|
//! | `sequence_auth_key_fetches_total` | counter |  | `result`: `success`, `failure`; `error_type`: the [kind](crate::FetchErrorKind::as_str); `issuer` |
//! | `sequence_auth_keys_last_success_timestamp_seconds` | gauge | seconds | `issuer` |
//! | `sequence_auth_one_time_uses_total` | counter |  | `result`: `success`, `repeated`, `limited` (one wallet has used up its share of a `MemoryStore`), `failure` |
//! | `sequence_auth_requests_total` | counter |  | `result`: `success`, `failure`, `none` (without a token); `error_type`: the [kind](crate::AuthErrorKind::as_str); `source`: `bearer`, `header`, `cookie`, `subprotocol`, `json_field`, `custom`, `none` |
//! | `sequence_auth_verification_duration_seconds` | histogram | seconds | `result`: `success`, `failure`; `cached`: `true`, `false` |
//! | `sequence_auth_waiting_requests` | gauge |  | none |
//!
//! Labels never take a value from a request, such as a wallet, email, key ID or origin. `issuer` is the configured issuer.
//! `error_type` is empty for a success. The duration covers the checks from the token's form to its times, without waits. A
//! request is not counted if its client disconnects while it waits.
//!
//! Serve the metrics on an internal port: they show how many players there are, and whether an attack succeeds. Copy from the
//! folder `examples/server` in the repository:
//!
//! | file | contents |
//! |---|---|
//! | `metrics.rs` | the recorder, its upkeep, and the route |
//! | `alerts.yml` | alerts for Prometheus; `promtool test rules alerts_test.yml` tests when they fire |
//! | `dashboard.json` | a dashboard for Grafana (Dashboards, New, Import; choose the data source there) |
//!
//! | alert | fires when | what to do |
//! |---|---|---|
//! | `SequenceAuthKeysStale` | the last successful fetch is half an hour old, or there was none | request the URL in the log from the same machine |
//! | `SequenceAuthRefusalsUnusual` | for ten minutes, an `error_type` has been more than 5% of at least 100 requests, and more than three times its share of the last day; that second condition is dropped while all tokens are refused | after a release, read the warnings; otherwise look up the `error_type` in [`AuthErrorKind`](crate::AuthErrorKind) |
//! | `SequenceAuthOneTimeStoreFailing` | uses could not be recorded for five minutes | check Redis; the log has the cause |
//!
//! Alert on single values of `error_type`, not on the share of all refusals. Expired tokens and visitors without a token are
//! refused every day, and would hide an attack on a single check.
//!
//! # Spans
//!
//! [`trace_span`](crate::SequenceAuthLayer::trace_span) opens a span for the check of each request, with the fields of
//! [`TraceSpan`](crate::TraceSpan):
//!
//! ```
//! # #[cfg(feature = "http")] {
//! use sequence_auth::{SequenceAuthLayer, TraceSpan};
//!
//! let auth = SequenceAuthLayer::new(13639).trace_span(TraceSpan::On);
//! # }
//! ```
//!
//! To record the outcome in the span of tower-http's `TraceLayer` instead, take it from the response:
//!
//! ```
//! use axum::http::Response;
//! use sequence_auth::AuthError;
//!
//! /// For `TraceLayer::on_response`, whose span declares the field: `info_span!("request", error_type = field::Empty)`.
//! fn record_refusal<B>(response: &Response<B>, span: &tracing::Span) {
//!     if let Some(error) = response.extensions().get::<AuthError>() {
//!         span.record("error_type", error.kind().as_str());
//!     }
//! }
//! ```
//!
//! # Health
//!
//! [`health`](crate::SequenceAuthLayer::health) returns the state of the keys. It can be serialized for a dashboard, on an
//! internal port, because it names the URL of the keys and the causes of failed fetches:
//!
//! ```
//! use axum::{Json, extract::State, http::StatusCode};
//! use sequence_auth::{KeyHealth, SequenceAuthLayer};
//!
//! async fn keys(State(auth): State<SequenceAuthLayer>) -> (StatusCode, Json<KeyHealth>) {
//!     let health = auth.health();
//!     let status = if health.is_ready() { StatusCode::OK } else { StatusCode::SERVICE_UNAVAILABLE };
//!     (status, Json(health))
//! }
//! ```
//!
//! ```json
//! {
//!   "ready": true, "state": "fresh", "key_ids": ["nWh-_3nQ1lnhhI1ZSQTQmw"],
//!   "age": 42, "next_attempt_in": 251, "failures": 0, "last_error": null,
//!   "issuers": [{
//!     "issuer": "https://waas.sequence.app", "keys_from": "https://waas.sequence.app/.well-known/jwks.json",
//!     "ready": true, "state": "fresh", "key_ids": ["nWh-_3nQ1lnhhI1ZSQTQmw"],
//!     "age": 42, "next_attempt_in": 251, "failures": 0, "last_error": null
//!   }]
//! }
//! ```
//!
//! Times are in seconds. Use it for readiness, never for liveness: a restart loses the keys.
//! [`guide::keys`](super::keys#health) explains the states,
//! [`guide::deployment`](super::deployment#readiness-and-liveness) the probes.
