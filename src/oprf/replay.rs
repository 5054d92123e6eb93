//! The vectors of RFC 9497, replayed (spec 03 §7): both sides, with what they would draw given.

use alloc::vec::Vec;

use rand_core::{CryptoRng, Error, RngCore};
use voprf::{VoprfClient, VoprfServer};

use super::{Client, Evaluation, Key, OprfSuite, element};
use crate::group::{Element, PointBytes, SCALAR_LEN, Scalar, ScalarBytes, scalar_from_bytes};
use crate::secret::Secret;

/// What comes of a batch of inputs, in their order.
#[derive(Debug)]
pub struct Replayed {
    /// The public key.
    pub public: PointBytes,
    /// The blinded inputs.
    pub blinded: Vec<PointBytes>,
    /// Their images under the key.
    pub evaluated: Vec<PointBytes>,
    /// The proof for all of them, c and s.
    pub proof: [ScalarBytes; 2],
    /// The outputs of RFC 9497.
    pub outputs: Vec<Vec<u8>>,
    /// The 64 bytes of the function F that is made of them (spec 03 §2).
    pub values: Vec<[u8; 64]>,
}

/// Gives one scalar, in the way in which `voprf` draws it: in suite 1 as 64 bytes, little-endian,
/// in suite 2 as 32 bytes.
struct Given(ScalarBytes);

impl RngCore for Given {
    fn next_u32(&mut self) -> u32 {
        0
    }

    fn next_u64(&mut self) -> u64 {
        0
    }

    fn fill_bytes(&mut self, dest: &mut [u8]) {
        dest.fill(0);
        dest.iter_mut().zip(self.0).for_each(|(to, from)| *to = from);
    }

    fn try_fill_bytes(&mut self, dest: &mut [u8]) -> Result<(), Error> {
        self.fill_bytes(dest);
        Ok(())
    }
}

impl CryptoRng for Given {}

fn array<const N: usize>(bytes: &[u8]) -> Option<[u8; N]> {
    bytes.try_into().ok()
}

/// Replays a batch under the key of this seed and info string: the function of this crate for each
/// input, and `voprf` for what several have in common. Nothing if a scalar is none, or zero.
#[must_use]
pub fn replay_oprf(
    seed: &[u8; 32],
    info: &[u8],
    of: &[(Vec<u8>, ScalarBytes)],
    nonce: &ScalarBytes,
) -> Option<Replayed> {
    let is_scalar = |bytes: &ScalarBytes| scalar_from_bytes(bytes).is_ok_and(|scalar| scalar != Scalar::ZERO);
    if !is_scalar(nonce) || !of.iter().all(|(_, blind)| is_scalar(blind)) {
        return None;
    }
    let key = Key::derive(&Secret::new(*seed), info);
    let server = VoprfServer::<OprfSuite>::new_from_seed(seed, info).ok()?;
    let sent: Vec<_> = of
        .iter()
        .map(|(input, blind)| VoprfClient::<OprfSuite>::blind(input, &mut Given(*blind)).ok())
        .collect::<Option<_>>()?;
    let messages: Vec<_> = sent.iter().map(|sent| sent.message.clone()).collect();
    let answer = server.batch_blind_evaluate(&mut Given(*nonce), &messages).ok()?;
    let proof = answer.proof.serialize();
    let (c, s) = proof.split_at_checked(SCALAR_LEN)?;
    let proof = [array(c)?, array(s)?];
    let inputs: Vec<&[u8]> = of.iter().map(|(input, _)| input.as_slice()).collect();
    let clients: Vec<_> = sent.into_iter().map(|sent| sent.state).collect();
    let outputs =
        VoprfClient::batch_finalize(&inputs, &clients, &answer.messages, &answer.proof, server.get_public_key())
            .ok()?;
    let outputs = outputs.map(|output| output.ok().map(|bytes| bytes.to_vec())).collect::<Option<Vec<_>>>()?;
    let mut replayed = Replayed {
        public: *key.public().as_bytes(),
        proof,
        outputs,
        blinded: Vec::new(),
        evaluated: Vec::new(),
        values: Vec::new(),
    };
    for (one, image) in of.iter().zip(&answer.messages) {
        replayed.add(&key, one, element(&image.serialize()).ok()?, of.len() == 1)?;
    }
    Some(replayed)
}

impl Replayed {
    /// An input of the batch by this crate. One by one it takes the blind off, too; the proof of
    /// several is of them all.
    fn add(&mut self, key: &Key, (input, blind): &(Vec<u8>, ScalarBytes), image: Element, alone: bool) -> Option<()> {
        let (client, sent) = Client::blind_by(input, Secret::new(scalar_from_bytes(blind).ok()?));
        let value = key.evaluate(input);
        let [c, s] = self.proof.each_ref().map(scalar_from_bytes);
        if alone {
            let evaluation = Evaluation { element: image, proof: [c.ok()?, s.ok()?] };
            (client.finalize(input, &evaluation, &key.public()).ok()? == value).then_some(())?;
        }
        self.blinded.push(*sent.as_bytes());
        self.evaluated.push(*image.as_bytes());
        self.values.push(*value.expose());
        Some(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_no_scalar_replays_nothing() {
        let replayed = |blind, nonce| replay_oprf(&[1; 32], b"info", &[(b"input".to_vec(), blind)], &nonce).is_some();
        let (good, zero, large) = (Scalar::ONE.to_bytes(), [0; 32], [0xff; 32]);
        assert!(replayed(good, good));
        for bad in [zero, large] {
            assert!(!replayed(bad, good) && !replayed(good, bad));
        }
    }
}
