//! Suite 1: the device's commitment and response are a part of the proof's.

use selfsame::hazmat::SeededRng;

use super::{Answered, OPENING};
use crate::cbor::{Item, Tree, run};
use crate::curve::{Point, SUITE, Scalar};
use crate::reference::{Transcript, base, device_challenge, encode};
use crate::rogue::Ask;

/// The challenge of a presentation whose commitments these are.
pub fn answer(
    purpose: u64,
    request: &[u8],
    transcript: &mut Transcript,
    commitments: &mut [Point],
    _: &[Scalar],
    _: &mut [Scalar],
    _: &mut SeededRng,
) -> Answered {
    for (i, commitment) in commitments.iter().enumerate().filter(|(i, _)| *i != OPENING) {
        transcript.uint("equation", i as u64);
        transcript.point("commitment", commitment);
    }
    let message = transcript.challenge_bytes("message");
    let challenge = device_challenge(purpose, request, &message, &commitments[OPENING]);
    Answered { challenge, beside: Vec::new() }
}

/// A credential request.
pub fn ask(asked: &Ask, offer: &[u8], rng: &mut SeededRng) -> Vec<u8> {
    let nonces = [Scalar::random(rng), Scalar::random(rng)];
    let commitments = [nonces[0] * base("Pseudonym"), nonces[0] * base("PseudonymPart"), -(nonces[1] * base("Device"))];
    let mut transcript = asked.transcript(offer);
    commitments[..2].iter().for_each(|commitment| transcript.point("commitment", commitment));
    let message = transcript.challenge_bytes("message");
    let challenge = device_challenge(asked.purpose, offer, &message, &commitments[2]);
    let responses = [0, 1].map(|i| (nonces[i] + challenge * asked.secrets[i]).to_bytes());
    let body = Item::Map(vec![
        Item::Uint(asked.shard.into()),
        run(asked.points.iter().map(encode)),
        run(commitments.iter().map(encode)),
        run(responses),
    ]);
    Tree { envelope: [SUITE, 1, 4], body }.to_bytes()
}
