//! What the operator sees: events, metrics, spans, health.
//!
//! # Events
//!
//! Events go to `tracing`. At `info` and above they say whom a layer trusts, how the keys are, and why nobody gets in;
//! refusals of single requests are at `debug`. No event holds a token, an email or a nonce. Each warning comes once a minute
//! at most.
//!
//! | level | event | what to do |
//! |---|---|---|
//! | `info` | tokens of this issuer are accepted | compare `issuer`, `projects` and `keys` with what the client uses |
//! | `info` | the first keys are loaded; the keys have changed; the keys are fresh again | nothing |
//! | `warn` | the keys could not be fetched | look at the URL and the cause that it names; the keys that are there serve on |
//! | `warn` | the keys are stale, and still trusted | the same, within `max_stale` (24 hours) |
//! | `error` | there are still no keys | the same at once: every token is answered with 503 |
//! | `error` | the keys have expired | the same at once |
//! | `warn` | a token with a good signature was refused | `expected` and `presented` differ: the event names the cure |
//! | `warn` | no token was accepted so far, and these name keys that the issuer does not publish | the client's tokens are of another environment or issuer |
//! | `warn` | this machine's clock is behind, or ahead of, the clock of the server that publishes the keys | synchronize the clock |
//! | `warn` | an OPTIONS request without a token was refused | put CORS [outside](super::middleware) of the layer |
//! | `warn` | a flood of tokens that name unknown keys has begun, or ended | nothing: the issuer is not asked more often |
//! | `warn` | a use could not be recorded | look at the [store](crate::OneTimeStore) |
//! | `warn` | a player's data could not be loaded | look at what [`load`](crate::SequenceAuthLayer::load) asks |
//!
//! `RUST_LOG=sequence_auth=debug` shows why each request was refused, where each layer looks for tokens, and, for a token
//! with an unknown key, which environment of Sequence the token says, unverified, that it is of.
//!
//! # Metrics
//!
//! The feature `metrics` counts by the facade of the crate [`metrics`](https://docs.rs/metrics). Install a recorder before the
//! first request:
//!
//! ```
//! # fn main() -> Result<(), Box<dyn std::error::Error>> {
//! use metrics_exporter_prometheus::{Matcher, PrometheusBuilder};
//!
//! // A token that was seen before takes microseconds, and a new one tens of them.
//! const BUCKETS: [f64; 9] = [1e-6, 2.5e-6, 5e-6, 1e-5, 2.5e-5, 5e-5, 1e-4, 1e-3, 1e-2];
//!
//! let duration = Matcher::Full("sequence_auth_verification_duration_seconds".to_owned());
//! let metrics = PrometheusBuilder::new()
//!     .set_buckets_for_metric(duration, &BUCKETS)?
//!     .install_recorder()?;
//!
//! // What `GET /metrics` answers. At least each few seconds, call `metrics.run_upkeep()`: durations take memory until then.
//! let text = metrics.render();
//! # Ok(())
//! # }
//! ```
//!
//! | name | kind | unit | labels |
//! |---|---|---|---|
//! | `sequence_auth_key_fetches_total` | counter |  | `result`: `success`, `failure`; `error_type`: the [kind](crate::FetchErrorKind::as_str); `issuer` |
//! | `sequence_auth_keys_last_success_timestamp_seconds` | gauge | seconds | `issuer` |
//! | `sequence_auth_one_time_uses_total` | counter |  | `result`: `success`, `repeated`, `failure` |
//! | `sequence_auth_requests_total` | counter |  | `result`: `success`, `failure`, `none` (without a token); `error_type`: the [kind](crate::AuthErrorKind::as_str); `source`: `bearer`, `header`, `cookie`, `subprotocol`, `json_field`, `custom`, `none` |
//! | `sequence_auth_verification_duration_seconds` | histogram | seconds | `result`: `success`, `failure`; `cached`: `true`, `false` |
//! | `sequence_auth_waiting_requests` | gauge |  | none |
//!
//! No label takes a value from a request: no wallet, email, key id or origin. `issuer` is what was configured. `error_type` is
//! empty where nothing failed. The duration is that of the checks up to the times of a token, without waits. Requests
//! that a client gives up while they wait are not counted.
//!
//! Serve them on a port that the public cannot reach: they say how many players there are, and how attacks fare. In the
//! repository, the folder `examples/server` holds, to copy from:
//!
//! | file | what it holds |
//! |---|---|
//! | `metrics.rs` | the recorder, its upkeep, and the route |
//! | `alerts.yml` | alerts for Prometheus; `alerts_test.yml` shows with `promtool test rules` when they fire |
//! | `dashboard.json` | a dashboard for Grafana (Dashboards, New, Import), which asks for the data source |
//!
//! | alert | fires when | what to do |
//! |---|---|---|
//! | `SequenceAuthKeysStale` | no fetch has brought keys for half an hour, or ever | ask the URL that the log names, from the same machine |
//! | `SequenceAuthRefusalsUnusual` | for ten minutes, one `error_type` has been more than 5% of at least 100 requests, and more than three times its share of the last day; while nobody gets in, that share does not count | after a release, read the warnings; else `error_type` says more |
//! | `SequenceAuthOneTimeStoreFailing` | uses could not be recorded for five minutes | look at Redis; the log says why |
//!
//! Alert on `error_type` and not on the share of all refusals: tokens that expired, and visitors without one, are refused
//! every day, and an attack on one check is lost among them.
//!
//! # Spans
//!
//! [`trace_span`](crate::SequenceAuthLayer::trace_span) opens a span for the check of each request, with the fields of
//! [`TraceSpan`](crate::TraceSpan). To have the outcome in the span of `TraceLayer`, take it from the response:
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
//! [`health`](crate::SequenceAuthLayer::health) returns the state of the keys, which serialises for a dashboard:
//!
//! ```
//! use axum::{Json, extract::State, http::StatusCode};
//! use sequence_auth::{KeyHealth, SequenceAuthLayer};
//!
//! async fn healthz(State(auth): State<SequenceAuthLayer>) -> (StatusCode, Json<KeyHealth>) {
//!     let health = auth.health();
//!     let status = if health.is_ready() { StatusCode::OK } else { StatusCode::SERVICE_UNAVAILABLE };
//!     (status, Json(health))
//! }
//! ```
//!
//! Use it for readiness, and not for liveness: a restart loses the keys that are there.
