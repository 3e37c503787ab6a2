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
use serde_json::{Value, json};
use tower_cookies::Cookies;
use tower_http::csrf::CsrfLayer;
use tower_sessions::{Expiry, MemoryStore, Session, SessionManagerLayer, cookie::time::Duration};

use super::{
    cookies::CookieFlags,
    own_site::own_site_only,
    player::{Player, SessionFailure},
};

const SESSION_LIFETIME: Duration = Duration::hours(1);

/// What the handlers share.
#[derive(Clone)]
pub(crate) struct Login {
    pub(crate) nonces: Nonces,
    pub(crate) cookies: CookieFlags,
}

/// Builds the routes, with those of the page.
///
/// Another site can have a browser send requests, with this site's cookies. Against that stand, each by
/// itself: `SameSite=Strict`; the check of `Sec-Fetch-Site` and `Origin`, for which a proxy in front has to
/// leave `Host` as it is; and that whatever changes something is JSON, which no form sends. A token of the
/// attacker's own, in a request that gets through, fails for its nonce, which is bound to another browser. To
/// ask for a nonce changes something, too: a browser that does not send its cookie along gets a new one, and the
/// login that has begun in it fails.
pub(crate) fn app(login: Login, auth: SequenceAuthLayer, page: Router) -> Router {
    let json_only = from_fn(json_only);
    let log_in = post(log_in)
        .route_layer(auth.with_nonces(login.nonces.clone()))
        .route_layer(json_only.clone());
    let cookies = login.cookies;
    Router::new()
        .route("/nonce", get(nonce).route_layer(from_fn(own_site_only)))
        .route("/login", log_in)
        .route("/account", get(account))
        .route("/logout", post(log_out).route_layer(json_only))
        .layer(sessions(cookies))
        .layer(map_response(move |response| async move {
            cookies.complete_removal(response)
        }))
        .layer(from_fn(move |request, next| {
            unambiguous(cookies, request, next)
        }))
        .with_state(login)
        .merge(page)
        .layer(CsrfLayer::new())
        .layer(map_response(forbid_caching))
}

/// Sessions are in this process, which forgets them when it ends and not before: for an application, take a
/// store of tower-sessions that deletes those that have expired, and that all instances share.
fn sessions(cookies: CookieFlags) -> SessionManagerLayer<MemoryStore> {
    // HttpOnly and SameSite=Strict by default.
    SessionManagerLayer::new(MemoryStore::default())
        .with_name(cookies.session_name())
        .with_secure(cookies.is_secure())
        .with_expiry(Expiry::OnInactivity(SESSION_LIFETIME))
}

/// Stores nothing, so that a flood of requests fills nothing.
async fn nonce(State(login): State<Login>, cookies: Cookies) -> Json<Value> {
    let browser = login.cookies.bind_browser(&cookies);
    Json(json!({"nonce": login.nonces.issue_for(browser)}))
}

/// Is called once for each nonce.
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

async fn unambiguous(cookies: CookieFlags, request: Request, next: Next) -> Response {
    if cookies.are_unambiguous(request.headers()) {
        return next.run(request).await;
    }
    let description = "a cookie of this server came twice, or under another spelling of its name";
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
