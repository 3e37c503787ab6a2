//! Class 31, and class 1 for P-256 keys: each issuer has one algorithm, which neither a token nor a key chooses.

use aws_lc_rs::{
    digest::{SHA384, digest},
    encoding::{AsDer, PublicKeyX509Der},
    hmac::{self, HMAC_SHA256},
    rand::SystemRandom,
    signature::{
        ECDSA_P256_SHA256_FIXED_SIGNING, ECDSA_P256K1_SHA256_FIXED_SIGNING,
        ECDSA_P384_SHA384_FIXED_SIGNING, EcdsaKeyPair, EcdsaSigningAlgorithm, KeyPair as _,
    },
};
use base64::{
    Engine as _,
    engine::general_purpose::{STANDARD, URL_SAFE, URL_SAFE_NO_PAD},
};
use sequence_auth::AuthErrorKind as Kind;
use serde_json::{Value, json};

use super::{EmbeddedWallet, Issuer, LAYERS, Layers, OmsWallet, jwk, signing_input};
use crate::{
    attacks::signing_key::{KEY, Key, with_signature},
    support::ISSUER,
};

fn generate(algorithm: &'static EcdsaSigningAlgorithm) -> EcdsaKeyPair {
    EcdsaKeyPair::generate(algorithm).unwrap()
}

/// A P-256 key whose public half can be written in every form.
struct P256Key(EcdsaKeyPair);

impl P256Key {
    const ID: &str = "p256";

    fn generate() -> Self {
        Self(generate(&ECDSA_P256_SHA256_FIXED_SIGNING))
    }

    /// An uncompressed point (SEC 1 §2.3.3).
    fn point(&self) -> &[u8] {
        self.0.public_key().as_ref()
    }

    fn jwk(&self) -> Value {
        let (x, y) = self.point()[1..].split_at(32);
        let [x, y] = [x, y].map(|number| URL_SAFE_NO_PAD.encode(number));
        json!({"alg": "ES256", "crv": "P-256", "kid": Self::ID, "kty": "EC", "use": "sig", "x": x, "y": y})
    }

    fn compressed(&self) -> Vec<u8> {
        let (x, y) = self.point()[1..].split_at(32);
        [&[2 + (y[31] & 1)], x].concat()
    }

    fn x509_der(&self) -> Vec<u8> {
        let der: PublicKeyX509Der<'_> = self.0.public_key().as_der().unwrap();
        der.as_ref().to_vec()
    }

    fn sign(&self, input: &str) -> String {
        let signature = self.0.sign(&SystemRandom::new(), input.as_bytes());
        with_signature(input, signature.unwrap().as_ref())
    }
}

fn pem(label: &str, der: &[u8]) -> String {
    let base64 = STANDARD.encode(der);
    let lines: Vec<_> = base64
        .as_bytes()
        .chunks(64)
        .map(|line| str::from_utf8(line).unwrap())
        .collect();
    let lines = lines.join("\n");
    format!("-----BEGIN {label}-----\n{lines}\n-----END {label}-----\n")
}

/// Every public text about a P-256 key that a verifier could confuse with a shared secret.
fn public_texts(key: &P256Key) -> Vec<Vec<u8>> {
    let (jwk, point) = (key.jwk(), key.point().to_vec());
    let (x, y) = point[1..].split_at(32);
    let bare = json!({"crv": "P-256", "kty": "EC", "x": jwk["x"], "y": jwk["y"]});
    let bytes = [
        x.to_vec(),
        y.to_vec(),
        point[1..].to_vec(),
        point.clone(),
        key.compressed(),
    ];
    let der = key.x509_der();
    let pem = pem("PUBLIC KEY", &der);
    let mut texts = vec![
        jwk.to_string().into(),
        bare.to_string().into(),
        serde_json::to_vec_pretty(&jwk).unwrap(),
        json!({ "keys": [jwk] }).to_string().into(),
        pem.trim_end().into(),
        pem.replace('\n', "\r\n").into(),
        pem.into(),
        P256Key::ID.into(),
    ];
    for bytes in bytes.into_iter().chain([der]) {
        for engine in [&URL_SAFE_NO_PAD, &URL_SAFE, &STANDARD] {
            texts.push(engine.encode(&bytes).into());
        }
        texts.push(
            bytes
                .iter()
                .map(|byte| format!("{byte:02x}"))
                .collect::<String>()
                .into(),
        );
        texts.push(bytes);
    }
    texts
}

/// The public texts about the RSA key.
fn public_rsa_texts() -> Vec<Vec<u8>> {
    let [pkcs1, x509] = KEY.public_der();
    let pems = [("RSA PUBLIC KEY", &pkcs1), ("PUBLIC KEY", &x509)];
    let mut texts: Vec<Vec<u8>> = pems.map(|(label, der)| pem(label, der).into()).into();
    texts.extend([pkcs1, x509, KEY.modulus(), KEY.jwk().to_string().into()]);
    texts
}

