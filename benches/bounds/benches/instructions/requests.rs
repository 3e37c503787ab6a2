//! The requests that are counted.

use std::{convert::Infallible, fmt::Debug, future::ready};

use bench_support::{
    RawCheck, answer, bearer,
    hostile::{self, Hostile},
    inner, layer, oms_layer, protected, send,
};
use bytes::Bytes;
use http::{HeaderValue, Request, header::AUTHORIZATION};
use http_body_util::Full;
use sequence_auth::{SequenceAuthLayer, testing::LocalIssuer};
use tower::{Service, service_fn};

use super::counted::counted;

/// Creates requests, and the layer with the setting that they are for.
type WithSetting = fn(&LocalIssuer, SequenceAuthLayer) -> (SequenceAuthLayer, Vec<Hostile>);

const REQUESTS: usize = 200;
const HOSTILE_REQUESTS: usize = 12;
/// How many requests come before the counted ones. They fill everything that is filled only once.
const FIRST: usize = 2;
/// An issuer, and the layers for its tokens.
struct Party {
    algorithm: &'static str,
    issuer: LocalIssuer,
    /// Gives out the issuer's own layer with a cache for so many tokens.
    layer: fn(&LocalIssuer, usize) -> SequenceAuthLayer,
}

/// Sends requests of every kind.
pub(crate) fn send_all() {
    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_time()
        .build()
        .unwrap();
    let _guard = runtime.enter();
    let parties = [
        Party {
            algorithm: "RS256",
            issuer: LocalIssuer::new(),
            layer,
        },
        Party {
            algorithm: "ES256",
            issuer: LocalIssuer::oms_wallet(),
            layer: oms_layer,
        },
    ];
    let either = |cached_tokens| {
        let [embedded, oms] = parties
            .each_ref()
            .map(|party| (party.layer)(&party.issuer, cached_tokens));
        embedded.or(oms).unwrap()
    };
    for party in &parties {
        send_tokens(party, either);
    }
    send_hostile_requests(&parties, &either(0));
}

/// Sends good and bad tokens of an issuer through its own layer, and through a layer for both issuers.
fn send_tokens(party: &Party, either: impl Fn(usize) -> SequenceAuthLayer) {
    let name = |request: &str| format!("{}/{request}", party.algorithm);
    let raw = RawCheck::new(&party.issuer);
    raw.run();
    counted(&name("raw check"), REQUESTS, || {
        (0..REQUESTS).for_each(|_| raw.run());
    });
    let kinds = kinds_of_tokens(&party.issuer);
    let (_, tokens) = &kinds[0];
    send_through(&mut inner(), &name("no layer"), tokens);
    for (kind, tokens) in &kinds {
        let cached_tokens = if *kind == "new token" { 0 } else { 4_096 };
        let alone = (party.layer)(&party.issuer, cached_tokens);
        for (layer, layer_name) in [(alone, "alone"), (either(cached_tokens), "either")] {
            let name = name(&format!("{layer_name}/{kind}"));
            send_through(&mut protected(&layer), &name, tokens);
        }
    }
}

