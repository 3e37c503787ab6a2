//! Other signatures that are made of one by ES256 without the key.

/// How many bytes `r` and `s` have each (RFC 7518 §3.4).
const HALF: usize = 32;

/// How many points the base point of P-256 makes (SEC 2 §2.4.2).
const ORDER: [u8; HALF] = [
    0xff, 0xff, 0xff, 0xff, 0x00, 0x00, 0x00, 0x00, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff,
    0xbc, 0xe6, 0xfa, 0xad, 0xa7, 0x17, 0x9e, 0x84, 0xf3, 0xb9, 0xca, 0xc2, 0xfc, 0x63, 0x25, 0x51,
];

#[derive(Clone, Copy, Debug)]
pub(crate) enum Rewriting {
    /// `s` becomes `n - s`, which holds as well as `s` does.
    Twin,
    /// As X.509 writes it (RFC 3279 §2.2.3).
    Der,
    Swapped,
    /// One half becomes 0, or the order `n`.
    Zero(usize),
    Order(usize),
    /// Bytes are taken from the front of each half, or zeros are put there.
    Shorter(usize),
    Longer(usize),
}

pub(crate) const REWRITINGS: [Rewriting; 10] = [
    Rewriting::Twin,
    Rewriting::Der,
    Rewriting::Swapped,
    Rewriting::Zero(0),
    Rewriting::Zero(1),
    Rewriting::Order(0),
    Rewriting::Order(1),
    Rewriting::Shorter(1),
    Rewriting::Longer(1),
    Rewriting::Longer(16),
];

/// Writes a signature in another way; what is none by ES256 stays as it is.
pub(crate) fn rewrite(signature: &[u8], rewriting: Rewriting) -> Vec<u8> {
    if signature.len() != 2 * HALF {
        return signature.to_vec();
    }
    let (r, s) = signature.split_at(HALF);
    let mut halves = [r.to_vec(), s.to_vec()];
    match rewriting {
        Rewriting::Twin => halves[1] = subtract(&ORDER, s),
        Rewriting::Der => return der(&halves),
        Rewriting::Swapped => halves.swap(0, 1),
        Rewriting::Zero(half) => halves[half].fill(0),
        Rewriting::Order(half) => halves[half] = ORDER.to_vec(),
        Rewriting::Shorter(bytes) => halves.iter_mut().for_each(|half| _ = half.drain(..bytes)),
        Rewriting::Longer(bytes) => {
            for half in &mut halves {
                half.splice(..0, vec![0; bytes]);
            }
        }
    }
    halves.concat()
}

/// Subtracts big-endian numbers of one length, and wraps around.
fn subtract(from: &[u8], number: &[u8]) -> Vec<u8> {
    let mut difference = vec![0; from.len()];
    let mut borrows = false;
    for index in (0..from.len()).rev() {
        let (less, first) = from[index].overflowing_sub(number[index]);
        let (less, second) = less.overflowing_sub(u8::from(borrows));
        difference[index] = less;
        borrows = first || second;
    }
    difference
}

fn der(numbers: &[Vec<u8>; 2]) -> Vec<u8> {
    let numbers = numbers.iter().flat_map(|number| {
        let zeros = number.iter().take_while(|byte| **byte == 0).count();
        let mut digits = number[zeros.min(HALF - 1)..].to_vec();
        if digits[0] >= 0x80 {
            digits.insert(0, 0);
        }
        element(0x02, digits)
    });
    element(0x30, numbers.collect())
}

/// An element of DER that is shorter than 128 bytes.
fn element(tag: u8, content: Vec<u8>) -> Vec<u8> {
    let length = u8::try_from(content.len()).unwrap();
    [vec![tag, length], content].concat()
}
