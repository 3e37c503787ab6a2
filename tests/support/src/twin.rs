//! The second valid signature of a token by ES256.

use base64::{Engine as _, engine::general_purpose::URL_SAFE_NO_PAD};

/// The order of the group of P-256 (SEC 2 §2.4.2).
const ORDER: [u8; 32] = [
    0xff, 0xff, 0xff, 0xff, 0x00, 0x00, 0x00, 0x00, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff,
    0xbc, 0xe6, 0xfa, 0xad, 0xa7, 0x17, 0x9e, 0x84, 0xf3, 0xb9, 0xca, 0xc2, 0xfc, 0x63, 0x25, 0x51,
];

/// Returns an ES256 token with its other valid signature: anybody can replace `s` by `n - s`.
pub fn twin(token: &str) -> String {
    let (input, signature) = token.rsplit_once('.').unwrap();
    let mut signature = URL_SAFE_NO_PAD.decode(signature).unwrap();
    let mut borrow = false;
    for (digit, of_order) in signature[32..].iter_mut().zip(ORDER).rev() {
        let (difference, is_less) = of_order.overflowing_sub(*digit);
        let (difference, is_less_by_one) = difference.overflowing_sub(u8::from(borrow));
        (*digit, borrow) = (difference, is_less || is_less_by_one);
    }
    format!("{input}.{}", URL_SAFE_NO_PAD.encode(signature))
}
