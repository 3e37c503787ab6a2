//! Class 31: only the `alg` of an unverified token selects an issuer, in any spelling of the header.

use sequence_auth::AuthErrorKind as Kind;

use super::{Issuer, LAYERS};

/// Headers with the content of the issuer's own header, in other spellings.
fn spellings(algorithm: &str, key_id: &str) -> Vec<String> {
    let (first, rest) = algorithm.split_at(1);
    let escaped = format!("\\u00{:02X}{rest}", first.as_bytes()[0]);
    vec![
        format!(r#"{{"alg":"{algorithm}","kid":"{key_id}","typ":"JWT"}}"#),
        format!(r#"{{"alg":"{algorithm}","kid":"{key_id}"}}"#),
        format!(r#"{{"kid":"{key_id}","alg":"{algorithm}"}}"#),
        format!(r#"{{"alg":"{algorithm}","typ":"JWT","kid":"{key_id}"}}"#),
        format!(r#"{{"typ":"JWT","kid":"{key_id}","alg":"{algorithm}"}}"#),
        format!(r#"{{"kid":"{key_id}","typ":"JWT","alg":"{algorithm}"}}"#),
        format!(r#"{{"alg":"{algorithm}","kid":"{key_id}","typ":"jwt"}}"#),
        format!(r#" {{"alg":"{algorithm}","kid":"{key_id}","typ":"JWT"}}"#),
        format!(r#"{{ "alg":"{algorithm}","kid":"{key_id}","typ":"JWT"}}"#),
        format!("{{\n\t\"alg\" : \"{algorithm}\" ,\r\n\t\"kid\" : \"{key_id}\"\n}}\n"),
        format!(r#"{{"alg":"{algorithm}" ,"kid":"{key_id}","typ":"JWT"}}"#),
        format!(r#"{{"alg":"{escaped}","kid":"{key_id}","typ":"JWT"}}"#),
        format!(r#"{{"\u0061lg":"{escaped}","\u006bid":"{key_id}"}}"#),
        format!(r#"{{"cty":"x","alg":"{algorithm}","kid":"{key_id}","x":{{"alg":"none"}}}}"#),
    ]
}

#[tokio::test]
async fn every_spelling_leads_to_the_issuer_of_the_algorithm() {
    for issuer in Issuer::ALL {
        let key_id = issuer.local().key_id();
        for header in spellings(issuer.algorithm(), &key_id) {
            let token = issuer.local().sign(&header, issuer.payload());
            LAYERS.assert_accepted_by(issuer, &token).await;
        }
    }
}

/// The other members of the header name the other issuer, and the layer ignores them.
#[tokio::test]
async fn other_members_lead_nowhere() {
    for issuer in Issuer::ALL {
        let other = issuer.other();
        let (url, key_id) = (other.local().url(), other.local().key_id());
        for (name, value) in [
            ("iss", url),
            ("sub", url),
            ("aud", url),
            ("jku", url),
            ("x5u", url),
            ("x5t", &*key_id),
            ("Kid", &*key_id),
            ("ALG", other.algorithm()),
            ("Alg", other.algorithm()),
            ("alg ", other.algorithm()),
            ("enc", other.algorithm()),
            ("crv", "P-256"),
            ("kty", "EC"),
        ] {
            let mut header = issuer.header();
            header[name] = value.into();
            let token = issuer.sign(&header, &issuer.payload());
            LAYERS.assert_accepted_by(issuer, &token).await;
            let forged = other.sign(&header, &other.payload());
            let kind = Kind::InvalidSignature;
            LAYERS.assert_refused_by(issuer, &forged, kind).await;
        }
    }
}

/// Two readers of a repeated member may disagree. Here, one selects the issuer, and the other checks the token.
#[tokio::test]
async fn repeated_algorithm_leads_to_nobody() {
    for signer in Issuer::ALL {
        let (own, other) = (signer.algorithm(), signer.other().algorithm());
        let key_id = signer.local().key_id();
        for header in [
            format!(r#"{{"alg":"{own}","alg":"{other}","kid":"{key_id}","typ":"JWT"}}"#),
            format!(r#"{{"alg":"{other}","alg":"{own}","kid":"{key_id}","typ":"JWT"}}"#),
            format!(r#"{{"alg":"{own}","alg":"{own}","kid":"{key_id}"}}"#),
            // Like the issuer's own header, except at the end.
            format!(r#"{{"alg":"{own}","kid":"{key_id}","typ":"JWT","alg":"{other}"}}"#),
            format!(r#"{{"alg":"{other}","kid":"{key_id}","typ":"JWT","alg":"{own}"}}"#),
            format!(r#"{{"alg":"{own}","kid":"{key_id}","typ":"JWT","\u0061lg":"{other}"}}"#),
            format!(r#"{{"alg":"{other}","kid":"{key_id}","typ":"JWT","a\u006cg":"{own}"}}"#),
            format!(r#"{{"kid":"{key_id}","alg":"{own}","al\u0067":"{other}"}}"#),
            format!(r#"{{"alg":"none","kid":"{key_id}","alg":"{own}"}}"#),
            format!(r#"{{"alg":"{own}","kid":"{key_id}","alg":"none"}}"#),
            format!(r#"{{"alg":"{own}","kid":"{key_id}","typ":"JWT"}}{{"alg":"{other}"}}"#),
            format!(r#"{{"alg":"{own}","kid":"{key_id}","typ":"JWT""#),
            format!(r#"[{{"alg":"{own}","kid":"{key_id}","typ":"JWT"}}]"#),
        ] {
            for payload in Issuer::ALL.map(Issuer::payload) {
                let token = signer.local().sign(&header, payload);
                LAYERS.assert_refused(&token, Kind::MalformedHeader).await;
            }
        }
    }
}

/// The selected issuer checks the whole header. Selecting the issuer does not.
#[tokio::test]
async fn header_is_checked_by_the_issuer_that_it_leads_to() {
    for issuer in Issuer::ALL {
        let algorithm = issuer.algorithm();
        let key_id = issuer.local().key_id();
        for (header, kind) in [
            (
                format!(r#"{{"alg":"{algorithm}","typ":"JWT"}}"#),
                Kind::MissingKeyId,
            ),
            (
                format!(r#"{{"alg":"{algorithm}","kid":""}}"#),
                Kind::MissingKeyId,
            ),
            (
                format!(r#"{{"alg":"{algorithm}","kid":"other"}}"#),
                Kind::UnknownKey,
            ),
            (
                format!(r#"{{"typ":"at+jwt","alg":"{algorithm}","kid":"{key_id}"}}"#),
                Kind::UnsupportedType,
            ),
            (
                format!(r#"{{"alg":"{algorithm}","kid":"{key_id}","crit":["alg"]}}"#),
                Kind::UnsupportedExtension,
            ),
        ] {
            let token = issuer.local().sign(&header, issuer.payload());
            LAYERS.assert_refused_by(issuer, &token, kind).await;
        }
    }
}

/// The first letters select an issuer even if no header follows them, or no token.
#[tokio::test]
async fn beginning_of_a_header_is_refused_as_with_one_issuer() {
    for issuer in Issuer::ALL {
        let token = issuer.token().mint();
        for (end, kind) in [
            (1, Kind::MalformedToken),
            (16, Kind::MalformedHeader),
            (20, Kind::MalformedHeader),
            (21, Kind::MalformedToken),
            (40, Kind::MalformedHeader),
        ] {
            let start = &token[..end];
            for text in [start.to_owned(), format!("{start}.")] {
                LAYERS.assert_refused(&text, Kind::MalformedToken).await;
            }
            for text in [format!("{start}.."), format!("{start}.e30.AA")] {
                LAYERS.assert_refused(&text, kind).await;
            }
        }
    }
}
