//! A layer that trusts two issuers whose keys have the same id. Its verdict must be that of the issuer whose algorithm
//! the token names. The first byte selects the signer: an issuer, for a header and, after the first line feed, claims;
//! or none, for a whole token.

#![no_main]

use libfuzzer_sys::fuzz_target;
use sequence_auth::{AuthErrorKind, SequenceAuthLayer, SequenceClaims};
use sequence_auth_fuzz::{
    AUDIENCE, EITHER, ISSUER, ISSUER_URL, KEY_ID, LOCAL, OMS_ISSUER, OMS_ISSUER_URL, OMS_PROJECT,
    OMS_WALLET, run,
};
use serde_json::Value;

type Verdict = Result<SequenceClaims, AuthErrorKind>;

fuzz_target!(|data: &[u8]| {
    let Some((signer, rest)) = data.split_first() else {
        return;
    };
    let signer = match signer % 3 {
        1 => &ISSUER,
        2 => &OMS_ISSUER,
        _ => return check_unsigned(rest),
    };
    let Some(end) = rest.iter().position(|byte| *byte == b'\n') else {
        return;
    };
    let (header, payload) = (&rest[..end], &rest[end + 1..]);
    if let Ok(claims) = verdict(&signer.sign(header, payload)) {
        let header = serde_json::from_slice(header).expect("the header is JSON");
        let payload = serde_json::from_slice(payload).expect("so are the claims");
        assert_eq!(claims.issuer(), signer.url());
        check(&claims, &header, &payload);
    }
});

fn check_unsigned(token: &[u8]) {
    if let Ok(token) = str::from_utf8(token) {
        let kind = verdict(token).expect_err("nobody has signed");
        assert_ne!(kind, AuthErrorKind::KeysUnavailable);
    }
}

/// The verdict of the layer that trusts both issuers.
fn verdict(token: &str) -> Verdict {
    let [embedded_wallet, oms_wallet, either] =
        [&LOCAL, &OMS_WALLET, &EITHER].map(|layer| verdict_of(layer, token));
    assert!(embedded_wallet.is_err() || oms_wallet.is_err());
    let alone = match embedded_wallet {
        Err(AuthErrorKind::UnsupportedAlgorithm) => oms_wallet,
        verdict => verdict,
    };
    assert_eq!(written(&either), written(&alone));
    either
}

fn verdict_of(layer: &SequenceAuthLayer, token: &str) -> Verdict {
    run(layer.verifier().verify(token)).map_err(|error| error.kind())
}

fn written(verdict: &Verdict) -> Result<String, AuthErrorKind> {
    let written = verdict.as_ref().map(serde_json::to_string);
    let written = written.map_err(|kind| *kind)?;
    Ok(written.expect("claims can be written"))
}

fn check(claims: &SequenceClaims, header: &Value, payload: &Value) {
    let (algorithm, audience, wallet) = match claims.issuer() {
        ISSUER_URL => ("RS256", AUDIENCE, "sub"),
        OMS_ISSUER_URL => ("ES256", OMS_PROJECT, "wallet_address"),
        _ => unreachable!("an issuer that nobody trusts"),
    };
    assert_eq!(header["alg"], algorithm);
    assert_eq!(header["kid"], KEY_ID);
    assert_eq!(payload["iss"], claims.issuer());
    let many = payload["aud"].as_array();
    assert!(
        payload["aud"] == audience
            || many.is_some_and(|many| many.iter().any(|one| one == audience))
    );
    assert!(payload["exp"].is_number());
    let wallet = payload[wallet].as_str().expect("a wallet's address");
    assert!(wallet.eq_ignore_ascii_case(&claims.wallet().to_string()));
    if let Some(wallet_id) = claims.wallet_id() {
        assert_eq!(payload["sub"], wallet_id);
        let wallet_type = payload.get("wallet_type");
        assert!(wallet_type.is_none_or(|wallet_type| wallet_type == "ethereum"));
        assert!(claims.identity().is_none());
    }
}