/// Class 1: a public key as the secret of an HMAC. CVE-2022-29217 (PyJWT) and CVE-2024-33663 (python-jose) affected
/// ECDSA keys too, because their checks did not recognise the form.
#[tokio::test]
async fn hmac_keyed_with_either_public_key_is_refused() {
    let key = P256Key::generate();
    let layers = Layers::with_keys(&[KEY.jwk()], &[key.jwk()]);
    let good = OmsWallet.payload();
    let header = json!({"alg": "ES256", "kid": P256Key::ID}).to_string();
    let token = key.sign(&signing_input(&header, &good));
    layers.assert_accepted_by(OmsWallet, &token).await;
    let secrets = public_texts(&key).into_iter().chain(public_rsa_texts());
    for (number, secret) in secrets.enumerate() {
        let secret = hmac::Key::new(HMAC_SHA256, &secret);
        let payload = Issuer::ALL[number % 2].payload();
        for (issuer, key_id) in [(EmbeddedWallet, Key::ID), (OmsWallet, P256Key::ID)] {
            let tagged = |algorithm: &str| {
                let header = json!({"alg": algorithm, "kid": key_id}).to_string();
                let input = signing_input(&header, &payload);
                with_signature(&input, hmac::sign(&secret, input.as_bytes()).as_ref())
            };
            let refused = Kind::UnsupportedAlgorithm;
            layers.assert_refused(&tagged("HS256"), refused).await;
            let kind = Kind::InvalidSignature;
            let token = tagged(issuer.algorithm());
            layers.assert_refused_by(issuer, &token, kind).await;
        }
    }
}

/// Class 1: an `alg` of neither issuer, although the right key signed, or a key of the curve that it names.
#[tokio::test]
async fn algorithm_of_neither_issuer_is_refused() {
    for algorithm in [
        "none",
        "None",
        "NONE",
        "",
        "HS256",
        "HS384",
        "HS512",
        "RS384",
        "RS512",
        "PS256",
        "PS384",
        "PS512",
        "ES256K",
        "ES384",
        "ES512",
        "EdDSA",
        "Ed25519",
        "es256",
        "Es256",
        "rs256",
        "ES256 ",
        " ES256",
        "ES256\0",
        "ES-256",
        "ES2567",
        "ES25",
        "RS256ES256",
        "RS256,ES256",
        "ＥＳ256",
        "P-256",
        "ECDSA",
        "ESP256",
        "ECDH-ES",
    ] {
        for issuer in Issuer::ALL {
            for key in Issuer::ALL {
                let header = json!({"alg": algorithm, "kid": key.local().key_id(), "typ": "JWT"});
                let token = issuer.sign(&header, &issuer.payload());
                LAYERS
                    .assert_refused(&token, Kind::UnsupportedAlgorithm)
                    .await;
            }
        }
    }
    for issuer in Issuer::ALL {
        let mut header = issuer.header();
        header.as_object_mut().unwrap().remove("alg");
        let token = issuer.sign(&header, &issuer.payload());
        LAYERS
            .assert_refused(&token, Kind::UnsupportedAlgorithm)
            .await;
        for value in [
            json!(["ES256"]),
            json!(256),
            json!(null),
            json!({"ES256": 1}),
        ] {
            header["alg"] = value;
            let token = issuer.sign(&header, &issuer.payload());
            LAYERS.assert_refused(&token, Kind::MalformedHeader).await;
        }
    }
}

/// Class 1: one issuer's `alg` over a signature by the other issuer's key, or without a signature.
#[tokio::test]
async fn signature_of_other_algorithm_is_refused() {
    for issuer in Issuer::ALL {
        for payload in Issuer::ALL.map(Issuer::payload) {
            let token = issuer.other().sign(&issuer.header(), &payload);
            let kind = Kind::InvalidSignature;
            LAYERS.assert_refused_by(issuer, &token, kind).await;
            let (input, _) = token.rsplit_once('.').unwrap();
            let unsigned = format!("{input}.");
            for layer in LAYERS.both.iter().chain([LAYERS.alone(issuer)]) {
                super::assert_refused(layer, &unsigned, Kind::MalformedToken).await;
            }
        }
    }
}

/// Class 1: ECDSA over other curves and with other hashes, under its own name and under the accepted name.
/// CVE-2022-23539 (jsonwebtoken for Node).
#[tokio::test]
async fn other_ecdsa_signatures_are_refused() {
    let key = P256Key::generate();
    let [k1, p384] = [
        generate(&ECDSA_P256K1_SHA256_FIXED_SIGNING),
        generate(&ECDSA_P384_SHA384_FIXED_SIGNING),
    ];
    let layers = Layers::with_keys(&[jwk(&ISSUER, "rsa")], &[key.jwk()]);
    for (name, pair) in [("ES256K", &k1), ("ES384", &p384)] {
        for algorithm in [name, "ES256", "RS256"] {
            let key_id = if algorithm == "RS256" {
                "rsa"
            } else {
                P256Key::ID
            };
            let header = json!({"alg": algorithm, "kid": key_id}).to_string();
            let input = signing_input(&header, &OmsWallet.payload());
            let signature = pair.sign(&SystemRandom::new(), input.as_bytes()).unwrap();
            let token = with_signature(&input, signature.as_ref());
            let kind = Kind::InvalidSignature;
            match algorithm {
                "ES256" => layers.assert_refused_by(OmsWallet, &token, kind).await,
                "RS256" => layers.assert_refused_by(EmbeddedWallet, &token, kind).await,
                _ => {
                    let kind = Kind::UnsupportedAlgorithm;
                    layers.assert_refused(&token, kind).await;
                }
            }
        }
    }
    // The right key over a digest that ES256 does not use.
    let header = json!({"alg": "ES256", "kid": P256Key::ID}).to_string();
    let input = signing_input(&header, &OmsWallet.payload());
    let digest = digest(&SHA384, input.as_bytes());
    let signature = key.0.sign(&SystemRandom::new(), digest.as_ref()).unwrap();
    let token = with_signature(&input, signature.as_ref());
    layers
        .assert_refused_by(OmsWallet, &token, Kind::InvalidSignature)
        .await;
}
