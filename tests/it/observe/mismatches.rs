//! Tokens with a good signature that are refused for their claims: a mistake of configuration, or a wrong clock.

use std::time::{Duration, SystemTime};

use sequence_auth::{
    AuthErrorKind as Kind, SequenceAuthLayer,
    testing::{LocalIssuer, TokenBuilder},
};
use serde_json::json;
use tokio::time::advance;

use crate::{
    recorder::Recorder,
    support::{ISSUER, bearer, layer, payload_of, send},
};

const PREFIX: &str = "https://sequence.build/project/";

/// A layer for production's `iss` and audience, with tokens that the test signs.
fn production() -> (LocalIssuer, SequenceAuthLayer) {
    let issuer = LocalIssuer::new();
    let builder = SequenceAuthLayer::builder(13639).static_keys(issuer.jwks());
    (issuer, builder.build().unwrap())
}

/// Sends a token that is refused, and returns the events.
async fn told(layer: &SequenceAuthLayer, token: &TokenBuilder, kind: Kind) -> Vec<String> {
    let (recorder, _guard) = Recorder::start();
    send(layer, bearer(&token.mint()))
        .await
        .assert_refused(kind);
    recorder.take_told()
}

/// Asserts that there is a single warning, which contains all of these.
#[track_caller]
fn assert_warned(told: &[String], parts: &[&str]) {
    let [line] = told else {
        panic!("{told:#?}");
    };
    assert!(
        line.starts_with("WARN a token with a good signature was refused: "),
        "{line}"
    );
    for part in parts {
        assert!(line.contains(part), "{line} is without: {part}");
    }
}

#[tokio::test]
async fn other_issuer_is_told_with_the_environment_that_it_is() {
    for (iss, cure) in [
        ("https://dev-waas.sequence.app", "set the environment `dev`"),
        (
            "https://next-waas.sequence.app",
            "set the environment `next`",
        ),
        (
            "https://waas.sequence.app/",
            "a slash at the end makes a difference",
        ),
        ("https://issuer.example", "if the presented issuer is yours"),
    ] {
        let (issuer, layer) = production();
        let token = issuer.token().claim("iss", iss);
        let told = told(&layer, &token, Kind::InvalidIssuer).await;
        let presented = format!("presented={iss} ");
        let expected = "expected=https://waas.sequence.app ";
        assert_warned(
            &told,
            &["kind=\"invalid_issuer\"", &presented, expected, cure],
        );
    }
}

#[tokio::test]
async fn missing_issuer_is_told() {
    let told = told(
        &layer(),
        &ISSUER.token().without_claim("iss"),
        Kind::InvalidIssuer,
    )
    .await;
    assert_warned(&told, &["presented=none "]);
}

#[tokio::test]
async fn other_audience_is_told_with_what_is_likely_meant() {
    for (audience, cure) in [
        (format!("{PREFIX}7"), "if project `7` is yours"),
        (format!("{PREFIX}13639/"), "ends with a slash"),
        (
            "https://dev.sequence.build/project/13639".to_owned(),
            "set the environment `dev`",
        ),
        (
            "https://api.sequence.build/project/13639".to_owned(),
            "audience format from before July 2024",
        ),
        (
            "https://api.sequence.build/project/7".to_owned(),
            "set audience_prefix and the project",
        ),
        ("prj_1".to_owned(), "set audience_prefix and the project"),
    ] {
        let (issuer, layer) = production();
        let token = issuer.token().claim("iss", "https://waas.sequence.app");
        let token = token.claim("aud", [&audience]);
        let told = told(&layer, &token, Kind::InvalidAudience).await;
        let expected = format!("expected=[{PREFIX}13639]");
        let presented = format!("presented=[{audience}]");
        assert_warned(&told, &[&expected, &presented, cure]);
    }
}

#[tokio::test]
async fn many_audiences_are_cut_between_two() {
    let many: Vec<_> = (0..100)
        .map(|number| format!("audience-{number:02}"))
        .collect();
    let shown = many[..15].join(", ");
    let token = ISSUER.token().claim("aud", &many);
    let told = told(&layer(), &token, Kind::InvalidAudience).await;
    assert_warned(&told, &[&format!("presented=[{shown}, …]")]);
}

#[tokio::test]
async fn missing_audience_is_told() {
    let token = ISSUER.token().without_claim("aud");
    let told = told(&layer(), &token, Kind::InvalidAudience).await;
    assert_warned(&told, &["presented=[] "]);
}

