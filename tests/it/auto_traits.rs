//! The auto traits that the public types promise. The compiler does the asserting: what is missing does not build.
//!
//! `.ci/public-api` fails if this file does not name a public type.

use std::panic::{RefUnwindSafe, UnwindSafe};

#[cfg(feature = "redis")]
use sequence_auth::RedisStore;
use sequence_auth::{
    Anonymous, AuthError, AuthErrorKind, ClaimsRejection, ConfigError, ConfigKey, EmailPolicy,
    Environment, FetchError, FetchErrorKind, Identity, IdentityType, IssuerHealth, KeyHealth,
    KeyState, KeysUnavailable, LoginCookies, MemoryStore, NonceKey, Nonces, NoncesBuilder,
    OneTimeKey, OneTimeStoreError, RejectedRequest, RequestBody, ResponseBody, ResponseFuture,
    SequenceAuth, SequenceAuthLayer, SequenceAuthLayerBuilder, SequenceClaims, TokenSource,
    TokenVerifier, TraceSpan,
    testing::{LocalIssuer, SequenceClaimsBuilder, TokenBuilder},
};
use tower::{Service, util::BoxCloneService};

fn is_send<T: Send>() {}
fn is_sync<T: Sync>() {}
fn is_unpin<T: Unpin>() {}
fn is_unwind_safe<T: UnwindSafe + RefUnwindSafe>() {}
fn is_shareable<T: Send + Sync + Unpin + 'static>() {}

/// Asserts that each type is unwind safe, too: it holds no code of the application, and no cause of an error.
macro_rules! plain {
    ($($type:ty),+ $(,)?) => {
        $(
            is_shareable::<$type>();
            is_unwind_safe::<$type>();
        )+
    };
}

/// Asserts nothing about unwinding. A panic of the code that the type holds could leave that code in a broken state.
macro_rules! with_code_of_others {
    ($($type:ty),+ $(,)?) => {
        $(is_shareable::<$type>();)+
    };
}

#[test]
fn types_are_sent_and_shared_between_threads() {
    plain![
        Anonymous,
        AuthError,
        AuthErrorKind,
        ConfigKey,
        EmailPolicy,
        Environment,
        FetchErrorKind,
        Identity,
        IdentityType,
        KeyState,
        LocalIssuer,
        LoginCookies,
        MemoryStore,
        NonceKey,
        OneTimeKey,
        RejectedRequest,
        SequenceClaims,
        SequenceClaimsBuilder,
        TokenBuilder,
        TraceSpan,
    ];
    // Predicates, loads, sources and `on_reject` are closures of the application.
    with_code_of_others![
        SequenceAuthLayer,
        SequenceAuthLayerBuilder,
        TokenSource,
        TokenVerifier,
    ];
    // The store may be the application's.
    with_code_of_others![Nonces, NoncesBuilder];
    // The `source` of these errors, or of an error in them, is an error of the application or of another crate.
    with_code_of_others![
        ConfigError,
        FetchError,
        IssuerHealth,
        KeyHealth,
        KeysUnavailable,
        OneTimeStoreError,
    ];
    // The function that makes clients is a closure of the application.
    #[cfg(feature = "redis")]
    with_code_of_others![RedisStore];
}

/// It holds the body of axum's response, which is not `Sync`.
#[test]
fn rejection_is_sent_between_threads() {
    is_send::<ClaimsRejection>();
    is_unpin::<ClaimsRejection>();
}

#[test]
fn service_has_the_traits_of_its_inner_service() {
    fn sent<S: Send>() {
        is_send::<SequenceAuth<S>>();
    }
    fn shared<S: Sync>() {
        is_sync::<SequenceAuth<S>>();
    }
    fn moved<S: Unpin>() {
        is_unpin::<SequenceAuth<S>>();
    }
    sent::<BoxCloneService<(), (), ()>>();
    shared::<()>();
    moved::<()>();
}

#[test]
fn bodies_have_the_traits_of_the_inner_body() {
    fn sent<B: Send>() {
        is_send::<RequestBody<B>>();
        is_send::<ResponseBody<B>>();
    }
    fn shared<B: Sync>() {
        is_sync::<RequestBody<B>>();
        is_sync::<ResponseBody<B>>();
    }
    fn moved<B: Unpin>() {
        is_unpin::<RequestBody<B>>();
        is_unpin::<ResponseBody<B>>();
    }
    fn unwound<B: UnwindSafe + RefUnwindSafe>() {
        is_unwind_safe::<RequestBody<B>>();
        is_unwind_safe::<ResponseBody<B>>();
    }
    sent::<()>();
    shared::<()>();
    moved::<()>();
    unwound::<()>();
}

/// It is not `Sync`, because it waits for futures of the application, such as that of `load`, and they need not be.
#[test]
fn response_future_has_the_traits_of_the_service_and_its_future() {
    fn sent<S, B>()
    where
        S: Service<http::Request<RequestBody<B>>, Future: Send> + Send,
        B: Send,
    {
        is_send::<ResponseFuture<S, B>>();
    }
    fn moved<S, B>()
    where
        S: Service<http::Request<RequestBody<B>>, Future: Unpin> + Unpin,
        B: Unpin,
    {
        is_unpin::<ResponseFuture<S, B>>();
    }
    type Inner = BoxCloneService<http::Request<RequestBody<()>>, (), ()>;
    sent::<Inner, ()>();
    moved::<Inner, ()>();
}

/// The signature of an `async fn` does not say it.
#[test]
fn futures_of_methods_are_sent_between_threads() {
    fn is_sent<F: Future + Send>(_: F) {}
    let layer = LocalIssuer::new().layer(13639);
    is_sent(layer.ready());
    is_sent(layer.shutdown());
    let verifier = layer.verifier();
    is_sent(verifier.verify(""));
    is_sent(verifier.verify_bound("", [0; 16]));
    is_sent(verifier.verify_and_load("", None));
    is_sent(verifier.verify_with_headers("", &http::HeaderMap::new()));
    #[cfg(feature = "redis")]
    is_sent(RedisStore::new("redis://127.0.0.1").unwrap().ready());
}
