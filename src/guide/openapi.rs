//! How to document the layer's token and responses in OpenAPI, with utoipa or aide.
//!
//! This crate depends on neither. Copy the code of this page into your application. The package `tests/proofs/openapi`
//! compiles the code and tests its documents.
//!
//! # What to document
//!
//! | of a guarded route | in the document |
//! |---|---|
//! | the token, as a bearer token | a security scheme of type `http`, scheme `bearer`, format `JWT` |
//! | 400, 401, 403, 503 | `application/json`: an object with the strings `error` and `error_description`, both required |
//! | 400, 401, 403 | the header `WWW-Authenticate` |
//! | 503 | the header `Retry-After`, in seconds |
//!
//! Leave 403 out unless the layer has [`authorize`](crate::SequenceAuthLayer::authorize),
//! [`authorize_async`](crate::SequenceAuthLayer::authorize_async), [`load`](crate::SequenceAuthLayer::load) or a cookie
//! source. If the layer reads bodies for a token, add 413 (body too large) and 408 (body too slow), with the same
//! object. If the layer accepts each nonce or token once, add 429 (too many uses by a wallet), with the same object and
//! the header `Retry-After`. If the layer has [`on_reject`](crate::SequenceAuthLayer::on_reject), document the responses
//! that the function returns.
//!
//! A token in another [source](crate::TokenSource) has another scheme: `apiKey` in `header` or `cookie`, with the name.
//! A JSON field is a property of the body's schema, because OpenAPI does not have such a scheme. On a route with an
//! [`optional`](crate::SequenceAuthLayer::optional) layer, add an empty requirement beside the requirement of the
//! token. It means that the token may be missing.
//!
//! The handlers need the feature `axum`. Both applications add the layer with `route_layer`, so unknown paths still go
//! to the [router](crate::guide::routers).
//!
//! # utoipa
//!
//! This code is for utoipa 6 and utoipa-axum 0.3. It also compiles with utoipa 5 and utoipa-axum 0.2. A handler takes
//! [`SequenceClaims`](crate::SequenceClaims) directly, because utoipa leaves out arguments that it does not know.
//! `guarded` documents all routes of a router and adds the layer to the same routes, which keeps both in step:
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
//! This code is for aide 0.15 with schemars 0.9. Each argument of a handler has to implement aide's `OperationInput`.
//! `SequenceClaims` does not, and the orphan rule forbids an application to implement another crate's trait for another
//! crate's type. Wrap the claims in a type of your own. The type documents that each handler which takes it needs a
//! token:
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
//! /// The claims, and their part in the documentation of a handler.
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
//! This code leaves the headers out. To keep the claims out of a handler's documentation, take
//! `aide::NoApi<SequenceClaims>` instead.
//!
//! The layer guards all routes of its router, but only the argument `Player` documents it. A handler without `Player`
//! is guarded, although its documentation does not say so.
