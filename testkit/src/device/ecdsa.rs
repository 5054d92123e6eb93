//! Suite 2: an ECDSA signature is a term of the opening (spec 05 §7).

use selfsame::hazmat::SeededRng;
use sha2::{Digest, Sha256};

use super::{Answered, D, OPENING};
use crate::cbor::{Item, Tree, bytes, run};
use crate::curve::{Point, SUITE, Scalar, decode_point, scalar_from_wide};
use crate::reference::{TAG, Transcript, base, encode, hash, uint};
use crate::rogue::Ask;

/// 32 bytes, big-endian, modulo the order.
fn reduced(bytes: &[u8]) -> Scalar {
    scalar_from_wide(&[&[0; 16], bytes].concat().try_into().unwrap())
}

/// `e` of what is shown and `M`.
pub fn question(purpose: u64, shown: &[u8], message: &[u8; 64]) -> Scalar {
    let q: [u8; 64] = hash("shown", &[&uint(purpose), shown]);
    let signed = [TAG.as_bytes(), b"device/", &uint(purpose), &q, message].concat();
    reduced(&Sha256::digest(signed))
}

/// `R` with even `y`, `ρ` and `s` under `d`.
fn sign(d: &Scalar, e: &Scalar, rng: &mut SeededRng) -> (Point, Scalar, Scalar) {
    let k = Scalar::random(rng);
    let encoded = encode(&Point::mul_base(&k));
    let k = if encoded[0] == 3 { -k } else { k };
    let rho = reduced(&encoded[1..]);
    (Point::mul_base(&k), rho, k.invert() * (e + rho * d))
}

/// `R` and `−e/ρ` of the bytes beside a proof.
pub fn of_beside(x: &[u8], e: &Scalar) -> (Point, Scalar) {
    let point = decode_point(&[&[2], x].concat().try_into().unwrap()).unwrap();
    (point, -(e * reduced(x).invert()))
}

/// Signs, has `R` in the place of the device's base and `w` in that of `d`; the challenge.
pub fn answer(
    purpose: u64,
    request: &[u8],
    transcript: &mut Transcript,
    commitments: &mut [Point],
    nonces: &[Scalar],
    secrets: &mut [Scalar],
    rng: &mut SeededRng,
) -> Answered {
    let e = question(purpose, request, &transcript.challenge_bytes("message"));
    let (r, rho, s) = sign(&secrets[D], &e, rng);
    let x = encode(&r)[1..].to_vec();
    transcript.bytes("device", &x);
    if let Some(opening) = commitments.get_mut(OPENING) {
        *opening += nonces[D] * (base("Device") - r);
    }
    secrets[D] = s * rho.invert();
    for (i, commitment) in commitments.iter().enumerate() {
        transcript.uint("equation", i as u64);
        transcript.point("commitment", commitment);
    }
    Answered { challenge: transcript.challenge_scalar("challenge"), beside: vec![bytes(x)] }
}

/// A credential request.
pub fn ask(asked: &Ask, offer: &[u8], rng: &mut SeededRng) -> Vec<u8> {
    let nonce = Scalar::random(rng);
    let commitments = [nonce * base("Pseudonym"), nonce * base("PseudonymPart")];
    let mut transcript = asked.transcript(offer);
    commitments.iter().for_each(|commitment| transcript.point("commitment", commitment));
    let response = nonce + transcript.challenge_scalar("challenge") * asked.secrets[0];
    transcript.bytes("response", &response.to_bytes());
    let e = question(asked.purpose, offer, &transcript.challenge_bytes("message"));
    let (_, rho, s) = sign(&asked.secrets[1], &e, rng);
    let low = s.to_bytes().min((-s).to_bytes());
    let body = Item::Map(vec![
        Item::Uint(asked.shard.into()),
        run(asked.points.iter().map(encode)),
        run(commitments.iter().map(encode)),
        run([response.to_bytes()]),
        run([rho.to_bytes(), low]),
    ]);
    Tree { envelope: [SUITE, 1, 4], body }.to_bytes()
}