/// As many tokens of each kind as are sent.
fn kinds_of_tokens(issuer: &LocalIssuer) -> [(&'static str, Vec<String>); 5] {
    let numbers = 0..REQUESTS + FIRST;
    let mint = |number| issuer.token().claim("number", number).mint();
    let new: Vec<_> = numbers.map(mint).collect();
    let others = new.iter().cycle().skip(1);
    let forged = new.iter().zip(others).map(|(token, other)| {
        let (message, _) = token.rsplit_once('.').unwrap();
        let (_, signature) = other.rsplit_once('.').unwrap();
        format!("{message}.{signature}")
    });
    let same = |token: &str| vec![token.to_owned(); REQUESTS + FIRST];
    [
        ("bad signature", forged.collect()),
        ("seen token", seen(&new)),
        (
            "unknown key",
            same(&issuer.token().header("kid", "unknown").mint()),
        ),
        ("new token, cached", new.clone()),
        ("new token", new),
    ]
}

/// Sends each token twice, which caches it, and then all of them in turn.
fn seen(tokens: &[String]) -> Vec<String> {
    let twice = tokens.iter().flat_map(|token| [token, token]);
    let again = tokens.iter().cycle().take(REQUESTS);
    twice.chain(again).cloned().collect()
}

/// Sends tokens, of which the last ones are counted.
fn send_through<S>(service: &mut S, name: &str, tokens: &[String])
where
    S: Service<Request<Full<Bytes>>>,
    S::Error: Debug,
{
    let headers: Vec<_> = tokens.iter().map(|token| header(token)).collect();
    let (first, last) = headers.split_at(headers.len() - REQUESTS);
    let request = |header: &HeaderValue| {
        let request = Request::get("/").header(AUTHORIZATION, header.clone());
        request.body(Full::default()).unwrap()
    };
    for header in first {
        send(service, request(header));
    }
    counted(name, REQUESTS, || {
        for header in last {
            send(service, request(header));
        }
    });
}

/// A header in memory that is never freed, because the allocator's work for a thousand bytes varies by chance.
fn header(token: &str) -> HeaderValue {
    let value: &'static str = format!("Bearer {token}").leak();
    HeaderValue::from_static(value)
}

fn send_hostile_requests([embedded, oms]: &[Party; 2], either: &SequenceAuthLayer) {
    let [rs256, es256] = [embedded, oms].map(|party| (party.layer)(&party.issuer, 0));
    let (embedded, oms) = (&embedded.issuer, &oms.issuer);
    for (kind, layer, requests) in [
        ("headers", &rs256, hostile::headers(embedded)),
        ("tokens", &rs256, hostile::tokens(embedded)),
        ("tokens by ES256", &es256, hostile::tokens(oms)),
        (
            "tokens of either issuer, RS256",
            either,
            hostile::of_unknown_issuer(embedded),
        ),
        (
            "tokens of either issuer, ES256",
            either,
            hostile::of_unknown_issuer(oms),
        ),
        ("bodies", &rs256, hostile::bodies(embedded)),
        (
            "bodies for either issuer",
            either,
            hostile::bodies(embedded),
        ),
    ] {
        for request in requests {
            send_hostile(kind, layer, layer, &request);
        }
    }
    for (kind, with_setting) in [
        ("cookies", hostile::cookies as WithSetting),
        ("subprotocols", hostile::subprotocols),
        ("own headers", hostile::own_headers),
        ("bindings", hostile::bindings),
    ] {
        let (layer, requests) = with_setting(embedded, rs256.clone());
        for request in requests {
            send_hostile(kind, &layer, &rs256, &request);
        }
    }
    send_requests_for_nonces(embedded, &rs256);
}

/// Sends a request through a layer, and its good token through a layer that takes it from the `Authorization` header.
/// Sends both without a layer, too.
fn send_hostile(
    kind: &str,
    layer: &SequenceAuthLayer,
    good_layer: &SequenceAuthLayer,
    hostile: &Hostile,
) {
    hostile.assert_refused(layer);
    hostile.assert_good(good_layer);
    let name = format!("{kind}/{}", hostile.name);
    send_with_and_without(
        &format!("{name}/refused"),
        &mut protected(layer),
        &hostile.request,
    );
    send_with_and_without(
        &format!("{name}/good"),
        &mut protected(good_layer),
        &bearer(&hostile.good),
    );
}

/// Sends requests for nonces that are refused, each with a good token to compare with.
fn send_requests_for_nonces(issuer: &LocalIssuer, layer: &SequenceAuthLayer) {
    let (nonces, requests) = hostile::requests_for_nonces();
    let mut service = service_fn(|request: Request<Full<Bytes>>| {
        ready(Ok::<_, Infallible>(nonces.respond_to(&request)))
    });
    let good = bearer(&issuer.token().mint());
    for (name, expected, request) in requests {
        let answer = answer(&mut service, request.clone());
        assert_eq!(answer.status(), expected, "{name}");
        let name = format!("requests for nonces/{name}");
        send_with_and_without(&format!("{name}/refused"), &mut service, &request);
        send_with_and_without(&format!("{name}/good"), &mut protected(layer), &good);
    }
}

/// Sends a request to a service, and to one that does nothing.
fn send_with_and_without<S>(name: &str, service: &mut S, request: &Request<Full<Bytes>>)
where
    S: Service<Request<Full<Bytes>>>,
    S::Error: Debug,
{
    let all = || vec![request.clone(); HOSTILE_REQUESTS];
    let count = HOSTILE_REQUESTS - FIRST;
    send_and_count(&mut inner(), &format!("{name}, no layer"), all(), count);
    send_and_count(service, name, all(), count);
}

/// Sends requests, of which the last ones are counted.
fn send_and_count<S>(
    service: &mut S,
    name: &str,
    mut requests: Vec<Request<Full<Bytes>>>,
    count: usize,
) where
    S: Service<Request<Full<Bytes>>>,
    S::Error: Debug,
{
    for request in requests.drain(..requests.len() - count) {
        send(service, request);
    }
    counted(name, count, || {
        for request in requests {
            send(service, request);
        }
    });
}
