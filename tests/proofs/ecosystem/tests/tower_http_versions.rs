//! The layer with each version of tower-http that applications of axum 0.8 use: on either side of its layers, and with
//! them around a whole router that is served.

use axum::{Router, extract::Request, middleware::Next, response::Response, routing::get};
use http::{HeaderValue, StatusCode};
use sequence_auth::SequenceClaims;
use tokio::{
    io::{AsyncReadExt, AsyncWriteExt},
    net::{TcpListener, TcpStream},
};

use crate::support::bearer;

/// A router whose handler extracts the claims.
fn router() -> Router {
    Router::new().route("/me", get(me))
}

async fn me(claims: Option<SequenceClaims>) -> String {
    let email = claims.as_ref().and_then(SequenceClaims::email);
    email.unwrap_or("nobody").to_owned()
}

/// Middleware that needs the claims.
async fn greet(claims: SequenceClaims, request: Request, next: Next) -> Response {
    let mut response = next.run(request).await;
    let email = HeaderValue::from_str(claims.email().unwrap()).unwrap();
    response.headers_mut().insert("x-email", email);
    response
}

/// Serves an application, and returns what it answers on a path: with a token, and without.
async fn answers(app: Router, path: &str) -> [String; 2] {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = listener.local_addr().unwrap();
    let server = tokio::spawn(axum::serve(listener, app).into_future());
    let ask = async |header: &str| {
        let mut client = TcpStream::connect(address).await.unwrap();
        let request =
            format!("GET {path} HTTP/1.1\r\nhost: x\r\nconnection: close\r\n{header}\r\n");
        client.write_all(request.as_bytes()).await.unwrap();
        let mut answer = String::new();
        client.read_to_string(&mut answer).await.unwrap();
        answer
    };
    let with_token = ask(&format!("authorization: {}\r\n", bearer())).await;
    let without_token = ask("").await;
    server.abort();
    [with_token, without_token]
}

#[track_caller]
fn assert_status(answer: &str, status: StatusCode) {
    let line = format!("HTTP/1.1 {} ", status.as_str());
    assert!(answer.starts_with(&line), "{answer}");
}

/// Makes the proofs with one version.
macro_rules! with_version {
    ($name:ident, $tower_http:ident) => {
        mod $name {
            use std::time::Duration;

            use axum::{Router, body::Body, middleware::from_fn, routing::get};
            use http::{
                Method, StatusCode,
                header::{AUTHORIZATION, CONTENT_TYPE},
            };
            use tower::{ServiceBuilder, service_fn};
            use $tower_http::{
                catch_panic::CatchPanicLayer,
                compression::CompressionLayer,
                cors::{Any, CorsLayer},
                limit::RequestBodyLimitLayer,
                map_request_body::MapRequestBodyLayer,
                timeout::TimeoutLayer,
                trace::TraceLayer,
            };

            use super::{answers, assert_status, greet, router};
            use crate::{
                support::auth,
                tower_http::{app, apps, assert_authenticate, echo},
            };

            fn cors() -> CorsLayer {
                CorsLayer::new()
                    .allow_origin(Any)
                    .allow_methods([Method::GET, Method::POST])
                    .allow_headers([AUTHORIZATION, CONTENT_TYPE])
            }

            fn timeout() -> TimeoutLayer {
                TimeoutLayer::with_status_code(StatusCode::GATEWAY_TIMEOUT, Duration::from_secs(3))
            }

            #[tokio::test]
            async fn each_layer_composes_on_either_side() {
                let trace = TraceLayer::new_for_http;
                let limit = || RequestBodyLimitLayer::new(4096);
                let compression = CompressionLayer::new;
                assert_authenticate(apps!([trace(), auth()], echo)).await;
                assert_authenticate(apps!([auth(), trace()], echo)).await;
                assert_authenticate(apps!([cors(), auth()], echo)).await;
                assert_authenticate(apps!([auth(), cors()], echo)).await;
                assert_authenticate(apps!([timeout(), auth()], echo)).await;
                assert_authenticate(apps!([auth(), timeout()], echo)).await;
                assert_authenticate(apps!([limit(), auth()], echo)).await;
                assert_authenticate(apps!([auth(), limit()], echo)).await;
                assert_authenticate(apps!([compression(), auth()], echo)).await;
                assert_authenticate(apps!([auth(), compression()], echo)).await;
                assert_authenticate(apps!([CatchPanicLayer::new(), auth()], echo)).await;
                assert_authenticate(apps!([auth(), CatchPanicLayer::new()], echo)).await;
            }

            /// `from_fn` takes axum's own body alone.
            #[tokio::test]
            async fn from_fn_stands_behind_a_body_that_is_axums_own() {
                let stack = ServiceBuilder::new()
                    .layer(auth())
                    .layer(MapRequestBodyLayer::new(Body::new))
                    .layer(from_fn(greet));
                let app = Router::new().route("/", get("in")).layer(stack);
                let [known, unknown] = answers(app, "/").await;
                assert_status(&known, StatusCode::OK);
                assert!(known.contains("x-email: player@example.com"), "{known}");
                assert!(known.ends_with("\r\n\r\nin"), "{known}");
                assert_status(&unknown, StatusCode::UNAUTHORIZED);
                assert!(!unknown.contains("x-email"), "{unknown}");
            }

            /// The layers around a router, before it looks at the path.
            #[tokio::test]
            async fn layers_serve_around_a_whole_router() {
                let around = |auth| {
                    let around = ServiceBuilder::new()
                        .layer(TraceLayer::new_for_http())
                        .layer(CatchPanicLayer::new())
                        .layer(cors())
                        .layer(CompressionLayer::new())
                        .layer(timeout())
                        .layer(auth)
                        .service(router());
                    Router::new().fallback_service(around)
                };
                let [known, unknown] = answers(around(auth()), "/me").await;
                assert_status(&known, StatusCode::OK);
                assert!(known.ends_with("\r\n\r\nplayer@example.com"), "{known}");
                assert_status(&unknown, StatusCode::UNAUTHORIZED);
                assert!(
                    unknown.contains("access-control-allow-origin: *"),
                    "{unknown}"
                );
                let [known, unknown] = answers(around(auth()), "/nowhere").await;
                assert_status(&known, StatusCode::NOT_FOUND);
                assert_status(&unknown, StatusCode::UNAUTHORIZED);
                let [known, unknown] = answers(around(auth().optional()), "/me").await;
                assert!(known.ends_with("\r\n\r\nplayer@example.com"), "{known}");
                assert!(unknown.ends_with("\r\n\r\nnobody"), "{unknown}");
            }
        }
    };
}

with_version!(v0_6, tower_http_06);
with_version!(v0_7, tower_http);
