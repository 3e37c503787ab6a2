//! OpenAPI documents that say what the layer does, with utoipa or aide.
//!
//! The crate depends on neither. The code of this page belongs to an application; the repository compiles it, and tests
//! its documents, in `tests/proofs/openapi`.
//!
//! # What to document
//!
//! | of a guarded route | in the document |
//! |---|---|
//! | the token, as a bearer token | a security scheme of type `http`, scheme `bearer`, format `JWT` |
//! | 400, 401, 403, 503 | `application/json`: an object with the strings `error` and `error_description`, both always there |
//! | 400, 401, 403 | the header `WWW-Authenticate` |
//! | 503 | the header `Retry-After`, in seconds |
//!
//! 403 is the answer of [`authorize`](crate::SequenceAuthLayer::authorize), [`load`](crate::SequenceAuthLayer::load)
//! and the like, or to a cookie of another site: without them no request gets it. Where the layer reads bodies for a token,
//! they may be too large (413) or too slow (408), with the same object. An application with
//! [`on_reject`](crate::SequenceAuthLayer::on_reject) documents the answers that the function returns.
//!
//! A token in another [source](crate::TokenSource) has another scheme: `apiKey` in `header` or `cookie` with its name. The
//! JSON field is no scheme in OpenAPI, but a property of the body's schema. Behind an
//! [`optional`](crate::SequenceAuthLayer::optional) layer, the route has an empty requirement beside that of the token,
//! which says that it may be left out.
//!
//! Handlers take the claims with the feature `axum`. Both applications add the layer with `route_layer`, which leaves
//! unknown paths to the [router](crate::guide::routers).
//!
//! # utoipa
//!
//! With utoipa 6 and utoipa-axum 0.3; it compiles with utoipa 5 and utoipa-axum 0.2, too. A handler takes
//! [`SequenceClaims`](crate::SequenceClaims) as it is: utoipa leaves out what it does not know. `guarded` documents all routes
//! of a router and adds the layer to the same routes, so that neither is forgotten:
//!
//! ```text
//! use axum::{Json, Router, routing::get};
//! use sequence_auth::{SequenceAuthLayer, SequenceClaims};
//! use serde::Serialize;
//! use utoipa::{
//!     IntoResponses, Modify, OpenApi, ToSchema,
//!     openapi::{
//!         self,
//!         security::{HttpAuthScheme, HttpBuilder, SecurityRequirement, SecurityScheme},
//!     },
//! };
//! use utoipa_axum::{router::OpenApiRouter, routes};
//!
//! #[derive(OpenApi)]
//! #[openapi(modifiers(&WalletToken), components(schemas(Refusal)))]
//! struct Api;
//!
//! /// How a client sends its token.
//! struct WalletToken;
//!
//! impl Modify for WalletToken {
//!     fn modify(&self, api: &mut openapi::OpenApi) {
//!         let bearer = HttpBuilder::new()
//!             .scheme(HttpAuthScheme::Bearer)
//!             .bearer_format("JWT")
//!             .description(Some("The ID token of the player's wallet"));
//!         let components = api.components.get_or_insert_default();
//!         components.add_security_scheme("wallet", SecurityScheme::Http(bearer.build()));
//!     }
//! }
//!
//! /// The body of the layer's answers.
//! #[derive(ToSchema)]
//! #[allow(dead_code, reason = "it is the layer that sends it")]
//! struct Refusal {
//!     /// A code for programs.
//!     #[schema(example = "invalid_token")]
//!     error: String,
//!     /// The check that failed.
//!     #[schema(example = "the token has expired (exp)")]
//!     error_description: String,
//! }
//!
//! /// The answers of the layer, each with its body.
//! #[derive(IntoResponses)]
//! #[allow(dead_code, reason = "it is the layer that sends them")]
//! enum Refused {
//!     /// The credentials are malformed.
//!     #[response(status = 400, headers(("WWW-Authenticate" = String)))]
//!     Malformed(Refusal),
//!     /// There is no token, or a check of it fails.
//!     #[response(status = 401, headers(("WWW-Authenticate" = String)))]
//!     Unauthenticated(Refusal),
//!     /// The token is valid, but gives no access.
//!     #[response(status = 403, headers(("WWW-Authenticate" = String)))]
//!     Forbidden(Refusal),
//!     /// Tokens cannot be verified at the moment.
//!     #[response(status = 503, headers(("Retry-After" = u32, description = "in seconds")))]
//!     Unavailable(Refusal),
//! }
//!
//! /// Guards all routes of a router, and says so in their documentation.
//! fn guarded(mut router: OpenApiRouter, auth: SequenceAuthLayer) -> OpenApiRouter {
//!     for path in router.get_openapi_mut().paths.paths.values_mut() {
//!         let methods = [
//!             &mut path.get,
//!             &mut path.post,
//!             &mut path.put,
//!             &mut path.patch,
//!             &mut path.delete,
//!         ];
//!         for operation in methods.into_iter().flatten() {
//!             let wallet = SecurityRequirement::new("wallet", [""; 0]);
//!             operation.security = Some(vec![wallet]);
//!             operation.responses.responses.extend(Refused::responses());
//!         }
//!     }
//!     router.route_layer(auth)
//! }
//!
//! #[derive(Serialize, ToSchema)]
//! struct Me {
//!     wallet: String,
//! }
//!
//! #[utoipa::path(get, path = "/me", responses((status = 200, body = Me)))]
//! async fn me(claims: SequenceClaims) -> Json<Me> {
//!     let wallet = claims.wallet().to_string();
//!     Json(Me { wallet })
//! }
//!
//! #[utoipa::path(get, path = "/status", responses((status = 200)))]
//! async fn status() {}
//!
//! pub fn app(auth: SequenceAuthLayer) -> Router {
//!     let players = guarded(OpenApiRouter::new().routes(routes!(me)), auth);
//!     let (router, api) = OpenApiRouter::with_openapi(Api::openapi())
//!         .routes(routes!(status))
//!         .merge(players)
//!         .split_for_parts();
//!     router.route("/openapi.json", get(async || Json(api)))
//! }
//! ```
//!
//! # aide
//!
//! With aide 0.15, whose schemars is 0.9. Each argument of a handler has to implement aide's `OperationInput`. The claims
//! do not, and an application may not implement one crate's trait for another crate's type (the orphan rule). A type of
//! its own around them can, and says of each handler that takes it that a token is needed:
//!
//! ```text
//! use aide::{
//!     OperationInput, OperationOutput,
//!     axum::{ApiRouter, routing::get as documented_get},
//!     generate::GenContext,
//!     openapi::{OpenApi, Operation, Response, SecurityScheme},
//! };
//! use axum::{Json, Router, extract::FromRequestParts, http::request::Parts, routing::get};
//! use schemars::JsonSchema;
//! use sequence_auth::{SequenceAuthLayer, SequenceClaims};
//! use serde::Serialize;
//!
//! /// The claims, and what the documentation of a handler says that asks for them.
//! struct Player(SequenceClaims);
//!
//! impl<S: Sync> FromRequestParts<S> for Player {
//!     type Rejection = <SequenceClaims as FromRequestParts<S>>::Rejection;
//!
//!     async fn from_request_parts(parts: &mut Parts, state: &S) -> Result<Self, Self::Rejection> {
//!         SequenceClaims::from_request_parts(parts, state)
//!             .await
//!             .map(Self)
//!     }
//! }
//!
//! impl OperationInput for Player {
//!     fn operation_input(_: &mut GenContext, operation: &mut Operation) {
//!         let wallet = [("wallet".to_owned(), vec![])];
//!         operation.security.push(wallet.into_iter().collect());
//!     }
//!
//!     fn inferred_early_responses(
//!         context: &mut GenContext,
//!         operation: &mut Operation,
//!     ) -> Vec<(Option<u16>, Response)> {
//!         let mut refused = |(status, description): (u16, &str)| {
//!             let mut response = Json::<Refusal>::operation_response(context, operation)?;
//!             response.description = description.to_owned();
//!             Some((Some(status), response))
//!         };
//!         REFUSED.into_iter().filter_map(&mut refused).collect()
//!     }
//! }
//!
//! /// The answers of the layer.
//! const REFUSED: [(u16, &str); 4] = [
//!     (400, "The credentials are malformed."),
//!     (401, "There is no token, or a check of it fails."),
//!     (403, "The token is valid, but gives no access."),
//!     (503, "Tokens cannot be verified at the moment."),
//! ];
//!
//! /// The body of each of them.
//! #[derive(JsonSchema)]
//! #[allow(dead_code, reason = "it is the layer that sends it")]
//! struct Refusal {
//!     /// A code for programs.
//!     error: String,
//!     /// The check that failed.
//!     error_description: String,
//! }
//!
//! #[derive(Serialize, JsonSchema)]
//! struct Me {
//!     wallet: String,
//! }
//!
//! async fn me(Player(claims): Player) -> Json<Me> {
//!     let wallet = claims.wallet().to_string();
//!     Json(Me { wallet })
//! }
//!
//! async fn status() {}
//!
//! pub fn app(auth: SequenceAuthLayer) -> Router {
//!     let players = ApiRouter::new()
//!         .api_route("/me", documented_get(me))
//!         .route_layer(auth);
//!     let mut api = OpenApi::default();
//!     let router = ApiRouter::new()
//!         .api_route("/status", documented_get(status))
//!         .merge(players)
//!         .finish_api_with(&mut api, |api| {
//!             api.security_scheme("wallet", wallet_token())
//!         });
//!     router.route("/openapi.json", get(async || Json(api)))
//! }
//!
//! /// How a client sends its token.
//! fn wallet_token() -> SecurityScheme {
//!     SecurityScheme::Http {
//!         scheme: "bearer".to_owned(),
//!         bearer_format: Some("JWT".to_owned()),
//!         description: Some("The ID token of the player's wallet".to_owned()),
//!         extensions: Default::default(),
//!     }
//! }
//! ```
//!
//! The headers are left out here. To leave a handler's document unchanged, take `aide::NoApi<SequenceClaims>` instead.
//!
//! The layer guards what is in its router, and the argument documents what takes it: a guarded handler without `Player` is
//! guarded, and its documentation does not say so.
