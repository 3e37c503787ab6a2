//! The application: a nonce, a login, an account, a logout.

use axum::{
    Extension, Json, Router,
    extract::{Request, State},
    http::{
        HeaderValue, StatusCode,
        header::{CACHE_CONTROL, CONTENT_TYPE},
    },
    middleware::{Next, from_fn, map_response},
    response::{IntoResponse, Response},
    routing::{get, post},
};
use sequence_auth::{Nonces, SequenceAuthLayer, SequenceClaims};
use serde_json::json;
use tower_http::csrf::CsrfLayer;
use tower_sessions::{Expiry, MemoryStore, Session, SessionManagerLayer, cookie::time::Duration};

use super::{
    cookies::CookieFlags,
    player::{Player, SessionFailure},
};

const SESSION_LIFETIME: Duration = Duration::hours(1);

/// Builds the routes, with those of the page.
///
/// Another site can make a browser send requests with this site's cookies. Three defences stop it, each on its own:
///
/// - The cookies are `SameSite=Strict`.
/// - `CsrfLayer` checks `Sec-Fetch-Site` and `Origin`. A proxy in front has to leave `Host` unchanged.
/// - Every request that changes something is JSON, which a form cannot send.
///
/// In frames on other sites, the first defence is missing: the site around the frame can make the browser send the
/// cookies of its partition. The other two still hold. If an attacker's own token gets through in such a request, its
/// nonce is refused, because it is bound to another browser.
pub(crate) fn app(
    nonces: Nonces,
    cookies: CookieFlags,
    auth: SequenceAuthLayer,
    page: Router,
) -> Router {
    with_sessions(nonces, cookies, auth)
        .merge(page)
        .layer(CsrfLayer::new())
        .layer(map_response(forbid_caching))
}

fn with_sessions(nonces: Nonces, cookies: CookieFlags, auth: SequenceAuthLayer) -> Router {
    let json_only = from_fn(json_only);
    let log_in = post(log_in)
        .route_layer(auth.with_nonces(nonces.clone()))
        .route_layer(json_only.clone());
    Router::new()
        .route("/nonce", get(nonce))
        .route("/login", log_in)
        .route("/account", get(account))
        .route("/logout", post(log_out).route_layer(json_only))
        .layer(sessions(cookies))
        .layer(map_response(move |response| async move {
            cookies.complete(response)
        }))
        .layer(from_fn(move |request, next| {
            unambiguous(cookies, request, next)
        }))
        .with_state(nonces)
}

/// The sessions are in this process, and expired sessions stay until it ends. In an application, take a store of
/// tower-sessions that deletes expired sessions and that all instances share.
fn sessions(cookies: CookieFlags) -> SessionManagerLayer<MemoryStore> {
    // HttpOnly by default.
    SessionManagerLayer::new(MemoryStore::default())
        .with_name(cookies.session_name())
        .with_secure(cookies.are_secure())
        .with_same_site(cookies.same_site())
        .with_expiry(Expiry::OnInactivity(SESSION_LIFETIME))
}

async fn nonce(State(nonces): State<Nonces>, request: Request) -> Response<String> {
    nonces.respond_to(&request)
}

/// Called once for each nonce.
async fn log_in(
    Extension(claims): Extension<SequenceClaims>,
    session: Session,
) -> Result<Json<Player>, SessionFailure> {
    let player = Player::from(&claims);
    player.log_in(&session).await?;
    Ok(Json(player))
}

async fn account(player: Player) -> Json<Player> {
    Json(player)
}

async fn log_out(_: Player, session: Session) -> Result<StatusCode, SessionFailure> {
    session.flush().await?;
    Ok(StatusCode::NO_CONTENT)
}

async fn unambiguous(cookies: CookieFlags, mut request: Request, next: Next) -> Response {
    cookies.remove_those_of_other_hosts(request.headers_mut());
    if cookies.have_one_session(request.headers()) {
        return next.run(request).await;
    }
    let description = "the session's cookie came twice";
    let body = json!({"error": "ambiguous_cookie", "error_description": description});
    (StatusCode::BAD_REQUEST, Json(body)).into_response()
}

async fn json_only(request: Request, next: Next) -> Response {
    let content_type = request.headers().get(CONTENT_TYPE);
    let is_json = content_type
        .and_then(|value| value.to_str().ok())
        .and_then(|value| value.split(';').next())
        .is_some_and(|essence| essence.trim().eq_ignore_ascii_case("application/json"));
    if is_json {
        next.run(request).await
    } else {
        StatusCode::UNSUPPORTED_MEDIA_TYPE.into_response()
    }
}

async fn forbid_caching(mut response: Response) -> Response {
    let headers = response.headers_mut();
    headers.insert(CACHE_CONTROL, HeaderValue::from_static("no-store"));
    response
}
