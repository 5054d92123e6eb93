//! The test vectors of RFC 9497, appendix A.1.2 or A.3.2, through the wrapper and for the batch
//! through `voprf` itself.

use std::collections::VecDeque;
use std::string::String;
use std::vec::Vec;

use rand_core::{CryptoRng, OsRng, RngCore};
use serde::Deserialize;

use super::*;
use crate::error::{Numbered, check};
use crate::group::TaggedHash;

#[cfg(not(suite = "p256"))]
const VECTORS: &str =
    include_str!(concat!(env!("CARGO_MANIFEST_DIR"), "/test-vectors/rfc9497-ristretto255-sha512.json"));
#[cfg(suite = "p256")]
const VECTORS: &str = include_str!(concat!(env!("CARGO_MANIFEST_DIR"), "/test-vectors/rfc9497-p256-sha256.json"));
/// The suite's name, its appendix, and how many zero bytes `voprf` draws behind a scalar.
const OF_SUITE: (&str, &str, usize) =
    if cfg!(suite = "p256") { ("P256-SHA256", "A.3.2", 0) } else { ("ristretto255-SHA512", "A.1.2", 32) };

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct VectorFile {
    suite: String,
    mode: u8,
    seed: String,
    key_info: String,
    sk_sm: String,
    pk_sm: String,
    vectors: Vec<Vector>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Vector {
    id: String,
    input: Vec<String>,
    blind: Vec<String>,
    blinded_element: Vec<String>,
    evaluation_element: Vec<String>,
    proof: String,
    proof_random_scalar: String,
    output: Vec<String>,
}

/// Gives back what it was filled with and nothing else.
struct Fixed(VecDeque<u8>);

impl Fixed {
    /// A scalar of suite 1 is drawn as 64 bytes, little-endian, reduced: the scalar and 32 zero
    /// bytes come out as the scalar; of suite 2 as 32 bytes, until they are below the order.
    fn scalar(hex: &str) -> Self {
        Self(bytes(hex).into_iter().chain(std::iter::repeat_n(0, OF_SUITE.2)).collect())
    }
}

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

fn bytes(hex: &str) -> Vec<u8> {
    hex::decode(hex).unwrap()
}

fn array<const N: usize>(hex: &str) -> [u8; N] {
    bytes(hex).try_into().unwrap()
}

fn file() -> VectorFile {
    let file: VectorFile = serde_json::from_str(VECTORS).unwrap();
    assert_eq!((file.suite.as_str(), file.mode), (OF_SUITE.0, 1));
    file
}

fn key(file: &VectorFile) -> Key {
    Key::derive(&Secret::new(array::<32>(&file.seed)), &bytes(&file.key_info))
}

/// The function's value for this output of the RFC: the same where it has 64 bytes.
fn stretched(hex: &str) -> Output {
    let bytes = bytes(hex);
    Secret::new(match <[u8; 64]>::try_from(&*bytes) {
        Ok(output) => output,
        Err(_) => TaggedHash::new("oprf-output").part(&bytes).bytes(),
    })
}

fn proof_bytes(evaluation: &Evaluation) -> Vec<u8> {
    evaluation.proof.iter().flat_map(Scalar::to_bytes).collect()
}

#[test]
fn the_derived_key_pair_is_that_of_the_rfc() {
    let file = file();
    let key = key(&file);
    assert_eq!(key.public().as_bytes(), &array(&file.pk_sm));
    assert_eq!(key.server.serialize()[..32], array::<32>(&file.sk_sm));
}

#[test]
fn single_vectors_are_replayed_byte_for_byte() {
    let file = file();
    let key = key(&file);
    let mut run = Vec::new();
    for vector in file.vectors.iter().filter(|vector| vector.input.len() == 1) {
        let input = bytes(&vector.input[0]);
        let blind = scalar_from_bytes(&array(&vector.blind[0])).unwrap();
        let (client, blinded) = Client::blind_by(&input, Secret::new(blind));
        assert_eq!(blinded.as_bytes(), &array(&vector.blinded_element[0]), "{}", vector.id);

        let mut rng = Fixed::scalar(&vector.proof_random_scalar);
        let evaluation = key.blind_evaluate_unhedged(&blinded, &mut rng);
        assert!(rng.0.is_empty());
        assert_eq!(evaluation.element.as_bytes(), &array(&vector.evaluation_element[0]), "{}", vector.id);
        assert_eq!(proof_bytes(&evaluation), bytes(&vector.proof), "{}", vector.id);

        let output = client.finalize(&input, &evaluation, &key.public()).unwrap();
        assert_eq!(output, stretched(&vector.output[0]), "{}", vector.id);
        assert_eq!(key.evaluate(&input), output, "{}", vector.id);
        run.push(vector.id.as_str());
    }
    assert_eq!(run, [1, 2].map(|number| std::format!("{}.{number}", OF_SUITE.1)));
}

#[test]
fn the_batch_vector_is_replayed_byte_for_byte() {
    let file = file();
    let server = VoprfServer::<OprfSuite>::new_from_seed(&bytes(&file.seed), &bytes(&file.key_info)).unwrap();
    let mut run = Vec::new();
    for vector in file.vectors.iter().filter(|vector| vector.input.len() > 1) {
        let inputs: Vec<Vec<u8>> = vector.input.iter().map(|input| bytes(input)).collect();
        let (mut clients, mut blinded) = (Vec::new(), Vec::new());
        for (input, blind) in inputs.iter().zip(&vector.blind) {
            let result = VoprfClient::<OprfSuite>::blind(input, &mut Fixed::scalar(blind)).unwrap();
            clients.push(result.state);
            blinded.push(result.message);
        }
        let sent: Vec<_> = blinded.iter().map(|element| hex::encode(element.serialize())).collect();
        assert_eq!(sent, vector.blinded_element, "{}", vector.id);

        let answer = server.batch_blind_evaluate(&mut Fixed::scalar(&vector.proof_random_scalar), &blinded).unwrap();
        let elements: Vec<_> = answer.messages.iter().map(|element| hex::encode(element.serialize())).collect();
        assert_eq!(elements, vector.evaluation_element, "{}", vector.id);
        assert_eq!(hex::encode(answer.proof.serialize()), vector.proof, "{}", vector.id);

        let public = server.get_public_key();
        let outputs = VoprfClient::batch_finalize(&inputs, &clients, &answer.messages, &answer.proof, public).unwrap();
        let outputs: Vec<_> = outputs.map(|output| hex::encode(output.unwrap())).collect();
        assert_eq!(outputs, vector.output, "{}", vector.id);
        run.push(vector.id.as_str());
    }
    assert_eq!(run, [std::format!("{}.3", OF_SUITE.1)]);
}

#[test]
fn every_vector_of_the_file_is_replayed_by_one_of_the_tests_above() {
    assert_eq!(file().vectors.len(), 3);
}

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
