use aide::{
    OperationInput, OperationOutput,
    axum::{ApiRouter, routing::get as documented_get},
    generate::GenContext,
    openapi::{OpenApi, Operation, Response, SecurityScheme},
};
use axum::{Json, Router, extract::FromRequestParts, http::request::Parts, routing::get};
use schemars::JsonSchema;
use sequence_auth::{SequenceAuthLayer, SequenceClaims};
use serde::Serialize;

/// The claims, and their part in the documentation of a handler.
struct Player(SequenceClaims);

impl<S: Sync> FromRequestParts<S> for Player {
    type Rejection = <SequenceClaims as FromRequestParts<S>>::Rejection;

    async fn from_request_parts(parts: &mut Parts, state: &S) -> Result<Self, Self::Rejection> {
        SequenceClaims::from_request_parts(parts, state)
            .await
            .map(Self)
    }
}

impl OperationInput for Player {
    fn operation_input(_: &mut GenContext, operation: &mut Operation) {
        let wallet = [("wallet".to_owned(), vec![])];
        operation.security.push(wallet.into_iter().collect());
    }

    fn inferred_early_responses(
        context: &mut GenContext,
        operation: &mut Operation,
    ) -> Vec<(Option<u16>, Response)> {
        let mut refused = |(status, description): (u16, &str)| {
            let mut response = Json::<Refusal>::operation_response(context, operation)?;
            response.description = description.to_owned();
            Some((Some(status), response))
        };
        REFUSED.into_iter().filter_map(&mut refused).collect()
    }
}

/// The answers of the layer.
const REFUSED: [(u16, &str); 4] = [
    (400, "The credentials are malformed."),
    (401, "There is no token, or a check of it fails."),
    (403, "The token is valid, but gives no access."),
    (503, "Tokens cannot be verified at the moment."),
];

/// The body of each of them.
#[derive(JsonSchema)]
#[allow(dead_code, reason = "it is the layer that sends it")]
struct Refusal {
    /// A code for programs.
    error: String,
    /// The check that failed.
    error_description: String,
}

#[derive(Serialize, JsonSchema)]
struct Me {
    wallet: String,
}

async fn me(Player(claims): Player) -> Json<Me> {
    let wallet = claims.wallet().to_string();
    Json(Me { wallet })
}

async fn status() {}

pub fn app(auth: SequenceAuthLayer) -> Router {
    let players = ApiRouter::new()
        .api_route("/me", documented_get(me))
        .route_layer(auth);
    let mut api = OpenApi::default();
    let router = ApiRouter::new()
        .api_route("/status", documented_get(status))
        .merge(players)
        .finish_api_with(&mut api, |api| {
            api.security_scheme("wallet", wallet_token())
        });
    router.route("/openapi.json", get(async || Json(api)))
}

/// How a client sends its token.
fn wallet_token() -> SecurityScheme {
    SecurityScheme::Http {
        scheme: "bearer".to_owned(),
        bearer_format: Some("JWT".to_owned()),
        description: Some("The ID token of the player's wallet".to_owned()),
        extensions: Default::default(),
    }
}