#[tokio::test]
async fn what_is_presented_is_escaped_and_cut() {
    let long = format!("line\nbreak{}", "x".repeat(1000));
    let token = ISSUER.token().claim("iss", &long);
    let told = told(&layer(), &token, Kind::InvalidIssuer).await;
    assert_warned(&told, &[r"line\nbreakxxx"]);
    assert!(told[0].len() < 700, "{}", told[0]);
}

#[tokio::test]
async fn wrong_times_are_told_with_how_far_they_are_off() {
    let now = SystemTime::now();
    let seconds = |time: SystemTime| {
        let since_epoch = time.duration_since(SystemTime::UNIX_EPOCH);
        since_epoch.unwrap().as_secs()
    };
    let (hour, year) = (Duration::from_secs(3600), Duration::from_secs(365 * 86_400));
    let (later, much_later) = (seconds(now + hour), seconds(now + year));
    let behind = "this machine's clock is at least 3";
    for (token, kind, parts) in [
        (
            ISSUER.token().issued_at(now - hour),
            Kind::Expired,
            ["presented=exp ", "the token expired 30", "leeway"],
        ),
        (
            ISSUER.token().issued_at(now + hour),
            Kind::IssuedInFuture,
            [
                &*format!("presented=iat {later}"),
                behind,
                "expected=iat no later than",
            ],
        ),
        (
            ISSUER.token().claim("nbf", later),
            Kind::NotYetValid,
            [
                &*format!("presented=nbf {later}"),
                behind,
                "expected=nbf no later than",
            ],
        ),
        (
            ISSUER.token().claim("auth_time", later),
            Kind::InvalidAuthTime,
            [&*format!("presented=auth_time {later}"), behind, "leeway"],
        ),
        (
            ISSUER.token().claim("exp", much_later),
            Kind::LifetimeTooLong,
            [
                &*format!("presented=exp {much_later}"),
                "86400s",
                "max_token_lifetime",
            ],
        ),
    ] {
        assert_warned(&told(&layer(), &token, kind).await, &parts);
    }
}

#[tokio::test(start_paused = true)]
async fn each_kind_is_told_once_a_minute() {
    let layer = layer();
    let other_issuer = ISSUER.token().claim("iss", "https://issuer.example");
    let expired = ISSUER.token().expired();
    for minute in 0..3 {
        assert_eq!(
            told(&layer, &other_issuer, Kind::InvalidIssuer).await.len(),
            1
        );
        assert_eq!(told(&layer, &expired, Kind::Expired).await.len(), 1);
        advance(Duration::from_secs(59)).await;
        for token in [&other_issuer, &other_issuer] {
            let told = told(&layer, token, Kind::InvalidIssuer).await;
            assert_eq!(told, [""; 0], "minute {minute}");
        }
        assert_eq!(told(&layer, &expired, Kind::Expired).await, [""; 0]);
        advance(Duration::from_secs(1)).await;
    }
}

#[tokio::test]
async fn token_with_a_bad_signature_is_no_mistake_of_configuration() {
    let other = LocalIssuer::new().token().header("kid", ISSUER.key_id());
    for token in [
        other.clone(),
        other.clone().expired(),
        other.clone().claim("iss", "https://dev-waas.sequence.app"),
        other.claim("aud", "https://dev.sequence.build/project/13639"),
    ] {
        assert_eq!(
            told(&layer(), &token, Kind::InvalidSignature).await,
            [""; 0]
        );
    }
}

#[tokio::test]
async fn other_refusals_are_no_warnings() {
    for (token, kind) in [
        (ISSUER.token().without_claim("email"), Kind::MissingEmail),
        (ISSUER.token().claim("sub", "nobody"), Kind::InvalidSubject),
        (ISSUER.token().claim("exp", "soon"), Kind::InvalidExpiry),
    ] {
        assert_eq!(told(&layer(), &token, kind).await, [""; 0]);
    }
}

