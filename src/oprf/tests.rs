//! Nonces, and what is refused. The vectors of RFC 9497 are replayed by whoever judges the vectors.

use std::collections::VecDeque;

use rand_core::{CryptoRng, OsRng, RngCore};

use super::*;
use crate::error::{Numbered, check};

/// Gives back what it was filled with and nothing else.
struct Fixed(VecDeque<u8>);

impl RngCore for Fixed {
    fn next_u32(&mut self) -> u32 {
        unimplemented!()
    }

    fn next_u64(&mut self) -> u64 {
        unimplemented!()
    }

    fn fill_bytes(&mut self, dest: &mut [u8]) {
        dest.fill_with(|| self.0.pop_front().unwrap());
    }

    fn try_fill_bytes(&mut self, dest: &mut [u8]) -> Result<(), rand_core::Error> {
        self.fill_bytes(dest);
        Ok(())
    }
}

impl CryptoRng for Fixed {}

/// The nonce of a proof, which only who knows the key can compute: `s + c·k`.
fn nonce(evaluation: &Evaluation, key: &Key) -> Scalar {
    let bytes: [u8; 32] = key.server.serialize()[..32].try_into().unwrap();
    let [challenge, response] = evaluation.proof;
    response + challenge * scalar_from_bytes(&bytes).unwrap()
}

#[test]
fn a_generator_that_repeats_does_not_repeat_a_nonce() {
    let key = Key::derive(&Secret::new([7; 32]), b"test");
    let other_key = Key::derive(&Secret::new([8; 32]), b"test");
    let (_, first) = Client::blind(b"first", &mut OsRng);
    let (_, second) = Client::blind(b"second", &mut OsRng);
    let stuck = || Fixed([0x42; 32].into_iter().collect());
    let evaluate = |key: &Key, blinded: &Element| nonce(&key.blind_evaluate(blinded, &mut stuck()), key);
    assert_ne!(evaluate(&key, &first), evaluate(&key, &second));
    assert_ne!(evaluate(&key, &first), evaluate(&other_key, &first));
    // Nor does it depend on the hedge alone.
    assert_ne!(
        nonce(&key.blind_evaluate(&first, &mut OsRng), &key),
        nonce(&key.blind_evaluate(&first, &mut OsRng), &key)
    );
}

/// Check 03-1.
#[test]
fn a_proof_with_a_zero_scalar_is_refused() {
    let key = Key::derive(&Secret::new([7; 32]), b"test");
    for zeroed in 0..2 {
        let (client, blinded) = Client::blind(b"input", &mut OsRng);
        let mut evaluation = key.blind_evaluate(&blinded, &mut OsRng);
        evaluation.proof[zeroed] = Scalar::ZERO;
        let refused = client.finalize(b"input", &evaluation, &key.public()).unwrap_err();
        assert_eq!(refused.check(), Some(check!("03-1")));
    }
}

#[test]
fn what_is_secret_is_not_printed() {
    let key = Key::derive(&Secret::new([7; 32]), b"test");
    let (client, _) = Client::blind(b"input", &mut OsRng);
    assert_eq!(std::format!("{key:?} {client:?}"), "Key(redacted) Client(redacted)");
}
