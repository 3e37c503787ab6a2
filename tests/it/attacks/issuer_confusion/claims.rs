//! Class 31: a good key of one issuer does not vouch for claims of the other. RFC 8725 §3.8 and §3.9.

use sequence_auth::AuthErrorKind as Kind;
use serde_json::{Value, json};

use super::{EmbeddedWallet, Issuer, LAYERS, OmsWallet};

const ADDRESS: &str = "0x52908400098527886E0F7030069857D2E4169EE7";

fn claims_of(issuer: Issuer) -> Value {
    serde_json::from_str(&issuer.payload()).unwrap()
}

/// Claims of one issuer, signed with the other issuer's key under the other issuer's header.
async fn assert_refused_under_key_of(signer: Issuer, claims: &Value, kind: Kind) {
    let token = signer.sign(&signer.header(), &claims.to_string());
    LAYERS.assert_refused_by(signer, &token, kind).await;
}

#[tokio::test]
async fn claims_of_other_issuer_are_refused() {
    for signer in Issuer::ALL {
        let claims = claims_of(signer.other());
        assert_refused_under_key_of(signer, &claims, Kind::InvalidIssuer).await;
        let own = signer.sign(&signer.header(), &claims_of(signer).to_string());
        LAYERS.assert_accepted_by(signer, &own).await;
    }
}

#[tokio::test]
async fn issuer_of_other_alone_is_refused() {
    for signer in Issuer::ALL {
        let mut claims = claims_of(signer);
        claims["iss"] = claims_of(signer.other())["iss"].clone();
        assert_refused_under_key_of(signer, &claims, Kind::InvalidIssuer).await;
        let urls = json!([signer.local().url(), signer.other().local().url()]);
        for issuer in [urls, json!(null)] {
            claims["iss"] = issuer;
            assert_refused_under_key_of(signer, &claims, Kind::InvalidIssuer).await;
        }
    }
}

#[tokio::test]
async fn audience_of_other_alone_is_refused() {
    for signer in Issuer::ALL {
        let audience = claims_of(signer.other())["aud"].clone();
        let mut claims = claims_of(signer);
        claims["aud"] = audience.clone();
        assert_refused_under_key_of(signer, &claims, Kind::InvalidAudience).await;
        claims["aud"] = match audience {
            Value::Array(audiences) => audiences[0].clone(),
            audience => json!([audience]),
        };
        assert_refused_under_key_of(signer, &claims, Kind::InvalidAudience).await;
    }
}

/// The bare number is neither an audience of Embedded Wallet nor a project of OMS Wallet.
#[tokio::test]
async fn audience_in_form_of_other_is_refused() {
    let mut claims = claims_of(EmbeddedWallet);
    for audience in ["13639", "prj_01", "https://sequence.test/project/prj_01"] {
        claims["aud"] = json!(audience);
        assert_refused_under_key_of(EmbeddedWallet, &claims, Kind::InvalidAudience).await;
    }
    let mut claims = claims_of(OmsWallet);
    for audience in [
        "13639",
        "https://sequence.test/project/13639",
        "https://sequence.test/project/prj_01",
    ] {
        claims["aud"] = json!(audience);
        assert_refused_under_key_of(OmsWallet, &claims, Kind::InvalidAudience).await;
    }
}

/// Each issuer has its own claim for the wallet, and the layer ignores the other issuer's claim.
#[tokio::test]
async fn wallet_of_other_issuer_is_not_read() {
    let mut claims = claims_of(EmbeddedWallet);
    claims["sub"] = json!("wallet_01");
    claims["wallet_address"] = json!(ADDRESS);
    claims["wallet_type"] = json!("ethereum");
    assert_refused_under_key_of(EmbeddedWallet, &claims, Kind::InvalidSubject).await;
    let mut claims = claims_of(OmsWallet);
    claims["sub"] = json!(ADDRESS);
    claims.as_object_mut().unwrap().remove("wallet_address");
    assert_refused_under_key_of(OmsWallet, &claims, Kind::InvalidWalletAddress).await;
}

/// An address as the `sub` of OMS Wallet is the wallet's id, and not its address.
#[tokio::test]
async fn address_as_subject_is_never_the_wallet_of_other_issuer() {
    let own = "0x0000000000000000000000000000000000000001";
    let mut claims = claims_of(OmsWallet);
    claims["sub"] = json!(ADDRESS);
    claims["wallet_address"] = json!(own);
    let token = OmsWallet.sign(&OmsWallet.header(), &claims.to_string());
    LAYERS.assert_accepted_by(OmsWallet, &token).await;
    for layer in &LAYERS.both {
        let claims = layer.verifier().verify(&token).await.unwrap();
        assert_eq!(claims.wallet().to_string(), own);
        assert_eq!(claims.wallet_id(), Some(ADDRESS));
        assert_eq!(claims.issuer(), OmsWallet.local().url());
    }
    for (name, value) in [
        ("iss", claims_of(EmbeddedWallet)["iss"].clone()),
        ("aud", claims_of(EmbeddedWallet)["aud"].clone()),
    ] {
        let mut claims = claims.clone();
        claims[name] = value;
        let kind = match name {
            "iss" => Kind::InvalidIssuer,
            _ => Kind::InvalidAudience,
        };
        assert_refused_under_key_of(OmsWallet, &claims, kind).await;
    }
}

/// A claim that OMS Wallet's client may write is not read as Embedded Wallet's claim of the same name, and the reverse.
#[tokio::test]
async fn identity_of_other_issuer_is_not_read() {
    let identity = json!({"type": "Email", "iss": "i", "sub": "s", "email": "eve@example.com"});
    for signer in Issuer::ALL {
        let mut claims = claims_of(signer);
        let object = claims.as_object_mut().unwrap();
        object.remove(&format!("{}/identity", signer.local().url()));
        let name = format!("{}/identity", signer.other().local().url());
        object.insert(name, identity.clone());
        let token = signer.sign(&signer.header(), &claims.to_string());
        LAYERS.assert_accepted_by(signer, &token).await;
        for layer in &LAYERS.both {
            let claims = layer.verifier().verify(&token).await.unwrap();
            assert!(claims.identity().is_none());
        }
    }
}

/// `iat` is required for the issuer that always writes it.
#[tokio::test]
async fn leniency_towards_one_issuer_is_not_the_others() {
    let mut claims = claims_of(EmbeddedWallet);
    claims.as_object_mut().unwrap().remove("iat");
    assert_refused_under_key_of(EmbeddedWallet, &claims, Kind::InvalidIssuedAt).await;
    assert!(claims_of(OmsWallet).get("iat").is_none());
}