#[tokio::test(start_paused = true)]
async fn audience_that_names_no_project_is_the_issuers_mistake() {
    let (issuer, layer) = production();
    let embedded = issuer.token().claim("iss", "https://waas.sequence.app");
    let oms_issuer = LocalIssuer::oms_wallet();
    let oms_wallet = oms_issuer.layer("prj_1");
    for (layer, token, audiences) in [
        (
            &layer,
            embedded,
            vec![
                vec![],
                vec![PREFIX.to_owned()],
                vec![format!("{PREFIX}x")],
                vec![format!("{PREFIX}007")],
            ],
        ),
        (
            &oms_wallet,
            oms_issuer.token(),
            vec![vec![], vec![String::new()], vec!["prj 1".to_owned()]],
        ),
    ] {
        for audience in audiences {
            let token = token.clone().claim("aud", &audience);
            let told = told(layer, &token, Kind::InvalidAudience).await;
            // Each kind is told once a minute.
            advance(Duration::from_secs(60)).await;
            assert_warned(&told, &["cure=the audience does not name a project"]);
        }
    }
}

/// Claims without a meaning here do not hide the audience, whatever they hold.
#[tokio::test]
async fn audience_is_shown_beside_any_other_claim() {
    let deep = "[".repeat(200) + &"]".repeat(200);
    for custom in [&*deep, "1e999"] {
        let issuer = LocalIssuer::oms_wallet();
        let layer = issuer.layer("prj_1");
        let token = issuer.token().project("prj_2").claim("custom", "?").mint();
        let payload = payload_of(&token).replace(r#""?""#, custom);
        let header = json!({"alg": "ES256", "kid": issuer.key_id(), "typ": "JWT"});
        let token = issuer.sign(header.to_string(), payload);
        let (recorder, _guard) = Recorder::start();
        let answer = send(&layer, bearer(&token)).await;
        answer.assert_refused(Kind::InvalidAudience);
        assert_warned(&recorder.take_told(), &["prj_2"]);
    }
}

#[tokio::test]
async fn time_that_a_client_may_have_written_is_not_blamed_on_the_clock_alone() {
    let issuer = LocalIssuer::oms_wallet();
    let later = SystemTime::now() + Duration::from_secs(7200);
    let later = later
        .duration_since(SystemTime::UNIX_EPOCH)
        .unwrap()
        .as_secs();
    for (claim, kind) in [
        ("iat", Kind::IssuedInFuture),
        ("nbf", Kind::NotYetValid),
        ("auth_time", Kind::InvalidAuthTime),
    ] {
        let token = issuer.token().claim("exp", later + 60).claim(claim, later);
        let told = told(&issuer.layer("prj_1"), &token, kind).await;
        let client = format!("if not, a client has written {claim} itself");
        assert_warned(
            &told,
            &[
                "cure=if every new token is refused, this machine's clock is at least 7",
                &client,
            ],
        );
    }
}

/// An hour of traffic: returns the number of warnings about expired tokens, of which there is one in each minute.
async fn warnings_in_an_hour(use_token: impl AsyncFn(u32, &SequenceAuthLayer)) -> usize {
    let (recorder, _guard) = Recorder::start();
    let layer = layer();
    let expired = ISSUER.token().expired().mint();
    for minute in 0..60 {
        use_token(minute, &layer).await;
        let answer = send(&layer, bearer(&expired)).await;
        answer.assert_refused(Kind::Expired);
        advance(Duration::from_secs(60)).await;
    }
    let told = recorder.take_told();
    let warnings = told.iter().filter(|line| line.starts_with("WARN"));
    warnings.count()
}

#[tokio::test(start_paused = true)]
async fn first_expired_token_alone_is_told_among_good_ones() {
    let new = warnings_in_an_hour(async |_, layer| {
        send(layer, bearer(&ISSUER.token().mint())).await.claims();
    });
    assert_eq!(new.await, 1);
    let token = ISSUER.token().mint();
    let cached = warnings_in_an_hour(async |_, layer| {
        send(layer, bearer(&token)).await.claims();
    });
    assert_eq!(cached.await, 1);
}

#[tokio::test(start_paused = true)]
async fn expired_tokens_are_told_when_no_good_one_comes_any_more() {
    let token = ISSUER.token().mint();
    let told = warnings_in_an_hour(async |minute, layer| {
        if minute < 50 {
            send(layer, bearer(&token)).await.claims();
        }
    });
    assert_eq!(told.await, 11);
}

#[tokio::test(start_paused = true)]
async fn other_mistakes_are_told_among_good_tokens() {
    let layer = layer();
    send(&layer, bearer(&ISSUER.token().mint())).await.claims();
    let token = ISSUER.token().claim("iss", "https://issuer.example");
    assert_eq!(told(&layer, &token, Kind::InvalidIssuer).await.len(), 1);
}
