use axum::{Json, Router, routing::get};
use sequence_auth::{SequenceAuthLayer, SequenceClaims};
use serde::Serialize;
use utoipa::{
    IntoResponses, Modify, OpenApi, ToSchema,
    openapi::{
        self,
        security::{HttpAuthScheme, HttpBuilder, SecurityRequirement, SecurityScheme},
    },
};
use utoipa_axum::{router::OpenApiRouter, routes};

#[derive(OpenApi)]
#[openapi(modifiers(&WalletToken), components(schemas(Refusal)))]
struct Api;

/// How a client sends its token.
struct WalletToken;

impl Modify for WalletToken {
    fn modify(&self, api: &mut openapi::OpenApi) {
        let bearer = HttpBuilder::new()
            .scheme(HttpAuthScheme::Bearer)
            .bearer_format("JWT")
            .description(Some("The ID token of the player's wallet"));
        let components = api.components.get_or_insert_default();
        components.add_security_scheme("wallet", SecurityScheme::Http(bearer.build()));
    }
}

/// The body of the layer's answers.
#[derive(ToSchema)]
#[allow(dead_code, reason = "it is the layer that sends it")]
struct Refusal {
    /// A code for programs.
    #[schema(example = "invalid_token")]
    error: String,
    /// The check that failed.
    #[schema(example = "the token has expired (exp)")]
    error_description: String,
}

/// The answers of the layer, each with its body.
#[derive(IntoResponses)]
#[allow(dead_code, reason = "it is the layer that sends them")]
enum Refused {
    /// The credentials are malformed.
    #[response(status = 400, headers(("WWW-Authenticate" = String)))]
    Malformed(Refusal),
    /// There is no token, or a check of it fails.
    #[response(status = 401, headers(("WWW-Authenticate" = String)))]
    Unauthenticated(Refusal),
    /// The token is valid, but gives no access.
    #[response(status = 403, headers(("WWW-Authenticate" = String)))]
    Forbidden(Refusal),
    /// Tokens cannot be verified at the moment.
    #[response(status = 503, headers(("Retry-After" = u32, description = "in seconds")))]
    Unavailable(Refusal),
}

/// Guards all routes of a router, and says so in their documentation.
fn guarded(mut router: OpenApiRouter, auth: SequenceAuthLayer) -> OpenApiRouter {
    for path in router.get_openapi_mut().paths.paths.values_mut() {
        let methods = [
            &mut path.get,
            &mut path.post,
            &mut path.put,
            &mut path.patch,
            &mut path.delete,
        ];
        for operation in methods.into_iter().flatten() {
            let wallet = SecurityRequirement::new("wallet", [""; 0]);
            operation.security = Some(vec![wallet]);
            operation.responses.responses.extend(Refused::responses());
        }
    }
    router.route_layer(auth)
}

#[derive(Serialize, ToSchema)]
struct Me {
    wallet: String,
}

#[utoipa::path(get, path = "/me", responses((status = 200, body = Me)))]
async fn me(claims: SequenceClaims) -> Json<Me> {
    let wallet = claims.wallet().to_string();
    Json(Me { wallet })
}

#[utoipa::path(get, path = "/status", responses((status = 200)))]
async fn status() {}

pub fn app(auth: SequenceAuthLayer) -> Router {
    let players = guarded(OpenApiRouter::new().routes(routes!(me)), auth);
    let (router, api) = OpenApiRouter::with_openapi(Api::openapi())
        .routes(routes!(status))
        .merge(players)
        .split_for_parts();
    router.route("/openapi.json", get(async || Json(api)))
}
